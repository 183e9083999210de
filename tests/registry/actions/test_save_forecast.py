"""Forecasts rest on approved claims that the reader may read, are kept by who answers for an organisation, and are later set against a claim."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import ApiToken, AuditEvent, Role
from accounts.viewer import viewer_of_token
from registry.actions.save_forecast import ForecastForm, realise_forecast, save_forecast, worked_out
from registry.benefits.models import Claim, Forecast
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.index.forecasts import forecast_page
from tests.make import make_claim, make_release, make_token, make_viewer

pytestmark = pytest.mark.django_db
D = Decimal
FILES: dict[str, Any] = {"volume": 224_000, "unit": "case files", "fte": D(50), "hours_per_fte": D(1650)}


@pytest.fixture
def module() -> Module:
    return make_release("hampshire/filing", "1.0.0").module


def form(**said: Any) -> ForecastForm:
    return ForecastForm(**{"volume": 35_000, "unit": "case files", "hours_per_fte": D(1650), **said})


def refused(action: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises((Refused, Conflict, NotAllowed)) as error:
        action()
    return error.value.code, error.value.where


def test_it_keeps_the_range_and_what_it_rests_on(module: Module) -> None:
    claim = make_claim("hampshire", module, **FILES)
    made = save_forecast(module=module, form=form(unit="Case Files", rate_per_fte=D(38_000), currency="GBP"), by=make_viewer("met"))
    kept = Forecast.objects.get(pk=made.pk)
    assert (kept.low, kept.likely, kept.high, kept.cases) == (D("4.10"), D("7.81"), D("11.17"), 1)
    assert (kept.unit, kept.currency, kept.rate_per_fte) == ("case files", "GBP", D(38_000))
    assert kept.basis == [{"claim": claim.pk, "organisation": "Hampshire", "volume": 224_000, "minutes": "22.10"}]
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.subject, event.detail) == ("forecast.made", "hampshire/filing", {"volume": 35_000, "likely": "7.81"})


def test_only_approved_claims_count_and_none_of_new_capacity(module: Module) -> None:
    make_claim("hampshire", module, state="submitted", **FILES)
    make_claim("hampshire", module, benefit_class="new_capacity", **FILES)
    make_claim("hampshire", module, **(FILES | {"hours_per_fte": None}))  # tells no minutes
    assert refused(lambda: worked_out(module=module, form=form(), by=make_viewer("met"))) == ("forecast_without_case", "unit")


def test_another_unit_is_another_measure(module: Module) -> None:
    make_claim("hampshire", module, **FILES)
    assert refused(lambda: worked_out(module=module, form=form(unit="contacts"), by=make_viewer("met")))[0] == "forecast_without_case"


def test_ones_own_evidence_counts_only_where_it_is_asked_for(module: Module) -> None:
    """S4-14: another unit of the same organisation."""
    make_claim("hampshire", module, **FILES)
    by = make_viewer("hampshire")
    assert refused(lambda: worked_out(module=module, form=form(), by=by))[0] == "forecast_without_case"
    assert worked_out(module=module, form=form(with_own=True), by=by)[0].cases == 1
    page = forecast_page(by, module)
    assert (page.units, page.own_units) == ((), ("case files",))


def test_what_is_kept_from_the_reader_is_no_case(module: Module) -> None:
    claim = make_claim("hampshire", module, **FILES)
    Claim.objects.filter(pk=claim.pk).update(sharing="own")
    assert refused(lambda: worked_out(module=module, form=form(), by=make_viewer("met")))[0] == "forecast_without_case"
    assert forecast_page(make_viewer("met"), module).units == ()


@pytest.mark.parametrize(
    ("said", "code", "where"),
    [
        ({"volume": 0}, "volume_invalid", "volume"),
        ({"volume": 10**13}, "volume_invalid", "volume"),
        ({"hours_per_fte": D(0)}, "hours_invalid", "hours_per_fte"),
        ({"hours_per_fte": D(9000)}, "hours_invalid", "hours_per_fte"),
        ({"hours_per_fte": D("NaN")}, "hours_invalid", "hours_per_fte"),
        ({"rate_per_fte": D(-1), "currency": "GBP"}, "rate_invalid", "rate_per_fte"),
        ({"rate_per_fte": D(1), "currency": "pounds"}, "currency_invalid", "currency"),
        ({"volume": 10**12}, "forecast_too_large", "volume"),
    ],
)
def test_numbers_that_make_no_sense_keep_nothing(module: Module, said: dict[str, Any], code: str, where: str) -> None:
    make_claim("hampshire", module, **FILES)
    assert refused(lambda: save_forecast(module=module, form=form(**said), by=make_viewer("met"))) == (code, where)
    assert not Forecast.objects.exists()


def test_who_may_keep_one(module: Module) -> None:
    make_claim("hampshire", module, **FILES)
    assert refused(lambda: save_forecast(module=module, form=form(), by=make_viewer("met", Role.VIEWER)))[0] == "may_not_answer"
    make_token("met")
    token = viewer_of_token(ApiToken.objects.select_related("organisation").latest("pk"))
    assert refused(lambda: save_forecast(module=module, form=form(), by=token))[0] == "person_needed"
    assert not Forecast.objects.exists()


# --- What came of it ------------------------------------------------------------------------------------------------------
@pytest.fixture
def forecast(module: Module) -> Forecast:
    make_claim("hampshire", module, **FILES)
    return save_forecast(module=module, form=form(), by=make_viewer("met"))


def test_a_claim_is_set_against_it(module: Module, forecast: Forecast) -> None:
    claim = make_claim("met", module, state="submitted", fte=D("3.9"))
    by = make_viewer("met")
    realise_forecast(forecast=forecast, claim=claim.pk, by=by)
    (saved,) = forecast_page(by, module).saved
    assert saved.realised is not None
    assert (saved.claim, saved.realised.outturn, round(saved.realised.ratio or 0, 2)) == (claim.pk, "below", D("0.50"))
    assert AuditEvent.objects.latest("pk").action == "forecast.realised"


@pytest.mark.parametrize("which", ["another's", "a draft", "of another module", "nothing"])
def test_only_ones_own_claim_of_the_module_that_was_handed_in(module: Module, forecast: Forecast, which: str) -> None:
    other = make_release("hampshire/other", "1.0.0").module
    claims = {
        "another's": lambda: make_claim("hampshire", module, state="submitted").pk,
        "a draft": lambda: make_claim("met", module, state="draft").pk,
        "of another module": lambda: make_claim("met", other, state="submitted").pk,
        "nothing": lambda: 0,
    }
    key = claims[which]()
    assert refused(lambda: realise_forecast(forecast=forecast, claim=key, by=make_viewer("met"))) == ("claim_of_another", "claim")
    assert Forecast.objects.get().realised is None


def test_a_claim_without_fte_says_nothing(module: Module, forecast: Forecast) -> None:
    claim = make_claim("met", module, state="submitted", fte=None, money=D(5), currency="GBP")
    assert refused(lambda: realise_forecast(forecast=forecast, claim=claim.pk, by=make_viewer("met"))) == ("claim_without_fte", "claim")


def test_others_do_not_say_what_came_of_it(module: Module, forecast: Forecast) -> None:
    assert refused(lambda: realise_forecast(forecast=forecast, claim=1, by=make_viewer("hampshire")))[0] == "may_not_answer"
    assert forecast_page(make_viewer("hampshire"), module).saved == ()
