"""The benefits ledger as a CSV that Power BI reads with a token as the password of Basic authentication (S0-11)."""

from __future__ import annotations

import hashlib

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from api.endpoint import Endpoint
from api.rest.claims import sign_of
from registry.index.ledger_choices import LedgerFilters, choices
from registry.index.ledger_table import COLUMNS, cells_of, ledger_table
from registry.index.sheets import CSV, as_csv


class ClaimsTable(Endpoint):
    """Every claim that a token's organisation may read, of every year; ``sign=savings_negative`` turns the sign of money."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        sign = sign_of(request._request.GET.get("sign", ""))
        viewer = self.viewer()
        text = as_csv(COLUMNS, cells_of(ledger_table(viewer, choices(viewer), LedgerFilters(), sign)))
        etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
        response = HttpResponse(text, content_type=CSV)
        response["ETag"] = etag
        answered = get_conditional_response(request._request, etag=etag, response=response)
        return answered if answered is not None else response
