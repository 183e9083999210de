"""Runs as platforms send them anyway: exported tables, OpenTelemetry's logs, and the webhooks of UiPath Orchestrator."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request

from api.answers import answer
from api.auth import client_address
from api.bodies import check_names, json_body, once, one_file
from api.endpoint import Endpoint
from api.rest.run_sources_shapes import DeliveryShape, ImportedRunsShape, imported_shape
from api.schema import in_path, problems, returns
from api.throttles import spend
from registry.actions.import_runs import import_logs, import_runs
from registry.actions.receive_delivery import Unsigned, receive_delivery, signed_hook
from registry.formats.tables import MAX_BYTES
from registry.telemetry.adapters import otlp, times, uipath

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES = ("text/csv", XLSX, "application/octet-stream")
_QUERY = {"timezone": times.ZONES[0], "dates": times.ORDERS[0]}
_CSV = "module,version,started_at,duration_seconds,outcome,items\nhampshire/victim-update,1.2.0,2026-11-03T09:30:00Z,42.5,completed,12\n"
_LOGS = {
    "resourceLogs": [
        {
            "scopeLogs": [
                {
                    "logRecords": [
                        {
                            "timeUnixNano": "1793698200000000000",
                            "attributes": [
                                {"key": "moothall.module", "value": {"stringValue": "hampshire/victim-update"}},
                                {"key": "moothall.version", "value": {"stringValue": "1.2.0"}},
                                {"key": "moothall.outcome", "value": {"stringValue": "completed"}},
                                {"key": "moothall.items", "value": {"intValue": "12"}},
                            ],
                        }
                    ]
                }
            ]
        }
    ]
}


def _bytes(said: str) -> dict[str, Any]:
    return {"type": "string", "format": "binary", "description": said}


class RunsTable(Endpoint):
    """Runs in a table."""

    scope_to_write = "telemetry"
    rate_to_write = "runs"

    @extend_schema(
        operation_id="send_runs_table",
        summary="Send a table of runs",
        description=(
            "Takes a CSV or XLSX file of at most 5 MiB and 50,000 rows: an export of UiPath, Blue Prism, Power Automate or Automation 360, or a "
            "table with our headings. Columns that we do not know are not read. The same file sent again counts once. Needs a token of the scope "
            "telemetry, and that your organisation has opted in. Send it as the body, or in the field artefact of multipart/form-data."
        ),
        parameters=[
            OpenApiParameter("timezone", str, description="Of times that name none", enum=times.ZONES, default=_QUERY["timezone"]),
            OpenApiParameter(
                "dates", str, description="Whether the day or the month comes first", enum=times.ORDERS, default=_QUERY["dates"]
            ),
        ],
        request={
            "text/csv": _bytes("The table"),
            XLSX: _bytes("A workbook; its first sheet is read"),
            "multipart/form-data": {"type": "object", "required": ["artefact"], "properties": {"artefact": _bytes("The file")}},
        },
        examples=[OpenApiExample("Our headings", value=_CSV, request_only=True, media_type="text/csv")],
        responses={202: returns(ImportedRunsShape, "What became of its rows"), **problems(400, 403, 413, 415, 422)},
    )
    def post(self, request: Request) -> HttpResponse:
        query = request._request.GET
        check_names(query, _QUERY, "parameter")
        said = {name: once(query, name) or usual for name, usual in _QUERY.items()}
        with one_file(request._request, TABLES, MAX_BYTES) as upload:
            done = import_runs(path=upload.path, filename=upload.filename, zone=said["timezone"], dates=said["dates"], by=self.viewer())
        return answer(imported_shape(done), 202)


class RunsLogs(Endpoint):
    """Runs in OpenTelemetry's logs."""

    scope_to_write = "telemetry"
    rate_to_write = "runs"

    @extend_schema(
        operation_id="send_runs_logs",
        summary="Send runs as OpenTelemetry logs",
        description=(
            "OTLP/HTTP in JSON, gzipped or not, at most 4 MiB. A log record with attributes moothall.module and moothall.version, and optionally "
            "moothall.outcome, moothall.items, moothall.duration_seconds, moothall.started_at and moothall.event_id, is a run; the first two may "
            "stand on the resource. Other records and attributes are not read. The answer says how many records were rejected, as OTLP has it."
        ),
        request={"application/json": {"type": "object", "description": "ExportLogsServiceRequest"}},
        examples=[OpenApiExample("One run", value=_LOGS, request_only=True)],
        responses={200: {"type": "object", "description": "ExportLogsServiceResponse"}, **problems(400, 403, 411, 413, 415, 422)},
    )
    def post(self, request: Request) -> HttpResponse:
        done = import_logs(body=json_body(request._request, otlp.MAX_BYTES), by=self.viewer())
        if not done.refused:
            return answer({})
        codes = ", ".join(sorted({problem.code for problem in done.problems}))
        said = f"{done.refused} could not be taken: {codes}. See /runs/connect."
        return answer({"partialSuccess": {"rejectedLogRecords": done.refused, "errorMessage": said}})


class RunsHook(Endpoint):
    """The webhook of an organisation's UiPath Orchestrator, which sends no token but signs."""

    http_method_names: ClassVar = ["post"]  # type: ignore[misc]
    authentication_classes: ClassVar = []
    permission_classes: ClassVar = []
    throttle_classes: ClassVar = []

    @extend_schema(
        operation_id="receive_uipath_delivery",
        summary="Deliver an event of UiPath Orchestrator",
        description=(
            "The address of your organisation's webhook, which /runs/connect shows with its secret. No token: the header X-UiPath-Signature proves "
            "the delivery. Jobs and queue items that ended are counted, by the names of process and queue; nothing else is read. Whatever is "
            "signed is answered with 202, so that Orchestrator does not switch the webhook off."
        ),
        auth=[],
        parameters=[
            *in_path("hook"),
            OpenApiParameter(uipath.HEADER, str, OpenApiParameter.HEADER, description="HMAC-SHA256, base64", required=True),
        ],
        request={"application/json": {"type": "object", "description": "As Orchestrator sends it"}},
        responses={202: returns(DeliveryShape, "What became of it"), **problems(400, 403, 411, 413, 415, 422)},
    )
    def post(self, request: Request, hook: str) -> HttpResponse:
        body, signature = json_body(request._request, uipath.MAX_BYTES), request.headers.get(uipath.HEADER, "")
        try:
            signed_hook(hook, body, signature)
        except Unsigned:
            spend("anonymous", client_address(request))
            raise
        spend("runs", f"hook:{hook}")
        done = receive_delivery(key=hook, body=body, signature=signature)
        ignored = done.ignored + done.refused + done.unknown.total()
        return answer(DeliveryShape(accepted=done.accepted + done.held, duplicates=done.duplicates, ignored=ignored), 202)
