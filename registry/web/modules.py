"""A module's page, a release's page, and the files one takes away."""

from __future__ import annotations

import itertools
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.viewer import Viewer, viewer_in
from accounts.views.access import signed_in
from registry.actions.override_recall import open_recall
from registry.actions.record_download import record_download
from registry.errors import Missing
from registry.index import read
from registry.index.entries import ModuleDetail, ReleaseDetail
from registry.index.governance import on_request_module
from registry.lifecycle.models import Recall
from registry.releases.models import Artefact
from registry.releases.storage import disposition, key_of, store
from registry.values.digests import digest_header
from registry.web.access import on_request
from registry.web.answers import answers, effort, platforms_of, shown_steps
from registry.web.lifecycle_forms import OverrideForm
from registry.web.taking import ways

FIRST_STEPS = 25  # shown at once; a longer list is opened by whoever wants it (design, section 6)
INNER_FILES = 300


@require_safe
@signed_in
def module(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """What the module does, needs, and how to take its latest release; of one that may be asked for, that it may."""
    try:
        detail = read.module_detail(viewer_in(request), publisher, slug)
    except Missing:
        return on_request(request, on_request_module(viewer_in(request), publisher, slug)[1])
    return render(request, "registry/module.html", _context(detail, detail.current))


@require_safe
@signed_in
def release(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """Everything known of one release, down to the digests of its files."""
    detail, current = read.release_detail(viewer_in(request), publisher, slug, version)
    return render(request, "registry/release.html", _context(detail, current))


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
    if is_whole:
        response = _sent(file)
        record_download(release=file.release, by=viewer)
    else:
        response = HttpResponse(content_type=file.media_type, headers={"Content-Length": str(file.size)})
    response["Content-Disposition"] = disposition(file.filename)
    response["ETag"] = f'"{file.sha256}"'
    response["Digest"] = digest_header(file.sha256)
    response["X-Content-Type-Options"] = "nosniff"
    for name, value in read.file_headers(file).items():
        response[name] = value
    return response


def _sent(file: Artefact) -> HttpResponseBase:
    link = store().link(file.sha256, file.filename, file.media_type)
    if link is not None:
        return HttpResponseRedirect(link)
    if settings.ACCEL_REDIRECT:
        handed = HttpResponse(content_type=file.media_type)
        handed["X-Accel-Redirect"] = f"{settings.ACCEL_REDIRECT.rstrip('/')}/{key_of(file.sha256)}"
        return handed
    response = FileResponse(store().open(file.sha256), content_type=file.media_type)
    response["Content-Length"] = str(file.size)
    return response


def _context(detail: ModuleDetail, current: ReleaseDetail | None) -> dict[str, Any]:
    context: dict[str, Any] = {"module": detail, "entry": detail.entry, "release": current}
    if current is not None:
        rows = current.adaptation
        steps = shown_steps(current.inspection)
        context |= {
            "answers": answers(detail, current),
            "effort": effort(rows),
            "groups": [(group, list(each)) for group, each in itertools.groupby(rows, key=lambda row: row.group)],
            "missing": [need for need in current.dependencies if need.status == "missing"],
            "steps": steps[:FIRST_STEPS],
            "more_steps": steps[FIRST_STEPS:],
            "platforms": platforms_of(current),
            "ways": ways(current.entry.files) if current.entry.files else (),
            "inner_files": current.inspection.files[:INNER_FILES],
            "total_size": sum(file.size for file in current.entry.files),
        }
    return context
