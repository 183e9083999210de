"""Composing a process sequence: its drafts, and one of them with all its steps."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organisation
from accounts.viewer import Viewer, viewer_in
from accounts.views.access import acted_for, member, posted
from registry.actions.compose_sequence import (
    describe_draft,
    discard_draft,
    move_step,
    remove_step,
    start_draft,
    start_from_file,
    start_from_release,
)
from registry.errors import RegistryError
from registry.index import composing as found
from registry.index import read
from registry.permissions import publisher_for
from registry.releases.models import Release
from registry.releases.storage import disposition
from registry.sequences import drafts
from registry.sequences.models import SequenceDraft
from registry.values.identifiers import slugify, split_identifier
from registry.web.acting import Ask, ask, carried_out
from registry.web.composing_forms import DraftForm, DrawingForm, TitleForm, WordsForm
from registry.web.composing_words import whole_of
from registry.web.publishing import METHODS, takes_files


@require_safe
@member
def all_drafts(request: HttpRequest) -> HttpResponse:
    """The drafts of the organisation acted for, and the ways to begin one."""
    viewer, organisation = _composer(request)
    context = {"organisation": organisation, "drafts": found.drafts_of(viewer, organisation)}
    return render(request, "registry/sequences/drafts.html", context)


@require_http_methods(METHODS)
@member
def compose(request: HttpRequest) -> HttpResponse:
    """Begin a sequence: a new one, or with ``?module=`` and ``version=`` from what that release is."""
    viewer, organisation = _composer(request)
    named = request.GET.get("module", "").strip()
    if named:
        release = read.visible_release(viewer, *split_identifier(named), request.GET.get("version", "").strip())
        return _from_release(request, viewer, organisation, release)
    form = TitleForm(posted(request))
    made: list[SequenceDraft] = []
    if form.is_valid() and carried_out(
        form, lambda: made.append(start_draft(organisation=organisation, title=form.cleaned_data["title"], by=viewer))
    ):
        return redirect("draft", made[0].pk)
    context = {"form": form, "organisation": organisation}
    return render(request, "registry/sequences/compose.html", context, status=422 if form.errors else 200)


def _from_release(request: HttpRequest, viewer: Viewer, organisation: Organisation, release: Release) -> HttpResponse:
    if request.method == "POST":
        draft = start_from_release(organisation=organisation, release=release, by=viewer)
        return redirect("draft", draft.pk)
    own = release.module.organisation_id == organisation.pk
    context = {"organisation": organisation, "release": release, "module": release.module, "is_own": own}
    return render(request, "registry/sequences/compose_from.html", context)


@require_http_methods(METHODS)
@member
@takes_files
def send_drawing(request: HttpRequest) -> HttpResponse:
    """Begin with a BPMN file from a modelling tool."""
    viewer, organisation = _composer(request)
    form = DrawingForm(posted(request), request.FILES if request.method == "POST" else None)
    if form.is_valid():
        try:
            draft = start_from_file(organisation=organisation, upload=form.cleaned_data["artefact"], by=viewer)
        except RegistryError as error:
            form.add_error("artefact", f"{error.message} {error.mend}".strip())
        else:
            return redirect("draft", draft.pk)
    context = {"form": form, "organisation": organisation}
    return render(request, "registry/sequences/send.html", context, status=422 if form.errors else 200)


@require_safe
@member
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """All steps of a draft, what is still wrong with it, and what it resolves to."""
    viewer, asked = draft_asked(request, pk)
    whole = whole_of(viewer, asked)
    return render(request, "registry/sequences/draft.html", {"draft": asked, "whole": whole, "diagram": whole.diagram, "links": ()})


@require_http_methods(METHODS)
@member
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is called, and what happens from end to end."""
    viewer, asked = draft_asked(request, pk)
    initial = {"title": asked.title, "documentation": asked.steps["documentation"], "revision": asked.revision}
    form = WordsForm(posted(request), is_drawn=drafts.is_drawn(asked.steps), initial=initial)
    said = Ask("What it is called", "So that others find it, and know what it is for.", "Save", back=address(asked))

    def change() -> None:
        given = form.cleaned_data
        describe_draft(
            draft=asked, revision=given["revision"], title=given["title"], documentation=given.get("documentation", ""), by=viewer
        )

    return ask(request, said, form, change, "The words are changed.", address(asked))


@require_http_methods(METHODS)
@member
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    viewer, asked = draft_asked(request, pk)
    lead = f"“{asked.title}” goes with all its steps. What was published of it before stays."
    said = Ask("Throw this draft away?", lead, "Throw it away", back=address(asked), is_grave=True)
    form = DraftForm(posted(request), initial={"revision": asked.revision})
    return ask(request, said, form, lambda: discard_draft(draft=asked, by=viewer), "The draft is gone.", reverse("drafts"))


@require_POST
@member
def move(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Move a step up or down."""
    viewer, asked = draft_asked(request, pk)
    form = DraftForm(request.POST)
    if form.is_valid():
        up = request.POST.get("to") == "up"
        move_step(draft=asked, revision=form.cleaned_data["revision"], step=step, up=up, by=viewer)
    return redirect(f"{address(asked)}#step-{step}")


@require_http_methods(METHODS)
@member
def remove(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take a step out."""
    viewer, asked = draft_asked(request, pk)
    name = drafts.step_in(asked.steps, step)["name"]
    lead = "What led to it leads to what came after it. Inputs that it filled are left empty."
    said = Ask(f"Take “{name}” out?", lead, "Take it out", back=address(asked), is_grave=True)
    form = DraftForm(posted(request), initial={"revision": asked.revision})

    def taken() -> None:
        emptied = remove_step(draft=asked, revision=form.cleaned_data["revision"], step=step, by=viewer)
        if emptied:
            messages.info(request, f"It filled inputs of {', '.join(emptied)}. They are left empty now.")

    return ask(request, said, form, taken, f"“{name}” is out.", address(asked))


@require_safe
@member
def bpmn(request: HttpRequest, pk: int) -> HttpResponse:
    """The BPMN file as it is now."""
    _, asked = draft_asked(request, pk)
    response = HttpResponse(found.bpmn_of_draft(asked), content_type="application/xml")
    response["Content-Disposition"] = disposition(filename_of(asked))
    return response


def filename_of(asked: SequenceDraft) -> str:
    """What its BPMN file is called."""
    return asked.filename or f"{slugify(asked.title) or 'sequence'}.bpmn"


def draft_asked(request: HttpRequest, pk: int) -> tuple[Viewer, SequenceDraft]:
    """Who asks, and the draft; raises :class:`Missing`, or :class:`NotAllowed` for its organisation's members who do not publish."""
    viewer = viewer_in(request)
    asked = found.draft_of(viewer, pk)
    publisher_for(viewer, asked.organisation.slug, "")
    return viewer, asked


def address(asked: SequenceDraft) -> str:
    """Of its page."""
    return reverse("draft", args=[asked.pk])


def _composer(request: HttpRequest) -> tuple[Viewer, Organisation]:
    viewer, organisation = viewer_in(request), acted_for(request)
    publisher_for(viewer, organisation.slug, "")
    return viewer, organisation
