"""The marks of which the picture of a flow is drawn: boxes, circles, diamonds and lines, with their words broken to the room they have.

Lengths are the pixels of the picture at full size. Colours are classes of the style sheet, so that they follow the reader's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from registry.formats.flow import Node, Shape
from registry.web.drawing import room, wrapped

LINE = 17.0  # from one line of a name to the next
BADGE = 11.0  # radius of the disc that holds a step's number
_REM = 15.0  # drawing.room reckons in rem of the charts, whose text is 15 pixels high
_BENDS = 6  # of a line, among which its name finds a place
_TURNED = 26.0  # width of the band that holds the name of a lane

type Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FlowMark:
    """One shape or line of text: ``kind`` is ``rect circle path text``; ``css`` without its ``mh-flow__``."""

    kind: str
    css: str
    x: str = ""
    y: str = ""
    width: str = ""
    height: str = ""
    r: str = ""
    d: str = ""
    text: str = ""
    turned: bool = False  # reads upwards

    @property
    def classes(self) -> str:
        return " ".join(f"mh-flow__{name}" for name in self.css.split())


def number(value: float) -> str:
    """As SVG writes it: at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def box(css: str, shape: Shape, r: float = 0) -> FlowMark:
    """A rectangle with corners of radius ``r``."""
    return FlowMark("rect", css, number(shape.x), number(shape.y), number(shape.width), number(shape.height), r=number(r) if r else "")


def disc(css: str, x: float, y: float, r: float) -> FlowMark:
    """A circle around a point."""
    return FlowMark("circle", css, number(x), number(y), r=number(r))


def path(css: str, points: Sequence[Point], *, closed: bool = False) -> FlowMark:
    """Straight lines through ``points``."""
    return FlowMark("path", css, d="M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + ("z" if closed else ""))


def words(css: str, x: float, y: float, said: str, *, turned: bool = False) -> FlowMark:
    """A line of text on the base line ``y``."""
    return FlowMark("text", css, number(x), number(y), text=said, turned=turned)


def lines(css: str, middle: Point, said: str, width: float, most: int, *, leading: float = LINE) -> list[FlowMark]:
    """``said`` in at most ``most`` centred lines around a point."""
    made = wrapped(said, width / _REM, most)
    top = middle[1] - leading * (len(made) - 1) / 2 + 5
    return [words(f"middle {css}", middle[0], top + leading * place, line) for place, line in enumerate(made)]


def step_marks(node: Node, shape: Shape, tone: str, step: int | None, tag: str) -> Iterator[FlowMark]:
    """A box with the step's name; ``step`` is its number in the list below, ``tag`` words of warning at its upper edge."""
    yield box(f"{tone} thick" if node.element == "callActivity" else tone, shape, 5)
    most = max(1, min(4, int((shape.height - 10) / LINE)))
    yield from lines("name", _middle(shape), node.name or node.id, shape.width - 12, most)
    if tag:
        wide = room(tag) * _REM * 0.9 + 14
        end = shape.x + shape.width + 4
        yield box("warning", Shape(node.id, end - wide, shape.y - 17, wide, 20), 3)
        yield words("middle on small", end - wide / 2, shape.y - 2.5, tag)
    if step is not None:
        yield disc(f"badge {tone}", shape.x + 2, shape.y + 2, BADGE)
        yield words("middle on number", shape.x + 2, shape.y + 6.5, str(step))


def group_marks(node: Node, shape: Shape, is_open: bool) -> Iterator[FlowMark]:
    """A sub-process: a frame around what is drawn inside, or a box with a plus where that is drawn elsewhere."""
    yield box("group", shape, 8)
    if is_open:
        yield from lines("name", (shape.x + shape.width / 2, shape.y + 14), node.name, shape.width - 16, 1)
        return
    yield from lines("name", _middle(shape), node.name or node.id, shape.width - 12, max(1, min(3, int((shape.height - 24) / LINE))))
    x, y = shape.x + shape.width / 2, shape.y + shape.height - 9
    yield path("sign", [(x - 5, y), (x + 5, y)])
    yield path("sign", [(x, y - 5), (x, y + 5)])


def event_marks(node: Node, shape: Shape) -> Iterator[FlowMark]:
    """A circle: thin where it begins, thick where it ends, double between."""
    (x, y), r = _middle(shape), min(shape.width, shape.height) / 2
    yield disc("event thick" if node.element == "endEvent" else "event", x, y, r)
    if node.element not in ("startEvent", "endEvent"):
        yield disc("event", x, y, max(r - 3.5, 1))
    if node.name:
        made = wrapped(node.name, 110 / _REM, 2)
        yield from (words("middle small halo", x, shape.y + shape.height + 14 + 15 * place, line) for place, line in enumerate(made))


def gateway_marks(node: Node, shape: Shape, is_below: bool) -> Iterator[FlowMark]:
    """A diamond with the sign of its kind, and its question above or below."""
    (x, y), across, down = _middle(shape), shape.width / 2, shape.height / 2
    yield path("gateway", [(x, y - down), (x + across, y), (x, y + down), (x - across, y)], closed=True)
    yield from _sign(node.element, x, y, min(across, down) * 0.36)
    made = wrapped(node.name, 130 / _REM, 2) if node.name else ()
    first = shape.y + shape.height + 15 if is_below else shape.y - 7 - 15 * (len(made) - 1)
    yield from (words("middle small halo", x, first + 15 * place, line) for place, line in enumerate(made))


def _sign(element: str, x: float, y: float, r: float) -> Iterator[FlowMark]:
    if element in ("parallelGateway", "complexGateway"):
        yield path("sign", [(x - r, y), (x + r, y)])
        yield path("sign", [(x, y - r), (x, y + r)])
    if element in ("exclusiveGateway", "complexGateway"):
        short = r * 0.8
        yield path("sign", [(x - short, y - short), (x + short, y + short)])
        yield path("sign", [(x + short, y - short), (x - short, y + short)])
    if element in ("inclusiveGateway", "eventBasedGateway"):
        yield disc("event", x, y, r)


def frame_marks(name: str, shape: Shape, tone: str, is_upright: bool) -> Iterator[FlowMark]:
    """A pool or lane with its name on a band: at its left and turned, or across the top where lanes stand upright."""
    yield box("frame", shape)
    if not name:
        return
    if is_upright:
        yield box(f"band {tone}", Shape(shape.of, shape.x, shape.y, shape.width, min(_TURNED, shape.height)))
        yield from lines(f"name {tone}", (shape.x + shape.width / 2, shape.y + 13), name, shape.width - 8, 1)
        return
    yield box(f"band {tone}", Shape(shape.of, shape.x, shape.y, min(_TURNED, shape.width), shape.height))
    said = wrapped(name, (shape.height - 8) / _REM, 1)
    yield from (words(f"middle name {tone}", shape.x + 18, shape.y + shape.height / 2, line, turned=True) for line in said)


def arrow_marks(points: Sequence[Point], name: str, *, is_message: bool, others: Sequence[Sequence[Point]] = ()) -> Iterator[FlowMark]:
    """A line through ``points`` with its head and its name; ``others`` leave the same node, and its name stands where they do not run."""
    yield path("arrow dashed" if is_message else "arrow", points)
    head = _head(points)
    if head:
        yield path("head", head, closed=True)
    if name:
        yield _answer(points, wrapped(name, 220 / _REM, 1)[0], others)


def _head(points: Sequence[Point]) -> list[Point]:
    x, y = points[-1]
    before = next((each for each in reversed(points[:-1]) if math.dist(each, (x, y)) > 0.5), None)
    if before is None:
        return []
    long = math.dist(before, (x, y))
    dx, dy = (x - before[0]) / long, (y - before[1]) / long
    return [(x, y), (x - 9 * dx + 4 * dy, y - 9 * dy - 4 * dx), (x - 9 * dx - 4 * dy, y - 9 * dy + 4 * dx)]


def _answer(points: Sequence[Point], said: str, others: Sequence[Sequence[Point]]) -> FlowMark:
    """The answer beside the first stretch of its own that is long enough for it: above a level one, right of an upright one."""
    wide = room(said) * _REM * 0.95
    stretches = list(pairwise(points))
    near = [other for line in others for other in pairwise(line[:_BENDS])]
    own = [each for each in stretches[:_BENDS] if not any(_overlap(each, other) for other in near)] or stretches
    roomy = (each for each in own if math.dist(*each) >= (wide + 12 if _is_level(*each) else 24))
    (x, y), (x2, y2) = next(roomy, max(own, key=lambda each: math.dist(*each)))
    if _is_level((x, y), (x2, y2)):
        cut = wrapped(said, max(abs(x - x2) - 10, 60) / _REM, 1)[0]
        return words("middle small halo", (x + x2) / 2, (y + y2) / 2 - 6, cut)
    return words("small halo", (x + x2) / 2 + 6, (y + y2) / 2 + 5, wrapped(said, 110 / _REM, 1)[0])


def _overlap(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two level or two upright stretches run in one line for a while."""
    for along, aside in ((0, 1), (1, 0)):
        level = {round(point[aside]) for point in (*one, *other)}
        if max(level) - min(level) <= 1:
            ends = sorted(point[along] for point in one), sorted(point[along] for point in other)
            return min(ends[0][1], ends[1][1]) - max(ends[0][0], ends[1][0]) > 4
    return False


def _is_level(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) >= abs(one[1] - other[1])


def _middle(shape: Shape) -> Point:
    return shape.x + shape.width / 2, shape.y + shape.height / 2
