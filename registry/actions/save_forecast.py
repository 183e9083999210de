"""An organisation keeps what it expects of a module, and later says what came of it (C6)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.benefits import forecast as sums
from registry.benefits.cases import EvidencedCase, cases_for, of_unit
from registry.benefits.models import Claim, Forecast
from registry.benefits.money import Money
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.permissions import answerer_for

HUNDREDTH = Decimal("0.01")
MOST_ITEMS = 10**12
HOURS_IN_YEAR = 8784  # of a leap year, day and night: nobody works more
MOST_RATE = Decimal(10**8)
MOST_FTE = Decimal(9_999_999)


@dataclass(frozen=True, slots=True)
class ForecastForm:
    """What an organisation asks: items a year, its hours per FTE, what one costs there, and whether its own evidence counts too."""

    volume: int
    unit: str
    hours_per_fte: Decimal
    rate_per_fte: Decimal | None = None
    currency: str = ""
    with_own: bool = False


def worked_out(*, module: Module, form: ForecastForm, by: Viewer) -> tuple[sums.Forecast, tuple[EvidencedCase, ...]]:
    """The forecast and the cases it rests on; stores nothing. Raises :class:`Refused`, also where nobody has evidence (``forecast_without_case``)."""
    check(form)
    own = by.organisation.pk if by.organisation and not form.with_own else None
    cases = of_unit(cases_for(by, module.pk, but=own), form.unit)
    rate = None if form.rate_per_fte is None else Money(form.rate_per_fte, form.currency)
    found = sums.forecast([each.case for each in cases], form.volume, form.hours_per_fte, rate)
    if found is None:
        raise Refused(
            "forecast_without_case",
            "No approved claim counts what you count.",
            where="unit",
            mend="Choose one of the units that others measured in.",
        )
    if found.fte.high > MOST_FTE:
        raise Refused(
            "forecast_too_large", "That is more than all the people there are.", where="volume", mend="Check the number of items."
        )
    return found, cases


def save_forecast(*, module: Module, form: ForecastForm, by: Viewer) -> Forecast:
    """Keep it with the cases as they are now. Raises :class:`NotAllowed` for whoever does not answer for an organisation, and :class:`Refused`."""
    organisation, user = by.organisation, by.user
    if organisation is None or user is None:
        raise NotAllowed("person_needed", "A person must keep a forecast.", mend="Sign in and keep it on the module’s page.")
    answerer_for(by, organisation)
    found, cases = worked_out(module=module, form=form, by=by)
    low, likely, high = (each.quantize(HUNDREDTH, ROUND_HALF_UP) for each in (found.fte.low, found.fte.likely, found.fte.high))
    with transaction.atomic():
        made = Forecast.objects.create(
            organisation=organisation,
            module=module,
            volume=form.volume,
            unit=cases[0].unit,
            hours_per_fte=form.hours_per_fte,
            rate_per_fte=form.rate_per_fte,
            currency=form.currency if form.rate_per_fte is not None else "",
            low=low,
            likely=likely,
            high=high,
            cases=len(cases),
            basis=[_basis(each) for each in cases],
            made_by=user,
        )
        record("forecast.made", module.identifier, by=by, organisation=organisation, volume=form.volume, likely=str(likely))
    return made


def realise_forecast(*, forecast: Forecast, claim: int, by: Viewer) -> Forecast:
    """Set a claim of the same organisation and module against the forecast. Raises :class:`NotAllowed`, :class:`Refused` or :class:`Conflict`."""
    answerer_for(by, forecast.organisation)
    with transaction.atomic():
        kept = Forecast.objects.select_for_update(of=("self",)).select_related("organisation", "module").get(pk=forecast.pk)
        found = Claim.objects.standing().filter(pk=claim, organisation=kept.organisation, module=kept.module).first()
        if found is None:
            raise Refused(
                "claim_of_another",
                "That is no claim of yours of this module that was handed in.",
                where="claim",
                mend="Choose one of the list.",
            )
        if found.fte is None:
            raise Conflict("claim_without_fte", "That claim states no FTE.", where="claim", mend="State them in the claim first.")
        kept.realised = found
        kept.save(update_fields=["realised"])
        record("forecast.realised", kept.module.identifier, by=by, organisation=kept.organisation, claim=found.pk)
    return kept


def check(form: ForecastForm) -> None:
    """Raise :class:`Refused` where a number makes no sense."""
    if not 0 < form.volume <= MOST_ITEMS:
        raise Refused("volume_invalid", "That is no number of items a year.", where="volume", mend="Enter a whole number above 0.")
    if not form.hours_per_fte.is_finite() or not 0 < form.hours_per_fte <= HOURS_IN_YEAR:
        raise Refused("hours_invalid", "Nobody works so many hours a year.", where="hours_per_fte", mend="Enter a number such as 1650.")
    rate = form.rate_per_fte
    if rate is not None and (not rate.is_finite() or not 0 < rate <= MOST_RATE):
        raise Refused(
            "rate_invalid", "That is no cost of a year of work.", where="rate_per_fte", mend="Enter an amount above 0, or nothing."
        )


def _basis(each: EvidencedCase) -> dict[str, str | int]:
    minutes = each.case.minutes.quantize(HUNDREDTH, ROUND_HALF_UP)
    return {"claim": each.claim, "organisation": each.organisation, "volume": int(each.case.volume), "minutes": str(minutes)}
