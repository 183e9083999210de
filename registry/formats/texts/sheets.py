"""Texts of Excel workbooks: cells by sheet and row. A second column goes by what the first says, as settings are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from registry.formats.archive import Archive
from registry.formats.texts.model import Fact, Fragment
from registry.formats.xml import local_name, parse_xml

MAX_CELLS = 50_000
_SHEET = re.compile(r"^xl/worksheets/sheet(\d+)\.xml$")
_SETTINGS = re.compile(r"(?:^|/)config[^/]*\.xls[xm]$", re.IGNORECASE)
_MAX_PART = 16 * 1024 * 1024


def is_workbook(archive: Archive) -> bool:
    """Whether an archive is one of Excel's."""
    return archive.has("xl/workbook.xml")


def read(archive: Archive, at: Fragment) -> Iterator[Fragment | Fact]:
    """Every cell with text; and how many rows of data there are, unless the file keeps an automation's settings."""
    strings = _strings(archive)
    names = [
        sheet.get("name") or ""
        for sheet in parse_xml(archive.read("xl/workbook.xml", _MAX_PART)).iter(etree.Element)
        if local_name(sheet) == "sheet"
    ]
    cells = rows = 0
    for path in archive.names:
        found = _SHEET.match(path)
        if found is None:
            continue
        number = int(found.group(1))
        here = replace(at, inside=(*at.inside, f"sheet “{names[number - 1] if number <= len(names) else number}”"))
        for row in (element for element in parse_xml(archive.read(path, _MAX_PART)).iter(etree.Element) if local_name(element) == "row"):
            texts = [(cell.get("r") or "", _cell(cell, strings)) for cell in row if local_name(cell) == "c"]
            cells += len(texts)
            rows += any(text for _, text in texts) and row.get("r") != "1"
            if cells > MAX_CELLS:
                yield Fact("unread", here.place, "the rows after it")
                return
            first = texts[0][1] if texts else ""
            for column, (reference, text) in enumerate(texts):
                yield replace(here, text=text, field=f"cell {reference}", name=first if column == 1 else "")
    if rows and not _SETTINGS.search(at.file):
        yield Fact("data", at.place, f"{rows} rows")


def _strings(archive: Archive) -> list[str]:
    if not archive.has("xl/sharedStrings.xml"):
        return []
    root = parse_xml(archive.read("xl/sharedStrings.xml", _MAX_PART))
    return ["".join(str(part) for part in item.itertext()) for item in root if local_name(item) == "si"]


def _cell(cell: etree._Element, strings: list[str]) -> str:
    written = "".join(str(part) for part in cell.itertext()) if cell.get("t") == "inlineStr" else ""
    value = next((child.text or "" for child in cell if local_name(child) == "v"), written)
    if cell.get("t") == "s" and value.isdigit():
        return strings[int(value)] if int(value) < len(strings) else ""
    return value
