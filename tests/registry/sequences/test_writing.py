"""The BPMN file that steps make: valid, the same twice, and drawn so that it can be read."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from registry.formats.drawn import DI, MODEL, read_flow
from registry.formats.flow import Flow, Shape
from registry.formats.xml import parse_xml
from registry.sequences.layout import Drawing, laid_out
from registry.sequences.steps import MAX_STEPS, flow_of, steps_of
from registry.sequences.writing import bpmn_of
from tests.registry.sequences.samples import chain, letters, sequences

SCHEMA = Path(__file__).parents[3] / "node_modules" / "bpmn-moddle" / "resources" / "bpmn" / "xsd" / "BPMN20.xsd"


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def tangle(number: int) -> dict[str, Any]:
    """Every step with a way on, and one far ahead, far back or to the end."""
    steps = chain(number)
    known = {step["id"] for step in steps["steps"]}
    for place, step in enumerate(steps["steps"]):
        targets = [f"s{place + 1}", f"s{place + 41}", f"s{place - 37}"]
        targets = [target for target in targets if target in known] + (["end"] if place % 9 == 0 or place == number - 1 else [])
        step["who"] = f"Team {place % 7}"
        if len(targets) > 1:
            step["next"] = [{"to": target, "when": f"To {target}"} for target in targets]
    return steps


def test_the_schema_of_the_omg(schema: etree.XMLSchema) -> None:
    for steps in (letters(), chain(1), tangle(60)):
        schema.assertValid(parse_xml(bpmn_of(flow_of(steps))))


@given(sequences())
def test_any_file_is_valid(schema: etree.XMLSchema, steps: dict[str, Any]) -> None:
    schema.assertValid(parse_xml(bpmn_of(flow_of(steps))))


@given(sequences())
def test_the_same_twice_and_as_it_was_drawn(steps: dict[str, Any]) -> None:
    written = bpmn_of(flow_of(steps))
    assert written == bpmn_of(flow_of(steps))
    assert read_flow(parse_xml(written)) == laid_out(flow_of(steps))


def test_who_wrote_it() -> None:
    root = parse_xml(bpmn_of(flow_of(letters())))
    assert (root.get("exporter"), root.get("exporterVersion"), root.get("targetNamespace")) == ("Moothall", "1", "urn:moothall:sequence")


def overlap(one: Shape, other: Shape) -> bool:
    return one.x < other.x + other.width and other.x < one.x + one.width and one.y < other.y + other.height and other.y < one.y + one.height


def pieces(flow: Flow) -> list[tuple[str, Shape]]:
    """The straight pieces of every line, as shapes without breadth, but for the ends that touch a node."""
    found = []
    for line in flow.lines:
        for (x, y), (to_x, to_y) in zip(line.points, line.points[1:], strict=False):
            assert x == to_x or y == to_y, "at a right angle"
            found.append((line.of, Shape(line.of, min(x, to_x), min(y, to_y), abs(x - to_x), abs(y - to_y))))
    return found


def check_drawing(flow: Flow) -> None:
    """Everything is drawn, nothing on top of another, no line through a node, and all of it in its lane."""
    nodes = {node.id: node for node in flow.nodes}
    shapes = {shape.of: shape for shape in flow.shapes}
    assert set(shapes) == {*nodes, *(frame.id for frame in flow.frames)}
    assert [line.of for line in flow.lines] == [arrow.id for arrow in flow.arrows]
    for one, other in combinations([shapes[each] for each in nodes], 2):
        assert not overlap(one, other), (one, other)
    lanes = {frame.name: shapes[frame.id] for frame in flow.frames if not frame.is_pool}
    for node in flow.nodes:
        inner, outer = shapes[node.id], lanes[node.lane]
        assert outer.y <= inner.y
        assert inner.y + inner.height <= outer.y + outer.height
        assert outer.x <= inner.x
        assert inner.x + inner.width <= outer.x + outer.width
    ends = {arrow.id: (arrow.source, arrow.target) for arrow in flow.arrows}
    for of, piece in pieces(flow):
        for identity in nodes:
            assert not overlap(piece, shapes[identity]), (of, identity)
    for line in flow.lines:
        source, target = (shapes[each] for each in ends[line.of])
        assert line.points[0] == (source.x + source.width, source.y + source.height / 2)
        assert line.points[-1] == (target.x, target.y + target.height / 2)


@settings(max_examples=50)
@given(sequences(14))
def test_no_line_crosses_a_node(steps: dict[str, Any]) -> None:
    check_drawing(laid_out(flow_of(steps)))


def test_the_sample_is_drawn() -> None:
    flow = laid_out(flow_of(letters()))
    check_drawing(flow)
    at = {shape.of: (shape.x + shape.width / 2, shape.y + shape.height / 2) for shape in flow.shapes}
    assert at["start"][1] == at["check"][1] == at["award"][1], "what one does in a row lies in a row"
    assert at["start"] < at["check"] < at["decide"] < at["decide-choice"] < at["award"] < at["send"] < at["archive"] < at["end"]
    assert at["award"][0] == at["refuse"][0]
    assert at["award"][1] < at["refuse"][1], "the first answer above the second"


def test_names_of_branches_have_a_place() -> None:
    root = parse_xml(bpmn_of(flow_of(letters())))
    labelled = {label.getparent().get("bpmnElement") for label in root.iter(f"{{{DI}}}BPMNLabel")}
    named = {flow.get("id") for flow in root.iter(f"{{{MODEL}}}sequenceFlow") if flow.get("name")}
    assert labelled == named | {"decide-choice"}


@settings(max_examples=50)
@given(sequences(8))
def test_the_name_of_a_branch_stands_at_its_line(steps: dict[str, Any]) -> None:
    """Upon it, or where a way back turns; beside its node, before the next column."""
    drawing = Drawing.of(flow_of(steps))
    flow = drawing.drawn()
    shapes = {shape.of: shape for shape in flow.shapes}
    for arrow, line in zip(flow.arrows, flow.lines, strict=True):
        label = drawing.label_of(arrow)
        below = label.y + label.height + 3
        assert below in {y for _, y in line.points}
        assert shapes[arrow.source].x + shapes[arrow.source].width < label.x
        if shapes[arrow.target].x > shapes[arrow.source].x and arrow.name:
            assert label.x + label.width < shapes[arrow.target].x


def test_the_largest_is_drawn_and_read_whole() -> None:
    flow = flow_of(tangle(MAX_STEPS))
    read = read_flow(parse_xml(bpmn_of(flow)))
    assert read == laid_out(flow)
    assert len(read.lines) == len(flow.arrows)
    assert steps_of(read) == tangle(MAX_STEPS)


def test_long_names_have_room() -> None:
    steps = letters()
    steps["steps"][1] |= {"name": "n" * 200, "question": "q" * 200}
    for step in steps["steps"]:
        for branch in step.get("next", []):
            branch.update({"when": (branch["when"] * 100)[:200]} if "when" in branch else {})
    check_drawing(laid_out(flow_of(steps)))
