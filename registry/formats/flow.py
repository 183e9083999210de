"""The flow of a process as its modeller drew it: who does what in what order, and which module does a step.

A process sequence is made of it. ``urn:moothall:sequence:1`` is the namespace of what BPMN has no words for (INTERFACES, *A process sequence*).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from registry.formats.arguments import Argument

PERSON = frozenset({"userTask", "manualTask"})
TASKS = frozenset(
    {"task", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask", "callActivity", "userTask", "manualTask"}
)


@dataclass(frozen=True, slots=True)
class Filled:
    """How an input of a step is filled: by ``source``, or by ``value`` as it is written.

    ``source`` is ``step id/output`` for what an earlier step gives, and ``/name`` for what whoever starts the sequence gives.
    """

    name: str
    source: str = ""
    value: str = ""

    @property
    def step(self) -> str:
        """The id of the step that gives it; empty for a value or what the starter gives."""
        return self.source.partition("/")[0]

    @property
    def output(self) -> str:
        """The name under which it is given."""
        return self.source.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Use:
    """The module that does a step: its identifier, the range of versions asked for, the entry point called (empty: its first)."""

    module: str
    range: str = ""
    entry_point: str = ""
    inputs: tuple[Filled, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One thing in the flow. ``element`` is its BPMN element, such as ``userTask``; ``lane`` the name of who does it.

    ``gives`` is what a person's step hands on; what a module's step gives is told by the module.
    """

    id: str
    name: str
    element: str
    lane: str = ""
    parent: str = ""  # id of the sub-process around it
    documentation: str = ""
    hand_over: str = ""  # how its work passes to whoever is next
    uses: Use | None = None
    gives: tuple[Argument, ...] = ()

    @property
    def is_task(self) -> bool:
        """Whether something is done in it: no event, gateway or frame."""
        return self.element in TASKS

    @property
    def is_human(self) -> bool:
        """Whether a person does it."""
        return self.element in PERSON


@dataclass(frozen=True, slots=True)
class Arrow:
    """That ``target`` follows ``source``; ``name`` is the answer by which a branch is taken. A message passes between two organisations."""

    id: str
    source: str
    target: str
    name: str = ""
    is_message: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a node, lane or pool is drawn, in the units of the diagram (pixels at full size)."""

    of: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """The points, ``(x, y)`` each, through which an arrow is drawn."""

    of: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A pool or a lane of one: somebody who takes part."""

    id: str
    name: str
    is_pool: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """Everything of it, in the order of the file."""

    name: str = ""
    documentation: str = ""
    exporter: str = ""
    nodes: tuple[Node, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    frames: tuple[Frame, ...] = ()
    shapes: tuple[Shape, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def bound(self) -> tuple[Node, ...]:
        """The steps that a module does."""
        return tuple(node for node in self.nodes if node.uses is not None)

    @property
    def tasks(self) -> tuple[Node, ...]:
        """The steps in which something is done, those of people too."""
        return tuple(node for node in self.nodes if node.is_task or node.uses is not None)


def flow_from_json(data: dict[str, Any] | None) -> Flow | None:
    """The inverse of what an inspection tells of its flow."""
    if data is None:
        return None
    return Flow(
        **{key: data[key] for key in ("name", "documentation", "exporter")},
        nodes=tuple(_node(node) for node in data["nodes"]),
        arrows=tuple(Arrow(**arrow) for arrow in data["arrows"]),
        frames=tuple(Frame(**frame) for frame in data["frames"]),
        shapes=tuple(Shape(**shape) for shape in data["shapes"]),
        lines=tuple(Line(line["of"], tuple((x, y) for x, y in line["points"])) for line in data["lines"]),
    )


def _node(data: dict[str, Any]) -> Node:
    uses = data["uses"]
    return Node(
        **{key: value for key, value in data.items() if key not in ("uses", "gives")},
        uses=Use(**{**uses, "inputs": tuple(Filled(**one) for one in uses["inputs"])}) if uses else None,
        gives=tuple(Argument(**one) for one in data["gives"]),
    )
