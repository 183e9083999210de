"""Robin, the language of desktop flows, subflow by subflow; and which of its actions start programs or scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from registry.formats.power_automate import robin as language
from registry.formats.texts.model import Fact, Fragment

_HEAD = 64 * 1024
_FUNCTION = re.compile(r"^[ \t]{0,20}FUNCTION[ ]('[^'\r\n]{1,120}'|\w{1,120})", re.MULTILINE)
# What the designer puts behind the script when it is copied: JSON with the elements and images that the script uses, and their pictures.
_REPOSITORY = re.compile(r"^# \[ControlRepository\]", re.MULTILINE)
_PICTURE = re.compile(r"(?<=\")(iVBORw0KGgo|/9j/)[A-Za-z0-9+/]{300,}={0,2}")
_COMMAND = re.compile(
    r"^[ \t]{0,40}(Scripting\.Run\w{3,30}|System\.Run(?:Application|DOSCommand)[\w.]{0,40}|Cmd\.[\w.]{1,40}|DotNet\w{0,20}\.[\w.]{1,40})",
    re.MULTILINE,
)


def looks_like(text: str) -> bool:
    """Whether a text is a script."""
    return language.looks_like(text[:_HEAD].encode("utf-8", "replace"))


def read(whole: Fragment) -> Iterator[Fragment | Fact]:
    """The script by subflow; lines are counted within the subflow, as the designer does. Then the elements that were copied with it."""
    if copied := _REPOSITORY.search(whole.text):
        yield from _elements(
            replace(whole, text=whole.text[copied.start() :], field="elements", line=whole.text.count("\n", 0, copied.start()) + 1)
        )
        whole = replace(whole, text=whole.text[: copied.start()])
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


def _elements(copied: Fragment) -> Iterator[Fragment | Fact]:
    """Pictures of elements, and the rest of what describes them."""
    for found in _PICTURE.finditer(copied.text):
        kind = "PNG" if found.group(1) == "iVBORw0KGgo" else "JPEG"
        yield Fact("image", copied.place, f"{kind}, {len(found.group()) * 3 // 4096 + 1} KiB")
    yield replace(copied, text=_PICTURE.sub("", copied.text), form="code", language="json")
