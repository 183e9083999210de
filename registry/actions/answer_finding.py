"""A second person's answer to a finding: that it is not what it seems, or is accepted; with the reason, for good."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.viewer import Viewer
from registry.actions.telling_reviews import tell_of_answer
from registry.errors import Conflict, Refused
from registry.releases.models import Finding
from registry.reviews.models import FindingAnswer, Review
from registry.reviews.moving import given_words, locked, move
from registry.reviews.people import check_reviewer, hands_in
from registry.reviews.states import Act


def answer_finding(*, review: Review, finding: Finding, verdict: str, reason: str, by: Viewer) -> FindingAnswer:
    """Answer ``finding`` of the files under ``review``; it counts for the same finding in later releases too.

    Raises :class:`NotAllowed` (``not_a_reviewer``, ``own_work``), :class:`Refused` (``words_missing``, ``verdict_unknown``,
    ``finding_of_other_files``) or :class:`Conflict` (``wrong_state``, ``answered_already``).
    """
    reason = given_words(reason, "reason", limit=500)
    if verdict not in FindingAnswer.Verdict.values:
        raise Refused("verdict_unknown", "That is no answer we know.", where="verdict", mend="Use false or accepted.")
    with transaction.atomic():
        review = locked(review)
        user = check_reviewer(review, by)
        if finding.release_id != review.release_id or finding.digest != review.digest:
            raise Refused("finding_of_other_files", "This was found in files that were replaced since.", where="finding")
        _end_own_answer(review, finding)
        organisation = by.organisation
        assert organisation is not None
        try:
            with transaction.atomic():
                answer = FindingAnswer.objects.create(
                    module=review.release.module,
                    finding=finding,
                    fingerprint=finding.fingerprint,
                    verdict=verdict,
                    reason=reason,
                    answered_by=user,
                    organisation=organisation,
                )
        except IntegrityError as error:
            raise Conflict("answered_already", "Somebody has answered this already.", where="finding") from error
        move(review, Act.ANSWER, review.state, by, reason, finding=finding.code, verdict=verdict)
        tell_of_answer(review, finding.title, reason, by)
    return answer


def _end_own_answer(review: Review, finding: Finding) -> None:
    """What somebody answered for an earlier release who had a hand in this one makes room for another person's answer."""
    FindingAnswer.objects.filter(
        module=review.release.module, fingerprint=finding.fingerprint, withdrawn_at=None, answered_by__in=hands_in(review.release)
    ).update(withdrawn_at=timezone.now())
