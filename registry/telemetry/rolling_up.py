"""Adds up what changed: whole days from their events, then their months from the days. May be run again at any time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db.backends.utils import CursorWrapper

from registry.telemetry.database import atomic, cursor
from registry.telemetry.partitions import first_kept, plus

LOCK: Final = 0x4D48_726C  # held by whoever writes rollups

_SUMS: Final = "runs, completed, business_exceptions, system_exceptions, items, duration_ms"
# Every mark that this statement sees was committed with its events, so the statements after it see those too. A mark that comes later
# stays, and its day is added up again.
_TAKE: Final = """
WITH taken AS (DELETE FROM telemetry_staleday WHERE day >= %s AND day < %s RETURNING organisation, module, day)
SELECT DISTINCT day, organisation, module FROM taken ORDER BY day
"""
_CELLS: Final = "WITH cells AS (SELECT * FROM unnest(%(organisations)s::text[], %(modules)s::text[]) AS t (organisation, module))"
_FORGET: Final = f"""
{_CELLS} DELETE FROM telemetry_{{table}} AS old USING cells
WHERE (old.module, old.organisation, old.{{period}}) = (cells.module, cells.organisation, %(start)s)
"""
# The day is read once for all of its cells: by its times, which is the order in which events mostly come.
_ADD_UP_DAY: Final = f"""
{_CELLS} INSERT INTO telemetry_dailyruns (organisation, module, day, version, {_SUMS})
SELECT organisation, module, %(start)s, version, count(*),
    count(*) FILTER (WHERE outcome = 1), count(*) FILTER (WHERE outcome = 2), count(*) FILTER (WHERE outcome = 3),
    sum(items), sum(duration_ms)
FROM telemetry_runevent JOIN cells USING (organisation, module)
WHERE started_at >= %(start)s::timestamp AT TIME ZONE 'UTC' AND started_at < %(end)s::timestamp AT TIME ZONE 'UTC'
GROUP BY organisation, module, version
"""
_ADD_UP_MONTH: Final = f"""
{_CELLS} INSERT INTO telemetry_monthlyruns (organisation, module, month, version, {_SUMS})
SELECT organisation, module, %(start)s, version, sum(runs),
    sum(completed), sum(business_exceptions), sum(system_exceptions), sum(items), sum(duration_ms)
FROM telemetry_dailyruns JOIN cells USING (organisation, module)
WHERE day >= %(start)s AND day < %(end)s
GROUP BY organisation, module, version
"""


Cell = tuple[str, str]


def stale_months() -> list[date]:
    """The first days of the months (UTC) of which something changed, oldest first."""
    with cursor() as run:
        run.execute("SELECT DISTINCT date_trunc('month', day)::date AS month FROM telemetry_staleday ORDER BY month")
        return [month for (month,) in run.fetchall()]


def roll_up(month: date, now: datetime) -> int:
    """Add up the days of ``month`` that changed, and the month; returns the number of days of a module at an organisation.

    0 where somebody else is at it.
    """
    with atomic(), cursor() as run:
        run.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if run.fetchone() != (True,):
            return 0
        run.execute(_TAKE, [month, plus(month, 1)])
        taken = run.fetchall()
        # Of older months no single events are kept: what they added up to stays as it is.
        if taken and month >= first_kept(now):
            for day, cells in groupby(taken, key=itemgetter(0)):
                _again(run, "dailyruns", "day", _ADD_UP_DAY, [cell[1:] for cell in cells], (day, day + timedelta(days=1)))
            _again(run, "monthlyruns", "month", _ADD_UP_MONTH, sorted({cell[1:] for cell in taken}), (month, plus(month, 1)))
        return len(taken)


def hold_rollups(run: CursorWrapper) -> None:
    """Wait until nobody adds up, and keep it so until the end of the transaction."""
    run.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _again(run: CursorWrapper, table: str, period: str, statement: str, cells: list[Cell], span: tuple[date, date]) -> None:
    """Forget what ``cells`` (organisation and module) added up to from the first to before the second day of ``span``, and add it up."""
    named: dict[str, Any] = {"organisations": [cell[0] for cell in cells], "modules": [cell[1] for cell in cells], "start": span[0]}
    run.execute(_FORGET.format(table=table, period=period), named)
    run.execute(statement, {**named, "end": span[1]})
