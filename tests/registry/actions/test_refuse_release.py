"""A review ends with a no: the version is never listed, and the next one may be."""

from __future__ import annotations

import pytest

from registry.actions.ask_widening import ask_widening
from registry.actions.decide_widening import decide_widening
from registry.actions.refuse_release import refuse_release
from registry.index import read
from registry.reviews.models import Review, SignOff, Widening
from tests.make import bpmn, fresh, make_module, make_release, make_review, make_reviewer, make_viewer, sign_all
from tests.unchanged import refuses

MODULE = ("hampshire", "victim-update")


@pytest.mark.django_db
def test_the_review_is_closed_and_nothing_signed_counts() -> None:
    review = sign_all(make_review())
    refuse_release(review=review, text="It cannot be mended.", by=make_reviewer("met"))
    now = fresh(review)
    assert (now.state, now.release.state, now.closed_at is not None) == ("refused", "refused", True)
    assert {each.voided_reason for each in SignOff.objects.filter(review=review)} == {"refused"}


@pytest.mark.django_db
def test_words_are_needed() -> None:
    review, by = make_review(), make_reviewer("met")
    with refuses("words_missing", "text"):
        refuse_release(review=review, text="", by=by)


@pytest.mark.django_db
def test_a_refused_version_comes_in_again_neither_as_it_was_nor_otherwise_but_the_next_one_does() -> None:
    data, by = bpmn("One"), make_viewer("hampshire")
    review = make_review(data=data)
    refuse_release(review=review, text="No.", by=make_reviewer("met"))
    with refuses("version_refused", "version"):
        make_release("hampshire/victim-update", data=data, by=by)
    with refuses("version_exists", "version"):
        make_release("hampshire/victim-update", data=bpmn("Two"), by=by)
    assert make_release("hampshire/victim-update", "1.0.1", data=data, by=by).state == "listed"


@pytest.mark.django_db
def test_what_was_listed_before_stays() -> None:
    make_release("hampshire/victim-update")
    refuse_release(review=make_review(version="1.1.0"), text="No.", by=make_reviewer("met"))
    assert read.visible_module(make_viewer("met"), *MODULE).latest_version == "1.0.0"


@pytest.mark.django_db
def test_refused_to_more_it_stays_with_those_who_saw_it() -> None:
    module = make_module("hampshire/victim-update", visibility="own")
    wish = ask_widening(module=module, visibility="partnership", reason="Good.", by=make_viewer("hampshire"))
    decide_widening(widening=wish, agree=True, by=make_viewer("hampshire"))
    by = make_reviewer("met")
    refuse_release(review=fresh(Review.objects.get(kind="widening")), text="Too early.", by=by)
    wish.refresh_from_db()
    assert (wish.outcome, wish.decided_by, wish.decision, wish.effective_at) == (Widening.Outcome.DECLINED, by.user, "Too early.", None)
    module.refresh_from_db()
    assert (module.visibility, module.status, module.releases.get().state) == ("own", "listed", "listed")
    ask_widening(module=module, visibility="partnership", reason="Better.", by=make_viewer("hampshire"))
