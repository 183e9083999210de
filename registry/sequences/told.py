"""A sequence step by step, as pages and the papers of its bundle tell it: who does what, what fills its inputs, and what comes after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from registry.formats.arguments import Argument
from registry.formats.flow import Arrow, Filled, Flow, Node
from registry.formats.model import EntryPoint
from registry.sequences.numbered import in_order
from registry.sequences.parts import Locked, Parts

_FAR = 30  # events and gateways passed on the way from one step to the next


@dataclass(frozen=True, slots=True)
class Fill:
    """One input of a step. ``how`` is ``step`` (``number`` and ``output`` say of which), ``starter``, ``value``, ``empty`` or ``unsaid``."""

    name: str
    type: str
    required: bool | None
    description: str
    how: str
    number: int = 0  # of the step that gives it
    step: str = ""  # its name
    output: str = ""  # as that step, or whoever starts the sequence, calls it
    value: str = ""


@dataclass(frozen=True, slots=True)
class Onward:
    """What may come after a step: ``number`` is 0 for the end. ``question`` and ``answer`` say when, where it is not always so."""

    number: int
    name: str
    question: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One step. ``part`` is the module that does it, as far as it is locked and seen; ``is_hidden`` that the viewer does not see it."""

    number: int
    node: Node
    part: Locked | None
    is_hidden: bool
    entry_point: EntryPoint | None
    fills: tuple[Fill, ...]
    gives: tuple[Argument, ...]
    onward: tuple[Onward, ...]

    @property
    def name(self) -> str:
        """As it is drawn."""
        return self.node.name or self.node.id

    @property
    def asks(self) -> str:
        """The range of versions it asks for; empty for any."""
        return self.node.uses.range if self.node.uses else ""


def told(flow: Flow, parts: Parts | None) -> tuple[Told, ...]:
    """Every step in the order of the work."""
    steps = in_order(flow)
    numbers = {node.id: number for number, node in enumerate(steps, 1)}
    names = {node.id: node.name or node.id for node in steps}
    ways = _Ways(flow, numbers)
    return tuple(_told(node, parts, numbers, names, ways) for node in steps)


def started_with(steps: tuple[Told, ...]) -> tuple[str, ...]:
    """What whoever starts the sequence gives, by name."""
    return tuple(dict.fromkeys(fill.output for step in steps for fill in step.fills if fill.how == "starter"))


def _told(node: Node, parts: Parts | None, numbers: Mapping[str, int], names: Mapping[str, str], ways: _Ways) -> Told:
    part = parts.of_step(node.id) if parts and node.uses else None
    is_hidden = node.uses is not None and parts is not None and node.id in parts.hidden_steps
    point = part.entry_point(node.uses.entry_point) if part and node.uses else None
    fills = () if is_hidden else tuple(_fills(node, point, numbers, names))
    return Told(numbers[node.id], node, part, is_hidden, point, fills, point.outputs if point else node.gives, ways.onward(node.id))


def _fills(node: Node, point: EntryPoint | None, numbers: Mapping[str, int], names: Mapping[str, str]) -> Iterator[Fill]:
    """Each input of the entry point with what fills it; then what is filled though the entry point has no such input."""
    said = {filled.name: filled for filled in (node.uses.inputs if node.uses else ())}
    known = {one.name: one for one in (point.inputs if point else ())}
    for name in dict.fromkeys([*known, *said]):
        argument = known.get(name, Argument(name))
        yield _fill(argument, said.get(name), numbers, names)


def _fill(argument: Argument, said: Filled | None, numbers: Mapping[str, int], names: Mapping[str, str]) -> Fill:
    about = (argument.name, argument.type, argument.required, argument.description)
    if said is None:
        return Fill(*about, "unsaid")
    if said.step:
        return Fill(*about, "step", numbers.get(said.step, 0), names.get(said.step, said.step), said.output)
    if said.source:
        return Fill(*about, "starter", output=said.output)
    return Fill(*about, "value" if said.value else "empty", value=said.value)


class _Ways:
    """What follows each step, over the events and gateways between."""

    def __init__(self, flow: Flow, numbers: Mapping[str, int]) -> None:
        self._nodes = {node.id: node for node in flow.nodes}
        self._numbers = numbers
        self._from: dict[str, list[Arrow]] = defaultdict(list)
        for arrow in flow.arrows:
            if not arrow.is_message:
                self._from[arrow.source].append(arrow)

    def onward(self, start: str) -> tuple[Onward, ...]:
        """In the order of the file, each once."""
        found: dict[tuple[int, str], Onward] = {}
        seen: set[str] = set()
        waiting = [(arrow, "", arrow.name) for arrow in self._from[start]]
        while waiting and len(found) < _FAR and len(seen) < _FAR:
            arrow, question, answer = waiting.pop(0)
            node = self._nodes[arrow.target]
            number = self._numbers.get(node.id, 0)
            if number:
                found.setdefault((number, answer), Onward(number, node.name or node.id, question, answer))
            elif node.id not in seen:
                seen.add(node.id)
                ways = self._from[node.id]
                if not ways and node.element == "endEvent":
                    found.setdefault((0, answer), Onward(0, node.name, question, answer))
                is_choice = len(ways) > 1 and node.element.endswith("Gateway")
                waiting += [(way, (is_choice and node.name) or question, way.name or answer) for way in ways]
        return tuple(found.values())
