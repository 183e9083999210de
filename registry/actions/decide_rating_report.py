"""A steward of neither side answers the reports of a rating: it is hidden, with the reason, or stays. What was hidden can be shown again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Membership, User
from accounts.viewer import Viewer
from registry.actions.refresh_use import refresh_use
from registry.actions.telling_ratings import tell_of_hiding, tell_of_restoring
from registry.actions.yank_release import given_reason
from registry.curation.locking import locked_rating
from registry.curation.models import Rating, RatingReport
from registry.errors import Conflict, NotAllowed
from registry.permissions import steward_for


def decide_rating_report(*, rating: Rating, hide: bool, reason: str, by: Viewer) -> Rating:
    """Answer every open report of ``rating`` with ``reason``, which both sides read when it is hidden.

    Raises :class:`NotAllowed` (``stewards_only``, ``not_independent``, ``own_report``), :class:`Refused` (``reason_missing``,
    ``text_too_long``) or :class:`Conflict` (``decided_already``).
    """
    user = independent_steward(by, rating)
    reason = given_reason(reason)
    with transaction.atomic():
        rating = locked_rating(rating.pk)
        waiting = list(rating.reports.select_for_update().filter(outcome=RatingReport.Outcome.OPEN).order_by("pk"))
        if not waiting:
            raise Conflict("decided_already", "No report of this rating is open.", where="reason")
        if any(report.user_id == user.pk for report in waiting):
            raise NotAllowed("own_report", "You reported this, so another steward must look at it.")
        _answer(waiting, RatingReport.Outcome.HIDDEN if hide else RatingReport.Outcome.KEPT, reason, user)
        if hide:
            rating.hidden_at, rating.hidden_by, rating.hidden_reason = timezone.now(), user, reason
            rating.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
            refresh_use(rating.release.module)
            tell_of_hiding(rating, user)
        action = "rating.hidden" if hide else "rating.kept"
        record(action, str(rating.release), by=by, organisation=rating.release.module.organisation, rating=rating.pk, reason=reason)
    return rating


def restore_rating(*, rating: Rating, reason: str, by: Viewer) -> Rating:
    """Show a hidden rating again. Raises as :func:`decide_rating_report`; :class:`Conflict` (``not_hidden``)."""
    user = independent_steward(by, rating)
    reason = given_reason(reason)
    with transaction.atomic():
        rating = locked_rating(rating.pk)
        if rating.hidden_at is None:
            raise Conflict("not_hidden", "This rating is not hidden.", where="reason")
        rating.hidden_at, rating.hidden_by, rating.hidden_reason = None, None, ""
        rating.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
        refresh_use(rating.release.module)
        organisation = rating.release.module.organisation
        record("rating.restored", str(rating.release), by=by, organisation=organisation, rating=rating.pk, reason=reason)
        tell_of_restoring(rating, reason, user)
    return rating


def independent_steward(by: Viewer, rating: Rating) -> User:
    """The steward who decides, a member of neither side now; raises :class:`NotAllowed` (``stewards_only``, ``not_independent``)."""
    user = steward_for(by)
    sides = (rating.organisation_id, rating.release.module.organisation_id)
    if Membership.objects.filter(user=user, organisation__in=sides).exists():
        raise NotAllowed("not_independent", "You belong to one of the two sides, so another steward must decide.")
    return user


def _answer(reports: list[RatingReport], outcome: RatingReport.Outcome, reason: str, user: User) -> None:
    for report in reports:
        report.outcome, report.decision, report.decided_at, report.decided_by = outcome, reason, timezone.now(), user
        report.save(update_fields=["outcome", "decision", "decided_at", "decided_by"])
