"""Says what a reviewer signs as: which of the four sign-offs they may put their name to for an organisation."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts.audit import record
from accounts.membership import check_manager, check_signs, locked
from accounts.models import Membership, SignOffRole
from accounts.viewer import Viewer
from registry.errors import NotAllowed


def change_signing(*, membership: Membership, signs: Collection[str], by: Viewer) -> Membership:
    """Set what ``membership`` signs as. Nobody changes their own, so that no administrator makes themself a judge.

    Raises :class:`NotAllowed` (``may_not_manage_members``, ``own_signing``) or :class:`Refused` (``sign_off_unknown``, ``signs_without_review``).
    """
    with transaction.atomic():
        membership = locked(membership)
        check_manager(by.user, membership.organisation)
        if by.user is not None and by.user.pk == membership.user_id:
            raise NotAllowed("own_signing", "You may not change what you sign as yourself.", mend="Ask another administrator.")
        check_signs(membership.role, signs)
        wanted = [role for role in SignOffRole.values if role in signs]
        if membership.signs == wanted:
            return membership
        before, membership.signs = membership.signs, wanted
        membership.save(update_fields=["signs"])
        organisation = membership.organisation
        record("member.signing_changed", f"user {membership.user_id}", by=by, organisation=organisation, before=before, signs=wanted)
    return membership
