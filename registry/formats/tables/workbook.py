"""XLSX as ECMA-376 has it, of which only one sheet's values are read: no macro, no link, no formula is ever followed.

Read here and not by openpyxl, which keeps a whole row and every style in memory: 12 million cells fit a row of 50 MiB.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from registry.errors import Refused, TooLarge
from registry.formats.archive import Archive, open_zip
from registry.formats.tables.dates import DATE, EPOCH, EPOCH_1904, kinds_of, moment
from registry.formats.tables.model import Bounds, Cell, Flaw, Table, table_of, too_many_columns
from registry.formats.xml import parse_xml

MAX_INFLATED: Final = 50 * 1024 * 1024
MAX_SMALL: Final = 2 * 1024 * 1024  # of the parts read whole: the workbook, its relations and styles
MAX_SHARED: Final = 300_000  # texts; Excel writes each different one once
MAX_CELLS: Final = 1_000_000  # written at all, also empty ones
_MAX_ROW: Final = 1_048_576  # Excel's own
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_WORKBOOK: Final = "xl/workbook.xml"


@dataclass(frozen=True, slots=True)
class _Book:
    """What cells refer to."""

    shared: tuple[str, ...]
    kinds: tuple[str, ...]  # of each style: "", or how its number is a date
    epoch: datetime


def read_workbook(data: bytes, bounds: Bounds, sheet: str = "") -> Table:
    """The table on the sheet of that name (case does not count), or else on the first visible one. Raises as :func:`registry.formats.tables.read_table` says."""
    archive = open_zip(io.BytesIO(data))
    if sum(archive.size(name) for name in archive.names) > MAX_INFLATED:
        raise TooLarge("table_inflated", f"The workbook unpacks to over {MAX_INFLATED >> 20} MiB.", where="file", mend="Send it in parts.")
    if not archive.has(_WORKBOOK):
        raise Refused("table_binary", "The file is a zip file but no workbook.", where="file", mend="Export it as CSV UTF-8 or XLSX.")
    root = _small(archive, _WORKBOOK)
    path = _sheet(archive, root, sheet)
    settings = next((each for each in root if etree.QName(each).localname == "workbookPr"), None)
    is_1904 = settings is not None and settings.get("date1904") in ("1", "true")
    kinds = kinds_of(_small(archive, "xl/styles.xml")) if archive.has("xl/styles.xml") else ()
    book = _Book(_shared(archive), kinds, EPOCH_1904 if is_1904 else EPOCH)
    return table_of(_lines(archive.read(path, MAX_INFLATED), book, bounds), bounds)


def _small(archive: Archive, name: str) -> etree._Element:
    return parse_xml(archive.read(name, MAX_SMALL), name)


def _sheet(archive: Archive, workbook: etree._Element, named: str) -> str:
    """The path of the sheet of that name, or without one of the first that is not hidden."""
    sheets = [each for each in workbook.iter() if etree.QName(each).localname == "sheet"]
    if named:
        sheets = [each for each in sheets if str(each.get("name", "")).strip().casefold() == named.casefold()]
    else:
        sheets = [each for each in sheets if each.get("state", "visible") == "visible"]
    relations = "xl/_rels/workbook.xml.rels"
    targets = {str(each.get("Id")): str(each.get("Target", "")) for each in _small(archive, relations)} if archive.has(relations) else {}
    for sheet in sheets[:1]:
        key = next((value for name, value in sheet.attrib.items() if etree.QName(name).localname == "id" and "}" in str(name)), "")
        path = posixpath.normpath(posixpath.join("/xl", targets.get(str(key), ""))).lstrip("/")
        if archive.has(path) and path.endswith(".xml"):
            return path
    raise Refused("table_damaged", "The workbook has no sheet that can be read.", where="file", mend="Save it again in Excel.")


def _events(data: bytes, name: str) -> Iterator[tuple[str, etree._Element]]:
    """Starts and ends of elements, each forgotten once it has ended; no document type, no entities."""
    source = io.BytesIO(data)
    try:
        parser = etree.iterparse(
            source, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
        )
        first = True
        for event, element in parser:
            if first and element.getroottree().docinfo.internalDTD is not None:
                raise Refused("xml_dtd", "The workbook declares a document type, which we never accept.", where=name, mend="Save it again.")
            first = False
            yield event, element
    except etree.XMLSyntaxError as error:
        raise Refused("table_damaged", f"The workbook is damaged: {error}.", where=name, mend="Save it again in Excel.") from error


def _local(element: etree._Element) -> str:
    tag = str(element.tag)
    return tag.removeprefix(_MAIN).removeprefix(_STRICT)


def _forget(element: etree._Element) -> None:
    """Free an element that has ended, and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _shared(archive: Archive) -> tuple[str, ...]:
    """The texts that cells refer to by number. Phonetic readings (rPh) are not part of them."""
    name = "xl/sharedStrings.xml"
    if not archive.has(name):
        return ()
    texts: list[str] = []
    for event, element in _events(archive.read(name, MAX_INFLATED), name):
        if event == "end" and _local(element) == "si":
            if len(texts) >= MAX_SHARED:
                raise TooLarge(
                    "table_inflated", f"The workbook has over {MAX_SHARED:,} different texts.", where=name, mend="Send it in parts."
                )
            texts.append(_written(element))
            _forget(element)
    return tuple(texts)


def _written(element: etree._Element) -> str:
    """All text of a shared or inline string."""
    parts = (each for each in element.iter() if _local(each) == "t" and not any(_local(above) == "rPh" for above in each.iterancestors()))
    return "".join(each.text or "" for each in parts)


def _lines(data: bytes, book: _Book, bounds: Bounds) -> Iterator[tuple[int, list[Cell]]]:
    number, column, cells = 0, 0, 0
    line: list[Cell] = []
    for event, element in _events(data, "sheet"):
        name = _local(element)
        if name == "row" and event == "start":
            number, line, column = _row_number(element, number), [], 0
        elif name == "c" and event == "start":
            column, cells = _column(element.get("r"), column), cells + 1
            if cells > MAX_CELLS:
                raise TooLarge("table_inflated", f"The sheet has over {MAX_CELLS:,} cells.", where="file", mend="Send it in parts.")
        elif name == "c":
            _place(line, column, _value(element, book), number, bounds)
            _forget(element)
        elif name == "row":
            yield number, line
            _forget(element)


def _row_number(element: etree._Element, before: int) -> int:
    written = element.get("r", "")
    number = int(written) if written.isdecimal() and len(written) < 8 else before + 1
    if not before < number <= _MAX_ROW:
        raise Refused("table_damaged", "The rows of the sheet are not in order.", where=f"row {before + 1}", mend="Save it again in Excel.")
    return number


def _column(reference: str | None, before: int) -> int:
    """The number of the column of a reference such as C7, from 1; without one, the next."""
    letters = (reference or "").rstrip("0123456789")
    if not letters or len(letters) > 3 or not (letters.isascii() and letters.isalpha()):
        return before + 1
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _place(line: list[Cell], column: int, value: Cell, number: int, bounds: Bounds) -> None:
    """Put ``value`` where it stands; empty cells far to the right, which styles leave behind, are nothing."""
    if value == "":
        return
    if column > bounds.columns:
        raise too_many_columns(number, bounds)
    if column <= len(line):
        raise Refused("table_damaged", "The cells of a row are not in order.", where=f"row {number}", mend="Save it again in Excel.")
    line.extend([""] * (column - len(line) - 1))
    line.append(value)


def _value(element: etree._Element, book: _Book) -> Cell:
    kind = element.get("t", "n")
    parts = {_local(each): each for each in element}
    if kind == "inlineStr":
        return _written(parts["is"]) if "is" in parts else ""
    text = (parts["v"].text or "") if "v" in parts else ""
    if kind == "e":
        return Flaw("error_value", f"The cell shows an error, {text[:20]}.")
    if not text:
        return Flaw("formula_without_value", "The cell holds a formula without a value.") if "f" in parts and kind != "str" else ""
    if kind == "s":
        return _pointed(text, book.shared)
    if kind == "str":
        return text
    if kind == "b":
        return text in ("1", "true")
    if kind == "d":
        return moment(text)
    return _number(text, element.get("s", "0"), book)


def _pointed(text: str, shared: tuple[str, ...]) -> Cell:
    if text.isdecimal() and len(text) < 8 and int(text) < len(shared):
        return shared[int(text)]
    return Flaw("error_value", "The cell points to a text that the workbook does not have.")


def _number(text: str, style: str, book: _Book) -> Cell:
    """A number, or the date that its style makes of it."""
    try:
        value = float(text)
    except ValueError:
        return Flaw("error_value", "The cell is no number.")
    if not -1e15 < value < 1e15:
        return Flaw("error_value", "The number is too large.")
    kind = book.kinds[int(style)] if style.isdecimal() and len(style) < 8 and int(style) < len(book.kinds) else ""
    if kind:
        return DATE[kind](value, book.epoch)
    return int(value) if value.is_integer() else value
