"""Stops a review until something outside it is settled."""

from __future__ import annotations

from django.db import transaction

from accounts.viewer import Viewer
from registry.actions.telling_reviews import tell_authors
from registry.releases.models import Release
from registry.reviews.models import Review
from registry.reviews.moving import given_words, locked, move
from registry.reviews.people import check_reviewer
from registry.reviews.states import Act


def hold_release(*, review: Review, text: str, by: Viewer) -> Review:
    """Raises :class:`NotAllowed`, :class:`Refused` (``words_missing``) or :class:`Conflict` (``wrong_state``)."""
    text = given_words(text)
    with transaction.atomic():
        review = locked(review)
        check_reviewer(review, by)
        move(review, Act.HOLD, Release.State.HELD, by, text)
        tell_authors(review, by, text)
    return review
