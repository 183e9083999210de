"""Things that happen at once: threads that start together, and a publish that is stopped in its middle."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from django.db import connection, connections


def race(count: int, work: Callable[[int], object]) -> list[object]:
    """Run ``work`` in ``count`` threads that start together; what each gave or raised."""
    gate, results = threading.Barrier(count), [None] * count

    def one(number: int) -> None:
        gate.wait(30)
        try:
            results[number] = work(number)  # type: ignore[call-overload]
        except Exception as error:
            results[number] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results)


@contextlib.contextmanager
def stopped_before_its_rows(works: dict[str, Callable[[], object]]) -> Iterator[list[object]]:
    """Run publishes, given by the digest of their bytes, up to where they take their transaction's lock; they go on at the block's end.

    The list holds what each gave or raised, once the block has ended.
    """
    from registry.releases.keeping import _lock_key

    results: list[object] = []

    def one(work: Callable[[], object]) -> None:
        try:
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(work,)) for work in works.values()]
    with connections["default"].cursor() as cursor:
        for digest in works:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_lock_key(digest)])
        try:
            for thread in threads:
                thread.start()
            _wait_for_waiters(cursor, len(threads))
            yield results
        finally:
            for digest in works:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_lock_key(digest)])
            for thread in threads:
                thread.join(60)


def _wait_for_waiters(cursor: object, count: int) -> None:
    for _ in range(600):
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")  # type: ignore[attr-defined]
        if cursor.fetchone()[0] >= count:  # type: ignore[attr-defined]
            return
        time.sleep(0.05)
    raise RuntimeError("the publishes did not come to their transaction")
