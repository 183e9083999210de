"""The view every resource derives from: token first, then scope, rate and method; private answers that are always asked for again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.viewer import Viewer
from api.errors import no_such_path


class AlwaysJson(BaseContentNegotiation):
    """Whatever Accept says: a caller without a token must get its 401, not 406."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next((parser for parser in parsers if parser.media_type == request._request.content_type), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """One address of the API."""

    http_method_names: ClassVar = ["get", "head", "post"]  # type: ignore[misc]
    content_negotiation_class = AlwaysJson

    def viewer(self) -> Viewer:
        """The token's."""
        viewer: Viewer = self.request._request.viewer  # type: ignore[attr-defined]
        return viewer

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        final = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        patch_vary_headers(final, ["Authorization"])
        final.setdefault("Cache-Control", "private, no-cache")
        return final


class NoSuchPath(Endpoint):
    """Every other address below /api/, which asks for a token like all the rest."""

    http_method_names: ClassVar = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]  # type: ignore[misc]
    schema = None

    def get(self, request: Request, **_: str) -> HttpResponse:
        raise no_such_path()

    post = put = patch = delete = options = trace = get  # type: ignore[assignment]
