"""Claims of benefit, to programs."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from api.answers import answer, conditional
from api.bodies import check_names, check_text, once, small_fields
from api.endpoint import Endpoint
from api.rest.catalogue import MAX_PAGE_SIZE, page_number
from api.rest.claim_bodies import CLAIM_FIELDS, claim_form
from api.rest.claim_shapes import ClaimsShape, WrittenClaimShape, claim_row_shape
from api.rest.claim_writing import CHANGES, body_of, written_shape
from api.schema import problems, returns
from registry.actions.write_claim import write_claim
from registry.benefits.money import Sign
from registry.errors import NotAllowed, Refused
from registry.index.ledger_choices import LedgerFilters, choices
from registry.index.ledger_table import ledger_table
from registry.index.search import MAX_PAGE
from registry.permissions import answerer_for

_PARAMETERS = frozenset({"organisation", "year", "sign", "page", "page_size"})


class Claims(Endpoint):
    """The benefits ledger."""

    @extend_schema(
        operation_id="list_claims",
        summary="Read the benefits ledger",
        description=(
            "The claims your organisation may read that were handed in, each once, and what the parts of a programme leave of it. "
            "Money is never converted: add up amounts of one currency and price base only. Verified are those with approved evidence."
        ),
        parameters=[
            OpenApiParameter("organisation", str, description="Slugs parted by commas: only what these have in each claim"),
            OpenApiParameter("year", str, description="A period as its organisation calls it, such as 2023–24; all if left out"),
            OpenApiParameter("sign", str, enum=list(Sign), default=Sign.NATURAL, description="How savings are written"),
            OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1}),
            OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": 20}),
        ],
        responses={200: returns(ClaimsShape, "One page of the ledger"), 304: None, **problems(422)},
    )
    def get(self, request: Request) -> HttpResponse:
        given = request._request.GET
        check_names(given, _PARAMETERS, "parameter")
        check_text(given)
        page, size = page_number(given, "page", 1, MAX_PAGE), page_number(given, "page_size", 20, MAX_PAGE_SIZE)
        filters = LedgerFilters(once(given, "organisation"), once(given, "year"))
        rows = ledger_table(self.viewer(), choices(self.viewer()), filters, sign_of(once(given, "sign")))
        shown = [claim_row_shape(row) for row in rows[(page - 1) * size : page * size]]
        return conditional(request._request, ClaimsShape(count=len(rows), page=page, page_size=size, results=shown))

    @extend_schema(
        operation_id="write_claim",
        summary="Write a claim",
        description="A draft for the token's organisation, in the name of who made the token. Numbers are sent as text, so that nothing is lost.",
        request=body_of(CLAIM_FIELDS, ["title", "benefit_class", "starts_on", "ends_on"]),
        responses={201: returns(WrittenClaimShape, "The draft"), **problems(*CHANGES)},
    )
    def post(self, request: Request) -> HttpResponse:
        viewer = self.viewer()
        if viewer.organisation is None:
            raise NotAllowed("may_not_answer", "That token is of no organisation.", where="token")
        answerer_for(viewer, viewer.organisation)
        form = claim_form(small_fields(request, list(CLAIM_FIELDS)))
        return answer(written_shape(write_claim(organisation=viewer.organisation, form=form, by=viewer)), 201)


def sign_of(text: str) -> Sign:
    """How savings are to be written; raises :class:`Refused` (``sign_unknown``)."""
    if text and text not in list(Sign):
        raise Refused("sign_unknown", f"{text[:40]!r} is no sign.", where="sign", mend=f"Use {' or '.join(Sign)}.")
    return Sign(text) if text else Sign.NATURAL
