"""What the content of files must not be. Whatever looks like a key is put together here and opens nothing."""

from __future__ import annotations

import struct
from functools import partial

from tests.registry.formats.hostile import BPMN, zipped
from tests.registry.formats.malformed.kind import Kind

PROGRAM = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + b"\0" * 200
FLOOD = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 100_000, 100_000, 8, 6, 0, 0, 0, 0)
WORKBOOK = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", "xl/vbaProject.bin": b"x"})
_policy = partial(Kind, "Content", filename="sent.zip", found=True)


def with_file(name: str, data: bytes) -> bytes:
    return zipped({"pay.bpmn": BPMN, name: data})


KINDS: tuple[Kind, ...] = (
    _policy("secret", lambda: with_file("run.py", b'PASSWORD = "Kite-Marble-77"\n'), "secret_found"),
    _policy("undeclared executable", lambda: with_file("tools/setup.exe", PROGRAM), "active_content"),
    _policy("executable under another name", lambda: with_file("data/letter.txt", PROGRAM), "active_content"),
    _policy("macro-enabled document", lambda: with_file("template.docm", zipped({"word/vbaProject.bin": b"x"})), "active_content"),
    _policy("macro-enabled workbook", lambda: with_file("rates.xlsm", WORKBOOK), "active_content"),
    _policy("active SVG", lambda: with_file("logo.svg", b"<svg><script>alert(1)</script></svg>"), "active_content"),
    _policy("image pixel flood", lambda: with_file("icon.png", FLOOD), sound="no picture is ever decoded here"),
    _policy("personal data", lambda: with_file("case.txt", b"The patient has the NHS number 943 476 5870.\n"), "personal_number"),
)
