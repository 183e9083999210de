"""Takes run events: each once, whatever is sent again; what cannot be right is held apart; what changed is marked to be added up."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from registry.errors import NotAllowed
from registry.telemetry import partitions
from registry.telemetry.database import atomic, connection, cursor
from registry.telemetry.events import OUTCOMES, RunEventIn
from registry.telemetry.models import HeldEvent

LATE: Final = timedelta(days=31)
FUTURE: Final = timedelta(minutes=10)  # what clocks may differ by
LONGEST_MS: Final = 24 * 3600 * 1000
MOST_ITEMS: Final = 100_000
# From this many items on a run is compared with the most that the organisation's runs of the module had on a day, on average, lately.
COMPARED_ITEMS: Final = 1_000
FACTOR: Final = 50
LATELY: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch; the three add up to its length."""

    accepted: int
    duplicates: int
    held: int


@contextlib.contextmanager
def accepting(organisation: str) -> Iterator[None]:
    """A transaction in which events of ``organisation`` (a slug) may be stored.

    Who opts out waits for those begun, and none begins after: hence nothing is stored afterwards. Raises :class:`NotAllowed`.
    """
    now = timezone.now()
    ahead = partitions.table_of(partitions.plus(partitions.month_of(now), 1))
    with atomic():
        with cursor() as run:
            run.execute(
                "SELECT to_regclass(%s) IS NOT NULL FROM telemetry_runconsent WHERE organisation = %s AND opted_out_at IS NULL FOR SHARE",
                [ahead, organisation],
            )
            row = run.fetchone()
        if row is None:
            raise NotAllowed(
                "runs_not_opted_in",
                "Your organisation does not report its runs. Nothing was stored.",
                where="token",
                mend="Ask one of its publishers or administrators to opt in under Runs.",
            )
        if not row[0]:
            partitions.ensure(connection(), now)
        yield


def store(organisation: str, events: Sequence[RunEventIn]) -> Stored:
    """Keep ``events``, each once by its id. To be called inside :func:`accepting`, with modules and versions that are known to exist."""
    now = timezone.now()
    unique = {event.id: event for event in reversed(events)}  # the first of those that come twice in a batch
    reasons = _reasons(organisation, unique.values(), now)
    with cursor() as run:
        counted = [event for event in unique.values() if event.id not in reasons]
        accepted = _insert(run, _COUNTED, organisation, counted, now, [])
        held = 0
        if reasons:
            apart = [event for event in unique.values() if event.id in reasons]
            held = _insert(run, _HELD, organisation, apart, now, [[str(reasons[event.id]) for event in apart]])
    return Stored(accepted, len(events) - accepted - held, held)


# --- What is held apart ---------------------------------------------------------------------------------------------------
def _reasons(organisation: str, events: Iterable[RunEventIn], now: datetime) -> dict[UUID, HeldEvent.Reason]:
    """Why those that are held apart are so, by their ids."""
    oldest, newest = now - LATE, now + FUTURE
    found: dict[UUID, HeldEvent.Reason] = {}
    large = []
    for event in events:
        if event.started_at < oldest:
            found[event.id] = HeldEvent.Reason.LATE
        elif event.started_at > newest:
            found[event.id] = HeldEvent.Reason.FUTURE
        elif event.items > MOST_ITEMS or event.duration_seconds * 1000 > LONGEST_MS:
            found[event.id] = HeldEvent.Reason.OUTLIER
        elif event.items > COMPARED_ITEMS:
            large.append(event)
    if large:
        usual = _most_items(organisation, {event.module for event in large}, now)
        found |= {event.id: HeldEvent.Reason.OUTLIER for event in large if event.items > FACTOR * usual.get(event.module, event.items)}
    return found


def _most_items(organisation: str, modules: set[str], now: datetime) -> dict[str, float]:
    """Per module the largest of the daily averages of items per run in the last 90 days; modules without runs are not in it."""
    with cursor() as run:
        run.execute(
            "SELECT module, max(per_run) FROM (SELECT module, sum(items)::float8 / sum(runs) AS per_run FROM telemetry_dailyruns"
            " WHERE organisation = %s AND module = ANY(%s) AND day >= %s GROUP BY module, day) AS days GROUP BY module",
            [organisation, sorted(modules), (now - LATELY).date()],
        )
        return dict(run.fetchall())


# --- Statements -----------------------------------------------------------------------------------------------------------
# One statement for a batch: the columns come as arrays. Keys go first and in order, so that batches that share some never deadlock.
_STATEMENT: Final = """
WITH staged AS MATERIALIZED (
    SELECT *, to_timestamp(epoch) AS started_at
    FROM unnest(%s::uuid[], %s::float8[], %s::bigint[], %s::int[], %s::smallint[], %s::text[], %s::text[] {more})
        AS t (id, epoch, duration_ms, items, outcome, module, version {names})
), fresh AS (
    INSERT INTO telemetry_runid (organisation, id, received_on)
    SELECT %s, id, %s FROM staged ORDER BY id
    ON CONFLICT DO NOTHING RETURNING id
), kept AS (
    INSERT INTO {table} (id, started_at, received_at, duration_ms, items, outcome, organisation, module, version {names})
    SELECT id, started_at, %s, duration_ms, items, outcome, %s, module, version {names} FROM staged JOIN fresh USING (id)
) {marks}
SELECT count(*) FROM fresh
"""
_MARKS: Final = """, marked AS (
    INSERT INTO telemetry_staleday (organisation, module, day)
    SELECT DISTINCT %s, module, (started_at AT TIME ZONE 'UTC')::date FROM staged JOIN fresh USING (id)
)"""
_COUNTED: Final = _STATEMENT.format(table="telemetry_runevent", more="", names="", marks=_MARKS)
_HELD: Final = _STATEMENT.format(table="telemetry_heldevent", more=", %s::text[]", names=", reason", marks="")


def _insert(
    run: CursorWrapper, statement: str, organisation: str, events: Sequence[RunEventIn], now: datetime, more: list[list[Any]]
) -> int:
    """Store those of ``events`` that are new; returns how many."""
    if not events:
        return 0
    columns = [
        _array([event.id.hex for event in events]),
        _array([repr(event.started_at.timestamp()) for event in events]),
        _array([str(round(event.duration_seconds * 1000)) for event in events]),
        _array([str(event.items) for event in events]),
        _array([OUTCOMES[event.outcome] for event in events]),
        _array([event.module for event in events]),
        _array([event.version for event in events]),
    ]
    keys: list[Any] = [organisation, now.astimezone(UTC).date(), now, organisation]
    marks = [organisation] if statement is _COUNTED else []
    values: list[Any] = [*columns, *more, *keys, *marks]
    run.execute(statement, values)
    row = run.fetchone()
    assert row is not None
    return int(row[0])


def _array(values: Sequence[str]) -> str:
    """PostgreSQL's text form of an array of values that need no quotes, as identifiers and versions do not; several times a list's speed."""
    return "{" + ",".join(values) + "}"
