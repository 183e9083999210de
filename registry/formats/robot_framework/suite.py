"""The text of a .robot or .resource file as sections, tasks and rows; nothing is resolved here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from registry.formats.robot_framework.words import SECTIONS, SETTINGS

HEADER = re.compile(r"^(?:\ufeff|\| *)?\*\*\* *([^*\r\n]*[^*\s|])", re.MULTILINE)
_SEPARATOR = re.compile(r"(?: {2,}|\t| \t)[ \t]*")
_PIPES = re.compile(r"(?:^|[ \t])\|(?=[ \t]|$)")


@dataclass(frozen=True, slots=True)
class Row:
    """A logical line: its cells without comments, continued lines joined; ``line`` counts from one."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Block:
    """A task, test or keyword: its rows, and apart from them its settings (``arguments``, ``documentation``...) by their English name."""

    name: str
    line: int
    rows: list[Row] = field(default_factory=list)
    settings: dict[str, Row] = field(default_factory=dict)


@dataclass(slots=True)
class Suite:
    """One file. ``settings`` are rows whose first cell is the setting's English name in small letters."""

    settings: list[Row] = field(default_factory=list)
    variables: list[Row] = field(default_factory=list)
    tasks: list[Block] = field(default_factory=list)  # tests too: they are started alike
    keywords: list[Block] = field(default_factory=list)

    def setting(self, name: str) -> tuple[str, ...]:
        """The cells after the first such setting."""
        return next((row.cells[1:] for row in self.settings if row.cells[0] == name), ())

    @property
    def documentation(self) -> str:
        return joined(self.setting("documentation"))


def joined(cells: tuple[str, ...]) -> str:
    """Cells of documentation as one text."""
    return " ".join(cells).replace("\\n", "\n").strip()


def has_header(text: str) -> bool:
    """Whether a line heads a section, in any language that Robot Framework ships."""
    return any(section_of(found.group(1)) for found in HEADER.finditer(text))


def section_of(header: str) -> str:
    """``settings``, ``variables``, ``tests``, ``tasks``, ``keywords`` or ``comments``; empty for what is no header."""
    return SECTIONS.get(re.split(r"\s{2,}|\t", header.strip())[0].strip(" *|").lower(), "")


def read_suite(text: str) -> Suite:
    """Read a file; what stands before the first header, in comments and in unknown sections is passed over."""
    suite, section = Suite(), ""
    for row in _logical(text):
        first = row.cells[0]
        if first.startswith("*"):
            section = section_of(first.strip("* "))
        elif section == "settings":
            suite.settings.append(_setting(row))
        elif section == "variables" and first:
            suite.variables.append(row)
        elif section in ("tests", "tasks"):
            _add(suite.tasks, row)
        elif section == "keywords":
            _add(suite.keywords, row)
    return suite


def _setting(row: Row) -> Row:
    name = row.cells[0].rstrip(":").lower()
    return Row(row.line, (SETTINGS.get(name, name), *row.cells[1:]))


def _add(blocks: list[Block], row: Row) -> None:
    """A name at the start of the line begins a block, and its first row may stand beside it."""
    name, *rest = row.cells
    if name:
        blocks.append(Block(name, row.line))
    if not rest or not blocks:
        return
    block, cells = blocks[-1], tuple(rest)
    while cells and cells[0] in ("", "\\"):  # deeper indentation, with pipes or in the old loops
        cells = cells[1:]
    if not cells:
        return
    if cells[0].startswith("[") and cells[0].endswith("]"):
        written = cells[0][1:-1].strip().lower()
        block.settings.setdefault(SETTINGS.get(written, written), Row(row.line, cells[1:]))
    else:
        block.rows.append(Row(row.line, cells))


def _logical(text: str) -> Iterator[Row]:
    """Rows that are not empty; ``...`` continues the row before."""
    waiting: list[str] = []
    start = 0
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        cells = _cells(line)
        visible = [cell for cell in cells if cell]
        if not visible:
            continue
        if visible[0] == "..." and waiting:
            waiting += cells[cells.index("...") + 1 :]
            continue
        if waiting:
            yield Row(start, tuple(waiting))
        waiting, start = cells, number
    if waiting:
        yield Row(start, tuple(waiting))


def _cells(line: str) -> list[str]:
    """The cells of a line: a first one that is empty stands for indentation. Comments are cut off."""
    line = line.rstrip()
    if line[:2] in ("| ", "|\t") or line == "|":
        cells = [cell.strip() for cell in _PIPES.split(line)[1:]]
        while cells and not cells[-1]:
            cells.pop()
    else:
        cells = [cell.strip() for cell in _SEPARATOR.split(line)]
    comment = next((number for number, cell in enumerate(cells) if cell.startswith("#")), None)
    return cells if comment is None else cells[:comment]
