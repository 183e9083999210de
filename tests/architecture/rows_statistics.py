"""The table's rows of a module's statistics: for its own organisation and auditors, absent to everybody else."""

from __future__ import annotations

from accounts.models import Role
from tests.architecture.urls_table import _API_MODULE, _MODULE, LOGIN, OWNER, Actor, Row, Spot, _api, api_read, sees_module


def _own(actor: Actor, spot: Spot) -> bool:
    return sees_module(actor, spot) and (actor.organisation == OWNER or actor.role == Role.AUDITOR)


def _page(actor: Actor, spot: Spot) -> str:
    if not actor.is_signed_in:
        return LOGIN
    return "200" if _own(actor, spot) else "404"


ROWS: tuple[Row, ...] = (
    Row("statistics", f"{_MODULE}/statistics", _page, of="module"),
    Row("statistics_csv", f"{_MODULE}/statistics.csv", _page, of="module"),
    _api("api_statistics", f"{_API_MODULE}/statistics", get=api_read(_own), of="module"),
)
