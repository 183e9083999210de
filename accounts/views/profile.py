"""The person's own page, and the organisation acted for."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.accept_invitation import open_invitations
from accounts.actions.change_name import change_name
from accounts.forms import ActForForm, NameForm
from accounts.models import Membership, Organisation
from accounts.roles import Permission, may
from accounts.second_factor import FACTORS
from accounts.viewer import viewer_in
from accounts.views.access import posted, signed_in
from registry.errors import RegistryError


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """What we know of the person, where they belong, and what waits for them."""
    viewer, user = viewer_in(request), request.user
    context = {
        "memberships": _memberships(request),
        "invitations": open_invitations().filter(email__iexact=user.email),
        "has_factor": Authenticator.objects.filter(user=user, type__in=FACTORS).exists(),
        "may_manage_tokens": viewer.is_member and may(user, Permission.MANAGE_TOKENS, viewer.organisation),
    }
    return render(request, "accounts/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def name(request: HttpRequest) -> HttpResponse:
    """Change the name one is shown by."""
    form = NameForm(posted(request), initial={"name": request.user.name})
    if form.is_valid():
        try:
            change_name(name=form.cleaned_data["name"], by=viewer_in(request))
        except RegistryError as error:
            form.refuse(error)
        else:
            messages.success(request, "Your name is changed.")
            return redirect("account")
    return render(request, "accounts/name.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Choose which of one's organisations to act for in this session."""
    organisations = [membership.organisation for membership in _memberships(request)]
    acting_for = viewer_in(request).organisation
    form = ActForForm(posted(request), organisations=organisations, initial={"organisation": acting_for.slug if acting_for else ""})
    if form.is_valid():
        request.session["organisation"] = form.cleaned_data["organisation"]
        messages.success(request, f"You now act for {Organisation.objects.get(slug=form.cleaned_data['organisation'])}.")
        return redirect(_next(request))
    context = {"form": form, "next": _next(request)}
    return render(request, "accounts/choose_organisation.html", context, status=422 if form.errors else 200)


def _memberships(request: HttpRequest) -> list[Membership]:
    memberships = Membership.objects.filter(user=request.user, organisation__is_active=True)
    return list(memberships.select_related("organisation").order_by("organisation__name"))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "account"
