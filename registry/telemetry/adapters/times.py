"""Moments, lengths of time and numbers as exports write them in Britain and Denmark."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final, Literal
from zoneinfo import ZoneInfo

from registry.formats.tables import Cell
from registry.telemetry.adapters.model import Unread

Order = Literal["dmy", "mdy"]
ORDERS: Final[tuple[Order, ...]] = ("dmy", "mdy")
ZONES: Final = ("UTC", "Europe/London", "Europe/Copenhagen")
_SHORT: Final = {"Z": 0, "UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2}  # hours east; the zones that exports name by letters
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "may maj", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec"), 1
    )
    for name in names.split()
}  # fmt: skip
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
_NAMED_ZONE = r"(?:\s*(?P<zone>Z|UTC|GMT|BST|CET|CEST))?"
_DAYS = (
    r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<year>\d{4})",
    r"(?P<year>\d{4})[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})",
    r"(?P<day>\d{1,2})\.?[ -](?P<word>[A-Za-z]{3,9})\.?[ -](?P<year>\d{4})",
    r"(?P<word>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
)
_FORMS: Final = tuple(
    re.compile(form)
    for day in _DAYS
    for form in (rf"{day}(?:(?:,? (?:at |kl\. ?)?|T){_CLOCK}{_NAMED_ZONE})?", rf"{_CLOCK}{_NAMED_ZONE},? {day}")
)
_SPAN = re.compile(r"(?:(?P<days>\d{1,4})[.:d ]+)?(?P<hours>\d{1,5}):(?P<minutes>\d{2}):(?P<seconds>\d{2}(?:[.,]\d{1,9})?)")
_GROUPED = re.compile(r"\d{1,3}(?:[., \u00a0\u202f]\d{3})+")
_MOST = 60  # characters of a moment


def moment(cell: Cell, zone: tzinfo, order: Order) -> datetime:
    """The moment a cell tells, in UTC; without a zone of its own it is of ``zone``. Raises :class:`Unread` (``time_invalid``)."""
    try:
        told = _told(cell, order)
        return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unread(
            "time_invalid",
            "The time cannot be read." if cell != "" else "The time is missing.",
            "Write it as 2026-11-03 09:30, or say that the month comes first.",
        ) from error


def zone_of(name: str) -> tzinfo:
    """The time zone of that name; raises :class:`KeyError` for one that is not offered."""
    if name not in ZONES:
        raise KeyError(name)
    return ZoneInfo(name)


def span(cell: Cell) -> float:
    """A length of time in seconds: a number of them, or hours, minutes and seconds. Raises :class:`Unread` (``duration_invalid``)."""
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    if isinstance(cell, time):
        return timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second, microseconds=cell.microsecond).total_seconds()
    if isinstance(cell, str) and (found := _SPAN.fullmatch(cell)):
        whole = timedelta(days=int(found["days"] or 0), hours=int(found["hours"]), minutes=int(found["minutes"]))
        return whole.total_seconds() + float(found["seconds"].replace(",", "."))
    try:
        return number(cell)
    except ValueError as error:
        raise Unread("duration_invalid", "The duration cannot be read.", "Write seconds, or hours:minutes:seconds.") from error


def count(cell: Cell) -> int:
    """A whole number. Raises :class:`Unread` (``items_invalid``)."""
    try:
        told = float(re.sub(r"\D", "", cell)) if isinstance(cell, str) and _GROUPED.fullmatch(cell) else number(cell)
        if not told.is_integer():
            raise ValueError
        return int(told)
    except (ValueError, OverflowError) as error:
        raise Unread("items_invalid", "The number of items is not a whole number.", "Give a whole number from 0.") from error


def number(cell: Cell) -> float:
    """A number, with a point or a comma. Raises :class:`ValueError`."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise ValueError
    if isinstance(cell, str) and not re.fullmatch(r"-?\d{1,15}(?:[.,]\d{1,9})?", cell):
        raise ValueError
    return float(cell.replace(",", ".")) if isinstance(cell, str) else float(cell)


def _told(cell: Cell, order: Order) -> datetime:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    if not isinstance(cell, str) or len(cell) > _MOST:
        raise ValueError
    text = " ".join(cell.split())
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        raise ValueError
    return _from(found.groupdict(), order)


def _from(found: dict[str, str | None], order: Order) -> datetime:
    if word := found.get("word"):
        month, day = _MONTHS.get(word[:3].lower(), 0), int(found["day"] or 0)
    elif first := found.get("a"):
        day, month = (int(first), int(found["b"] or 0)) if order == "dmy" else (int(found["b"] or 0), int(first))
    else:
        month, day = int(found["month"] or 0), int(found["day"] or 0)
    hour = int(found["hour"] or 0)
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half in "Pp" else 0)
    part = int((found["part"] or "").ljust(6, "0")[:6])
    told = datetime(int(found["year"] or 0), month, day, hour, int(found["minute"] or 0), int(found["second"] or 0), part)
    return told.replace(tzinfo=_zone(found["zone"])) if found["zone"] else told


def _zone(letters: str | None) -> tzinfo:
    return timezone(timedelta(hours=_SHORT[letters or "Z"]))
