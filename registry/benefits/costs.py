"""What automation costs, and what is left after that: net figures, years until it has paid for itself, tables that disagree.

Sources: S0-6, College of Policing practice bank, "RPA at Hampshire and Thames Valley Police" ("total budget of over £500K per year");
S4-5, the business case of Copenhagen's RPA competence centre ("Tilbagebetalingstid", and two tables that split the same totals differently).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from registry.benefits.money import Money, check_same_kind, total
from registry.errors import Refused


class Bound(StrEnum):
    """How much a figure says: that it is so, or on which side of it the truth lies."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount as it was stated: "over £500K" is at least £500,000."""

    money: Money
    bound: Bound = Bound.EXACT


def cost(lines: Iterable[Stated]) -> Stated | None:
    """What the lines cost together, at least so much if any of them is; None of none. Raises :class:`Refused` where they are of several kinds."""
    found = list(lines)
    together = total(line.money for line in found)
    return None if together is None else Stated(together, _together(found))


def _together(lines: Iterable[Stated]) -> Bound:
    bounds = {line.bound for line in lines} - {Bound.EXACT}
    if len(bounds) > 1:
        raise Refused(
            "bounds_differ",
            "An amount of at least and one of at most have no sum.",
            where="costs",
            mend="State what is known of each.",
        )
    return bounds.pop() if bounds else Bound.EXACT


_TURNED = {Bound.EXACT: Bound.EXACT, Bound.AT_LEAST: Bound.AT_MOST, Bound.AT_MOST: Bound.AT_LEAST}


def net(benefit: Money, costs: Stated) -> Stated:
    """Benefit − cost of the programme; where it costs at least so much, the net is at most that.

    Common definition. S0-6: £3.6m less "over £500K" leave at most £3.1m. Raises :class:`Refused` where they are not of one kind.
    """
    return Stated(benefit - costs.money, _TURNED[costs.bound])


# --- Payback --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Payback:
    """Years until the savings have paid for the investment, twice as S4-5 states it; None where nothing is saved or the money is not stated."""

    service: Decimal | None  # of operating money alone ("service")
    total: Decimal | None  # of operating and capital money together


def payback_years(investment: Money | None, annual_saving: Money | None) -> Decimal | None:
    """Investment ÷ saving a year ("Tilbagebetalingstid", S4-5), exact.

    None where nothing was invested by anybody's word, or nothing is saved: it never pays. Raises :class:`Refused` where they are not of one kind.
    """
    if investment is None or annual_saving is None:
        return None
    check_same_kind(investment, annual_saving)
    return investment.amount / annual_saving.amount if annual_saving.amount > 0 else None


def payback(service: Money | None, whole: Money | None, annual_saving: Money | None) -> Payback:
    """Both figures of S4-5: of the service investment, and of the whole investment."""
    return Payback(payback_years(service, annual_saving), payback_years(whole, annual_saving))


# --- Tables that disagree -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Cost:
    """A line of a table: which paper says it, what for, in which year."""

    source: str
    line: str
    year: str
    money: Money


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What sources say differently. None: that source has no such line. ``line`` is empty for a year's total, ``year`` too for that of the whole."""

    line: str
    year: str
    amounts: tuple[tuple[str, Money | None], ...]


def mismatches(lines: Iterable[Cost]) -> tuple[Mismatch, ...]:
    """Every line and year on which sources disagree; then every year, and at last the whole, on whose total they do.

    S4-5: two tables share the totals of 1000 and 1500 but split them differently (one line 500 in 2017 alone, or 500 in each of two years): the
    lines are reported, the totals that agree are not. Sources are held against each other where they speak of a year in common, and then on
    every line of every year; papers of one year each contradict nobody. Lines that one source has twice are added first. Where the lines of a
    source are of several currencies or price bases the sum is refused, see :func:`registry.benefits.money.total`.
    """
    tables: dict[str, dict[tuple[str, str], list[Money]]] = {}
    for each in lines:
        tables.setdefault(each.source, {}).setdefault((each.year, each.line), []).append(each.money)
    places = sorted({place for table in tables.values() for place in table})
    years = sorted({year for year, _ in places})
    wanted = [*places, *((year, "") for year in years), ("", "")]
    compared = ((line, year, _said(tables, year, line)) for year, line in wanted)
    return tuple(Mismatch(line, year, said) for line, year, said in compared if len({money for _, money in said}) > 1)


def _said(tables: dict[str, dict[tuple[str, str], list[Money]]], year: str, line: str) -> tuple[tuple[str, Money | None], ...]:
    """What each source says of the line, of those that may be held against another of which either says something; no line means all, no year every one."""
    found = {source: _amount(table, year, line) for source, table in tables.items()}
    years = {source: {of_year for of_year, _ in table} for source, table in tables.items()}
    return tuple(
        (source, found[source])
        for source in sorted(tables)
        if any(years[source] & years[other] and (found[source] or found[other]) for other in tables if other != source)
    )


def _amount(table: dict[tuple[str, str], list[Money]], year: str, line: str) -> Money | None:
    return total(
        money for (of_year, of_line), all_of in table.items() if year in ("", of_year) and line in ("", of_line) for money in all_of
    )
