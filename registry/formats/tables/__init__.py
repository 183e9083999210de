"""Tables that people and platforms export, CSV or XLSX: one heading row, then rows of plain values, within bounds of time and memory."""

from __future__ import annotations

from pathlib import Path

from registry.errors import Refused, TooLarge
from registry.formats.tables.delimited import read_delimited
from registry.formats.tables.model import BOUNDS, MAX_BYTES, Bounds, Cell, Flaw, Row, Table
from registry.formats.tables.workbook import read_workbook

__all__ = ["BOUNDS", "MAX_BYTES", "Bounds", "Cell", "Flaw", "Row", "Table", "read_table"]

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and any workbook with a password


def read_table(path: Path, filename: str = "", bounds: Bounds = BOUNDS) -> Table:
    """The table in the file at ``path``, which its sender calls ``filename``; told apart by content, never by extension.

    The rows are read as they are asked for, and may raise then too. Raises :class:`TooLarge` (``table_too_large``, ``table_inflated``),
    :class:`Refused` (``table_empty``, ``table_damaged``, ``table_encoding``, ``table_binary``, ``table_old_format``,
    ``table_too_many_rows``, ``table_too_many_columns``) and, of a damaged or hostile workbook, :class:`Unreadable` (``archive_*``).
    """
    where = filename[:120] or "file"
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge("table_too_large", f"The file is over {MAX_BYTES >> 20} MiB.", where=where, mend="Send a shorter period at a time.")
    data = path.read_bytes()
    if not data.strip():
        raise Refused("table_empty", "The file is empty.", where=where, mend="Choose the file again and send it.")
    if data.startswith(_OLD_OFFICE):
        raise Refused(
            "table_old_format",
            "The file is an old Excel workbook, or has a password.",
            where=where,
            mend="Save it as Excel workbook (.xlsx) or CSV UTF-8, without a password.",
        )
    return read_workbook(data, bounds) if data.startswith(b"PK\x03\x04") else read_delimited(data, bounds)
