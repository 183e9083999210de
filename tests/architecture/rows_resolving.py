"""The table's row of the resolver: for every token that reads, and what it does not see can no more be taken than what is not there."""

from __future__ import annotations

from typing import Any

from tests.architecture import urls_table as table
from tests.architecture.urls_table import OWNER, Actor, Row, Spot


def _taken(actor: Actor, spot: Spot) -> str:
    """The owner's module that only itself sees."""
    sees = actor.organisation == OWNER and (not actor.modules or "own" in actor.modules)
    return "200" if sees else "409 no_solution"


def _steps(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"steps": [{"module": f"{OWNER}/own"}]}


_NONE = table._no_method("read")
ROWS: tuple[Row, ...] = (
    Row(
        "api_resolve",
        "api/v1/sequences/resolve",
        _NONE,
        table.machine("read", _taken),
        _NONE,
        options=_NONE,
        body=_steps,
        is_json=True,
    ),
)
