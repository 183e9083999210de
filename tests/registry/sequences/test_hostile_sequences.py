"""Spoilt BPMN files and any JSON: read, bound and composed, or refused in words, and never anything else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from registry.errors import RegistryError
from registry.formats.drawn import MAX_NODES, MODEL, SEQUENCE, read_flow
from registry.formats.flow import Filled, Flow, Use, flow_from_json
from registry.formats.model import Inspection, inspection_from_json
from registry.formats.xml import parse_xml
from registry.sequences.binding import Binding, bound
from registry.sequences.steps import flow_of, steps_of
from registry.sequences.writing import bpmn_of
from tests.conftest import CORPUS
from tests.registry.sequences.samples import LETTERS, letters

MANY = 20_000
FILES = [path for path in sorted((CORPUS / "bpmn").glob("*.bpmn")) if path.stat().st_size < 50_000]
SOURCES = [*(path.read_bytes() for path in FILES), bpmn_of(flow_of(letters()))]
STRANGE = ["", "x", "start", "a/b", "\u2028", "9" * 400, "-1e999", "nan", "urn:x", "æ" * 300, "{}", "{urn:x}y", "m:uses"]
PLUMS = [f"{{{MODEL}}}{name}" for name in ("task", "lane", "subProcess", "sequenceFlow", "extensionElements", "documentation")]
PLUMS += [f"{{{SEQUENCE}}}{name}" for name in ("uses", "input", "gives", "handOver")]


def withstood(data: bytes) -> None:
    """Everything that is done to a file, or a refusal."""
    try:
        flow = read_flow(parse_xml(data))
    except RegistryError:
        with pytest.raises(RegistryError):
            bound(data, {})
        return
    kept = inspection_from_json(Inspection(platform="bpmn", kind="bpmn", flow=flow).as_json()).flow
    assert kept == flow
    assert flow_from_json(None) is None
    steps = steps_of(flow)
    if steps is not None:
        assert steps_of(read_flow(parse_xml(bpmn_of(flow_of(steps))))) == steps
    for task in flow.tasks[:3]:
        use = Use("leeds/brev", "^1", "Main", (Filled("a", f"{flow.tasks[0].id}/x"), Filled("b", "", "y")))
        for binding in (Binding(), Binding(use, "By hand"), Binding(hand_over="By hand")):
            _bound(data, flow, task.id, binding)


def _bound(data: bytes, flow: Flow, identity: str, binding: Binding) -> None:
    try:
        written = bound(data, {identity: binding})
    except RegistryError:
        return
    after = {node.id: node for node in read_flow(parse_xml(written)).nodes}[identity]
    assert (after.uses, after.hand_over, after.gives) == (binding.uses, binding.hand_over, binding.gives)


@st.composite
def torn(draw: st.DrawFn) -> bytes:
    """A real file with some of its bytes taken out, put elsewhere or overwritten."""
    data = draw(st.sampled_from(SOURCES))
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 60))
        other = draw(st.binary(max_size=12) | st.integers(0, len(data)).map(lambda start, data=data: data[start : start + 60]))
        data = data[:at] + other + data[at + length :]
    return data


@st.composite
def twisted(draw: st.DrawFn) -> bytes:
    """A real file whose elements were taken out, doubled, moved into one another, renamed or given other attributes."""
    root = etree.fromstring(draw(st.sampled_from(SOURCES)))
    for _ in range(draw(st.integers(1, 8))):
        elements = list(root.iter(etree.Element))
        element, other = draw(st.sampled_from(elements)), draw(st.sampled_from(elements))
        draw(st.sampled_from([_drop, _double, _move, _rename, _set, _take_id]))(draw, element, other)
    return etree.tostring(root)


def _drop(draw: st.DrawFn, element: Any, other: Any) -> None:
    if element.getparent() is not None:
        element.getparent().remove(element)


def _double(draw: st.DrawFn, element: Any, other: Any) -> None:
    if element.getparent() is not None:
        element.addnext(copy.deepcopy(element))


def _move(draw: st.DrawFn, element: Any, other: Any) -> None:
    if element.getparent() is not None and element not in other.iterancestors() and element is not other:
        other.append(element)


def _rename(draw: st.DrawFn, element: Any, other: Any) -> None:
    if element.getparent() is not None:
        element.tag = draw(st.sampled_from(PLUMS))


def _set(draw: st.DrawFn, element: Any, other: Any) -> None:
    names = ["id", "name", "bpmnElement", "sourceRef", "module", "from", "value", "range", "x", *(str(name) for name in element.attrib)]
    element.set(draw(st.sampled_from(names)), draw(st.sampled_from(STRANGE)))


def _take_id(draw: st.DrawFn, element: Any, other: Any) -> None:
    element.set("id", other.get("id") or "")


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(torn())
def test_torn_files(data: bytes) -> None:
    withstood(data)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(twisted())
def test_twisted_files(data: bytes) -> None:
    withstood(data)


def _process(inside: str, more: str = "") -> bytes:
    return f'<definitions xmlns="{MODEL}" xmlns:m="{SEQUENCE}"><process id="p">{inside}</process>{more}</definitions>'.encode()


def _nested(tag: str, depth: int) -> str:
    return "".join(f'<{tag} id="n{number}">' for number in range(depth)) + f"</{tag}>" * depth


LARGE: dict[str, Callable[[], bytes]] = {
    "tasks": lambda: _process("".join(f'<task id="t{number}"/>' for number in range(MANY))),
    "tasks of one id": lambda: _process('<task id="t"/>' * MANY),
    "tasks without id": lambda: _process("<task/>" * MANY),
    "arrows": lambda: _process('<task id="a"/><task id="b"/>' + '<sequenceFlow sourceRef="a" targetRef="b"/>' * MANY),
    "lanes": lambda: _process(
        '<laneSet id="s">' + '<lane id="l" name="L"><flowNodeRef>t</flowNodeRef></lane>' * MANY + '</laneSet><task id="t"/>'
    ),
    "pools": lambda: _process(
        '<task id="t"/>', '<collaboration id="c">' + '<participant id="q" name="Q" processRef="p"/>' * MANY + "</collaboration>"
    ),
    "bindings": lambda: _process(
        '<task id="t"><extensionElements>' + '<m:uses module="a/b"/><m:gives name="x"/><m:handOver/>' * MANY + "</extensionElements></task>"
    ),
    "inputs": lambda: _process(
        '<task id="t"><extensionElements><m:uses module="a/b">' + '<m:input name="x"/>' * MANY + "</m:uses></extensionElements></task>"
    ),
    "extensions": lambda: _process('<task id="t">' + "<extensionElements><m:uses module='a/b'/></extensionElements>" * MANY + "</task>"),
    "depth": lambda: _process(_nested("subProcess", 240)),
    "depth of tasks": lambda: _process(_nested("task", 240)),
    "words": lambda: _process(f'<task id="t" name="{"n " * MANY}"><documentation>{"d " * MANY}</documentation></task>'),
    "blank": lambda: _process('<task id="t"/>' + "\n" * MANY * 50) + b"\n" * MANY * 50,
    "declaration": lambda: b"<?xml version='1.0'?>" + b"<!-- -->" * MANY + _process('<task id="t"/>'),
}


@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
def test_large_files_are_read_within_limits(make: Callable[[], bytes]) -> None:
    data = make()
    assert len(read_flow(parse_xml(data)).nodes) <= MAX_NODES
    withstood(data)


# JSON

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(STRANGE),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["name", "steps", "id", "uses", "module", "inputs", "from", "value", "next", "to", "when", "gives", "human"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


def composed(steps: Any) -> None:
    """A flow that can be written and told again, or a refusal."""
    try:
        flow = flow_of(steps)
    except RegistryError as error:
        assert error.code
        assert len(error.where) <= 160
        return
    assert steps_of(read_flow(parse_xml(bpmn_of(flow)))) == steps_of(flow)


@given(ANY)
def test_any_json(steps: Any) -> None:
    composed(steps)


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """The sample with something of it exchanged for anything else, or for another part of it."""
    steps = letters()
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(steps))
        holder, key = draw(st.sampled_from(places))
        other, from_key = draw(st.sampled_from(places))
        holder[key] = draw(ANY) if draw(st.booleans()) else copy.deepcopy(other[from_key])
    return steps


def _places(value: Any) -> list[tuple[Any, Any]]:
    pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    return [(value, key) for key, _ in pairs] + [place for _, inner in pairs for place in _places(inner)]


@settings(max_examples=300)
@given(spoilt())
def test_spoilt_steps(steps: Any) -> None:
    composed(steps)


def test_the_sample_itself_is_whole() -> None:
    """What the tests above spoil."""
    assert flow_of(LETTERS).bound
    assert all(read_flow(parse_xml(data)).nodes for data in SOURCES)
    assert len(FILES) >= 5 or not Path(CORPUS).is_dir()
