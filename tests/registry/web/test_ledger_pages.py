"""The pages of the ledger and of forecasts: the seeds' figures as people read them, worked without a script, absent to whom they are not for."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from registry.actions.record_rate import record_rate
from registry.benefits.models import Claim, Forecast
from tests.ledger_seed import copenhagen, hampshire
from tests.make import make_baseline, make_claim, make_member, make_month, make_organisation, make_release, make_steward

pytestmark = pytest.mark.django_db
D = Decimal
MAIN = re.compile(r"<main.*</main>", re.DOTALL)


def person(slug: str = "met", role: str = Role.PUBLISHER) -> Client:
    client = Client()
    client.force_login(make_member(make_organisation(slug), role))
    return client


def words(response: Any, status: int = 200) -> str:
    """What the main part of a page says, with single blanks."""
    assert response.status_code == status, response.content.decode()
    text = re.sub(r"<[^>]+>", " ", MAIN.search(response.content.decode())[0])  # type: ignore[index]
    return " ".join(html.unescape(text).split())


def test_the_ledger_says_the_figures_of_the_seeds() -> None:
    hampshire()
    copenhagen()
    said = words(person().get("/benefits"))
    for expected in (
        "£2.105m of £3.6m claimed",
        "55.4 FTE of 96.0 full-time equivalents claimed",
        "Over £0.5m in 2023–24 Leaves at most £1.605m of what is verified, at most £3.1m of what is claimed",
        "58% of the £3.6m claimed is itemised and evidenced",
        "224,000 case files 50.0 £1,900,000 £38,000 Capacity released Approved",
        "Hampshire. Joint: counted once 131,000 contacts 3.0 £117,000 £39,000",
        "161,000 tasks 2.4 £88,000 £36,667",
        "Verified 55.4 £2,105,000 £37,996",
        "Not stated 40.6 £1,495,000 £36,823 Not stated Not itemised Cannot be approved",
        "Claimed 96.0 £3,600,000 £37,500",
        "One line gives 90% of the itemised FTE",
        "Not recorded 150% more identified Baseline due",
        "Københavns Kommune keeps its ledger in Danish kroner, prices 2016 p/l: 1 claim",
    ):
        assert expected in said, said


def test_one_organisations_part_and_a_rate_are_said() -> None:
    hampshire()
    make_claim("aarhus", make_release("aarhus/mail", "1.0.0").module, money=D(850_000), currency="DKK")
    rate = record_rate(base="GBP", quote="DKK", rate=D("8.5"), on=date(2024, 3, 28), source="Danmarks Nationalbank", by=make_steward())
    client = person()
    assert "Joint: the chosen part" in words(client.get("/benefits", {"organisation": "thames-valley"}))
    said = words(client.get("/benefits", {"money": "GBP", "rate": rate.pk}))
    assert "1 GBP = 8.5 DKK, the rate of 28 March 2024 by Danmarks Nationalbank" in said
    assert "of £3.7m claimed" in said


def test_an_empty_ledger_says_what_would_fill_it() -> None:
    assert "No claim yet. What would show one" in words(person().get("/benefits"))


@pytest.mark.parametrize(
    "query", ["?organisation=nobody&year=1&money=X&rate=x", "?rate=-1&organisation=,,&year=%00", "?year=all&organisation=hampshire,"]
)
def test_what_makes_no_sense_falls_back(query: str) -> None:
    hampshire()
    for address in ("/benefits", "/benefits.csv", "/benefits.xlsx"):
        assert person().get(address + query).status_code == 200


def test_the_sum_of_a_claim_is_opened() -> None:
    seed = hampshire()
    said = words(person().get(f"/benefits/claims/{seed.filing.pk}"))
    assert "50 FTE × 1,650 hours × 60 ÷ 224,000 case files 22.1 minutes" in said
    assert "£1,900,000 ÷ 50 FTE £38,000" in said
    assert "1 piece of evidence is open to its organisations and its approver only" in said
    abuse = words(person().get(f"/benefits/claims/{seed.abuse.pk}"))
    assert "£88,000 ÷ 2.4 FTE £36,667, exactly £36,666.67" in abuse
    assert "Thames-Valley 50%" in abuse or "Thames Valley 50%" in abuse
    whole = words(person().get(f"/benefits/claims/{seed.programme.pk}"))
    assert "Not itemised 40.6 £1,495,000" in whole


def test_s4_5_the_letters_of_copenhagen_line_by_line() -> None:
    claim = copenhagen()
    baseline = make_baseline(claim.module, "koebenhavn", minutes="10", unit="breve", measured_on=date(2016, 5, 1), live_on=date(2017, 1, 1))
    Claim.objects.filter(pk=claim.pk).update(baseline=baseline)
    said = words(person("koebenhavn").get(f"/benefits/claims/{claim.pk}"))
    for expected in (
        "10,000 breve × 10 minutes ÷ 60 1,666.7 hours",
        "1,666.7 hours a year ÷ 1,667 hours of one 1.00 FTE",
        "10 minutes × 70% that succeed 7.00 minutes",
        "0.700 FTE",
        "0.6 FTE are stated. The inputs come to 0.7",
        "0.6 FTE ÷ 70% 0.857 FTE",
        "DKK 1,000,000 ÷ DKK 2,500,000 a year 0.4 years",
        "DKK 2,500,000 ÷ DKK 2,500,000 a year 1.0 years",
        "Its ledger writes \N{MINUS SIGN}2,500 (in 1000 DKK)",
        "prices 2016 p/l",
        "Taken before it went live",
    ):
        assert expected in said, said


def test_measured_runs_stand_beside_the_claimed_volume() -> None:
    seed = hampshire()
    make_month("hampshire", "hampshire/crime-filing", date(2023, 4, 1), runs=100, items=9_000)
    make_month("hampshire", "hampshire/crime-filing", date(2024, 3, 1), runs=50, items=1_000)
    make_month("hampshire", "hampshire/crime-filing", date(2024, 4, 1), runs=7)  # another year
    make_month("kent", "hampshire/crime-filing", date(2023, 5, 1), runs=9)  # no part in the claim
    address = f"/benefits/claims/{seed.filing.pk}"
    own = words(person("hampshire").get(address))
    assert "Measured by its runs 10,000 items Apr 2023 to Mar 2024" in own
    assert "150 runs at Hampshire; 90% completed" in own
    assert "Measured by its runs" not in words(person("met").get(address))
    assert "Measured by its runs" not in words(person("kent").get(address))


def test_a_claim_that_one_does_not_read_is_not_there() -> None:
    seed = hampshire()
    Claim.objects.filter(pk=seed.filing.pk).update(sharing="own")
    there, nowhere = (person().get(f"/benefits/claims/{key}") for key in (seed.filing.pk, 10**9))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert "Crime incident filing" not in words(person().get("/benefits"))


def test_the_files_hold_what_the_page_says() -> None:
    hampshire()
    copenhagen()
    client = person()
    response = client.get("/benefits.csv?year=all&sign=savings_negative")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="benefits-20\d\d-\d\d-\d\d\.csv"', response["Content-Disposition"])
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert {row["currency"]: sum(D(each["money"]) for each in rows if each["currency"] == row["currency"]) for row in rows} == {
        "GBP": -3_600_000,
        "DKK": -2_500_000,
    }
    danish = next(row for row in rows if row["currency"] == "DKK")
    assert (D(danish["as_kept"]), danish["as_kept_in"]) == (-2500, "1000 DKK 2016 p/l")
    assert len(client.get("/benefits.csv").content.splitlines()) == 5
    assert client.get("/benefits.xlsx").content.startswith(b"PK")


def test_a_modules_page_shows_its_claims_and_leads_to_a_forecast() -> None:
    hampshire()
    said = words(person().get("/modules/hampshire/crime-filing"))
    assert "50.0 FTE verified in 2023–24, £1.9m" in said
    assert "What it could give you" in said


def test_the_ledger_costs_a_fixed_number_of_queries() -> None:
    hampshire()
    client = person()
    client.get("/benefits")
    with CaptureQueriesContext(connection) as captured:
        client.get("/benefits")
    assert len(captured) <= 24, [each["sql"][:90] for each in captured.captured_queries]


# --- Forecasts ------------------------------------------------------------------------------------------------------------
AT = "/modules/hampshire/crime-filing/forecast"
ASKED = {"volume": "35000", "unit": "case files", "hours_per_fte": "1650", "rate_per_fte": "38000", "currency": "GBP"}


def test_a_forecast_is_worked_out_kept_and_set_against_what_came_of_it() -> None:
    seed = hampshire()
    client = person()
    assert "How many do you handle in a year?" in words(client.get(AT))
    said = words(client.get(AT, ASKED))
    for expected in (
        "could give you 4 to 11 FTE",
        "From 1 approved claim and your 35,000 case files. A wide range: only one organisation has measured.",
        "Low 4.1",
        "Likely 7.8",
        "High 11.2",
        "£296,875 a year, between £155,859 and £424,531",
        "Crime incident filing Hampshire 2023–24 224,000 case files 22.1",
    ):
        assert expected in said, said
    assert not Forecast.objects.exists()
    assert client.post(AT, ASKED)["Location"] == AT
    kept = Forecast.objects.get()
    assert "7.8 FTE likely, 4.1 to 11.2, for 35,000 case files" in words(client.get(AT))
    assert "Change your volumes" in words(client.get("/benefits"))
    claim = make_claim("met", seed.module, state="submitted", fte=D(8), title="Ours")
    assert client.post(f"{AT}/{kept.pk}/realised", {"claim": claim.pk})["Location"] == AT
    assert "Inside the range 8.0 FTE came of it , 1.02 times the likely figure" in words(client.get(AT))


def test_a_forecast_says_what_is_wrong() -> None:
    hampshire()
    client = person()
    said = words(client.get(AT, ASKED | {"volume": "many", "hours_per_fte": ""}))
    assert "Enter a whole number, such as 35000." in said
    assert "Enter the hours, such as 1650." in said
    assert "Choose what you count." in words(client.post(AT, ASKED | {"unit": "cats"}), 422)
    assert "Nobody works so many hours a year." in words(client.post(AT, ASKED | {"hours_per_fte": "9000"}), 422)
    assert not Forecast.objects.exists()


def test_a_reader_works_it_out_and_keeps_nothing() -> None:
    hampshire()
    client = person("met", Role.VIEWER)
    assert "Keep this forecast" not in words(client.get(AT, ASKED))
    assert client.post(AT, ASKED).status_code == 403
    assert not Forecast.objects.exists()


def test_nobody_measured_and_nothing_is_asked() -> None:
    make_release("hampshire/crime-filing", "1.0.0")
    assert "No claim of this module has approved evidence" in words(person().get(AT))


def test_forecasts_of_hidden_modules_and_of_others_are_not_there() -> None:
    seed = hampshire()
    other = Forecast.objects.create(
        organisation=make_organisation("kent"),
        module=seed.module,
        volume=1,
        unit="x",
        hours_per_fte=1,
        low=1,
        likely=1,
        high=1,
        cases=1,
        made_by=make_member("kent"),
    )
    assert person().post(f"{AT}/{other.pk}/realised", {"claim": 1}).status_code == 404
    seed.module.__class__.objects.filter(pk=seed.module.pk).update(visibility="own")
    assert person().get(AT).status_code == 404
