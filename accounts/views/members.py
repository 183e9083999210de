"""Who belongs to the organisation acted for: the list, invitations, roles, and the end of a membership."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.accept_invitation import open_invitations
from accounts.actions.change_role import change_role
from accounts.actions.change_signing import change_signing
from accounts.actions.end_membership import end_membership, tokens_of
from accounts.actions.invite_member import invite_member
from accounts.actions.withdraw_invitation import withdraw_invitation
from accounts.forms import EndMembershipForm, InviteForm, RoleForm
from accounts.membership import check_manager, is_steward
from accounts.models import Invitation, Membership, Organisation, Role
from accounts.roles import PERMISSIONS, Permission, may
from accounts.viewer import viewer_in
from accounts.views.access import acted_for, member, posted
from registry.errors import NotAllowed, RegistryError


@require_safe
@member
def members(request: HttpRequest) -> HttpResponse:
    """The members, and for those who manage them the invitations not accepted yet."""
    organisation = acted_for(request)
    manages = may(request.user, Permission.MANAGE_MEMBERS, organisation)
    context = {
        "organisation": organisation,
        "members": Membership.objects.filter(organisation=organisation).select_related("user").order_by("user__name", "user__email"),
        "invitations": open_invitations().filter(organisation=organisation).order_by("expires_at") if manages else (),
        "manages": manages,
        "reviewing": [role for role, held in PERMISSIONS.items() if Permission.REVIEW in held],
        "may_invite": manages or is_steward(request.user),
    }
    return render(request, "accounts/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody to the organisation acted for; a steward also the first administrator of one that has none."""
    organisations = _may_invite_to(request)
    form = InviteForm(posted(request), organisations=organisations)
    if form.is_valid():
        chosen = next(each for each in organisations if each.slug == form.cleaned_data["organisation"])
        try:
            invitation = invite_member(
                organisation=chosen, email=form.cleaned_data["email"], role=form.cleaned_data["role"], by=viewer_in(request)
            )
        except RegistryError as error:
            form.refuse(error)
        else:
            messages.success(request, f"We sent an invitation to {invitation.email}. It works for 14 days.")
            return redirect("members")
    context = {"form": form, "organisations": organisations}
    return render(request, "accounts/invite.html", context, status=422 if form.errors else 200)


@require_POST
@member
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation, pk=pk, organisation=acted_for(request), accepted_at__isnull=True)
    withdraw_invitation(invitation=invitation, by=viewer_in(request))
    messages.success(request, f"The invitation to {invitation.email} is withdrawn.")
    return redirect("members")


@require_http_methods(["GET", "HEAD", "POST"])
@member
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a member's role, and what they sign as."""
    membership = _membership(request, pk)
    initial = {"role": membership.role, "signs": membership.signs}
    form = RoleForm(posted(request), organisation=membership.organisation, initial=initial)
    if form.is_valid():
        try:
            with transaction.atomic():
                changed = change_role(membership=membership, role=form.cleaned_data["role"], by=viewer_in(request))
                changed = change_signing(membership=changed, signs=form.chosen_signs(), by=viewer_in(request))
        except RegistryError as error:
            form.refuse(error)
        else:
            signs = f", and signs as {changed.signs_in_words.lower()}" if changed.signs else ""
            messages.success(request, f"{changed.user} is now {Role(changed.role).label.lower()}{signs}.")
            return redirect("members")
    return render(request, "accounts/role.html", {"form": form, "membership": membership}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then remove a member, or leave."""
    membership = _membership(request, pk)
    form = EndMembershipForm(posted(request))
    if form.is_valid():
        try:
            end_membership(membership=membership, by=viewer_in(request), revoke_tokens=form.cleaned_data["revoke_tokens"])
        except RegistryError as error:
            form.refuse(error)
        else:
            messages.success(request, f"{membership.user} no longer belongs to {membership.organisation}.")
            return redirect("account" if membership.user == request.user else "members")
    context = {"form": form, "membership": membership, "tokens": tokens_of(membership), "leaving": membership.user == request.user}
    return render(request, "accounts/end_membership.html", context, status=422 if form.errors else 200)


def _membership(request: HttpRequest, pk: int) -> Membership:
    membership = get_object_or_404(Membership.objects.select_related("user", "organisation"), pk=pk, organisation=acted_for(request))
    if membership.user != request.user:
        check_manager(request.user, membership.organisation)
    return membership


def _may_invite_to(request: HttpRequest) -> list[Organisation]:
    own = acted_for(request)
    found = [own] if may(request.user, Permission.MANAGE_MEMBERS, own) else []
    if is_steward(request.user):
        led = Exists(Membership.objects.filter(organisation=OuterRef("pk"), role=Role.ADMINISTRATOR, user__is_active=True))
        found += Organisation.objects.filter(~led, is_active=True).exclude(pk__in=[each.pk for each in found]).order_by("name")
    if not found:
        raise NotAllowed("may_not_invite", f"You may not invite people to {own.name}.", mend="Ask one of its administrators.")
    return found
