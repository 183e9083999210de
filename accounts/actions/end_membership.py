"""Ends a person's membership of an organisation, and with it every right they had there."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from accounts import mail
from accounts.audit import record
from accounts.membership import check_administrator_left, check_manager, locked
from accounts.models import ApiToken, Invitation, Membership
from accounts.tokens import end_token, live_tokens
from accounts.viewer import Viewer


def end_membership(*, membership: Membership, by: Viewer, revoke_tokens: bool = True) -> None:
    """Remove ``membership``; people may leave by themselves. Effective with the next request.

    Invitations they sent end too. With ``revoke_tokens`` so do tokens they made: they know those secrets. Otherwise the tokens
    still read, but no longer publish. Raises :class:`NotAllowed` and :class:`Conflict` (the last administrator).
    """
    with transaction.atomic():
        membership = locked(membership)
        user, organisation = membership.user, membership.organisation
        if by.user is None or by.user.pk != user.pk:
            check_manager(by.user, organisation)
        check_administrator_left(membership)
        Invitation.objects.filter(organisation=organisation, invited_by=user, accepted_at__isnull=True).delete()
        if revoke_tokens:
            for token in tokens_of(membership).select_related("organisation"):
                end_token(token, by)
        record("member.removed", f"user {user.pk}", by=by, organisation=organisation, role=membership.role)
        mail.send("membership_ended", user.email, {"organisation": organisation})
        membership.delete()


def tokens_of(membership: Membership) -> QuerySet[ApiToken]:
    """The live tokens of the organisation that this member made."""
    return live_tokens().filter(organisation=membership.organisation, created_by=membership.user)
