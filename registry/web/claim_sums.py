"""A claim's sum, line by line and in words: whoever doubts a figure sees what it was made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from registry.benefits.arithmetic import fte, hours, minutes_per_item, money_per_fte
from registry.benefits.money import full, whole
from registry.benefits.reckoning import years_of
from registry.index.claim_page import ClaimDetail
from registry.web.templatetags.benefits import as_percent, exactly, rounded


@dataclass(frozen=True, slots=True)
class Step:
    """One line: what it gives, how, and the result."""

    what: str
    how: str
    result: str


def steps(entry: ClaimDetail) -> tuple[Step, ...]:
    """Every sum that the claim's inputs allow, in the order in which they build on one another."""
    return (*_by_hand(entry), *_reckoned(entry), *_from_fte(entry), *_money(entry), *_payback(entry))


def _by_hand(entry: ClaimDetail) -> Iterator[Step]:
    """What the work took before."""
    row, baseline = entry.row, entry.baseline
    if baseline is None or row.volume is None:
        return
    worked = hours(row.volume, baseline.minutes)
    how = f"{row.volume:,} {row.unit} × {exactly(baseline.minutes)} minutes ÷ 60"
    yield Step("All of it by hand", how, f"{rounded(worked)} hours")
    if row.hours_per_fte:
        yearly = worked / years_of(row.starts_on, row.ends_on)
        result = f"{rounded(fte(yearly, row.hours_per_fte), 2)} FTE"
        yield Step("That many people", f"{rounded(yearly)} hours a year ÷ {exactly(row.hours_per_fte)} hours of one", result)


def _reckoned(entry: ClaimDetail) -> Iterator[Step]:
    """From minutes to FTE."""
    row, found = entry.row, entry.reckoned
    if found is None or entry.baseline is None or row.volume is None or row.hours_per_fte is None:
        return
    gain = exactly(entry.baseline.minutes)
    if entry.minutes_after:
        gain = f"({gain} − {exactly(entry.minutes_after)})"
    ends = f" × {as_percent(row.success_rate)} that succeed" if row.success_rate is not None else ""
    yield Step("An item gives back", f"{gain} minutes{ends}", f"{rounded(found.minutes, 2)} minutes")
    yield Step("Hours given back", f"{row.volume:,} {row.unit} × {rounded(found.minutes, 2)} minutes ÷ 60", f"{rounded(found.hours)} hours")
    if found.years != 1:
        how = f"{rounded(found.hours)} hours ÷ {rounded(found.years, 2)} years"
        yield Step("Hours a year", how, f"{rounded(found.hours / found.years)} hours")
    how = f"{rounded(found.hours / found.years)} hours ÷ {exactly(row.hours_per_fte)} hours of one"
    yield Step("FTE by that sum", how, f"{rounded(found.fte, 3)} FTE")


def _from_fte(entry: ClaimDetail) -> Iterator[Step]:
    """What stated FTE say of an item, and of full success."""
    row, stated = entry.row, entry.row.figures.fte
    if stated is None:
        return
    if entry.baseline is None and row.volume and row.hours_per_fte:
        years = years_of(row.starts_on, row.ends_on)
        minutes = minutes_per_item(stated * years, row.hours_per_fte, row.volume)
        period = f" × {rounded(years, 2)} years" if years != 1 else ""
        how = f"{exactly(stated)} FTE × {exactly(row.hours_per_fte)} hours{period} × 60 ÷ {row.volume:,} {row.unit}"
        yield Step("An item gave back", how, f"{rounded(minutes)} minutes")
    if entry.full_success is not None and row.success_rate is not None and row.success_rate != 1:
        yield Step(
            "If every item succeeded", f"{exactly(stated)} FTE ÷ {as_percent(row.success_rate)}", f"{rounded(entry.full_success, 3)} FTE"
        )


def _money(entry: ClaimDetail) -> Iterator[Step]:
    """Cash equivalent of one FTE, whole and exact."""
    figures = entry.row.figures
    if figures.fte is None or figures.money is None:
        return
    exact = money_per_fte(figures.money.amount, figures.fte)
    if exact is not None:
        how = f"{full(figures.money)} ÷ {exactly(figures.fte)} FTE"
        result = full(figures.money.with_amount(whole(exact)))
        close = "" if exact == whole(exact) else f", exactly {full(figures.money.with_amount(exact))}"
        yield Step("Cash equivalent of one FTE", how, result + close)


def _payback(entry: ClaimDetail) -> Iterator[Step]:
    """Both paybacks of S4-5."""
    saved = entry.row.figures.money
    pairs = (
        ("Payback of operating money", entry.service_investment, entry.payback.service),
        ("Payback of all money", entry.total_investment, entry.payback.total),
    )
    for what, invested, years in pairs:
        if invested is not None and saved is not None:
            yield Step(what, f"{full(invested)} ÷ {full(saved)} a year", "Never" if years is None else f"{_years(years)} years")


def _years(years: Decimal) -> str:
    return rounded(years, 1)
