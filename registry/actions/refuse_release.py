"""Ends a review with a no. The version is never listed; what was listed before stays as it was."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.viewer import Viewer
from registry.actions.telling_reviews import tell_authors
from registry.releases.models import Release
from registry.reviews.models import Review, Widening
from registry.reviews.moving import given_words, locked, move, void_sign_offs
from registry.reviews.people import check_reviewer
from registry.reviews.states import Act


def refuse_release(*, review: Review, text: str, by: Viewer) -> Review:
    """Raises :class:`NotAllowed`, :class:`Refused` (``words_missing``) or :class:`Conflict` (``wrong_state``)."""
    text = given_words(text)
    with transaction.atomic():
        review = locked(review)
        check_reviewer(review, by)
        move(review, Act.REFUSE, Release.State.REFUSED, by, text)
        void_sign_offs(review, "refused")
        if review.is_widening:
            Widening.objects.filter(module=review.release.module, outcome=Widening.Outcome.AGREED, effective_at=None).update(
                outcome=Widening.Outcome.DECLINED, decided_at=timezone.now(), decided_by=by.user, decision=text[:500]
            )
        tell_authors(review, by, text)
    return review
