"""Takes a report that a rating should not stand; a steward looks at it (B8)."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.telling_ratings import tell_of_report
from registry.curation.locking import locked_rating
from registry.curation.models import Rating, RatingReport
from registry.errors import Conflict, NotAllowed, Refused

MAX_REASON = 1000  # characters


def report_rating(*, rating: Rating, reason: str, by: Viewer) -> RatingReport:
    """Keep the report of whoever sees the rating; once a person.

    Raises :class:`NotAllowed` (``person_needed``, ``auditors_read``), :class:`Refused` (``reason_missing``, ``text_too_long``) or
    :class:`Conflict` (``rating_hidden``, ``reported_already``).
    """
    if by.user is None or by.token is not None or by.organisation is None:
        raise NotAllowed("person_needed", "Only people report.")
    if by.is_auditor:
        raise NotAllowed("auditors_read", "Auditors read everything and change nothing.", mend="Tell a steward.")
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", "No reason is given.", where="reason", mend="Say what is wrong with it.")
    if len(reason) > MAX_REASON:
        raise Refused("text_too_long", f"The reason has over {MAX_REASON} characters.", where="reason", mend="Shorten it.")
    with transaction.atomic():
        rating = locked_rating(rating.pk)
        if rating.hidden_at is not None:
            raise Conflict("rating_hidden", "A steward has hidden this rating already.", where="reason")
        if rating.reports.filter(user=by.user).exists():
            raise Conflict("reported_already", "You have reported this rating; the stewards have your report.", where="reason")
        report = RatingReport.objects.create(rating=rating, user=by.user, organisation=by.organisation, reason=reason)
        record("rating.reported", str(rating.release), by=by, organisation=rating.release.module.organisation, rating=rating.pk)
        tell_of_report(rating, reason, by.user)
    return report
