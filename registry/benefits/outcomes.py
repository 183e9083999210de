"""Outcomes beyond FTE as measures: percentage change, turnaround in hours, contacts avoided.

Source: S0-9, College of Policing practice bank, "RPA at Hampshire and Thames Valley Police": "150% increase in the identification of
vulnerable children", "typically within 2 hours, rather than weeks", "without phoning 101".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from registry.benefits.costs import Bound
from registry.benefits.money import number
from registry.errors import Refused

# Hours by the clock, not by the working day: a robot works at night, and whoever waits waits at night too.
_HOURS = {
    "minute": Decimal(1) / 60,
    "hour": Decimal(1),
    "day": Decimal(24),
    "week": Decimal(168),
}
_WORDS = {
    **dict.fromkeys(("minute", "minutes", "min", "mins", "minut", "minutter"), "minute"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h", "time", "timer"), "hour"),
    **dict.fromkeys(("day", "days", "dag", "dage"), "day"),
    **dict.fromkeys(("week", "weeks", "uge", "uger"), "week"),
}
_PLURALS = {"minutes", "mins", "minutter", "hours", "hrs", "timer", "days", "dage", "weeks", "uger"}
_NUMBER = r"(?<![\d.,])(\d{1,3}(?:[.,]\d{3}){1,2}|\d{1,6}(?:[.,]\d{1,2})?)"  # 1,000 and 1.000 are a thousand, 1.5 and 1,5 are not
_THOUSANDS = re.compile(r"[.,](?=\d{3})")
_SPELT = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "a": 1, "an": 1}
_TIMED = re.compile(rf"(?:{_NUMBER}|\b({'|'.join(_SPELT)})\b)\s*-?\s*({'|'.join(sorted(_WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
_UNCOUNTED = re.compile(rf"\b({'|'.join(sorted(_PLURALS))})\b", re.IGNORECASE)
_AT_MOST = re.compile(r"\b(within|under|less than|at most|up to|inden for|under|højst)\b", re.IGNORECASE)
_AT_LEAST = re.compile(r"\b(over|more than|at least|mere end|mindst)\b", re.IGNORECASE)
MOST = 200  # letters that are looked at
UNCOUNTED = 2  # "weeks" are two at least


@dataclass(frozen=True, slots=True)
class Turnaround:
    """Hours by the clock until something is done, as far as its words say."""

    hours: Decimal
    bound: Bound = Bound.EXACT


def turnaround(words: str) -> Turnaround | None:
    """Hours from words with a unit, in English or Danish; None where they hold no time.

    "Typically within 2 hours" is at most 2. "Weeks" without a number are two at least, as they are more than one (our convention). Of several
    times the first counts, units that are left out of the table (months) are not guessed at.
    """
    timed = _TIMED.search(words[:MOST])
    if timed is None:
        uncounted = None if any(letter.isdigit() for letter in words) else _UNCOUNTED.search(words[:MOST])
        return Turnaround(UNCOUNTED * _HOURS[_WORDS[uncounted[1].lower()]], Bound.AT_LEAST) if uncounted else None
    many = Decimal(_THOUSANDS.sub("", timed[1]).replace(",", ".")) if timed[1] else Decimal(_SPELT[timed[2].lower()])
    before = words[: timed.start()]
    bound = Bound.AT_MOST if _AT_MOST.search(before) else Bound.AT_LEAST if _AT_LEAST.search(before) else Bound.EXACT
    return Turnaround(many * _HOURS[_WORDS[timed[3].lower()]], bound)


def times_faster(before: Turnaround, after: Turnaround) -> Turnaround | None:
    """How many times shorter it became, in ``hours``' place: before ÷ after; at least so many where one side says no more. None if unknown.

    S0-9: "weeks" to "within 2 hours" is at least 168 times shorter.
    """
    if not after.hours:
        return None
    bounds = {before.bound, {Bound.EXACT: Bound.EXACT, Bound.AT_MOST: Bound.AT_LEAST, Bound.AT_LEAST: Bound.AT_MOST}[after.bound]} - {
        Bound.EXACT
    }
    if len(bounds) > 1:
        return None
    return Turnaround(before.hours / after.hours, bounds.pop() if bounds else Bound.EXACT)


def percentage_change(before: Decimal, after: Decimal) -> Decimal | None:
    """(after − before) ÷ before × 100; None where there was nothing before. S0-9: 40 children identified, then 100: +150 per cent.

    Common definition. A change that was stated without its two numbers is kept as stated, and is shown as waiting for its baseline.
    """
    start = number(before, "before")
    return None if not start else (number(after, "after") - start) / abs(start) * 100


def avoided(before: Decimal, after: Decimal) -> Decimal:
    """Contacts, calls or visits that no longer happen: before − after; below zero where they grew. S0-9: "without phoning 101".

    Raises :class:`Refused` (``below_zero``) where either is.
    """
    if number(before, "before") < 0 or number(after, "after") < 0:
        raise Refused("below_zero", "A number of contacts cannot be below 0.", where="before", mend="Enter 0 or more.")
    return before - after
