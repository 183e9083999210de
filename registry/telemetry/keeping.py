"""How long runs are kept, and how everything of an organisation is removed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from registry.telemetry import partitions
from registry.telemetry.database import atomic, connection, cursor
from registry.telemetry.rolling_up import hold_rollups

_AT_ONCE: Final = 50_000  # rows removed in one statement
_ROLLUPS: Final = ("telemetry_staleday", "telemetry_dailyruns", "telemetry_monthlyruns")


def make_partitions(now: datetime) -> None:
    """See :func:`partitions.ensure`."""
    with atomic():
        partitions.ensure(connection(), now)


def forget_old(now: datetime) -> dict[str, int]:
    """Remove single events, held ones and ids that are older than 13 months; what they added up to stays. Returns numbers of each.

    Raises :class:`django.db.OperationalError` where old events are being read just now; the next time will do.
    """
    oldest = partitions.first_kept(now)
    with atomic():
        months = len(partitions.drop_before(connection(), oldest))
    return {
        "months": months,
        "held": _remove("telemetry_heldevent", "received_at < %s", oldest),
        # A day later than the events, which may have started a moment after they were received.
        "ids": _remove("telemetry_runid", "received_on < %s", oldest - timedelta(days=1)),
    }


def forget_rollups(organisation: str) -> None:
    """Remove what the runs of ``organisation`` add up to. To be called in a transaction, at whose end others may add up again."""
    with cursor() as run:
        hold_rollups(run)
        for table in _ROLLUPS:
            run.execute(f"DELETE FROM {table} WHERE organisation = %s", [organisation])


def forget_events(organisation: str) -> dict[str, int]:
    """Remove every single event of ``organisation``, held ones and ids, in many small transactions. Returns numbers of each.

    Nothing may be coming any more: it has opted out. May be stopped and begun again.
    """
    with cursor() as run:
        months = partitions.tables(run)
    return {
        "runs": sum(_remove(table, "organisation = %s", organisation, limit=None) for table in months),
        "held": _remove("telemetry_heldevent", "organisation = %s", organisation),
        "ids": _remove("telemetry_runid", "organisation = %s", organisation),
    }


def _remove(table: str, where: str, value: str | date, *, limit: int | None = _AT_ONCE) -> int:
    """Of a month's partition, which is read from end to end, all at once; of the others, which have indexes, some at a time."""
    chosen = f"SELECT ctid FROM {table} WHERE {where} LIMIT {limit if limit is not None else 'ALL'}"
    done = 0
    while True:
        with atomic(), cursor() as run:
            run.execute(f"DELETE FROM {table} WHERE ctid = ANY(ARRAY({chosen}))", [value])
            done += int(run.rowcount)
            if limit is None or run.rowcount < limit:
                return done
