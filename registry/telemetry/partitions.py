"""Makes and drops the monthly tables that events are kept in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

MONTHS_KEPT: Final = 13  # of single events; what they add up to is kept for ever
_LOCK: Final = 0x4D48_7061  # one at a time makes partitions: IF NOT EXISTS does not protect two that race


def month_of(moment: datetime | date) -> date:
    """The first day of its month, in UTC where it is a moment."""
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return day.replace(day=1)


def plus(month: date, count: int) -> date:
    """The first day ``count`` months after ``month``."""
    total = month.year * 12 + month.month - 1 + count
    return date(total // 12, total % 12 + 1, 1)


def first_kept(now: datetime) -> date:
    """The first day of the oldest month whose single events are kept."""
    return plus(month_of(now), -MONTHS_KEPT)


def table_of(month: date) -> str:
    """The partition of ``month``."""
    return f"telemetry_runevent_{month:%Y_%m}"


def ensure(connection: BaseDatabaseWrapper, now: datetime) -> None:
    """Make the partitions from 13 months back to next month that are missing. Safe at any time, by several at once.

    All in one transaction: so whoever finds next month's there, finds all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        for offset in range(-MONTHS_KEPT, 2):
            month = plus(month_of(now), offset)
            # Names and dates are our own; DDL takes no parameters.
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {table_of(month)} PARTITION OF telemetry_runevent"
                f" FOR VALUES FROM ('{month} 00:00+00') TO ('{plus(month, 1)} 00:00+00')"
            )


def drop_before(connection: BaseDatabaseWrapper, month: date) -> list[str]:
    """Drop the partitions of the months before ``month``; returns their names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'telemetry_runevent'::regclass ORDER BY 1")
        old = [name for (name,) in cursor.fetchall() if name < table_of(month)]
        for name in old:
            cursor.execute(f"DROP TABLE {name}")
    return old
