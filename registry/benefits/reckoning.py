"""What a claim's own inputs come to: FTE out of volume, minutes and hours, and how far that is from what its organisation states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from registry.benefits.arithmetic import FTE_QUANTUM, Check, compared, computed_fte, hours, minutes_saved
from registry.benefits.money import Sign, from_thousands, signed_saving
from registry.errors import Refused

if TYPE_CHECKING:
    from registry.benefits.models import Claim

DAYS_IN_YEAR = 365
MONTHS_IN_YEAR = 12


@dataclass(frozen=True, slots=True)
class Inputs:
    """What FTE are reckoned from; None where the claim does not say. Minutes are of an item, ``hours_per_fte`` of a year."""

    starts_on: date
    ends_on: date
    volume: int | None = None
    minutes_before: Decimal | None = None
    minutes_after: Decimal | None = None
    success_rate: Decimal | None = None
    hours_per_fte: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The sum, line by line. ``hours`` are of the period, ``fte`` to the thousandth."""

    minutes: Decimal  # an item gives back
    hours: Decimal
    years: Decimal  # the period has
    fte: Decimal


def years_of(starts_on: date, ends_on: date) -> Decimal:
    """How many years a period has, both days counted: whole months ÷ 12, and where they are not whole days ÷ 365."""
    after = ends_on + timedelta(days=1)
    if after.day == starts_on.day:
        months = (after.year - starts_on.year) * MONTHS_IN_YEAR + after.month - starts_on.month
        return Decimal(months) / MONTHS_IN_YEAR
    return Decimal((after - starts_on).days) / DAYS_IN_YEAR


def reckon(inputs: Inputs) -> Reckoned | None:
    """FTE = volume × minutes saved ÷ 60 ÷ years ÷ hours per FTE; None while an input is missing, or nothing would be saved.

    The formulas are those of :mod:`registry.benefits.arithmetic` (S0-10, S4-5). A claim of half a year is not half as many FTE: those are
    people at work at the same time, so hours are brought to a year first.
    """
    if inputs.volume is None or inputs.minutes_before is None or inputs.hours_per_fte is None:
        return None
    minutes = minutes_saved(inputs.minutes_before, inputs.minutes_after, inputs.success_rate)
    if minutes <= 0:
        return None
    years = years_of(inputs.starts_on, inputs.ends_on)
    given = (inputs.minutes_before, inputs.minutes_after, inputs.success_rate, inputs.hours_per_fte)
    exact = computed_fte(inputs.volume, *given) / years
    return Reckoned(minutes, hours(inputs.volume, minutes), years, exact.quantize(FTE_QUANTUM, rounding=ROUND_HALF_UP))


def inputs_of(claim: Claim) -> Inputs:
    """Those of a claim whose baseline is loaded."""
    return Inputs(
        claim.starts_on,
        claim.ends_on,
        volume=claim.volume,
        minutes_before=claim.baseline.minutes_per_item if claim.baseline else None,
        minutes_after=claim.minutes_after,
        success_rate=claim.success_rate,
        hours_per_fte=claim.hours_per_fte,
    )


def held_against(stated: Decimal | None, inputs: Inputs) -> Check | None:
    """What is stated against what its inputs come to; None where there is not both.

    S4-5: 0.6 årsværk stated where 10,000 × 10 minutes at 70% come to 0.7. The stated figure stands and the difference is shown.
    """
    reckoned = reckon(inputs)
    return None if stated is None or reckoned is None else compared(stated, reckoned.fte)


def kept_money(written: Decimal, *, in_thousands: bool, savings_are_negative: bool) -> Decimal:
    """Money as claims keep it, of what an organisation's ledger writes: -2500 in "1000 kr." is 2,500,000 saved (S4-5).

    Raises :class:`Refused` (``money_is_cost``) for what would be a cost in that ledger.
    """
    whole = from_thousands(written) if in_thousands else written
    kept = signed_saving(whole, Sign.SAVINGS_NEGATIVE if savings_are_negative else Sign.NATURAL)
    check_saved(kept, savings_are_negative)
    return kept


def written_money(kept: Decimal, *, in_thousands: bool, savings_are_negative: bool) -> Decimal:
    """The other way round: what the organisation's ledger writes of money kept here."""
    whole = signed_saving(kept, Sign.SAVINGS_NEGATIVE if savings_are_negative else Sign.NATURAL)
    return whole / 1000 if in_thousands else whole


def check_saved(kept: Decimal, savings_are_negative: bool = False) -> None:
    """Raises :class:`Refused` (``money_is_cost``) for money below 0: what was spent is a cost line."""
    if kept < 0:
        mend = "Your ledger writes savings with a minus: put one before it." if savings_are_negative else "Write a saving without a minus."
        raise Refused("money_is_cost", "That is money spent, not saved.", where="money", mend=f"{mend} Enter what you spent under Costs.")
