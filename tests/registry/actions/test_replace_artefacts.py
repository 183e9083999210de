"""The author mends the files of what was never listed, and whatever was signed is void."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from accounts.models import AuditEvent
from accounts.viewer import Viewer
from registry.actions.ask_author import ask_author
from registry.actions.check_release import check_release
from registry.actions.hold_release import hold_release
from registry.actions.remove_expired import remove_expired
from registry.actions.replace_artefacts import replace_artefacts
from registry.releases.models import Artefact, OutboxEntry, Release, StoredBytes
from registry.releases.storage import store
from registry.releases.upload import spooled
from registry.reviews.models import ChecklistAnswer, Contributor, Review, SignOff
from tests.make import bpmn, fresh, make_finding, make_release, make_review, make_reviewer, make_viewer, sign_all
from tests.race import race
from tests.unchanged import audit_refuses, refuses, unchanged

MENDED = bpmn("Mended", tasks=("Read the record", "Tell the victim", "Close it"))


def replace(release: Release, by: Viewer, data: bytes = MENDED, **more: str) -> Release:
    with spooled([data], "process.bpmn") as upload:
        return replace_artefacts(release=release, uploads=[upload], by=by, **more)


@pytest.fixture
def review() -> Review:
    review = sign_all(make_review())
    ask_author(review=review, text="Mend it.", by=make_reviewer("met"))
    return fresh(review)


@pytest.mark.django_db
def test_new_bytes_void_every_sign_off_and_are_checked_anew(review: Review) -> None:
    by, before = make_viewer("hampshire"), review.release.artefacts.get()
    replace(review.release, by, text="Mended.", contested="The host is an example.")
    now = fresh(review)
    assert (now.state, now.release.state, now.round) == ("checking", "checking", 2)
    assert now.digest == now.release.digest != review.digest
    assert now.release.contested == "The host is an example."
    assert {each.voided_reason for each in SignOff.objects.filter(review=review)} == {"the files were replaced"}
    assert not SignOff.objects.filter(review=review, voided_at=None).exists()
    assert Contributor.objects.filter(release=now.release, user=by.user).exists()
    after = now.release.artefacts.get()
    assert (after.size, after.sha256 != before.sha256) == (len(MENDED), True)
    assert StoredBytes.objects.get(organisation=now.release.module.organisation).total == len(MENDED)
    assert [step["name"] for step in now.release.inspection["steps"] if step["name"] == "Close it"]
    assert OutboxEntry.objects.get(task=check_release.name).subject == now.release_id
    assert AuditEvent.objects.get(action="review.replace").detail["before"] == review.digest
    check_release(now.release_id)
    assert fresh(review).state == "in_review"
    assert not ChecklistAnswer.objects.filter(review=review, digest=now.digest).exists()


@pytest.mark.django_db
def test_what_was_found_in_the_files_of_before_stands_no_more(review: Review) -> None:
    make_finding(review, "stop")
    hold_release(review=review, text="Wait.", by=make_reviewer("met"))
    replace(fresh(review).release, make_viewer("hampshire"))
    check_release(review.release_id)
    assert fresh(review).state == "in_review"


@pytest.mark.django_db
def test_a_draft_changes_without_a_review() -> None:
    draft, by = make_release("hampshire/victim-update", checked=False, draft=True), make_viewer("hampshire")
    replaced = replace(draft, by)
    assert (replaced.state, Review.objects.count(), OutboxEntry.objects.count()) == ("draft", 0, 0)
    assert AuditEvent.objects.get(action="release.files_replaced").detail == {"before": draft.digest, "digest": replaced.digest}


@pytest.mark.django_db
def test_the_bytes_of_before_are_swept(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    before = review.release.artefacts.get().sha256
    replace(review.release, make_viewer("hampshire"))
    assert store().has(before)
    monkeypatch.setattr("registry.actions.remove_expired.BYTES_FOR", -1)
    remove_expired()
    assert not store().has(before)
    assert store().has(Artefact.objects.get().sha256)


@pytest.mark.django_db
def test_the_same_files_are_no_answer(review: Review) -> None:
    with store().open(review.release.artefacts.get().sha256) as stream:
        data = stream.read()
    with refuses("files_unchanged", "artefact"):
        replace(review.release, make_viewer("hampshire"), data)


@pytest.mark.django_db
def test_refused_nothing_is_kept(review: Review, settings) -> None:  # type: ignore[no-untyped-def]
    by = make_viewer("hampshire")
    with refuses("not_a_publisher"):
        replace(review.release, make_reviewer("met"))
    with unchanged(), pytest.raises(Exception, match="recognise"):
        replace(review.release, by, b"<no")
    settings.QUOTA_BYTES = 10
    with refuses("quota_exceeded"):
        replace(review.release, by)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["in_review", "checking", "listed"])
def test_what_is_judged_or_listed_keeps_its_files(state: str) -> None:
    release = make_review().release if state == "in_review" else make_release("hampshire/victim-update", checked=state == "listed")
    assert release.state == state
    with refuses("wrong_state"):
        replace(release, make_viewer("hampshire"))


@pytest.mark.django_db
def test_without_its_audit_line_nothing_is_replaced(review: Review) -> None:
    by = make_viewer("hampshire")
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        replace(review.release, by, bpmn("Never kept"))


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_set_of_files_is_whole() -> None:
    review = make_review()
    ask_author(review=review, text="Mend it.", by=make_reviewer("met"))
    by, release = make_viewer("hampshire"), fresh(review).release
    results = race(3, lambda number: replace(release, by, bpmn(f"Mended {number}")))
    assert sum(isinstance(one, Release) for one in results) == 1, results
    now = fresh(review)
    assert now.release.artefacts.count() == 1
    assert now.digest == now.release.digest
    assert StoredBytes.objects.get().total == now.release.artefacts.get().size
