"""A review goes back to its author with a question; what was signed stays signed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from accounts.models import AuditEvent
from registry.actions.ask_author import ask_author
from registry.reviews.models import ReviewEntry, SignOff
from tests.make import fresh, make_review, make_reviewer, sign
from tests.unchanged import audit_refuses, refuses, unchanged


@pytest.mark.django_db
def test_the_words_are_kept_and_so_is_what_was_signed() -> None:
    review, by = make_review(), make_reviewer("met")
    sign(review, "licence")
    before = review.state_since
    ask_author(review=review, text="  Which printer?\n", by=by)
    now = fresh(review)
    assert (now.state, now.release.state, now.closed_at) == ("awaiting_author", "awaiting_author", None)
    assert now.state_since > before
    entry = ReviewEntry.objects.get(review=review, act="ask_author")
    assert (entry.text, entry.user, entry.organisation) == ("Which printer?", by.user, by.organisation)
    assert SignOff.objects.filter(review=review, voided_at=None).count() == 1
    event = AuditEvent.objects.get(action="review.ask_author")
    assert (event.subject, event.user, event.detail["state"]) == ("hampshire/victim-update@1.0.0", by.user, "awaiting_author")
    assert "printer" not in str(event.detail)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "code"), [("", "words_missing"), (" \n", "words_missing"), ("x" * 2001, "text_too_long"), ("a\x00b", "text_invalid")]
)
def test_without_usable_words_nothing_changes(text: str, code: str) -> None:
    review, by = make_review(), make_reviewer("met")
    with refuses(code, "text"):
        ask_author(review=review, text=text, by=by)


@pytest.mark.django_db
def test_without_its_audit_line_nothing_changes() -> None:
    review, by = make_review(), make_reviewer("met")
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        ask_author(review=review, text="Which printer?", by=by)
