"""Answers as JSON, with an ETag taken from their own bytes, so that it can say nothing that the body does not."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

JSON = "application/json"


def as_text(data: Any) -> str:
    """``data`` as compact JSON; datetimes as RFC 3339 in UTC."""
    return json.dumps(data, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def answer(data: Any, status: int = 200) -> HttpResponse:
    """``data`` as it is."""
    return HttpResponse(as_text(data), status=status, content_type=JSON)


def conditional(request: HttpRequest, data: Any) -> HttpResponse:
    """``data`` with a strong ETag, or 304 for a caller who has it already."""
    text = as_text(data).encode()
    etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    response = HttpResponse(text, content_type=JSON)
    response["ETag"] = etag
    answered = get_conditional_response(request, etag=etag, response=response)
    return answered if answered is not None else response


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no place in an answer")
