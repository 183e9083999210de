"""What a lost message promised is sent again until it is done, ever more rarely, by one sweeper at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import transaction

from config.celery import app
from registry.actions.check_release import check_release
from registry.actions.delete_runs import delete_asked_runs
from registry.actions.follow_up_adoptions import follow_up_adoptions
from registry.actions.follow_up_owners import follow_up_owners
from registry.actions.follow_up_recalls import follow_up_recalls
from registry.actions.follow_up_retirements import follow_up_retirements
from registry.actions.keep_runs import keep_runs
from registry.actions.refresh_tiers import refresh_tiers
from registry.actions.remove_expired import remove_expired
from registry.actions.roll_up_runs import roll_up_runs
from registry.actions.send_digests import send_digest, send_digests
from registry.actions.send_notices import send_notices
from registry.actions.sweep_outbox import BATCH, GRACE, LONGEST_WAIT, sweep_outbox
from registry.releases.models import OutboxEntry, Release
from tests.make import make_release
from tests.race import race

SOON = timedelta(seconds=1)


def messages() -> list[tuple[str, int]]:
    """Task and subject of everything the broker holds, taken from it."""
    taken = []
    with app.connection_for_read() as broker, broker.SimpleQueue(app.conf.task_default_queue) as queue:
        while True:
            try:
                message = queue.get_nowait()
            except queue.Empty:
                return taken
            message.ack()
            if arguments := json.loads(message.body)[0]:
                taken.append((message.headers["task"], arguments[0]))


@pytest.fixture(autouse=True)
def _empty_broker() -> Iterator[None]:
    messages()
    yield
    messages()


def now() -> datetime:
    return datetime.now(tz=UTC)


@pytest.mark.django_db
def test_a_publish_whose_message_is_lost_is_sent_again_and_finished() -> None:
    release = make_release(
        "hampshire/victim-update", checked=False, visibility="own"
    )  # in this test's transaction nothing is ever committed, so sent
    assert messages() == []
    with time_machine.travel(now() + GRACE + SOON, tick=False):
        assert sweep_outbox() == 1
    assert messages() == [(check_release.name, release.pk)]
    app.tasks[check_release.name](release.pk)
    release.refresh_from_db()
    assert release.state == Release.State.LISTED
    assert not OutboxEntry.objects.exists()
    with time_machine.travel(now() + LONGEST_WAIT * 3, tick=False):
        assert sweep_outbox() == 0
    assert messages() == []


@pytest.mark.django_db
def test_a_healthy_worker_is_given_time() -> None:
    make_release("hampshire/victim-update", checked=False)
    with time_machine.travel(now() + GRACE - SOON * 5, tick=False):
        assert sweep_outbox() == 0
    assert messages() == []


@pytest.mark.django_db
def test_twice_at_the_same_time_sends_once() -> None:
    make_release("hampshire/victim-update", checked=False)
    with time_machine.travel(now() + GRACE + SOON, tick=False):
        assert [sweep_outbox(), sweep_outbox()] == [1, 0]
    assert len(messages()) == 1


@pytest.mark.django_db
def test_a_message_that_comes_twice_is_harmless() -> None:
    release = make_release("hampshire/victim-update", checked=False, visibility="own")
    for _ in range(2):
        with time_machine.travel(now() + LONGEST_WAIT * 2, tick=False):
            sweep_outbox()
        OutboxEntry.objects.update(due_at=now())
    for name, subject in messages():
        app.tasks[name](subject)
    release.refresh_from_db()
    assert (release.state, release.findings.count()) == (Release.State.LISTED, 0)


@pytest.mark.django_db
def test_a_task_that_always_fails_is_tried_for_ever_but_at_most_hourly() -> None:
    make_release("hampshire/victim-update", checked=False)
    sent = []
    at = now() + GRACE + SOON
    for _ in range(50):
        with time_machine.travel(at, tick=False):
            assert sweep_outbox() == 1
        sent.append(at)
        at = OutboxEntry.objects.get().due_at + SOON
    waits = [later - earlier - SOON for earlier, later in pairwise(sent)]
    assert waits[:3] == [GRACE * 2, GRACE * 4, GRACE * 8]
    assert waits == sorted(waits)
    assert set(waits[8:]) == {LONGEST_WAIT}
    assert len(messages()) == 50


@pytest.mark.django_db
def test_of_a_long_backlog_a_bounded_part_is_sent_at_a_time_the_longest_due_first() -> None:
    start = now()
    OutboxEntry.objects.bulk_create(
        OutboxEntry(task=check_release.name, subject=number, created_at=start, due_at=start - timedelta(seconds=number))
        for number in range(1, BATCH + 51)
    )
    with time_machine.travel(start + GRACE + SOON, tick=False):
        assert sweep_outbox() == BATCH
        assert set(OutboxEntry.objects.filter(attempts=1).values_list("subject", flat=True)) == set(range(51, BATCH + 51))
        assert [sweep_outbox(), sweep_outbox()] == [50, 0]
    assert sorted(subject for _, subject in messages()) == list(range(1, BATCH + 51))


@pytest.mark.django_db(transaction=True)
def test_sweepers_at_once_send_each_entry_once() -> None:
    long_ago = now() - LONGEST_WAIT
    OutboxEntry.objects.bulk_create(
        OutboxEntry(task=check_release.name, subject=number, created_at=long_ago, due_at=long_ago) for number in range(1, 41)
    )
    counts = race(4, lambda _: sweep_outbox())
    assert sum(counts) == 40, counts  # type: ignore[arg-type]
    assert sorted(subject for _, subject in messages()) == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
def test_an_entry_in_another_sweepers_hands_does_not_stop_the_rest() -> None:
    long_ago = now() - LONGEST_WAIT
    for number in (1, 2):
        OutboxEntry.objects.create(task=check_release.name, subject=number, created_at=long_ago, due_at=long_ago)
    with transaction.atomic():
        OutboxEntry.objects.select_for_update().get(subject=1)
        assert race(1, lambda _: sweep_outbox()) == [1]
    assert [subject for _, subject in messages()] == [2]


@pytest.mark.django_db(transaction=True)
def test_a_publish_is_sent_once_it_is_committed() -> None:
    release = make_release("hampshire/victim-update", checked=False)
    assert messages() == [(check_release.name, release.pk)]


def test_what_the_schedule_names_and_what_the_outbox_sends_exists() -> None:
    names = {row["task"] for row in app.conf.beat_schedule.values()} | {check_release.name, send_notices.name, send_digest.name}
    assert names == {
        *(sweep_outbox.name, remove_expired.name, send_digests.name),
        *(follow_up_recalls.name, follow_up_owners.name, follow_up_retirements.name, refresh_tiers.name),
        *(check_release.name, send_notices.name, send_digest.name),
        *(follow_up_adoptions.name, roll_up_runs.name, keep_runs.name, delete_asked_runs.name),
    }
    app.loader.import_default_modules()
    assert names <= set(app.tasks)
