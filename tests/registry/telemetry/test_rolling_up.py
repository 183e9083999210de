"""Rollups say what the events add up to, whatever came in which order, and while more comes."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.actions.roll_up_runs import roll_up_runs
from registry.telemetry import read
from registry.telemetry.database import atomic
from registry.telemetry.events import RunEventIn
from registry.telemetry.ingest import accepting, store
from registry.telemetry.models import DailyRuns, MonthlyRuns, RunEvent, StaleDay
from registry.telemetry.partitions import first_kept
from tests.make import opt_in, run_event

pytestmark = pytest.mark.django_db
EVER = (date(2000, 1, 1), date(2100, 1, 1))


def send(*events: RunEventIn, organisation: str = "met") -> None:
    with accepting(organisation):
        store(organisation, events)


def brute(events: dict[tuple[str, UUID], RunEventIn], *, monthly: bool = False) -> dict[tuple[object, ...], list[int]]:
    """What ``events`` add up to, one by one."""
    sums: dict[tuple[object, ...], list[int]] = {}
    for (organisation, _), event in events.items():
        day = event.started_at.astimezone(UTC).date()
        cell = sums.setdefault((organisation, event.module, event.version, day.replace(day=1) if monthly else day), [0] * 6)
        outcomes = ["completed", "business_exception", "system_exception"]
        parts = [1, *(int(event.outcome == outcome) for outcome in outcomes), event.items, round(event.duration_seconds * 1000)]
        for number, part in enumerate(parts):
            cell[number] += part
    return sums


def rolled_up(*, monthly: bool = False) -> dict[tuple[object, ...], list[int]]:
    rows = read.monthly(None, None, *EVER) if monthly else read.daily(None, None, *EVER)
    assert len({row[:4] for row in rows}) == len(rows)
    return {tuple(row[:4]): list(row[4:]) for row in rows}


NOW = timezone.now()
EVENTS = st.builds(
    run_event,
    id=st.integers(1, 12).map(lambda number: UUID(int=number)),
    module=st.sampled_from(["hampshire/victim-update", "met/letters"]),
    version=st.sampled_from(["1.0.0", "1.1.0"]),
    started_at=st.integers(0, 30 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
    duration_seconds=st.floats(0, 86_000),
    outcome=st.sampled_from(["completed", "business_exception", "system_exception"]),
    items=st.integers(0, 1000),
)
BATCHES = st.lists(st.tuples(st.sampled_from(["met", "wiltshire"]), st.lists(EVENTS, max_size=8), st.booleans()), max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BATCHES)
def test_rollups_equal_what_the_first_of_every_event_adds_up_to(batches: list[tuple[str, list[RunEventIn], bool]]) -> None:
    RunEvent.objects.all().delete()
    for table in ("runid", "staleday", "dailyruns", "monthlyruns"):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM telemetry_{table}")
    opt_in("met")
    opt_in("wiltshire")
    first: dict[tuple[str, UUID], RunEventIn] = {}
    for organisation, events, adds_up in batches:
        send(*events, organisation=organisation)
        for event in events:
            first.setdefault((organisation, event.id), event)
        if adds_up:
            roll_up_runs()
    roll_up_runs()
    assert rolled_up() == brute(first)
    assert rolled_up(monthly=True) == brute(first, monthly=True)
    assert not StaleDay.objects.exists()
    assert roll_up_runs() == 0


def test_days_and_months_are_those_of_utc() -> None:
    opt_in()
    month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    send(run_event(started_at=month), run_event(started_at=month - timedelta(microseconds=1)))
    roll_up_runs()
    yesterday = (month - timedelta(days=1)).date()
    assert {row.day: row.runs for row in read.daily(None, None, *EVER)} == {month.date(): 1, yesterday: 1}
    assert {row.month: row.runs for row in read.monthly(None, None, *EVER)} == {month.date(): 1, yesterday.replace(day=1): 1}


def test_what_is_read_is_what_was_asked_for() -> None:
    for organisation in ("met", "wiltshire"):
        opt_in(organisation)
        send(run_event(), run_event(module="met/letters", started_at=NOW - timedelta(days=30)), organisation=organisation)
    roll_up_runs()
    today = timezone.now().date()
    assert Counter(row.organisation for row in read.daily(["met"], None, *EVER)) == {"met": 2}
    assert {row.module for row in read.monthly(None, ["met/letters", "met/other"], *EVER)} == {"met/letters"}
    assert {row.module for row in read.daily(None, None, today - timedelta(days=2), today)} == {"hampshire/victim-update"}
    assert read.monthly([], None, *EVER) == read.monthly(None, [], *EVER) == []
    assert len(read.monthly(["met"], ["met/letters"], NOW.date() - timedelta(days=30), today)) == 1
    assert read.consents()["met"].is_active
    assert not read.consents()["met"].shows_own


def test_days_whose_events_are_no_longer_kept_stay_as_they_were_added_up() -> None:
    day = first_kept(timezone.now()) - timedelta(days=1)
    sums = {"runs": 4, "completed": 4, "business_exceptions": 0, "system_exceptions": 0, "items": 9, "duration_ms": 1}
    DailyRuns.objects.create(organisation="met", module="met/letters", version="1.0.0", day=day, **sums)
    StaleDay.objects.create(organisation="met", module="met/letters", day=day)
    assert roll_up_runs() == 1
    assert DailyRuns.objects.get().runs == 4


@pytest.mark.django_db(transaction=True)
def test_an_event_that_comes_while_days_are_added_up_is_not_lost() -> None:
    """Its transaction began before the day was added up and ends after: the day is added up again."""
    opt_in()
    send(run_event())
    begun, go_on = threading.Event(), threading.Event()

    def late() -> None:
        with accepting("met"):
            store("met", [run_event()])
            begun.set()
            go_on.wait(30)
        connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    begun.wait(30)
    assert roll_up_runs() == 1
    assert [row.runs for row in read.daily(None, None, *EVER)] == [1]
    go_on.set()
    thread.join()
    assert roll_up_runs() == 1
    assert [row.runs for row in read.daily(None, None, *EVER)] == [2]


@pytest.mark.django_db(transaction=True)
def test_events_that_stream_in_while_several_add_up_are_all_counted() -> None:
    opt_in()
    failed: list[Exception] = []
    ending = threading.Event()

    def sender() -> None:
        try:
            for _ in range(25):
                send(*(run_event() for _ in range(7)))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    def adder() -> None:
        try:
            while not ending.is_set():
                roll_up_runs()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    adders = [threading.Thread(target=adder) for _ in range(2)]
    senders = [threading.Thread(target=sender) for _ in range(4)]
    for thread in [*adders, *senders]:
        thread.start()
    for thread in senders:
        thread.join()
    ending.set()
    for thread in adders:
        thread.join()
    roll_up_runs()
    assert not failed
    assert sum(row.runs for row in read.daily(None, None, *EVER)) == RunEvent.objects.count() == 4 * 25 * 7
    assert sum(row.runs for row in read.monthly(None, None, *EVER)) == 4 * 25 * 7


def test_while_somebody_adds_up_others_leave_it_to_them(transactional_db: None) -> None:
    opt_in()
    send(run_event())
    held, done = threading.Event(), threading.Event()

    def holder() -> None:
        from registry.telemetry.database import cursor
        from registry.telemetry.rolling_up import hold_rollups

        with atomic(), cursor() as run:
            hold_rollups(run)
            held.set()
            done.wait(30)
        connection.close()

    thread = threading.Thread(target=holder)
    thread.start()
    held.wait(30)
    assert roll_up_runs() == 0
    assert not MonthlyRuns.objects.exists()
    done.set()
    thread.join()
    assert roll_up_runs() == 1
