"""Rate limits that hold whatever the number of processes: token buckets in PostgreSQL, each taken from in one statement."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import RateBucket

_HOUR = 3600.0
_LEASED_AT_ONCE = 50  # most requests that a process takes out of a bucket ahead of need
_KEPT_LEASES = 10_000

# The row lock of ON CONFLICT makes racing takers queue, and the WHERE is judged on the row as the last of them left it.
_TAKE = """
INSERT INTO accounts_ratebucket AS bucket (key, level, refilled_at)
VALUES (%(key)s, %(room)s::float8 - %(count)s::float8, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET level = {filled} - %(count)s::float8, refilled_at = clock_timestamp()
WHERE {filled} >= %(count)s::float8
RETURNING level
"""
_FILLED = (
    "LEAST(%(room)s::float8, bucket.level + GREATEST(0, EXTRACT(EPOCH FROM clock_timestamp() - bucket.refilled_at)::float8)"
    " * %(room)s::float8 / 3600)"
)
_LEVEL = "SELECT {filled} FROM accounts_ratebucket AS bucket WHERE key = %(key)s"


def take(key: str, per_hour: int, count: int = 1) -> int:
    """Take ``count`` requests out of the bucket ``key``, which holds ``per_hour`` and fills up again within an hour.

    Returns 0 when they were there, else the whole seconds until they will be; then nothing is taken.
    """
    values: dict[str, str | int] = {"key": key, "room": per_hour, "count": count}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(filled=_FILLED), values)
        if cursor.fetchone():
            return 0
        cursor.execute(_LEVEL.format(filled=_FILLED), values)
        level = (cursor.fetchone() or (0.0,))[0]
    return max(1, math.ceil((count - level) * _HOUR / max(per_hour, 1)))


class Leases:
    """Requests that this process has taken out of buckets ahead of need, so that most of them cost no statement.

    Never lets through more than the buckets hold; a process that ends forfeits what it had not spent, at most a hundredth of each limit.
    """

    def __init__(self) -> None:
        self._left: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, per_hour: int) -> int:
        """One request; 0 when it may pass, else the seconds to wait."""
        if self._spend(key):
            return 0
        batch = max(1, min(_LEASED_AT_ONCE, per_hour // 100))
        wait = take(key, per_hour, batch)
        if wait and batch > 1:
            batch, wait = 1, take(key, per_hour)
        if not wait:
            self._keep(key, batch - 1)
        return wait

    def _spend(self, key: str) -> bool:
        with self._lock:
            left = self._left.get(key, 0)
            if left:
                self._left[key] = left - 1
                self._left.move_to_end(key)
            return bool(left)

    def _keep(self, key: str, count: int) -> None:
        with self._lock:
            self._left[key] = self._left.get(key, 0) + count
            while len(self._left) > _KEPT_LEASES:
                self._left.popitem(last=False)


def forget_full() -> int:
    """Remove the buckets untouched for an hour, which are full again and so say nothing. Returns their number."""
    return RateBucket.objects.filter(refilled_at__lt=timezone.now() - timedelta(hours=1)).delete()[0]
