"""Moves a review from state to state: locked, logged, and with the release in step. Actions decide whether; this does it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.errors import Refused
from registry.releases.models import Release
from registry.reviews.models import Review, ReviewEntry, SignOff
from registry.reviews.policy import DAYS_TO_REVIEW
from registry.reviews.states import Act, check_act

MAX_WORDS = 2000
CLOSING = (Release.State.LISTED, Release.State.REFUSED)


def locked(review: Review) -> Review:
    """The review as it is now, with module, release and review locked in this order until the transaction ends."""
    module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(releases__reviews=review.pk)
    release = Release.objects.select_for_update(of=("self",)).select_related("created_with").get(reviews=review.pk)
    found = Review.objects.select_for_update().get(pk=review.pk)
    release.module, found.release = module, release
    return found


def locked_release(release: Release) -> Release:
    """The release as it is now, with its module, both locked until the transaction ends."""
    module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=release.module_id)
    found = Release.objects.select_for_update(of=("self",)).select_related("created_with").get(pk=release.pk)
    found.module = module
    return found


def open_review(release: Release) -> Review | None:
    """The review of ``release`` that is not decided yet, with the release in its place."""
    review = Review.objects.select_for_update().filter(release=release, closed_at=None).first()
    if review is not None:
        review.release = release
    return review


def begin(release: Release, state: Release.State, *, by: Viewer | None, kind: str = "", visibility: str = "", marking: str = "") -> Review:
    """Open a review of ``release`` in ``state``; by default of what it is now, for those who see its module."""
    module = release.module
    is_first = not module.releases.filter(listed_at__isnull=False).exclude(pk=release.pk).exists()
    return Review.objects.create(
        release=release,
        kind=kind or (Review.Kind.NEW if is_first else Review.Kind.UPDATE),
        visibility=visibility or module.visibility,
        marking=marking or release.marking,
        digest=release.digest,
        state=state,
        submitted_by=by.user if by else release.created_by,
        due_at=timezone.now() + DAYS_TO_REVIEW,
    )


def move(review: Review, act: Act, to: str, by: Viewer | None, text: str = "", **detail: Any) -> None:
    """Bring ``review``, and the release it is of, to the state ``to``; raises :class:`Conflict` where ``act`` cannot be done now."""
    check_act(act, review.state)
    now = timezone.now()
    if review.state != to:
        review.state, review.state_since = to, now
    review.closed_at = now if to in CLOSING else None
    review.save()
    release = review.release
    if not review.is_widening and release.state != to:
        release.state = to
        release.save(update_fields=["state"])
    log(review, act, by, text, **detail)


def log(review: Review, act: str, by: Viewer | None, text: str = "", **detail: Any) -> None:
    """Write what was done into the review's log, and into the audit (without the words, which may say anything)."""
    organisation = by.organisation if by else None
    ReviewEntry.objects.create(
        review=review,
        act=act,
        user=by.user if by else None,
        organisation=organisation,
        text=text,
        detail={**detail, "digest": review.digest},
    )
    owner = review.release.module.organisation
    record(f"review.{act}", str(review.release), by=by, organisation=owner, state=review.state, digest=review.digest, **detail)


def void_sign_offs(review: Review, reason: str) -> int:
    """End every sign-off of ``review``; returns how many there were."""
    return SignOff.objects.filter(review=review, voided_at=None).update(voided_at=timezone.now(), voided_reason=reason)


def rebind(review: Review, *, digest: str = "", visibility: str = "", marking: str = "", reason: str) -> None:
    """Let ``review`` judge something else from now on, which voids every sign-off."""
    review.digest = digest or review.digest
    review.visibility = visibility or review.visibility
    review.marking = marking or review.marking
    review.round += 1
    review.save()
    void_sign_offs(review, reason)


def given_words(text: str, field: str = "text", *, needed: bool = True, limit: int = MAX_WORDS) -> str:
    """What somebody wrote, trimmed; raises :class:`Refused` (``words_missing``, ``text_too_long``, ``text_invalid``)."""
    text = text.strip()
    if needed and not text:
        raise Refused("words_missing", "Nothing is said.", where=field, mend="Say in a sentence or two what and why.")
    if len(text) > limit:
        raise Refused("text_too_long", f"It has over {limit} characters.", where=field, mend="Shorten it.")
    if "\x00" in text:
        raise Refused("text_invalid", "It holds a null character.", where=field, mend="Take it out.")
    return text
