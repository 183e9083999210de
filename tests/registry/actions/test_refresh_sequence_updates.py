"""Sequences say at once what a change of a part means to them, and their publishers hear of what would break."""

from __future__ import annotations

import pytest

from demonstration.builders.uipath import Argument
from registry.actions import refresh_sequence_updates as action
from registry.actions.quarantine_release import quarantine_release
from registry.actions.refresh_sequence_updates import refresh_sequence_updates
from registry.actions.yank_release import unyank_release, yank_release
from registry.catalogue.models import ModuleShare
from registry.notices.models import Notice
from registry.releases.models import OutboxEntry, Release
from registry.sequences.models import PartUpdate
from tests.make import make_member, make_organisation, make_viewer
from tests.sequence_seed import Step, make_part, make_sequence

pytestmark = pytest.mark.django_db
TEXT = (Argument("in_Text", required=True), Argument("out_Text", direction="Out"))


def updates() -> dict[tuple[str, str], tuple[str, str, dict[str, list[str]]]]:
    rows = PartUpdate.objects.select_related("newest", "part__lock__release__module", "part__part__module")
    return {
        (row.part.lock.release.module.identifier, row.part.part.module.identifier): (row.verdict, row.newest.version, row.reasons)
        for row in rows
    }


def reckoned(release: Release) -> None:
    """As the worker does, once the promise is committed."""
    assert OutboxEntry.objects.filter(task=refresh_sequence_updates.name, subject=release.module_id).exists()
    refresh_sequence_updates(release.module_id)
    assert not OutboxEntry.objects.filter(task=refresh_sequence_updates.name, subject=release.module_id).exists()


def two_steps(part: Release, other: Release, **options: object) -> Release:
    return make_sequence(
        "hampshire/letters",
        "1.0.0",
        Step("a", part, inputs={"in_Text": "/text"}),
        Step("b", other, f"^{other.version}", inputs={"in_Text": "a/out_Text"}),
        **options,
    )


def test_a_release_that_fits_is_an_update() -> None:
    part, other = make_part("met/read"), make_part("met/write")
    sequence = two_steps(part, other)
    revision = sequence.module.revision
    reckoned(make_part("met/read", "1.1.0", *TEXT, Argument("in_More")))
    assert updates() == {("hampshire/letters", "met/read"): ("fits", "1.1.0", {})}
    sequence.module.refresh_from_db()
    assert sequence.module.revision > revision
    assert not Notice.objects.filter(kind="sequence_breaks").exists()


def test_one_beyond_the_range_is_outside_it() -> None:
    part, other = make_part("met/read"), make_part("met/write")
    two_steps(part, other)
    reckoned(make_part("met/read", "2.0.0", *TEXT))
    assert updates() == {("hampshire/letters", "met/read"): ("outside", "2.0.0", {})}


def test_one_that_breaks_says_which_step_and_why_and_is_told_once() -> None:
    part, other = make_part("met/read"), make_part("met/write")
    publisher = make_member("hampshire")
    two_steps(part, other)
    newest = make_part("met/read", "2.0.0", Argument("in_Text", required=True), Argument("out_Answer", direction="Out"))
    reckoned(newest)
    verdict, version, reasons = updates()["hampshire/letters", "met/read"]
    assert (verdict, version, list(reasons)) == ("breaks", "2.0.0", ["b"])
    assert "out_Text of “Step a”, which Main.xaml of met/read 2.0.0 does not give" in reasons["b"][0]
    (notice,) = Notice.objects.filter(user=publisher, kind="sequence_breaks")
    assert notice.title == "met/read@2.0.0 breaks a step of hampshire/letters 1.0.0"
    assert "Step b" in notice.text
    action.promise_updates(newest.module)
    reckoned(newest)
    yank_release(release=newest, reason="Broken", by=make_viewer("met"))
    reckoned(newest)
    assert updates() == {}
    unyank_release(release=newest, reason="It was not", by=make_viewer("met"))
    reckoned(newest)
    assert updates()["hampshire/letters", "met/read"][0] == "breaks"
    assert Notice.objects.filter(user=publisher, kind="sequence_breaks").count() == 1


def test_a_new_required_input_breaks_the_step_itself() -> None:
    part, other = make_part("met/read"), make_part("met/write")
    two_steps(part, other)
    reckoned(make_part("met/write", "2.0.0", *TEXT, Argument("in_Language", required=True)))
    verdict, _, reasons = updates()["hampshire/letters", "met/write"]
    assert (verdict, list(reasons)) == ("breaks", ["b"])
    assert "leaves in_Language empty" in reasons["b"][0]


def test_what_some_readers_do_not_see_is_no_update() -> None:
    part = make_part("met/read")
    for name, visibility in (("letters", "partnership"), ("own-letters", "own")):
        make_sequence(f"hampshire/{name}", "1.0.0", Step("a", part, inputs={"in_Text": "=x"}), visibility=visibility)
    newest = make_part("met/read", "1.1.0", *TEXT, marking="OFFICIAL-SENSITIVE")
    assert newest.listed_at is not None
    reckoned(newest)
    assert updates() == {}
    ModuleShare.objects.create(module=newest.module, organisation=make_organisation("hampshire"))
    action.promise_updates(newest.module)
    reckoned(newest)
    assert list(updates()) == [("hampshire/own-letters", "met/read")]


def test_quarantine_takes_an_update_away() -> None:
    part, other = make_part("met/read"), make_part("met/write")
    two_steps(part, other)
    newest = make_part("met/read", "1.1.0", *TEXT)
    reckoned(newest)
    quarantine_release(release=newest, reason="Looks odd", by=make_viewer("met"))
    reckoned(newest)
    assert updates() == {}


def test_previews_are_updates_of_previews_alone() -> None:
    part, other = make_part("met/read"), make_part("met/write", "1.0.0-beta.1")
    two_steps(part, other)
    for identifier in ("met/read", "met/write"):
        reckoned(make_part(identifier, "1.1.0-beta.2", *TEXT))
    assert list(updates()) == [("hampshire/letters", "met/write")]


def test_only_the_latest_release_of_a_sequence_counts() -> None:
    part, other = make_part("met/read"), make_part("met/write")
    two_steps(part, other)
    newest = make_part("met/read", "1.1.0", *TEXT)
    reckoned(newest)
    second = make_sequence("hampshire/letters", "2.0.0", Step("a", newest, inputs={"in_Text": "=x"}))
    reckoned(second)
    assert updates() == {}


def test_a_sequence_that_comes_out_behind_says_so_at_once() -> None:
    part = make_part("met/read")
    make_part("met/read", "1.1.0", *TEXT)
    sequence = make_sequence("hampshire/letters", "1.0.0", Step("a", part, "1.0.0", inputs={"in_Text": "=x"}))
    reckoned(sequence)
    assert updates() == {("hampshire/letters", "met/read"): ("outside", "1.1.0", {})}


def test_a_module_that_nothing_is_made_of_promises_nothing() -> None:
    part = make_part("met/read")
    assert not OutboxEntry.objects.filter(task=refresh_sequence_updates.name, subject=part.module_id).exists()


def test_many_sequences_go_batch_by_batch(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(action, "BATCH", 2)
    sent: list[tuple[object, ...]] = []
    monkeypatch.setattr(action.refresh_sequence_updates, "delay", lambda *args: sent.append(args))
    part = make_part("met/read")
    for number in range(5):
        make_sequence(f"hampshire/letters-{number}", "1.0.0", Step("a", part, inputs={"in_Text": "=x"}))
    newest = make_part("met/read", "1.1.0", *TEXT)
    with django_capture_on_commit_callbacks(execute=True):
        refresh_sequence_updates(newest.module_id)
    for expected in (4, 5):
        with django_capture_on_commit_callbacks(execute=True):
            refresh_sequence_updates(*sent.pop())
        assert len(updates()) == expected
    assert sent == []
    assert not OutboxEntry.objects.filter(task=refresh_sequence_updates.name, subject=newest.module_id).exists()


def test_a_batch_costs_the_same_however_many_sequences_there_are(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    part = make_part("met/read")
    for number in range(4):
        make_sequence(f"hampshire/letters-{number}", "1.0.0", Step("a", part, inputs={"in_Text": "=x"}))
    newest = make_part("met/read", "1.1.0", *TEXT)
    refresh_sequence_updates(newest.module_id)
    action.promise_updates(newest.module)
    with django_assert_max_num_queries(16):
        refresh_sequence_updates(newest.module_id)


def test_a_change_while_the_work_goes_on_is_not_forgotten() -> None:
    part = make_part("met/read")
    make_sequence("hampshire/letters", "1.0.0", Step("a", part, inputs={"in_Text": "=x"}))
    make_part("met/read", "1.1.0", *TEXT)
    entry = OutboxEntry.objects.get(task=refresh_sequence_updates.name, subject=part.module_id)
    since = entry.created_at.isoformat()
    action.promise_updates(part.module)
    refresh_sequence_updates(part.module_id, since)
    assert OutboxEntry.objects.filter(pk=entry.pk).exists()
    refresh_sequence_updates(part.module_id)
    assert not OutboxEntry.objects.filter(pk=entry.pk).exists()
