"""Claims and baselines that programs write: drafts and hand-in. People add evidence and decide, on the pages."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.answers import answer
from api.bodies import small_fields
from api.endpoint import Endpoint
from api.rest.claim_bodies import BASELINE_FIELDS, baseline_form
from api.rest.claim_shapes import BaselineShape, WrittenClaimShape
from api.schema import in_path, problems, returns
from registry.actions.record_baseline import record_baseline
from registry.actions.submit_claim import submit_claim
from registry.benefits.models import Claim
from registry.errors import NotAllowed
from registry.index import read
from registry.index.claim_page import visible_claim
from registry.permissions import answerer_for
from registry.values.identifiers import split_identifier

CHANGES = (400, 403, 404, 409, 411, 413, 415, 422)


def body_of(fields: dict[str, str], required: list[str]) -> dict[str, object]:
    """The schema of a body of texts."""
    properties = {name: {"type": "string", "description": said} for name, said in fields.items()}
    schema = {"type": "object", "required": required, "additionalProperties": False, "properties": properties}
    return dict.fromkeys(("application/json", "multipart/form-data", "application/x-www-form-urlencoded"), schema)


def written_shape(claim: Claim) -> WrittenClaimShape:
    """What is answered to whoever wrote it."""
    return WrittenClaimShape(
        claim=claim.pk,
        state=claim.state,
        title=claim.title,
        period=claim.period,
        fte=None if claim.fte is None else f"{claim.fte:f}",
        money=None if claim.money is None else f"{claim.money:f}",
        currency=claim.currency,
    )


class SubmitClaim(Endpoint):
    """Hand-in of a claim."""

    @extend_schema(
        operation_id="submit_claim",
        summary="Hand in a claim",
        description="It waits then for somebody of another organisation, who decides it on its evidence. People add evidence on the pages.",
        parameters=in_path("key"),
        request={"application/json": {"type": "object", "additionalProperties": False, "properties": {}}},
        responses={200: returns(WrittenClaimShape, "The claim"), **problems(*CHANGES)},
    )
    def post(self, request: Request, key: str) -> HttpResponse:
        small_fields(request, [])
        is_key = key.isascii() and key.isdigit() and len(key) < 19
        if not is_key:
            raise read.missing()
        return answer(written_shape(submit_claim(claim=visible_claim(self.viewer(), int(key)), by=self.viewer())))


class Baselines(Endpoint):
    """Baselines."""

    @extend_schema(
        operation_id="record_baseline",
        summary="Record a baseline",
        description="How long an item takes by hand. What is recorded stays; a later one stands beside it.",
        request=body_of(BASELINE_FIELDS, ["module", "minutes_per_item", "unit", "sample_size", "measured_on"]),
        responses={201: returns(BaselineShape, "The baseline"), **problems(*CHANGES)},
    )
    def post(self, request: Request) -> HttpResponse:
        viewer = self.viewer()
        if viewer.organisation is None:
            raise NotAllowed("may_not_answer", "That token is of no organisation.", where="token")
        answerer_for(viewer, viewer.organisation)
        given = small_fields(request, list(BASELINE_FIELDS))
        form = baseline_form(given)
        module = read.visible_module(viewer, *split_identifier(given["module"]))
        made = record_baseline(organisation=viewer.organisation, module=module, form=form, by=viewer)
        shape = BaselineShape(
            baseline=made.pk, minutes_per_item=f"{made.minutes_per_item:f}", unit=made.unit, is_before_live=made.is_before_live
        )
        return answer(shape, 201)
