"""Reads the rows of a table as what its columns hold; every cell that cannot be read is told apart, with its place and its mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from registry.errors import Refused
from registry.formats.tables import Bounds, Cell, Flaw, Row, read_table
from registry.imports.columns import KINDS, NO, YES, Column, plain
from registry.values.written import day_of, day_written, decimal_of, is_either_way, number_written, share_written

MOST_ROWS: Final = 1_000  # each is tried as if it were made, twice: when it is shown and when it is confirmed
BOUNDS: Final = Bounds(rows=MOST_ROWS)
MOST_WHOLE: Final = 10**15
_FLAWS: Final = {
    "formula_without_value": "Open the file in Excel, save it and send it again, or write the value itself.",
    "error_value": "Write the value itself.",
    "cell_too_long": "Shorten it.",
}


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell; ``column`` is its heading as the file has it, empty where it concerns the row."""

    column: str
    code: str
    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row: the number a spreadsheet shows beside it, its values by field, and what could not be read.

    ``notes`` say how a number was read that English and Danish read differently.
    """

    number: int
    values: dict[str, Any]
    errors: tuple[CellError, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a table, the heading that the file has for each field, and the headings that mean nothing to us."""

    rows: tuple[ReadRow, ...]
    headings: dict[str, str]
    unread: tuple[str, ...]


def read_rows(path: Path, filename: str, kind: str, language: str) -> Reading:
    """The table in the file at ``path`` as one of ``kind``.

    Raises whatever :func:`registry.formats.tables.read_table` does, or :class:`Refused` (``column_missing``, ``column_twice``, ``rows_missing``).
    """
    table = read_table(path, filename, BOUNDS)
    placed = _placed(table.headings, KINDS[kind])
    rows = tuple(_read(row, placed, table.headings, language) for row in table.rows)
    if not rows:
        raise Refused("rows_missing", "The file has headings and no rows below.", where=filename, mend="Fill in one row at least.")
    known = set(placed)
    unread = tuple(heading for place, heading in enumerate(table.headings) if heading and place not in known)
    return Reading(rows, {column.field: table.headings[place] for place, column in placed.items()}, unread)


def _placed(headings: Sequence[str], columns: Sequence[Column]) -> dict[int, Column]:
    """Which column stands where, by its heading; its own name goes before another that we take as well."""
    named: dict[str, Column] = {}
    for part in (slice(0, 3), slice(3, None)):
        for column in columns:
            for heading in column.headings[part]:
                named.setdefault(plain(heading), column)
    found: dict[int, Column] = {}
    for place, heading in enumerate(headings):
        known = named.get(plain(heading))
        if known is None:
            continue
        if known in found.values():
            raise Refused("column_twice", f"Two columns are “{known.heading}”.", where=f"column {heading[:40]}", mend="Keep one of them.")
        found[place] = known
    missing = [column.heading for column in columns if column.needed and column not in found.values()]
    if missing:
        raise Refused(
            "column_missing",
            f"There is no column “{missing[0]}”.",
            where="row 1",
            mend="Keep the headings of the template, in English or Danish.",
        )
    return found


def _read(row: Row, placed: dict[int, Column], headings: Sequence[str], language: str) -> ReadRow:
    values: dict[str, Any] = {}
    errors: list[CellError] = []
    notes: list[str] = []
    if row.is_longer:
        errors.append(CellError("", "row_too_long", "The row has more cells than there are headings.", "Put texts with commas in quotes."))
    for place, column in placed.items():
        cell = row.cells[place]
        try:
            values[column.field] = _value(cell, column, language)
        except Refused as error:
            errors.append(CellError(headings[place], error.code, error.message, error.mend))
            continue
        if column.holds in ("number", "whole") and isinstance(cell, str) and is_either_way(cell):
            notes.append(f"{headings[place]}: “{cell}” is read as {values[column.field]:,}.")
    return ReadRow(row.number, values, tuple(errors), tuple(notes))


def _value(cell: Cell, column: Column, language: str) -> Any:
    """What ``cell`` holds; None for an empty one, False where it says yes or no, and no text. Raises :class:`Refused`."""
    if isinstance(cell, Flaw):
        raise Refused(cell.code, cell.message, mend=_FLAWS[cell.code])
    if cell == "":
        if column.needed:
            raise Refused("cell_missing", "The cell is empty.", mend="Fill it in.")
        return {"text": "", "choice": "", "list": (), "yes": False}.get(column.holds)
    if column.holds in ("text", "list"):
        text = _text(cell)
        return text if column.holds == "text" else tuple(each.strip() for each in text.replace("\n", ";").split(";") if each.strip())
    if column.holds in ("choice", "yes"):
        return _chosen(cell, column)
    if column.holds == "day":
        return _day(cell)
    return _number(cell, column, language)


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return format(decimal_of(cell), "f")
    return day_of(cell).isoformat() if isinstance(cell, date) else str(cell)


def _chosen(cell: Cell, column: Column) -> Any:
    if isinstance(cell, bool):
        cell = "yes" if cell else "no"
    word = plain(_text(cell))
    known: dict[str, Any] = {**YES, **NO} if column.holds == "yes" else dict(column.choices)
    if word not in known:
        meant = "yes or no" if column.holds == "yes" else ", ".join(dict.fromkeys(column.choices.values()))
        raise Refused("choice_unknown", f"“{_text(cell)[:40]}” is none of the choices.", mend=f"Use one of: {meant}.")
    return known[word]


def _day(cell: Cell) -> date:
    if isinstance(cell, str):
        return day_written(cell)
    if isinstance(cell, date):
        return day_of(cell)
    raise Refused("day_unread", "The cell holds no day.", mend="Write it as 31-12-2016 or 2016-12-31.")


def _number(cell: Cell, column: Column, language: str) -> Decimal | int:
    if isinstance(cell, str):
        found = share_written(cell, language) if column.holds == "share" else number_written(cell, language)
    elif isinstance(cell, bool | date | time | timedelta | Flaw):
        raise Refused("number_unread", "The cell holds a date or a yes, and no number.", mend="Format the column as a number.")
    else:
        found = decimal_of(cell)
        found = found / 100 if column.holds == "share" and found > 1 else found
    if column.holds != "whole":
        return found
    if found != found.to_integral_value() or not abs(found) < MOST_WHOLE:
        raise Refused("number_not_whole", f"{found.normalize():f} is no whole number.", mend="Write it without decimals.")
    return int(found)
