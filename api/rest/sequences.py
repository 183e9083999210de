"""Process sequences: which versions their steps resolve to."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request

from api.answers import JSON
from api.bodies import json_body
from api.endpoint import Endpoint
from api.rest.sequence_bodies import BODY, MAX_BYTES, asked_flow
from api.rest.sequence_shapes import LockShape
from api.schema import problem_example, problems, returns
from registry.errors import Conflict
from registry.sequences.locking import lock_of

_EXAMPLE = {
    "steps": [
        {"id": "fetch", "name": "Fetch", "module": "hampshire/victim-update", "range": "^1.2"},
        {"id": "check", "name": "Check data", "module": "met/records", "range": "^2"},
    ]
}
_CONFLICT = Conflict(
    "no_solution",
    "Step 2 (Check data) asks for met/records ^2, and hampshire/victim-update 1.3.0, which step 1 (Fetch) asks for, needs met/records ^1:"
    " no version is both.",
    where="steps",
    mend="Ask for met/records ^1.4.0 in step 2 (Check data).",
)


class Resolve(Endpoint):
    """A lock, as it would be now; nothing is kept."""

    scope_to_write = "read"

    @extend_schema(
        operation_id="resolve_sequence",
        summary="Resolve steps to exact versions",
        description=(
            "Finds for each step the newest release in its range such that all that these need fits together, among what your organisation"
            " may see and take: nothing yanked, in quarantine or recalled, and pre-releases only where a range names one or prereleases is"
            " true. Answers the lock: exact versions and SHA-256 of every direct and transitive module. Nothing is stored. Where no versions"
            " fit, 409 says in one sentence who asks for what, and what would free it."
        ),
        request={"application/json": BODY},
        examples=[OpenApiExample("Two steps", value=_EXAMPLE, request_only=True), problem_example("No versions fit", _CONFLICT)],
        responses={200: returns(LockShape, "The lock"), **problems(400, 409, 411, 413, 415, 422)},
    )
    def post(self, request: Request) -> HttpResponse:
        flow, prereleases = asked_flow(json_body(request._request, MAX_BYTES))
        return HttpResponse(lock_of(self.viewer(), flow, prereleases=prereleases).content, content_type=JSON)
