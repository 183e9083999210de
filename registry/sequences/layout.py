"""Draws a flow of steps: columns from left to right in the order of work, a lane for each who takes part, lines at right angles.

A line leaves its node on the right and enters the next on the left. Where it passes over columns it runs in a row of its lane that is
free there; what turns up or down does so between two columns, on a track of its own. So no line crosses a node.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from registry.formats.flow import Arrow, Flow, Line, Node, Shape

TASK_WIDTH, TASK_HEIGHT = 120, 80
EVENT, GATEWAY = 36, 50
LETTER, TEXT_LINE = 6, 15  # what a letter is wide on average, and a line high, at the size that modelling tools write
LABEL_WIDTH = 90  # beyond which a label is broken into lines
_LEFT, _TOP = 160, 80  # of the pool
_HEAD = 30  # the strip with the name of a pool or a lane
_STUB, _TRACK = 25, 12  # from a node to the first turn; from one turn to the next
_ROW, _LINE_ROW, _EDGE = 120, 30, 10  # height of a row with nodes, of one with lines alone, above and below the rows of a lane

_Row = tuple[str, int]  # lane and number in it


@dataclass(slots=True)
class _Grid:
    """What is taken where: row -> the columns as the bits of a number, of nodes and of the lines of each kind."""

    nodes: dict[_Row, int] = field(default_factory=lambda: defaultdict(int))
    lines: dict[_Row, dict[object, int]] = field(default_factory=lambda: defaultdict(dict))

    def is_free(self, row: _Row, columns: int, kind: object = None) -> bool:
        """Whether nothing stands in ``columns`` of ``row`` but lines of the same kind, with which another may join."""
        if self.nodes.get(row, 0) & columns:
            return False
        return not any(taken & columns for other, taken in self.lines.get(row, {}).items() if other != kind)

    def take(self, row: _Row, columns: int, kind: object) -> None:
        """A line of ``kind`` runs there."""
        self.lines[row][kind] = self.lines[row].get(kind, 0) | columns


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything stands before it is measured. ``passing`` is the row in which an arrow passes columns, by its id."""

    flow: Flow
    columns: Mapping[str, int]
    rows: Mapping[str, _Row]
    passing: Mapping[str, _Row]


def laid_out(flow: Flow) -> Flow:
    """``flow``, which steps wrote, with the shapes and lines of its drawing; the same for the same flow."""
    return Drawing.of(flow).drawn()


def label_size(text: str) -> tuple[int, int]:
    """Width and height in which ``text`` is written beside its line or gateway."""
    width = min(LABEL_WIDTH, max(LETTER * len(text), 2 * LETTER))
    return width, TEXT_LINE * math.ceil(LETTER * len(text) / LABEL_WIDTH)


def _columns(flow: Flow) -> dict[str, int]:
    """Node id -> its column: as many as the longest way to it has arrows, the ways back left out."""
    ahead = defaultdict(list)
    for arrow in flow.arrows:
        ahead[arrow.source].append(arrow.target)
    columns: dict[str, int] = defaultdict(int)
    order, back = _ordered(flow.nodes[0].id, ahead)
    for identity in order:
        for target in ahead[identity]:
            if (identity, target) not in back:
                columns[target] = max(columns[target], columns[identity] + 1)
    last = flow.nodes[-1].id
    columns[last] = 1 + max((columns[node.id] for node in flow.nodes if node.id != last), default=0)
    return {node.id: columns[node.id] for node in flow.nodes}


def _ordered(first: str, ahead: Mapping[str, Sequence[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """The nodes so that arrows point onward, and the arrows that would lead back to a node on the way to them."""
    done: list[str] = []
    back, on_way, seen = set(), {first}, {first}
    stack = [(first, iter(ahead[first]))]
    while stack:
        identity, targets = stack[-1]
        target = next(targets, None)
        if target is None:
            stack.pop()
            on_way.discard(identity)
            done.append(identity)
        elif target in on_way:
            back.add((identity, target))
        elif target not in seen:
            seen.add(target)
            on_way.add(target)
            stack.append((target, iter(ahead[target])))
    return done[::-1], back


def _rows(flow: Flow, columns: Mapping[str, int]) -> tuple[dict[str, _Row], _Grid]:
    """Node id -> its row: that of the first node before it in its lane, or the nearest free."""
    grid, rows = _Grid(), dict[str, _Row]()
    before = defaultdict(list)
    for arrow in flow.arrows:
        before[arrow.target].append(arrow.source)
    for node in sorted(flow.nodes, key=lambda node: columns[node.id]):
        near = [rows[source][1] for source in before[node.id] if source in rows and rows[source][0] == node.lane]
        row = _nearest(grid, [(node.lane, near[0] if near else 0)], 1 << columns[node.id])
        rows[node.id] = row
        grid.nodes[row] |= 1 << columns[node.id]
    return rows, grid


def _nearest(grid: _Grid, wanted: Iterable[_Row], columns: int, kind: object = None) -> _Row:
    """The row free in ``columns`` that is nearest to one of ``wanted``, the first of them and the lower before the others."""
    distance = 0
    while True:
        for lane, number in wanted:
            for row in ((lane, number + distance), (lane, number - distance)):
                if row[1] >= 0 and grid.is_free(row, columns, kind):
                    return row
        distance += 1


def _passing(flow: Flow, columns: Mapping[str, int], rows: Mapping[str, _Row], grid: _Grid) -> dict[str, _Row]:
    """The rows of the arrows that do not lead to the next column, short ones first. Those to one node join where they can."""
    found = {}
    for arrow in sorted(flow.arrows, key=lambda arrow: abs(columns[arrow.target] - columns[arrow.source])):
        first, last = columns[arrow.source] + 1, columns[arrow.target]
        if first == last:
            continue
        is_back = last < first
        taken = _bits(last, first) if is_back else _bits(first, last)
        kind = (arrow.target, is_back)
        row = _nearest(grid, [rows[arrow.source], rows[arrow.target]], taken, kind)
        grid.take(row, taken, kind)
        found[arrow.id] = row
    return found


def _bits(first: int, end: int) -> int:
    return (1 << end) - (1 << first)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A line's way up or down between two columns; those of one ``group`` lie on one track."""

    gap: int
    group: tuple[str, str]
    top: float
    bottom: float


class Drawing:
    """A plan with its measures: heights of rows and lanes, tracks of the turns, widths of columns and of the gaps between them."""

    @classmethod
    def of(cls, flow: Flow) -> Self:
        """The drawing of a flow that steps wrote."""
        columns = _columns(flow)
        rows, grid = _rows(flow, columns)
        return cls(_Plan(flow, columns, rows, _passing(flow, columns, rows, grid)))

    def __init__(self, plan: _Plan) -> None:
        self.plan = plan
        self.nodes = {node.id: node for node in plan.flow.nodes}
        self.lanes = dict.fromkeys(node.lane for node in plan.flow.nodes)
        self.middles: dict[_Row, float] = {}
        self.bands: dict[str, tuple[float, float]] = {}
        self._measure_rows()
        self.tracks, self.counts = self._tracked()
        self._measure_columns()

    def _measure_rows(self) -> None:
        heights: dict[_Row, float] = dict.fromkeys(self.plan.passing.values(), _LINE_ROW)
        for identity, row in self.plan.rows.items():
            heights[row] = max(heights.get(row, _ROW), _ROW, _height(self.nodes[identity]))
        y: float = _TOP
        for lane in self.lanes:
            top = y
            y += _EDGE
            for number in range(1 + max(row[1] for row in heights if row[0] == lane)):
                height = heights.get((lane, number), 0)
                self.middles[lane, number] = y + height / 2
                y += height
            y = max(y + _EDGE, top + min(LETTER * len(lane), 300) + _HEAD)
            self.bands[lane] = (top, y)

    def _ways(self, arrow: Arrow) -> tuple[float, float, float]:
        """The heights at which an arrow leaves, passes and arrives."""
        leaves, arrives = (self.middles[self.plan.rows[each]] for each in (arrow.source, arrow.target))
        return leaves, self.middles[self.plan.passing[arrow.id]] if arrow.id in self.plan.passing else arrives, arrives

    def _turns(self, arrow: Arrow) -> list[_Turn]:
        leaves, passes, arrives = self._ways(arrow)
        columns = self.plan.columns
        turns = [
            _Turn(columns[arrow.source], ("out", arrow.source), min(leaves, passes), max(leaves, passes)),
            _Turn(columns[arrow.target] - 1, ("in", arrow.target), min(passes, arrives), max(passes, arrives)),
        ]
        return [turn for turn in turns if turn.top < turn.bottom]

    def _tracked(self) -> tuple[dict[tuple[int, tuple[str, str]], int], dict[tuple[int, str], int]]:
        """(gap, group) -> number of its track, and how many tracks a gap has on either side: what leaves turns left of what arrives."""
        spans: dict[tuple[int, tuple[str, str]], tuple[float, float]] = {}
        for arrow in self.plan.flow.arrows:
            for turn in self._turns(arrow):
                top, bottom = spans.get((turn.gap, turn.group), (turn.top, turn.bottom))
                spans[turn.gap, turn.group] = (min(top, turn.top), max(bottom, turn.bottom))
        ends: dict[tuple[int, str], list[float]] = defaultdict(list)  # where the last turn on each track ends
        tracks = {}
        for (gap, group), (top, bottom) in sorted(spans.items(), key=lambda item: (item[0][0], item[1], item[0][1])):
            taken = ends[gap, group[0]]
            track = next((number for number, end in enumerate(taken) if end < top), len(taken))
            taken[track:] = [bottom, *taken[track + 1 :]]
            tracks[gap, group] = track
        return tracks, {key: len(taken) for key, taken in ends.items()}

    def _measure_columns(self) -> None:
        """Left edges of the columns and of the room for labels in the gap after each."""
        widths, labels = dict[int, int](), dict[int, int]()
        for identity, column in self.plan.columns.items():
            widths[column] = max(widths.get(column, 0), _size(self.nodes[identity])[0])
        for arrow in self.plan.flow.arrows:
            if arrow.name:
                column = self.plan.columns[arrow.source]
                labels[column] = max(labels.get(column, 0), label_size(arrow.name)[0] + 10)
        self.widths, self.lefts, self.label_lefts = widths, dict[int, int](), dict[int, int]()
        self.gap_ends: dict[int, int] = {}
        x = _LEFT + 2 * _HEAD + _STUB
        for column in sorted(widths):
            self.lefts[column] = x
            x += widths[column] + _STUB + _TRACK * self.counts.get((column, "out"), 0)
            self.label_lefts[column] = x
            x += labels.get(column, 0) + _TRACK * self.counts.get((column, "in"), 0) + _STUB
            self.gap_ends[column] = x
        self.right = x

    def drawn(self) -> Flow:
        """The flow with all of it drawn: pool, lanes and nodes, then the arrows."""
        flow = self.plan.flow
        shapes = (*self._frames(), *(self._shape(node) for node in flow.nodes))
        return replace(flow, shapes=shapes, lines=tuple(self._line(arrow) for arrow in flow.arrows))

    def label_of(self, arrow: Arrow) -> Shape:
        """Where the name of ``arrow`` is written: above its line, behind the node it leaves."""
        width, height = label_size(arrow.name)
        return Shape(arrow.id, self.label_lefts[self.plan.columns[arrow.source]] + 5, self._ways(arrow)[1] - height - 3, width, height)

    def _frames(self) -> Iterable[Shape]:
        bottom = max(end for _, end in self.bands.values())
        for frame in self.plan.flow.frames:
            if frame.is_pool:
                yield Shape(frame.id, _LEFT, _TOP, self.right - _LEFT, bottom - _TOP)
            else:
                top, end = self.bands[frame.name]
                yield Shape(frame.id, _LEFT + _HEAD, top, self.right - _LEFT - _HEAD, end - top)

    def _shape(self, node: Node) -> Shape:
        width, height = _size(node)
        column = self.plan.columns[node.id]
        x = self.lefts[column] + (self.widths[column] - width) / 2
        return Shape(node.id, x, self.middles[self.plan.rows[node.id]] - height / 2, width, height)

    def _line(self, arrow: Arrow) -> Line:
        source, target = self._shape(self.nodes[arrow.source]), self._shape(self.nodes[arrow.target])
        leaves, passes, arrives = self._ways(arrow)
        points = [(source.x + source.width, leaves)]
        for turn in self._turns(arrow):
            x = self._track(turn)
            is_out = turn.group[0] == "out"
            points += [(x, leaves if is_out else passes), (x, passes if is_out else arrives)]
        return Line(arrow.id, (*points, (target.x, arrives)))

    def _track(self, turn: _Turn) -> float:
        track = self.tracks[turn.gap, turn.group]
        if turn.group[0] == "out":
            return self.label_lefts[turn.gap] - _TRACK * (self.counts[turn.gap, "out"] - track)
        return self.gap_ends[turn.gap] - _STUB - _TRACK * (self.counts[turn.gap, "in"] - track - 1)


def _size(node: Node) -> tuple[int, int]:
    if node.element.endswith("Event"):
        return EVENT, EVENT
    if node.element.endswith("Gateway"):
        return GATEWAY, GATEWAY
    lines = math.ceil(LETTER * 1.2 * len(node.name) / (TASK_WIDTH - 20))
    return TASK_WIDTH, max(TASK_HEIGHT, TEXT_LINE * (lines + 1) + 10)


def _height(node: Node) -> int:
    """What a row needs for it, with the name of a gateway above it and as much below."""
    height = _size(node)[1]
    return height + 40 if node.is_task else height + 2 * (label_size(node.name)[1] + 10)
