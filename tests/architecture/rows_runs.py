"""The table's rows of what organisations report of their runs. The owner reports them and has some held apart; the others do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Role
from registry.telemetry import partitions
from registry.telemetry.ingest import accepting, store
from tests.architecture import urls_table as table
from tests.architecture.urls_table import OWNER, Actor, Row, Rule, Spot, member
from tests.make import opt_in, run_event

MODULE = f"{OWNER}/partnership"
HELD = f"outlier {MODULE} 1.0.0"


def things() -> None:
    """What the rows speak of."""
    opt_in(OWNER)
    with accepting(OWNER):
        store(OWNER, [run_event(module=MODULE, items=10**6)])


def stored_by_a_run() -> set[str]:
    """The tables that a run changes, which is its own record: no event of the audit tells of it."""
    month = partitions.month_of(timezone.now() - timedelta(minutes=1))
    return {"telemetry_runevent", partitions.table_of(month), "telemetry_runid", "telemetry_staleday"}


_DECIDES = (Role.PUBLISHER, Role.ADMINISTRATOR)


def _decides(owners: str, others: str) -> Rule:
    """For publishers and administrators, of the owner and of others."""

    def rule(actor: Actor, spot: Spot) -> str:
        return member(owners if actor.organisation == OWNER else others, *_DECIDES)(actor, spot)

    return rule


def _any_token(actor: Actor, spot: Spot) -> str:
    return "200" if actor.scopes else table.machine("", lambda *_: "")(actor, spot)


def _run(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    at = (timezone.now() - timedelta(minutes=1)).isoformat()
    event = {"id": str(UUID(int=7)), "module": MODULE, "version": "1.0.0", "started_at": at}
    return {"events": [{**event, "duration_seconds": 2, "outcome": "completed", "items": 1}]}


def _held(actor: Actor, spot: Spot) -> str:
    return _decides("302 /runs/held", "422")(actor, spot)


_TICKED = dict[str, Any](shows_own="on", sure="on")
_NO_TELEMETRY = {"rest": table._no_method("telemetry"), "options": table._no_method("telemetry")}

ROWS: tuple[Row, ...] = (
    Row("runs", "runs", member()),
    Row("runs_schema", "runs/schema", table.public),
    Row("runs_opt_in", "runs/opt-in", member("200", *_DECIDES), _decides("422", "302 /runs")),
    Row("runs_opt_out", "runs/opt-out", member("200", *_DECIDES), _decides("302 /runs", "422")),
    Row("runs_show", "runs/name", member("200", *_DECIDES), _decides("302 /runs", "422"), body=lambda *_: _TICKED),
    Row("runs_delete", "runs/delete", member("200", *_DECIDES), _decides("302 /runs", "422"), body=lambda *_: _TICKED),
    Row("held_runs", "runs/held", member(), _held, body=lambda *_: {"kinds": [HELD], "become": "release"}),
    Row("runs_export", "runs/export/<piece:filename>", member(), arguments={"filename": "days.csv"}),
    Row(
        "api_runs",
        "api/v1/runs",
        table._no_method("read"),
        table.machine("telemetry", lambda actor, spot: "202"),
        body=_run,
        is_json=True,
        **_NO_TELEMETRY,
    ),
    Row(
        "api_runs_schema",
        "api/v1/runs/schema.json",
        _any_token,
        table._no_method("publish"),
        table._no_method("publish"),
        options=table._no_method("publish"),
    ),
)
