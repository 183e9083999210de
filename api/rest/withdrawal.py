"""Withdrawing: yank a release, take that back, deprecate a module."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request

from api.answers import answer
from api.bodies import small_fields
from api.endpoint import Endpoint
from api.rest import shapes
from api.schema import in_path, problems, returns
from registry.actions.deprecate_module import deprecate_module
from registry.actions.yank_release import unyank_release, yank_release
from registry.index import read
from registry.permissions import publisher_for

_REASON = {"type": "string", "minLength": 1, "maxLength": 500, "description": "Shown to everybody who sees it"}
_SUCCESSOR = {"type": "string", "description": "publisher/slug of the module to move to"}


def _body(**more: dict[str, str]) -> dict[str, object]:
    schema = {"type": "object", "required": ["reason"], "additionalProperties": False, "properties": {"reason": _REASON, **more}}
    return dict.fromkeys(("application/json", "multipart/form-data", "application/x-www-form-urlencoded"), schema)


_EXAMPLES = [
    OpenApiExample("A reason", value={"reason": "Sends the letter twice. Use 1.4.1."}, request_only=True, media_type="application/json")
]


class Yank(Endpoint):
    """Withdraw a release from resolution."""

    @extend_schema(
        operation_id="yank",
        summary="Yank a release",
        description="Withdraws it from resolution; its exact version stays downloadable, and the reason is shown everywhere.",
        parameters=in_path("publisher", "slug", "version"),
        request=_body(),
        examples=_EXAMPLES,
        responses={200: returns(shapes.ReleaseShape, "The release, yanked"), **problems(400, 404, 409, 411, 413, 415, 422)},
    )
    def post(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        publisher_for(self.viewer(), publisher, slug)
        release = read.visible_release(self.viewer(), publisher, slug, version)
        yank_release(release=release, reason=small_fields(request, ["reason"])["reason"], by=self.viewer())
        return _release_answer(self, publisher, slug, version)


class Unyank(Endpoint):
    """Take a yank back."""

    @extend_schema(
        operation_id="unyank",
        summary="Take a yank back",
        description="Puts a yanked release back into resolution.",
        parameters=in_path("publisher", "slug", "version"),
        request=_body(),
        examples=_EXAMPLES,
        responses={200: returns(shapes.ReleaseShape, "The release, no longer yanked"), **problems(400, 404, 409, 411, 413, 415, 422)},
    )
    def post(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        publisher_for(self.viewer(), publisher, slug)
        release = read.visible_release(self.viewer(), publisher, slug, version)
        unyank_release(release=release, reason=small_fields(request, ["reason"])["reason"], by=self.viewer())
        return _release_answer(self, publisher, slug, version)


class Deprecate(Endpoint):
    """Tell users of a module to move."""

    @extend_schema(
        operation_id="deprecate",
        summary="Deprecate a module",
        description="Tells its users to move, and where to. Said again with other words, it replaces them.",
        parameters=in_path("publisher", "slug"),
        request=_body(successor=_SUCCESSOR),
        examples=_EXAMPLES,
        responses={200: returns(shapes.ModuleDetailShape, "The module, deprecated"), **problems(400, 404, 411, 413, 415, 422)},
    )
    def post(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        publisher_for(self.viewer(), publisher, slug)
        module = read.visible_module(self.viewer(), publisher, slug)
        fields = small_fields(request, ["reason", "successor"])
        deprecate_module(module=module, reason=fields["reason"], successor=fields["successor"], by=self.viewer())
        return answer(shapes.module_detail_shape(read.module_detail(self.viewer(), publisher, slug)))


def _release_answer(endpoint: Endpoint, publisher: str, slug: str, version: str) -> HttpResponse:
    found = read.releases(endpoint.viewer(), publisher, slug)
    return answer(next(shapes.release_shape(entry) for entry in found if entry.version == version))
