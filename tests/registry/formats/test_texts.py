"""The text of artefacts in pieces: places as the editor names them, values told from expressions, what is packed inside unpacked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from registry.formats.artefact import Artefact
from registry.formats.texts import expressions, read_texts
from registry.formats.texts.model import Content, Fact, Fragment, place
from tests.make import bpmn
from tests.registry.checks.planted import PLANTED
from tests.registry.formats.hostile import zipped


def content(data: bytes, filename: str, folder: Path) -> Content:
    path = folder / filename
    path.write_bytes(data)
    with Artefact(path) as artefact:
        return read_texts(artefact)


def planted(name: str, folder: Path) -> Content:
    one = next(one for one in PLANTED if one.name == name)
    return content(one.data(), one.filename, folder)


def test_places_read_as_the_editors_name_them() -> None:
    assert place("", "page “Main Page”", "stage “Get password”", "initial value") == "Page “Main Page”, stage “Get password”, initial value"
    assert place("content/Main.xaml", "activity “Type Into”", "Password") == "content/Main.xaml, activity “Type Into”, Password"
    assert place("a\x00\u202e.txt", "", "x" * 300) == f"a .txt, {'x' * 120}"
    fragment = Fragment("one\ntwo\nthree", "a.py", line=5)
    assert [fragment.at(position) for position in (0, 4, 9)] == ["a.py, line 5", "a.py, line 6", "a.py, line 7"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{x:Null}", ("", "literal")),
        ("[password]", ("[password]", "expression")),
        ('["a ""b"""]', ('a "b"', "literal")),
        ('[in_Config("Key").ToString]', ('[in_Config("Key").ToString]', "expression")),
        ('["a" + b]', ('["a" + b]', "expression")),
        ("plain", ("plain", "literal")),
        ("{{token}}", ("{{token}}", "expression")),
    ],
)
def test_attributes_of_workflows(written: str, told: tuple[str, str]) -> None:
    assert expressions.of_workflow(written) == told


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("@parameters('key')", "expression"),
        ("Bearer @{outputs('x')}", "expression"),
        ("@jane", "literal"),
        ("%Password%", "expression"),
        ("${SECRET}", "expression"),
        ("$env:SECRET", "expression"),
        ("100% sure", "literal"),
        ("a-value", "literal"),
    ],
)
def test_strings_of_flows(written: str, form: str) -> None:
    assert expressions.of_json(written) == form


def test_blue_prism_tells_types_literals_and_expressions(tmp_path: Path) -> None:
    read = planted("Blue Prism release", tmp_path)
    by_name = {(one.name, one.field): one for one in read.fragments}
    secret = by_name["RMS Password", "initial value"]
    assert (secret.type, secret.form) == ("password", "literal")
    assert by_name["Authorization", "input “Authorization”"].form == "literal"
    assert {fact.what for fact in read.of("command")} == {"Utility - Environment: Start Process"}


def test_a_desktop_flow_in_base64_in_utf_16_in_a_zip_in_json(tmp_path: Path) -> None:
    read = planted("desktop flow in base64", tmp_path)
    script = next(one for one in read.fragments if "script.robin" in one.place and "SET" in one.text)
    assert (script.form, script.language) == ("code", "robin")
    assert script.place == "Workflows/Login-1.json, file script.robin, subflow “Login”"
    assert [fact.kind for fact in read.of("image")] == ["image"]


def test_code_of_every_platform_says_its_language(tmp_path: Path) -> None:
    for name, language in (("Python wheel", "python"), ("Blue Prism collection", "vb"), ("Robin text", "robin"), ("BPMN", "javascript")):
        assert language in {one.language for one in planted(name, tmp_path).fragments if one.form == "code"}, name


def test_what_cannot_be_read_is_said_and_stops_nothing(tmp_path: Path) -> None:
    data = zipped(
        {"a.bpmn": bpmn(), "broken.nupkg": b"PK\x03\x04 nothing", "odd.xml": b"<a><b></a>", "latin.txt": "Größe".encode("latin-1")}
    )
    read = content(data, "x.zip", tmp_path)
    assert read.of("unread") == (Fact("unread", "broken.nupkg", "the archive in it"),)
    assert {"odd.xml", "latin.txt"} <= {one.file for one in read.fragments}


def test_a_workbook_gives_settings_by_name_and_counts_rows(tmp_path: Path) -> None:
    sheet = "<worksheet><sheetData>{}</sheetData></worksheet>".format(
        "".join(
            f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{name}</t></is></c><c r="B{number}" t="inlineStr"><is><t>{value}</t></is></c></row>'
            for number, (name, value) in enumerate((("Name", "Value"), ("RmsPassword", "Kite-Marble-77")), 1)
        )
    )
    book = zipped(
        {"xl/workbook.xml": b'<workbook><sheets><sheet name="Settings"/></sheets></workbook>', "xl/worksheets/sheet1.xml": sheet.encode()}
    )
    read = content(zipped({"a.bpmn": bpmn(), "Data/Config.xlsx": book, "Data/Cases.xlsx": book}), "x.zip", tmp_path)
    cell = next(one for one in read.fragments if one.text == "Kite-Marble-77")
    assert (cell.name, cell.place) == ("RmsPassword", "Data/Config.xlsx, sheet “Settings”, cell B2")
    assert [(fact.where, fact.what) for fact in read.of("data")] == [("Data/Cases.xlsx", "1 rows")]


def test_a_search_finds_what_each_fragment_holds_and_nothing_across_two() -> None:
    read = Content([Fragment("pass", "a"), Fragment("İword PASSword", "b"), Fragment("x" * 2_000_000, "c"), Fragment("password", "d")])
    pattern = re.compile("password", re.IGNORECASE)
    wanted = [("b", 6), ("d", 0)]
    assert [(hit.fragment.file, hit.start) for hit in read.search(pattern)] == wanted
    assert [(hit.fragment.file, hit.start) for hit in read.after(("password",), pattern)] == wanted
