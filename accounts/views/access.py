"""Who may open an account page at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.models import Organisation
from accounts.viewer import viewer_in

Page = Callable[..., HttpResponseBase]


def signed_in(page: Page) -> Page:
    """A page for whoever is signed in; nothing of it is kept by a browser or a proxy."""
    return never_cache(login_required(page))


def member(page: Page) -> Page:
    """A page for members of some organisation; others are led to their account, which says so."""

    @wraps(page)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return page(request, *args, **kwargs) if viewer_in(request).is_member else redirect("account")

    return signed_in(checked)


def auditor(page: Page) -> Page:
    """A page for the partnership's auditors; for everybody else who is signed in there is no such page."""

    @wraps(page)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not viewer_in(request).is_auditor:
            raise Http404
        return page(request, *args, **kwargs)

    return signed_in(checked)


def acted_for(request: HttpRequest) -> Organisation:
    """The organisation the member asking acts for; to be used below :func:`member` only."""
    organisation: Organisation = viewer_in(request).organisation
    return organisation


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent with the form, or None for a form to be filled in."""
    return request.POST if request.method == "POST" else None
