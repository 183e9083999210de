"""Signs a release off for one role: that these very bytes may be seen by those they are meant for."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.viewer import Viewer
from registry.errors import Conflict, NotAllowed
from registry.releases.models import Release
from registry.reviews.models import ChecklistAnswer, ChecklistItem, Review, SignOff
from registry.reviews.moving import given_words, locked, log, move
from registry.reviews.people import check_reviewer, signing_for
from registry.reviews.states import Act, check_act


def sign_off(*, review: Review, role: str, digest: str, comment: str = "", by: Viewer) -> SignOff:
    """Sign ``review`` as ``role``; ``digest`` is of the release as the signer saw it.

    Raises :class:`NotAllowed` (see :func:`registry.reviews.people.signing_for`), :class:`Refused`, or :class:`Conflict`: ``wrong_state``,
    ``bytes_changed``, ``checklist_open``, ``signed_already``.
    """
    comment = given_words(comment, "comment", needed=False)
    with transaction.atomic():
        review = locked(review)
        organisation = signing_for(review, role, by)
        assert by.user is not None  # as signing_for has seen
        check_act(Act.SIGN, review.state)
        if digest != review.digest or digest != review.release.digest:
            raise Conflict(
                "bytes_changed", "The files were replaced since you looked.", where="digest", mend="Look at them again, then sign."
            )
        _check_list(review, role)
        try:
            with transaction.atomic():
                signed = SignOff.objects.create(
                    review=review,
                    role=role,
                    user=by.user,
                    organisation=organisation,
                    digest=review.digest,
                    visibility=review.visibility,
                    marking=review.marking,
                    comment=comment,
                )
        except IntegrityError as error:
            raise Conflict("signed_already", "Somebody has signed for this role already.", where="role") from error
        move(review, Act.SIGN, Release.State.IN_REVIEW, by, comment, role=role)
    return signed


def withdraw_sign_off(*, review: Review, role: str, text: str, by: Viewer) -> Review:
    """Take one's own sign-off back, while the review is open. Raises :class:`NotAllowed` (``not_yours``) or :class:`Conflict`."""
    text = given_words(text)
    with transaction.atomic():
        review = locked(review)
        check_reviewer(review, by)
        if not review.is_open:
            raise Conflict("wrong_state", "The review has ended, and what was signed stands.", where="state")
        signed = SignOff.objects.filter(review=review, role=role, user=by.user, voided_at=None).first()
        if signed is None:
            raise NotAllowed("not_yours", "You have not signed for this role.")
        SignOff.objects.filter(pk=signed.pk).update(voided_at=timezone.now(), voided_reason="withdrawn by the signer")
        log(review, "withdraw_sign_off", by, text, role=role)
    return review


def _check_list(review: Review, role: str) -> None:
    """Every item of the role's checklist is ticked for these bytes."""
    done = ChecklistAnswer.objects.filter(review=review, digest=review.digest).values("item")
    left = list(ChecklistItem.objects.filter(role=role, is_active=True).exclude(pk__in=done)[:1])
    if left:
        raise Conflict("checklist_open", f"Not ticked yet: {left[0].text}.", where="checklist", mend="Go through the whole list first.")
