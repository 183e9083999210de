"""TagUI flows, with what they type into named fields; a value in backticks is a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from registry.formats.texts import pieces
from registry.formats.texts.model import Fact, Fragment

_TYPED = re.compile(r"^[ \t]{0,40}(?:type|enter)[ \t]+(\S.{0,300}?)[ \t]+as[ \t]+(\S.{0,300})$", re.MULTILINE | re.IGNORECASE)
_RUN = re.compile(r"^[ \t]{0,40}run[ \t]+(?!(?:begin|finish)\b)(\S.{0,300})$", re.MULTILINE | re.IGNORECASE)
_FIELD = re.compile(r"[A-Za-z_][\w-]*")


def read(whole: Fragment) -> Iterator[Fragment | Fact]:
    """The flow as code, the values that are typed by the name of their field, and the programs that are started."""
    whole = whole if whole.file else replace(whole, inside=("the file",))
    yield from pieces.text(replace(whole, form="code", language="tagui", line=1))
    for typed in _TYPED.finditer(whole.text):
        words = [word for word in _FIELD.findall(typed.group(1)) if len(word) > 1]
        text = re.sub(r"\[(?:enter|tab|esc|clear)\]", "", typed.group(2).strip(), flags=re.IGNORECASE)
        line = 1 + whole.text.count("\n", 0, typed.start())
        if words and text:
            yield replace(whole, text=text, name=words[-1], form="expression" if "`" in text else "literal", line=line)
    for run in _RUN.finditer(whole.text):
        yield Fact("command", replace(whole, line=1).at(run.start()), run.group(1).split()[0][:80])
