"""Adds up what changed: whole days from their events, then their months from the days. May be run again at any time."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.backends.utils import CursorWrapper

from registry.telemetry.database import atomic, cursor
from registry.telemetry.partitions import first_kept

CELLS_AT_ONCE: Final = 500  # an organisation's days of a module in one transaction
LOCK: Final = 0x4D48_726C  # held by whoever writes rollups

_SUMS: Final = "runs, completed, business_exceptions, system_exceptions, items, duration_ms"

# Every mark that this statement sees was committed with its events, so the statements after it see those too. A mark that comes later
# stays, and its day is added up again. Marks of one cell are taken together.
_TAKE: Final = """
WITH cells AS (SELECT DISTINCT organisation, module, day FROM telemetry_staleday LIMIT %s)
DELETE FROM telemetry_staleday AS mark USING cells
WHERE (mark.organisation, mark.module, mark.day) = (cells.organisation, cells.module, cells.day)
RETURNING mark.organisation, mark.module, mark.day
"""
_CELLS: Final = "cells AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::date[]) AS t (organisation, module, day))"
_FORGET_DAYS: Final = f"""
WITH {_CELLS} DELETE FROM telemetry_dailyruns AS old USING cells
WHERE (old.module, old.organisation, old.day) = (cells.module, cells.organisation, cells.day)
"""
_ADD_UP_DAYS: Final = f"""
WITH {_CELLS}
INSERT INTO telemetry_dailyruns (organisation, module, day, version, {_SUMS})
SELECT cells.organisation, cells.module, cells.day, event.version, count(*),
    count(*) FILTER (WHERE outcome = 1), count(*) FILTER (WHERE outcome = 2), count(*) FILTER (WHERE outcome = 3),
    sum(items), sum(duration_ms)
FROM cells JOIN telemetry_runevent AS event ON event.organisation = cells.organisation AND event.module = cells.module
    AND event.started_at >= cells.day::timestamp AT TIME ZONE 'UTC' AND event.started_at < (cells.day + 1)::timestamp AT TIME ZONE 'UTC'
GROUP BY cells.organisation, cells.module, cells.day, event.version
"""
_FORGET_MONTHS: Final = f"""
WITH {_CELLS} DELETE FROM telemetry_monthlyruns AS old USING cells
WHERE (old.module, old.organisation, old.month) = (cells.module, cells.organisation, cells.day)
"""
_ADD_UP_MONTHS: Final = f"""
WITH {_CELLS}
INSERT INTO telemetry_monthlyruns (organisation, module, month, version, {_SUMS})
SELECT cells.organisation, cells.module, cells.day, daily.version, sum(runs),
    sum(completed), sum(business_exceptions), sum(system_exceptions), sum(items), sum(duration_ms)
FROM cells JOIN telemetry_dailyruns AS daily ON daily.organisation = cells.organisation AND daily.module = cells.module
    AND daily.day >= cells.day AND daily.day < (cells.day + interval '1 month')::date
GROUP BY cells.organisation, cells.module, cells.day, daily.version
"""

Cell = tuple[str, str, object]


def roll_up_some(now: datetime) -> int:
    """Add up at most 500 days that changed; returns how many, 0 when there is nothing to do or somebody else does it."""
    with atomic(), cursor() as run:
        run.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if run.fetchone() != (True,):
            return 0
        run.execute(_TAKE, [CELLS_AT_ONCE])
        taken = set(run.fetchall())
        # Of older days no single events are kept: what they added up to stays as it is.
        _add_up(run, sorted(cell for cell in taken if cell[2] >= first_kept(now)))
        return len(taken)


def hold_rollups(run: CursorWrapper) -> None:
    """Wait until nobody adds up, and keep it so until the end of the transaction."""
    run.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _add_up(run: CursorWrapper, cells: list[Cell]) -> None:
    if not cells:
        return
    days = _columns(cells)
    run.execute(_FORGET_DAYS, days)
    run.execute(_ADD_UP_DAYS, days)
    months = _columns(sorted({(organisation, module, day.replace(day=1)) for organisation, module, day in cells}))  # type: ignore[attr-defined]
    run.execute(_FORGET_MONTHS, months)
    run.execute(_ADD_UP_MONTHS, months)


def _columns(cells: list[Cell]) -> list[list[object]]:
    return [list(column) for column in zip(*cells, strict=True)]
