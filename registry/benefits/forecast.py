"""What a module could give an organisation: its own volume times what others measured, as a range with its basis (C6).

Sources: S0-10 for minutes per item as the measure; S0-7 for the case of the design. The widening of thin evidence is our own convention, stated
at :data:`SINGLE_LOW`; it is no statistical interval, and pages say how many organisations it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from registry.benefits.arithmetic import cash_equivalent, fte, hours, minutes_per_item, minutes_saved
from registry.benefits.money import Money, number
from registry.errors import Refused

# Convention: an item may give back 30 per cent less or more elsewhere (its mix differs), and of the volume that an organisation names,
# between a quarter less and a tenth more may come to pass (uptake). For one organisation's evidence the two are multiplied: 0.525 and 1.43
# times the likely figure. 50 FTE for 224,000 files (S0-7) foretell 4.1 to 11.2, likely 7.8, for 35,000 files.
MINUTES_LESS, MINUTES_MORE = Decimal("0.7"), Decimal("1.3")
UPTAKE_LESS, UPTAKE_MORE = Decimal("0.75"), Decimal("1.1")
SINGLE_LOW, SINGLE_HIGH = MINUTES_LESS * UPTAKE_LESS, MINUTES_MORE * UPTAKE_MORE
FEW = 3  # under so many organisations a forecast says that its range is wide


@dataclass(frozen=True, slots=True)
class Case:
    """An evidenced claim that a forecast rests on. ``minutes`` are saved on an average item, failed ones counted as nothing."""

    organisation: str
    volume: Decimal
    minutes: Decimal

    def __post_init__(self) -> None:
        if number(self.volume, "volume") <= 0 or number(self.minutes, "minutes") < 0:
            raise Refused("case_invalid", "A case needs items, and minutes of 0 or more.", where="volume")


def case_of_fte(organisation: str, volume: int, stated: Decimal, hours_per_fte: Decimal, years: Decimal = Decimal(1)) -> Case:
    """From a claim of FTE, which is what was really saved, success and failure together (S0-7).

    FTE are people at work at the same time, so those of a period of ``years`` worked so many years' hours on its ``volume``.
    """
    return Case(organisation, Decimal(volume), minutes_per_item(stated * years, hours_per_fte, volume))


def case_of_minutes(organisation: str, volume: int, before: Decimal, after: Decimal | None, success_rate: Decimal | None) -> Case:
    """From a baseline and a success rate (S0-10, S4-5)."""
    return Case(organisation, Decimal(volume), minutes_saved(before, after, success_rate))


@dataclass(frozen=True, slots=True)
class Range:
    """FTE or money a year, exact; round it when it is shown."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def times(self, factor: Decimal) -> Range:
        """All three times ``factor``."""
        return Range(self.low * factor, self.likely * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Forecast:
    """FTE a year for an organisation's own volume. ``organisations`` is how many have measured, ``cases`` how many claims of theirs."""

    fte: Range
    minutes: Range  # per item
    hours: Range
    money: Range | None
    currency: str
    cases: int
    organisations: int

    @property
    def is_wide(self) -> bool:
        """Whether so few have measured that the page must say so."""
        return self.organisations < FEW

    @property
    def basis(self) -> str:
        """How sure it is, in words."""
        if self.organisations == 1:
            return "A wide range: only one organisation has measured."
        if self.is_wide:
            return f"A wide range: only {self.organisations} organisations have measured."
        return f"{self.organisations} organisations have measured."


def forecast(cases: Iterable[Case], volume: int, hours_per_fte: Decimal, rate_per_fte: Money | None = None) -> Forecast | None:
    """My yearly volume × others' minutes per item ÷ 60 ÷ my hours per FTE, as a range; None where nobody has evidence.

    ``cases`` must be of the same unit as ``volume``, and evidenced. Money only at my own ``rate_per_fte``: what others' time costs says
    nothing of mine. Raises :class:`Refused` where a number makes no sense.
    """
    known = list(cases)
    if not known:
        return None
    minutes = spread(known)
    worth = Range(*(hours(volume, each) for each in (minutes.low, minutes.likely, minutes.high)))
    gain = Range(*(fte(each, hours_per_fte) for each in (worth.low, worth.likely, worth.high)))
    return Forecast(
        fte=gain,
        minutes=minutes,
        hours=worth,
        money=None if rate_per_fte is None else gain.times(cash_equivalent(Decimal(1), rate_per_fte.amount)),
        currency="" if rate_per_fte is None else rate_per_fte.currency,
        cases=len(known),
        organisations=len({case.organisation for case in known}),
    )


def spread(cases: Sequence[Case]) -> Range:
    """Minutes per item: the lowest and highest of the cases, but never closer to the likely than thin evidence allows.

    Likely is the median weighted by volume, which one odd case does not move as it would a mean. The least distance to either side is that of
    a single organisation, divided by the square root of how many organisations measured, as the error of a mean shrinks.
    """
    likely = weighted_median([(case.minutes, case.volume) for case in cases])
    narrowing = Decimal(len({case.organisation for case in cases})).sqrt()
    low = likely * (1 - (1 - SINGLE_LOW) / narrowing)
    high = likely * (1 + (SINGLE_HIGH - 1) / narrowing)
    return Range(min(low, *(case.minutes for case in cases)), likely, max(high, *(case.minutes for case in cases)))


def weighted_median(values: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """The value below and above which lies at most half of the weight; the middle of two such. ``values`` are pairs of value and weight.

    Common definition; Edgeworth (1888).
    """
    ordered = sorted(values)
    half = sum((weight for _, weight in ordered), Decimal(0)) / 2
    reached = Decimal(0)
    for index, (value, weight) in enumerate(ordered):
        reached += weight
        if reached == half and index + 1 < len(ordered):
            return (value + ordered[index + 1][0]) / 2
        if reached >= half:
            return value
    raise Refused("no_values", "There is nothing to take a median of.", where="values")


class Outturn(StrEnum):
    """How what came of it stands to what was foretold."""

    BELOW = "below"
    INSIDE = "inside"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Realised:
    """What came of a forecast: ``ratio`` to its likely figure (None where that was 0), and whether it fell into the range."""

    actual: Decimal
    ratio: Decimal | None
    outturn: Outturn

    @property
    def is_inside(self) -> bool:
        """Whether the range held; its ends belong to it."""
        return self.outturn is Outturn.INSIDE


def realised(foretold: Range, actual: Decimal) -> Realised:
    """Set ``actual`` (of the same unit) against a forecast: actual ÷ likely, and where it fell (C6)."""
    number(actual, "actual")
    outturn = Outturn.BELOW if actual < foretold.low else Outturn.ABOVE if actual > foretold.high else Outturn.INSIDE
    return Realised(actual, actual / foretold.likely if foretold.likely else None, outturn)
