"""Gives a member another role."""

from __future__ import annotations

from django.db import transaction

from accounts import mail
from accounts.audit import record
from accounts.membership import check_administrator_left, check_manager, check_role, locked
from accounts.models import Membership, Role
from accounts.viewer import Viewer
from registry.errors import NotAllowed


def change_role(*, membership: Membership, role: str, by: Viewer) -> Membership:
    """Set ``membership``'s role. Nobody changes their own, so that no steward or administrator raises themself.

    Raises :class:`NotAllowed`, :class:`Refused` (a role this kind of organisation does not have) and :class:`Conflict` (the last
    administrator).
    """
    with transaction.atomic():
        membership = locked(membership)
        check_manager(by.user, membership.organisation)
        check_role(membership.organisation, role)
        if by.user is not None and by.user.pk == membership.user_id:
            raise NotAllowed("own_role", "You may not change your own role.", mend="Ask another administrator.")
        if membership.role == role:
            return membership
        if role != Role.ADMINISTRATOR:
            check_administrator_left(membership)
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        record("member.role_changed", f"user {membership.user_id}", by=by, organisation=membership.organisation, before=before, role=role)
        mail.send("role_changed", membership.user.email, {"organisation": membership.organisation, "role": Role(role).label})
    return membership
