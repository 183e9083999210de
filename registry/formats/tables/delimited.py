"""CSV as spreadsheets and platforms write it: commas, semicolons or tabs; UTF-8, UTF-16 or Windows-1252."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from registry.errors import Refused
from registry.formats.tables.model import Bounds, Table, table_of, too_many_columns

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SEPARATORS: Final = ",;\t|"
_TOLD = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)  # Excel's own first line
_QUOTED = re.compile(r'"[^"]*"?')


def read_delimited(data: bytes, bounds: Bounds) -> Table:
    """The table in the bytes of a CSV file. Raises :class:`Refused`."""
    text = _text(data)
    if "\0" in text:
        raise Refused("table_binary", "The file is neither CSV nor XLSX.", where="file", mend="Export it as CSV UTF-8 or XLSX.")
    told = _TOLD.match(text)
    if told:
        text = text[told.end() :]
    return table_of(_lines(text, told[1] if told else _separator(text), 2 if told else 1, bounds), bounds)


def _text(data: bytes) -> str:
    """By its mark; without one UTF-8, or else what Windows calls ANSI in Britain and Denmark."""
    encoding, start = next(((name, len(mark)) for mark, name in _MARKS if data.startswith(mark)), ("", 0))
    for name in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return data[start:].decode(name)
        except UnicodeDecodeError:
            continue
    raise Refused("table_encoding", "The text is neither UTF-8, UTF-16 nor Windows-1252.", where="file", mend="Save it as CSV UTF-8.")


def _separator(text: str) -> str:
    """What parts the most headings; a heading in quotes may hold the others."""
    first = _QUOTED.sub("", text.lstrip().split("\n", 1)[0])
    return max(_SEPARATORS, key=first.count)


def _lines(text: str, separator: str, number: int, bounds: Bounds) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            line = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(
                "table_damaged", f"Row {number} cannot be read: {error}.", where=f"row {number}", mend="Export the file again."
            ) from error
        if any(line[bounds.columns :]):
            raise too_many_columns(number, bounds)
        yield number, line
        number += 1
