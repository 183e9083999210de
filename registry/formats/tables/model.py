"""What a table is, whichever file it came in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from registry.errors import Refused

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_CELL: Final = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most of a table that is read."""

    rows: int = 5_000
    columns: int = 60


BOUNDS: Final = Bounds()  # of what people fill in by hand


@dataclass(frozen=True, slots=True)
class Flaw:
    """Stands where a cell's value cannot be told: ``code`` is ``formula_without_value``, ``error_value`` or ``cell_too_long``."""

    code: str
    message: str


Cell = str | int | float | bool | date | datetime | time | timedelta | Flaw  # an empty cell is ""; numbers in CSV files stay text


@dataclass(frozen=True, slots=True)
class Row:
    """One row with the number a spreadsheet shows beside it. ``cells`` are as many as the headings."""

    number: int
    cells: tuple[Cell, ...]
    is_longer: bool = False  # more cells are filled than there are headings: a separator within a text, most often


@dataclass(frozen=True, slots=True)
class Table:
    """The headings, and the rows below that are not blank; ``rows`` can be gone through once."""

    headings: tuple[str, ...]
    rows: Iterator[Row]


def table_of(lines: Iterable[tuple[int, Sequence[Cell]]], bounds: Bounds) -> Table:
    """The table whose first line that is not blank has the headings. Raises :class:`Refused`, then or while the rows are read."""
    told = ((number, line) for number, line in lines if any(cell != "" for cell in line))
    number, first = next(told, (0, ()))
    headings = [" ".join(str(cell).split()) if not isinstance(cell, Flaw) else "" for cell in first]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise Refused("table_empty", "The file has no row of headings.", where="row 1", mend="Keep the row of headings that came with it.")
    return Table(tuple(headings), _rows(told, len(headings), number, bounds))


def too_many_columns(number: int, bounds: Bounds) -> Refused:
    """That the row ``number`` is too wide."""
    message = f"Row {number} has over {bounds.columns} columns."
    return Refused("table_too_many_columns", message, where=f"row {number}", mend="Keep the columns that are needed.")


def _rows(lines: Iterator[tuple[int, Sequence[Cell]]], width: int, first: int, bounds: Bounds) -> Iterator[Row]:
    for count, (number, line) in enumerate(lines, 1):
        if count > bounds.rows:
            raise Refused(
                "table_too_many_rows",
                f"The file has over {bounds.rows:,} rows below the headings.",
                where=f"row {number}",
                mend="Send it in parts, each with the headings.",
            )
        cells = tuple(_bounded(cell) for cell in line[:width])
        yield Row(number, cells + ("",) * (width - len(cells)), any(cell != "" for cell in line[width:]))


def _bounded(cell: Cell) -> Cell:
    if isinstance(cell, str):
        cell = cell.strip()
        if len(cell) > MAX_CELL:
            return Flaw("cell_too_long", f"The cell has over {MAX_CELL:,} characters.")
    return cell
