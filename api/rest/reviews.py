"""A release's way through its review, as its publisher's machines walk it. They sign nothing: that is for people alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request

from api.answers import as_text, conditional
from api.bodies import Received, check_names, once, received, small_fields
from api.endpoint import Endpoint
from api.idempotency import KEY_HEADER, Reply, answered_once
from api.rest.review_shapes import ReviewShape, review_shape
from api.schema import FILES, in_path, problem_example, problems, returns
from registry.actions.list_release import list_release
from registry.actions.replace_artefacts import replace_artefacts
from registry.actions.resubmit_release import resubmit_release
from registry.actions.submit_release import submit_release
from registry.errors import Conflict
from registry.index import read
from registry.index.review_status import open_review, review_status
from registry.permissions import publisher_for
from registry.releases.models import Release
from registry.reviews.states import Act

_NOTHING = {"application/json": {"type": "object", "additionalProperties": False, "properties": {}}}
_WORDS = {"type": "string", "minLength": 1, "maxLength": 2000, "description": "What you answer; reviewers read it"}
_ANSWER = {"type": "object", "required": ["text"], "additionalProperties": False, "properties": {"text": _WORDS}}
_FILES = {
    "type": "object",
    "required": ["artefact"],
    "additionalProperties": False,
    "properties": {
        "artefact": FILES,
        "text": {"type": "string", "maxLength": 2000, "description": "What you changed; reviewers read it"},
        "contested": {"type": "string", "maxLength": 500, "description": "Why something that was found need not be mended"},
    },
}
_PARAMETERS = [*in_path("publisher", "slug", "version"), KEY_HEADER]
_WRONG_STATE = problem_example(
    "It is not in a state for that",
    Conflict("wrong_state", "It is being checked; this can be done only while it is in review.", where="state"),
)


class Review(Endpoint):
    """How far it has come."""

    @extend_schema(
        operation_id="read_review",
        summary="Read how far a review has come",
        description=(
            "The newest review of this version: its state, whose sign-offs it needs and has, what stands in the way and what its author was "
            "asked. For its publisher, and for whoever reviews it. People sign, in the portal and with a second factor; no token does."
        ),
        parameters=in_path("publisher", "slug", "version"),
        responses={200: returns(ReviewShape, "The review"), 304: None, **problems(404)},
    )
    def get(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        return conditional(request._request, review_shape(review_status(self.viewer(), publisher, slug, version)))


class Submit(Endpoint):
    """Hand a draft in."""

    @extend_schema(
        operation_id="submit_release",
        summary="Hand in a draft",
        description="A draft is what was published with draft=true. From now on it is checked, then reviewed where others are to see it.",
        parameters=_PARAMETERS,
        request=_NOTHING,
        examples=[_WRONG_STATE],
        responses={200: returns(ReviewShape, "It is being checked"), **problems(400, 404, 409, 411, 413, 415, 422)},
    )
    def post(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        return _done(self, request, (publisher, slug, version), [], lambda release, said: submit_release(release=release, by=self.viewer()))


class Resubmit(Endpoint):
    """Answer reviewers in words."""

    @extend_schema(
        operation_id="resubmit_release",
        summary="Answer what reviewers asked",
        description="Gives a version that waits for its author back to its reviewers, with its files as they are: what was signed stays signed.",
        parameters=_PARAMETERS,
        request=dict.fromkeys(("application/json", "multipart/form-data", "application/x-www-form-urlencoded"), _ANSWER),
        examples=[
            OpenApiExample("An answer", value={"text": "The host is our test system."}, request_only=True, media_type="application/json"),
            _WRONG_STATE,
        ],
        responses={200: returns(ReviewShape, "It is in review again"), **problems(400, 404, 409, 411, 413, 415, 422)},
    )
    def post(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        def resubmit(release: Release, said: dict[str, str]) -> None:
            resubmit_release(review=open_review(self.viewer(), release, Act.RESUBMIT), text=said["text"], by=self.viewer())

        return _done(self, request, (publisher, slug, version), ["text"], resubmit)


class Replace(Endpoint):
    """Answer reviewers with other files."""

    @extend_schema(
        operation_id="replace_artefacts",
        summary="Give a version other files",
        description=(
            "For a version that was never listed and is a draft, held, or waiting for its author. All its files are replaced by these, which "
            "are checked as on a publish. Every sign-off of the files before is void."
        ),
        parameters=_PARAMETERS,
        request={"multipart/form-data": _FILES},
        examples=[
            OpenApiExample(
                "Mended",
                value={"artefact": ["VictimUpdate.1.4.0.nupkg"], "text": "The password is an asset now."},
                request_only=True,
                media_type="multipart/form-data",
            ),
            problem_example(
                "The same files",
                Conflict("files_unchanged", "These are the files it has already.", where="artefact", mend="Answer in words instead."),
            ),
        ],
        responses={200: returns(ReviewShape, "It is being checked again"), **problems(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        viewer, at = self.viewer(), (publisher, slug, version)
        organisation = publisher_for(viewer, publisher, slug)
        release = read.visible_release(viewer, *at)
        with received(request._request) as body:

            def replace() -> Reply:
                check_names(body.fields, ["text", "contested"])
                words = {name: once(body.fields, name) for name in ("text", "contested")}
                replace_artefacts(release=release, uploads=body.uploads, **words, by=viewer)
                return _reply(self, at)

            return answered_once(request._request, organisation, body, replace)


class List(Endpoint):
    """Show it to those it was signed off for."""

    @extend_schema(
        operation_id="list_release",
        summary="List a release that was signed off",
        description=(
            "Shows it to those it was signed off for. Answers 409 until everybody has signed these very files and nothing else is in the "
            "way; 200 also where it is listed already. On a review for more to see it, shows it to them."
        ),
        parameters=_PARAMETERS,
        request=_NOTHING,
        examples=[
            problem_example(
                "Not everybody has signed",
                Conflict("sign_offs_missing", "Not signed yet: licence.", where="sign_offs", mend="It can be listed when all have signed."),
            )
        ],
        responses={200: returns(ReviewShape, "It is listed"), **problems(400, 404, 409, 411, 413, 415, 422)},
    )
    def post(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        def show(release: Release, said: dict[str, str]) -> None:
            review = open_review(self.viewer(), release, Act.LIST) if _is_open(self, release) else None
            if review is not None:
                list_release(review=review, by=self.viewer())

        return _done(self, request, (publisher, slug, version), [], show)


def _is_open(endpoint: Endpoint, release: Release) -> bool:
    """A repeat of a listing that succeeded is no error."""
    return release.state != Release.State.LISTED or release.reviews.visible_to(endpoint.viewer()).still_open().exists()


def _done(
    endpoint: Endpoint, request: Request, at: tuple[str, str, str], known: list[str], act: Callable[[Release, dict[str, str]], Any]
) -> HttpResponse:
    """``act`` with the fields of a small body, once for each key; then how the review stands. Rights are asked before existence."""
    organisation = publisher_for(endpoint.viewer(), at[0], at[1])
    release = read.visible_release(endpoint.viewer(), *at)
    said = small_fields(request, known)
    body = Received(MultiValueDict({name: [value] for name, value in said.items()}), ())

    def work() -> Reply:
        act(release, said)
        return _reply(endpoint, at)

    return answered_once(request._request, organisation, body, work)


def _reply(endpoint: Endpoint, at: tuple[str, str, str]) -> Reply:
    return Reply(200, as_text(review_shape(review_status(endpoint.viewer(), *at))))
