"""The table's rows of practice records: of every module of the owner, each with a record that waits for a steward and a file that shows it."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from registry.actions.record_practice import PracticeForm, record_practice
from registry.catalogue.models import Module
from registry.curation.models import PracticeRecord
from registry.releases.upload import spooled
from tests.architecture import urls_table as table
from tests.architecture.urls_table import LOGIN, OWNER, VISIBILITIES, Actor, Row, Spot, may_change, module_page, sees_module
from tests.make import PICTURE


def things(world: Any) -> dict[str, Any]:
    """Makes the records."""
    for slug in VISIBILITIES:
        form = PracticeForm(stage_of_practice="implemented", scale="local", does_it_work="promising", basis="College of Policing, 2024")
        with spooled([PICTURE], "report.png") as upload:
            record_practice(module=Module.objects.get(publisher=OWNER, slug=slug), form=form, evidence=upload, by=world.by)
    return {"as_json": "json"}


def _decides(actor: Actor, spot: Spot, answer: str) -> str:
    if not actor.is_signed_in:
        return LOGIN
    if not sees_module(actor, spot):
        return "404"
    return answer if actor.role == Role.STEWARD else "403"


def _decision(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    record = PracticeRecord.objects.filter(module__publisher=OWNER, module__slug=spot.visibility).first()
    return {"as_of": record.changed_at.isoformat() if record else "2026-01-01", "confirm": "yes", "reason": "The report says so."}


def _here(spot: Spot) -> str:
    return f"302 /modules/{OWNER}/{spot.visibility}/practice"


_AT = f"{table._MODULE}/practice"
_SAID = {"stage_of_practice": "piloted", "scale": "regional", "does_it_work": "untested"}

ROWS: tuple[Row, ...] = (
    Row("practice", _AT, module_page, of="module"),
    Row("practice_evidence", f"{_AT}/evidence", module_page, of="module"),
    Row("practice_export", f"{_AT}.<piece:form>", module_page, arguments={"form": "as_json"}, of="module"),
    Row(
        "edit_practice",
        f"{_AT}/edit",
        may_change(lambda spot: "200", sees_module),
        may_change(_here, sees_module),
        body=lambda world, actor, spot: _SAID,
        of="module",
    ),
    Row(
        "decide_practice",
        f"{_AT}/decide",
        lambda actor, spot: _decides(actor, spot, "200"),
        lambda actor, spot: _decides(actor, spot, _here(spot)),
        body=_decision,
        of="module",
    ),
    table._api("api_practice", f"{table._API_MODULE}/practice", get=table.api_read(sees_module), of="module"),
)
