"""Whom a review concerns, and telling them: reviewers what waits for them, authors what became of theirs."""

from __future__ import annotations

from collections import defaultdict

from django.urls import reverse

from accounts.models import Membership, Organisation, SignOffRole, User
from accounts.roles import Permission
from accounts.viewer import Viewer
from registry.notices.telling import people_of, tell
from registry.reviews.models import Contributor, Review, SignOffRule, Widening
from registry.reviews.people import REVIEWING
from registry.reviews.policy import rules_for

_BECAME = {
    "awaiting_author": "is given back to you",
    "held": "is held",
    "refused": "is refused",
    "listed": "is listed",
    "in_review": "is in review again",
}


def tell_reviewers(review: Review, but: User | None = None) -> None:
    """That a review waits: whoever sees to it; else everybody who may sign what it needs, and the stewards where others are to see it."""
    if review.assignee is not None:
        memberships = Membership.objects.filter(user=review.assignee, role__in=REVIEWING, organisation__is_active=True)
    else:
        memberships = Membership.objects.filter(pk__in=[m.pk for m in _signers(review)])
    at: dict[Organisation, list[User]] = defaultdict(list)
    contributors = set(Contributor.objects.filter(release=review.release).values_list("user", flat=True))
    for membership in memberships.select_related("organisation", "user"):
        if membership.user_id not in contributors:
            at[membership.organisation].append(membership.user)
    for organisation, people in at.items():
        tell(
            people,
            "review_waiting",
            title=f"{review.release} waits for you to review it",
            text="Look at what its files hold and do, then sign, ask its author, or pass it on.",
            address=_address(review),
            organisation=organisation,
            module=review.release.module,
            but=but,
        )


def tell_authors(review: Review, by: Viewer | None, text: str = "") -> None:
    """What became of a version: those who had a hand in it, and who else publishes for its organisation."""
    organisation = review.release.module.organisation
    hands = User.objects.filter(pk__in=Contributor.objects.filter(release=review.release).values("user"))
    became = _BECAME.get(review.state, "has moved on")
    tell(
        {*hands, *people_of(organisation, Permission.PUBLISH)},
        "review_changed",
        title=f"{review.release} {became}",
        text=text,
        address=_address(review),
        organisation=organisation,
        module=review.release.module,
        but=by.user if by else None,
    )


def tell_of_answer(review: Review, finding: str, reason: str, by: Viewer) -> None:
    """That a second person answered what was found in a version: those who had a hand in it."""
    hands = User.objects.filter(pk__in=Contributor.objects.filter(release=review.release).values("user"))
    organisation = review.release.module.organisation
    title = f"Answered in {review.release}: {finding}"
    address = _address(review)
    tell(
        hands,
        "finding_answered",
        title=title,
        text=reason,
        address=address,
        organisation=organisation,
        module=review.release.module,
        but=by.user,
    )


def tell_of_widening(widening: Widening, by: Viewer) -> None:
    """A wish that more may see a module: whoever may agree. An answer: who asked."""
    module, is_open = widening.module, widening.decided_at is None
    asked = f"{widening.requested_by} asks that more people may see {module.title}"
    decided = f"More people may see {module.title}: {widening.get_outcome_display().lower()}"
    tell(
        people_of(module.organisation, Permission.PUBLISH, Permission.REVIEW) if is_open else [widening.requested_by],
        "widening_asked" if is_open else "widening_decided",
        title=asked if is_open else decided,
        text=widening.reason if is_open else widening.decision,
        address=reverse("widening", args=[widening.pk]),
        organisation=module.organisation,
        module=module,
        but=by.user,
    )


def _signers(review: Review) -> list[Membership]:
    """The memberships by which somebody may sign what ``review`` needs, and those of the stewards."""
    publisher = review.release.module.organisation_id
    where = {rule.role: rule.signer for rule in rules_for(review.visibility, review.marking)}
    found = []
    for membership in Membership.objects.filter(role__in=REVIEWING, organisation__is_active=True, user__is_active=True):
        is_own = membership.organisation_id == publisher
        fits = {
            SignOffRule.Signer.ANY: is_own,  # others may, and see it in their queue; its own people are asked first
            SignOffRule.Signer.PUBLISHER: is_own,
            SignOffRule.Signer.OTHER: not is_own,
        }
        if any(fits[SignOffRule.Signer(where[role])] for role in membership.signs if role in where) or (
            membership.role == "steward" and review.visibility != "own" and SignOffRole.LICENCE in where
        ):
            found.append(membership)
    return found


def _address(review: Review) -> str:
    return reverse("review", args=[review.pk])
