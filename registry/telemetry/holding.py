"""Runs that are held apart: what there is, by kind, and letting a kind count or throwing it away."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from registry.telemetry.database import cursor
from registry.telemetry.ingest import FUTURE
from registry.telemetry.models import HeldEvent
from registry.telemetry.partitions import first_kept

MOST_KINDS: Final = 200  # shown at once; the largest come first


class HeldKind(NamedTuple):
    """The held runs of one release that are held for one reason."""

    reason: str
    module: str
    version: str


class HeldRuns(NamedTuple):
    """How many runs of a kind are held, and what they say."""

    kind: HeldKind
    number: int
    first_started_at: datetime
    last_started_at: datetime
    most_items: int
    longest_ms: int
    to_release: int  # of them, how many may count: neither in the future nor older than single events are kept

    @property
    def why(self) -> str:
        """The reason in words."""
        return str(HeldEvent.Reason(self.kind.reason).label)


def held(organisation: str, now: datetime) -> list[HeldRuns]:
    """What is held of ``organisation``, by kind."""
    with cursor() as run:
        run.execute(
            "SELECT reason, module, version, count(*), min(started_at), max(started_at), max(items), max(duration_ms),"
            " count(*) FILTER (WHERE started_at >= %s AND started_at <= %s)"
            " FROM telemetry_heldevent WHERE organisation = %s GROUP BY reason, module, version ORDER BY 4 DESC, 1, 2, 3 LIMIT %s",
            [*_countable(now), organisation, MOST_KINDS],
        )
        return [HeldRuns(HeldKind(*row[:3]), *row[3:]) for row in run.fetchall()]


def release(organisation: str, kind: HeldKind, now: datetime) -> int:
    """Let the runs of ``kind`` count, as far as they may; returns how many. To be called inside :func:`ingest.accepting`."""
    return _statement(_RELEASE, [organisation, *kind, *_countable(now), organisation, organisation])


def discard(organisation: str, kind: HeldKind) -> int:
    """Throw the runs of ``kind`` away; returns how many. Their ids stay, so that they do not come back."""
    return _statement(_DISCARD, [organisation, *kind])


_OF: Final = "WHERE organisation = %s AND reason = %s AND module = %s AND version = %s"
_DISCARD: Final = f"WITH gone AS (DELETE FROM telemetry_heldevent {_OF} RETURNING id) SELECT count(*) FROM gone"
_RELEASE: Final = f"""
WITH gone AS (
    DELETE FROM telemetry_heldevent {_OF} AND started_at >= %s AND started_at <= %s
    RETURNING id, started_at, received_at, duration_ms, items, outcome, module, version
), kept AS (
    INSERT INTO telemetry_runevent (id, started_at, received_at, duration_ms, items, outcome, organisation, module, version)
    SELECT id, started_at, received_at, duration_ms, items, outcome, %s, module, version FROM gone
), marked AS (
    INSERT INTO telemetry_staleday (organisation, module, day)
    SELECT DISTINCT %s, module, (started_at AT TIME ZONE 'UTC')::date FROM gone
)
SELECT count(*) FROM gone
"""


def _statement(statement: str, values: list[Any]) -> int:
    with cursor() as run:
        run.execute(statement, values)
        row = run.fetchone()
        assert row is not None
        return int(row[0])


def _countable(now: datetime) -> list[datetime]:
    """The first and the last moment at which a run that counts may have started."""
    return [datetime.combine(first_kept(now), datetime.min.time(), now.tzinfo), now + FUTURE]
