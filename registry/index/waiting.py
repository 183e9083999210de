"""Which reviews wait for whoever asks: to be signed by them, mended by them, or listed by them. The header counts them on every page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import PERMISSIONS, Permission
from accounts.viewer import Viewer
from registry.releases.models import Release
from registry.reviews.models import Contributor, Review, SignOff, SignOffRule, Widening

_S = SignOffRule.Signer


@dataclass(frozen=True, slots=True)
class Desk:
    """What somebody does in reviews: for which organisations they sign as what, and for which they publish."""

    signs: tuple[tuple[int, tuple[str, ...]], ...] = ()  # key of an organisation, roles
    publishes: tuple[int, ...] = ()
    reviews: tuple[int, ...] = ()

    @property
    def has_part(self) -> bool:
        """Whether reviews are anything to do with them."""
        return bool(self.publishes or self.reviews)

    @property
    def roles(self) -> frozenset[str]:
        """Every role signed for any organisation."""
        return frozenset(role for _, roles in self.signs for role in roles)


def desk_of(viewer: Viewer) -> Desk:
    """The desk of a person; empty for a token and for nobody."""
    rows = sorted(viewer.memberships, key=lambda membership: membership.pk)
    reviewing = [row for row in rows if Permission.REVIEW in PERMISSIONS[row.role]]
    return Desk(
        signs=tuple((row.organisation_id, tuple(row.signs)) for row in reviewing if row.signs),
        publishes=tuple(row.organisation_id for row in rows if Permission.PUBLISH in PERMISSIONS[row.role]),
        reviews=tuple(row.organisation_id for row in reviewing),
    )


def lacking(roles: Iterable[str] | None = None, signers: Iterable[str] | None = None) -> Exists:
    """On reviews: that a sign-off which the rules ask for is still to come, of ``roles`` and by ``signers`` where given."""
    rules = SignOffRule.objects.filter(visibility=OuterRef("visibility"), marking=OuterRef("marking"))
    if roles is not None:
        rules = rules.filter(role__in=roles)
    if signers is not None:
        rules = rules.filter(signer__in=signers)
    signed = SignOff.objects.filter(review=OuterRef(OuterRef("pk")), role=OuterRef("role"), voided_at=None)
    return Exists(rules.filter(~Exists(signed)))


def to_sign(viewer: Viewer, desk: Desk, role: str = "") -> Q:
    """On reviews: that the viewer can sign now, as ``role`` where given. As :func:`registry.reviews.people.signing_for` has it, for many."""
    fits = Q(pk__in=[])
    for organisation, roles in desk.signs:
        chosen = [each for each in roles if role in ("", each)]
        own = Q(release__module__organisation=organisation)
        fits |= Q(lacking(chosen, (_S.ANY, _S.PUBLISHER))) & own
        fits |= Q(lacking(chosen, (_S.ANY, _S.OTHER))) & ~own
    if not desk.signs:
        return fits
    hand = Contributor.objects.filter(release=OuterRef("release"), user=viewer.user)
    signed = SignOff.objects.filter(review=OuterRef("pk"), user=viewer.user, voided_at=None)
    made = Q(release__created_by=viewer.user) | Q(release__created_with__created_by=viewer.user)
    return fits & ~Q(Exists(hand)) & ~Q(Exists(signed)) & ~made & Q(state=Release.State.IN_REVIEW)


def waiting(viewer: Viewer, desk: Desk) -> Q:
    """On open reviews: that the viewer is the one to do something, as signer or as publisher."""
    own = Q(release__module__organisation__in=desk.publishes)
    returned = Q(state__in=(Release.State.AWAITING_AUTHOR, Release.State.HELD))
    ready = Q(~lacking(), state=Release.State.IN_REVIEW)
    taken = Q(assignee=viewer.user, state=Release.State.HELD) if desk.reviews else Q(pk__in=[])
    return to_sign(viewer, desk) | (own & (returned | ready)) | taken


def reviews_waiting(viewer: Viewer, desk: Desk) -> QuerySet[Review]:
    """Those reviews, most pressing first."""
    return Review.objects.visible_to(viewer).still_open().filter(waiting(viewer, desk)).order_by("due_at", "pk")


def widenings_to_decide(viewer: Viewer, desk: Desk) -> QuerySet[Widening]:
    """Open wishes that more may see a module, which the viewer may answer: of their organisation's modules, asked by somebody else."""
    mine = {*desk.publishes, *desk.reviews}
    return Widening.objects.filter(decided_at=None, module__organisation__in=mine).exclude(requested_by=viewer.user).order_by("pk")


def count_waiting(viewer: Viewer, desk: Desk) -> int:
    """How many things wait for the viewer: reviews and wishes."""
    if not desk.has_part:
        return 0
    return reviews_waiting(viewer, desk).count() + widenings_to_decide(viewer, desk).count()
