"""What becomes of a table, row by row; and the same as JSON, as it is kept with the file until somebody confirms it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from registry.imports.reading import CellError


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What becomes of a row: made, left as it is (``is_known``), or refused for ``errors``."""

    number: int
    words: str = ""
    is_known: bool = False
    errors: tuple[CellError, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a table; nothing of it is stored while a row is refused."""

    rows: tuple[RowOutcome, ...] = ()
    unread: tuple[str, ...] = ()  # headings that mean nothing to us

    @property
    def refused(self) -> tuple[RowOutcome, ...]:
        return tuple(row for row in self.rows if row.errors)

    @property
    def made(self) -> tuple[RowOutcome, ...]:
        return tuple(row for row in self.rows if not row.errors and not row.is_known)

    @property
    def known(self) -> tuple[RowOutcome, ...]:
        return tuple(row for row in self.rows if row.is_known)


def as_json(outcome: Outcome) -> dict[str, Any]:
    """For :attr:`registry.imports.models.ImportDraft.preview`."""
    return asdict(outcome)


def from_json(kept: dict[str, Any]) -> Outcome:
    """What :func:`as_json` made."""
    rows = (
        RowOutcome(**{**row, "errors": tuple(CellError(**each) for each in row["errors"]), "notes": tuple(row["notes"])})
        for row in kept.get("rows", ())
    )
    return Outcome(tuple(rows), tuple(kept.get("unread", ())))
