"""Whoever may sign for a role ticks its list, with what shows it where that is asked for."""

from __future__ import annotations

import pytest

from accounts.viewer import Viewer
from registry.actions.keep_attachment import keep_attachment
from registry.actions.tick_item import tick_item
from registry.releases.models import Attachment
from registry.releases.upload import spooled
from registry.reviews.models import ChecklistAnswer, ChecklistItem, Review
from tests.make import PICTURE, fresh, make_review, make_reviewer
from tests.unchanged import refuses


def picture(review: Review, by: Viewer) -> Attachment:
    assert by.organisation is not None
    with spooled([PICTURE], "shown.png") as upload:
        return keep_attachment(module=review.release.module, organisation=by.organisation, upload=upload, by=by)


def item(*, needs_evidence: bool) -> ChecklistItem:
    return ChecklistItem.objects.filter(role="technical", needs_evidence=needs_evidence)[0]


@pytest.mark.django_db
def test_ticked_with_a_picture_and_again_without_losing_it() -> None:
    review, by, other = make_review(), make_reviewer("met", "technical"), make_reviewer("wiltshire", "technical")
    shown = picture(review, by)
    tick_item(review=review, item=item(needs_evidence=True), note="Opens.", evidence=shown, by=by)
    tick_item(review=fresh(review), item=item(needs_evidence=True), note="Still opens.", by=other)
    answer = ChecklistAnswer.objects.get()
    assert (answer.note, answer.evidence, answer.user, answer.digest) == ("Still opens.", shown, other.user, review.digest)
    assert list(review.log.filter(act="tick").values_list("text", flat=True)) == ["Opens.", "Still opens."]


@pytest.mark.django_db
def test_what_it_refuses() -> None:
    review, by = make_review(), make_reviewer("met", "technical")
    with refuses("evidence_missing", "evidence"):
        tick_item(review=review, item=item(needs_evidence=True), by=by)
    elsewhere = picture(make_review("hampshire/letters"), by)
    with refuses("evidence_missing", "evidence"):
        tick_item(review=review, item=item(needs_evidence=True), evidence=elsewhere, by=by)
    with refuses("may_not_sign_role"):
        tick_item(review=review, item=ChecklistItem.objects.filter(role="licence")[0], by=by)
    with refuses("must_be_other_organisation"):
        tick_item(review=review, item=item(needs_evidence=False), by=make_reviewer("hampshire", "technical"))
    with refuses("text_too_long", "note"):
        tick_item(review=review, item=item(needs_evidence=False), note="x" * 1001, by=by)
