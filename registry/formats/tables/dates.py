"""Numbers that a spreadsheet shows as dates: which styles do so (ECMA-376 part 1, 18.8.30), and what moment a number means."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from lxml import etree

from registry.formats.tables.model import Cell, Flaw

EPOCH: Final = datetime(1899, 12, 30)  # a sheet's clock has no zone, and counts a 29 February 1900 that never was
EPOCH_1904: Final = datetime(1904, 1, 1)
_DAYS: Final = 2_958_466  # to the year 9999
_BUILT_IN: Final = (
    dict.fromkeys((14, 15, 16, 17, *range(27, 37), *range(50, 59)), "date")
    | dict.fromkeys((18, 19, 20, 21, 45, 47), "time")
    | {22: "date", 46: "elapsed"}
)
_NOT_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')  # quoted, escaped, padding, colours and conditions
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]")
_DATE, _CLOCK = re.compile(r"[dy]"), re.compile(r"[hs]")


def kinds_of(styles: etree._Element) -> tuple[str, ...]:
    """For each cell style, ``date``, ``time``, ``elapsed`` or nothing."""
    formats = {
        str(each.get("numFmtId")): _kind(each.get("formatCode", "")) for each in styles.iter() if etree.QName(each).localname == "numFmt"
    }
    styled = next((each for each in styles if etree.QName(each).localname == "cellXfs"), ())
    keys = (str(each.get("numFmtId", "0")) for each in styled)
    return tuple(formats.get(key) or (_BUILT_IN.get(int(key), "") if key.isdecimal() and len(key) < 8 else "") for key in keys)


def moment(text: str) -> Cell:
    """The date of a cell that writes it out (ISO 8601)."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return Flaw("error_value", "The cell is no date.")


def _kind(code: str) -> str:
    plain = _NOT_LETTERS.sub("", code.partition(";")[0]).lower()
    if _ELAPSED.search(plain):
        return "elapsed"
    if _DATE.search(plain):
        return "date"
    return "time" if _CLOCK.search(plain) else ""


def _date(value: float, epoch: datetime) -> Cell:
    """A day, or with a part of a day a moment, to the nearest millisecond."""
    if not 0 <= value < _DAYS:
        return Flaw("error_value", "The number is no date.")
    if value.is_integer():
        day: date = (epoch + timedelta(days=int(value))).date()
        return day
    return epoch + timedelta(milliseconds=round(value * 86_400_000))


def _time(value: float, epoch: datetime) -> Cell:
    if not 0 <= value < 1:
        return _elapsed(value, epoch)
    return (datetime.min + timedelta(milliseconds=min(round(value * 86_400_000), 86_399_999))).time()


def _elapsed(value: float, epoch: datetime) -> Cell:
    if not abs(value) < _DAYS:
        return Flaw("error_value", "The number is no length of time.")
    return timedelta(milliseconds=round(value * 86_400_000))


DATE: Final[dict[str, Callable[[float, datetime], Cell]]] = {"date": _date, "time": _time, "elapsed": _elapsed}
