"""Tables that Power BI, Excel and other tools read by address, with a token as the password of Basic authentication (C16, S0-11)."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from api.endpoint import Endpoint
from api.rest.run_figures import asked_period
from registry.index.run_figures import lines
from registry.index.run_files import CSV_TYPE, runs_csv
from registry.index.run_pages import feed_lines


class Runs(Endpoint):
    """The organisation's own runs by month in full, and those of others as far as they are shown."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        found = feed_lines(self.viewer(), asked_period(request._request.GET))
        return table(request._request, runs_csv(lines(found)))


def table(request: HttpRequest, text: bytes) -> HttpResponse:
    """``text``, a CSV file, with a strong ETag; or 304 for a reader that has it already."""
    etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    response = HttpResponse(text, content_type=CSV_TYPE, headers={"ETag": etag})
    answered = get_conditional_response(request, etag=etag, response=response)
    return answered if answered is not None else response
