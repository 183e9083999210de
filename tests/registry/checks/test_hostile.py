"""Texts made to be slow: every check stays linear, so that twice the text takes about twice the time and a megabyte takes moments."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from registry.checks import CHECKS
from registry.checks.model import Subject
from registry.checks.reading import read_and_judge, read_in_child
from registry.formats.model import Inspection
from registry.formats.texts.model import MAX_BYTES, Content, Fragment, collected
from tests.make import bpmn
from tests.registry.formats.hostile import zipped

SIZE = 1 << 20
# Beginnings that a pattern takes, over and over, without the end it needs.
UNITS = (
    "a", "0", " ", "\\", "/", "@", ".", "-", "=", ":", "%", "{", "[", '"', "'", "\n", "\t", "İ", "é", "\U0001f600",
    "password", "password=", 'password="', "password = ", "pwd=a;", "secret:", "api_key", "Password=x;Server=", "token ",
    "eyJhbGciOiJIUzI1NiJ9.", "eyJ", "Bearer ", "Bearer a", "Basic ", "Basic QUJD", "://", "://a:", "http://", "http://a.", "https://user:",
    "sig=", "?sig=a", "-----BEGIN ", "-----BEGIN RSA PRIVATE KEY-----", "AKIA", "AIza", "ghp_", "xoxb-", "sk-", "Q~", "SG.", "rt_", "dapi",
    "8a1b7c52-9d3e-4f60-8b21-5c7d9e0f1a2b-", "curl ", "curl -u ", "curl -u a:", "net use ", "net use /user:", "NetworkCredential(",
    "ConvertTo-SecureString ", "iex ", "iex(", "eval(", "downloadfile(", "Invoke-WebRequest ", "yaml.load(", "certutil ", "-enc ",
    "943 476 587", "010190", "+44 ", "+44(0)", "07911 ", "0", "AB123456", "AB 12 34 56 ", "a.b@", "a@b.", "a@b-", "a.a.a.a@", "a_b-c.",
    "\\\\a", "\\\\a\\", "\\\\aaa\\b", "C:\\Users\\", "C:\\Users\\a", "/home/", "/home/a", "FUNCTION ", "FUNCTION A\n", "Scripting.Run",
    "System.RunApplication", "$'''", "'''", "${", "{{", "%A", "<", "[[", "AccountKey=", "PuTTY-User-Key-File-", "verify=False ",
)  # fmt: skip


def taken(text: str, **place: str) -> float:
    """Processor seconds of all checks of one text, as a literal in a secret's field and as code."""
    fragments = [
        Fragment(text, "a.txt", field="Password", name="password"),
        Fragment(text, "b.ps1", form="code", language="powershell", line=1),
    ]
    subject = Subject(Inspection("x", "x"), Content(fragments), b"key")
    started = time.process_time()
    for check in CHECKS:
        for found in check.run(subject):
            assert len(found.where) <= 300
    return time.process_time() - started


@pytest.mark.parametrize("unit", UNITS, ids=[ascii(unit) for unit in UNITS])
def test_a_text_of_one_thing_over_and_over(unit: str) -> None:
    small = taken(unit * (SIZE // 16 // len(unit)))
    assert small < 3
    if small > 0.15:  # slow enough to tell a square from a line: four times the text, sixteen times the time
        assert taken(unit * (SIZE // 4 // len(unit))) < 8 * small


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deep.json", "[" * 100_000),
        ("deep2.json", '{"a":' * 3_000 + "1" + "}" * 3_000),
        ("wide.json", "[" + ",".join(['"password"'] * 60_000) + "]"),
        ("names.json", '{"' + "password_" * 20_000 + '": "x"}'),
        ("robin.txt", "FUNCTION a GLOBAL\n" * 40_000),
        ("robin2.txt", "SET a TO 1\n" * 60_000),
        ("code.py", "password = " * 60_000),
        ("strings.json", "[" + ",".join(['"' + "[" * 100 + '"'] * 4_000) + "]"),
        ("nest.json", '"' + "\\\\" * 200_000 + '"'),
        ("marks.xml", "<a>" * 2_000 + "</a>" * 2_000),
    ],
)
def test_a_member_made_to_be_slow(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped({"a.bpmn": bpmn(), name: text.encode()}, method=0))
    started = time.process_time()
    told = read_and_judge(path, path.name, {"key": "00"})
    assert time.process_time() - started < 10
    assert not [one for one in told["findings"] if one["code"] == "check_failed"]


def test_zips_in_zips_end(tmp_path: Path) -> None:
    data = zipped({"a.txt": b"password = 'Kite-Marble-77'"}, method=0)
    for _ in range(12):
        data = zipped({"inner.zip": data}, method=0)
    path = tmp_path / "x.zip"
    path.write_bytes(zipped({"a.bpmn": bpmn(), "deep.zip": data}, method=0))
    told = read_and_judge(path, path.name, {"key": "00"})["findings"]
    assert [one["code"] for one in told if one["severity"] != "note"] == ["not_read"]


def test_more_text_than_is_read_is_said() -> None:
    content = collected(Fragment("x" * (1 << 20), f"{number}.txt") for number in range(200))
    assert sum(len(fragment.text) for fragment in content.fragments) <= MAX_BYTES + (1 << 20)
    assert [fact.kind for fact in content.facts] == ["unread"]


def test_the_largest_text_fits_into_the_childs_memory(tmp_path: Path) -> None:
    """Sixteen million rare letters take four bytes each, in every copy that is made of them."""
    path = tmp_path / "x.zip"
    text = ("\U0001f600 password = 'Kite-Marble-77' " * 40_000).encode()
    path.write_bytes(zipped({"a.bpmn": bpmn(), **{f"{number}.py": text for number in range(16)}}, method=0))
    told = read_in_child(path, path.name, key=b"key")
    codes = {found.code for found in told.findings}
    assert "secret_found" in codes
    assert "check_failed" not in codes
