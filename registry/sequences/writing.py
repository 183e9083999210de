"""Writes a flow of steps as BPMN 2.0 with a drawing, in the order of elements of the OMG's schema (formal/2013-12-09)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from lxml import etree

from registry.formats.drawn import DI, MODEL, SEQUENCE
from registry.formats.flow import Arrow, Flow, Line, Node, Shape
from registry.sequences.extension import PREFIX, elements_of
from registry.sequences.layout import Drawing, label_size
from registry.sequences.steps import Names

NAMESPACE = "urn:moothall:sequence"  # of what the file defines
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_DD = "http://www.omg.org/spec/DD/20100524/DI"
_PREFIXES = {"bpmn": MODEL, "bpmndi": DI, "dc": _DC, "di": _DD, PREFIX: SEQUENCE}


def bpmn_of(flow: Flow) -> bytes:
    """The file that says what ``flow`` says, which steps wrote (:mod:`registry.sequences.steps`); byte for byte the same for the same flow."""
    return _File(Drawing.of(flow)).written()


class _File:
    """One file on its way: the flow with its drawing, and ids for what only the file has."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.flow = flow = drawing.drawn()
        names = Names([*(node.id for node in flow.nodes), *(arrow.id for arrow in flow.arrows), *(frame.id for frame in flow.frames)])
        wanted = ("definitions", "collaboration", "process", "lanes", "diagram", "plane")
        self.ids = {name: names.new(name) for name in wanted}
        drawn = [*(shape.of for shape in flow.shapes), *(line.of for line in flow.lines)]
        self.drawn = {of: names.new(f"{of}-drawn") for of in drawn}
        self.root = etree.Element(f"{{{MODEL}}}definitions", nsmap=_PREFIXES)

    def written(self) -> bytes:
        for name, value in (
            ("id", self.ids["definitions"]),
            ("targetNamespace", NAMESPACE),
            ("exporter", self.flow.exporter),
            ("exporterVersion", "1"),
        ):
            self.root.set(name, value)
        self._collaboration()
        self._process()
        self._diagram()
        etree.indent(self.root)
        data: bytes = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")
        return data + b"\n"

    def _collaboration(self) -> None:
        collaboration = _add(self.root, MODEL, "collaboration", id=self.ids["collaboration"])
        pool = next(frame for frame in self.flow.frames if frame.is_pool)
        _add(collaboration, MODEL, "participant", id=pool.id, name=pool.name, processRef=self.ids["process"])

    def _process(self) -> None:
        flow = self.flow
        process = _add(self.root, MODEL, "process", id=self.ids["process"], name=flow.name, isExecutable="false")
        _document(process, flow.documentation)
        self._lanes(process)
        incoming, outgoing = defaultdict(list), defaultdict(list)
        for arrow in flow.arrows:
            incoming[arrow.target].append(arrow.id)
            outgoing[arrow.source].append(arrow.id)
        for node in flow.nodes:
            _node(process, node, {"incoming": incoming[node.id], "outgoing": outgoing[node.id]})
        for arrow in flow.arrows:
            _add(process, MODEL, "sequenceFlow", id=arrow.id, name=arrow.name, sourceRef=arrow.source, targetRef=arrow.target)

    def _lanes(self, process: etree._Element) -> None:
        lanes = _add(process, MODEL, "laneSet", id=self.ids["lanes"])
        for frame in self.flow.frames:
            if not frame.is_pool:
                lane = _add(lanes, MODEL, "lane", id=frame.id, name=frame.name)
                for node in self.flow.nodes:
                    if node.lane == frame.name:
                        _add(lane, MODEL, "flowNodeRef").text = node.id

    def _diagram(self) -> None:
        diagram = _add(self.root, DI, "BPMNDiagram", id=self.ids["diagram"])
        plane = _add(diagram, DI, "BPMNPlane", id=self.ids["plane"], bpmnElement=self.ids["collaboration"])
        nodes = {node.id: node for node in self.flow.nodes}
        arrows = {arrow.id: arrow for arrow in self.flow.arrows}
        for shape in self.flow.shapes:
            self._shape(plane, shape, nodes.get(shape.of))
        for line in self.flow.lines:
            self._line(plane, line, arrows[line.of])

    def _shape(self, plane: etree._Element, shape: Shape, node: Node | None) -> None:
        drawn = _add(plane, DI, "BPMNShape", id=self.drawn[shape.of], bpmnElement=shape.of)
        if node is None:
            drawn.set("isHorizontal", "true")
        _bounds(drawn, shape)
        if node is not None and node.element == "exclusiveGateway":
            drawn.set("isMarkerVisible", "true")
            if node.name:
                width, height = label_size(node.name)
                label = Shape("", shape.x + (shape.width - width) / 2, shape.y - height - 5, width, height)
                _bounds(_add(drawn, DI, "BPMNLabel"), label)

    def _line(self, plane: etree._Element, line: Line, arrow: Arrow) -> None:
        edge = _add(plane, DI, "BPMNEdge", id=self.drawn[line.of], bpmnElement=line.of)
        for x, y in line.points:
            _add(edge, _DD, "waypoint", x=_number(x), y=_number(y))
        if arrow.name:
            _bounds(_add(edge, DI, "BPMNLabel"), self.drawing.label_of(arrow))


def _node(process: etree._Element, node: Node, flows: Mapping[str, list[str]]) -> None:
    element = _add(process, MODEL, node.element, id=node.id, name=node.name)
    _document(element, node.documentation)
    told = list(elements_of(node))
    if told:
        _add(element, MODEL, "extensionElements").extend(told)
    for name, arrows in flows.items():
        for arrow in arrows:
            _add(element, MODEL, name).text = arrow


def _document(element: etree._Element, text: str) -> None:
    if text:
        _add(element, MODEL, "documentation").text = text


def _bounds(parent: etree._Element, shape: Shape) -> None:
    _add(parent, _DC, "Bounds", **{name: _number(getattr(shape, name)) for name in ("x", "y", "width", "height")})


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _add(parent: etree._Element, space: str, tag: str, /, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{space}}}{tag}")
    for key, value in attributes.items():
        if value:
            element.set(key, value)
    return element
