"""What the content of files must not be. Whatever looks like a key is put together here and opens nothing."""

from __future__ import annotations

from functools import partial

from tests.registry.formats.hostile import BPMN, zipped
from tests.registry.formats.malformed.kind import Kind

_policy = partial(Kind, "Content", filename="sent.zip", found=True)


def with_file(name: str, data: bytes) -> bytes:
    return zipped({"pay.bpmn": BPMN, name: data})


KINDS: tuple[Kind, ...] = (
    _policy("secret", lambda: with_file("run.py", b'PASSWORD = "Kite-Marble-77"\n'), "secret_found"),
    _policy("personal data", lambda: with_file("case.txt", b"The patient has the NHS number 943 476 5870.\n"), "personal_number"),
)
