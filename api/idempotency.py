"""Gives a repeated request the answer its first sending got (IETF draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter

from accounts.models import Organisation
from api.answers import JSON, as_text
from api.bodies import Received
from api.errors import problem_body, problem_response
from registry.errors import Conflict, Refused, RegistryError
from registry.releases.models import IdempotencyKey

_KEY = re.compile(r"[!-~]{1,200}")
KEY_HEADER = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="A repeat with the same key gets the first answer, for a day"
)

# Claims the key: a new row, or one over a day old, or the same request's whose process was lost more than five minutes ago.
_CLAIM = """
INSERT INTO registry_idempotencykey AS kept (organisation_id, key, fingerprint, created_at)
VALUES (%(organisation)s, %(key)s, %(fingerprint)s, clock_timestamp())
ON CONFLICT (organisation_id, key) DO UPDATE
SET fingerprint = EXCLUDED.fingerprint, status = NULL, body = NULL, created_at = EXCLUDED.created_at
WHERE kept.created_at < clock_timestamp() - interval '1 day'
   OR (kept.status IS NULL AND kept.fingerprint = EXCLUDED.fingerprint AND kept.created_at < clock_timestamp() - interval '5 minutes')
RETURNING id, created_at
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it becomes HTTP: ``text`` is its JSON body, a problem when ``status`` is 400 or more."""

    status: int
    text: str
    is_replay: bool = False


def answered_once(request: HttpRequest, organisation: Organisation, body: Received, work: Callable[[], Reply]) -> HttpResponse:
    """What ``work`` answers, as HTTP; where the request carries an ``Idempotency-Key``, see :func:`once_per_key`."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return _as_http(work())
    return _as_http(once_per_key(key, organisation, fingerprint_of("POST", request.path, body), work))


def once_per_key(key: str, organisation: Organisation, fingerprint: str, work: Callable[[], Reply]) -> Reply:
    """What ``work`` answers, or answered when ``organisation`` first sent this key; refusals are kept too, errors of ours are not.

    Raises :class:`Refused` (``idempotency_key_invalid``, ``idempotency_key_reused``) or :class:`Conflict` (``request_in_flight``).
    """
    if not _KEY.fullmatch(key):
        raise Refused(
            "idempotency_key_invalid",
            "The idempotency key is not 1 to 200 visible ASCII characters.",
            where="Idempotency-Key",
            mend="Use a UUID, a new one for each release.",
        )
    claim = _claim(key, organisation, fingerprint)
    if claim is None:
        return _earlier(key, organisation, fingerprint)
    mine = IdempotencyKey.objects.filter(pk=claim[0], created_at=claim[1])
    try:
        reply = work()
    except RegistryError as error:
        if error.status >= 500:
            mine.delete()
            raise
        reply = Reply(error.status, as_text(problem_body(error)))
    except BaseException:
        mine.delete()
        raise
    mine.update(status=reply.status, body=reply.text)
    return reply


def fingerprint_of(method: str, path: str, body: Received) -> str:
    """SHA-256 over what was asked, however the client cut it into parts: a repeat may choose another boundary."""
    files = [[upload.filename, upload.sha256] for upload in body.uploads]
    said = json.dumps([method, path, sorted((name, values) for name, values in body.fields.lists()), files])
    return hashlib.sha256(said.encode()).hexdigest()


def _as_http(reply: Reply) -> HttpResponse:
    if reply.status >= 400:
        response = problem_response({}, reply.status, reply.text)
    else:
        response = HttpResponse(reply.text, status=reply.status, content_type=JSON)
        if reply.status == 201:
            response["Location"] = json.loads(reply.text)["url"]
    if reply.is_replay:
        response["Idempotent-Replayed"] = "true"
    return response


def _claim(key: str, organisation: Organisation, fingerprint: str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"organisation": organisation.pk, "key": key, "fingerprint": fingerprint})
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _earlier(key: str, organisation: Organisation, fingerprint: str) -> Reply:
    kept = IdempotencyKey.objects.filter(organisation=organisation, key=key).first()
    if kept is not None and kept.fingerprint != fingerprint:
        raise Refused(
            "idempotency_key_reused",
            "This idempotency key was used for another request.",
            where="Idempotency-Key",
            mend="Use a new key for each release, and the same only to repeat a request as it was.",
        )
    if kept is None or kept.status is None:
        raise Conflict(
            "request_in_flight",
            "The first request with this idempotency key is still at work.",
            where="Idempotency-Key",
            mend="Repeat this request in a few seconds.",
        )
    return Reply(kept.status, str(kept.body), is_replay=True)
