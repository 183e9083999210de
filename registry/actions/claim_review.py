"""Says who sees to a review: oneself, somebody else, or nobody."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Membership, User
from accounts.viewer import Viewer
from registry.errors import NotAllowed, Refused
from registry.reviews.models import Review
from registry.reviews.moving import locked, move
from registry.reviews.people import REVIEWING, check_reviewer, is_contributor
from registry.reviews.states import Act


def claim_review(*, review: Review, assignee: User | None, by: Viewer) -> Review:
    """Give ``review`` to ``assignee`` (None puts it back). Reviewers take and put back their own; stewards give it to any reviewer.

    Raises :class:`NotAllowed` (``not_yours_to_assign``), :class:`Refused` (``assignee_unfit``) or :class:`Conflict` (``wrong_state``).
    """
    with transaction.atomic():
        review = locked(review)
        user = check_reviewer(review, by)
        own = {assignee.pk if assignee else None, review.assignee_id} <= {None, user.pk}
        if not own and not by.is_steward:
            raise NotAllowed("not_yours_to_assign", "Somebody else sees to this review.", mend="Ask them, or a steward.")
        if assignee is not None and not _is_fit(review, assignee):
            raise Refused(
                "assignee_unfit", f"{assignee} cannot review this.", where="assignee", mend="Choose a reviewer with no hand in it."
            )
        review.assignee = assignee
        move(review, Act.CLAIM, review.state, by, assignee=assignee.pk if assignee else None)
    return review


def _is_fit(review: Review, user: User) -> bool:
    reviews = Membership.objects.filter(user=user, user__is_active=True, role__in=REVIEWING, organisation__is_active=True).exists()
    return reviews and not is_contributor(review.release, user)
