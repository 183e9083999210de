"""The figures of the seeds come out as the seeds have them, and no way of adding counts a claim twice or mixes what is verified with what is said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.benefits.arithmetic import (
    Benefit,
    Figures,
    Line,
    at_full_success,
    by_class,
    cash_equivalent,
    check_named,
    compared,
    computed_fte,
    counted,
    fte,
    hours,
    is_verified,
    minutes_per_item,
    minutes_saved,
    money_per_fte,
    remainder,
    share_for,
    shown_per_fte,
    totals,
)
from registry.benefits.money import Money, shares_of
from registry.errors import Refused

HAMPSHIRE, THAMES_VALLEY, COPENHAGEN = "hampshire", "thames-valley", "koebenhavn"
ALONE = {HAMPSHIRE: Fraction(1)}
JOINT = {HAMPSHIRE: Fraction(1, 2), THAMES_VALLEY: Fraction(1, 2)}
D = Decimal


def gbp(amount: int | Decimal) -> Money:
    return Money(D(amount), "GBP")


def line(key: str, of_fte: str | None, money: Money | None, **facts: Any) -> Line:
    return Line(key, Figures(None if of_fte is None else D(of_fte), money), facts.pop("shares", ALONE), **facts)


PROGRAMME = line("programme", "96", gbp(3_600_000))
FILING = line("filing", "50", gbp(1_900_000), is_verified=True, part_of="programme")
CONTACT = line("contact", "3", gbp(117_000), is_verified=True, part_of="programme", shares=JOINT)
ABUSE = line("abuse", "2.4", gbp(88_000), is_verified=True, part_of="programme", shares=JOINT)
LINES = [PROGRAMME, FILING, CONTACT, ABUSE]


# --- Seeds ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("money", "of_fte", "per_fte", "exact"),
    [(1_900_000, "50", 38_000, "38000"), (117_000, "3", 39_000, "39000"), (88_000, "2.4", 36_667, "36666.66666666666666666666667")],
)
def test_s0_7_money_per_fte(money: int, of_fte: str, per_fte: int, exact: str) -> None:
    assert shown_per_fte(D(money), D(of_fte)) == per_fte
    assert money_per_fte(D(money), D(of_fte)) == D(exact)


def test_s0_7_lines_add_up_to_what_is_itemised() -> None:
    itemised = totals([FILING, CONTACT, ABUSE])
    assert itemised.fte_verified == D("55.4")
    assert itemised.money[0].verified == gbp(2_105_000)
    assert shown_per_fte(D(2_105_000), D("55.4")) == 37_996


def test_s0_7_the_remainder_of_the_programme() -> None:
    rest = remainder(PROGRAMME, [FILING, CONTACT, ABUSE])
    assert rest.figures == Figures(D("40.6"), gbp(1_495_000))
    assert rest.figures.per_fte == 36_823
    assert rest.is_remainder
    assert not rest.is_verified
    assert rest.findings == ()


def test_s0_6_the_programme_is_96_fte_and_3_6_million() -> None:
    found = totals(LINES)
    assert (found.fte_claimed, found.fte_verified) == (D(96), D("55.4"))
    assert len(found.money) == 1
    assert (found.money[0].claimed, found.money[0].verified) == (gbp(3_600_000), gbp(2_105_000))
    assert PROGRAMME.figures.per_fte == 37_500


def test_s0_18_joint_lines_count_once() -> None:
    both = totals(LINES, {HAMPSHIRE, THAMES_VALLEY})
    assert both == totals(LINES)
    hampshire, thames = totals(LINES, {HAMPSHIRE}), totals(LINES, {THAMES_VALLEY})
    assert (hampshire.fte_verified, thames.fte_verified) == (D("52.7"), D("2.7"))
    assert thames.money[0].verified == gbp(102_500)
    assert hampshire.fte_claimed + thames.fte_claimed == 96
    assert hampshire.money[0].claimed + thames.money[0].claimed == gbp(3_600_000)


def test_s0_10_minutes_per_item_from_a_claim_of_fte() -> None:
    minutes = minutes_per_item(D(50), D(1650), 224_000)
    assert round(minutes, 1) == D("22.1")
    assert round(fte(hours(224_000, minutes), D(1650)), 10) == 50


def test_s0_12_a_cashable_saving_names_its_post() -> None:
    check_named(Benefit.CASHABLE, "Action Fraud desk, post 4411, retired")
    check_named(Benefit.NON_CASHABLE, "")
    with pytest.raises(Refused) as refused:
        check_named(Benefit.CASHABLE, "  ")
    assert refused.value.code == "post_missing"
    assert refused.value.where == "post"


def test_s0_13_new_capacity_is_not_added_to_effort_replaced() -> None:
    new = line("new", "4", gbp(150_000), benefit=Benefit.NEW_CAPACITY, is_verified=True)
    found = totals([*LINES, new])
    assert (found.fte_claimed, found.fte_verified) == (D(96), D("55.4"))
    assert (found.new_capacity_claimed, found.new_capacity_verified) == (D(4), D(4))
    asked = totals([*LINES, new], with_new_capacity=True)
    assert (asked.fte_claimed, asked.fte_verified) == (D(100), D("59.4"))


def test_s4_5_ten_thousand_letters() -> None:
    worked = hours(10_000, D(10))
    assert round(worked, 1) == D("1666.7")
    assert round(fte(worked, D(1667)), 2) == 1
    assert round(fte(worked, D(1924)), 2) == D("0.87")


def test_s4_5_seventy_per_cent() -> None:
    full = at_full_success(D("0.6"), D("0.70"))
    assert round(full, 3) == D("0.857")
    assert round(full * D("0.70"), 10) == D("0.6")
    assert minutes_saved(D(10), None, D("0.7")) == 7
    assert minutes_saved(D(10), D(2), None) == 8


def test_a_stated_figure_is_held_against_its_own_inputs() -> None:
    """S4-5: 10,000 letters of 10 minutes at 70 per cent, by 1,667 hours a year, are 0.7 årsværk; 0.6 were stated."""
    found = compared(D("0.6"), computed_fte(10_000, D(10), None, D("0.7"), D(1667)))
    assert round(found.computed, 4) == D("0.6999")
    assert found.difference is not None
    assert round(found.difference, 3) == D("-0.143")
    assert found.is_material
    assert not compared(D("0.7"), found.computed).is_material
    assert computed_fte(100, D(1), D(4), None, D(1650)) < 0
    assert [compared(D(each), D(0)).is_material for each in (0, 1)] == [False, True]


@pytest.mark.parametrize(("stated", "is_material"), [("95", False), ("94.99", True), ("105", False), ("105.01", True)])
def test_more_than_5_per_cent_is_pointed_out(stated: str, is_material: bool) -> None:
    assert compared(D(stated), D(100)).is_material is is_material


def test_s4_5_kroner_and_pounds_stand_apart() -> None:
    kroner = line("kk", "1", Money(D(2_500_000), "DKK", "2016 p/l"), shares={COPENHAGEN: Fraction(1)})
    newer = replace(kroner, key="later", figures=Figures(None, Money(D(7), "DKK", "2017 p/l")))
    money = totals([*LINES, kroner, newer]).money
    assert [each.claimed.kind for each in money] == [("DKK", "2016 p/l"), ("DKK", "2017 p/l"), ("GBP", "")]
    assert [each.claimed.amount for each in money] == [2_500_000, 7, 3_600_000]
    assert money[0].verified.amount == 0


def test_money_at_ones_own_rate() -> None:
    assert cash_equivalent(D("7.8125"), D(38_000)) == 296_875


# --- Verified -------------------------------------------------------------------------------------------------------------
def test_neither_evidence_nor_approval_is_enough_alone() -> None:
    assert [is_verified(*each) for each in ((True, True), (True, False), (False, True), (False, False))] == [True, False, False, False]


def test_a_programme_with_parts_cannot_be_verified_as_a_whole() -> None:
    """Else its parts would count in the verified sum although the rest has nothing to show."""
    found = totals([replace(PROGRAMME, is_verified=True), FILING])
    assert found.fte_verified == 50


def test_too_large_parts_are_a_finding_and_never_clipped() -> None:
    rest = remainder(PROGRAMME, [FILING, replace(CONTACT, figures=Figures(D(50), gbp(1_900_000)))])
    assert rest.figures == Figures(D(-4), gbp(-200_000))
    assert rest.findings == ("parts_exceed_whole",)
    found = totals([PROGRAMME, FILING, replace(CONTACT, figures=Figures(D(50), gbp(1_900_000)))])
    assert found.fte_claimed == 96
    assert found.findings == ("parts_exceed_whole",)


def test_parts_in_other_money_stand_for_themselves() -> None:
    other = replace(CONTACT, figures=Figures(D(3), Money(D(1000), "DKK")))
    found = totals([PROGRAMME, FILING, other])
    assert {each.claimed.currency: each.claimed.amount for each in found.money} == {"DKK": 1000, "GBP": 3_600_000}
    assert found.fte_claimed == 96
    assert found.findings == ("parts_in_other_money",)


def test_what_the_programme_does_not_state_its_parts_may() -> None:
    found = totals([replace(PROGRAMME, figures=Figures(D(96), None)), FILING])
    assert found.money[0].claimed == gbp(1_900_000)
    assert found.fte_claimed == 96


def test_parts_without_their_programme_stand_for_themselves() -> None:
    assert totals([FILING, CONTACT]).fte_claimed == 53


def test_nothing_adds_up_to_nothing() -> None:
    found = totals([])
    assert (found.fte_claimed, found.money, found.findings) == (0, (), ())
    assert by_class([]) == {}
    assert share_for(FILING, {"nobody"}) is None


# --- Properties -----------------------------------------------------------------------------------------------------------
ORGANISATIONS = [HAMPSHIRE, THAMES_VALLEY, COPENHAGEN, "wiltshire"]
FTES = st.none() | st.decimals(min_value=0, max_value=10_000, places=3)
MONEYS = st.none() | st.builds(
    Money, st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from(["GBP", "DKK"]), st.sampled_from(["", "2016 p/l"])
)
SHARES = st.dictionaries(st.sampled_from(ORGANISATIONS), st.decimals(min_value="0.01", max_value=1, places=5), min_size=1).map(shares_of)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Line]:
    """Lines with figures from 0, and programmes that are no smaller than their parts."""
    count = draw(st.integers(0, 8))
    lines = [
        Line(
            key,
            Figures(draw(FTES), draw(MONEYS)),
            draw(SHARES),
            draw(st.sampled_from(Benefit)),
            draw(st.booleans()),
        )
        for key in range(count)
    ]
    if count > 3 and draw(st.booleans()):
        parts = [replace(each, part_of="programme", benefit=Benefit.NON_CASHABLE) for each in lines[:3]]
        more = draw(st.decimals(min_value=0, max_value=100, places=2))
        of_fte = sum((part.figures.fte or D(0) for part in parts), D(0)) + more
        money = gbp(sum((part.figures.money.amount for part in parts if part.figures.money), D(0)) + more)
        lines = [Line("programme", Figures(of_fte, money), draw(SHARES)), *parts, *lines[3:]]
    return lines


@given(ledgers(), st.sets(st.sampled_from(ORGANISATIONS)) | st.none())
def test_verified_is_never_more_than_claimed(lines: list[Line], organisations: set[str] | None) -> None:
    found = totals(lines, organisations)
    assert found.fte_verified <= found.fte_claimed
    assert found.new_capacity_verified <= found.new_capacity_claimed
    assert all(each.verified.amount <= each.claimed.amount for each in found.money)


@given(ledgers())
def test_a_claim_that_nobody_approved_changes_no_verified_sum(lines: list[Line]) -> None:
    more = line("more", "9", gbp(9), shares={"wiltshire": Fraction(1)})
    with_it, without = totals([*lines, more]), totals(lines)
    assert with_it.fte_verified == without.fte_verified
    assert _verified(with_it.money) == _verified(without.money)
    assert with_it.fte_claimed == without.fte_claimed + 9


def _verified(money: Any) -> dict[tuple[str, str], Decimal]:
    return {each.verified.kind: each.verified.amount for each in money if each.verified.amount}


@given(ledgers(), st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_joint_claims_count_once_under_any_grouping(lines: list[Line], groups: list[int]) -> None:
    """Whichever way the organisations are put together, the groups' figures add up to everybody's."""
    together = totals(lines)
    each = [totals(lines, {name for name, group in zip(ORGANISATIONS, groups, strict=True) if group == number}) for number in range(4)]
    assert sum(found.fte_claimed for found in each) == together.fte_claimed
    assert sum(found.fte_verified for found in each) == together.fte_verified
    assert sum(found.new_capacity_claimed for found in each) == together.new_capacity_claimed
    for money in together.money:
        apart = [one for found in each for one in found.money if one.claimed.kind == money.claimed.kind]
        assert sum(one.claimed.amount for one in apart) == money.claimed.amount
        assert sum(one.verified.amount for one in apart) == money.verified.amount


@given(ledgers(), st.randoms())
def test_order_and_repetition_do_not_matter(lines: list[Line], chance: Any) -> None:
    shuffled = [*lines, *lines[:2]]
    chance.shuffle(shuffled)
    assert totals(shuffled) == totals(lines)


@given(ledgers())
def test_parts_and_remainder_are_the_whole(lines: list[Line]) -> None:
    programme = next((each for each in lines if each.key == "programme"), None)
    if programme is None:
        return
    items = counted(lines)
    assert (
        sum(each.figures.fte or D(0) for each in items if each.part_of == "programme" or each.key == "programme") == programme.figures.fte
    )
    assert len(items) == len(lines)


@given(ledgers())
def test_classes_hold_every_line_once(lines: list[Line]) -> None:
    found = by_class(lines)
    assert sum((each.fte_claimed for each in found.values()), D(0)) == totals(lines, with_new_capacity=True).fte_claimed
    assert sum((each.fte_verified for each in found.values()), D(0)) == totals(lines, with_new_capacity=True).fte_verified


@given(ledgers(), st.sets(st.sampled_from(ORGANISATIONS), min_size=1))
def test_every_figure_is_a_decimal(lines: list[Line], organisations: set[str]) -> None:
    found = totals(lines, organisations)
    figures = [found.fte_claimed, found.fte_verified, found.new_capacity_claimed, found.new_capacity_verified]
    assert all(type(each) is Decimal for each in [*figures, *(one.claimed.amount for one in found.money)])


@given(st.decimals(min_value=1, max_value=10_000, places=2), st.decimals(min_value=100, max_value=3000, places=2), st.integers(1, 10**9))
def test_minutes_and_fte_go_round(of_fte: Decimal, hours_per_fte: Decimal, volume: int) -> None:
    assert round(fte(hours(volume, minutes_per_item(of_fte, hours_per_fte, volume)), hours_per_fte), 12) == of_fte


# --- Bad numbers ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sum_of", "code", "where"),
    [
        (lambda: hours(-1, D(1)), "below_zero", "volume"),
        (lambda: hours(1, D(-1)), "below_zero", "minutes"),
        (lambda: fte(D(1), D(0)), "not_above_zero", "hours_per_fte"),
        (lambda: fte(D("NaN"), D(1)), "value_invalid", "hours"),
        (lambda: minutes_per_item(D(1), D(1650), 0), "not_above_zero", "volume"),
        (lambda: at_full_success(D(1), D(0)), "success_rate_invalid", "success_rate"),
        (lambda: at_full_success(D(1), D(70)), "success_rate_invalid", "success_rate"),
        (lambda: minutes_saved(D(1), None, D("-0.1")), "success_rate_invalid", "success_rate"),
        (lambda: cash_equivalent(D(1), D(-1)), "below_zero", "rate_per_fte"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(sum_of: Any, code: str, where: str) -> None:
    with pytest.raises(Refused) as refused:
        sum_of()
    assert (refused.value.code, refused.value.where) == (code, where)
    assert refused.value.mend


@pytest.mark.parametrize(
    "sum_of", [lambda: hours(1, 0.5), lambda: fte(1.0, D(1)), lambda: money_per_fte(1.0, D(1)), lambda: at_full_success(D(1), 0.7)]
)  # type: ignore[arg-type]
def test_floats_are_refused_in_every_sum(sum_of: Any) -> None:
    with pytest.raises(TypeError):
        sum_of()


def test_nothing_per_no_fte() -> None:
    assert money_per_fte(D(100), D(0)) is None
    assert shown_per_fte(D(100), D(0)) is None
    assert Figures(D(0), gbp(1)).per_fte is None
    assert Figures(None, gbp(1)).per_fte is None
