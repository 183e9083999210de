"""A held review is taken up again when what held it is settled."""

from __future__ import annotations

import pytest

from registry.actions.hold_release import hold_release
from registry.actions.reopen_review import reopen_review
from registry.reviews.models import SignOff
from tests.make import fresh, make_finding, make_review, make_reviewer, sign
from tests.unchanged import refuses


@pytest.mark.django_db
def test_it_goes_on_where_it_was() -> None:
    review, by = make_review(), make_reviewer("met")
    sign(review, "licence")
    hold_release(review=fresh(review), text="Wait.", by=by)
    make_finding(review, "answer")  # which stands against listing, not against reviewing
    with refuses("words_missing", "text"):
        reopen_review(review=fresh(review), text="", by=by)
    reopen_review(review=fresh(review), text="Settled.", by=by)
    assert (fresh(review).state, fresh(review).release.state) == ("in_review", "in_review")
    assert SignOff.objects.filter(review=review, voided_at=None).count() == 1


@pytest.mark.django_db
def test_not_while_something_must_be_mended() -> None:
    review, by = make_review(), make_reviewer("met")
    hold_release(review=review, text="Wait.", by=by)
    make_finding(review, "stop")
    with refuses("findings_open", "findings"):
        reopen_review(review=fresh(review), text="Settled.", by=by)
