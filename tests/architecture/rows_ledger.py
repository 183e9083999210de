"""The table's rows of reading the ledger and of forecasts, and the things they speak of: claims of the owner's modules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accounts.models import Role
from registry.benefits.models import Claim, Forecast
from registry.catalogue.models import Module
from tests.architecture import urls_table as table
from tests.architecture.rows_lifecycle import CASES, _case, _sees
from tests.architecture.urls_table import LOGIN, OWNER, VISIBILITIES, Actor, Row, Spot, member, refused
from tests.make import make_claim

_ASKED = {"volume": 1000, "unit": "letters", "hours_per_fte": "1650", "with_own": "on"}


def things(world: Any) -> dict[str, Any]:
    """For each of the owner's modules a claim that stands, approved where others may read it, and a forecast of the owner's."""
    said = {"volume": 1000, "unit": "letters", "hours_per_fte": Decimal(1650)}
    found: dict[str, Any] = {"forecast": 999_999_999}  # of a module that is not there
    for slug in VISIBILITIES:
        module = Module.objects.get(publisher=OWNER, slug=slug)
        claim = make_claim(OWNER, module, state="draft" if slug == "own" else "approved", by=world.by, **said)
        if slug == "own":  # nobody could approve it, so it cannot be handed in
            Claim.objects.filter(pk=claim.pk).update(state="submitted")
        made = {
            "volume": 1,
            "unit": "letters",
            "hours_per_fte": 1650,
            "low": 1,
            "likely": 2,
            "high": 3,
            "cases": 1,
            "made_by": world.by.user,
        }
        found[f"forecast {slug}"] = Forecast.objects.create(organisation=module.organisation, module=module, **made).pk
        found[f"standing_claim {slug}"] = claim.pk
    cases = Module.objects.get(publisher=OWNER, slug=CASES)
    found["read_claim"] = make_claim(OWNER, cases, state="submitted", by=world.by, **said).pk
    return found


def _forecasts(actor: Actor, spot: Spot) -> str:
    """Kept by who answers for an organisation; of the module that nobody else sees no claim is approved."""
    answer = table.module_page(actor, spot)
    if answer != "200":
        return answer
    if spot.visibility == "own":
        return "422"
    return f"302 /modules/{OWNER}/{spot.visibility}/forecast" if actor.role in (Role.PUBLISHER, Role.ADMINISTRATOR) else "403"


def _realises(actor: Actor, spot: Spot) -> str:
    """The owner's forecast is there for the owner's alone."""
    if not actor.is_signed_in:
        return LOGIN
    if not table.sees_module(actor, spot) or actor.organisation != OWNER:
        return "404"
    return f"302 /modules/{OWNER}/{spot.visibility}/forecast" if actor.role in (Role.PUBLISHER, Role.ADMINISTRATOR) else "403"


def _claim(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"claim": world.keys[f"standing_claim {spot.visibility}"]}


def _asked(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return dict(_ASKED)


ROWS: tuple[Row, ...] = (
    Row("benefits", "benefits", member()),
    Row("benefits_csv", "benefits.csv", member()),
    Row("benefits_xlsx", "benefits.xlsx", member()),
    Row("claim", "benefits/claims/<int:pk>", _case(_sees, lambda actor: "200"), arguments={"pk": "read_claim"}),
    Row("forecast", f"{table._MODULE}/forecast", table.module_page, _forecasts, body=_asked, of="module"),
    Row(
        "realise_forecast",
        f"{table._MODULE}/forecast/<int:pk>/realised",
        refused,
        _realises,
        arguments={"pk": "forecast"},
        body=_claim,
        of="module",
    ),
    Row(
        "powerbi_claims",
        "feeds/powerbi/claims.csv",
        table.api_read(table.anything),
        table._no_method("publish"),
        table._no_method("publish"),
        options=table._no_method("publish"),
    ),
)
