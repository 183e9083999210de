"""Run events a second over HTTP against COPY into an equal table with a key; adding up; and reading sums at 100 thousand and 10 million."""

from __future__ import annotations

import http.client
import os
import queue
import secrets
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organisation
from accounts.tokens import issue_token
from accounts.viewer import viewer_of_token
from benchmarks.ground import server, show, timed
from registry.actions.check_release import check_release
from registry.actions.publish_release import publish_release
from registry.actions.roll_up_runs import roll_up_runs
from registry.releases.gates import ReleaseForm
from registry.releases.models import Release
from registry.releases.upload import spooled
from registry.telemetry import read
from registry.telemetry.events import OUTCOMES, RunEventIn
from registry.telemetry.keeping import make_partitions
from registry.telemetry.models import RunConsent, RunEvent

CONNECTIONS = 8
ROUNDS = 3
MODULES = 20  # of the batches that are sent
SIZES = {500: 80, 50: 320, 1: 800}  # events in a request: requests of a round
LARGE = int(os.environ.get("BENCH_RUNS", "10000000"))
ORGANISATIONS, MANY = 100, 2000  # of the events that are read


def run() -> None:
    """Print events a second, days added up a second, and milliseconds to read."""
    token = _prepare()
    with server() as (port, _):
        _send(port, token, [_body(50) for _ in range(16)])  # connections and statements are warm
        for number in range(ROUNDS):
            rates = {f"COPY with key, {size} at a time": _copy(size, count) for size, count in ((500, 80), (20_000, 4))}
            base = rates["COPY with key, 500 at a time"]
            for name, rate in rates.items():
                print(f"round {number + 1}: {name:<42} {rate:>10,.0f} events/s", flush=True)
            for size, count in SIZES.items():
                bodies = [_body(size) for _ in range(count)]
                rate = size * count / timed(lambda bodies=bodies: _send(port, token, bodies))  # type: ignore[misc]
                name = f"POST /api/v1/runs, {size} at a time"
                print(f"round {number + 1}: {name:<42} {rate:>10,.0f} events/s, {rate / base:.2f} of COPY", flush=True)
    stored = RunEvent.objects.count()
    seconds = timed(roll_up_runs)
    print(f"added up {stored:,} events in {seconds:.2f} s: {stored / seconds:,.0f} events/s", flush=True)
    for count in (100_000, LARGE):
        _read(count)


# --- Sending --------------------------------------------------------------------------------------------------------------
def _prepare() -> str:
    """An organisation that reports, modules it runs, and its token."""
    organisation = Organisation.objects.get_or_create(slug="bench-runs", defaults={"name": "Bench", "kind": "police"})[0]
    publishing, _ = issue_token(organisation=organisation, name="p", scopes=("publish", "read"), modules=(), days=1, by=None)
    _, secret = issue_token(organisation=organisation, name="t", scopes=("telemetry",), modules=(), days=1, by=None)
    by = viewer_of_token(publishing)
    for number in range(MODULES):
        form = ReleaseForm(version="1.0.0", licence="MIT", summary="Is run.", title=f"Run {number}", visibility="own")
        data = f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><process id="p{number}"/></definitions>'.encode()
        with spooled([data], "process.bpmn") as upload:
            done = publish_release(publisher=organisation.slug, slug=f"run-{number}", uploads=[upload], form=form, by=by)
        assert isinstance(done.release, Release)
        check_release(done.release.pk)
    now = timezone.now()
    RunConsent.objects.update_or_create(organisation=organisation.slug, defaults={"opted_in_at": now, "opted_out_at": None})
    return secret


def _events(size: int) -> list[RunEventIn]:
    """Runs of the last hour, as an orchestrator has them."""
    now = timezone.now()
    return [
        RunEventIn(
            id=uuid4(),
            module=f"bench-runs/run-{secrets.randbelow(MODULES)}",
            version="1.0.0",
            started_at=now - timedelta(seconds=secrets.randbelow(3600)),
            duration_seconds=secrets.randbelow(100_000) / 1000,
            outcome="completed",
            items=secrets.randbelow(50),
        )
        for _ in range(size)
    ]


def _body(size: int) -> bytes:
    return msgspec.json.encode({"events": _events(size)})


def _send(port: int, token: str, bodies: list[bytes]) -> None:
    """Over eight connections that are kept, each with the next body as soon as the last was answered."""
    todo: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for body in bodies:
        todo.put(body)
    failed: list[str] = []

    def one() -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        while not failed:
            try:
                body = todo.get_nowait()
            except queue.Empty:
                break
            client.request("POST", "/api/v1/runs", body=body, headers=headers)
            answer = client.getresponse()
            text = answer.read()
            if answer.status != 202:
                failed.append(f"{answer.status}: {text[:300]!r}")
        client.close()

    threads = [threading.Thread(target=one) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(failed[0])


def _copy(size: int, count: int) -> float:
    """Events a second by COPY of text made beforehand, into a table as that of events but with a key: what PostgreSQL can do."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_copy")
        cursor.execute("CREATE TABLE bench_copy (LIKE telemetry_runevent INCLUDING DEFAULTS, PRIMARY KEY (organisation, id))")
        texts = [_text(size) for _ in range(count)]
        start = time.perf_counter()
        for text in texts:
            with transaction.atomic(), cursor.copy("COPY bench_copy FROM STDIN") as copy:
                copy.write(text)
        return size * count / (time.perf_counter() - start)


def _text(size: int) -> str:
    now = timezone.now().isoformat()
    rows = (
        (
            *(each.id, each.started_at.isoformat(), now, round(each.duration_seconds * 1000), each.items),
            *(OUTCOMES[each.outcome], "bench-runs", each.module, each.version),
        )
        for each in _events(size)
    )
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


# --- Reading --------------------------------------------------------------------------------------------------------------
_FILL = """
INSERT INTO telemetry_runevent (id, started_at, received_at, duration_ms, items, outcome, organisation, module, version)
SELECT gen_random_uuid(), at, at, (random() * 90000)::int, (random() * 20)::int, CASE WHEN random() < .9 THEN 1 WHEN random() < .7 THEN 2 ELSE 3 END,
    'force-' || ((m * 7 + g %% 8 * 13) %% %s), 'maker-' || m %% 40 || '/module-' || m, '1.' || m %% 3 || '.0'
FROM (SELECT g, (random() ^ 2 * (%s - 1))::int AS m, now() - (g::float8 / %s * 364) * interval '1 day' AS at FROM generate_series(1, %s) AS g) AS runs
"""


def _read(count: int) -> None:
    """Fill a year with ``count`` events of 2,000 modules, each run by some of 100 organisations; add them up; read."""
    tables = ("runevent", "runid", "staleday", "dailyruns", "monthlyruns")
    make_partitions(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join('telemetry_' + table for table in tables)}")
        cursor.execute(_FILL, [ORGANISATIONS, MANY, count, count])
        cursor.execute(
            "INSERT INTO telemetry_staleday (organisation, module, day)"
            " SELECT DISTINCT organisation, module, (started_at AT TIME ZONE 'UTC')::date FROM telemetry_runevent"
        )
        cursor.execute("ANALYZE telemetry_runevent")
    days = 0

    def add_up() -> None:
        nonlocal days
        days = roll_up_runs()

    seconds = timed(add_up)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE telemetry_dailyruns")
        cursor.execute("VACUUM ANALYZE telemetry_monthlyruns")
        cursor.execute("SELECT count(*) FROM telemetry_monthlyruns")
        months = (cursor.fetchone() or (0,))[0]
    print(f"{count:,} events: {days:,} days and {months:,} months added up in {seconds:.1f} s, {count / seconds:,.0f} events/s", flush=True)
    for name, work in _readings():
        _time(f"{count:,} events, {name}", work)


def _readings() -> Iterator[tuple[str, Callable[[], object]]]:
    today = timezone.now().date()
    year, quarter = today - timedelta(days=364), today - timedelta(days=90)
    yield "one module, a year by month", lambda: read.monthly(None, ["maker-10/module-50"], year, today)
    yield "one module, 90 days by day", lambda: read.daily(None, ["maker-10/module-50"], quarter, today)
    yield "one organisation, a year by month", lambda: read.monthly(["force-7"], None, year, today)
    yield "everything, a month", lambda: read.monthly(None, None, today, today)
    yield "everything, a year by month", lambda: read.monthly(None, None, year, today)
    yield "one module, 90 days, from single events", lambda: _raw("maker-10/module-50", quarter)
    yield "everything, a year, from single events", lambda: _raw(None, year)


def _raw(module: str | None, since: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation, module, version, date_trunc('month', started_at), count(*), sum(items), sum(duration_ms)"
            " FROM telemetry_runevent WHERE started_at >= %s AND (%s::text IS NULL OR module = %s) GROUP BY 1, 2, 3, 4",
            [since, module, module],
        )
        return list(cursor.fetchall())


def _time(name: str, work: Callable[[], object]) -> None:
    taken: list[float] = []
    began = time.perf_counter()
    while len(taken) < 20 and (len(taken) < 2 or time.perf_counter() - began < 10):
        taken.append(timed(work) * 1000)
    show(name, taken[1:] if statistics.median(taken) > 1000 else taken)
