"""Robot Framework files, task by task with the lines of the file, and what stands in variables and password fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from registry.formats.robot_framework import steps, suite
from registry.formats.texts import pieces
from registry.formats.texts.model import Fact, Fragment

_HEAD = 64 * 1024
_EXPRESSION = re.compile(r"[$@&%]\{")  # a variable, or an environment variable: what stands there is known when it runs
_NAME = re.compile(r"[$@&]\{([^}:]+)[^}]*\}\s?=?")
_NAMED = re.compile(r"([A-Za-z_]\w{0,60})=(\S.*)", re.DOTALL)
_PASSWORD_FIELDS = frozenset({"inputpassword", "typesecret", "fillsecret", "typepassword"})
_COMMANDS = frozenset({"runprocess", "startprocess", "run", "runandreturnrc", "runandreturnrcandoutput", "windowsrun", "openexecutable"})


def looks_like(text: str) -> bool:
    """Whether a text is a suite or resource file."""
    return suite.has_header(text[:_HEAD])


def read(whole: Fragment) -> Iterator[Fragment | Fact]:
    """The text in pieces, one for each task and keyword and one for what stands between; lines are those of the file."""
    found = suite.read_suite(whole.text)
    blocks = [("task", block) for block in found.tasks] + [("keyword", block) for block in found.keywords]
    lines = whole.text.splitlines(keepends=True)
    around = whole if whole.file else replace(whole, inside=("the file",))
    starts = sorted((block.line, f"{kind} “{block.name}”", block) for kind, block in blocks)
    before = "".join(lines[: starts[0][0] - 1] if starts else lines)
    yield from pieces.text(replace(around, text=before, form="code", language="robotframework", line=1))
    ends = [*(line for line, _, _ in starts[1:]), len(lines) + 1][: len(starts)]
    for (line, words, block), end in zip(starts, ends, strict=True):
        here = replace(whole, inside=(*whole.inside, words))
        text = "".join(lines[line - 1 : end - 1])
        yield from pieces.text(replace(here, text=text, form="code", language="robotframework", line=line))
        for row in block.rows:
            yield from _row(row, here)
    for row in found.variables:
        if (name := _NAME.fullmatch(row.cells[0])) and len(row.cells) == 2:
            yield _value(row.cells[1], around, name.group(1), row.line)


def _row(row: suite.Row, here: Fragment) -> Iterator[Fragment | Fact]:
    """What a row sets by name, what it types into a password field, and the program that it starts."""
    for call in steps.calls(row):
        own, given = steps.plain(call[0].rpartition(".")[2]), call[1:]
        if own in _COMMANDS and given:
            yield Fact("command", replace(here, line=row.line).at(0), given[0][:80])
        if own in _PASSWORD_FIELDS and len(given) > 1:
            yield replace(_value(given[1], here, "password", row.line), type="password")
        for cell in given:
            if named := _NAMED.fullmatch(cell):
                yield _value(named.group(2), here, named.group(1), row.line)
        target = _NAME.fullmatch(row.cells[0])
        if own == "setvariable" and len(given) == 1 and target:
            yield _value(given[0], here, target.group(1), row.line)


def _value(text: str, at: Fragment, name: str, line: int) -> Fragment:
    return replace(at, text=text, name=name, field="", form="expression" if _EXPRESSION.search(text) else "literal", line=line)
