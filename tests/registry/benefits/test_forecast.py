"""A forecast is my volume times others' evidenced minutes, as a range that is wide where few have measured."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.benefits.forecast import Case, Outturn, Range, case_of_fte, case_of_minutes, forecast, realised, spread, weighted_median
from registry.benefits.money import Money
from registry.errors import Refused

D = Decimal
HAMPSHIRE = case_of_fte("hampshire", 224_000, D(50), D(1650))
CASES = st.builds(
    Case,
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.decimals(min_value=1, max_value=10**7, places=0),
    st.decimals(min_value=0, max_value=600, places=2),
)


def test_the_design_foretells_4_1_to_11_2_for_35_000_files() -> None:
    """From S0-7: 50 FTE for 224,000 case files, at the hours of the same year."""
    found = forecast([HAMPSHIRE], 35_000, D(1650))
    assert found is not None
    assert [round(each, 1) for each in (found.fte.low, found.fte.likely, found.fte.high)] == [D("4.1"), D("7.8"), D("11.2")]
    assert (found.cases, found.organisations, found.is_wide) == (1, 1, True)
    assert found.basis == "A wide range: only one organisation has measured."
    assert found.money is None


def test_money_is_at_ones_own_rate_only() -> None:
    found = forecast([HAMPSHIRE], 35_000, D(1650), Money(D(40_000), "GBP"))
    assert found is not None
    assert found.money is not None
    assert round(found.money.likely) == 312_500
    assert found.currency == "GBP"


def test_fewer_hours_a_year_are_more_fte() -> None:
    found = forecast([HAMPSHIRE], 35_000, D(1500))
    assert found is not None
    assert round(found.fte.likely, 4) == D("8.5938")


def test_s4_5_what_fails_gives_nothing() -> None:
    found = forecast([case_of_minutes("koebenhavn", 10_000, D(10), None, D("0.7"))], 10_000, D(1667))
    assert found is not None
    assert round(found.hours.likely, 1) == D("1166.7")
    assert round(found.fte.likely, 1) == D("0.7")


def test_half_a_year_is_half_the_hours() -> None:
    """10 FTE through half a year, over 50,000 items, are as many minutes an item as 10 through a year over 100,000."""
    half, whole = case_of_fte("a", 50_000, D(10), D(1650), D("0.5")), case_of_fte("a", 100_000, D(10), D(1650))
    assert half.minutes == whole.minutes == D("9.9")


def test_nobody_measured() -> None:
    assert forecast([], 35_000, D(1650)) is None


def test_several_claims_of_one_organisation_are_still_one_measure() -> None:
    found = forecast([HAMPSHIRE, HAMPSHIRE, HAMPSHIRE], 35_000, D(1650))
    assert found is not None
    assert (found.cases, found.organisations) == (3, 1)
    assert round(found.fte.low, 1) == D("4.1")


def test_two_say_so_and_three_do_not() -> None:
    two = forecast([Case("a", D(1), D(10)), Case("b", D(1), D(10))], 100, D(1650))
    three = forecast([Case(name, D(1), D(10)) for name in "abc"], 100, D(1650))
    assert two is not None
    assert three is not None
    assert two.basis == "A wide range: only 2 organisations have measured."
    assert (three.is_wide, three.basis) == (False, "3 organisations have measured.")


def test_the_range_holds_every_case_and_narrows_with_agreement() -> None:
    one = spread([Case("a", D(1), D(10))])
    four = spread([Case(name, D(1), D(10)) for name in "abcd"])
    assert (one.low, one.high) == (D("5.25"), D("14.3"))
    assert (four.low, four.high) == (D("7.625"), D("12.15"))
    apart = spread([Case("a", D(1), D(1)), Case("b", D(1), D(10)), Case("c", D(1), D(40))])
    assert (apart.low, apart.likely, apart.high) == (1, 10, 40)


@pytest.mark.parametrize(
    ("values", "median"),
    [
        ([(3, 1)], 3),
        ([(1, 1), (3, 1)], 2),
        ([(1, 1), (3, 5)], 3),
        ([(9, 1), (1, 2), (5, 2)], 5),
        ([(1, 5), (100, 1)], 1),
    ],
)
def test_the_median_is_weighted(values: list[tuple[int, int]], median: int) -> None:
    assert weighted_median([(D(value), D(weight)) for value, weight in values]) == median


def test_there_is_no_median_of_nothing() -> None:
    with pytest.raises(Refused) as refused:
        weighted_median([])
    assert refused.value.code == "no_values"


@given(st.lists(CASES, min_size=1, max_size=12), st.integers(0, 10**7), st.decimals(min_value=100, max_value=3000, places=2), st.randoms())
def test_likely_lies_in_the_range_whatever_the_order(cases: list[Case], volume: int, hours_per_fte: Decimal, chance: Any) -> None:
    found = forecast(cases, volume, hours_per_fte)
    assert found is not None
    assert 0 <= found.fte.low <= found.fte.likely <= found.fte.high
    assert found.minutes.low <= min(case.minutes for case in cases)
    assert found.minutes.high >= max(case.minutes for case in cases)
    shuffled = list(cases)
    chance.shuffle(shuffled)
    assert forecast(shuffled, volume, hours_per_fte) == found


@given(st.lists(CASES, min_size=1, max_size=6), st.integers(1, 10**6))
def test_twice_the_volume_gives_twice_as_much(cases: list[Case], volume: int) -> None:
    one, two = forecast(cases, volume, D(1650)), forecast(cases, 2 * volume, D(1650))
    assert one is not None
    assert two is not None
    assert round(two.fte.likely, 12) == round(2 * one.fte.likely, 12)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Case("a", D(0), D(1)), "case_invalid"),
        (lambda: Case("a", D(1), D(-1)), "case_invalid"),
        (lambda: case_of_fte("a", 0, D(1), D(1650)), "not_above_zero"),
        (lambda: case_of_minutes("a", 10, D(5), D(9), None), "case_invalid"),
        (lambda: forecast([HAMPSHIRE], -1, D(1650)), "below_zero"),
        (lambda: forecast([HAMPSHIRE], 1, D(0)), "not_above_zero"),
        (lambda: forecast([HAMPSHIRE], 1, D(1650), Money(D(-1), "GBP")), "below_zero"),
    ],
)
def test_what_makes_no_sense_is_refused(make: Any, code: str) -> None:
    with pytest.raises(Refused) as refused:
        make()
    assert refused.value.code == code


# --- What came of it ------------------------------------------------------------------------------------------------------
FORETOLD = Range(D("4.1"), D("7.8"), D("11.2"))


@pytest.mark.parametrize(
    ("actual", "outturn"),
    [("4.0", Outturn.BELOW), ("4.1", Outturn.INSIDE), ("7.8", Outturn.INSIDE), ("11.2", Outturn.INSIDE), ("11.3", Outturn.ABOVE)],
)
def test_what_came_of_it_is_set_against_the_range(actual: str, outturn: Outturn) -> None:
    found = realised(FORETOLD, D(actual))
    assert (found.outturn, found.is_inside) == (outturn, outturn is Outturn.INSIDE)


def test_the_ratio_is_to_the_likely_figure() -> None:
    assert realised(FORETOLD, D("3.9")).ratio == D("0.5")
    assert realised(Range(D(0), D(0), D(0)), D(1)).ratio is None


@given(st.decimals(min_value=0, max_value=100, places=2), st.decimals(min_value="0.01", max_value=100, places=2))
def test_ratio_above_one_is_more_than_likely(actual: Decimal, likely: Decimal) -> None:
    assume(likely > 0)
    found = realised(Range(D(0), likely, D(200)), actual)
    assert found.ratio is not None
    assert (found.ratio > 1) == (actual > likely)
