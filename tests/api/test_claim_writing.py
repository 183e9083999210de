"""Programs write claims and baselines as drafts and hand them in; they add no evidence and decide nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiToken
from registry.benefits.models import Baseline, Claim
from tests.make import make_claim, make_member, make_module, make_release, make_token
from tests.unchanged import unchanged

pytestmark = pytest.mark.django_db
CLAIM = {
    "title": "Filing", "benefit_class": "non_cashable", "starts_on": "2023-04-01", "ends_on": "2024-03-31",
    "module": "hampshire/incident-filing", "volume": "224000", "unit": "case files", "fte": "50", "money": "1900000", "currency": "GBP",
}  # fmt: skip


@pytest.fixture
def bearer() -> str:
    """A token of Hampshire that publishes, in a person's name."""
    make_module("hampshire/incident-filing")
    secret = make_token("hampshire")
    ApiToken.objects.update(created_by=make_member("hampshire"))
    return secret


def post(path: str, secret: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)


def test_a_draft_is_written_and_handed_in(bearer: str) -> None:
    response = post("claims", bearer, CLAIM)
    claim = Claim.objects.get()
    said = {
        "claim": claim.pk,
        "state": "draft",
        "title": "Filing",
        "period": "2023–24",
        "fte": "50.000",
        "money": "1900000.00",
        "currency": "GBP",
    }
    assert (response.status_code, response.json()) == (201, said)
    assert claim.created_by == ApiToken.objects.get().created_by
    handed_in = post(f"claims/{claim.pk}/submit", bearer)
    assert (handed_in.status_code, handed_in.json()["state"]) == (200, "submitted")
    again = post(f"claims/{claim.pk}/submit", bearer)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_a_baseline_is_recorded_and_its_claim_reckoned(bearer: str) -> None:
    body = {
        "module": "hampshire/incident-filing",
        "minutes_per_item": "10",
        "unit": "letters",
        "sample_size": "30",
        "measured_on": "2020-03-01",
    }
    response = post("baselines", bearer, body)
    kept = Baseline.objects.get()
    assert (response.status_code, response.json()) == (
        201,
        {"baseline": kept.pk, "minutes_per_item": "10.00", "unit": "letters", "is_before_live": None},
    )
    claim = {
        **CLAIM,
        "baseline": str(kept.pk),
        "volume": "10000",
        "unit": "letters",
        "hours_per_fte": "1667",
        "success_rate": "0.7",
        "fte": "",
    }
    assert post("claims", bearer, claim).json()["fte"] == "0.700"


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        ({"title": ""}, "field_missing", "title"),
        ({"fte": "1e3"}, "number_invalid", "fte"),
        ({"fte": "NaN"}, "number_invalid", "fte"),
        ({"volume": "-1"}, "number_invalid", "volume"),
        ({"volume": "٣"}, "number_invalid", "volume"),
        ({"starts_on": "yesterday"}, "date_invalid", "starts_on"),
        ({"in_thousands": "yes"}, "flag_invalid", "in_thousands"),
        ({"module": "hampshire/none"}, "module_unknown", "module"),
        ({"currency": "£"}, "currency_invalid", "currency"),
        ({"approved": "true"}, "unknown_field", "approved"),
        ({"fte": 50}, "text_invalid", "fte"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(bearer: str, body: dict[str, Any], code: str, where: str) -> None:
    with unchanged():
        response = post("claims", bearer, {**CLAIM, **body})
    assert (response.status_code, response.json()["code"], response.json()["where"]) == (422, code, where)


def test_what_is_not_ones_own_is_not_there_or_not_ones_to_hand_in(bearer: str) -> None:
    draft = make_claim("hampshire", Claim.objects.first() or make_module("hampshire/other"), state="draft", fte=Decimal(1))
    theirs = make_token("wiltshire")
    ApiToken.objects.filter(organisation__slug="wiltshire").update(created_by=make_member("wiltshire"))
    assert post(f"claims/{draft.pk}/submit", theirs).status_code == post("claims/987654/submit", theirs).status_code == 404
    make_release("hampshire/hidden", visibility="own")
    hidden, absent = (post("claims", theirs, {**CLAIM, "module": f"hampshire/{slug}"}).json() for slug in ("hidden", "absent"))
    assert (hidden["code"], hidden["message"] if "message" in hidden else hidden["detail"]) == (
        absent["code"],
        absent["message"] if "message" in absent else absent["detail"],
    )
    for path in (f"claims/{10**30}/submit", "claims/x/submit"):
        assert post(path, theirs).status_code == 404
    bound = make_token("hampshire", modules=("incident-filing",))
    ApiToken.objects.filter(modules__len=1).update(created_by=make_member("hampshire"))
    assert post("claims", bound, CLAIM).json()["code"] == "may_not_answer"
