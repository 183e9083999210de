"""Turns an invitation into a membership, and makes the account where the person has none."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.addresses import keep_proven_address
from accounts.audit import record
from accounts.membership import may_invite
from accounts.models import Invitation, Membership, User
from accounts.roles import roles_for
from accounts.viewer import viewer_of
from registry.errors import Conflict, Missing, NotAllowed, Refused


def accept_invitation(*, invitation: Invitation, user: User | None = None, name: str = "", password: str = "") -> Membership:
    """Join ``user`` to the organisation; without ``user`` make the account first, from ``name`` and ``password``.

    Raises :class:`Missing` if the invitation has ended, :class:`NotAllowed` for another person's, :class:`Conflict` if the address
    has an account (sign in then) and :class:`Refused` for the name or password.
    """
    with transaction.atomic():
        invitation = _locked(invitation)
        if user is None:
            user = _new_account(invitation, name, password)
        elif user.email.lower() != invitation.email.lower():
            raise NotAllowed(
                "other_address",
                "This invitation was sent to another e-mail address than the one you signed in with.",
                mend="Sign out, then open the link again.",
            )
        membership, _ = Membership.objects.get_or_create(
            user=user, organisation=invitation.organisation, defaults={"role": invitation.role}
        )
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        by = viewer_of(user, invitation.organisation.slug)
        record("member.joined", f"user {user.pk}", by=by, organisation=invitation.organisation, role=membership.role)
    return membership


def open_invitations() -> QuerySet[Invitation]:
    """The invitations neither accepted nor expired, to organisations that are active."""
    return Invitation.objects.filter(accepted_at__isnull=True, expires_at__gt=timezone.now(), organisation__is_active=True).select_related(
        "organisation", "invited_by"
    )


def still_holds(invitation: Invitation) -> bool:
    """Whether who sent it might send it still: no right outlives the inviter's."""
    role_exists = invitation.role in roles_for(invitation.organisation)
    return role_exists and may_invite(invitation.invited_by, invitation.organisation, invitation.role)


def _locked(invitation: Invitation) -> Invitation:
    found = open_invitations().select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if found is None or not still_holds(found):
        raise Missing("invitation_ended", "This invitation has ended.", mend="Ask the person who invited you to send another.")
    return found


def _new_account(invitation: Invitation, name: str, password: str) -> User:
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Conflict("account_exists", "You have an account already. Sign in to accept the invitation.", where="password")
    if not name.strip():
        raise Refused("name", "Enter your full name.", where="name")
    try:
        validate_password(password, User(email=invitation.email, name=name))
    except ValidationError as error:
        raise Refused("password", " ".join(error.messages), where="password") from None
    user = User.objects.create_user(invitation.email, password, name=name.strip())
    keep_proven_address(user)
    record("account.created", f"user {user.pk}", by=viewer_of(user), organisation=invitation.organisation)
    return user
