"""Robin, the language of desktop flows, subflow by subflow; and which of its actions start programs or scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from registry.formats.power_automate import robin as language
from registry.formats.texts.model import Fact, Fragment

_HEAD = 64 * 1024
_FUNCTION = re.compile(r"^[ \t]{0,20}FUNCTION[ ]('[^'\r\n]{1,120}'|\w{1,120})", re.MULTILINE)
_COMMAND = re.compile(
    r"^[ \t]{0,40}(Scripting\.Run\w{3,30}|System\.Run(?:Application|DOSCommand)[\w.]{0,40}|Cmd\.[\w.]{1,40}|DotNet\w{0,20}\.[\w.]{1,40})",
    re.MULTILINE,
)


def looks_like(text: str) -> bool:
    """Whether a text is a script."""
    return language.looks_like(text[:_HEAD].encode("utf-8", "replace"))


def read(whole: Fragment) -> Iterator[Fragment | Fact]:
    """The script by subflow; lines are counted within the subflow, as the designer does."""
    starts = [(0, "")] + [(found.start(), found.group(1).strip("'")) for found in _FUNCTION.finditer(whole.text)]
    ends = [start for start, _ in starts[1:]] + [len(whole.text)]
    for (start, name), end in zip(starts, ends, strict=True):
        part = replace(
            whole,
            text=whole.text[start:end],
            inside=(*whole.inside, f"subflow “{name}”") if name else whole.inside,
            field="",
            name="",
            form="code",
            language="robin",
            line=1,
        )
        yield part
        for found in _COMMAND.finditer(part.text):
            yield Fact("command", part.at(found.start()), found.group(1))
