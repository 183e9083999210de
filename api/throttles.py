"""How often a token may call: exact for publishing, by leases for reading, and few for callers without a token."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.rates import Leases, take
from registry.errors import RateLimited

_leases = Leases()


class TokenThrottle(BaseThrottle):
    """Limits each token by ``settings.RATES``."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Raises :class:`RateLimited`. What a view takes may have a limit of its own (``rate_to_write``)."""
        kind = "read" if request.method in ("GET", "HEAD") else getattr(view, "rate_to_write", "publish")
        spend(kind, str(request.auth.pk))
        return True


def spend(kind: str, who: str) -> None:
    """Count one request of ``who``; raises :class:`RateLimited`. ``kind`` is a key of ``settings.RATES``."""
    key, per_hour = f"{kind}:{who}", settings.RATES[kind]
    wait = take(key, per_hour) if kind == "publish" else _leases.take(key, per_hour)
    if wait:
        raise RateLimited(wait)
