"""Publishes a draft as a release of a process sequence: the same form and the same door as for every module, with the file that it makes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.views.access import member, posted
from registry.actions.compose_sequence import discard_draft
from registry.errors import RegistryError
from registry.index import composing as found
from registry.permissions import publisher_for
from registry.releases.bumps import next_versions
from registry.releases.upload import spooled
from registry.sequences import drafts
from registry.sequences.models import SequenceDraft
from registry.values.identifiers import slugify
from registry.values.versions import next_after
from registry.web.composing import draft_asked, filename_of
from registry.web.publishing import METHODS, attempt, first_release, next_release, published, report_of, spend
from registry.web.publishing_forms import DraftModuleForm, DraftVersionForm, VersionForm


@require_http_methods(METHODS)
@member
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish it, and be done with the draft; ``do=check`` tries all of it and stores nothing."""
    viewer, draft = draft_asked(request, pk)
    module = draft.module
    organisation = publisher_for(viewer, module.publisher, module.slug) if module else draft.organisation
    form = _form(request, draft)
    report, status = None, 200
    if form.is_valid() and (data := _written(form, draft)):
        spend(request)
        with spooled([data], filename_of(draft), "application/xml") as upload:
            done = attempt(form, organisation, module, viewer, [upload], trial=request.POST.get("do") == "check")
            if done is not None and done.release is not None:
                if done.created:
                    discard_draft(draft=draft, by=viewer)
                return published(request, organisation, done)
            report = report_of(viewer, module, [upload], done) if done is not None else None
    if form.errors:
        status = 422
    context = {
        "form": form,
        "module": module,
        "organisation": organisation,
        "report": report,
        "draft": draft,
        "next_versions": next_versions(module) if module else None,
    }
    return render(request, "registry/sequences/publish.html", context, status=status)


def _form(request: HttpRequest, draft: SequenceDraft) -> VersionForm:
    module = draft.module
    version = {"version": next_after(module.latest_version if module else None)}
    if module is not None:
        return DraftVersionForm(posted(request), initial=next_release(module) | version)
    said = version | {"title": draft.title, "slug": slugify(draft.title), "readme": draft.steps["documentation"]}
    return DraftModuleForm(posted(request), organisation=draft.organisation, initial=first_release(draft.organisation) | said)


def _written(form: VersionForm, draft: SequenceDraft) -> bytes:
    """The BPMN file, or nothing with what hinders it on the form."""
    try:
        return found.bpmn_of_draft(draft)
    except RegistryError as error:
        number = drafts.number_in(error.where)
        place = f"Step {number + 1}: " if number is not None else ""
        form.add_error(None, f"{place}{error.message} {error.mend}".strip())
        return b""
