"""Everything an organisation reported, row by row, however much it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from registry.telemetry.database import cursor
from registry.telemetry.models import Outcome

_AT_ONCE: Final = 10_000
_LOWEST: Final = str(UUID(int=0))
_OUTCOMES: Final = {outcome.value: outcome.name.lower() for outcome in Outcome}
_EVENT: Final = "id, module, version, started_at, duration_ms, outcome, items, received_at"
EVENT_HEADER: Final = ("id", "module", "version", "started_at", "duration_seconds", "outcome", "items", "received_at")
HELD_HEADER: Final = (*EVENT_HEADER, "held_because")
DAY_HEADER: Final = (
    *("module", "version", "day", "runs", "completed", "business_exceptions", "system_exceptions", "items", "duration_seconds"),
)

Row = Sequence[object]


def events(organisation: str) -> Iterator[Row]:
    """Every run that counts, by the day it started. Each read is short, so that a slow reader holds up nobody."""
    for day in _days(organisation):
        begin = datetime.combine(day, time.min, UTC)
        last: tuple[object, object] = (begin - timedelta(microseconds=1), _LOWEST)
        while True:
            rows = _rows(
                f"SELECT {_EVENT} FROM telemetry_runevent WHERE organisation = %s AND started_at >= %s AND started_at < %s"
                " AND (started_at, id) > (%s, %s::uuid) ORDER BY started_at, id LIMIT %s",
                [organisation, begin, begin + timedelta(days=1), *last, _AT_ONCE],
            )
            yield from map(_event, rows)
            if len(rows) < _AT_ONCE:
                break
            last = (rows[-1][3], str(rows[-1][0]))


def held(organisation: str) -> Iterator[Row]:
    """Every run that is held apart."""
    last, after = _LOWEST, ">="
    while True:
        rows = _rows(
            f"SELECT {_EVENT}, reason FROM telemetry_heldevent WHERE organisation = %s AND id {after} %s::uuid ORDER BY id LIMIT %s",
            [organisation, last, _AT_ONCE],
        )
        yield from ((*_event(row[:8]), row[8]) for row in rows)
        if len(rows) < _AT_ONCE:
            return
        last, after = str(rows[-1][0]), ">"


def days(organisation: str) -> Iterator[Row]:
    """What the runs add up to, by day."""
    for day in _days(organisation):
        yield from (
            (*row[:8], row[8] / 1000)  # type: ignore[operator]
            for row in _rows(
                "SELECT module, version, day, runs, completed, business_exceptions, system_exceptions, items, duration_ms"
                " FROM telemetry_dailyruns WHERE organisation = %s AND day = %s ORDER BY module, version",
                [organisation, day],
            )
        )


def _days(organisation: str) -> list[date]:
    """The days of which there is something."""
    found = _rows(
        "SELECT day FROM telemetry_dailyruns WHERE organisation = %s UNION SELECT day FROM telemetry_staleday WHERE organisation = %s"
        " ORDER BY day",
        [organisation, organisation],
    )
    return [row[0] for row in found]  # type: ignore[misc]


def _event(row: Row) -> Row:
    key, module, version, started_at, duration_ms, outcome, items, received_at = row
    return (
        *(key, module, version, started_at.isoformat()),  # type: ignore[attr-defined]
        *(duration_ms / 1000, _OUTCOMES[outcome], items, received_at.isoformat()),  # type: ignore[operator, index, attr-defined]
    )


def _rows(statement: str, values: list[Any]) -> list[Row]:
    with cursor() as run:
        run.execute(statement, values)
        return list(run.fetchall())
