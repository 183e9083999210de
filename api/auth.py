"""Who calls: a token in the Authorization header, and whether its scopes allow the method."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import ApiToken
from accounts.tokens import find_token
from accounts.viewer import viewer_of_token
from api.errors import Unauthorised, token_missing
from api.throttles import spend
from registry.errors import NotAllowed

READS = frozenset({"GET", "HEAD"})


class TokenAuthentication(BaseAuthentication):
    """``Bearer mh_...``, or Basic with any user name and the token as password, as package clients send it."""

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        """Sets ``request.viewer``. Raises :class:`Unauthorised` for a token that does not count; None where there is none."""
        secret = token_in(request.META.get("HTTP_AUTHORIZATION", ""))
        token = find_token(secret) if secret else None
        if token is None:
            spend("anonymous", client_address(request))
            raise token_invalid() if secret else token_missing()
        request._request.viewer = viewer_of_token(token)  # type: ignore[attr-defined]
        return AnonymousUser(), token


class HasScope(BasePermission):
    """Reading needs the scope ``read``, everything else that of the view, mostly ``publish``; asked before anything else is looked at.

    What a view says is for every token (``scope_to_read`` of None) needs none.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        needed = getattr(view, "scope_to_read", "read") if request.method in READS else getattr(view, "scope_to_write", "publish")
        if needed is not None and needed not in request.auth.scopes:  # type: ignore[union-attr]
            raise NotAllowed(
                "token_scope", f"Your token has not the scope {needed}.", where="token", mend=f"Issue a token with the scope {needed}."
            )
        return True


def token_in(header: str) -> str:
    """The token in an Authorization header, or an empty string."""
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def token_invalid() -> Unauthorised:
    """The one answer to a token that is wrong, expired or revoked."""
    return Unauthorised(
        "token_invalid",
        "Your token is wrong, has expired or was revoked.",
        where="Authorization",
        mend="Check that it was copied whole, or issue a new one under Account, Tokens.",
    )


def client_address(request: HttpRequest | Request) -> str:
    """The caller's address: behind a proxy that we were told of, the last one the proxy noted."""
    if settings.SECURE_PROXY_SSL_HEADER and (noted := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        return str(noted).rsplit(",", 1)[-1].strip()[:60]
    return str(request.META.get("REMOTE_ADDR", ""))[:60]
