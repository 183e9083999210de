"""Money keeps its currency and price base, signs go round, and shares add up to the whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.benefits.money import (
    Money,
    Rate,
    Sign,
    converted,
    from_thousands,
    full,
    shares_of,
    short,
    signed_saving,
    split,
    sums,
    total,
    whole,
)
from registry.errors import Refused

AMOUNTS = st.decimals(min_value=-(10**13), max_value=10**13, places=2)
NAMES = st.text("abcdefgh", min_size=1, max_size=6)
WEIGHTS = st.dictionaries(NAMES, st.decimals(min_value="0.00001", max_value=1000, places=5), min_size=1, max_size=9)
MONEYS = st.builds(Money, AMOUNTS, st.sampled_from(["GBP", "DKK", "EUR"]), st.sampled_from(["", "2016 p/l", "2017 p/l"]))


def gbp(amount: str | int) -> Money:
    return Money(Decimal(amount), "GBP")


def dkk(amount: str | int) -> Money:
    return Money(Decimal(amount), "DKK", "2016 p/l")


def test_s4_5_price_base_and_thousands_are_kept() -> None:
    """ "2,5 mio. kr." as 1000 + 1500 of "1000 kr. 2016 p/l"."""
    lines = [dkk(int(from_thousands(Decimal(each)))) for each in (1000, 1500)]
    assert total(lines) == dkk(2_500_000)
    assert total(lines).price_base == "2016 p/l"  # type: ignore[union-attr]


def test_s4_5_savings_are_written_negative() -> None:
    assert signed_saving(Decimal(2_500_000), Sign.SAVINGS_NEGATIVE) == -2_500_000
    assert signed_saving(Decimal(2_500_000), Sign.NATURAL) == 2_500_000


@given(AMOUNTS, st.sampled_from(Sign))
def test_signs_go_round(amount: Decimal, sign: Sign) -> None:
    assert signed_saving(signed_saving(amount, sign), sign) == amount
    assert abs(signed_saving(amount, sign)) == abs(amount)
    assert not str(signed_saving(Decimal(0), sign)).startswith("-")


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (gbp(1), Money(Decimal(1), "DKK"), "currencies_differ"),
        (dkk(1), Money(Decimal(1), "DKK", "2017 p/l"), "price_bases_differ"),
        (dkk(1), Money(Decimal(1), "DKK"), "price_bases_differ"),
    ],
)
def test_nothing_is_mixed_silently(one: Money, other: Money, code: str) -> None:
    for add in (lambda: one + other, lambda: one - other, lambda: total([one, other])):
        with pytest.raises(Refused) as refused:
            add()
        assert refused.value.code == code
        assert refused.value.mend


@given(st.lists(MONEYS, max_size=20), st.randoms())
def test_sums_stay_apart_whatever_the_order(moneys: list[Money], chance: object) -> None:
    apart = sums(moneys)
    assert [each.kind for each in apart] == sorted({each.kind for each in moneys})
    for each in apart:
        assert each.amount == sum(money.amount for money in moneys if money.kind == each.kind)
    shuffled = list(moneys)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sums(shuffled) == apart


def test_a_sum_of_nothing_is_nothing() -> None:
    assert total([]) is None
    assert sums([]) == ()


@pytest.mark.parametrize("wrong", [0.1, "1", True, None])
def test_floats_are_never_taken(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong, "GBP")  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_no_amount_is_without_a_value(wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        gbp(wrong)
    assert refused.value.code == "value_invalid"


@pytest.mark.parametrize("wrong", ["", "gbp", "£", "GBPX", "ÆØÅ"])
def test_currencies_have_three_letters(wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        Money(Decimal(1), wrong)
    assert refused.value.code == "currency_invalid"


# --- Rates ----------------------------------------------------------------------------------------------------------------
RATE = Rate("GBP", "DKK", Decimal("8.50"), date(2024, 3, 29), "Danmarks Nationalbank")


def test_pounds_and_kroner_add_at_a_dated_rate_only() -> None:
    kroner = Money(Decimal(850), "DKK")
    with pytest.raises(Refused) as refused:
        total([gbp(100), kroner])
    assert refused.value.code == "currencies_differ"
    assert total([gbp(100), converted(kroner, RATE)]) == gbp(200)
    assert total([converted(gbp(100), RATE), kroner]) == Money(Decimal(1700), "DKK")


def test_a_rate_turns_no_price_base_into_another() -> None:
    assert converted(dkk(850), RATE) == Money(Decimal(100), "GBP", "2016 p/l")
    with pytest.raises(Refused) as refused:
        total([gbp(100), converted(dkk(850), RATE)])
    assert refused.value.code == "price_bases_differ"


def test_a_rate_says_nothing_of_a_third_currency() -> None:
    with pytest.raises(Refused) as refused:
        converted(Money(Decimal(1), "EUR"), RATE)
    assert refused.value.code == "rate_of_other_currencies"


@pytest.mark.parametrize(
    ("source", "target", "rate", "said_by", "code"),
    [
        ("GBP", "DKK", "0", "Bank", "rate_invalid"),
        ("GBP", "DKK", "-1", "Bank", "rate_invalid"),
        ("GBP", "GBP", "1", "Bank", "rate_invalid"),
        ("GBP", "DKK", "8.5", " ", "rate_source_missing"),
    ],
)
def test_rates_are_real_and_have_a_source(source: str, target: str, rate: str, said_by: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        Rate(source, target, Decimal(rate), date(2024, 1, 1), said_by)
    assert refused.value.code == code


# --- In words -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("money", "in_prose", "in_ledger"),
    [
        (gbp(2_105_000), "£2.105m", "£2,105,000"),
        (gbp(3_600_000), "£3.6m", "£3,600,000"),
        (gbp(500_000), "£0.5m", "£500,000"),
        (gbp(117_000), "£117,000", "£117,000"),
        (gbp("36823.528"), "£36,824", "£36,823.53"),
        (dkk(-2_500_000), "\N{MINUS SIGN}DKK\u00a02.5m", "\N{MINUS SIGN}DKK\u00a02,500,000"),
        (gbp(0), "£0", "£0"),
        (gbp("-0.001"), "£0", "£0"),
        (gbp(10_000_000), "£10m", "£10,000,000"),
    ],
)
def test_money_in_words(money: Money, in_prose: str, in_ledger: str) -> None:
    assert short(money) == in_prose
    assert full(money) == in_ledger


def test_rounding_is_half_up() -> None:
    assert [whole(Decimal(each)) for each in ("0.5", "1.5", "2.5", "-0.5", "2.4999")] == [1, 2, 3, -1, 2]


# --- Sharing out ----------------------------------------------------------------------------------------------------------
@given(AMOUNTS, WEIGHTS)
def test_parts_add_up_to_the_whole_to_the_penny(amount: Decimal, weights: dict[str, Decimal]) -> None:
    shares = shares_of(weights)
    assert sum(shares.values()) == 1
    parts = split(amount, shares)
    assert sum(parts.values()) == amount
    assert all(part == part.quantize(Decimal("0.01")) for part in parts.values())
    for name, share in shares.items():
        assert abs(Fraction(parts[name]) - Fraction(amount) * share) <= Fraction(1, 100)


@given(st.decimals(min_value=0, max_value=10**6, places=7), WEIGHTS)
def test_finer_amounts_lose_nothing_either(amount: Decimal, weights: dict[str, Decimal]) -> None:
    assert sum(split(amount, shares_of(weights)).values()) == amount


@given(AMOUNTS, WEIGHTS)
def test_the_order_of_organisations_does_not_matter(amount: Decimal, weights: dict[str, Decimal]) -> None:
    turned = dict(reversed(shares_of(weights).items()))
    assert split(amount, turned) == split(amount, shares_of(weights))


def test_what_is_left_goes_to_those_who_lost_most() -> None:
    third = Fraction(1, 3)
    assert split(Decimal("100.00"), {"b": third, "a": third, "c": third}) == {
        "a": Decimal("33.34"),
        "b": Decimal("33.33"),
        "c": Decimal("33.33"),
    }
    assert split(Decimal("-1.00"), {"a": Fraction(2, 3), "b": third}) == {"a": Decimal("-0.67"), "b": Decimal("-0.33")}


@pytest.mark.parametrize(
    "shares",
    [
        {},
        {"a": Fraction(1, 2)},
        {"a": Fraction(1, 2), "b": Fraction(2, 3)},
        {"a": Fraction(1), "b": Fraction(0)},
        {"a": Fraction(2), "b": Fraction(-1)},
    ],
)
def test_shares_are_a_whole(shares: dict[str, Fraction]) -> None:
    with pytest.raises(Refused) as refused:
        split(Decimal(100), shares)
    assert refused.value.code == "shares_not_whole"


@pytest.mark.parametrize("weights", [{}, {"a": Decimal(0)}, {"a": Decimal(-1), "b": Decimal(2)}])
def test_weights_are_above_nothing(weights: dict[str, Decimal]) -> None:
    with pytest.raises(Refused) as refused:
        shares_of(weights)
    assert refused.value.code == "shares_not_whole"
