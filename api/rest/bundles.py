"""A process sequence with all its modules in one zip, and its lock as it was written."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts.viewer import Viewer
from api.endpoint import Endpoint
from api.errors import Unavailable
from api.schema import in_path, problems
from registry.actions.take_bundle import check_recalls, override_recalls, record_bundle
from registry.index import bundles
from registry.releases.storage import disposition
from registry.sequences.bundle import Bundle
from registry.values.digests import digest_header
from registry.values.markings import marking_headers


class BundleDownload(Endpoint):
    """Everything of a sequence."""

    @extend_schema(
        operation_id="download_bundle",
        summary="Download a sequence with all its modules",
        description=(
            "One zip: the drawing, the lock, every file of every module that the lock names, licences, a bill of materials (CycloneDX) and "
            "the documentation of each step. While nothing of it changes it is the same byte for byte; the ETag is the SHA-256 of "
            "`SHA256SUMS` inside. All modules must be shared with you: 409 `part_not_shared` otherwise, 409 `no_lock` where no step is "
            "bound to a module."
        ),
        parameters=[
            *in_path("publisher", "slug", "version"),
            OpenApiParameter(
                "X-Recall-Override",
                str,
                OpenApiParameter.HEADER,
                description="Why recalled versions are taken all the same; kept on record. Without it a bundle with one of them answers 409",
            ),
            OpenApiParameter("recall_override", str, description="The same, for clients that cannot send a header"),
        ],
        responses={
            (200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, "The bundle"),
            304: None,
            **problems(308, 404, 409, 422),
        },
    )
    def get(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponseBase:
        bundle = bundles.bundle(self.viewer(), publisher, slug, version)
        http = request._request
        _check_recalls(http, bundle, self.viewer())
        answered = get_conditional_response(http, etag=f'"{bundle.etag}"')
        if answered is not None:
            return _described(answered, bundle)
        if not bundle.is_stored:
            raise Unavailable("bytes_missing", "The bytes of a part cannot be read just now.", where="artefact", mend="Tell the stewards.")
        is_whole = http.method == "GET"
        if is_whole:
            record_bundle(releases=bundle.releases, by=self.viewer())
        body: Iterable[bytes] = bundle.stream() if is_whole else ()
        response = StreamingHttpResponse(body, content_type="application/zip")
        response["Content-Length"] = str(bundle.size)
        return _described(response, bundle)


class LockDownload(Endpoint):
    """The lock of a sequence."""

    @extend_schema(
        operation_id="download_lock",
        summary="The lock of a sequence",
        description=(
            "Exact version and SHA-256 of every module it needs, byte for byte as it was written when the version came in. "
            "Digest and ETag carry the SHA-256 of these bytes. All modules must be shared with you, as for the bundle."
        ),
        parameters=in_path("publisher", "slug", "version"),
        responses={
            (200, "application/json"): OpenApiResponse(OpenApiTypes.OBJECT, "The lock"),
            304: None,
            **problems(308, 404, 409),
        },
    )
    def get(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponseBase:
        lock = bundles.lock(self.viewer(), publisher, slug, version)
        etag = f'"{lock.sha256}"'
        response = get_conditional_response(request._request, etag=etag) or HttpResponse(lock.content, content_type="application/json")
        response["ETag"] = etag
        response["Digest"] = digest_header(lock.sha256)
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _check_recalls(http: HttpRequest, bundle: Bundle, by: Viewer) -> None:
    """As for single files: whoever says why is handed what is recalled, and that is kept; a HEAD hands nothing over."""
    reason = http.META.get("HTTP_X_RECALL_OVERRIDE", "") or http.GET.get("recall_override", "")
    if not reason.strip():
        check_recalls(releases=bundle.releases)
    elif http.method == "GET":
        override_recalls(releases=bundle.releases, reason=reason.replace("\0", ""), by=by)


def _described(response: HttpResponseBase, bundle: Bundle) -> HttpResponseBase:
    response["ETag"] = f'"{bundle.etag}"'
    response["Content-Disposition"] = disposition(bundle.filename)
    response["X-Content-Type-Options"] = "nosniff"
    for name, value in marking_headers(bundle.marking, bundle.handling).items():
        response[name] = value
    return response
