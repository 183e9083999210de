"""Tasks and keywords as steps, one for each keyword call and each structure around them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from registry.formats.model import Step
from registry.formats.robot_framework.suite import Block, Row

_ASSIGNED = re.compile(r"[$@&]\{.*\}(?:\[.*\])?\s?=?")
_LONGEST = 300  # characters of a variable that takes what a keyword returns
_BEHAVIOUR = re.compile(r"^(?:given|when|then|and|but) ", re.IGNORECASE)
_EMBEDDED = re.compile(r"\$\{[^}]*\}")
_STRUCTURES = {
    "FOR": "group",
    "WHILE": "group",
    "GROUP": "group",
    "TRY": "exception",
    "IF": "decision",
}
_BRANCHES = {"ELSE": "group", "ELSE IF": "decision", "EXCEPT": "exception", "FINALLY": "group"}
# Keywords that run the keyword named in their arguments: their kind, and how many arguments stand before that name.
_RUNNERS = {
    "runkeyword": ("group", 0),
    "runkeywordif": ("decision", 1),
    "runkeywordunless": ("decision", 1),
    "runkeywordandignoreerror": ("exception", 0),
    "runkeywordandcontinueonfailure": ("exception", 0),
    "runkeywordandwarnonfailure": ("exception", 0),
    "runkeywordandreturnstatus": ("exception", 0),
    "runkeywordandexpecterror": ("exception", 1),
    "runkeywordandreturn": ("group", 0),
    "runkeywordandreturnif": ("decision", 1),
    "repeatkeyword": ("group", 1),
    "waituntilkeywordsucceeds": ("group", 2),
}
_RAISING = frozenset({"fail", "fatalerror"})
_CODE = {
    "evaluate": "python",
    "executejavascript": "javascript",
    "executeasyncjavascript": "javascript",
    "evaluatejavascript": "javascript",
    "executesqlstring": "sql",
    "query": "sql",
    "executepowershell": "powershell",
}
_ASKING = frozenset(
    {
        "pauseexecution",
        "getvaluefromuser",
        "getselectionfromuser",
        "getselectionsfromuser",
        "executemanualstep",
        "rundialog",
        "showdialog",
        "waitdialog",
        "waitalldialogs",
        "waitdialogsascompleted",
        "requestresponse",
        "askuser",
    }
)


def plain(name: str) -> str:
    """A keyword's name as Robot Framework compares it: no case, no spaces, no underscores."""
    return re.sub(r"[\s_]", "", name).casefold()


def called(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The keyword and its arguments, without the variables that take what it returns."""
    start = next((number for number, cell in enumerate(cells) if len(cell) > _LONGEST or not _ASSIGNED.fullmatch(cell)), len(cells))
    return cells[start:]


def calls(row: Row) -> Iterator[tuple[str, ...]]:
    """Every keyword call that a row holds: its own, those within an ``IF`` on one line, and those that a runner runs."""
    for cells in _inline(called(row.cells)):
        yield from _nested(cells)


def _inline(cells: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not cells:
        return
    if cells[0] == "IF":
        rest = cells[2:]
        while rest:
            end = next((number for number, cell in enumerate(rest) if cell in ("ELSE", "ELSE IF")), len(rest))
            yield from [called(rest[:end])] if called(rest[:end]) else []
            rest = rest[end + (2 if rest[end : end + 1] == ("ELSE IF",) else 1) :]
    elif cells[0] not in _KEYWORDLESS:
        yield cells


def _nested(cells: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    depth = 0
    while cells and depth < 8:
        yield cells
        runner = _RUNNERS.get(_own(cells[0]))
        cells = cells[1 + runner[1] :] if runner else ()
        depth += 1


_KEYWORDLESS = frozenset({*_STRUCTURES, *_BRANCHES, "END", "VAR", "RETURN", "BREAK", "CONTINUE", ": FOR", ":FOR"})


def _own(keyword: str) -> str:
    """The plain name without the library before it: ``Dialogs.Pause Execution``."""
    return plain(keyword.rpartition(".")[2] if re.fullmatch(r"[\w.]+\.[^.$]+", keyword) else keyword)


@dataclass(frozen=True, slots=True)
class Known:
    """The keywords that the artefact itself defines, to tell calls of them from actions of libraries."""

    names: frozenset[str]
    embedded: tuple[tuple[str, ...], ...]  # of each keyword with arguments in its name the parts between them

    @classmethod
    def of(cls, blocks: list[Block]) -> Known:
        names = [tuple(plain(part) for part in _EMBEDDED.split(block.name)) for block in blocks]
        return cls(frozenset(parts[0] for parts in names if len(parts) == 1), tuple(parts for parts in names if len(parts) > 1)[:200])

    def has(self, keyword: str) -> bool:
        """Whether it is one of them, written with its library or resource before it, or with ``Given`` and its like."""
        for name in (keyword, _BEHAVIOUR.sub("", keyword)):
            if {plain(name), _own(name)} & self.names or any(_fills(parts, plain(name)) for parts in self.embedded):
                return True
        return False


def _fills(parts: tuple[str, ...], name: str) -> bool:
    """Whether the name is the parts with something between each two; without a regular expression, which could take for ever."""
    first, *middle, last = parts
    if not name.startswith(first) or not name.endswith(last):
        return False
    position, end = len(first), len(name) - len(last)
    for part in middle:
        position = name.find(part, position + 1, end)
        if position < 0:
            return False
        position += len(part)
    return position < end


def steps_of(block: Block, part: str, known: Known) -> Iterator[Step]:
    """The steps of a task or keyword, what its setup and teardown call among them."""
    yield from _Walk(part, known).block(block)


class _Walk:
    """Keeps the structures that are open, and numbers what comes twice: lines move between versions, names less."""

    def __init__(self, part: str, known: Known) -> None:
        self._part, self._known = part, known
        self._seen: Counter[str] = Counter()
        self._open: list[tuple[str, str]] = []  # the id of each structure, and of its branch

    def block(self, block: Block) -> Iterator[Step]:
        for name in ("setup", "template"):
            yield from self._setting(block, name)
        for row in block.rows:
            yield from self._row(row.cells)
        yield from self._setting(block, "teardown")

    def _setting(self, block: Block, name: str) -> Iterator[Step]:
        cells = block.settings[name].cells if name in block.settings else ()
        if cells and cells[0].upper() != "NONE":
            yield from self._call(cells, self._within)

    @property
    def _within(self) -> str:
        return self._open[-1][1] or self._open[-1][0] if self._open else ""

    def _row(self, cells: tuple[str, ...]) -> Iterator[Step]:
        cells = called(cells)
        if not cells:
            return
        head = cells[0].lstrip(": ")
        if head == "END":
            self._open = self._open[:-1]
        elif head in _BRANCHES and self._open:
            whole = self._open[-1][0]
            step = self._step(_BRANCHES[head], head, " ".join(cells)[:120], whole)
            self._open[-1] = (whole, step.id)
            yield step
        elif head in _STRUCTURES:
            step = self._step(_STRUCTURES[head], head, " ".join(cells)[:120], self._within)
            yield step
            if head == "IF" and len(cells) > 2:
                for inner in _inline(cells):
                    yield from self._call(inner, step.id)
            else:
                self._open.append((step.id, ""))
        elif head in ("RETURN", "BREAK", "CONTINUE"):
            yield self._step("end" if head == "RETURN" else "action", head, head, self._within)
        elif head != "VAR":
            yield from self._call(cells, self._within)

    def _call(self, cells: tuple[str, ...], within: str) -> Iterator[Step]:
        for inner in _nested(cells):
            step = self._keyword(inner[0], within)
            yield step
            within = step.id

    def _keyword(self, keyword: str, within: str) -> Step:
        own = _own(keyword)
        if self._known.has(keyword):
            return self._step("call", keyword, keyword, within)
        if own in _ASKING:
            return self._step("human", keyword, keyword, within)
        if own in _CODE:
            return self._step("code", keyword, keyword, within, _CODE[own])
        kind = _RUNNERS[own][0] if own in _RUNNERS else "exception" if own in _RAISING else "action"
        return self._step(kind, keyword, keyword, within)

    def _step(self, kind: str, action: str, name: str, within: str, language: str = "") -> Step:
        base = plain(action)
        self._seen[base] += 1
        number = self._seen[base]
        identity = f"{base}:{number}" if number > 1 else base
        return Step(identity, name[:200], kind, action[:200], kind == "human", self._part, within, language)
