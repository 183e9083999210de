"""Outcomes beyond FTE: changes in per cent, times in words, contacts avoided."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.benefits.costs import Bound
from registry.benefits.outcomes import Turnaround, avoided, percentage_change, times_faster, turnaround
from registry.errors import Refused

D = Decimal


def test_s0_9_150_per_cent_more_children_are_identified() -> None:
    assert percentage_change(D(40), D(100)) == 150
    assert percentage_change(D(100), D(40)) == -60


def test_s0_9_within_2_hours_rather_than_weeks() -> None:
    before, after = turnaround("Weeks"), turnaround("Typically within 2 hours")
    assert before == Turnaround(D(336), Bound.AT_LEAST)
    assert after == Turnaround(D(2), Bound.AT_MOST)
    assert times_faster(before, after) == Turnaround(D(168), Bound.AT_LEAST)


def test_s0_9_without_phoning_101() -> None:
    assert avoided(D(1200), D(150)) == 1050
    assert avoided(D(100), D(150)) == -50
    with pytest.raises(Refused) as refused:
        avoided(D(-1), D(0))
    assert refused.value.code == "below_zero"


@pytest.mark.parametrize(
    ("words", "hours", "bound"),
    [
        ("90 minutes", "1.5", Bound.EXACT),
        ("1 day", "24", Bound.EXACT),
        ("3 weeks", "504", Bound.EXACT),
        ("two hours", "2", Bound.EXACT),
        ("1,5 timer", "1.5", Bound.EXACT),
        ("1.5 hours", "1.5", Bound.EXACT),
        ("1,000 hours", "1000", Bound.EXACT),
        ("1.000 timer", "1000", Bound.EXACT),
        ("inden for 2 dage", "48", Bound.AT_MOST),
        ("mindst 2 uger", "336", Bound.AT_LEAST),
        ("More than a week", "168", Bound.AT_LEAST),
        ("typically within 2 hours, rather than weeks", "2", Bound.AT_MOST),
        ("days", "48", Bound.AT_LEAST),
        ("a 30-minute call", "0.5", Bound.EXACT),
    ],
)
def test_times_are_read_from_words(words: str, hours: str, bound: Bound) -> None:
    found = turnaround(words)
    assert found is not None
    assert (round(found.hours, 10), found.bound) == (D(hours), bound)


@pytest.mark.parametrize(
    "words", ["", "Not recorded", "Victims phone 101", "2 months", "quickly", "daily", "24/7", "1 post", "the hour", "99999999 hours"]
)
def test_what_is_no_time_is_not_guessed_at(words: str) -> None:
    assert turnaround(words) is None


@given(st.text(max_size=400))
def test_any_words_are_read_without_a_fault(words: str) -> None:
    found = turnaround(words)
    assert found is None or found.hours >= 0


def test_times_that_bound_the_same_side_say_nothing_together() -> None:
    assert times_faster(Turnaround(D(48), Bound.AT_MOST), Turnaround(D(2), Bound.AT_MOST)) is None
    assert times_faster(Turnaround(D(48)), Turnaround(D(0))) is None
    assert times_faster(Turnaround(D(48)), Turnaround(D(2))) == Turnaround(D(24))


def test_no_change_from_nothing() -> None:
    assert percentage_change(D(0), D(10)) is None


@given(st.decimals(min_value="0.01", max_value=10**6, places=2), st.decimals(min_value=-100, max_value=10**4, places=2))
def test_changes_go_round(before: Decimal, percent: Decimal) -> None:
    found = percentage_change(before, before + before * percent / 100)
    assert found is not None
    assert round(found, 10) == percent
