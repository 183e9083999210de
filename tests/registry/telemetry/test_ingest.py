"""What comes in counts once; what cannot be right is held apart; what comes at the same time is neither lost nor counted twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from registry.errors import NotAllowed
from registry.telemetry.events import RunEventIn
from registry.telemetry.ingest import Stored, accepting, store
from registry.telemetry.models import DailyRuns, HeldEvent, RunEvent, RunId, StaleDay
from tests.make import opt_in, run_event
from tests.race import race

pytestmark = pytest.mark.django_db


def send(*events: RunEventIn, organisation: str = "met") -> Stored:
    with accepting(organisation):
        return store(organisation, events)


@pytest.mark.parametrize("count", [1, 2, 500])
def test_events_are_kept_as_they_were_sent(count: int) -> None:
    opt_in()
    events = [run_event(items=number, duration_seconds=number / 3, outcome="business_exception") for number in range(count)]
    assert send(*events) == Stored(count, 0, 0)
    kept = {event.id: event for event in RunEvent.objects.all()}
    for event in events:
        row = kept[event.id]
        assert (row.organisation, row.module, row.version) == ("met", event.module, event.version)
        assert (row.started_at, row.outcome, row.items) == (event.started_at, 2, event.items)
        assert row.duration_ms == round(event.duration_seconds * 1000)
    assert StaleDay.objects.count() == 1


def test_the_same_event_counts_once_in_a_batch_and_ever_after_whatever_else_it_says() -> None:
    opt_in()
    first = run_event()
    again = run_event(id=first.id, started_at=first.started_at - timedelta(days=20), items=9)
    assert send(first, first, again) == Stored(1, 2, 0)
    assert send(again) == Stored(0, 1, 0)
    assert send(again, run_event()) == Stored(1, 1, 0)
    assert [event.items for event in RunEvent.objects.filter(id=first.id)] == [first.items]


def test_another_organisation_may_use_the_same_id() -> None:
    opt_in()
    opt_in("wiltshire")
    event = run_event()
    assert send(event) == send(event, organisation="wiltshire") == Stored(1, 0, 0)


def test_nothing_is_stored_before_opting_in_nor_after_opting_out() -> None:
    with pytest.raises(NotAllowed, match="Nothing was stored"):
        send(run_event())
    opt_in(opted_out_at=timezone.now())
    with pytest.raises(NotAllowed) as refused:
        send(run_event())
    assert refused.value.code == "runs_not_opted_in"
    assert not RunEvent.objects.exists()
    assert not RunId.objects.exists()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"started_at": timezone.now() - timedelta(days=32)}, "late"),
        ({"started_at": timezone.now() - timedelta(days=9000)}, "late"),
        ({"started_at": timezone.now() + timedelta(hours=2)}, "future"),
        ({"started_at": timezone.now() + timedelta(days=9000)}, "future"),
        ({"duration_seconds": 24 * 3600.1}, "outlier"),
        ({"items": 100_001}, "outlier"),
    ],
)
def test_what_cannot_be_right_is_held_apart_and_not_counted(given: dict[str, object], reason: str) -> None:
    opt_in()
    event, fine = run_event(**given), run_event()
    assert send(event, fine, event) == Stored(1, 1, 1)
    assert send(event) == Stored(0, 1, 0)
    assert [(held.id, held.reason) for held in HeldEvent.objects.all()] == [(event.id, reason)]
    assert [event.id for event in RunEvent.objects.all()] == [fine.id]


def test_many_items_are_compared_with_what_the_organisation_usually_has() -> None:
    opt_in()
    day, event = timezone.now().date() - timedelta(days=3), run_event(items=1001)
    assert send(run_event(items=60_000)).held == 0, "without any runs before there is nothing to compare with"
    sums = {"runs": 10, "completed": 10, "business_exceptions": 0, "system_exceptions": 0, "duration_ms": 0, "version": "1.0.0"}
    DailyRuns.objects.create(organisation="met", module=event.module, day=day, items=210, **sums)
    assert send(event, run_event(items=1050)) == Stored(2, 0, 0)
    assert send(run_event(items=1051)) == Stored(0, 0, 1)
    assert send(run_event(items=1051, module="hampshire/other")) == Stored(1, 0, 0)


def test_an_event_is_never_changed() -> None:
    opt_in()
    send(run_event())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        RunEvent.objects.update(items=0)


@pytest.mark.django_db(transaction=True)
def test_one_batch_sent_by_eight_at_once_counts_once() -> None:
    opt_in()
    events = [run_event(id=UUID(int=number)) for number in range(300)]
    orders = [events, events[::-1], events[150:] + events[:150]]
    results = race(8, lambda number: send(*orders[number % 3]))
    assert sum(stored.accepted for stored in results) == 300, results
    assert sum(stored.duplicates for stored in results) == 7 * 300
    assert RunEvent.objects.count() == RunId.objects.count() == 300
