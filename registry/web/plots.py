"""Where the marks of each kind of chart go, in each of its arrangements; :mod:`registry.web.charts` is the way in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from math import ceil

from django.utils import formats

from registry.web.drawing import (
    LEAST_WIDTH,
    MIDDLE,
    NARROW,
    WIDE,
    Drawing,
    Mark,
    Number,
    down,
    line,
    rect,
    room,
    short,
    text,
    ticks,
    wrapped,
)

ARRANGEMENTS = (WIDE, MIDDLE, NARROW)
_WIDEST_LABEL = 13.0  # of a label beside its bar, in rem; longer ones are wrapped
_LINE, _BAR, _GAP = 1.3, 1.3, 0.75  # height of a line of text, of a bar, and between rows, in rem
_RISE = 0.38  # from the middle of a bar down to the base line of the text beside it, in rem


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``text`` stands at its end; ``tone`` is 1 to 4 of the chart colours; a value may be negative."""

    label: str
    value: Number
    text: str
    is_evidenced: bool = True
    tone: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: ``text`` is its figure as people read it, ``note`` a few words more."""

    label: str
    value: Number
    text: str
    note: str = ""
    is_evidenced: bool = True
    tone: int = 1


@dataclass(frozen=True, slots=True)
class Series:
    """What is counted month by month, in one of the chart colours 1 to 4."""

    name: str
    tone: int = 1


@dataclass(frozen=True, slots=True)
class Month:
    """The values of every series in the month that ``first`` begins; ``None`` where they may not be shown."""

    first: date
    values: tuple[Number, ...] | None


def bars_drawn(rows: Sequence[Bar]) -> tuple[Drawing, ...]:
    """The arrangements of :func:`registry.web.charts.bars`: labels beside the bars, and on a phone above them."""
    return (_bars_beside(WIDE, rows), _bars_beside(MIDDLE, rows), _bars_narrow(rows)) if rows else ()


def _tone(row: Bar | Part) -> str:
    return f"tone-{row.tone}" if row.is_evidenced else "claimed"


class _Scale:
    """Where a value stands, in per cent of a drawing ``width`` rem wide: right of ``column`` rem, leaving the ends room for their labels."""

    def __init__(self, rows: Sequence[Bar], width: float, column: float = 0) -> None:
        self.low = min(0.0, *(float(row.value) for row in rows))
        self.high = max(0.0, *(float(row.value) for row in rows)) or (1.0 if self.low == 0 else 0.0)
        before, after = (max((room(row.text) + 0.5 for row in rows if (row.value < 0) == side), default=0) for side in (True, False))
        self.left = 100 * (column + before) / width
        self.length = max(15.0, 100 - self.left - 100 * after / width)

    def at(self, value: Number) -> float:
        return self.left + self.length * (float(value) - self.low) / (self.high - self.low)


def _bar_marks(row: Bar, scale: _Scale, top: float) -> tuple[Mark, Mark]:
    zero, end = scale.at(0), scale.at(row.value)
    side, dx = ("end strong", -0.4) if row.value < 0 else ("strong", 0.4)
    return rect(_tone(row), min(zero, end), top, abs(end - zero), _BAR), text(side, end, top + _BAR / 2 + _RISE, row.text, dx=dx)


def _bars_beside(name: str, rows: Sequence[Bar]) -> Drawing:
    column = min(_WIDEST_LABEL, max(room(row.label) for row in rows) + 0.7)
    scale = _Scale(rows, LEAST_WIDTH[name], column)
    edge = 100 * column / LEAST_WIDTH[name]
    marks, top = [], 0.2
    for row in rows:
        lines = wrapped(row.label, column - 0.6)
        height = max(_BAR, _LINE * len(lines))
        middle = top + height / 2
        first = middle - _LINE * (len(lines) - 1) / 2 + _RISE
        marks += [text("end", edge, first + _LINE * count, words, dx=-0.6) for count, words in enumerate(lines)]
        marks += _bar_marks(row, scale, middle - _BAR / 2)
        top += height + _GAP
    bottom = top - _GAP + 0.2
    return Drawing(name, down(bottom), (*marks, line("axis", scale.at(0), 0, scale.at(0), bottom)))


def _bars_narrow(rows: Sequence[Bar]) -> Drawing:
    scale = _Scale(rows, LEAST_WIDTH[NARROW])
    marks, top = [], 0.0
    for row in rows:
        lines = wrapped(row.label, LEAST_WIDTH[NARROW])
        marks += [text("start", 0, top + 1 + _LINE * count, words) for count, words in enumerate(lines)]
        top += _LINE * len(lines) + 0.15
        marks += [*_bar_marks(row, scale, top), line("axis", scale.at(0), top - 0.1, scale.at(0), top + _BAR + 0.1)]
        top += _BAR + _GAP
    return Drawing(NARROW, down(top - _GAP + 0.2), tuple(marks))


def parts_drawn(name: str, rows: Sequence[Part], shares: Sequence[float]) -> Drawing:
    width = LEAST_WIDTH[name]
    fits = all(
        max(room(row.label), room(row.text) * 1.2 + 1.2, room(row.note)) <= share / 100 * width - 0.6
        for row, share in zip(rows, shares, strict=True)
    )
    return _parts_labelled(name, rows, shares) if fits else _parts_keyed(name, rows, shares, width)


def _parts_bar(rows: Sequence[Part], shares: Sequence[float], top: float, height: float) -> list[Mark]:
    starts = list(accumulate(shares, initial=0.0))[:-1]
    filled = [(row, rect(_tone(row), at, top, share, height)) for row, at, share in zip(rows, starts, shares, strict=True)]
    gaps = [line("gap", at, top - 0.1, at, top + height + 0.1) for at in starts[1:]]
    # The gap comes before the dashed outlines, or it would cover their edge.
    return [mark for row, mark in filled if row.is_evidenced] + gaps + [mark for row, mark in filled if not row.is_evidenced]


def _parts_labelled(name: str, rows: Sequence[Part], shares: Sequence[float]) -> Drawing:
    marks, at = _parts_bar(rows, shares, 1.7, 2.2), 0.0
    for count, (row, share) in enumerate(zip(rows, shares, strict=True)):
        indent = 0.2 if count else 0
        inside = f"in-{row.tone} large" if row.is_evidenced else "large"
        marks += [text("strong", at, 1.1, row.label, dx=indent), text(inside, at, 3.2, row.text, dx=indent + 0.6)]
        marks += [text("quiet", at, 5.2, row.note, dx=indent)] if row.note else []
        at += share
    return Drawing(name, "5.6rem" if any(row.note for row in rows) else "4.1rem", tuple(marks))


def _parts_keyed(name: str, rows: Sequence[Part], shares: Sequence[float], width: float) -> Drawing:
    """The bar, and below it a line for each part with a sample of its fill, where the parts are too short for their words."""
    marks, top = _parts_bar(rows, shares, 0.1, 1.9), 2.5
    for row in rows:
        marks.append(Mark("rect", _tone(row), "1", down(top + 0.2), "0.9rem", "0.9rem"))
        words = [("strong", each) for each in wrapped(f"{row.label}: {row.text}", width - 1.6)]
        words += [("quiet", each) for each in wrapped(row.note, width - 1.6)]
        marks += [text(css, 0, top + 1 + _LINE * count, each, dx=1.5) for count, (css, each) in enumerate(words)]
        top += _LINE * len(words) + 0.3
    return Drawing(name, down(top), tuple(marks))


type _Ends = tuple[Number, Number, Number]
type _Write = Callable[[Number], str]


def span_drawn(name: str, ends: _Ends, unit: str, label: str, write: _Write, tick: _Write) -> Drawing:
    width = LEAST_WIDTH[name]
    column = min(_WIDEST_LABEL, room(label) + 0.7) if label and name != NARROW else 0.0
    top = _LINE + 0.2 if label and not column else 0.0
    most = int((width - column) / (room(max(map(tick, ends), key=room)) + 2))
    places = ticks(ends[2], min(max(most, 2), 7))
    left, length = _span_room(ends, write, tick(places[-1]), places[-1], width, column)
    low, likely, high, *at = (left + length * float(value / places[-1]) for value in (*ends, *places))
    middle = f"Likely {write(ends[1])}"
    half = 50 * room(middle) / width
    marks = [line("grid", x, top + 1.4, x, top + 4.6) for x in at]
    marks += [text("middle quiet small", x, top + 5.7, tick(each)) for x, each in zip(at, places, strict=True)]
    marks += [text("middle quiet small", left + length / 2, top + 7, unit)]
    marks += [rect("range", low, top + 2.2, high - low, 1.6), line("likely", likely, top + 1.7, likely, top + 4.3)]
    marks += [
        text("end strong", low, top + 3 + _RISE, write(ends[0]), dx=-0.35),
        text("strong", high, top + 3 + _RISE, write(ends[2]), dx=0.35),
    ]
    marks += [text("middle strong", min(max(likely, half), 100 - half), top + 1.1, middle)]
    marks += [text("start", 0, top + 3 + _RISE if column else 1, wrapped(label, column or width, 1)[0])] if label else []
    return Drawing(name, down(top + 7.4), tuple(marks))


def _span_room(ends: _Ends, write: _Write, last: str, top: Decimal, width: float, column: float) -> tuple[float, float]:
    """Where the axis begins and how long it is, in per cent, so that the words left and right of the range stay on the drawing."""
    start = 100 * column / width
    before, after = (100 * (room(write(end)) + 0.5) / width for end in (ends[0], ends[2]))
    low, high = float(ends[0] / top), float(ends[2] / top)
    left, right = start + 50 * (room("0") + 0.2) / width, 50 * (room(last) + 0.2) / width
    for _ in range(100):
        length = 100 - left - right
        is_left_short, is_right_short = left + low * length < start + before, left + high * length + after > 100
        if length <= 20 or not (is_left_short or is_right_short):
            break
        left, right = left + is_left_short, right + is_right_short
    return left, 100 - left - right


_TALL, _TOP = 9.0, 0.7  # height of the months' plot and the room above it for the highest tick's words, in rem


def months_drawn(name: str, series: Sequence[Series], rows: Sequence[Month]) -> Drawing:
    places = ticks(max((sum(row.values) for row in rows if row.values is not None), default=1), 4)
    column = max(room(short(each)) for each in places) + 0.6
    left = 100 * column / LEAST_WIDTH[name]
    marks = []
    for each in places:
        y = _TOP + _TALL * (1 - float(each / places[-1]))
        marks += [text("end quiet small", left, y + 0.32, short(each), dx=-0.5), line("grid" if each else "axis", left, y, 100, y)]
    slot = (100 - left) / len(rows)
    for place, row in enumerate(rows):
        marks += _column(series, row, left + place * slot, slot, places[-1])
    marks += _month_names(rows, left, slot, LEAST_WIDTH[name] - column)
    return Drawing(name, down(_TOP + _TALL + 2.9), tuple(marks))


def _column(series: Sequence[Series], row: Month, x: float, slot: float, top: Decimal) -> list[Mark]:
    if row.values is None:
        return [text("middle quiet small", x + slot / 2, _TOP + _TALL - 0.3, "–")]
    marks, y = [], _TOP + _TALL
    for each, value in zip(series, row.values, strict=True):
        height = _TALL * float(value / top)
        y -= height
        if height:
            # A white edge parts the pieces of a column, but would swallow a piece of a pixel or two.
            marks.append(rect(f"tone-{each.tone}{' stacked' if height > 0.25 else ''}", x + slot * 0.14, y, slot * 0.72, height))
    return marks


def _month_names(rows: Sequence[Month], left: float, slot: float, width: float) -> list[Mark]:
    """Names of as many months as ``width`` rem has room for, each year under its first."""
    every = ceil(2.4 * len(rows) / width)
    marks, year = [], 0
    for place, row in list(enumerate(rows))[::every]:
        x = left + slot * (place + 0.5)
        marks.append(text("middle quiet small", x, _TOP + _TALL + 1.2, formats.date_format(row.first, "M")))
        if row.first.year != year:
            year = row.first.year
            marks.append(text("middle quiet small", x, _TOP + _TALL + 2.4, str(year)))
    return marks
