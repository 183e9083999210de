"""Takes a held review up again, when whatever held it is settled."""

from __future__ import annotations

from django.db import transaction

from accounts.viewer import Viewer
from registry.actions.telling_reviews import tell_authors, tell_reviewers
from registry.errors import Conflict
from registry.releases.models import Finding, Release
from registry.reviews.models import Review
from registry.reviews.moving import given_words, locked, move
from registry.reviews.people import check_reviewer
from registry.reviews.policy import unanswered_findings
from registry.reviews.states import Act


def reopen_review(*, review: Review, text: str, by: Viewer) -> Review:
    """Raises :class:`NotAllowed`, :class:`Refused` (``words_missing``) or :class:`Conflict` (``wrong_state``, ``findings_open``)."""
    text = given_words(text)
    with transaction.atomic():
        review = locked(review)
        check_reviewer(review, by)
        if unanswered_findings(review.release).filter(severity=Finding.Severity.STOP).exists():
            raise Conflict(
                "findings_open",
                "What was found in its files still stands.",
                where="findings",
                mend="Have it mended, or answer it with a reason.",
            )
        move(review, Act.REOPEN, Release.State.IN_REVIEW, by, text)
        tell_authors(review, by, text)
        tell_reviewers(review, by.user)
    return review
