"""Real files of seven modelling tools, of the standard's test set and of research: bound, read by a second reader, and unbound again without loss."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from registry.formats.arguments import Argument
from registry.formats.drawn import MODEL, SEQUENCE, read_flow
from registry.formats.flow import PERSON, Filled, Flow, Use
from registry.formats.xml import parse_xml
from registry.sequences.binding import Binding, bound
from registry.sequences.steps import flow_of, steps_of
from registry.sequences.writing import bpmn_of
from tests.conftest import CORPUS
from tests.registry.sequences.samples import chain, letters

INNER = "A.2.0 - 80000cb4048f328/A.2.0.bpmn"
FILES = [path.name for path in sorted((CORPUS / "bpmn").glob("*.*"))]
EXTENSION = f"{{{MODEL}}}extensionElements"


@pytest.fixture(scope="module")
def sources(corpus: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted((corpus / "bpmn").iterdir()):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                found[path.name] = archive.read(INNER)
        else:
            found[path.name] = path.read_bytes()
    return found


def bindings_for(flow: Flow) -> dict[str, Binding]:
    """Something for every task: a module where a module may do it, and what a person hands on."""
    twice = {task.id for number, task in enumerate(flow.tasks) if task.id in [each.id for each in flow.tasks[:number]]}
    tasks = [task for task in flow.tasks if task.id not in twice]
    found = {}
    for number, task in enumerate(tasks):
        if task.element in PERSON:
            found[task.id] = Binding(None, f"Passed on {number}", (Argument("svar", "text"), Argument("note")))
        else:
            before = Filled("in_A", f"{tasks[number - 1].id}/svar" if number else "/start")
            use = Use("leeds/brev", "^1.2 || 2.x", "Main.xaml", (before, Filled("in_B", "", "a “b” <c>\næ"), Filled("in_C")))
            found[task.id] = Binding(use, "Lies in the queue & waits")
    return found


def shown(element: etree._Element, *, without_ours: bool = False) -> Any:
    """Everything of an element: its name, prefix, attributes in order, namespaces, text, and what lies in it, comments too."""
    inner = [shown(child, without_ours=without_ours) for child in element if not (without_ours and is_ours(child))]
    kind = element.tag if isinstance(element.tag, str) else element.tag.__name__
    return (kind, element.prefix, list(element.attrib.items()), element.nsmap, element.text, element.tail, inner)


def is_ours(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return False
    if element.tag == EXTENSION:
        return len(element) == 0 or all(is_ours(child) for child in element)
    return element.tag.startswith(f"{{{SEQUENCE}}}")


def whole(data: bytes, *, without_ours: bool = False) -> Any:
    root = parse_xml(data, whole=True)
    info = root.getroottree().docinfo
    around = [shown(each) for each in (*root.itersiblings(preceding=True), *root.itersiblings())]
    return (info.encoding, info.standalone, info.xml_version, around, shown(root, without_ours=without_ours))


def flow(data: bytes) -> Flow:
    return read_flow(parse_xml(data))


@pytest.mark.parametrize("name", FILES)
def test_bound_and_unbound_without_loss(sources: dict[str, bytes], name: str) -> None:
    source = sources[name]
    assert whole(bound(source, {})) == whole(source), "written back"
    bindings = bindings_for(flow(source))
    assert bindings
    written = bound(source, bindings)
    assert whole(written, without_ours=True) == whole(source, without_ours=True), "nothing but ours is another"
    assert whole(bound(written, dict.fromkeys(bindings, Binding())), without_ours=True) == whole(source, without_ours=True)
    if not any(len(each) == 0 for each in parse_xml(source).iter(EXTENSION)):
        assert whole(bound(written, dict.fromkeys(bindings, Binding()))) == whole(source), "unbound, it is what it was"


@pytest.mark.parametrize("name", FILES)
def test_what_was_bound_is_read(sources: dict[str, bytes], name: str) -> None:
    before, bindings = flow(sources[name]), bindings_for(flow(sources[name]))
    after = flow(bound(sources[name], bindings))
    assert {node.id: Binding(node.uses, node.hand_over, node.gives) for node in after.tasks if node.id in bindings} == bindings
    assert (after.arrows, after.frames, after.shapes, after.lines) == (before.arrows, before.frames, before.shapes, before.lines)
    assert [(node.id, node.name, node.element, node.lane) for node in after.nodes] == [
        (node.id, node.name, node.element, node.lane) for node in before.nodes
    ]


# A second reader


@pytest.fixture(scope="module")
def moddle(sources: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    """What bpmn-moddle reads: of each file as it came, as we bound it, and of what our steps make."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine")
    files = {f"as it came: {name}": source for name, source in sources.items()}
    files |= {f"bound: {name}": bound(source, bindings_for(flow(source))) for name, source in sources.items()}
    files |= {"letters": bpmn_of(flow_of(letters())), "chain": bpmn_of(flow_of(chain(60)))}
    texts = [etree.tostring(parse_xml(data, whole=True).getroottree(), encoding="unicode") for data in files.values()]
    script = Path(__file__).with_name("moddle.mjs")
    done = subprocess.run([node, script], input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=300)
    return dict(zip(files, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", FILES)
def test_a_second_reader_sees_the_same(sources: dict[str, bytes], moddle: dict[str, dict[str, Any]], name: str) -> None:
    before, after = moddle[f"as it came: {name}"], moddle[f"bound: {name}"]
    for what in ("warnings", "nodes", "flows"):
        assert after[what] == before[what], what
    bindings = bindings_for(flow(sources[name]))
    assert set(after["ours"]) == set(bindings)
    for identity, told in after["ours"].items():
        assert told == as_moddle_tells(bindings[identity])


def as_moddle_tells(binding: Binding) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    if binding.uses is not None:
        inputs = [
            {
                "kind": "input",
                "name": each.name,
                **({"from": each.source} if each.source else {}),
                **({"value": each.value} if each.value else {}),
            }
            for each in binding.uses.inputs
        ]
        inputs = [{**each, "text": "", "inside": []} for each in inputs]
        use = {"module": binding.uses.module, "range": binding.uses.range, "entryPoint": binding.uses.entry_point}
        told.append({"kind": "uses", **use, "text": "", "inside": inputs})
    told.append({"kind": "handOver", "text": binding.hand_over, "inside": []})
    for each in binding.gives:
        told.append({"kind": "gives", "name": each.name, **({"type": each.type} if each.type else {}), "text": "", "inside": []})
    return told


@pytest.mark.parametrize(("name", "steps"), [("letters", letters()), ("chain", chain(60))])
def test_a_second_reader_of_what_steps_make(moddle: dict[str, dict[str, Any]], name: str, steps: dict[str, Any]) -> None:
    assert moddle[name]["warnings"] == []
    made = flow_of(steps)
    assert [node[1] for node in moddle[name]["nodes"]] == [node.id for node in made.nodes]
    assert [tuple(each[1:]) for each in moddle[name]["flows"]] == [(each.source, each.target, each.name) for each in made.arrows]
    again = moddle[name]["again"].encode()
    assert flow(again) == flow(bpmn_of(made)), "what it writes reads as what it read"
    assert steps_of(flow(again)) == steps


@pytest.mark.parametrize("name", FILES)
def test_what_the_second_reader_writes_stays_bound(sources: dict[str, bytes], moddle: dict[str, dict[str, Any]], name: str) -> None:
    again = flow(moddle[f"bound: {name}"]["again"].encode())
    bindings = bindings_for(flow(sources[name]))
    assert {node.id: Binding(node.uses, node.hand_over, node.gives) for node in again.tasks if node.id in bindings} == bindings
