"""Rules that several actions on members share: who may invite, and that an organisation keeps an administrator."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import Membership, Organisation, Role, SignOffRole, User
from accounts.roles import PERMISSIONS, Permission, may, roles_for
from registry.errors import Conflict, Missing, NotAllowed, Refused


def may_invite(user: User | None, organisation: Organisation, role: str) -> bool:
    """Whether ``user`` may now ask somebody into ``organisation`` as ``role``.

    Its administrators may; a steward of the partnership may where there is no administrator yet, to bring in the first.
    """
    if may(user, Permission.MANAGE_MEMBERS, organisation):
        return True
    first = role == Role.ADMINISTRATOR and organisation.is_active and not administrators(organisation).exists()
    return first and is_steward(user)


def is_steward(user: User | None) -> bool:
    """Whether ``user`` is a steward of the partnership now."""
    if user is None or not user.is_active:
        return False
    partnership = Organisation.objects.filter(kind=Organisation.Kind.PARTNERSHIP, is_active=True)
    return Membership.objects.filter(user=user, role=Role.STEWARD, organisation__in=partnership).exists()


def administrators(organisation: Organisation) -> QuerySet[Membership]:
    """The memberships of ``organisation``'s active administrators."""
    return Membership.objects.filter(organisation=organisation, role=Role.ADMINISTRATOR, user__is_active=True)


def check_manager(user: User | None, organisation: Organisation) -> None:
    """Raise :class:`NotAllowed` unless ``user`` manages the members of ``organisation``."""
    if not may(user, Permission.MANAGE_MEMBERS, organisation):
        raise NotAllowed(
            "may_not_manage_members",
            f"You may not change who belongs to {organisation.name}.",
            mend="Ask an administrator of that organisation.",
        )


def check_role(organisation: Organisation, role: str) -> None:
    """Raise :class:`Refused` unless members of this kind of organisation may hold ``role``."""
    if role not in roles_for(organisation):
        raise Refused("role_not_here", f"Nobody can be {role or 'without a role'} at {organisation.name}. Choose a role.", where="role")


def check_signs(role: str, signs: Collection[str]) -> None:
    """Raise :class:`Refused` unless whoever holds ``role`` may sign off as each of ``signs``."""
    if unknown := sorted(set(signs) - set(SignOffRole.values)):
        raise Refused(
            "sign_off_unknown", f"There is no sign-off {unknown[0][:40]}.", where="signs", mend=f"Use {', '.join(SignOffRole.values)}."
        )
    if signs and Permission.REVIEW not in PERMISSIONS[role]:
        raise Refused(
            "signs_without_review", "Only reviewers and stewards sign off.", where="signs", mend="Choose such a role, or tick nothing."
        )


def locked(membership: Membership) -> Membership:
    """``membership`` read afresh, with its organisation locked so that two changes at once cannot remove the last administrator.

    Raises :class:`Missing` if it has ended meanwhile.
    """
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    found = Membership.objects.select_related("organisation", "user").filter(pk=membership.pk).first()
    if found is None:
        raise Missing("membership_ended", "This person no longer belongs to the organisation.")
    return found


def check_administrator_left(membership: Membership) -> None:
    """Raise :class:`Conflict` if ``membership`` is that of the organisation's last administrator."""
    others = administrators(membership.organisation).exclude(pk=membership.pk)
    if membership.role == Role.ADMINISTRATOR and not others.exists():
        raise Conflict(
            "last_administrator",
            f"{membership.user} is the last administrator of {membership.organisation.name}.",
            where="role",
            mend="Make somebody else an administrator first.",
        )
