"""Errors as pages: the domain's own, what Django notices, and our faults. What is absent and what is hidden look alike."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from registry.errors import Missing, Moved, RegistryError

log = logging.getLogger(__name__)
MACHINES = ("/api/", "/feeds/")


class RegistryErrorMiddleware:
    """Turns a :class:`RegistryError` that a page raised into a page with its status; the API has its own answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RegistryError) or request.path.startswith(MACHINES):
            return None
        if isinstance(exception, Missing):
            return not_found(request, exception)
        if isinstance(exception, Moved):
            return redirect(exception.address(request.path))
        return render(request, "errors/refused.html", {"error": exception}, status=exception.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent is no request of ours (400)."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not for whoever asks (403)."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Absent or hidden (404): the same page, to the letter."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault (500). The page needs no database, which may be what failed; its reference finds the line in the log."""
    reference = secrets.token_hex(4)
    log.error("Reference %s: %s %s", reference, request.method, request.path)
    return HttpResponse(render_to_string("errors/500.html", {"reference": reference}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the secret of its session (403): mostly one left open overnight."""
    return render(request, "errors/csrf.html", status=403)
