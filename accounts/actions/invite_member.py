"""Asks a person into an organisation by e-mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import mail
from accounts.audit import record
from accounts.membership import check_role, may_invite
from accounts.models import Invitation, Membership, Organisation, Role
from accounts.secrets import digest, random_text
from accounts.viewer import Viewer
from registry.errors import Conflict, NotAllowed, Refused

DAYS: Final = 14


def invite_member(*, organisation: Organisation, email: str, role: str, by: Viewer) -> Invitation:
    """Mail an invitation that holds for 14 days; one still open for the same address is replaced, its link ends.

    Raises :class:`NotAllowed`, :class:`Refused` (address, role) and :class:`Conflict` (already a member).
    """
    email = _address(email)
    if by.user is None or not may_invite(by.user, organisation, role):
        raise NotAllowed("may_not_invite", f"You may not invite people to {organisation.name}.", mend="Ask one of its administrators.")
    check_role(organisation, role)
    if Membership.objects.filter(user__email__iexact=email, organisation=organisation).exists():
        raise Conflict(
            "already_member", f"{email} already belongs to {organisation.name}.", where="email", mend="Change their role instead."
        )
    secret = random_text()
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)  # two invitations of one address at once
        Invitation.objects.filter(organisation=organisation, email__iexact=email, accepted_at__isnull=True).delete()
        invitation = Invitation.objects.create(
            organisation=organisation,
            email=email,
            role=role,
            secret_hash=digest(secret),
            invited_by=by.user,
            expires_at=timezone.now() + timedelta(days=DAYS),
        )
        record("member.invited", f"invitation {invitation.pk}", by=by, organisation=organisation, role=role)
        mail.send("invitation", email, _words(invitation, secret))
    return invitation


def _words(invitation: Invitation, secret: str) -> dict[str, object]:
    return {
        "invitation": invitation,
        "role": Role(invitation.role).label,
        "path": reverse("open_invitation", args=[secret]),
        "days": DAYS,
    }


def _address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("email", "Enter an e-mail address in the correct format, such as name@example.org.", where="email") from None
    return email
