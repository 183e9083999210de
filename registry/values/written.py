"""Numbers, shares, days and periods as people write them in Britain and in Denmark, read exactly or refused.

Where the two spellings of a number contradict each other ("1.000" is one in London and a thousand in Copenhagen), the language decides.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from registry.errors import Refused

DANISH: Final = "da"
MOST_DIGITS: Final = 18
_ENGLISH_NUMBER = re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+")
_DANISH_NUMBER = re.compile(r"(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d+)?|,\d+")
_MONEY = re.compile(r"^(?:£|€|gbp|dkk|eur|kr\.?)|(?:£|€|gbp|dkk|eur|kr\.?|,-)$", re.IGNORECASE)
_SCALES: Final = {"k": 3, "m": 6, "mio": 6, "million": 6, "millions": 6, "mia": 9, "bn": 9, "billion": 9}
_SCALED = re.compile(r"(?P<number>.*\d)\s*(?P<scale>[a-z]+)\.?", re.IGNORECASE | re.DOTALL)
_GAPS = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?:\D|$))")
_MINUSES = str.maketrans({"\u2212": "-", "\u2013": "-"})
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?")
_MONTH_NAMED = re.compile(r"(\d{1,2})\.?\s+([^\W\d_]+)\.?\s+(\d{4})")
_YEAR = re.compile(r"(\d{4})")
_YEARS = re.compile(r"(\d{4})\s*[-/\u2013]\s*(?:20)?(\d{2})")
_MONTHS: Final = {
    **{name: number for number, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)},
    **{"maj": 5, "okt": 10},
}


def number_written(text: str, language: str) -> Decimal:
    """The number in ``text``: "1,000.50", "1.000,50", "£3.6m", "2,5 mio. kr.", "(1 250)" for minus 1250. Raises :class:`Refused` (``number_unread``)."""
    plain = text.strip().translate(_MINUSES)
    is_negative = plain.startswith("(") and plain.endswith(")")
    plain = plain[1:-1].strip() if is_negative else plain
    if plain.startswith("-"):
        is_negative, plain = not is_negative, plain[1:].strip()
    plain, scale = _unscaled(_MONEY.sub("", _MONEY.sub("", plain).strip()).strip())
    if plain.startswith("-"):
        is_negative, plain = not is_negative, plain[1:].strip()
    found = _digits(_GAPS.sub("", plain), language)
    if found is None or len(found.as_tuple().digits) > MOST_DIGITS:
        raise _unread(text, language)
    whole = found.scaleb(scale)
    return -whole if is_negative and whole else whole


def _unscaled(text: str) -> tuple[str, int]:
    """Without "mio.", "m" or "k", and the power of ten they stand for."""
    told = _SCALED.fullmatch(text)
    scale = _SCALES.get(told["scale"].lower(), 0) if told else 0
    return (told["number"], scale) if told and scale else (text, 0)


def _digits(text: str, language: str) -> Decimal | None:
    english = Decimal(text.replace(",", "")) if _ENGLISH_NUMBER.fullmatch(text) and text.isascii() else None
    danish = Decimal(text.replace(".", "").replace(",", ".")) if _DANISH_NUMBER.fullmatch(text) and text.isascii() else None
    if english is None or danish is None:
        return danish if english is None else english
    return danish if language.startswith(DANISH) else english


def is_either_way(text: str) -> bool:
    """Whether ``text`` is one number in English and another in Danish, such as "1.000"."""
    plain = _GAPS.sub("", text.strip().translate(_MINUSES).lstrip("-"))
    return plain.isascii() and _digits(plain, "en") != _digits(plain, DANISH)


def _unread(text: str, language: str) -> Refused:
    example = "1.000,50" if language.startswith(DANISH) else "1,000.50"
    return Refused("number_unread", f"“{text.strip()[:40]}” is no number we can read.", mend=f"Write it as {example} or 1000.")


def share_written(text: str, language: str) -> Decimal:
    """A share of one: "70 %", "70" and "0.7" are 0.7; up to 1 it is a share already. Raises :class:`Refused` (``number_unread``)."""
    plain = text.strip()
    found = number_written(plain.removesuffix("%"), language)
    return found / 100 if plain.endswith("%") or found > 1 else found


def day_written(text: str) -> date:
    """The day in ``text``, the day before the month as in both countries: "31-12-2016", "31/12/2016", "2016-12-31", "31. december 2016".

    Raises :class:`Refused` (``day_unread``), also for a year of two digits.
    """
    found = next(_days(" ".join(text.split())), None)
    if found is None:
        raise Refused("day_unread", f"“{text.strip()[:40]}” is no day we can read.", mend="Write it as 31-12-2016 or 2016-12-31.")
    return found


def _days(text: str) -> Iterator[date]:
    for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_YEAR_FIRST, (1, 2, 3)), (_MONTH_NAMED, (3, 2, 1))):
        told = pattern.fullmatch(text)
        if told and text.isprintable():
            year, month, day = (told[place] for place in order)
            number = int(month) if month.isdecimal() else _MONTHS.get(month[:3].lower(), 0)
            try:
                yield date(int(year), number, int(day))
            except ValueError:
                return


def period_written(text: str) -> tuple[date, date]:
    """First and last day of a year: "2017" is the calendar's, "2023–24" begins in April. Raises :class:`Refused` (``period_unread``)."""
    plain = text.strip()
    year, years = _YEAR.fullmatch(plain), _YEARS.fullmatch(plain)
    if year and plain.isascii() and 1900 < int(plain) < 2200:
        return date(int(plain), 1, 1), date(int(plain), 12, 31)
    if years and (int(years[1]) + 1) % 100 == int(years[2]) and 1900 < int(years[1]) < 2200:
        first = int(years[1])
        return date(first, 4, 1), date(first + 1, 3, calendar.monthrange(first + 1, 3)[1])
    raise Refused("period_unread", f"“{plain[:40]}” is no year we can read.", mend="Write it as 2017 or 2023–24, or give both days.")


def decimal_of(value: int | float) -> Decimal:
    """A number of a workbook as its maker saw it: 0.1, not the binary fraction nearest to it (17 digits, as spreadsheets show 15)."""
    return Decimal(value) if isinstance(value, int) else Decimal(format(value, ".15g"))


def day_of(value: date) -> date:
    """The day of a workbook's date or moment."""
    return value.date() if isinstance(value, datetime) else value
