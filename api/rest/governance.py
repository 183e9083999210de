"""A release's governance, what may be asked for, and asking for it."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request

from api.answers import answer, conditional
from api.bodies import check_names, check_text, once, small_fields
from api.endpoint import Endpoint
from api.rest import governance_shapes as shapes
from api.rest.releases import yes
from api.schema import in_path, problems, returns
from registry.actions.ask_access import ADMIN, ask_access
from registry.actions.declare_data_use import declare_data_use
from registry.errors import Refused
from registry.index import governance as index
from registry.index.read import visible_release
from registry.index.search import words_of
from registry.permissions import publisher_for

_DECLARED = ("data_categories", "automated_decisions", "law_enforcement", "uses_ai")
_ASKED = ("reason", "purpose", "until")


def _body(required: list[str], **properties: str) -> dict[str, object]:
    described = {name: {"type": "string", "description": said} for name, said in properties.items()}
    schema = {"type": "object", "required": required, "additionalProperties": False, "properties": described}
    return dict.fromkeys(("application/json", "multipart/form-data", "application/x-www-form-urlencoded"), schema)


class Governance(Endpoint):
    """How a release stands with the rules."""

    @extend_schema(
        operation_id="read_governance",
        summary="Read a release's governance",
        description=(
            "Whose data it handles, which assessments the rules ask for, and how they stand. Their public part is for everybody who sees the "
            "release; blockers and the rest for its publisher, reviewers, auditors and those it is shared with by name."
        ),
        parameters=in_path("publisher", "slug", "version"),
        responses={200: returns(shapes.GovernanceShape, "How it stands"), 304: None, **problems(404)},
    )
    def get(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        return conditional(request._request, shapes.governance_shape(index.governance(self.viewer(), publisher, slug, version)))

    @extend_schema(
        operation_id="declare_data_use",
        summary="Declare whose data a release handles",
        description="What is left out stays as it was declared. Another declaration during a review voids its sign-offs.",
        parameters=in_path("publisher", "slug", "version"),
        request=_body(
            [],
            data_categories="Codes parted by commas, such as victims,contact; or none",
            automated_decisions="none, assists or decides",
            law_enforcement="true or false",
            uses_ai="true or false",
        ),
        examples=[
            OpenApiExample("Victims", value={"data_categories": "victims,contact"}, request_only=True, media_type="application/json")
        ],
        responses={200: returns(shapes.GovernanceShape, "How it stands now"), **problems(400, 404, 411, 413, 415, 422)},
    )
    def post(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        publisher_for(self.viewer(), publisher, slug)
        release = visible_release(self.viewer(), publisher, slug, version)
        said = small_fields(request, _DECLARED)
        given = MultiValueDict({name: [value] for name, value in said.items()})
        declare_data_use(
            release=release,
            categories=tuple(code.strip() for code in said["data_categories"].split(",") if code.strip()),
            decisions=said["automated_decisions"].strip(),
            law_enforcement=yes(given, "law_enforcement") if said["law_enforcement"] else None,
            uses_ai=yes(given, "uses_ai") if said["uses_ai"] else None,
            by=self.viewer(),
        )
        return answer(shapes.governance_shape(index.governance(self.viewer(), publisher, slug, version)))


class OnRequest(Endpoint):
    """What may be asked for."""

    @extend_schema(
        operation_id="list_on_request",
        summary="List modules to be had on request",
        description="Title, summary, owner and marking of modules that are not shared with you, whose publishers let you ask. At most 20.",
        parameters=[OpenApiParameter("q", str, description="Beginnings of words of title or summary")],
        responses={200: returns(shapes.OnRequestListShape, "Their public parts"), 304: None, **problems(422)},
    )
    def get(self, request: Request) -> HttpResponse:
        given = request._request.GET
        check_names(given, ["q"], "parameter")
        check_text(given)
        found = index.on_request(self.viewer(), words_of(once(given, "q")))
        return conditional(request._request, shapes.on_request_shape(found))


class AccessRequests(Endpoint):
    """Asking to see a module."""

    scope_to_write = ADMIN

    @extend_schema(
        operation_id="ask_access",
        summary="Ask for access to a module",
        description="For your token's organisation, with the scope admin. A module that may not be asked for answers as one that is not there.",
        parameters=in_path("publisher", "slug"),
        request=_body(
            list(_ASKED), reason="Why you ask", purpose="What you will use it for", until="Until when, such as 2027-04-30; at most a year"
        ),
        examples=[
            OpenApiExample(
                "For a pilot",
                value={"reason": "We sort the same reports.", "purpose": "A pilot in two districts.", "until": "2027-04-30"},
                request_only=True,
                media_type="application/json",
            )
        ],
        responses={201: returns(shapes.AccessRequestShape, "It waits for an answer"), **problems(400, 404, 409, 411, 413, 415, 422)},
    )
    def post(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        module, _ = index.on_request_module(self.viewer(), publisher, slug)
        said = small_fields(request, _ASKED)
        asked = ask_access(module=module, reason=said["reason"], purpose=said["purpose"], until=_day(said["until"]), by=self.viewer())
        asked.refresh_from_db()
        return answer(shapes.access_request_shape(asked), status=201)


def _day(text: str) -> date | None:
    """A day as ISO 8601 writes it; None for nothing. Raises :class:`Refused` (``until_invalid``)."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise Refused("until_invalid", f"“{text[:20]}” is no day.", where="until", mend="Write it such as 2027-04-30.") from error
