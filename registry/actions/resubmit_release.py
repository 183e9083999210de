"""The author's answer, with the files as they are; what was signed stays signed."""

from __future__ import annotations

from django.db import transaction

from accounts.viewer import Viewer
from registry.actions.telling_reviews import tell_reviewers
from registry.permissions import publisher_for
from registry.releases.models import Release
from registry.reviews.models import Review
from registry.reviews.moving import given_words, locked, move
from registry.reviews.people import add_contributor
from registry.reviews.states import Act


def resubmit_release(*, review: Review, text: str, by: Viewer) -> Review:
    """Raises :class:`NotAllowed`, :class:`Refused` (``words_missing``) or :class:`Conflict` (``wrong_state``)."""
    module = review.release.module
    publisher_for(by, module.publisher, module.slug)
    text = given_words(text)
    with transaction.atomic():
        review = locked(review)
        move(review, Act.RESUBMIT, Release.State.IN_REVIEW, by, text)
        add_contributor(review.release, by)
        tell_reviewers(review, by.user)
    return review
