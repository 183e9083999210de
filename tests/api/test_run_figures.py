"""Runs over the API, and the table that Power BI reads."""

from __future__ import annotations

import base64
import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from registry.telemetry import read
from tests.make import make_month, make_release, make_token

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
AUGUST, NOVEMBER = date(2026, 8, 1), date(2026, 11, 1)
TRIAGE, SECRET = "hampshire/triage", "hampshire/secret"
ADDRESS, FEED = f"/api/v1/modules/{TRIAGE}/runs", "/feeds/powerbi/runs.csv"


@pytest.fixture(autouse=True)
def runs():
    with time_machine.travel(NOW, tick=False):
        make_release(TRIAGE)
        make_release(SECRET, visibility="own")
        for slug in ("cumbria", "dorset", "essex", "kent", "norfolk"):
            for module in (TRIAGE, SECRET):
                make_month(slug, module, AUGUST, runs=100)
        make_month("met", TRIAGE, NOVEMBER, runs=40)
        make_month("met", SECRET, NOVEMBER, runs=7)  # which the Met saw once
        yield


def _get(client: Client, path: str, secret: str) -> Any:
    return client.get(path, headers={"Authorization": f"Bearer {secret}"})


def test_the_runs_of_a_module_are_given_by_month(client: Client) -> None:
    response = _get(client, ADDRESS, make_token("met"))
    assert response.status_code == 200
    body = response.json()
    assert (body["from"], body["to"]) == ("2025-12", "2026-11")
    own, others = body["results"]
    assert own == {
        "month": "2026-11",
        "module": TRIAGE,
        "shown_as": "own",
        "organisation": "met",
        "version": "1.0.0",
        "organisations": 1,
        "runs": 40,
        "completed": 36,
        "business_exceptions": 4,
        "system_exceptions": 0,
        "items": 120,
        "duration_ms": 80_000,
    }
    assert (others["month"], others["shown_as"], others["organisation"], others["organisations"], others["runs"]) == (
        "2026-08",
        "others",
        "",
        5,
        500,
    )


def test_months_may_be_chosen_and_what_is_no_month_is_refused(client: Client) -> None:
    secret = make_token("met")
    assert [row["month"] for row in _get(client, f"{ADDRESS}?from=2026-08&to=2026-09", secret).json()["results"]] == ["2026-08"]
    for query, code in (
        ("from=2026", "month_invalid"),
        ("from=2026-09&to=2026-08", "period_backwards"),
        ("since=2026-08", "unknown_parameter"),
    ):
        for path in (ADDRESS, FEED):
            response = _get(client, f"{path}?{query}", secret)
            assert (response.status_code, response.json()["code"]) == (422, code)


def test_a_hidden_module_is_not_there(client: Client) -> None:
    secret = make_token("met")
    answers = [_get(client, f"/api/v1/modules/hampshire/{slug}/runs", secret) for slug in ("secret", "nothing")]
    assert [response.status_code for response in answers] == [404, 404]
    assert answers[0].json()["code"] == answers[1].json()["code"] == "not_found"


def _table(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_power_bi_reads_own_runs_in_full_and_sums_of_others(client: Client) -> None:
    secret = make_token("met", ("read",))
    basic = base64.b64encode(f"power-bi:{secret}".encode()).decode()
    response = client.get(FEED, headers={"Authorization": f"Basic {basic}"})
    found = {(row["shown_as"], row["module"], row["organisation"], row["runs"]) for row in _table(response)}
    assert found == {("own", TRIAGE, "met", "40"), ("own", SECRET, "met", "7"), ("others", TRIAGE, "", "500")}
    again = client.get(FEED, headers={"Authorization": f"Basic {basic}", "If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_the_owner_reads_of_its_hidden_modules_too(client: Client) -> None:
    found = {(row["module"], row["runs"]) for row in _table(_get(client, FEED, make_token("hampshire")))}
    assert {(TRIAGE, "500"), (SECRET, "500")} <= found


def test_a_token_bound_to_a_module_reads_of_that_alone(client: Client) -> None:
    make_month("hampshire", TRIAGE, NOVEMBER)
    make_month("hampshire", SECRET, NOVEMBER)
    rows = _table(_get(client, FEED, make_token("hampshire", modules=("triage",))))
    assert {row["module"] for row in rows} == {TRIAGE}


def test_a_token_without_the_scope_reads_nothing(client: Client) -> None:
    for path in (ADDRESS, FEED):
        response = _get(client, path, make_token("met", ("publish",)))
        assert (response.status_code, response.json()["code"]) == (403, "token_scope")


def test_while_telemetry_is_down_the_api_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> list[read.MonthRow]:
        raise OperationalError

    monkeypatch.setattr(read, "monthly", down)
    for path in (ADDRESS, FEED):
        response = _get(client, path, make_token("met"))
        assert (response.status_code, response.json()["code"]) == (503, "unavailable")
