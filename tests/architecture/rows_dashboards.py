"""The table's rows of the pages, files and feeds about runs."""

from __future__ import annotations

from accounts.models import Role
from tests.architecture import urls_table as table
from tests.architecture.urls_table import LOGIN, OWNER, Actor, Row, Spot, member


def _own_runs(actor: Actor, spot: Spot) -> str:
    """The owner does not show its figures by name: for everybody else but auditors there is no such page."""
    if not actor.is_signed_in:
        return LOGIN
    return "200" if actor.organisation == OWNER or actor.role == Role.AUDITOR else "404"


def _to_machines(name: str, route: str, get: table.Rule, **more: str) -> Row:
    refused = table._no_method("publish")
    return Row(name, route, get, refused, refused, options=refused, **more)  # type: ignore[arg-type]


ROWS: tuple[Row, ...] = (
    Row("module_runs", f"{table._MODULE}/runs", table.module_page, of="module"),
    Row("module_runs_csv", f"{table._MODULE}/runs.csv", table.module_page, of="module"),
    Row("organisation_runs", "organisations/<piece:slug>/runs", _own_runs, arguments={"slug": OWNER}),
    Row("organisation_runs_csv", "organisations/<piece:slug>/runs.csv", _own_runs, arguments={"slug": OWNER}),
    Row("partnership_runs", "runs/partnership", member()),
    Row("partnership_runs_csv", "runs/partnership.csv", member()),
    _to_machines("api_module_runs", f"api/{table._API_MODULE}/runs", table.api_read(table.sees_module), of="module"),
    _to_machines("powerbi_runs", "feeds/powerbi/runs.csv", table.api_read(table.anything)),
)
