"""Who sees to a review: oneself, or whom a steward asks."""

from __future__ import annotations

import pytest

from accounts.models import Membership, Role
from registry.actions.claim_review import claim_review
from registry.reviews.models import Review, ReviewEntry
from tests.make import fresh, make_review, make_reviewer, make_steward, make_user, make_viewer
from tests.unchanged import refuses


@pytest.mark.django_db
def test_a_reviewer_takes_it_and_puts_it_back() -> None:
    review, by = make_review(), make_reviewer("met")
    claim_review(review=review, assignee=by.user, by=by)
    assert (fresh(review).assignee, fresh(review).state) == (by.user, "in_review")
    claim_review(review=fresh(review), assignee=None, by=by)
    assert fresh(review).assignee is None
    assert list(ReviewEntry.objects.filter(review=review, act="claim").values_list("user", flat=True)) == [by.user.pk, by.user.pk]  # type: ignore[union-attr]


@pytest.mark.django_db
def test_a_steward_gives_it_to_somebody_and_takes_it_away() -> None:
    review, one, other = make_review(), make_reviewer("met"), make_reviewer("wiltshire")
    claim_review(review=review, assignee=one.user, by=one)
    with refuses("not_yours_to_assign"):
        claim_review(review=fresh(review), assignee=other.user, by=other)
    with refuses("not_yours_to_assign"):
        claim_review(review=fresh(review), assignee=None, by=other)
    with refuses("not_yours_to_assign"):
        claim_review(review=fresh(review), assignee=other.user, by=one)
    claim_review(review=fresh(review), assignee=other.user, by=make_steward())
    assert fresh(review).assignee == other.user


@pytest.mark.django_db
def test_it_is_given_to_nobody_who_could_not_judge_it() -> None:
    author = make_viewer("hampshire")
    review, steward = make_review(by=author), make_steward()
    Membership.objects.create(user=author.user, organisation=make_reviewer("met").organisation, role=Role.REVIEWER)
    gone = make_reviewer("met")
    assert gone.user is not None
    gone.user.is_active = False
    gone.user.save()
    for unfit in (author.user, make_user(), make_viewer("met").user, gone.user):
        with refuses("assignee_unfit", "assignee"):
            claim_review(review=fresh(review), assignee=unfit, by=steward)


@pytest.mark.django_db
def test_what_is_shared_by_name_is_seen_by_a_reviewer_elsewhere_once_a_steward_gives_it_to_them() -> None:
    make_reviewer("wiltshire")
    review, by = make_review(visibility="named", share_with=("wiltshire",)), make_reviewer("met")
    with refuses("not_a_reviewer"):
        claim_review(review=review, assignee=by.user, by=by)
    claim_review(review=review, assignee=by.user, by=make_steward())
    assert Review.objects.visible_to(by).get() == review
    claim_review(review=fresh(review), assignee=None, by=by)
    assert not Review.objects.visible_to(by).exists()
