"""A module's page, a release's page, and the files one takes away."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.viewer import Viewer, viewer_in
from accounts.views.access import signed_in
from registry.actions.override_recall import open_recall
from registry.actions.record_download import record_download
from registry.errors import Missing
from registry.index import read
from registry.index.adoptions import use_entry
from registry.index.benefits import module_benefits
from registry.index.dependants import dependants
from registry.index.entries import ModuleDetail, ReleaseDetail
from registry.index.governance import on_request_module
from registry.index.practice import practice_entry
from registry.index.ratings import ratings_entry
from registry.index.run_figures import run_signal
from registry.lifecycle.models import Recall
from registry.releases.models import Artefact
from registry.web import sequences
from registry.web.access import on_request
from registry.web.answers import answers, effort, platforms_of
from registry.web.files import handed
from registry.web.lifecycle_forms import OverrideForm
from registry.web.signals import signals_of
from registry.web.speaking import preferred
from registry.web.step_list import steps_shown
from registry.web.taking import ways

INNER_FILES = 300


@require_safe
@signed_in
def module(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """What the module does, needs, and how to take its latest release; of one that may be asked for, that it may."""
    try:
        detail = read.module_detail(viewer_in(request), publisher, slug)
    except Missing:
        return on_request(request, on_request_module(viewer_in(request), publisher, slug)[1])
    viewer = viewer_in(request)
    locking = dependants(viewer, detail.entry.key)
    sequences_too = {each.id for each in locking}
    detail = replace(detail, used_by=tuple(user for user in detail.used_by if user not in sequences_too))  # each is named once
    worth: dict[str, Any] = {"benefits": module_benefits(viewer, publisher, slug), "runs": run_signal(viewer, detail.entry)}
    worth |= {"dependants": locking, "spoken": preferred(request, detail.entry.language, detail.words)}
    answer = render(request, "registry/module.html", _context(request, detail, detail.current) | _judged(request, detail) | worth)
    patch_vary_headers(answer, ["Accept-Language"])
    return answer


@require_safe
@signed_in
def release(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """Everything known of one release, down to the digests of its files."""
    detail, current = read.release_detail(viewer_in(request), publisher, slug, version)
    return render(request, "registry/release.html", _context(request, detail, current))


@require_safe
@signed_in
def download(request: HttpRequest, publisher: str, slug: str, version: str, filename: str) -> HttpResponseBase:
    """One file as an attachment: by a signed link, by the web server in front, or from here."""
    viewer = viewer_in(request)
    file = read.artefact(viewer, publisher, slug, version, filename)
    recall = open_recall(file)
    if recall is not None:
        return recalled(request, file, recall, OverrideForm(), 409)
    return sent(file, viewer, is_whole=request.method == "GET")


def recalled(request: HttpRequest, file: Artefact, recall: Recall, form: OverrideForm, status: int) -> HttpResponse:
    """What is wrong with a recalled file, and the form by which whoever needs it says why."""
    context = {"form": form, "recall": recall, "release": file.release, "module": file.release.module, "file": file}
    return render(request, "registry/lifecycle/recalled.html", context, status=status)


def sent(file: Artefact, viewer: Viewer, *, is_whole: bool = True) -> HttpResponseBase:
    """The file as an attachment, counted; for a HEAD only what is said of it."""
    response = handed(file, is_whole=is_whole)
    if is_whole:
        record_download(release=file.release, by=viewer)
    for name, value in read.file_headers(file).items():
        response[name] = value
    return response


def _context(request: HttpRequest, detail: ModuleDetail, current: ReleaseDetail | None) -> dict[str, Any]:
    viewer = viewer_in(request)
    use = use_entry(viewer, detail.entry)
    sequence, current = sequences.shown(viewer, detail, current)
    context: dict[str, Any] = {"module": detail, "entry": detail.entry, "release": current, "use": use, **sequences.context_of(sequence)}
    if current is not None:
        context |= {"answers": answers(detail, current, use, sequence), "ways": ways(current.entry.files) if current.entry.files else ()}
        context |= read_from(current)
        if sequence is None:
            context["steps"] = steps_shown(current.inspection, detail.entry.title, request.GET.dict())
    return context


def _judged(request: HttpRequest, detail: ModuleDetail) -> dict[str, Any]:
    """What adopters and stewards say of a module of which some release is shown."""
    if detail.current is None:
        return {}
    viewer, entry = viewer_in(request), detail.entry
    ratings = ratings_entry(viewer, entry.publisher, entry.slug)
    practice = practice_entry(viewer, entry.publisher, entry.slug)
    return {"ratings": ratings, "practice": practice, "signals": signals_of(detail, detail.current, ratings, practice)}


def read_from(release: ReleaseDetail) -> dict[str, Any]:
    """What the parts of a page need that show what was read from a release's files."""
    rows = release.adaptation
    return {
        "effort": effort(rows),
        "groups": [(group, list(each)) for group, each in itertools.groupby(rows, key=lambda row: row.group)],
        "missing": [need for need in release.dependencies if need.status == "missing"],
        "platforms": platforms_of(release),
        "inner_files": release.inspection.files[:INNER_FILES],
        "total_size": sum(file.size for file in release.entry.files),
    }
