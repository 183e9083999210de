"""The audit as files: JSON Lines that verify themselves, and CSV for a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from accounts.chain import Entry
from registry.errors import Unreadable

FORMATS: Final = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}
COLUMNS: Final = ("number", "at", "action", "subject", "organisation", "user", "token", "token_hint", "detail", "id", "previous", "hash")
_OPEN, _MIDDLE, _CLOSE = '{"hash": "', '", "event": ', "}\n"  # between them the hash, and the very text that was hashed
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet takes for a formula: OWASP, "CSV Injection"


def exported(chain: Iterable[Entry], form: str) -> Iterator[str]:
    """The lines of an export; ``form`` is one of :data:`FORMATS`."""
    return csv_lines(chain) if form == "csv" else json_lines(chain)


def json_lines(chain: Iterable[Entry]) -> Iterator[str]:
    """A JSON object a line. The hash is that of the text of ``event``, byte by byte."""
    return (f"{_OPEN}{entry.hash}{_MIDDLE}{entry.text}{_CLOSE}" for entry in chain)


def lines_read(lines: Iterable[str]) -> Iterator[Entry]:
    """The events of an export; raises :class:`Unreadable` (``audit_export``)."""
    for place, line in enumerate(lines, start=1):
        try:
            kept = json.loads(line)
            text = line[len(_OPEN) + 64 + len(_MIDDLE) : -len(_CLOSE)]
            entry = Entry(kept["event"]["number"], kept["event"]["previous"], kept["hash"], text)
            if next(json_lines([entry])) != line:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise Unreadable("audit_export", f"Line {place} is no line of an export of the audit.", where=f"line {place}") from None
        yield entry


def csv_lines(chain: Iterable[Entry]) -> Iterator[str]:
    """A header, then a row for each event; no cell is taken for a formula."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for entry in chain:
        event = json.loads(entry.text) | {"hash": entry.hash}
        event["detail"] = json.dumps(event["detail"], ensure_ascii=False)
        yield writer.writerow([defused(event[name]) for name in COLUMNS])


def defused(value: Any) -> Any:
    """``value`` such that a spreadsheet shows it as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value


class _Line:
    """What :mod:`csv` writes to: gives every line back."""

    def write(self, line: str) -> str:
        return line
