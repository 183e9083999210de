"""Who runs a module; what one's organisation runs, said again, changed and given up."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from defusedcsv import csv
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import Viewer, viewer_in
from accounts.views.access import acted_for, member, posted, signed_in
from registry.actions.state_adoption import change_adoption, confirm_adoption, move_adoption, state_adoption
from registry.adoption.models import Adoption, Stage
from registry.catalogue.models import Module
from registry.index import read
from registry.index.adoptions import log_of, mine, own_entry, record_of, use_entry
from registry.index.entries import ReleaseEntry
from registry.index.use_entries import OwnAdoption
from registry.permissions import answerer_for
from registry.releases.models import Release
from registry.web.acting import Ask, ask, carried_out
from registry.web.publishing import METHODS
from registry.web.use_forms import DetailsForm, MoveForm, RetireForm, StateForm, details_of

COLUMNS = (
    *("module", "version", "stage", "standing", "since", "owner", "volume", "unit", "systems", "objective", "blockers", "reason"),
    *("sharing", "is_adapted", "confirmed_at", "expires_on", "behind", "newest"),
)  # of the export: names of OwnAdoption's attributes


@require_http_methods(METHODS)
@signed_in
def use(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Everybody who runs it, as far as they say so, and the form by which one's own organisation says it."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    releases = read.releases(viewer, publisher, slug)
    form = StateForm(posted(request), versions=_offered(releases), initial=_asked(request.GET, releases))
    if request.method == "POST":
        organisation = acted_for(request)
        answerer_for(viewer, organisation)
        if form.is_valid() and carried_out(form, lambda: _state(module, form, viewer)):
            messages.success(request, "Stated. We ask again before it ends; you find it under In use.")
            return redirect("use", module.publisher, module.slug)
    entry = read.entry_of(module, viewer)
    context = {"entry": entry, "use": use_entry(viewer, entry), "form": form}
    return render(request, "registry/use/use.html", context, status=422 if form.errors else 200)


@require_safe
@member
def adoptions(request: HttpRequest) -> HttpResponse:
    """What the organisation acted for runs, tries and gave up."""
    every = mine(viewer_in(request))
    stage = request.GET.get("stage", "")
    counts = Counter(entry.stage for entry in every)
    context = {
        "organisation": acted_for(request),
        "stages": [(value, label, counts[value]) for value, label in Stage.choices],
        "stage": stage if stage in Stage.values else "",
        "entries": [entry for entry in every if stage in ("", entry.stage) or stage not in Stage.values],
        "due": sum(entry.standing in ("ending", "ended") for entry in every),
        "behind": sum(entry.behind > 0 for entry in every),
        "total": len(every),
    }
    return render(request, "registry/use/adoptions.html", context)


@require_safe
@member
def adoptions_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in mine(viewer_in(request)):
        writer.writerow([_cell(getattr(entry, name)) for name in COLUMNS])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="in-use.csv"'
    return response


@require_safe
@member
def adoption(request: HttpRequest, pk: int) -> HttpResponse:
    """One record with its log."""
    viewer = viewer_in(request)
    found = record_of(viewer, pk)
    context = {"record": own_entry(viewer, found), "log": log_of(found)}
    return render(request, "registry/use/record.html", context)


@require_http_methods(["POST"])
@member
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is still live."""
    viewer = viewer_in(request)
    done = confirm_adoption(adoption=record_of(viewer, pk), by=viewer)
    messages.success(request, f"Confirmed. It counts as verified until {done.expires_on:%-d %B %Y}.")
    return redirect("adoption", pk)


@require_http_methods(METHODS)
@member
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring it to another stage or version."""
    viewer, found, entry = _record(request, pk)
    releases = read.releases(viewer, entry.publisher, entry.slug) if entry.is_visible else ()
    stage = entry.stage if entry.stage != Stage.RETIRED else ""
    asked = request.GET.get("version", "")
    versions = _offered(releases)
    initial = {"stage": stage, "since": entry.since, "owner": entry.owner, "version": asked if asked in versions else ""}
    form = MoveForm(posted(request), versions=versions, held=entry.version, initial=initial)
    said = Ask(
        heading=f"Change stage or version of {entry.module}",
        lead=f"Your record says: {entry.stage} {entry.version}".strip() + ". What you change is kept in its log.",
        button="Save",
        back=reverse("adoption", args=[pk]),
    )

    def act() -> Adoption:
        given = {**form.cleaned_data, "release": _release(viewer, found.module, form.cleaned_data["version"])}
        return move_adoption(adoption=found, by=viewer, **{name: value for name, value in given.items() if name != "version"})

    return ask(request, said, form, act, "Your record is changed.", reverse("adoption", args=[pk]))


@require_http_methods(METHODS)
@member
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what it says beside stage and version, and who reads it."""
    viewer, found, entry = _record(request, pk)
    form = DetailsForm(posted(request), initial=details_of(entry))
    said = Ask(
        heading=f"Change what you say of {entry.module}",
        lead="This does not confirm it anew.",
        button="Save",
        back=reverse("adoption", args=[pk]),
    )
    done = "Your record is changed."
    return ask(
        request,
        said,
        form,
        lambda: change_adoption(adoption=found, form=form.adoption_form(), by=viewer),
        done,
        reverse("adoption", args=[pk]),
    )


@require_http_methods(METHODS)
@member
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up."""
    viewer, found, entry = _record(request, pk)
    form = RetireForm(posted(request), initial={"shares_reason": entry.shares_reason})
    said = Ask(
        heading=f"Give up {entry.module} {entry.version}".strip(),
        lead="From then on it no longer counts, and recalls no longer reach you for it. The record and its log are kept.",
        button="Give it up",
        back=reverse("adoption", args=[pk]),
        is_grave=True,
    )
    done = "It is retired."
    return ask(
        request,
        said,
        form,
        lambda: move_adoption(adoption=found, stage=Stage.RETIRED, by=viewer, **form.cleaned_data),
        done,
        reverse("adoption", args=[pk]),
    )


def _record(request: HttpRequest, pk: int) -> tuple[Viewer, Adoption, OwnAdoption]:
    """A record that whoever asks may change; absent to those who may not read it."""
    viewer = viewer_in(request)
    found = record_of(viewer, pk)
    answerer_for(viewer, found.organisation)
    return viewer, found, own_entry(viewer, found)


def _state(module: Module, form: StateForm, viewer: Viewer) -> Adoption:
    assert viewer.organisation is not None
    return state_adoption(
        module=module,
        release=_release(viewer, module, form.cleaned_data["version"]),
        stage=form.cleaned_data["stage"],
        form=form.adoption_form(),
        organisation=viewer.organisation,
        by=viewer,
    )


def _release(viewer: Viewer, module: Module, version: str) -> Release | None:
    """The version that was chosen, among those the form offered."""
    if not version:
        return None
    return Release.objects.visible_to(viewer).filter(module=module, version=version).defer("inspection").first()


def _offered(releases: tuple[ReleaseEntry, ...]) -> list[str]:
    """Versions that one can hold: whoever sees them at all may, yanked ones too, as a recall must find them."""
    return [each.version for each in releases if each.quarantined_at is None]


def _asked(given: QueryDict, releases: tuple[ReleaseEntry, ...]) -> dict[str, Any]:
    version = given.get("version", "")
    latest = next((each.version for each in releases if each.state == "listed" and not each.is_prerelease), "")
    return {"version": version if version in _offered(releases) else latest, "stage": Stage.LIVE if version else ""}


def _cell(value: object) -> str:
    """``value`` as a cell; ``None`` is empty, lists are parted by semicolons."""
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
