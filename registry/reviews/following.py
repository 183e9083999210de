"""What a change of who sees a module does to its open reviews, and to a wish that more may see it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.releases.models import Release
from registry.reviews.models import Review, Widening
from registry.reviews.moving import log, rebind, void_sign_offs
from registry.values.markings import Marking, Visibility, higher, is_wider

CHANGED = "who may see it changed"


@dataclass(frozen=True, slots=True)
class SeenBy:
    """For whom a module is: what sign-offs of its releases are for."""

    visibility: str
    marking: str
    named: frozenset[int]  # keys of the organisations its publisher named


def seen_by(module: Module) -> SeenBy:
    """For whom ``module`` is now; taken before a change, and given to :func:`follow` after it."""
    names = module.shares.filter(expires_at=None).values_list("organisation", flat=True)
    return SeenBy(module.visibility, module.marking, frozenset(names))


def follow(module: Module, before: SeenBy, by: Viewer | None) -> None:
    """Have what is in review judged for those who see the module now, which voids what was signed for others.

    A wish that more may see it lapses where fewer may since, lest it undo that. The caller holds the lock on the module's row.
    """
    now = seen_by(module)
    if now == before:
        return
    _judge_anew(module, bool(now.named - before.named), by)
    if is_wider(before.visibility, now.visibility) or higher(now.marking, before.marking) != before.marking:
        _lapse(module, by)


def _judge_anew(module: Module, more_named: bool, by: Viewer | None) -> None:
    reviews = Review.objects.select_for_update(of=("self",)).filter(release__module=module, closed_at=None)
    for review in reviews.exclude(kind=Review.Kind.WIDENING).select_related("release"):
        marking = higher(review.marking, module.marking)
        by_name = module.visibility == Visibility.NAMED or (module.visibility != Visibility.OWN and marking == Marking.OFFICIAL_SENSITIVE)
        if (review.visibility, review.marking) != (module.visibility, marking) or (more_named and by_name):
            Release.objects.filter(pk=review.release_id).update(marking=marking)
            review.release.module, review.release.marking = module, marking
            rebind(review, visibility=module.visibility, marking=marking, reason=CHANGED)
            log(review, "judged_anew", by, visibility=review.visibility, marking=review.marking)


def _lapse(module: Module, by: Viewer | None) -> None:
    now = timezone.now()
    wishes = Widening.objects.filter(module=module, effective_at=None)
    for wish in wishes.filter(decided_at=None) | wishes.filter(outcome=Widening.Outcome.AGREED):
        wish.outcome, wish.decided_at, wish.decided_by = Widening.Outcome.WITHDRAWN, now, by.user if by else None
        wish.decision = "Fewer may see the module since, so this no longer stands."
        wish.save(update_fields=["outcome", "decided_at", "decided_by", "decision"])
        record("widening.lapsed", module.identifier, by=by, organisation=module.organisation, visibility=wish.visibility)
    for review in (
        Review.objects.select_for_update(of=("self",))
        .filter(release__module=module, closed_at=None, kind=Review.Kind.WIDENING)
        .select_related("release")
    ):
        review.release.module = module
        review.state, review.state_since, review.closed_at = Release.State.REFUSED, now, now
        review.save()
        void_sign_offs(review, CHANGED)
        log(review, "lapse", by)
