"""What runs by itself is noticed by its bytes; what belongs into packages is not."""

from __future__ import annotations

import pytest

from registry.formats.texts.active import told

MACROS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le")


@pytest.mark.parametrize(("ending", "data", "what"), [
    ("txt", b"MZ\x90\0\3", "a program under another name"),
    ("dat", b"\x7fELF\2\1\1\0", "a program under another name"),
    ("", b"MZ\x90\0\3", "a program under another name"),
    ("xls", MACROS, "a document with macros"),
    ("svg", b"<svg onload='x()'/>", "a drawing with a script"),
    ("svg", b'<svg><a href="JavaScript:x()"/></svg>', "a drawing with a script"),
    ("svg", b"<svg>< SCRIPT>x</script></svg>", "a drawing with a script"),
    ("svg", b'<svg><text>on a Monday = 1</text></svg>', ""),
    ("svg", b'<svg content="1"><foreignObject/></svg>', ""),
    ("dll", b"MZ\x90\0\3", ""),
    ("pyd", b"MZ\x90\0\3", ""),
    ("so", b"\x7fELF\2\1\1\0", ""),
    ("txt", b"MZ is how the letter begins.", ""),
    ("xls", MACROS[:20], ""),
    ("py", b"print('MZ')", ""),
])  # fmt: skip
def test_what_a_file_is(ending: str, data: bytes, what: str) -> None:
    assert told(ending, data) == what
