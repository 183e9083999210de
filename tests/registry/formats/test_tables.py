"""Tables: every spelling of CSV and XLSX that Excel and platforms write, and bounds that hostile files meet."""

from __future__ import annotations

import io
import random
import resource
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import NamedStyle

from registry.errors import RegistryError, TooLarge
from registry.formats.tables import BOUNDS, Bounds, Flaw, Row, read_table
from tests.registry.formats.hostile import zipped

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def table(folder: Path, data: bytes, filename: str = "runs.csv", bounds: Bounds = BOUNDS) -> tuple[tuple[str, ...], list[Row]]:
    path = folder / "sent"
    path.write_bytes(data)
    read = read_table(path, filename, bounds)
    return read.headings, list(read.rows)


def refusal(folder: Path, data: bytes, bounds: Bounds = BOUNDS) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        table(folder, data, bounds=bounds)
    assert caught.value.mend
    return caught.value


def workbook(*rows: list[object], **cells: object) -> bytes:
    """As openpyxl writes it."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for place, value in cells.items():
        sheet[place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def raw_workbook(sheet: str, shared: str = "", **parts: bytes) -> bytes:
    """A sheet as nobody writes it."""
    rels = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    members = {
        "xl/workbook.xml": f'{HEAD}<workbook {NAMESPACE} {rels}><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": sheet
        if sheet.startswith("<?")
        else f"{HEAD}<worksheet {NAMESPACE}><sheetData>{sheet}</sheetData></worksheet>",
    }
    if shared:
        members["xl/sharedStrings.xml"] = shared
    return zipped({name: text.encode() for name, text in members.items()} | parts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_csv_is_read_however_it_was_saved(tmp_path: Path, encoding: str, separator: str) -> None:
    text = "\r\n".join(
        separator.join(cells)
        for cells in (["Proces", '"Kørt, i alt; ja"', "År"], ["Børn", '"1.000,50"', "2016"], ["", "", ""], ["x", "", ""])
    )
    headings, rows = table(tmp_path, text.encode(encoding))
    assert headings == ("Proces", "Kørt, i alt; ja", "År")
    assert rows == [Row(2, ("Børn", "1.000,50", "2016")), Row(4, ("x", "", ""))], "blank rows are nothing, and rows keep their numbers"


def test_excels_own_first_line_names_the_separator(tmp_path: Path) -> None:
    headings, rows = table(tmp_path, b"sep=;\r\nA,B;C\r\n1;2\r\n")
    assert (headings, rows) == (("A,B", "C"), [Row(3, ("1", "2"))])


def test_short_rows_are_filled_up_and_long_ones_said_to_be(tmp_path: Path) -> None:
    _, rows = table(tmp_path, b"A,B,,\n1\n1,2,,\n1,2,3\n")
    assert rows == [Row(2, ("1", "")), Row(3, ("1", "2")), Row(4, ("1", "2"), is_longer=True)]


def test_line_breaks_within_quotes_are_part_of_a_cell(tmp_path: Path) -> None:
    _, rows = table(tmp_path, b'A,B\n"one\ntwo",2\n3,4\n')
    assert [row.cells for row in rows] == [("one\ntwo", "2"), ("3", "4")]


def test_every_kind_of_cell_of_a_workbook(tmp_path: Path) -> None:
    moment, day = datetime(2026, 11, 3, 9, 30, 15), date(2026, 11, 3)
    cells = ["Title", 3, 3.5, True, moment, day, clock(9, 30), timedelta(hours=30, minutes=1), None, "=1+1", "#N/A"]
    headings, rows = table(tmp_path, workbook([f"H{n}" for n in range(len(cells))], cells))
    assert headings[0] == "H0"
    assert rows[0].cells[:9] == ("Title", 3, 3.5, True, moment, day, clock(9, 30), timedelta(hours=30, minutes=1), "")
    flaws = [cell.code for cell in rows[0].cells if isinstance(cell, Flaw)]
    assert flaws == ["formula_without_value", "error_value"]


def test_dates_by_their_own_formats(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["A", "B", "C", "D"])
    formats = ['dd"-"mm"-"yyyy hh:mm', "[$-406]d. mmmm yyyy", '0.00" days"', "[Red]0"]
    for column, code in enumerate(formats, 1):
        style = NamedStyle(name=f"s{column}", number_format=code)
        cell = sheet.cell(2, column, 45000.25)
        cell.style = style
    out = io.BytesIO()
    book.save(out)
    _, (row,) = table(tmp_path, out.getvalue())
    assert row.cells == (datetime(2023, 3, 15, 6, 0), datetime(2023, 3, 15, 6, 0), 45000.25, 45000.25)


def test_the_first_sheet_that_shows_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Runs").append(["shown"])
    out = io.BytesIO()
    book.save(out)
    assert table(tmp_path, out.getvalue())[0] == ("shown",)


def test_cells_that_stand_apart_keep_their_places(tmp_path: Path) -> None:
    _, rows = table(tmp_path, workbook(["A", "B", "C"], C5="x"))
    assert rows == [Row(5, ("", "", "x"))]


def test_a_phonetic_reading_is_no_part_of_a_text(tmp_path: Path) -> None:
    shared = f"{HEAD}<sst {NAMESPACE}><si><r><t>To</t></r><r><t>kyo</t></r><rPh><t>no</t></rPh></si></sst>"
    sheet = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>9</v></c></row><row r="2"><c t="inlineStr"><is><t>i</t></is></c></row>'
    )
    headings, rows = table(tmp_path, raw_workbook(sheet, shared))
    assert (headings, rows[0].cells) == (("Tokyo",), ("i",)), "a text that is not there leaves no heading"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"  \n", "table_empty"),
        (b",,\n,,\n", "table_empty"),
        (b"A,B\n1\0,2\n", "table_binary"),
        (b"A,B\n\x81\xff,2\n", "table_encoding"),
        (b'A,B\n"never closed,2\n', "table_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "table_old_format"),
        (zipped({"readme.txt": b"x"}), "table_binary"),
        (b"PK\x03\x04" + bytes(100), "archive_damaged"),
        (raw_workbook("<row><c>"), "table_damaged"),
        (raw_workbook('<row r="3"><c><v>1</v></c></row><row r="2"/>'), "table_damaged"),
        (raw_workbook('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>'), "table_damaged"),
        (raw_workbook(f'{HEAD}<!DOCTYPE w [<!ENTITY a "b">]><worksheet {NAMESPACE}><sheetData/></worksheet>'), "xml_dtd"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    assert refusal(tmp_path, data).code == code


def test_bounds(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"A,B\n" * 12, Bounds(rows=10)).code == "table_too_many_rows"
    assert len(table(tmp_path, b"A,B\n" * 11, bounds=Bounds(rows=10))[1]) == 10
    assert refusal(tmp_path, b"A,B,C\n", Bounds(columns=2)).code == "table_too_many_columns"
    assert refusal(tmp_path, workbook(["A", "B", "C"]), Bounds(columns=2)).code == "table_too_many_columns"
    assert refusal(tmp_path, b"A\n" + b"x" * (5 << 20)).code == "table_too_large"
    assert isinstance(refusal(tmp_path, b"A\n" + b"x" * (5 << 20)), TooLarge)
    _, rows = table(tmp_path, b"A\n" + b"x" * 2001 + b"\n" + b"y" * 2000)
    assert [isinstance(row.cells[0], Flaw) for row in rows] == [True, False]


def varied(pattern: str, count: int) -> str:
    """The pattern, with digits by chance in it: what compresses a few times only, so that no rule about bombs stands before ours."""
    chance = random.Random(1)
    return "".join(pattern % chance.randrange(100) for _ in range(count))


SHARED = f"{HEAD}<sst {NAMESPACE}>%s</sst>"
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a million columns": (lambda: ",".join(["x"] * 1_000_000).encode(), "table_too_many_columns"),
    "a hundred thousand columns in a workbook": (
        lambda: raw_workbook(f"<row>{varied('<c><v>%d</v></c>', 100_000)}</row>"),
        "table_too_many_columns",
    ),
    "millions of empty cells": (lambda: raw_workbook(f"<row>{varied('<c s="%d"/>', 1_010_000)}</row>"), "table_inflated"),
    "millions of empty rows": (lambda: raw_workbook(varied('<row s="%d"/>', 1_050_000)), "table_damaged"),
    "a row far down": (lambda: raw_workbook('<row r="9999999"><c><v>1</v></c></row>'), "table_damaged"),
    "millions of shared texts": (lambda: raw_workbook("<row/>", SHARED % varied("<si><t>%d</t></si>", 310_000)), "table_inflated"),
    "one endless cell": (lambda: raw_workbook(f'<row><c t="str"><v>{varied("%daaaa", 2_000_000)}</v></c></row>'), "table_damaged"),
    "deep nesting": (lambda: raw_workbook(varied('<row s="%d">', 10_000)), "table_damaged"),
    "styles that fill memory": (
        lambda: raw_workbook("<row/>", **{"xl/styles.xml": b"<a>" + varied("<b>%d</b>", 400_000).encode() + b"</a>"}),
        "archive_member_too_large",
    ),
    "too much inside": (
        lambda: raw_workbook("<row/>", **{f"xl/media/{n}.txt": varied("%06d" + " " * 60, 200_000).encode() for n in range(5)}),
        "table_inflated",
    ),
    "a bomb": (lambda: raw_workbook("<row/>" * 5_000_000), "archive_bomb"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_quickly_and_in_little_memory(tmp_path: Path, name: str) -> None:
    make, code = HOSTILE[name]
    data = make()
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    assert refusal(tmp_path, data, Bounds(rows=50_000, columns=200)).code == code
    assert time.process_time() - began < 8
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    for start in (b"", b"PK\x03\x04", b"A,B\n"):
        path.write_bytes(start + data)
        try:
            list(read_table(path).rows)
        except RegistryError as error:
            assert error.code


def test_a_workbook_cut_or_flipped_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    good = workbook(["A", "B"], [datetime.now(UTC).replace(tzinfo=None), "x"])
    for place in range(0, len(good), 97):
        for data in (good[:place], good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]):
            (tmp_path / "cut").write_bytes(data)
            try:
                list(read_table(tmp_path / "cut").rows)
            except RegistryError as error:
                assert error.code
    assert zipfile.is_zipfile(io.BytesIO(good))
