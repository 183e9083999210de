"""Takes back an invitation that nobody has accepted yet."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.membership import may_invite
from accounts.models import Invitation
from accounts.viewer import Viewer
from registry.errors import NotAllowed


def withdraw_invitation(*, invitation: Invitation, by: Viewer) -> None:
    """End ``invitation``: its link stops working. Raises :class:`NotAllowed`."""
    if not may_invite(by.user, invitation.organisation, invitation.role):
        raise NotAllowed("may_not_invite", f"You may not withdraw invitations to {invitation.organisation.name}.")
    with transaction.atomic():
        deleted, _ = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).delete()
        if deleted:
            record("member.invitation_withdrawn", f"invitation {invitation.pk}", by=by, organisation=invitation.organisation)
