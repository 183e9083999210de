"""Makes and drops the monthly tables that events are kept in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

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
    """Make the partitions from 13 months back to next month that are missing. Safe at any time, by several at once, in a transaction.

    All in one: so whoever finds next month's there, finds all of them. Nothing is done by a role that may not: then ``manage.py prepare``
    makes them, and has time for it, as a month is made before it begins.
    """
    with connection.cursor() as cursor:
        if not _owns(cursor):
            return
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        for offset in range(-MONTHS_KEPT, 2):
            month = plus(month_of(now), offset)
            cursor.execute("SELECT to_regclass(%s)", [table_of(month)])
            if cursor.fetchone() == (None,):
                _make(cursor, month)


def drop_before(connection: BaseDatabaseWrapper, month: date) -> list[str]:
    """Drop the partitions of the months before ``month``; returns their names. To be called in a transaction.

    Raises :class:`django.db.OperationalError` where somebody reads them for long: who waits for the lock stops all who come after.
    """
    with connection.cursor() as cursor:
        old = [name for name in tables(cursor) if name < table_of(month)]
        if old and _owns(cursor):
            cursor.execute("SET LOCAL lock_timeout = '3s'")
            cursor.execute(f"DROP TABLE {', '.join(old)}")
            return old
    return []


def tables(cursor: CursorWrapper) -> list[str]:
    """The partitions there are, oldest first."""
    cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'telemetry_runevent'::regclass ORDER BY 1")
    return [name for (name,) in cursor.fetchall()]


def _owns(cursor: CursorWrapper) -> bool:
    """Whether our role may make and drop partitions: in some installations the one that serves may not."""
    cursor.execute("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'telemetry_runevent'::regclass")
    return bool(cursor.fetchone() == (True,))


def _make(cursor: CursorWrapper, month: date) -> None:
    """Made and then attached, which unlike making it at its place waits for nobody who reads or writes.

    Names and dates are our own; such statements take no parameters.
    """
    cursor.execute(f"CREATE TABLE {table_of(month)} (LIKE telemetry_runevent INCLUDING ALL)")
    cursor.execute(
        f"ALTER TABLE telemetry_runevent ATTACH PARTITION {table_of(month)}"
        f" FOR VALUES FROM ('{month} 00:00+00') TO ('{plus(month, 1)} 00:00+00')"
    )
