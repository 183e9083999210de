"""Every error of the API as a problem (RFC 9457): always the same six members and ``code``, whatever raised it, and what a kind of error adds."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.text import slugify
from rest_framework import exceptions

from api.answers import as_text
from registry.errors import Missing, Moved, NotAllowed, RateLimited, Refused, RegistryError
from registry.releases.upload import too_large

logger = logging.getLogger(__name__)

CHALLENGE = 'Bearer realm="Moothall", Basic realm="Moothall", charset="UTF-8"'
RETRY_WHEN_UNAVAILABLE = 5  # seconds


class Malformed(RegistryError):
    """The request itself cannot be read (400)."""

    status = 400
    title = "The request could not be read"


class Unauthorised(RegistryError):
    """No token, or none that counts (401)."""

    status = 401
    title = "A token is needed"


class MethodNotAllowed(RegistryError):
    """The address does not take this method (405)."""

    status = 405
    title = "Method not allowed"


class LengthRequired(RegistryError):
    """The body's length must be announced (411)."""

    status = 411
    title = "Length required"


class UnsupportedType(RegistryError):
    """The body is of a kind the address does not take (415)."""

    status = 415
    title = "Unsupported media type"


class RangeNotSatisfiable(RegistryError):
    """The file has no such bytes (416)."""

    status = 416
    title = "Range not satisfiable"


class Broken(RegistryError):
    """Our fault (500)."""

    status = 500
    title = "Something went wrong on our side"


class Unavailable(RegistryError):
    """Something we stand on does not answer (503)."""

    status = 503
    title = "Not available just now"


def problem(exc: Exception, context: dict[str, Any] | None = None) -> HttpResponse:
    """DRF's exception handler: any exception as ``application/problem+json``."""
    error = as_registry_error(exc)
    response = problem_response(problem_body(error), error.status)
    if isinstance(error, RateLimited):
        response["Retry-After"] = str(error.retry_after)
    elif isinstance(error, Moved) and context and "request" in context:
        response["Location"] = error.address(context["request"].path)
    elif isinstance(error, Unavailable):
        response["Retry-After"] = str(RETRY_WHEN_UNAVAILABLE)
    return response


def problem_body(error: RegistryError) -> dict[str, Any]:
    """The members of RFC 9457, and ``code``, ``where`` and ``mend``; those of a kind of error's own come after them."""
    return {
        "type": problem_type(error.title),
        "title": error.title,
        "status": error.status,
        "detail": error.message,
        "code": error.code,
        "where": error.where,
        "mend": error.mend,
        **error.members,
    }


def problem_type(title: str) -> str:
    """The address that explains problems of this title."""
    return f"{settings.BASE_URL}/api/docs#{slugify(title)}"


def problem_response(body: dict[str, Any], status: int, text: str = "") -> HttpResponse:
    """``body`` as a problem; ``text`` is the same already written out."""
    response = HttpResponse(text or as_text(body), status=status, content_type="application/problem+json")
    if status == 401:
        response["WWW-Authenticate"] = CHALLENGE
    return response


def no_such_path() -> Missing:
    """The answer on an address of the API that does not exist; pages behind existing addresses say :func:`registry.index.read.missing`."""
    return Missing("no_such_path", "The API has no such address.", where="path", mend="See /api/docs for all addresses.")


def as_registry_error(exc: Exception) -> RegistryError:
    """The domain error that says what ``exc`` means to a caller; what we did not foresee is logged under a reference and kept vague."""
    if isinstance(exc, RegistryError):
        return exc
    if isinstance(exc, exceptions.APIException):
        return _from_framework(exc)
    if isinstance(exc, RequestDataTooBig):
        return too_large()
    if isinstance(exc, MultiPartParserError | SuspiciousOperation | UnreadablePostError):
        return Malformed("malformed", "The body could not be read.", where="body", mend="Send it again as your client's manual describes.")
    if isinstance(exc, Http404):
        return no_such_path()
    if isinstance(exc, PermissionDenied):
        return NotAllowed("not_allowed", "You may not do this.")
    if isinstance(exc, OperationalError | InterfaceError):
        logger.error("The database does not answer", exc_info=exc)
        return Unavailable("unavailable", "The registry cannot reach its database just now.", mend="Try again in a few seconds.")
    if isinstance(exc, DataError):  # a gate forgot a length; the caller can still mend it
        logger.error("The database refused a value", exc_info=exc)
        return Refused(
            "value_invalid", "A value is too long, or of a kind we cannot keep.", where="body", mend="Shorten the longest fields."
        )
    return _unforeseen(exc)


def _from_framework(exc: exceptions.APIException) -> RegistryError:
    if isinstance(exc, exceptions.MethodNotAllowed):
        return MethodNotAllowed(
            "method_not_allowed", "This address does not take that method.", where="method", mend="See the Allow header."
        )
    if isinstance(exc, exceptions.UnsupportedMediaType):
        return UnsupportedType("unsupported_media_type", "This address does not take a body of that media type.", where="Content-Type")
    if isinstance(exc, exceptions.ParseError):
        return Malformed("malformed", "The body could not be read.", where="body", mend="Check that it is what its Content-Type says.")
    if isinstance(exc, exceptions.Throttled):
        return RateLimited(int(getattr(exc, "wait", None) or 1))
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return token_missing()
    if isinstance(exc, exceptions.PermissionDenied):
        return NotAllowed("not_allowed", "You may not do this.")
    if isinstance(exc, exceptions.NotFound):
        return no_such_path()
    return _unforeseen(exc)


def token_missing() -> Unauthorised:
    """The one answer to callers without a token, on every path, whether or not it exists."""
    return Unauthorised(
        "token_missing",
        "This needs a token of your organisation.",
        where="Authorization",
        mend="Send the header Authorization: Bearer mh_…; people with the right issue tokens under Account, Tokens.",
    )


def _unforeseen(exc: Exception) -> Broken:
    reference = secrets.token_hex(6)
    logger.error("Unforeseen error %s", reference, exc_info=exc)
    return Broken(
        "internal_error", f"We could not do this. Our reference is {reference}.", mend="Try again; if it stays, tell us the reference."
    )
