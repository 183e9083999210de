"""The ledger to programs: a page of JSON, and the table that Power BI reads."""

from __future__ import annotations

import base64
import csv
import io
from decimal import Decimal

import pytest
from django.test import Client

from tests.api.conftest import Caller
from tests.ledger_seed import copenhagen, hampshire
from tests.make import make_claim, make_organisation, make_release, make_token

pytestmark = pytest.mark.django_db


def test_a_page_of_the_ledger() -> None:
    hampshire()
    caller = Caller(make_token("met", ("read",)))
    found = caller.get("/api/v1/claims?page_size=3").json()
    assert (found["count"], found["page"], found["page_size"], len(found["results"])) == (4, 1, 3, 3)
    first = found["results"][0]
    assert (first["title"], first["fte"], first["money"], first["money_per_fte"], first["verified"]) == (
        "Crime incident filing",
        "50.000",
        "1900000.00",
        "38000.00",
        "yes",
    )
    everything = found["results"] + caller.get("/api/v1/claims?page_size=3&page=2").json()["results"]
    assert sum(Decimal(row["fte"]) for row in everything) == 96
    assert caller.get("/api/v1/claims?page=3&page_size=3").json()["results"] == []


def test_the_sign_and_the_year_are_chosen() -> None:
    hampshire()
    copenhagen()
    caller = Caller(make_token("met", ("read",)))
    (row,) = caller.get("/api/v1/claims?year=2017&sign=savings_negative").json()["results"]
    assert (row["money"], row["sign"], row["currency"], row["price_base"]) == ("-2500000.00", "savings_negative", "DKK", "2016 p/l")
    assert caller.get("/api/v1/claims?year=1999").json()["count"] == 0
    assert caller.get("/api/v1/claims?organisation=thames-valley").json()["count"] == 2
    assert caller.get("/api/v1/claims?organisation=nobody").json()["count"] == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [("sign=minus", "sign_unknown"), ("page=0", "page_invalid"), ("page_size=1000", "page_size_invalid"), ("q=x", "unknown_parameter")],
)
def test_what_makes_no_sense_is_refused(query: str, code: str) -> None:
    response = Caller(make_token("met", ("read",))).get(f"/api/v1/claims?{query}")
    assert (response.status_code, response.json()["code"]) == (422, code)


def test_an_unchanged_ledger_is_not_sent_twice() -> None:
    hampshire()
    caller = Caller(make_token("met", ("read",)))
    for address in ("/api/v1/claims", "/feeds/powerbi/claims.csv"):
        tag = caller.get(address)["ETag"]
        assert caller.get(address, **{"If-None-Match": tag}).status_code == 304


def test_power_bi_reads_it_with_the_token_as_password() -> None:
    hampshire()
    secret = make_token("met", ("read",))
    basic = base64.b64encode(f"anybody:{secret}".encode()).decode()
    response = Client().get("/feeds/powerbi/claims.csv", headers={"Authorization": f"Basic {basic}"})
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert sum(Decimal(row["money"]) for row in rows if row["verified"] == "yes") == 2_105_000
    assert Client().get("/feeds/powerbi/claims.csv").status_code == 401
    assert Caller(make_token("met", ("telemetry",))).get("/feeds/powerbi/claims.csv").status_code == 403


def test_a_token_reads_what_its_organisation_reads() -> None:
    make_claim("hampshire", make_release("hampshire/mail", "1.0.0").module, state="draft")
    make_organisation("kent")
    module = make_release("hampshire/letters", "1.0.0", visibility="named", share_with=("kent",)).module
    make_claim("hampshire", module, title="Letters")
    counts = {slug: Caller(make_token(slug, ("read",))).get("/api/v1/claims").json()["count"] for slug in ("met", "kent", "hampshire")}
    assert counts == {"met": 0, "kent": 1, "hampshire": 1}
