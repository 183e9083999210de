"""Gives every request its viewer, the live rights of whoever asks, and leads those who need a second factor to set one up."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts import second_factor
from accounts.viewer import NOBODY, Viewer, viewer_of

# What somebody without the factor their role asks for may still open; the API knows no sessions and is let through.
WITHOUT_FACTOR = {"account_login", "account_logout", "account_reauthenticate", "account_change_password", "healthz", "readyz"}
MACHINES = ("/api/", "/feeds/")


class ViewerMiddleware:
    """Sets ``request.viewer``; the API replaces it by the token's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: _viewer(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _viewer(request: HttpRequest) -> Viewer:
    if not request.user.is_authenticated:
        return NOBODY
    return viewer_of(request.user, request.session.get("organisation", ""))


class SecondFactorMiddleware:
    """Leads holders of powerful roles to the second-factor page until they have one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        if name in WITHOUT_FACTOR or name.startswith("mfa_") or request.path.startswith(MACHINES):
            return None
        return HttpResponseRedirect(reverse("mfa_index")) if second_factor.must_set_up(request) else None
