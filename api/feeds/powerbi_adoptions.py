"""Who runs what, as a table that Power BI and spreadsheets read from an address: one's own records, and what others show by name."""

from __future__ import annotations

import hashlib
import io
from datetime import date, datetime

from defusedcsv import csv
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from api.endpoint import Endpoint
from registry.index.adoptions import readable

COLUMNS = (
    *("module", "title", "organisation", "organisation_name", "kind", "stage", "version", "behind", "since", "volume", "unit"),
    *("confirmed_at", "expires_on", "is_adapted", "sharing"),
)


class Adoptions(Endpoint):
    """Every record that a token's organisation reads by name."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for module, title, row in readable(self.viewer()):
            first = (
                module,
                title,
                row.slug,
                row.organisation,
                row.kind,
                row.stage,
                row.version,
                row.behind,
                row.since,
                row.volume,
                row.unit,
            )
            writer.writerow([_cell(value) for value in (*first, row.confirmed_at, row.expires_on, row.is_adapted, row.sharing)])
        body = text.getvalue().encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        response = HttpResponse(body, content_type="text/csv; charset=utf-8")
        response["ETag"] = etag
        answered = get_conditional_response(request._request, etag=etag, response=response)
        return answered if answered is not None else response


def _cell(value: object) -> object:
    """Dates as ISO 8601 writes them, truth as true and false; numbers stay numbers."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None else value
