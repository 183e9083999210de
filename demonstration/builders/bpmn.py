"""Writes BPMN 2.0 with lanes and a drawn layout: columns from left to right, a lane for each who."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from demonstration.builders.packing import child, xml_bytes

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_LINES = "http://www.omg.org/spec/DD/20100524/DI"
_LEFT, _TOP, _COLUMN, _LANE = 190, 80, 160, 200  # diagram units, as modellers count them
_SIZES = {"startEvent": (36, 36), "endEvent": (36, 36), "exclusiveGateway": (50, 50), "parallelGateway": (50, 50)}
_TASK_SIZE = (110, 80)


@dataclass(frozen=True)
class Node:
    """One node: ``kind`` is its BPMN element (``userTask``, ``serviceTask``, ``exclusiveGateway``...), ``column`` counts from the left."""

    id: str
    kind: str
    name: str
    lane: str
    column: int
    row: int = 0  # diagram units below the middle of its lane


@dataclass(frozen=True)
class Arrow:
    """A sequence flow; ``name`` is what stands beside it."""

    source: str
    target: str
    name: str = ""


@dataclass(frozen=True)
class Process:
    """A process with its lanes, nodes and flows."""

    id: str
    name: str
    documentation: str
    lanes: tuple[tuple[str, str], ...]  # id and name
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    target: str  # target namespace


def bpmn_file(process: Process) -> bytes:
    """A ``.bpmn`` file with diagram interchange."""
    namespaces = {"bpmn": _BPMN, "bpmndi": _DI, "dc": _DC, "di": _LINES}
    root = etree.Element(f"{{{_BPMN}}}definitions", id=f"{process.id}_definitions", targetNamespace=process.target, nsmap=namespaces)
    root.set("name", process.name)
    collaboration = child(root, f"{{{_BPMN}}}collaboration", id=f"{process.id}_collaboration")
    child(collaboration, f"{{{_BPMN}}}participant", id=f"{process.id}_pool", name=process.name, processRef=process.id)
    _process(root, process)
    _diagram(root, process)
    return xml_bytes(root)


def _process(root: etree._Element, process: Process) -> None:
    element = child(root, f"{{{_BPMN}}}process", id=process.id, name=process.name, isExecutable="false")
    child(element, f"{{{_BPMN}}}documentation", process.documentation)
    lanes = child(element, f"{{{_BPMN}}}laneSet", id=f"{process.id}_lanes")
    for identity, name in process.lanes:
        lane = child(lanes, f"{{{_BPMN}}}lane", id=identity, name=name)
        for node in process.nodes:
            if node.lane == identity:
                child(lane, f"{{{_BPMN}}}flowNodeRef", node.id)
    for node in process.nodes:
        drawn = child(element, f"{{{_BPMN}}}{node.kind}", id=node.id, name=node.name)
        for arrow in process.arrows:
            if arrow.target == node.id:
                child(drawn, f"{{{_BPMN}}}incoming", _flow_id(arrow))
        for arrow in process.arrows:
            if arrow.source == node.id:
                child(drawn, f"{{{_BPMN}}}outgoing", _flow_id(arrow))
    for arrow in process.arrows:
        flow = child(element, f"{{{_BPMN}}}sequenceFlow", id=_flow_id(arrow), sourceRef=arrow.source, targetRef=arrow.target)
        if arrow.name:
            flow.set("name", arrow.name)


def _flow_id(arrow: Arrow) -> str:
    return f"flow_{arrow.source}_{arrow.target}"


def _diagram(root: etree._Element, process: Process) -> None:
    diagram = child(root, f"{{{_DI}}}BPMNDiagram", id=f"{process.id}_diagram")
    plane = child(diagram, f"{{{_DI}}}BPMNPlane", id=f"{process.id}_plane", bpmnElement=f"{process.id}_collaboration")
    width = _LEFT + (max(node.column for node in process.nodes) + 1) * _COLUMN - _TOP
    _shape(plane, f"{process.id}_pool", (_TOP, _TOP, width, _LANE * len(process.lanes)), horizontal=True)
    for index, (identity, _) in enumerate(process.lanes):
        _shape(plane, identity, (_TOP + 30, _TOP + index * _LANE, width - 30, _LANE), horizontal=True)
    boxes = {node.id: _box(process, node) for node in process.nodes}
    for node in process.nodes:
        _shape(plane, node.id, boxes[node.id])
    for arrow in process.arrows:
        edge = child(plane, f"{{{_DI}}}BPMNEdge", id=f"{_flow_id(arrow)}_di", bpmnElement=_flow_id(arrow))
        for x, y in _route(boxes[arrow.source], boxes[arrow.target]):
            child(edge, f"{{{_LINES}}}waypoint", x=str(x), y=str(y))


_Box = tuple[int, int, int, int]


def _box(process: Process, node: Node) -> _Box:
    width, height = _SIZES.get(node.kind, _TASK_SIZE)
    lane = [identity for identity, _ in process.lanes].index(node.lane)
    middle_x = _LEFT + node.column * _COLUMN
    middle_y = _TOP + lane * _LANE + _LANE // 2 + node.row
    return middle_x - width // 2, middle_y - height // 2, width, height


def _shape(plane: etree._Element, identity: str, box: _Box, *, horizontal: bool = False) -> None:
    shape = child(plane, f"{{{_DI}}}BPMNShape", id=f"{identity}_di", bpmnElement=identity)
    if horizontal:
        shape.set("isHorizontal", "true")
    x, y, width, height = (str(number) for number in box)
    child(shape, f"{{{_DC}}}Bounds", x=x, y=y, width=width, height=height)


def _route(source: _Box, target: _Box) -> list[tuple[int, int]]:
    """From the right of one to the left of the other, with one bend half way where they stand at different heights."""
    start = (source[0] + source[2], source[1] + source[3] // 2)
    end = (target[0], target[1] + target[3] // 2)
    if start[1] == end[1]:
        return [start, end]
    bend = (start[0] + end[0]) // 2
    return [start, (bend, start[1]), (bend, end[1]), end]
