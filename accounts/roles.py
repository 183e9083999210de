"""The table of roles and permissions, and the one question asked of it."""

from __future__ import annotations

from enum import StrEnum

from accounts.models import Membership, Organisation, Role, User


class Permission(StrEnum):
    """What a member may do on an organisation's behalf."""

    READ = "read"
    PUBLISH = "publish"
    REVIEW = "review"
    MANAGE_TOKENS = "manage_tokens"
    MANAGE_MEMBERS = "manage_members"


PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.READ}),
    Role.PUBLISHER: frozenset({Permission.READ, Permission.PUBLISH, Permission.MANAGE_TOKENS}),
    Role.REVIEWER: frozenset({Permission.READ, Permission.REVIEW}),
    Role.ADMINISTRATOR: frozenset(Permission) - {Permission.REVIEW},
    Role.STEWARD: frozenset({Permission.READ, Permission.REVIEW, Permission.MANAGE_MEMBERS}),
    Role.AUDITOR: frozenset({Permission.READ}),
}

# Roles whose holders must have a second factor outside the demonstration.
NEEDS_SECOND_FACTOR = frozenset({Role.PUBLISHER, Role.ADMINISTRATOR, Role.STEWARD, Role.REVIEWER})
PARTNERSHIP_ROLES = frozenset({Role.STEWARD, Role.AUDITOR})


def may(user: User | None, permission: Permission, organisation: Organisation) -> bool:
    """Whether ``user`` holds ``permission`` at ``organisation`` now, by a live membership."""
    if user is None or not user.is_active or not organisation.is_active:
        return False
    role = Membership.objects.filter(user=user, organisation=organisation).values_list("role", flat=True).first()
    return role is not None and permission in PERMISSIONS[role]


def roles_for(organisation: Organisation) -> list[Role]:
    """The roles a member of this kind of organisation may hold."""
    if organisation.kind == Organisation.Kind.PARTNERSHIP:
        return [Role.VIEWER, Role.STEWARD, Role.AUDITOR, Role.ADMINISTRATOR]
    return [role for role in Role if role not in PARTNERSHIP_ROLES]
