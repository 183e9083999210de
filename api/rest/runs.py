"""Runs of modules, as orchestrators and robots report them; none of a request is stored unless all can be."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request

from api.answers import answer, conditional
from api.bodies import json_body
from api.endpoint import Endpoint
from api.rest.runs_shapes import StoredRunsShape
from api.schema import problem_example, problems, returns
from registry.actions.record_runs import record_runs
from registry.errors import NotAllowed, Refused
from registry.telemetry.events import MAX_BYTES, decode, json_schema

_EXAMPLE = {
    "events": [
        {
            "id": "6f1c9c0e-54c3-4f0e-9a57-0f6b1c8f2c11",
            "module": "hampshire/victim-update",
            "version": "1.2.0",
            "started_at": "2026-11-03T09:30:00Z",
            "duration_seconds": 42.5,
            "outcome": "completed",
            "items": 12,
        }
    ]
}


def _schema() -> dict[str, Any]:
    """The published schema in one piece, as OpenAPI 3.0 has it."""
    parts = json_schema()["$defs"]
    batch = dict(parts["Batch"])
    batch["properties"] = {"events": {**batch["properties"]["events"], "items": parts["RunEvent"]}}
    return batch


class Runs(Endpoint):
    """Runs at one's organisation."""

    scope_to_write = "telemetry"
    rate_to_write = "runs"

    @extend_schema(
        operation_id="report_runs",
        summary="Report runs",
        description=(
            "Reports up to 5,000 runs of modules at your organisation, once it has opted in under Runs. Needs a token of the scope telemetry. "
            "The body may be gzipped (Content-Encoding: gzip); it has at most 4 MiB once inflated. An id that came before counts once, so "
            "send again whatever was not answered. Fields that are not in the schema are refused: no case, no person, no text is taken."
        ),
        request={"application/json": _schema()},
        examples=[
            OpenApiExample("One run", value=_EXAMPLE, request_only=True),
            OpenApiExample("Stored", value={"accepted": 1, "duplicates": 0, "held": 0}, response_only=True, status_codes=["202"]),
            problem_example(
                "A field that is not in the schema",
                Refused(
                    "field_unknown",
                    "There is no field case_id. We take no case, no person and no text.",
                    where="events[0].case_id",
                    mend="Leave it out.",
                ),
            ),
            problem_example(
                "Before opting in",
                NotAllowed(
                    "runs_not_opted_in",
                    "Your organisation does not report its runs. Nothing was stored.",
                    where="token",
                    mend="Ask one of its publishers or administrators to opt in under Runs.",
                ),
            ),
        ],
        responses={202: returns(StoredRunsShape, "What became of them"), **problems(400, 403, 411, 413, 415, 422)},
    )
    def post(self, request: Request) -> HttpResponse:
        stored = record_runs(events=decode(json_body(request._request, MAX_BYTES)), by=self.viewer())
        return answer(StoredRunsShape(accepted=stored.accepted, duplicates=stored.duplicates, held=stored.held), 202)


class RunsSchema(Endpoint):
    """The schema of what is sent."""

    scope_to_read = None

    @extend_schema(
        operation_id="read_runs_schema",
        summary="Read the schema of runs",
        description="The JSON Schema (2020-12) of what is reported of runs. For every token, whatever its scopes.",
        responses={200: {"type": "object", "description": "The schema"}, 304: None, **problems()},
    )
    def get(self, request: Request) -> HttpResponse:
        return conditional(request._request, json_schema())
