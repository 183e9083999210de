"""The bytes of a release's file: by a signed link, by the web server in front, or from here, whole or a range of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from api.endpoint import Endpoint
from api.errors import RangeNotSatisfiable, Unavailable, problem
from api.schema import in_path, problems
from registry.actions.override_recall import check_not_recalled, override_recall
from registry.actions.record_download import record_download
from registry.index import read
from registry.releases.models import Artefact
from registry.releases.storage import disposition, key_of, store
from registry.values.digests import digest_header

CHUNK = 256 * 1024  # bytes sent at a time
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class Download(Endpoint):
    """One file."""

    @extend_schema(
        operation_id="download",
        summary="Download a file",
        description=(
            "The bytes as an attachment, or a redirect to a signed link that works for at most 60 seconds. "
            "Digest and ETag carry the SHA-256. A single range may be asked for."
        ),
        parameters=[
            *in_path("publisher", "slug", "version", "filename"),
            OpenApiParameter("Range", str, OpenApiParameter.HEADER),
            OpenApiParameter(
                "X-Recall-Override",
                str,
                OpenApiParameter.HEADER,
                description="Why a recalled version is taken all the same; kept on record. Without it a recalled version answers 409",
            ),
            OpenApiParameter("recall_override", str, description="The same, for clients that cannot send a header"),
        ],
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file"),
            (206, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The bytes asked for"),
            302: OpenApiResponse(None, "The signed link"),
            304: None,
            **problems(308, 404, 409, 416, 422),
        },
    )
    def get(self, request: Request, publisher: str, slug: str, version: str, filename: str) -> HttpResponseBase:
        file = read.artefact(self.viewer(), publisher, slug, version, filename)
        http = request._request
        self._check_recall(http, file)
        answered = get_conditional_response(http, etag=_etag(file))
        if answered is not None:
            return _described(answered, file)
        response = _response(http, file)
        if http.method == "GET" and response.status_code in (200, 302):
            record_download(release=file.release, by=self.viewer())
        return _described(response, file)

    def _check_recall(self, http: HttpRequest, file: Artefact) -> None:
        """A recalled file is handed over to whoever says why, which is kept; a HEAD hands nothing over."""
        reason = http.META.get("HTTP_X_RECALL_OVERRIDE", "") or http.GET.get("recall_override", "")
        if not reason.strip():
            check_not_recalled(artefact=file)
        elif http.method == "GET":
            override_recall(artefact=file, reason=reason.replace("\0", ""), by=self.viewer())


def _response(request: HttpRequest, file: Artefact) -> HttpResponseBase:
    link = store().link(file.sha256, file.filename, file.media_type)
    if link is not None:
        response: HttpResponseBase = HttpResponseRedirect(link)
        response["Cache-Control"] = "private, no-store"
        return response
    if settings.ACCEL_REDIRECT:
        response = HttpResponse(content_type=file.media_type)
        response["X-Accel-Redirect"] = f"{settings.ACCEL_REDIRECT.rstrip('/')}/{key_of(file.sha256)}"
        return response
    return _from_here(request, file)


def _from_here(request: HttpRequest, file: Artefact) -> HttpResponseBase:
    wanted = _wanted(request, file)
    if wanted is None:
        response = problem(RangeNotSatisfiable("range_not_satisfiable", f"The file has {file.size} bytes.", where="Range"))
        response["Content-Range"] = f"bytes */{file.size}"
        return response
    first, last = wanted
    length = last - first + 1
    span: Iterable[bytes] = () if request.method == "HEAD" else _Span(_opened(file), first, length)
    sent = StreamingHttpResponse(span, content_type=file.media_type)
    if length < file.size:
        sent.status_code = 206
        sent["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    sent["Content-Length"] = str(length)
    sent["Accept-Ranges"] = "bytes"
    return sent


def _wanted(request: HttpRequest, file: Artefact) -> tuple[int, int] | None:
    """First and last byte to send; None for a range the file has not. Ranges we do not understand mean the whole file (RFC 9110, 14.2)."""
    whole = (0, file.size - 1)
    asked = _RANGE.fullmatch(request.META.get("HTTP_RANGE", ""))
    if asked is None or asked.groups() == ("", "") or request.META.get("HTTP_IF_RANGE", _etag(file)) != _etag(file):
        return whole
    first, last = asked.groups()
    if not first:
        return (max(0, file.size - int(last)), file.size - 1) if int(last) else None
    if last and int(last) < int(first):
        return whole
    return (int(first), min(int(last or file.size), file.size - 1)) if int(first) < file.size else None


def _opened(file: Artefact) -> IO[bytes]:
    try:
        return store().open(file.sha256)
    except FileNotFoundError as error:
        raise Unavailable(
            "bytes_missing", "The bytes of this file cannot be read just now.", where="artefact", mend="Tell the stewards."
        ) from error


class _Span:
    """A stretch of an open file, in chunks. Django closes it however the answer ends, also before its first byte."""

    def __init__(self, stream: IO[bytes], first: int, length: int) -> None:
        self._stream = stream
        self._left = length
        stream.seek(first)

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (chunk := self._stream.read(min(CHUNK, self._left))):
            self._left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._stream.close()


def _described(response: HttpResponseBase, file: Artefact) -> HttpResponseBase:
    if response.status_code == 416:
        return response
    response["ETag"] = _etag(file)
    response["Digest"] = digest_header(file.sha256)
    response["Content-Disposition"] = disposition(file.filename)
    response["X-Content-Type-Options"] = "nosniff"
    for name, value in read.file_headers(file).items():
        response[name] = value
    return response


def _etag(file: Artefact) -> str:
    return f'"{file.sha256}"'
