"""Accepting an invitation: from its link, or from one's own account page."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.accept_invitation import accept_invitation, open_invitations, still_holds
from accounts.forms import JoinForm
from accounts.models import Invitation, Membership, User
from accounts.secrets import digest
from accounts.views.access import signed_in
from registry.errors import Missing, RegistryError

KEPT = "invitation"  # the session's key; it holds the hash, as the session's table is no place for a secret


@require_safe
@never_cache
def open_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Where the mail's link leads: takes the secret out of the address, so that no log of a later page holds it."""
    request.session[KEPT] = digest(secret)
    return redirect("accept_invitation")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accept(request: HttpRequest) -> HttpResponse:
    """Join the organisation: with a new account, or with the one signed in to."""
    invitation = _kept(request)
    if invitation is None:
        return render(request, "accounts/invitation_ended.html", status=404)
    form = JoinForm(request.POST if request.method == "POST" and not request.user.is_authenticated else None)
    if request.method == "POST" and (request.user.is_authenticated or form.is_valid()):
        try:
            return _join(request, invitation, form)
        except Missing:
            return render(request, "accounts/invitation_ended.html", status=404)
        except RegistryError as error:
            if request.user.is_authenticated:
                raise
            form.refuse(error)
    context = {
        "form": form,
        "invitation": invitation,
        "has_account": User.objects.filter(email__iexact=invitation.email).exists(),
        "is_theirs": request.user.is_authenticated and request.user.email.lower() == invitation.email.lower(),
    }
    return render(request, "accounts/accept_invitation.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept from the account page an invitation sent to one's own address."""
    invitation = get_object_or_404(open_invitations(), pk=pk, email__iexact=request.user.email)
    return _welcome(request, accept_invitation(invitation=invitation, user=request.user))


def _kept(request: HttpRequest) -> Invitation | None:
    found = open_invitations().filter(secret_hash=request.session.get(KEPT, "")).first()
    return found if found and still_holds(found) else None


def _join(request: HttpRequest, invitation: Invitation, form: JoinForm) -> HttpResponse:
    if request.user.is_authenticated:
        return _welcome(request, accept_invitation(invitation=invitation, user=request.user))
    membership = accept_invitation(invitation=invitation, **form.cleaned_data)
    record_authentication(request, membership.user, method="password", email=membership.user.email)
    perform_login(request, membership.user, redirect_url="/")
    return _welcome(request, membership)


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    request.session.pop(KEPT, None)
    request.session["organisation"] = membership.organisation.slug
    messages.success(request, f"You now belong to {membership.organisation} as {membership.get_role_display().lower()}.")
    return redirect("account")
