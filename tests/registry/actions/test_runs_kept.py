"""Opting in and out, what is held apart, retention, deletion: nothing is taken without consent and nothing stays after a deletion."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent, Role
from accounts.viewer import NOBODY, Viewer
from registry.actions.consent_runs import opt_in_runs, opt_out_runs, show_runs
from registry.actions.delete_runs import delete_asked_runs, delete_runs
from registry.actions.keep_runs import keep_runs
from registry.actions.release_held_runs import discard_held_runs, release_held_runs
from registry.actions.roll_up_runs import roll_up_runs
from registry.errors import Conflict, NotAllowed, Refused
from registry.telemetry import exporting, partitions
from registry.telemetry.events import RunEventIn
from registry.telemetry.holding import HeldKind, held
from registry.telemetry.ingest import Stored, accepting, store
from registry.telemetry.models import DailyRuns, HeldEvent, MonthlyRuns, RunConsent, RunEvent, RunHook, RunId, StaleDay, UnknownName
from registry.telemetry.naming import spells
from tests.make import make_organisation, make_viewer, opt_in, run_event

pytestmark = pytest.mark.django_db
TABLES = (RunEvent, RunId, HeldEvent, StaleDay, DailyRuns, MonthlyRuns)
LATE = HeldKind("late", "hampshire/victim-update", "1.0.0")


def send(*events: RunEventIn, organisation: str = "met") -> Stored:
    with accepting(organisation):
        return store(organisation, events)


def audited() -> list[str]:
    return list(AuditEvent.objects.filter(action__startswith="runs.").order_by("pk").values_list("action", flat=True))


def late(**given: object) -> RunEventIn:
    return run_event(started_at=timezone.now() - timedelta(days=40), **given)


@pytest.fixture
def publisher() -> Viewer:
    return make_viewer("met")


# --- Consent --------------------------------------------------------------------------------------------------------------
def test_an_organisation_opts_in_and_out_and_in_again(publisher: Viewer) -> None:
    assert opt_in_runs(shows_own=True, by=publisher).is_active
    assert send(run_event()).accepted == 1
    opt_out_runs(by=publisher)
    with pytest.raises(NotAllowed):
        send(run_event())
    assert not opt_in_runs(shows_own=False, by=publisher).shows_own
    assert send(run_event()).accepted == 1
    assert audited() == ["runs.opted_in", "runs.opted_out", "runs.opted_in"]
    event = AuditEvent.objects.filter(action="runs.opted_in").earliest("pk")
    assert (event.subject, event.organisation, event.user) == ("met", publisher.organisation, publisher.user)


def test_showing_ones_name_is_a_choice_of_its_own(publisher: Viewer) -> None:
    opt_in_runs(shows_own=False, by=publisher)
    assert show_runs(shows_own=True, by=publisher).shows_own
    show_runs(shows_own=True, by=publisher)
    assert not show_runs(shows_own=False, by=publisher).shows_own
    assert audited() == ["runs.opted_in", "runs.shown", "runs.hidden"]
    assert [spell.last is None for spell in spells()["met"]] == [False], "what was shown by name is remembered"


def test_what_makes_no_sense_is_refused(publisher: Viewer) -> None:
    for action in (lambda: opt_out_runs(by=publisher), lambda: show_runs(shows_own=True, by=publisher), lambda: delete_runs(by=publisher)):
        with pytest.raises(Conflict):
            action()
    opt_in_runs(shows_own=False, by=publisher)
    with pytest.raises(Conflict, match="already"):
        opt_in_runs(shows_own=True, by=publisher)
    opt_out_runs(by=publisher)
    with pytest.raises(Conflict):
        opt_out_runs(by=publisher)
    assert not RunConsent.objects.get().shows_own


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_only_publishers_and_administrators_decide(role: str) -> None:
    opt_in()
    send(late())
    for viewer in (make_viewer("met", role), NOBODY):
        for action in (
            lambda by: opt_in_runs(shows_own=True, by=by),
            lambda by: opt_out_runs(by=by),
            lambda by: show_runs(shows_own=True, by=by),
            lambda by: delete_runs(by=by),
            lambda by: release_held_runs(kinds=[LATE], by=by),
            lambda by: discard_held_runs(kinds=[LATE], by=by),
        ):
            with pytest.raises(NotAllowed):
                action(viewer)
    assert HeldEvent.objects.count() == 1
    assert RunConsent.objects.get().is_active
    assert make_viewer("met", Role.ADMINISTRATOR)
    opt_out_runs(by=make_viewer("met", Role.ADMINISTRATOR))


@pytest.mark.django_db(transaction=True)
def test_opting_out_waits_for_a_batch_that_is_being_stored_and_none_comes_after() -> None:
    publisher = make_viewer("met")
    opt_in_runs(shows_own=False, by=publisher)
    begun, go_on, out = threading.Event(), threading.Event(), threading.Event()

    def batch() -> None:
        with accepting("met"):
            begun.set()
            go_on.wait(30)
            store("met", [run_event()])
        connection.close()

    def leave() -> None:
        opt_out_runs(by=publisher)
        out.set()
        connection.close()

    threads = [threading.Thread(target=batch), threading.Thread(target=leave)]
    threads[0].start()
    begun.wait(30)
    threads[1].start()
    assert not out.wait(0.5), "it may not say that nothing is taken while something is"
    go_on.set()
    assert out.wait(30)
    for thread in threads:
        thread.join()
    assert RunEvent.objects.count() == 1
    with pytest.raises(NotAllowed):
        send(run_event())


# --- Held apart -----------------------------------------------------------------------------------------------------------
def test_what_is_held_counts_once_it_is_released(publisher: Viewer) -> None:
    opt_in()
    event = late(items=7)
    send(event, late(), run_event(), late(version="2.0.0"))
    assert [(each.kind, each.number, each.to_release, each.most_items) for each in held("met", timezone.now())] == [
        (LATE, 2, 2, 7),
        (HeldKind("late", "hampshire/victim-update", "2.0.0"), 1, 1, 3),
    ]
    assert release_held_runs(kinds=[LATE], by=publisher) == 2
    roll_up_runs()
    day = event.started_at.date()
    assert {row.day: row.runs for row in DailyRuns.objects.all()} == {day: 2, (timezone.now() - timedelta(minutes=1)).date(): 1}
    assert send(event) == Stored(0, 1, 0), "its id is known"
    assert [each.number for each in held("met", timezone.now())] == [1]
    assert audited() == ["runs.released"]
    assert AuditEvent.objects.get(action="runs.released").detail == {"reason": "late", "count": 2}


def test_what_is_discarded_is_gone_and_does_not_come_back(publisher: Viewer) -> None:
    opt_in()
    event = late()
    send(event, late(version="2.0.0"))
    assert discard_held_runs(kinds=[LATE], by=publisher) == 1
    assert send(event) == Stored(0, 1, 0)
    assert HeldEvent.objects.get().version == "2.0.0"
    assert not RunEvent.objects.exists()
    assert audited() == ["runs.discarded"]


def test_what_another_organisation_has_held_is_its_own_affair(publisher: Viewer) -> None:
    opt_in()
    opt_in("wiltshire")
    send(late(), organisation="wiltshire")
    with pytest.raises(Refused, match="None of them"):
        release_held_runs(kinds=[LATE], by=publisher)
    assert discard_held_runs(kinds=[LATE], by=publisher) == 0
    assert HeldEvent.objects.count() == 1
    assert audited() == []


def test_runs_in_the_future_and_those_too_old_do_not_count(publisher: Viewer) -> None:
    opt_in()
    now = timezone.now()
    oldest = partitions.first_kept(now)
    send(run_event(started_at=now + timedelta(days=90)), run_event(started_at=now - timedelta(days=500)), late())
    future = HeldKind("future", "hampshire/victim-update", "1.0.0")
    with pytest.raises(Refused, match="None of them"):
        release_held_runs(kinds=[future], by=publisher)
    assert release_held_runs(kinds=[future, LATE], by=publisher) == 1
    assert HeldEvent.objects.count() == 2
    assert RunEvent.objects.get().started_at.date() >= oldest
    with pytest.raises(Refused):
        release_held_runs(kinds=[], by=publisher)


def test_nothing_is_released_after_opting_out(publisher: Viewer) -> None:
    opt_in()
    send(late())
    opt_out_runs(by=publisher)
    with pytest.raises(NotAllowed):
        release_held_runs(kinds=[LATE], by=publisher)
    assert discard_held_runs(kinds=[LATE], by=publisher) == 1


# --- Deleting -------------------------------------------------------------------------------------------------------------
def test_a_deletion_leaves_nothing_of_ours_and_everything_of_others(publisher: Viewer) -> None:
    opt_in()
    opt_in("wiltshire")
    for organisation in ("met", "wiltshire"):
        send(run_event(), run_event(), late(), organisation=organisation)
        roll_up_runs()
        send(run_event(), organisation=organisation)
    before = {model: model.objects.filter(organisation="wiltshire").count() for model in TABLES}
    assert all(before.values())
    for slug in ("met", "wiltshire"):
        UnknownName.objects.create(organisation=slug, source="uipath", name="Letters", runs=1, last_on=timezone.now().date())
        RunHook.objects.create(organisation=slug, opened_at=timezone.now())
    delete_runs(by=publisher)
    assert not DailyRuns.objects.filter(organisation="met").exists(), "what is shown goes at once"
    assert UnknownName.objects.get().organisation == RunHook.objects.get().organisation == "wiltshire"
    assert not MonthlyRuns.objects.filter(organisation="met").exists()
    with pytest.raises(NotAllowed):
        send(run_event())
    with pytest.raises(Conflict, match="still being deleted"):
        opt_in_runs(shows_own=False, by=publisher)
    with pytest.raises(Conflict, match="already"):
        delete_runs(by=publisher)
    assert delete_asked_runs() == 1
    assert {model: model.objects.filter(organisation="met").count() for model in TABLES} == dict.fromkeys(TABLES, 0)
    assert {model: model.objects.filter(organisation="wiltshire").count() for model in TABLES} == before
    assert audited() == ["runs.deletion_asked", "runs.deleted"]
    assert AuditEvent.objects.get(action="runs.deleted").detail == {"runs": 3, "held": 1, "ids": 4}
    assert delete_asked_runs() == 0
    assert opt_in_runs(shows_own=False, by=publisher).is_active


def test_what_was_being_added_up_while_it_was_deleted_goes_too(publisher: Viewer) -> None:
    opt_in()
    send(run_event())
    delete_runs(by=publisher)
    sums = {"runs": 1, "completed": 1, "business_exceptions": 0, "system_exceptions": 0, "items": 1, "duration_ms": 1}
    DailyRuns.objects.create(organisation="met", module="met/letters", version="1.0.0", day=timezone.now().date(), **sums)
    delete_asked_runs()
    assert not DailyRuns.objects.exists()


def test_a_deletion_is_begun_when_it_is_asked_for(publisher: Viewer, monkeypatch, django_capture_on_commit_callbacks) -> None:
    opt_in()
    called: list[str] = []
    monkeypatch.setattr(delete_asked_runs, "delay", lambda: called.append("now"))
    with django_capture_on_commit_callbacks(execute=True):
        delete_runs(by=publisher)
    assert called == ["now"]


# --- Retention ------------------------------------------------------------------------------------------------------------
def test_single_runs_go_after_13_months_and_what_they_add_up_to_stays() -> None:
    opt_in()
    send(run_event(), late())
    roll_up_runs()
    keep_runs()
    assert RunEvent.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=12 * 30)):
        keep_runs()
        assert RunEvent.objects.count() == HeldEvent.objects.count() == 1
        send(run_event())
    with time_machine.travel(timezone.now() + timedelta(days=15 * 31)):
        assert keep_runs()["months"] > 0
        assert (RunEvent.objects.count(), HeldEvent.objects.count(), RunId.objects.count()) == (1, 0, 1)
        roll_up_runs()
        assert DailyRuns.objects.count() == MonthlyRuns.objects.count() == 2
        assert send(run_event()).accepted == 1


def test_partitions_are_made_when_there_is_none_for_the_time() -> None:
    """After an installation stood still for a year nobody loses an event."""
    opt_in()
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert send(run_event(), run_event(started_at=timezone.now() - timedelta(days=30))) == Stored(2, 0, 0)
        assert RunEvent.objects.count() == 2


# --- Taking out -----------------------------------------------------------------------------------------------------------
def test_everything_can_be_taken_out(publisher: Viewer, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "_AT_ONCE", 2)
    opt_in()
    opt_in("wiltshire")
    events = [run_event(duration_seconds=1.5, started_at=timezone.now() - timedelta(hours=30 * number)) for number in range(5)]
    send(*events, late(), late(), late())
    send(run_event(), organisation="wiltshire")
    rows = list(exporting.events("met"))
    assert len(rows[0]) == len(exporting.EVENT_HEADER)
    assert {str(row[0]) for row in rows} == {str(event.id) for event in events}
    assert rows[0][4:7] == (1.5, "completed", 3)
    assert len(list(exporting.held("met"))) == 3
    assert len(next(exporting.held("met"))) == len(exporting.HELD_HEADER)
    roll_up_runs()
    assert len(list(exporting.events("met"))) == 5
    assert sum(row[3] for row in exporting.days("met")) == 5  # type: ignore[misc]
    assert len(next(exporting.days("met"))) == len(exporting.DAY_HEADER)
    make_organisation("kent")
    assert not list(exporting.events("kent"))
