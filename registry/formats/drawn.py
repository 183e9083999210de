"""Reads the flow of a BPMN process: nodes, arrows, who does what, where it is drawn, and the modules that do its steps."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lxml import etree

from registry.formats.arguments import Argument
from registry.formats.flow import Arrow, Filled, Flow, Frame, Line, Node, Shape, Use
from registry.formats.xml import local_name, namespace

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
SEQUENCE = "urn:moothall:sequence:1"
MAX_NODES = 2_000  # what is beyond is neither shown nor bound
MAX_ARROWS = 4_000
MAX_POINTS = 60  # of one arrow
MAX_COORDINATE = 100_000.0
MAX_NAME, MAX_TEXT = 200, 5_000  # characters
_GROUPS = frozenset({"subProcess", "adHocSubProcess", "transaction"})
_ENDS = ("Event", "Gateway", "Task")


def read_flow(root: etree._Element) -> Flow:
    """The flow of everything in one ``definitions`` element; its first drawing counts."""
    nodes = tuple(_nodes(root))
    processes = list(root.iter(f"{{{MODEL}}}process"))
    known = {node.id for node in nodes}
    frames = tuple(_frames(root))
    arrows = tuple(arrow for arrow in _arrows(root) if arrow.source in known and arrow.target in known)
    drawn = known | {arrow.id for arrow in arrows} | {frame.id for frame in frames}
    shapes, lines = _drawing(root, drawn)
    return Flow(
        name=one_line(root.get("name")) or next((name for one in processes if (name := one_line(one.get("name")))), ""),
        documentation=next((text for one in processes if (text := _documentation(one))), ""),
        exporter=one_line(root.get("exporter")),
        nodes=nodes,
        arrows=arrows,
        frames=frames,
        shapes=shapes,
        lines=lines,
    )


def is_node(element: etree._Element) -> bool:
    """Whether it is something in the flow: a task, an event, a gateway or a frame around some."""
    name = local_name(element)
    return namespace(element) == MODEL and (name in _GROUPS or name in ("task", "callActivity") or name.endswith(_ENDS))


def _nodes(root: etree._Element) -> Iterator[Node]:
    lanes, pools = _lanes(root), _pools(root)
    found = 0
    for element in root.iter(etree.Element):
        if not is_node(element) or not element.get("id"):
            continue
        found += 1
        if found > MAX_NODES:
            return
        parent = element.getparent()
        identity = element.get("id", "")
        around = parent.get("id", "") if parent is not None and is_node(parent) else ""
        told = element.find(f"{{{MODEL}}}extensionElements")
        yield Node(
            id=identity[:MAX_NAME],
            name=one_line(element.get("name")),
            element=local_name(element),
            lane=lanes.get(identity) or lanes.get(around) or _pool(pools, element),
            parent=around[:MAX_NAME],
            documentation=_documentation(element),
            hand_over=_text(told.find(f"{{{SEQUENCE}}}handOver")) if told is not None else "",
            uses=_use(told.find(f"{{{SEQUENCE}}}uses")) if told is not None else None,
            gives=tuple(_gives(told)) if told is not None else (),
        )


def _use(element: etree._Element | None) -> Use | None:
    if element is None or not element.get("module"):
        return None
    inputs = (
        Filled(one_line(each.get("name")), one_line(each.get("from")), (each.get("value") or "")[:MAX_TEXT])
        for each in element.findall(f"{{{SEQUENCE}}}input")[:MAX_POINTS]
        if each.get("name")
    )
    return Use(one_line(element.get("module")), one_line(element.get("range")), one_line(element.get("entryPoint")), tuple(inputs))


def _gives(told: etree._Element) -> Iterator[Argument]:
    for each in told.findall(f"{{{SEQUENCE}}}gives")[:MAX_POINTS]:
        if each.get("name"):
            yield Argument(one_line(each.get("name")), one_line(each.get("type")))


def _arrows(root: etree._Element) -> Iterator[Arrow]:
    found = 0
    for element in root.iter(f"{{{MODEL}}}sequenceFlow", f"{{{MODEL}}}messageFlow"):
        source, target = element.get("sourceRef"), element.get("targetRef")
        if source and target:
            found += 1
            if found > MAX_ARROWS:
                return
            message = local_name(element) == "messageFlow"
            yield Arrow(
                (element.get("id") or f"arrow-{found}")[:MAX_NAME],
                source[:MAX_NAME],
                target[:MAX_NAME],
                one_line(element.get("name")),
                message,
            )


def _lanes(root: etree._Element) -> dict[str, str]:
    """Node id -> the name of its innermost lane."""
    found = {}
    for lane in root.iter(f"{{{MODEL}}}lane"):
        name = one_line(lane.get("name"))
        for reference in lane.findall(f"{{{MODEL}}}flowNodeRef"):
            if name and reference.text:
                found[reference.text.strip()] = name
    return found


def _pools(root: etree._Element) -> dict[str, str]:
    """Process id -> the name of its participant, where there are several: a pool of its own says no more than the title."""
    found = {(each.get("processRef") or "").rpartition(":")[2]: one_line(each.get("name")) for each in root.iter(f"{{{MODEL}}}participant")}
    return found if len(found) > 1 else {}


def _pool(pools: dict[str, str], element: etree._Element) -> str:
    process = next(element.iterancestors(f"{{{MODEL}}}process"), None) if pools else None
    return pools.get(process.get("id") or "", "") if process is not None else ""


def _frames(root: etree._Element) -> Iterator[Frame]:
    for element in list(root.iter(f"{{{MODEL}}}participant", f"{{{MODEL}}}lane"))[:MAX_POINTS]:
        if element.get("id"):
            yield Frame(element.get("id", "")[:MAX_NAME], one_line(element.get("name")), local_name(element) == "participant")


def _drawing(root: etree._Element, known: set[str]) -> tuple[tuple[Shape, ...], tuple[Line, ...]]:
    """Of several diagrams the one that shows most."""
    drawings = [_plane(plane, known) for plane in list(root.iter(f"{{{DI}}}BPMNPlane"))[:MAX_POINTS]]
    return max(drawings, key=lambda drawing: len(drawing[0]), default=((), ()))


def _plane(plane: etree._Element, known: set[str]) -> tuple[tuple[Shape, ...], tuple[Line, ...]]:
    shapes: dict[str, Shape] = {}
    lines: dict[str, Line] = {}
    for element in plane.iterchildren(etree.Element):
        of = (element.get("bpmnElement") or "").rpartition(":")[2]
        if of not in known:
            continue
        if local_name(element) == "BPMNShape":
            bounds = next((each for each in element.iterchildren(etree.Element) if local_name(each) == "Bounds"), None)
            numbers = [_number(bounds.get(name)) for name in ("x", "y", "width", "height")] if bounds is not None else [None]
            if None not in numbers:
                shapes.setdefault(of, Shape(of, *(number or 0.0 for number in numbers)))
        elif local_name(element) == "BPMNEdge":
            points = [
                (_number(each.get("x")), _number(each.get("y")))
                for each in element.iterchildren(etree.Element)
                if local_name(each) == "waypoint"
            ][:MAX_POINTS]
            if len(points) > 1 and all(x is not None and y is not None for x, y in points):
                lines.setdefault(of, Line(of, tuple((x or 0.0, y or 0.0) for x, y in points)))
    return tuple(shapes.values()), tuple(lines.values())


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return round(number, 2) if math.isfinite(number) and abs(number) <= MAX_COORDINATE else None


def _documentation(element: etree._Element) -> str:
    return _text(element.find(f"{{{MODEL}}}documentation"))


def _text(element: etree._Element | None) -> str:
    return some_lines("".join(map(str, element.itertext()))) if element is not None else ""


def some_lines(text: str) -> str:
    """``text`` as documentation is kept: without the indentation of the file it stands in, cut to its length."""
    return "\n".join(line.strip() for line in text.strip().splitlines())[:MAX_TEXT]


def one_line(text: str | None) -> str:
    """``text`` as a name is kept: its words with one space between, cut to the length of a name."""
    return " ".join((text or "").split())[:MAX_NAME]
