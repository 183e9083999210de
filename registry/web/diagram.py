"""The picture of a process sequence: drawn here from where its file says things are, so that it needs no script and reads as a list too.

A robot's step has a verdigris edge, a person's is filled plum, one that an update would break is copper; numbers are those of the list below
(design, section 6). A long process is drawn as an outline: a box for each of its sub-processes, or for each of those who take part.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from registry.formats.flow import Arrow, Flow, Frame, Line, Node, Shape
from registry.sequences.layout import laid_out
from registry.sequences.numbered import in_order
from registry.sequences.steps import steps_of
from registry.web.drawing import listed
from registry.web.flow_marks import (
    FlowMark,
    Point,
    arrow_marks,
    box,
    event_marks,
    frame_marks,
    gateway_marks,
    group_marks,
    lines,
    number,
    step_marks,
    words,
)

MOST_STEPS = 25  # of a picture; what has more is drawn as an outline
MOST_NODES, MOST_ARROWS = 150, 300  # steps, events and gateways together, and what joins them
FULL_WIDTH = 1130.0  # pixels there are beside the margins of the widest page
_LEAST_SCALE = 0.84  # names stay readable; a wider picture scrolls
_LARGEST = 6000.0  # pixels of a picture; what a file draws larger is made smaller
_STEP = 100.0  # width of a step in most modellers
_MARGIN = 22.0
_GROUPS = frozenset({"subProcess", "adHocSubProcess", "transaction"})
_BOX, _GAP, _IN_ROW = (236.0, 92.0), 40.0, 4  # of an outline


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture to render; ``description`` is what a screen reader says for it, ``tones`` are those its key explains."""

    key: str
    title: str
    description: str
    view_box: str
    width: str  # in rem
    height: str
    marks: tuple[FlowMark, ...]
    tones: tuple[str, ...]
    is_outline: bool = False


def diagram(flow: Flow, title: str, breaks: Mapping[str, str] | None = None) -> Diagram | None:
    """The picture of ``flow``; ``breaks`` has a few words for each step that an update would break. None where nothing can be drawn."""
    breaks = breaks or {}
    steps = in_order(flow)
    if not steps:
        return None
    if len(steps) > MOST_STEPS or len(flow.nodes) > MOST_NODES or len(flow.arrows) > MOST_ARROWS:
        return _outlined(flow, steps, title, breaks)
    drawn = _placed(flow) or _laid_out(flow)
    return _drawn(drawn, steps, title, breaks) if drawn else _outlined(flow, steps, title, breaks)


def tone_of(node: Node, breaks: Mapping[str, str]) -> str:
    """Who does a step, and whether it would break: ``breaks person robot open``; open is what no module does yet."""
    if node.id in breaks:
        return "breaks"
    return "person" if node.is_human else "robot" if node.uses is not None else "open"


# --- As it is drawn in its file -------------------------------------------------------------------------------------------
def _placed(flow: Flow) -> Flow | None:
    """``flow`` where most of it has a place in the picture, at a size at which names can be read."""
    known = {node.id: node for node in flow.nodes}
    shapes = tuple(shape for shape in flow.shapes if shape.width > 1 and shape.height > 1)
    of_nodes = [shape for shape in shapes if shape.of in known]
    outside = [node for node in flow.nodes if not node.parent]
    if len(of_nodes) * 2 < max(len(outside), 1):
        return None
    widths = [shape.width for shape in of_nodes if known[shape.of].is_task]
    usual = median(widths) if widths else _STEP
    scale = min(8.0, _STEP / usual) if not 0.7 * _STEP <= usual <= 2.4 * _STEP else 1.0
    return _scaled(replace(flow, shapes=shapes), scale)


def _laid_out(flow: Flow) -> Flow | None:
    """What steps wrote, drawn as its file will be."""
    return _placed(laid_out(flow)) if steps_of(flow) is not None else None


def _scaled(flow: Flow, by: float) -> Flow:
    if by == 1.0:
        return flow
    shapes = tuple(Shape(each.of, each.x * by, each.y * by, each.width * by, each.height * by) for each in flow.shapes)
    return replace(flow, shapes=shapes, lines=tuple(Line(each.of, tuple((x * by, y * by) for x, y in each.points)) for each in flow.lines))


def _drawn(flow: Flow, steps: tuple[Node, ...], title: str, breaks: Mapping[str, str]) -> Diagram:
    places = {shape.of: shape for shape in flow.shapes}
    drawn = {line.of: line.points for line in flow.lines}
    ways = {arrow.id: points for arrow in flow.arrows if (points := drawn.get(arrow.id) or _way(arrow, places))}
    nodes = [node for node in flow.nodes if node.id in places]
    numbers = {node.id: place for place, node in enumerate(steps, 1)}
    marks = [
        *_frames(flow, places),
        *(mark for node in nodes if node.element in _GROUPS for mark in group_marks(node, places[node.id], _is_open(node, nodes))),
        *_arrows(flow, ways),
        *(
            mark
            for node in sorted(nodes, key=lambda each: not each.is_task)
            for mark in _marks(node, places[node.id], numbers, ways, breaks)
        ),
    ]
    corners = [(each.x, each.y) for each in flow.shapes] + [(each.x + each.width, each.y + each.height) for each in flow.shapes]
    corners += [point for points in ways.values() for point in points]
    corners += [(places[node.id].x + aside, places[node.id].y) for node in nodes if node.name and not node.is_task for aside in (-45, 85)]
    tones = tuple(dict.fromkeys(tone_of(node, breaks) for node in steps if node.id in places))
    return _diagram(title, steps, marks, corners, breaks, tones)


def _arrows(flow: Flow, ways: Mapping[str, tuple[Point, ...]]) -> Iterator[FlowMark]:
    leaving: dict[str, list[Arrow]] = defaultdict(list)
    for arrow in flow.arrows:
        if arrow.id in ways:
            leaving[arrow.source].append(arrow)
    for arrow in flow.arrows:
        if arrow.id in ways:
            others = [ways[each.id] for each in leaving[arrow.source][:MOST_STEPS] if each is not arrow]
            yield from arrow_marks(ways[arrow.id], arrow.name, is_message=arrow.is_message, others=others)


def _marks(
    node: Node, shape: Shape, numbers: Mapping[str, int], ways: Mapping[str, tuple[Point, ...]], breaks: Mapping[str, str]
) -> Iterator[FlowMark]:
    if node.is_task:
        yield from step_marks(node, shape, tone_of(node, breaks), numbers.get(node.id), breaks.get(node.id, ""))
    elif node.element.endswith("Event"):
        yield from event_marks(node, shape)
    elif node.element.endswith("Gateway"):
        top = (shape.x + shape.width / 2, shape.y)
        is_below = any(abs(x - top[0]) < 3 and abs(y - top[1]) < 6 for points in ways.values() for x, y in (points[0], points[-1]))
        yield from gateway_marks(node, shape, is_below)


def _is_open(node: Node, drawn: list[Node]) -> bool:
    return any(each.parent == node.id for each in drawn)


def _way(arrow: Arrow, places: Mapping[str, Shape]) -> tuple[Point, ...]:
    """An arrow of which the file does not say how it runs: straight from edge to edge."""
    start, end = places.get(arrow.source), places.get(arrow.target)
    return (_edge(start, end), _edge(end, start)) if start and end and start is not end else ()


def _edge(of: Shape, towards: Shape) -> Point:
    """Where the line between the middles of two shapes leaves the first."""
    x, y = of.x + of.width / 2, of.y + of.height / 2
    dx, dy = towards.x + towards.width / 2 - x, towards.y + towards.height / 2 - y
    share = min([*([of.width / 2 / abs(dx)] if dx else []), *([of.height / 2 / abs(dy)] if dy else []), 1.0])
    return x + dx * share, y + dy * share


def _frames(flow: Flow, places: Mapping[str, Shape]) -> Iterator[FlowMark]:
    """Pools before their lanes, which lie on them."""
    frames = sorted((each for each in flow.frames if each.id in places), key=lambda each: not each.is_pool)
    pools = [places[each.id] for each in frames if each.is_pool]
    for frame in frames:
        shape = places[frame.id]
        around = shape if frame.is_pool else next((pool for pool in pools if _holds(pool, shape)), shape)
        yield from frame_marks(frame.name, shape, "" if frame.is_pool else _lane_tone(frame, flow), is_upright=around.width < around.height)


def _holds(pool: Shape, lane: Shape) -> bool:
    return pool.x - 1 <= lane.x <= pool.x + pool.width and pool.y - 1 <= lane.y <= pool.y + pool.height


def _lane_tone(lane: Frame, flow: Flow) -> str:
    """The colour of whoever does all that is done in a lane."""
    inside = [node for node in flow.tasks if node.lane == lane.name]
    if not inside:
        return ""
    return "person" if all(node.is_human for node in inside) else "robot" if all(node.uses for node in inside) else ""


# --- As an outline --------------------------------------------------------------------------------------------------------
def _outlined(flow: Flow, steps: tuple[Node, ...], title: str, breaks: Mapping[str, str]) -> Diagram:
    """A box for each sub-process or, outside of those, for each of those who take part, in the order of their first steps."""
    groups: dict[str, list[tuple[int, Node]]] = {}
    known = {node.id: node for node in flow.nodes}
    for place, node in enumerate(steps, 1):
        groups.setdefault(_group(node, known), []).append((place, node))
    shapes = {name: _box(name, place) for place, name in enumerate(groups)}
    marks = [mark for name, members in groups.items() for mark in _box_marks(name, members, shapes[name], breaks)]
    following = {(_group(known[arrow.source], known), _group(known[arrow.target], known)) for arrow in flow.arrows}
    for one, other in pairwise(groups):
        here, there = shapes[one], shapes[other]
        if (one, other) in following and here.y == there.y:
            middle = here.y + here.height / 2
            marks += arrow_marks(((here.x + here.width, middle), (there.x, middle)), "", is_message=False)
    corners = [(each.x, each.y) for each in shapes.values()] + [(each.x + each.width, each.y + each.height) for each in shapes.values()]
    tones = tuple(dict.fromkeys(_group_tone(members, breaks) for members in groups.values()))
    return replace(_diagram(title, steps, marks, corners, breaks, tones), is_outline=True)


def _group(node: Node, known: Mapping[str, Node]) -> str:
    """The name of the outermost sub-process around a node, else of who does it."""
    outermost = node
    for _ in range(50):
        if outermost.parent not in known:
            break
        outermost = known[outermost.parent]
    if outermost is not node or node.element in _GROUPS:
        return outermost.name or outermost.id
    return node.lane or "Not in a lane"


def _box(name: str, place: int) -> Shape:
    row, column = divmod(place, _IN_ROW)
    return Shape(name, column * (_BOX[0] + _GAP), row * (_BOX[1] + _GAP * 0.6), *_BOX)


def _group_tone(members: list[tuple[int, Node]], breaks: Mapping[str, str]) -> str:
    tones = {tone_of(node, breaks) for _, node in members}
    return "breaks" if "breaks" in tones else tones.pop() if len(tones) == 1 else "robot" if "robot" in tones else "open"


def _box_marks(name: str, members: list[tuple[int, Node]], shape: Shape, breaks: Mapping[str, str]) -> Iterator[FlowMark]:
    x, y = shape.x + shape.width / 2, shape.y
    people = sum(node.is_human for _, node in members)
    count = f"{len(members)} step{'s' if len(members) != 1 else ''}" + (f", {people} a person’s" if people else "")
    yield box(_group_tone(members, breaks), shape, 5)
    yield from lines("name", (x, y + 25), name, shape.width - 16, 2)
    yield words("middle small", x, y + 60, count)
    yield words("middle small", x, y + 78, _spread([place for place, _ in members]))


def _spread(places: list[int]) -> str:
    """Which numbers of the list below: "1 to 7", "3, 9 and 12", "from 2 to 30"."""
    if places[-1] - places[0] == len(places) - 1:
        return f"{places[0]}" if len(places) == 1 else f"{places[0]} to {places[-1]}"
    if len(places) <= 5:
        return ", ".join(map(str, places[:-1])) + f" and {places[-1]}"
    return f"between {places[0]} and {places[-1]}"


# --- Both -----------------------------------------------------------------------------------------------------------------
def _diagram(
    title: str, steps: tuple[Node, ...], marks: list[FlowMark], corners: list[Point], breaks: Mapping[str, str], tones: tuple[str, ...]
) -> Diagram:
    said = [f"{place} {node.name or node.id}{_said_of(node, breaks)}" for place, node in enumerate(steps, 1)]
    return framed(title, said, marks, corners, tones)


def framed(title: str, said: Sequence[str], marks: Sequence[FlowMark], corners: Sequence[Point], tones: tuple[str, ...]) -> Diagram:
    """The picture that ``marks`` make between ``corners``, at a size at which its words can be read; ``said`` tells its steps in order."""
    left, top = min(x for x, _ in corners) - _MARGIN, min(y for _, y in corners) - _MARGIN
    width, height = max(x for x, _ in corners) + _MARGIN - left, max(y for _, y in corners) + _MARGIN + 14 - top
    scale = min(1.0, _LARGEST / width, _LARGEST / height)
    if scale == 1.0 and width > FULL_WIDTH >= width * _LEAST_SCALE:
        scale = FULL_WIDTH / width
    return Diagram(
        key=f"flow-{zlib.crc32(title.encode()):08x}",  # the same on every visit
        title=title,
        description=listed(said, MOST_STEPS).replace("in the table.", "in the list below."),
        view_box=f"{number(left)} {number(top)} {number(width)} {number(height)}",
        width=number(width * scale / 16) + "rem",
        height=number(height * scale / 16) + "rem",
        marks=tuple(marks),
        tones=tones,
    )


def _said_of(node: Node, breaks: Mapping[str, str]) -> str:
    doer = ", a person" if node.is_human else ""
    return f"{doer}, {breaks[node.id]}" if node.id in breaks else doer
