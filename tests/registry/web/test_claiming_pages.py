"""The pages of the ledger's writing side: what is typed is what is kept, sums are shown before saving, and refusals stand beside their field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Organisation, Role, User
from registry.benefits.models import Baseline, Claim, CostLine, Evidence, ExchangeRate
from registry.catalogue.models import Module
from tests.make import (
    PICTURE,
    make_baseline,
    make_claim,
    make_evidence,
    make_member,
    make_module,
    make_organisation,
    make_release,
    make_reviewer,
    make_steward,
)
from tests.unchanged import unchanged

pytestmark = pytest.mark.django_db
CLAIM = {
    "about": "hampshire/incident-filing",
    "title": "Filing of incidents",
    "benefit_class": "non_cashable",
    "starts_on": "2023-04-01",
    "ends_on": "2024-03-31",
    "volume": "224,000",
    "unit": "case files",
    "fte": "50",
    "money": "£1,900,000",
    "currency": "gbp",
    "sharing": "shared",
}


@pytest.fixture
def module() -> Module:
    return make_module("hampshire/incident-filing")


def signed_in(organisation: Organisation | str = "hampshire", role: str = Role.PUBLISHER, *, user: User | None = None) -> Client:
    client = Client()
    client.force_login(user or make_member(organisation, role))
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_claim_is_written_as_it_is_typed(module: Module) -> None:
    client = signed_in()
    assert text(client.get("/benefits/add?module=hampshire/incident-filing")).count("selected") >= 1
    response = client.post("/benefits/add", CLAIM)
    claim = Claim.objects.get()
    assert response["Location"] == f"/benefits/claims/{claim.pk}"
    assert (claim.volume, claim.fte, claim.money, claim.currency, claim.period) == (224_000, 50, 1_900_000, "GBP", "2023–24")
    assert (claim.module, claim.state, claim.organisation.slug) == (module, "draft", "hampshire")
    assert client.get(response["Location"]).status_code == 200


def test_the_sum_is_shown_before_anything_is_saved(module: Module) -> None:
    client = signed_in()
    baseline = make_baseline(module, minutes="10", unit="letters")
    typed = {
        **CLAIM,
        "volume": "10,000",
        "unit": "letters",
        "baseline": baseline.pk,
        "hours_per_fte": "1,667",
        "success_rate": "70",
        "fte": "0.6",
    }
    with unchanged():
        shown = text(client.post("/benefits/add", {**typed, "do": "reckon"}))
    assert "1,166.7 hours" in shown
    assert "0.700 FTE" in shown
    assert "0.857 FTE" in shown
    assert "You state 0.6 FTE; the inputs come to 0.7" in shown
    assert "Nothing is saved yet" in shown
    asked = text(client.post("/benefits/add", {**CLAIM, "fte": "", "do": "reckon"}))
    assert "To work out the FTE we also need: the minutes by hand, the hours of one FTE." in asked


def test_copenhagens_ledger_is_typed_as_it_is_written_and_shown_so_again() -> None:
    """S4-5: -2,500 in 1000 kr. at 2016 p/l is 2,500,000 saved."""
    make_organisation("copenhagen", kind="council", language="da")
    make_module("copenhagen/breve")
    client = signed_in("copenhagen")
    typed = {
        **CLAIM, "about": "copenhagen/breve", "title": "Breve", "starts_on": "2017-01-01", "ends_on": "2017-12-31", "money": "-2,500",
        "currency": "DKK", "price_base": "2016 p/l", "in_thousands": "on", "savings_are_negative": "on", "fte": "0.6", "success_rate": "70",
    }  # fmt: skip
    client.post("/benefits/add", typed)
    claim = Claim.objects.get()
    assert (claim.money, claim.price_base, claim.success_rate) == (2_500_000, "2016 p/l", Decimal("0.7"))
    form = text(client.get(f"/benefits/claims/{claim.pk}/change"))
    assert 'value="-2,500"' in form
    assert 'value="70"' in form
    wrong = client.post("/benefits/add", {**typed, "money": "2,500"})
    assert wrong.status_code == 422
    assert "Your ledger writes savings with a minus" in text(wrong)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"volume": "many"}, "Enter a number, such as 224,000 or 0.7."),
        ({"volume": "1.5"}, "Enter a whole number"),
        ({"volume": "1,2"}, "Enter a number, such as 224,000 or 0.7."),
        ({"success_rate": "170"}, "Enter a number above 0, at most 1"),
        ({"title": ""}, "Give it a short name."),
        ({"about": ""}, "Choose what it is about."),
        ({"about": "wiltshire/other"}, "Choose one of the list."),
        ({"starts_on": "April"}, "Enter a day, such as 2027-03-31."),
        ({"ends_on": "2020-01-01"}, "The period ends before it begins."),
        ({"currency": ""}, "is no currency"),
        ({"fte": "1" * 50}, "at most 40 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(module: Module, typed: dict[str, str], said: str) -> None:
    client = signed_in()
    with unchanged():
        response = client.post("/benefits/add", {**CLAIM, **typed})
    assert (response.status_code, said in text(response)) == (422, True)
    assert "error-summary" in text(response)


def test_a_change_is_carried_into_the_claim_and_voids_its_approval(module: Module) -> None:
    client = signed_in()
    claim = make_claim("hampshire", module, fte=Decimal(50), volume=5, unit="files")
    page = client.get(f"/benefits/claims/{claim.pk}/change")
    assert "approved anew" in text(page)
    initial = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    client.post(f"/benefits/claims/{claim.pk}/change", {**initial, "fte": "60"})
    claim.refresh_from_db()
    assert (claim.state, claim.fte, claim.volume) == ("draft", 60, 5)
    with unchanged():
        client.post(f"/benefits/claims/{claim.pk}/change", {**initial, "fte": "60"})


def test_evidence_is_sent_and_opened_by_whom_it_is_for(module: Module) -> None:
    owner = signed_in()
    claim = make_claim("hampshire", module, state="submitted")
    sent = {"caption": "Queue in March", "marking": "OFFICIAL", "evidence": SimpleUploadedFile("queue.png", PICTURE)}
    response = owner.post(f"/benefits/claims/{claim.pk}/evidence", sent)
    piece = Evidence.objects.get()
    assert response.status_code == 302
    opened = owner.get(f"/benefits/evidence/{piece.pk}")
    assert (b"".join(opened.streaming_content), opened["X-Content-Type-Options"]) == (PICTURE, "nosniff")  # type: ignore[attr-defined]
    assert "attachment" in opened["Content-Disposition"]
    steward = make_steward().user
    opened = signed_in(user=steward).get(f"/benefits/evidence/{piece.pk}")
    assert b"".join(opened.streaming_content) == PICTURE  # type: ignore[attr-defined]
    other = signed_in("wiltshire")
    hidden, absent = other.get(f"/benefits/evidence/{piece.pk}"), other.get("/benefits/evidence/987654")
    assert (hidden.status_code, text(hidden)) == (404, text(absent).replace("987654", str(piece.pk)))
    assert other.get(f"/benefits/claims/{claim.pk}/evidence").status_code == 403  # they read the claim and have no part in it
    refused = owner.post(f"/benefits/claims/{claim.pk}/evidence", {"caption": "Nothing", "marking": "OFFICIAL"})
    assert "Send a file, or say where it is to be found." in text(refused)


def test_from_hand_in_to_approval(module: Module) -> None:
    owner = signed_in()
    claim = make_claim("hampshire", module, state="draft")
    address = f"/benefits/claims/{claim.pk}"
    assert owner.get(f"{address}/submit").status_code == 200
    assert owner.post(f"{address}/submit")["Location"] == address
    user = make_reviewer("kent").user
    reviewer = signed_in(user=user)
    assert "Unevidenced" in text(reviewer.get("/benefits/to-decide"))
    seen = reviewer.get(f"{address}/decide").context["form"].initial["seen"]
    refused = reviewer.post(f"{address}/decide", {"decision": "approve", "note": "", "seen": seen})
    assert (refused.status_code, "Nothing shows the claim yet." in text(refused)) == (422, True)
    make_evidence(claim)
    stale = reviewer.post(f"{address}/decide", {"decision": "approve", "note": "", "seen": seen})
    assert "Read it again, then decide." in text(stale)
    seen = reviewer.get(f"{address}/decide").context["form"].initial["seen"]
    assert reviewer.post(f"{address}/decide", {"decision": "approve", "note": "Seen.", "seen": seen})["Location"] == "/benefits/to-decide"
    claim.refresh_from_db()
    assert (claim.state, claim.decided_by) == ("approved", user)
    assert "Nothing waits for you." in text(reviewer.get("/benefits/to-decide"))


def test_who_may_not_decide_is_told_why(module: Module) -> None:
    claim = make_claim("hampshire", module, state="submitted")
    address = f"/benefits/claims/{claim.pk}/decide"
    assert signed_in("hampshire", Role.REVIEWER).get(address).status_code == 403
    assert signed_in("kent").get(address).status_code == 403
    assert "You are neither." in text(signed_in("kent").get("/benefits/to-decide"))
    assert claim.title not in text(signed_in("hampshire", Role.REVIEWER).get("/benefits/to-decide"))
    hidden = make_claim("hampshire", make_release("hampshire/hidden", visibility="own").module, state="draft")
    for path in ("decide", "agree", "change", "submit", "evidence", "shares", "outcomes", "withdraw"):
        assert signed_in("kent", Role.REVIEWER).get(f"/benefits/claims/{hidden.pk}/{path}").status_code == 404


def test_a_claim_is_split_and_agreed_to(module: Module) -> None:
    make_organisation("thames-valley", name="Thames Valley")
    owner, claim = signed_in(), make_claim("hampshire", module, state="draft")
    address = f"/benefits/claims/{claim.pk}"
    wrong = owner.post(f"{address}/shares", {"own": "50", "who_0": "thames-valley", "part_0": "40"})
    assert "The shares add up to 90%." in text(wrong)
    unsaid = text(owner.post(f"{address}/shares", {"own": "50", "who_0": "thames-valley", "part_1": "5"}))
    assert "Enter its per cent." in unsaid
    assert "Choose whose share that is." in unsaid
    assert owner.post(f"{address}/shares", {"own": "50", "who_0": "thames-valley", "part_0": "50"}).status_code == 302
    theirs = signed_in("thames-valley")
    assert "puts 50% of it down to Thames Valley" in text(theirs.get(f"{address}/agree"))
    assert owner.get(f"{address}/agree").status_code == 404
    assert theirs.post(f"{address}/agree", {"answer": "agree"}).status_code == 302
    assert claim.shares.filter(agreed_at=None).count() == 0
    needed = theirs.post(f"{address}/agree", {"answer": "decline"})
    assert needed.status_code == 422
    assert theirs.post(f"{address}/agree", {"answer": "decline", "reason": "Counted by us."})["Location"] == "/benefits"
    assert not claim.shares.exists()


def test_outcomes_are_added_and_taken_out(module: Module) -> None:
    """S0-9."""
    owner, claim = signed_in(), make_claim("hampshire", module, state="draft")
    address = f"/benefits/claims/{claim.pk}/outcomes"
    typed = {
        "outcome": "victim_satisfaction",
        "measure": "time to an update",
        "before_text": "weeks",
        "after_text": "typically within 2 hours",
    }
    assert owner.post(address, typed).status_code == 302
    shown = text(owner.get(address))
    assert "Before weeks. Now typically within 2 hours." in shown
    measure = claim.outcomes.get()
    assert signed_in("kent").post(f"{address}/{measure.pk}/remove").status_code == 404  # a draft is nobody else's
    assert owner.post(f"{address}/{measure.pk}/remove").status_code == 302
    assert not claim.outcomes.exists()
    assert "Say how it is now" in text(owner.post(address, {"outcome": "capacity", "measure": "hours"}))


def test_a_baseline_is_recorded_and_leads_on_to_its_claim(module: Module) -> None:
    owner = signed_in()
    typed = {
        "about": module.identifier, "minutes_per_item": "2.5", "unit": "case files", "sample_size": "30", "measured_on": "2020-03-01",
        "method": "timed", "live_on": "2021-04-01",
    }  # fmt: skip
    response = owner.post("/benefits/baselines/add", typed)
    assert response["Location"] == "/benefits/add?module=hampshire/incident-filing"
    assert Baseline.objects.get().is_before_live is True
    assert "2.5 minutes for each of 30 case files" in text(owner.get(response["Location"]))
    assert owner.get("/benefits/baselines/add?module=hampshire/none").status_code == 404
    assert signed_in("hampshire", Role.REVIEWER).get("/benefits/baselines/add").status_code == 403


def test_two_cost_tables_that_disagree_are_both_shown() -> None:
    """The trap of S4: totals of 1000 and 1500 alike, ITU 500 in 2017 alone against 500 and 500."""
    copenhagen = make_organisation("copenhagen", name="Copenhagen", kind="council", language="da")
    owner = signed_in(copenhagen)
    tables = {
        "Business case, table 1": {("ITU", "2017"): "500", ("Centre", "2017"): "500", ("Centre", "2018"): "1500"},
        "Business case, table 4": {("ITU", "2017"): "500", ("ITU", "2018"): "500", ("Centre", "2017"): "500", ("Centre", "2018"): "1000"},
    }
    for source, lines in tables.items():
        for (title, year), amount in lines.items():
            typed = {"title": title, "kind": "other", "year": year, "amount": amount, "in_thousands": "on", "currency": "DKK",
                     "price_base": "2016 p/l", "source": source, "sharing": "shared"}  # fmt: skip
            assert owner.post("/benefits/costs/add", typed)["Location"] == "/benefits/costs"
    assert CostLine.objects.count() == 7
    page = owner.get("/benefits/costs")
    found = {(each.line, each.year): dict(each.amounts) for _, each in page.context["costs"].mismatches}
    assert set(found) == {("ITU", "2018"), ("Centre", "2018")}  # the totals agree and are not named
    said = {source: money.amount if money else None for source, money in found["ITU", "2018"].items()}
    assert said == {"Business case, table 1": None, "Business case, table 4": 500_000}
    assert "Where tables disagree" in text(page)
    line = CostLine.objects.order_by("pk")[0]
    assert signed_in("kent").post(f"/benefits/costs/{line.pk}/remove").status_code == 403
    assert owner.post(f"/benefits/costs/{line.pk}/remove").status_code == 302
    assert owner.post(f"/benefits/costs/{line.pk}/remove").status_code == 404
    assert line not in [row for row, _ in owner.get("/benefits/costs").context["lines"]]


def test_what_is_kept_of_costs_is_read_by_ones_own_alone() -> None:
    CostLine.objects.create(
        organisation=make_organisation("hampshire"), title="Licences", kind="licences", year="2023–24", amount=500_000, currency="GBP",
        is_at_least=True, sharing="own", created_by=make_member("hampshire"),
    )  # fmt: skip
    assert "Over £500,000" in text(signed_in().get("/benefits/costs"))
    assert "Licences" not in text(signed_in("kent").get("/benefits/costs"))


def test_stewards_record_rates_for_everybody() -> None:
    steward = signed_in(user=make_steward().user)
    typed = {"base": "gbp", "quote": "DKK", "rate": "8.65", "on": "2024-03-28", "source": "Danmarks Nationalbank"}
    assert steward.post("/benefits/rates/add", typed)["Location"] == "/benefits/rates"
    rate = ExchangeRate.objects.get()
    assert (rate.base, rate.quote, rate.rate, rate.on) == ("GBP", "DKK", Decimal("8.65"), date(2024, 3, 28))
    again = steward.post("/benefits/rates/add", typed)
    assert "That source has a rate for that day." in text(again)
    ahead = steward.post("/benefits/rates/add", {**typed, "on": "2999-01-01"})
    assert "no day of a known rate" in text(ahead)
    same = steward.post("/benefits/rates/add", {**typed, "quote": "GBP"})
    assert same.status_code == 422
    assert "1 GBP = 8.65 DKK" in text(signed_in("kent").get("/benefits/rates"))
    assert signed_in("kent").post("/benefits/rates/add", typed).status_code == 403


def test_a_withdrawn_claim_says_so(module: Module) -> None:
    owner, claim = signed_in(), make_claim("hampshire", module, state="submitted")
    address = f"/benefits/claims/{claim.pk}"
    assert owner.post(f"{address}/withdraw", {"reason": ""}).status_code == 422
    assert owner.post(f"{address}/withdraw", {"reason": "Counted twice."})["Location"] == address
    assert "Withdrawn" in text(owner.get(address))


def test_a_module_that_one_no_longer_sees_is_not_named_and_the_claim_can_still_be_changed(module: Module) -> None:
    claim = make_claim("wiltshire", module, state="draft", title="Ours")
    Module.objects.filter(pk=module.pk).update(visibility="own")
    client = signed_in("wiltshire")
    page = client.get(f"/benefits/claims/{claim.pk}/change")
    assert "The module it is about now" in text(page)
    assert "incident-filing" not in text(page)
    initial = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    assert client.post(f"/benefits/claims/{claim.pk}/change", {**initial, "title": "Ours still"}).status_code == 302
    claim.refresh_from_db()
    assert (claim.title, claim.module) == ("Ours still", module)
