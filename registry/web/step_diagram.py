"""The picture of an artefact's steps, drawn from its inspection: one part at a time, groups as frames, errors on dashed copper lines.

A picture holds at most 60 boxes. Where a part has more, groups are drawn shut, the innermost first, and what follows is left to the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from registry.formats.flow import Shape
from registry.formats.model import Step
from registry.web import words as said_as
from registry.web.diagram import Diagram, framed
from registry.web.drawing import room, wrapped
from registry.web.flow_marks import BADGE, FlowMark, Point, arrow_marks, box, disc, lines, path, words
from registry.web.step_layout import ROOM, Item, Link, Placed, placed
from registry.web.step_parts import Part, by_name, called_part

MOST_BOXES = 60
MOST_LEVELS = 6  # frames inside one another
MOST_BELOW = 26  # characters that fit below a name
_BOX = (196.0, 70.0)
_PILL = (120.0, 36.0)
_REM = 15.0  # drawing.room reckons in rem of text 15 pixels high
_SIGNS = {"new": "+ New", "chg": "± Changed", "gone": "− Gone", "moved": "↕ Moved"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn part. ``shut`` says how many groups are not drawn open, ``left_out`` how many steps stand in the list alone."""

    diagram: Diagram
    shut: int
    left_out: int


def step_picture(
    part: Part, title: str, *, first: int = 0, last: int | None = None, signs: Mapping[int, str] | None = None
) -> Picture | None:
    """The picture of the steps of ``part`` from place ``first`` up to ``last``; ``signs`` marks places ``new``, ``chg``, ``gone`` or ``moved``."""
    places = range(first, len(part.steps) if last is None else min(last, len(part.steps)))
    if not places:
        return None
    inside: defaultdict[int | None, list[int]] = defaultdict(list)
    for place in places:
        outer = part.around[place]
        inside[outer if outer in places else None].append(place)
    shown = _shown(part, inside)
    drawn = _Drawn(part, shown, inside, signs or {})
    made = placed(drawn.items(None), list(drawn.links(places)), ROOM)
    marks = list(drawn.marks(made))
    corners: list[Point] = [(-4.0, -14.0), (made.width + 4, made.height)]
    said = [_said(part, place) for place in places if part.is_listed(place) and part.numbers[place]]
    roots = set(inside[None])
    return Picture(
        framed(title, said, marks, corners, drawn.tones()),
        shut=sum(bool(inside.get(place)) and not drawn.is_open(place) for place in shown),
        left_out=sum(_root(part, place, places) not in shown for place in places) if roots - shown else 0,
    )


def parts_picture(parts: Sequence[Part], title: str) -> Diagram | None:
    """Which part calls which; None where none calls another or there are too many to draw."""
    if not 1 < len(parts) <= MOST_BOXES:
        return None
    named, numbers = by_name(parts), {part.name: number for number, part in enumerate(parts)}
    called = [(number, called_part(step, named)) for number, part in enumerate(parts) for step in part.steps]
    links = list(dict.fromkeys(Link(number, numbers[found.name]) for number, found in called if found is not None))
    if not links:
        return None
    made = placed([Item(number, *_BOX) for number in range(len(parts))], links, ROOM)
    marks = [mark for link, points in made.lines for mark in arrow_marks(points, link.when, is_message=False)]
    for number, part in enumerate(parts):
        shape, tone = made.shapes[number], "person" if part.counts.people else "robot"
        count = said_as.steps(part.counts.steps)
        marks += [box(tone, shape, 5), *_named(_short(part.name) or title, shape), _small(shape, count)]
    tones = tuple(dict.fromkeys("person" if part.counts.people else "robot" for part in parts))
    said = [f"{part.name}, {said_as.steps(part.counts.steps)}" for part in parts]
    return framed(title, said, marks, [(0, 0), (made.width, made.height)], tones)


def step_name(step: Step) -> str:
    """What a step is called where it has no name of its own."""
    return step.name or step.action or step.id or "Step"


def step_words(step: Step) -> str:
    """What a step is, in a few words: its kind, or the platform's own name of what it does."""
    if step.human:
        return "A person decides"
    if step.kind == "code":
        language = said_as.LANGUAGES.get(step.language, step.language)
        return f"{language} code" if language else "Code"
    if is_raising(step):
        return "Raises an error"
    return said_as.STEP_KINDS.get(step.kind, "") or step.action


def _shortened(said: str) -> str:
    """The end of a platform's own name where the whole does not fit: ``Get Next Item`` of a class, ``httpRequest`` of a node's type."""
    if len(said) > MOST_BELOW:
        said = said.rpartition(": ")[2]
    return said.rpartition(".")[2] if len(said) > MOST_BELOW and " " not in said else said


def is_raising(step: Step) -> bool:
    """Whether it raises an error, not handles one: it leads nowhere else."""
    return step.kind == "exception" and bool(step.onward) and all(way.on_error for way in step.onward)


def _said(part: Part, place: int) -> str:
    step = part.steps[place]
    return f"{part.numbers[place]} {step_name(step)}{', a person' if step.human else ''}"


def _root(part: Part, place: int, places: range) -> int:
    while (outer := part.around[place]) is not None and outer in places:
        place = outer
    return place


def _shown(part: Part, inside: Mapping[int | None, Sequence[int]]) -> set[int]:
    """The boxes of the picture: the outermost first, then what is in them while there is room."""
    level = list(inside[None][:MOST_BOXES])
    shown, depth = set(level), 1
    while level and depth < MOST_LEVELS:
        opened: list[int] = []
        for place in level:
            within = inside.get(place, ())
            if within and len(shown) + len(within) <= MOST_BOXES:
                shown.update(within)
                opened += within
        level, depth = opened, depth + 1
    return shown


@dataclass(frozen=True, slots=True)
class _Drawn:
    part: Part
    shown: set[int]
    inside: Mapping[int | None, Sequence[int]]
    signs: Mapping[int, str]

    def is_open(self, place: int) -> bool:
        within = self.inside.get(place, ())
        return bool(within) and within[0] in self.shown

    def items(self, outer: int | None) -> tuple[Item, ...]:
        return tuple(self._item(place) for place in self.inside.get(outer, ()) if place in self.shown)

    def _item(self, place: int) -> Item:
        size = _PILL if self.part.steps[place].kind in ("start", "end") and not self.is_open(place) else _BOX
        return Item(place, *size, self.items(place) if self.is_open(place) else ())

    # --- Lines ------------------------------------------------------------------------------------------------------------
    def links(self, places: Iterable[int]) -> Iterator[Link]:
        """Each line once, between the boxes that stand side by side around its ends."""
        found: dict[tuple[int, int], list[tuple[str, bool]]] = defaultdict(list)
        for place in places:
            for way in self.part.ways[place]:
                ends = self._ends(place, way.to) if way.to is not None else None
                if ends is not None:
                    found[ends].append((way.when, way.on_error))
        for (source, target), said in found.items():
            on_error = all(error for _, error in said)
            names = [name for name, error in said if error == on_error and name]
            when = ", ".join(dict.fromkeys(names[:3]))
            yield Link(source, target, f"on error{': ' if when else ''}{when}" if on_error else when, on_error)

    def _ends(self, source: int, target: int) -> tuple[int, int] | None:
        """None for a line from a frame to what is in it, or back to the frame around."""
        one, other = self._chain(source), self._chain(target)
        for here, there in zip(one, other, strict=False):
            if here != there:
                return here, there
        return None

    def _chain(self, place: int | None) -> list[int]:
        """The shown boxes around a step, the outermost first, itself last."""
        found = []
        while place is not None:
            if place in self.shown:
                found.append(place)
            place = self.part.around[place]
        return found[::-1]

    def entered_by(self) -> dict[int, str]:
        """The branch by which one comes from a frame into each box in it."""
        found: dict[int, str] = {}
        for place in self.shown:
            for way in self.part.ways[place]:
                chain = self._chain(way.to)
                label = "on error" if way.on_error and not way.when else way.when
                if label and place in chain[:-1]:
                    found.setdefault(chain[chain.index(place) + 1], label)
        return found

    # --- Marks ------------------------------------------------------------------------------------------------------------
    def tones(self) -> tuple[str, ...]:
        boxes = [place for place in sorted(self.shown) if not self.is_open(place) and self.part.steps[place].kind not in ("start", "end")]
        signs = [sign for place in sorted(self.shown) if (sign := self.signs.get(place, "")) in said_as.FLOW_TONES]
        return tuple(dict.fromkeys((*(_tone(self.part.steps[place]) for place in boxes), *signs)))

    def marks(self, made: Placed) -> Iterator[FlowMark]:
        frames = sorted((place for place in self.shown if self.is_open(place)), key=lambda place: self.part.depths[place])
        for place in frames:
            yield from self._frame(place, made.shapes[place])
        leaving: defaultdict[int, list[tuple[Point, ...]]] = defaultdict(list)
        for link, points in made.lines:
            leaving[link.source].append(points)
        for link, points in made.lines:
            others = [each for each in leaving[link.source] if each is not points]
            yield from _line(link, points, others)
        for place in sorted(self.shown):
            if not self.is_open(place):
                yield from self._box(place, made.shapes[place])
        for place, label in sorted(self.entered_by().items()):
            shape = made.shapes[place]
            yield words("small halo", shape.x + BADGE + 8, shape.y - 5, wrapped(label, shape.width / _REM, 1)[0])

    def _frame(self, place: int, shape: Shape) -> Iterator[FlowMark]:
        step = self.part.steps[place]
        tone = {"person": " person", "error": " error"}.get(_tone(step), "")
        yield box(f"group{tone}{self._css(place)}", shape, 8)
        number = self.part.numbers[place]
        name = step_name(step) + (f": {step_words(step)}" if step_words(step) not in ("", step_name(step), "Group") else "")
        start = shape.x + (BADGE + 10 if number else 12)
        said = wrapped(name, (shape.width - 30) / _REM, 1)
        yield from (words("name", start, shape.y + 20, line) for line in said)
        yield from self._badge(number, _tone(step), shape)
        yield from self._sign(place, shape)

    def _box(self, place: int, shape: Shape) -> Iterator[FlowMark]:
        step, tone = self.part.steps[place], _tone(self.part.steps[place])
        if step.kind in ("start", "end"):
            yield box(f"event{' thick' if step.kind == 'end' else ''}{self._css(place)}", shape, shape.height / 2)
            yield from lines("small", (shape.x + shape.width / 2, shape.y + shape.height / 2), _pill_name(step), shape.width - 20, 1)
        else:
            css = f"{tone}{' thick' if step.kind == 'call' else ''}{self._css(place)}"
            yield _hexagon(css, shape) if tone == "choice" else box(css, shape, 5)
            yield from _named(step_name(step), shape)
            yield _small(shape, self._below(place))
            yield from self._badge(self.part.numbers[place], tone, shape)
        yield from self._sign(place, shape)

    def _below(self, place: int) -> str:
        hidden = self._count_inside(place)
        return f"+ {said_as.steps(hidden)} inside" if hidden else _shortened(step_words(self.part.steps[place]))

    def _count_inside(self, place: int) -> int:
        found, waiting = 0, list(self.inside.get(place, ()))
        while waiting:
            each = waiting.pop()
            found += self.part.numbers[each] is not None
            waiting += self.inside.get(each, ())
        return found

    def _badge(self, number: int | None, tone: str, shape: Shape) -> Iterator[FlowMark]:
        if number is not None:
            wide = max(BADGE, BADGE - 4 + 3.8 * len(str(number)))
            yield disc(f"badge {tone}", shape.x + 2, shape.y + 2, wide)
            yield words("middle on number", shape.x + 2, shape.y + 6.5, str(number))

    def _css(self, place: int) -> str:
        sign = self.signs.get(place, "")
        return f" {sign}" if sign else ""

    def _sign(self, place: int, shape: Shape) -> Iterator[FlowMark]:
        said = _SIGNS.get(self.signs.get(place, ""), "")
        if said:
            wide = room(said) * _REM * 0.9 + 14
            end = shape.x + shape.width + 4
            yield box(f"tag {self.signs[place]}", Shape(shape.of, end - wide, shape.y - 12, wide, 20), 3)
            yield words("middle on small", end - wide / 2, shape.y + 2.5, said)


def _short(name: str) -> str:
    """A file without its folders."""
    return name if " " in name else name.rpartition("/")[2]


def _pill_name(step: Step) -> str:
    """Where a part begins or ends, without the part's name, which older inspections wrote before a step's."""
    return step_name(step).rpartition(": ")[2]


def _tone(step: Step) -> str:
    if step.human:
        return "person"
    return {"exception": "error", "decision": "choice"}.get(step.kind, "robot")


def _line(link: Link, points: Sequence[Point], others: Sequence[Sequence[Point]]) -> Iterator[FlowMark]:
    for mark in arrow_marks(points, link.when, is_message=link.on_error, others=others):
        yield replace(mark, css=f"{mark.css} error") if link.on_error else mark


def _named(name: str, shape: Shape) -> list[FlowMark]:
    return lines("name", (shape.x + shape.width / 2, shape.y + 24), name, shape.width - 28, 2)


def _small(shape: Shape, said: str) -> FlowMark:
    cut = wrapped(said, (shape.width - 20) / _REM, 1) if said else ("",)
    return words("middle small quiet", shape.x + shape.width / 2, shape.y + shape.height - 9, cut[0])


def _hexagon(css: str, shape: Shape) -> FlowMark:
    x, y, right, low, cut = shape.x, shape.y, shape.x + shape.width, shape.y + shape.height, 14.0
    middle = y + shape.height / 2
    return path(css, [(x + cut, y), (right - cut, y), (right, middle), (right - cut, low), (x + cut, low), (x, middle)], closed=True)
