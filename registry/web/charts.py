"""Charts of figures that speak for themselves: each returns a :class:`Figure` that ``{% figure %}`` renders, with its table behind it.

The caption says the finding, not the topic. Bars start at zero and are labelled at their end. Solid means evidenced; a dashed outline on
white means claimed without evidence. There are no pies, and nothing depends on colour alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils import formats

from registry.web.drawing import Drawing, Number, listed, short
from registry.web.plots import ARRANGEMENTS, Bar, Month, Part, Series, bars_drawn, months_drawn, parts_drawn, span_drawn

__all__ = ["TOO_FEW", "Bar", "Figure", "Month", "Part", "Series", "Table", "bars", "months", "parts", "plain", "short", "span"]

TOO_FEW = "Too few to show"


@dataclass(frozen=True, slots=True)
class Table:
    """The figures behind a chart, as text: the first column heads its row, the others are numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def named(self) -> list[list[tuple[str, str]]]:
        """The cells of each row with the heads of their columns."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart to render. ``key`` begins its element ids, ``title`` and ``description`` are what a screen reader says for the picture."""

    key: str
    caption: str
    title: str
    description: str
    drawings: tuple[Drawing, ...]
    table: Table
    note: str = ""
    legend: tuple[Series, ...] = ()


def plain(number: Number) -> str:
    """A number with thousands apart: ``12,500``."""
    return f"{number:,}"


def bars(
    caption: str,
    rows: Sequence[Bar],
    *,
    title: str = "",
    what: str = "Line",
    measure: str = "Figure",
    note: str = "",
    table: Table | None = None,
) -> Figure:
    """Horizontal bars from zero, one a row, in the order given; ``what`` and ``measure`` head the table's columns."""
    drawings = bars_drawn(rows)
    description = listed([f"{row.label} {row.text}{_unevidenced(row)}" for row in rows])
    return _figure(caption, title, description, drawings, table or _table(rows, what, measure), note)


def parts(
    caption: str,
    rows: Sequence[Part],
    *,
    title: str = "",
    what: str = "Part",
    measure: str = "Figure",
    note: str = "",
    table: Table | None = None,
) -> Figure:
    """One bar of adjoining parts, each as long as its share of their sum; sizes count, not signs. Nothing is drawn of a sum of nothing."""
    total = sum((abs(Decimal(row.value)) for row in rows), Decimal())
    shares = [float(100 * abs(Decimal(row.value)) / total) for row in rows] if total else []
    drawings = tuple(parts_drawn(name, rows, shares) for name in ARRANGEMENTS) if shares else ()
    said = [f"{row.label} {row.text}, {share:.0f} per cent{_unevidenced(row)}" for row, share in zip(rows, shares, strict=False)]
    return _figure(caption, title, listed(said), drawings, table or _table(rows, what, measure), note)


def span(
    caption: str,
    low: Number,
    likely: Number,
    high: Number,
    *,
    unit: str,
    label: str = "",
    title: str = "",
    note: str = "",
    write: Callable[[Number], str] = plain,
    tick: Callable[[Number], str] = short,
) -> Figure:
    """A forecast: the range from ``low`` to ``high`` on an axis from zero, with its middle marked; ``unit`` says of what, ``FTE a year``."""
    if not 0 <= low <= likely <= high:
        raise ValueError("A range is low, likely, high, none below zero")
    ends = (low, likely, high)
    drawings = tuple(span_drawn(name, ends, unit, label, write, tick) for name in ARRANGEMENTS)
    names = ("Low", "Likely", "High")
    description = listed([f"{name} {write(value)}" for name, value in zip(names, ends, strict=True)])[:-1] + f" {unit}."
    rows = tuple((name, write(value)) for name, value in zip(names, ends, strict=True))
    return _figure(caption, title, description, drawings, Table(("Case", unit[:1].upper() + unit[1:]), rows), note)


def months(
    caption: str,
    series: Sequence[Series],
    rows: Sequence[Month],
    *,
    title: str = "",
    note: str = "",
    missing: str = TOO_FEW,
    write: Callable[[Number], str] = plain,
) -> Figure:
    """Columns by month, the series of each stacked from the bottom in the order given; ``missing`` says why a month has no figures."""
    drawings = tuple(months_drawn(name, series, rows) for name in ARRANGEMENTS) if rows else ()
    has_total = len(series) > 1
    head = ("Month", *(each.name for each in series), *(("Total",) if has_total else ()))
    body = tuple(_month_row(row, len(head) - 1, has_total, missing, write) for row in rows)
    said = [f"{_month(row.first)} {missing.lower() if row.values is None else write(sum(row.values))}" for row in rows]
    figure = _figure(caption, title, listed(said, 60), drawings, Table(head, body), note)
    return replace(figure, legend=tuple(series)) if has_total else figure


def _figure(caption: str, title: str, description: str, drawings: tuple[Drawing, ...], table: Table, note: str) -> Figure:
    key = f"chart-{zlib.crc32(f'{caption}{title}'.encode()):08x}"  # the same on every visit; two charts of a page differ in what they say
    return Figure(key, caption, title or caption, description, drawings, table, note)


def _unevidenced(row: Bar | Part) -> str:
    return "" if row.is_evidenced else ", claimed without evidence"


def _table(rows: Sequence[Bar] | Sequence[Part], what: str, measure: str) -> Table:
    if all(row.is_evidenced for row in rows):
        return Table((what, measure), tuple((row.label, row.text) for row in rows))
    evidence = {True: "Evidenced", False: "Claimed without evidence"}
    return Table((what, measure, "Evidence"), tuple((row.label, row.text, evidence[row.is_evidenced]) for row in rows))


def _month(first: date) -> str:
    return formats.date_format(first, "M Y")


def _month_row(row: Month, width: int, has_total: bool, missing: str, write: Callable[[Number], str]) -> tuple[str, ...]:
    if row.values is None:
        return (_month(row.first), missing, *[""] * (width - 1))
    return (_month(row.first), *(write(value) for value in row.values), *((write(sum(row.values)),) if has_total else ()))
