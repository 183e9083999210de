"""Where the boxes of a picture of steps stand, and how the lines between them run. Plain geometry, the same for the same steps.

Steps that follow one another stand in rows, as one reads. Where they branch, each stands below what leads to it; lines turn only between
rows and between columns, each on a track of its own, so that none crosses a box. A group is a frame around what is in it, placed alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from registry.formats.flow import Shape
from registry.web.flow_marks import Point

ROOM = 1086.0  # pixels across that a picture may take before it scrolls
_GAP, _DOWN = 34.0, 34.0  # between boxes: across, down
_TRACK = 11.0  # from one line to the next beside it
_PAD, _HEAD = 16.0, 46.0  # of a frame: around, and for its name and those of the branches in it


@dataclass(frozen=True, slots=True)
class Link:
    """A line from one box to another."""

    source: int
    target: int
    when: str = ""
    on_error: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A box by its size in pixels, or a frame around others."""

    key: int
    width: float
    height: float
    inside: tuple[Item, ...] = ()


@dataclass(slots=True)
class Placed:
    """What stands where; ``width`` and ``height`` of all of it."""

    shapes: dict[int, Shape] = field(default_factory=dict)
    lines: list[tuple[Link, tuple[Point, ...]]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def add(self, other: Placed, x: float, y: float) -> None:
        """Put ``other`` at a point."""
        for key, each in other.shapes.items():
            self.shapes[key] = Shape(each.of, each.x + x, each.y + y, each.width, each.height)
        self.lines += [(link, tuple((one + x, two + y) for one, two in points)) for link, points in other.lines]


def placed(items: Sequence[Item], links: Sequence[Link], room: float = ROOM) -> Placed:
    """``items`` with the ``links`` among them, and all that is inside them."""
    sizes = {item.key: _frame(item, links, room) for item in items}
    keys = set(sizes)
    own = [link for link in links if link.source in keys and link.target in keys and link.source != link.target]
    order = [item.key for item in items]
    if all((link.source, link.target) in set(pairwise(order)) for link in own) and not any(link.when or link.on_error for link in own):
        return _in_rows(order, own, sizes, room)
    joined = {key for link in own for key in (link.source, link.target)}
    made = _layered([key for key in order if key in joined], own, sizes)
    apart = _in_rows([key for key in order if key not in joined], [], sizes, room)
    if apart.shapes:
        made.add(apart, 0, made.height + _DOWN)
        made.width, made.height = max(made.width, apart.width), made.height + _DOWN + apart.height
    return made


def _frame(item: Item, links: Sequence[Link], room: float) -> Placed:
    if not item.inside:
        return Placed({item.key: Shape(str(item.key), 0, 0, item.width, item.height)}, [], item.width, item.height)
    inner = placed(item.inside, links, max(room - 2 * _PAD, item.width))
    made = Placed(width=max(inner.width + 2 * _PAD, item.width), height=inner.height + _HEAD + _PAD)
    made.shapes[item.key] = Shape(str(item.key), 0, 0, made.width, made.height)
    made.add(inner, (made.width - inner.width) / 2, _HEAD)
    return made


# --- One after the other --------------------------------------------------------------------------------------------------
def _in_rows(order: Sequence[int], links: Sequence[Link], sizes: Mapping[int, Placed], room: float) -> Placed:
    rows: list[list[int]] = []
    taken = room + 1
    for key in order:
        if taken + _GAP + sizes[key].width > room:
            rows.append([])
            taken = -_GAP
        rows[-1].append(key)
        taken += _GAP + sizes[key].width
    made, y = Placed(), 0.0
    for row in rows:
        tall, x = max(sizes[key].height for key in row), 0.0
        for key in row:
            made.add(sizes[key], x, y + (tall - sizes[key].height) / 2)
            x += sizes[key].width + _GAP
        made.width, made.height = max(made.width, x - _GAP), y + tall
        y += tall + _DOWN
    ends = {row[-1] for row in rows}
    for link in links:
        one, other = made.shapes[link.source], made.shapes[link.target]
        made.lines.append((link, _wrapping(one, other, made, rows) if link.source in ends else _level(one, other)))
    return made


def _level(one: Shape, other: Shape) -> tuple[Point, ...]:
    middle = one.y + one.height / 2
    return (one.x + one.width, middle), (other.x, middle)


def _wrapping(one: Shape, other: Shape, made: Placed, rows: Sequence[Sequence[int]]) -> tuple[Point, ...]:
    """From the end of a row to the beginning of the next."""
    row = next(row for row in rows if int(one.of) in row)
    low = max(made.shapes[key].y + made.shapes[key].height for key in row) + _DOWN / 2
    x, x2 = one.x + one.width / 2, other.x + min(other.width / 2, 60.0)
    return (x, one.y + one.height), (x, low), (x2, low), (x2, other.y)


# --- Branching ------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Grid:
    """Rows and columns, and how many lines turn below each row (from -1) and run beside each column."""

    rows: dict[int, int]
    columns: dict[int, int]
    below: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    beside: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    def is_free(self, column: int, first: int, last: int) -> bool:
        """Whether no box stands in the rows from ``first`` to ``last`` of a column."""
        return not any(self.columns[key] == column and first <= row <= last for key, row in self.rows.items())

    def turn(self, row: int) -> tuple[int, int]:
        self.below[row] += 1
        return row, self.below[row]

    def run(self, column: int) -> tuple[int, int]:
        self.beside[column] += 1
        return column, self.beside[column]


def _layered(order: Sequence[int], links: Sequence[Link], sizes: Mapping[int, Placed]) -> Placed:
    if not order:
        return Placed()
    grid = _grid(order, links)
    routes = [(link, _route(link, grid)) for link in links]
    made = Placed()
    left, top = _measured(order, grid, sizes)
    for key in order:
        row, column = grid.rows[key], grid.columns[key]
        x = left[column][0] + (left[column][1] - sizes[key].width) / 2
        made.add(sizes[key], x, top[row][0])
    made.width = max(x + width + _GAP + _TRACK * grid.beside[column] for column, (x, width) in left.items()) - _GAP
    made.height = max(y + tall + _TRACK * grid.below[row] for row, (y, tall) in top.items())
    for link, (turns, runs) in routes:
        one, other = made.shapes[link.source], made.shapes[link.target]
        down = [top[row][0] + top[row][1] + _DOWN / 3 + _TRACK * track if row >= 0 else -_DOWN / 3 - _TRACK * track for row, track in turns]
        across = [left[column][0] + left[column][1] + _GAP / 3 + _TRACK * track for column, track in runs]
        made.lines.append((link, _points(one, other, down, across)))
    if grid.below[-1]:
        return _lowered(made, _DOWN / 3 + _TRACK * (grid.below[-1] + 1))
    return made


def _lowered(made: Placed, by: float) -> Placed:
    """With room above for what leads back to the first row."""
    lower = Placed(width=made.width, height=made.height + by)
    lower.add(made, 0, by)
    return lower


def _grid(order: Sequence[int], links: Sequence[Link]) -> _Grid:
    ahead: defaultdict[int, list[int]] = defaultdict(list)
    for link in links:
        ahead[link.source].append(link.target)
    sequence, back = _walked(order, ahead)
    rows = dict.fromkeys(sequence, 0)
    for key in sequence:
        for target in ahead[key]:
            if (key, target) not in back:
                rows[target] = max(rows[target], rows[key] + 1)
    columns: dict[int, int] = {}
    taken: set[tuple[int, int]] = set()
    leads = {target: key for key in reversed(sequence) for target in reversed(ahead[key]) if (key, target) not in back}
    for key in sequence:
        column = columns.get(leads.get(key, key), 0)
        while (rows[key], column) in taken:
            column += 1
        columns[key] = column
        taken.add((rows[key], column))
    return _Grid(rows, columns)


def _walked(order: Sequence[int], ahead: Mapping[int, Sequence[int]]) -> tuple[list[int], set[tuple[int, int]]]:
    """Every box after all that lead to it, but for the ways back, which are found here."""
    entered = {target for targets in ahead.values() for target in targets}
    finished: list[int] = []
    state: dict[int, bool] = {}  # True once everything after it was seen
    back: set[tuple[int, int]] = set()
    for start in (*(key for key in order if key not in entered), *order):
        if start in state:
            continue
        state[start] = False
        stack = [(start, iter(ahead.get(start, ())))]
        while stack:
            key, targets = stack[-1]
            for target in targets:
                if target not in state:
                    state[target] = False
                    stack.append((target, iter(ahead.get(target, ()))))
                    break
                if not state[target]:
                    back.add((key, target))
            else:
                state[key] = True
                finished.append(key)
                stack.pop()
    return finished[::-1], back


type _Turns = list[tuple[int, int]]


def _route(link: Link, grid: _Grid) -> tuple[_Turns, _Turns]:
    """Below which rows, and beside which column, a line turns; on nothing where it runs straight down."""
    row, row2 = grid.rows[link.source], grid.rows[link.target]
    column, column2 = grid.columns[link.source], grid.columns[link.target]
    if row2 > row and column == column2 and grid.is_free(column, row + 1, row2 - 1):
        return [], []
    if row2 == row + 1:
        return [grid.turn(row)], []
    return [grid.turn(row), grid.turn(row2 - 1)], [grid.run(min(column, column2))]


def _measured(
    order: Sequence[int], grid: _Grid, sizes: Mapping[int, Placed]
) -> tuple[dict[int, tuple[float, float]], dict[int, tuple[float, float]]]:
    """Where each column begins and how wide it is; where each row begins and how tall it is."""
    wide: defaultdict[int, float] = defaultdict(float)
    tall: defaultdict[int, float] = defaultdict(float)
    for key in order:
        column, row = grid.columns[key], grid.rows[key]
        wide[column], tall[row] = max(wide[column], sizes[key].width), max(tall[row], sizes[key].height)
    left, x = {}, 0.0
    for column in sorted(wide):
        left[column] = (x, wide[column])
        x += wide[column] + _GAP + _TRACK * grid.beside[column]
    top, y = {}, 0.0
    for row in sorted(tall):
        top[row] = (y, tall[row])
        y += tall[row] + _DOWN + _TRACK * grid.below[row]
    return left, top


def _points(one: Shape, other: Shape, down: Sequence[float], across: Sequence[float]) -> tuple[Point, ...]:
    x, x2 = one.x + one.width / 2, other.x + other.width / 2
    start, end = (x, one.y + one.height), (x2, other.y)
    if not down:
        return start, end
    if not across:
        return start, (x, down[0]), (x2, down[0]), end
    return start, (x, down[0]), (across[0], down[0]), (across[0], down[1]), (x2, down[1]), end
