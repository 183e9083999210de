"""API tokens of the organisation acted for: the list, a new one shown once, the end of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import TokenForm
from accounts.models import ApiToken, Organisation
from accounts.roles import Permission, may
from accounts.tokens import issue_token, live_tokens, revoke_token
from accounts.viewer import viewer_in
from accounts.views.access import acted_for, member, posted
from registry.errors import NotAllowed, RegistryError


@require_safe
@member
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens that work now, and those that ended."""
    organisation = _managed(request)
    live = live_tokens().filter(organisation=organisation).select_related("created_by").order_by("expires_at")
    ended = ApiToken.objects.filter(organisation=organisation).exclude(pk__in=live.values("pk")).order_by("-created_at")[:20]
    return render(request, "accounts/tokens.html", {"organisation": organisation, "live": live, "ended": ended})


@require_http_methods(["GET", "HEAD", "POST"])
@member
@sensitive_variables("secret")
def new_token(request: HttpRequest) -> HttpResponse:
    """Issue a token. The answer to the form shows it: kept for a redirect, it would lie in the session's table."""
    organisation = _managed(request)
    form = TokenForm(posted(request), initial={"scopes": ["read", "publish"]})
    if form.is_valid():
        try:
            token, secret = issue_token(organisation=organisation, by=viewer_in(request), **form.cleaned_data)
        except RegistryError as error:
            form.refuse(error)
        else:
            context = {"token": token, "secret": secret, "organisation": organisation}
            return render(request, "accounts/token_issued.html", context, status=201)
    context = {"form": form, "organisation": organisation}
    return render(request, "accounts/token_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member
def end_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then revoke."""
    token = get_object_or_404(ApiToken, pk=pk, organisation=_managed(request))
    if request.method == "POST":
        revoke_token(token=token, by=viewer_in(request))
        messages.success(request, f"The token “{token.name}” is revoked. Nothing can use it any more.")
        return redirect("tokens")
    if token.revoked_at is not None:
        raise Http404
    return render(request, "accounts/token_revoke.html", {"token": token})


def _managed(request: HttpRequest) -> Organisation:
    organisation = acted_for(request)
    if not may(request.user, Permission.MANAGE_TOKENS, organisation):
        raise NotAllowed(
            "may_not_manage_tokens",
            f"You may not see the tokens of {organisation.name}.",
            mend="Ask one of its administrators to make you a publisher.",
        )
    return organisation
