"""The table's rows of where runs come from. The owner reports its runs, has no webhook, and leaves one name out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Role
from registry.telemetry.models import RunName
from tests.architecture import urls_table as table
from tests.architecture.rows_runs import _DECIDES, _NO_TELEMETRY, MODULE, _decides
from tests.architecture.urls_table import OWNER, Actor, Row, Spot, member, refused

_CONNECTED = "302 /runs/connect"


def things() -> dict[str, Any]:
    """What the rows speak of."""
    kept = RunName.objects.create(organisation=OWNER, source="uipath", name="Payroll", folded="payroll", module="", version="")
    return {"run_name": kept.pk}


def _forgets(actor: Actor, spot: Spot) -> str:
    """What an organisation said of a name is absent to others, and its deciders' to take back."""
    answer = member(_CONNECTED, at=OWNER)(actor, spot)
    return "403" if answer == _CONNECTED and actor.role not in (Role.PUBLISHER, Role.ADMINISTRATOR) else answer


def _always(answer: str) -> table.Rule:
    """Whoever calls: the address asks for no token, and only a signature proves anything to it."""
    return lambda actor, spot: answer


def _file(minutes: int) -> SimpleUploadedFile:
    at = (timezone.now() - timedelta(minutes=minutes)).isoformat()
    text = f"module,version,started_at,duration_seconds,outcome\n{MODULE},1.0.0,{at},2,completed\n"
    return SimpleUploadedFile("runs.csv", text.encode())


def _uploaded(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"file": _file(2), "zone": "UTC", "dates": "dmy"}


def _logs(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    given = {"module": MODULE, "version": "1.0.0", "outcome": "completed"}
    attributes = [{"key": f"moothall.{name}", "value": {"stringValue": value}} for name, value in given.items()]
    stamp = str(int(timezone.now().timestamp()) * 10**9)
    return {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": stamp, "attributes": attributes}]}]}]}


_REFUSED = _always("405 method_not_allowed")

ROWS: tuple[Row, ...] = (
    Row("runs_connect", "runs/connect", member()),
    Row("runs_upload", "runs/connect/upload", member("200", *_DECIDES), _decides("200", "403"), body=_uploaded),
    Row("runs_hook", "runs/connect/webhook", member("200", *_DECIDES), member(_CONNECTED, *_DECIDES), body=lambda *_: {"become": "open"}),
    Row(
        "runs_name",
        "runs/connect/name",
        member("200", *_DECIDES),
        member(_CONNECTED, *_DECIDES),
        body=lambda *_: {"source": "uipath", "name": "Holidays", "stands_for": "leave_out"},
    ),
    Row("forget_run_name", "runs/connect/names/<int:pk>/forget", refused, _forgets, arguments={"pk": "run_name"}),
    Row(
        "api_runs_table",
        "api/v1/runs/table",
        table._no_method("read"),
        table.machine("telemetry", lambda actor, spot: "202"),
        body=lambda *_: {"artefact": _file(3)},
        **_NO_TELEMETRY,
    ),
    Row(
        "api_runs_logs",
        "api/v1/runs/otlp/v1/logs",
        table._no_method("read"),
        table.machine("telemetry", lambda actor, spot: "200"),
        body=_logs,
        is_json=True,
        **_NO_TELEMETRY,
    ),
    Row(  # reachable without a token: whoever has not signed with a webhook's secret learns nothing, not even whether there is one
        "api_runs_hook",
        "api/v1/runs/uipath/<segment:hook>",
        _REFUSED,
        _always("401 signature_wrong"),
        _REFUSED,
        options=_REFUSED,
        arguments={"hook": "0" * 43},
        is_json=True,
    ),
)
