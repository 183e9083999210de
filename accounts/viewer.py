"""Who is asking: the live rights of a session or a token, taken afresh for every request."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from accounts.models import ApiToken, Membership, Organisation, Role, User
from accounts.roles import PERMISSIONS, Permission


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who reads or acts: a person with live memberships, a token of one organisation, or nobody."""

    organisations: tuple[int, ...] = ()  # keys of the organisations acted for
    is_steward: bool = False  # of the partnership: reads whatever is shared at all
    is_auditor: bool = False  # of the partnership: reads everything, writes nothing
    memberships: tuple[Membership, ...] = ()  # of a person, in live organisations
    reviews_at: tuple[int, ...] = ()  # keys of the organisations for which this person reviews
    modules: tuple[str, ...] | None = None  # a token bound to some modules: their slugs
    user: User | None = None
    token: ApiToken | None = None
    organisation: Organisation | None = None  # the one acted for just now

    @property
    def is_member(self) -> bool:
        """Belongs to at least one organisation of the partnership."""
        return bool(self.organisations)

    def may(self, permission: Permission, organisation: int | None) -> bool:
        """Whether this person holds ``permission`` at the organisation of that key, by the memberships this request began with.

        For what is shown. What is done asks :func:`accounts.roles.may`, which looks again.
        """
        return any(m.organisation_id == organisation and permission in PERMISSIONS[m.role] for m in self.memberships)


NOBODY = Viewer()


def viewer_in(request: HttpRequest) -> Viewer:
    """Who asks, as :class:`accounts.middleware.ViewerMiddleware` found."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def viewer_of(user: User, acting_for: str = "") -> Viewer:
    """The viewer a signed-in person is, from live memberships; ``acting_for`` is the slug chosen in this session."""
    memberships = list(
        Membership.objects.filter(user=user, organisation__is_active=True).select_related("organisation").order_by("organisation__name")
    )
    if not user.is_active or not memberships:
        return Viewer(user=user)
    chosen = next((m for m in memberships if m.organisation.slug == acting_for), memberships[0])
    roles = {m.role for m in memberships if m.organisation.kind == Organisation.Kind.PARTNERSHIP}
    return Viewer(
        organisations=tuple(m.organisation_id for m in memberships),
        is_steward=Role.STEWARD in roles,
        is_auditor=Role.AUDITOR in roles,
        memberships=tuple(memberships),
        reviews_at=tuple(m.organisation_id for m in memberships if Permission.REVIEW in PERMISSIONS[m.role]),
        user=user,
        organisation=chosen.organisation,
    )


def viewer_of_token(token: ApiToken) -> Viewer:
    """The viewer a live token is: its organisation's eyes, narrowed to its modules where it names some."""
    return Viewer(
        organisations=(token.organisation_id,), modules=tuple(token.modules) or None, token=token, organisation=token.organisation
    )
