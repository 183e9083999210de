"""The author answers in words; the files and what was signed stay as they are."""

from __future__ import annotations

import pytest

from accounts.models import Membership, Role, SignOffRole
from registry.actions.ask_author import ask_author
from registry.actions.list_release import list_release
from registry.actions.resubmit_release import resubmit_release
from registry.reviews.models import Contributor, Review, SignOff
from tests.make import fresh, make_review, make_reviewer, make_viewer, sign_all
from tests.unchanged import refuses


@pytest.fixture
def review() -> Review:
    review = sign_all(make_review())
    ask_author(review=review, text="Which printer?", by=make_reviewer("met"))
    return fresh(review)


@pytest.mark.django_db
def test_what_was_signed_stays_signed_and_who_answered_has_a_hand_in_it(review: Review) -> None:
    by = make_viewer("hampshire")
    resubmit_release(review=review, text="Any.", by=by)
    assert fresh(review).state == "in_review"
    assert SignOff.objects.filter(review=review, voided_at=None).count() == 4
    assert Contributor.objects.filter(release=review.release, user=by.user).exists()
    list_release(review=fresh(review), by=by)
    assert fresh(review).release.state == "listed"


@pytest.mark.django_db
def test_what_somebody_signed_before_they_had_a_hand_in_it_is_void(review: Review) -> None:
    """A reviewer elsewhere is made a publisher here, and answers: they judged what is now their own."""
    signed = SignOff.objects.get(review=review, role=SignOffRole.LICENCE)
    Membership.objects.create(user=signed.user, organisation=review.release.module.organisation, role=Role.PUBLISHER)
    from accounts.viewer import viewer_of

    by = viewer_of(signed.user)
    resubmit_release(review=review, text="Any.", by=by)
    signed.refresh_from_db()
    assert (signed.voided_at is not None, signed.voided_reason) == (True, "the signer had a hand in it since")
    with refuses("sign_offs_missing"):
        list_release(review=fresh(review), by=by)


@pytest.mark.django_db
def test_words_are_needed_and_the_right(review: Review) -> None:
    with refuses("words_missing", "text"):
        resubmit_release(review=review, text=" ", by=make_viewer("hampshire"))
    with refuses("not_a_publisher"):
        resubmit_release(review=review, text="Any.", by=make_reviewer("met"))
    resubmit_release(review=review, text="Any.", by=make_viewer("hampshire"))
    with refuses("wrong_state"):
        resubmit_release(review=fresh(review), text="Any.", by=make_viewer("hampshire"))
