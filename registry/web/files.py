"""Hands a stored file over as an attachment: by a signed link, by the web server in front, or from here."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from registry.releases.storage import disposition, key_of, store
from registry.values.digests import digest_header


class Stored(Protocol):
    """What has bytes in the artefact store."""

    filename: str
    size: int
    sha256: str
    media_type: str


def handed(file: Stored, *, is_whole: bool = True) -> HttpResponseBase:
    """``file`` for whoever was found to see it; for a HEAD only what is said of it."""
    described = HttpResponse(content_type=file.media_type, headers={"Content-Length": str(file.size)})
    response = _sent(file) if is_whole else described
    response["Content-Disposition"] = disposition(file.filename)
    response["ETag"] = f'"{file.sha256}"'
    response["Digest"] = digest_header(file.sha256)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _sent(file: Stored) -> HttpResponseBase:
    link = store().link(file.sha256, file.filename, file.media_type)
    if link is not None:
        return HttpResponseRedirect(link)
    if settings.ACCEL_REDIRECT:
        given = HttpResponse(content_type=file.media_type)
        given["X-Accel-Redirect"] = f"{settings.ACCEL_REDIRECT.rstrip('/')}/{key_of(file.sha256)}"
        return given
    response = FileResponse(store().open(file.sha256), content_type=file.media_type)
    response["Content-Length"] = str(file.size)
    return response
