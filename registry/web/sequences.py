"""The pages of a process sequence: what its module's page says beyond any module's, its steps, its whole documentation, and its bundle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import Viewer, viewer_in
from accounts.views.access import posted, signed_in
from registry.actions.take_bundle import override_recalls, recalled, record_bundle
from registry.errors import Conflict
from registry.index import bundles, read
from registry.index.entries import ModuleDetail, ReleaseDetail
from registry.index.sequences import SequenceEntry, sequence_entry, step_of
from registry.releases.models import Release
from registry.releases.storage import disposition
from registry.sequences.bundle import Bundle
from registry.values.markdown import to_html
from registry.values.markings import marking_headers
from registry.web import words
from registry.web.acting import carried_out
from registry.web.diagram import diagram
from registry.web.lifecycle_forms import OverrideForm
from registry.web.publishing import METHODS


def shown(viewer: Viewer, detail: ModuleDetail, current: ReleaseDetail | None) -> tuple[SequenceEntry | None, ReleaseDetail | None]:
    """The sequence that a module's page shows, and the release as that page shows it: what its steps say of modules is said by them alone."""
    if current is None or detail.entry.kind != "sequence":
        return None, current
    release = read.visible_release(viewer, detail.entry.publisher, detail.entry.slug, current.entry.version)
    sequence = sequence_entry(viewer, release)
    if sequence is None or sequence.parts is None:
        return sequence, current
    # Publishing adds an entry point for each bound step, by which versions are compared (registry.sequences.composed).
    own = current.inspection.entry_points[: -len(sequence.flow.bound) or None]
    needs = tuple(need for need in current.dependencies if need.ecosystem != "moothall")
    return sequence, replace(current, inspection=replace(current.inspection, entry_points=own), dependencies=needs)


def context_of(sequence: SequenceEntry | None) -> dict[str, Any]:
    """What the templates of a module's page need where it is a sequence."""
    if sequence is None:
        return {}
    module = sequence.release.module
    parts = sequence.parts.seen if sequence.parts else ()
    platforms = dict.fromkeys(words.PLATFORMS.get(part.release.platform, part.release.platform) for part in parts)
    return {
        "sequence": sequence,
        "diagram": diagram(sequence.flow, f"{module.title}, steps", sequence.breaks),
        "sequence_platforms": tuple(platforms),
        "listed_steps": [(step, sequence.update_of(step)) for step in sequence.steps],
    }


@require_safe
@signed_in
def step(request: HttpRequest, publisher: str, slug: str, version: str, node: str) -> HttpResponse:
    """One step: what it takes and gives, what comes before and after, and what its module says of itself."""
    release, sequence = _sequence(request, publisher, slug, version)
    told = step_of(sequence, node)
    steps = sequence.steps
    context = {
        "module": release.module,
        "release": release,
        "sequence": sequence,
        "step": told,
        "update": sequence.update_of(told),
        "before": steps[told.number - 2] if told.number > 1 else None,
        "after": steps[told.number] if told.number < len(steps) else None,
        "readme_html": to_html(told.part.readme) if told.part else "",
    }
    return render(request, "registry/sequences/step_page.html", context)


@require_safe
@signed_in
def documentation(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """The process from end to end on one page that can be printed."""
    release, sequence = _sequence(request, publisher, slug, version)
    return render(request, "registry/sequences/documentation.html", {"module": release.module, "release": release} | context_of(sequence))


@require_http_methods(METHODS)
@signed_in
def bundle(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponseBase:
    """The sequence with all its modules as one zip; where it cannot be had, why. What is recalled is had for a reason, which is kept."""
    viewer = viewer_in(request)
    release = read.visible_release(viewer, publisher, slug, version)
    try:
        made = bundles.bundle(viewer, publisher, slug, version)
    except Conflict as error:
        return _withheld(request, release, {"error": error}, 409)
    if not made.is_stored:
        return _withheld(request, release, {}, 503)
    form = OverrideForm(posted(request))
    held = recalled(made.releases)
    if held and not (
        form.is_valid() and carried_out(form, lambda: override_recalls(releases=held, reason=form.cleaned_data["reason"], by=viewer))
    ):
        return _withheld(request, release, {"held": held, "form": form}, 422 if form.errors else 409)
    return _sent(made, viewer, is_whole=request.method != "HEAD")


def _sequence(request: HttpRequest, publisher: str, slug: str, version: str) -> tuple[Release, SequenceEntry]:
    viewer = viewer_in(request)
    release = read.visible_release(viewer, publisher, slug, version)
    sequence = sequence_entry(viewer, release)
    if sequence is None:
        raise read.missing()
    return release, sequence


def _withheld(request: HttpRequest, release: Release, said: dict[str, Any], status: int) -> HttpResponse:
    context = {"module": release.module, "release": release, **said}
    return render(request, "registry/sequences/withheld.html", context, status=status)


def _sent(made: Bundle, viewer: Viewer, *, is_whole: bool) -> StreamingHttpResponse:
    if is_whole:
        record_bundle(releases=made.releases, by=viewer)
    response = StreamingHttpResponse(made.stream() if is_whole else (), content_type="application/zip")
    headers = {
        "Content-Length": str(made.size),
        "Content-Disposition": disposition(made.filename),
        "ETag": f'"{made.etag}"',
        "X-Content-Type-Options": "nosniff",
        **marking_headers(made.marking, made.handling),
    }
    for name, value in headers.items():
        response[name] = value
    return response
