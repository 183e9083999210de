"""Net figures with bounds, payback as the Danish business case states it, and tables that disagree."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.benefits.costs import Bound, Cost, Stated, cost, mismatches, net, payback, payback_years
from registry.benefits.money import Money
from registry.errors import Refused


def gbp(amount: int) -> Money:
    return Money(Decimal(amount), "GBP")


def dkk(amount: int) -> Money:
    return Money(Decimal(amount), "DKK", "2016 p/l")


OVER = Stated(gbp(500_000), Bound.AT_LEAST)


def test_s0_6_net_of_a_programme_that_costs_over_500k() -> None:
    assert net(gbp(3_600_000), OVER) == Stated(gbp(3_100_000), Bound.AT_MOST)
    assert net(gbp(3_600_000), Stated(gbp(500_000))) == Stated(gbp(3_100_000))


def test_s0_6_cost_lines_add_up_at_least() -> None:
    assert cost([Stated(gbp(1)), OVER]) == Stated(gbp(500_001), Bound.AT_LEAST)
    assert cost([Stated(gbp(1)), Stated(gbp(2))]) == Stated(gbp(3))
    assert cost([]) is None


def test_bounds_of_two_sides_have_no_sum() -> None:
    with pytest.raises(Refused) as refused:
        cost([OVER, Stated(gbp(1), Bound.AT_MOST)])
    assert refused.value.code == "bounds_differ"


def test_net_mixes_no_currencies() -> None:
    with pytest.raises(Refused) as refused:
        net(dkk(1), OVER)
    assert refused.value.code == "currencies_differ"


def test_s4_5_payback_of_the_service_and_of_the_whole_investment() -> None:
    found = payback(dkk(1_000_000), dkk(2_500_000), dkk(500_000))
    assert (found.service, found.total) == (2, 5)


def test_what_saves_nothing_never_pays() -> None:
    assert payback_years(dkk(1), dkk(0)) is None
    assert payback_years(dkk(1), dkk(-1)) is None
    assert payback(None, dkk(10), dkk(4)).service is None
    assert payback(None, dkk(10), dkk(4)).total == Decimal("2.5")
    assert payback_years(dkk(1), None) is None


def test_payback_keeps_to_one_price_base() -> None:
    with pytest.raises(Refused) as refused:
        payback_years(dkk(1), Money(Decimal(1), "DKK", "2017 p/l"))
    assert refused.value.code == "price_bases_differ"


def table(source: str, year: str, **lines: int) -> list[Cost]:
    return [Cost(source, line, year, dkk(amount)) for line, amount in lines.items()]


def test_s4_5_two_tables_share_their_totals_and_split_them_differently() -> None:
    """The trap of the seed: ITU 500 in 2017 only, against 500 and 500; both come to 1000 and 1500 (in 1000 kr., 2016 p/l)."""
    one = table("Table 1", "2017", ITU=500, centre=500) + table("Table 1", "2018", centre=1500)
    other = table("Table 4", "2017", ITU=500, centre=500) + table("Table 4", "2018", ITU=500, centre=1000)
    found = mismatches(one + other)
    assert [(each.line, each.year, each.amounts) for each in found] == [
        ("ITU", "2018", (("Table 1", None), ("Table 4", dkk(500)))),
        ("centre", "2018", (("Table 1", dkk(1500)), ("Table 4", dkk(1000)))),
    ]


def test_a_year_that_only_one_table_has_is_told_where_they_speak_of_the_same_programme() -> None:
    found = mismatches(table("A", "2017", ITU=500) + table("B", "2017", ITU=500) + table("B", "2018", ITU=500))
    assert [(each.line, each.year) for each in found] == [("ITU", "2018"), ("", "2018"), ("", "")]
    assert found[0].amounts == (("A", None), ("B", dkk(500)))
    assert found[2].amounts == (("A", dkk(500)), ("B", dkk(1000)))


def test_lines_and_totals_that_are_missing_or_differ_are_told() -> None:
    found = mismatches(table("A", "2017", staff=1000) + table("B", "2017", staff=1000, rent=500))
    assert [(each.line, each.year, each.amounts) for each in found] == [
        ("rent", "2017", (("A", None), ("B", dkk(500)))),
        ("", "2017", (("A", dkk(1000)), ("B", dkk(1500)))),
        ("", "", (("A", dkk(1000)), ("B", dkk(1500)))),
    ]


def test_papers_of_one_year_each_contradict_nobody() -> None:
    assert mismatches(table("A", "2017", staff=1) + table("B", "2018", staff=2)) == ()
    assert mismatches([]) == ()


def test_other_prices_are_another_amount() -> None:
    """1,000 at prices of 2016 are not 1,000 at prices of 2017."""
    newer = [Cost("B", "staff", "2017", Money(Decimal(1000), "DKK", "2017 p/l"))]
    assert [each.line for each in mismatches(table("A", "2017", staff=1000) + newer)] == ["staff", "", ""]


def test_a_table_of_two_currencies_has_no_total() -> None:
    with pytest.raises(Refused) as refused:
        mismatches([*table("A", "2017", staff=1), Cost("A", "rent", "2017", gbp(1))])
    assert refused.value.code == "currencies_differ"


def test_a_line_in_two_pieces_is_one_line() -> None:
    assert mismatches([*table("A", "2017", staff=1), *table("A", "2017", staff=2), *table("B", "2017", staff=3)]) == ()


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["staff", "rent"]), st.sampled_from(["2017", "2018"]), st.integers(0, 5))),
    st.randoms(),
)
def test_mismatches_do_not_depend_on_order(rows: list[tuple[str, str, str, int]], chance: object) -> None:
    lines = [Cost(source, line, year, dkk(amount)) for source, line, year, amount in rows]
    found = mismatches(lines)
    chance.shuffle(lines)  # type: ignore[attr-defined]
    assert mismatches(lines) == found
    assert all(len({money for _, money in each.amounts}) > 1 for each in found)
