"""Numbers, days and periods are read exactly as people write them in either country, or not at all."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import Refused
from registry.values.written import day_written, decimal_of, is_either_way, number_written, period_written, share_written


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("1000", "en-GB", "1000"),
        ("1,000.50", "en-GB", "1000.50"),
        ("1.000,50", "da", "1000.50"),
        ("1.000,50", "en-GB", "1000.50"),  # can be nothing else
        ("1,000.50", "da", "1000.50"),
        ("1.000", "da", "1000"),
        ("1.000", "en-GB", "1"),
        ("1,000", "en-GB", "1000"),
        ("1,000", "da", "1"),
        ("1.000.000", "en-GB", "1000000"),
        ("0.125", "da", "0.125"),
        ("0,6", "da", "0.6"),
        ("0,6", "en-GB", "0.6"),
        ("10 000", "da", "10000"),
        ("10\u00a0000,5", "da", "10000.5"),
        ("-2500", "da", "-2500"),
        ("\u22122.500", "da", "-2500"),
        ("(1,250)", "en-GB", "-1250"),
        ("£117,000", "en-GB", "117000"),
        ("-£117,000", "en-GB", "-117000"),
        ("£3.6m", "en-GB", "3600000"),
        ("£500K", "en-GB", "500000"),
        ("2,5 mio. kr.", "da", "2500000"),
        ("DKK 1.000,00", "da", "1000.00"),
        ("240,-", "da", "240"),
    ],
)
def test_numbers(text: str, language: str, number: str) -> None:
    assert number_written(text, language) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "abc",
        "1,00,000",
        "1.2.3",
        "1,2,3",
        "12e5",
        "NaN",
        "Infinity",
        "1--2",
        "٣",
        "1" * 19,
        "£",
        "1.000,50.2",
        "=1+1",
        "1 2",
        "1\x00",
    ],
)
def test_what_is_no_number(text: str) -> None:
    for language in ("en-GB", "da"):
        with pytest.raises(Refused) as refusal:
            number_written(text, language)
        assert (refusal.value.code, bool(refusal.value.mend)) == ("number_unread", True)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
def test_every_number_comes_back_in_either_language(number: Decimal) -> None:
    english = f"{number:,.2f}"
    danish = english.translate(str.maketrans(",.", ".,"))
    assert number_written(english, "en-GB") == number_written(danish, "da") == number


@pytest.mark.parametrize(
    ("text", "either"), [("1.000", True), ("1,000", True), ("1.000,5", False), ("12", False), ("x", False), ("1.5", False)]
)
def test_what_reads_either_way_is_known(text: str, either: bool) -> None:
    assert is_either_way(text) is either


@pytest.mark.parametrize(
    ("text", "share"), [("70 %", "0.7"), ("70%", "0.7"), ("70", "0.7"), ("0.7", "0.7"), ("0,7", "0.7"), ("1", "1"), ("0.5 %", "0.005")]
)
def test_shares(text: str, share: str) -> None:
    assert share_written(text, "da") == Decimal(share)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31-12-2016", date(2016, 12, 31)),
        ("31/12/2016", date(2016, 12, 31)),
        ("1.2.2017", date(2017, 2, 1)),
        ("03/04/2017", date(2017, 4, 3)),
        ("2016-12-31", date(2016, 12, 31)),
        ("2016-12-31 00:00:00", date(2016, 12, 31)),
        ("31 December 2016", date(2016, 12, 31)),
        ("31. december 2016", date(2016, 12, 31)),
        ("1. maj 2017", date(2017, 5, 1)),
        ("1 Oct 2017", date(2017, 10, 1)),
        ("1. okt. 2017", date(2017, 10, 1)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert day_written(text) == day


@pytest.mark.parametrize(
    "text", ["", "31-12-16", "12/31/2016", "31-02-2017", "tomorrow", "2016", "32 May 2017", "0-0-0000", "1 Foo 2017", "42000"]
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        day_written(text)
    assert refusal.value.code == "day_unread"


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 1, 1)))
def test_every_day_comes_back(day: date) -> None:
    for text in (day.isoformat(), f"{day:%d-%m-%Y}", f"{day.day}/{day.month}/{day.year}", f"{day.day}. {day:%B} {day.year}"):
        assert day_written(text) == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("2023–24", date(2023, 4, 1), date(2024, 3, 31)),
        ("2023-24", date(2023, 4, 1), date(2024, 3, 31)),
        ("2023/2024", date(2023, 4, 1), date(2024, 3, 31)),
        ("1999-00", date(1999, 4, 1), date(2000, 3, 31)),
    ],
)
def test_periods(text: str, first: date, last: date) -> None:
    assert period_written(text) == (first, last)


@pytest.mark.parametrize("text", ["", "2023-25", "17", "next year", "0001", "2023-24-25"])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(Refused):
        period_written(text)


def test_a_workbooks_number_is_what_its_maker_saw() -> None:
    assert [str(decimal_of(value)) for value in (0.1, 38000, 0.6, 1666.7)] == ["0.1", "38000", "0.6", "1666.7"]
    assert day_written((date(2017, 1, 1) + timedelta(days=30)).isoformat()) == date(2017, 1, 31)
