"""JSON steps: what they make, every way they can be wrong, and that a written file tells them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from registry.errors import Refused
from registry.formats.arguments import Argument
from registry.formats.drawn import read_flow
from registry.formats.flow import Filled, Flow, Use
from registry.formats.xml import parse_xml
from registry.sequences.steps import MAX_STEPS, flow_of, steps_of
from registry.sequences.writing import bpmn_of
from tests.registry.sequences.samples import chain, letters, sequences


def reread(flow: Flow) -> Flow:
    return read_flow(parse_xml(bpmn_of(flow)))


def test_what_steps_make() -> None:
    flow = flow_of(letters())
    nodes = {node.id: node for node in flow.nodes}
    assert [node.element for node in flow.nodes] == [
        *("startEvent", "serviceTask", "userTask", "exclusiveGateway", "serviceTask", "task", "task", "exclusiveGateway", "task"),
        "endEvent",
    ]
    assert nodes["check"].uses == Use(
        "kobenhavn/datavalidering",
        "^1.0",
        "Main.xaml",
        (Filled("in_Sag", "/sag"), Filled("in_Titel", "", "Ansøgning <1> & “2”\nlinje 2"), Filled("in_X")),
    )
    assert nodes["decide"].gives == (Argument("afgoerelse", "text"), Argument("note"))
    assert nodes["decide-choice"].name == "Award?"
    assert [frame.name for frame in flow.frames] == ["Award and refusal letters", "Robot", "Caseworker", "Post room"]
    assert ("decide-choice", "refuse", "No") in {(arrow.source, arrow.target, arrow.name) for arrow in flow.arrows}
    assert ("archive", "end", "") in {(arrow.source, arrow.target, arrow.name) for arrow in flow.arrows}
    assert flow.exporter == "Moothall"


def test_a_lane_that_nobody_names() -> None:
    flow = flow_of({"steps": [{"id": "a", "name": "A"}, {"id": "b", "name": "B", "human": True}]})
    assert [node.lane for node in flow.nodes] == ["Robot", "Robot", "Person", "Person"]


def test_ids_of_ours_give_way() -> None:
    steps = [
        {"id": "a-choice", "name": "A", "who": "Robot", "next": [{"to": "a", "when": "1"}, {"to": "pool", "when": "2"}]},
        {"id": "a", "name": "B", "who": "Robot", "next": [{"to": "a-choice", "when": "1"}, {"to": "end", "when": "2"}]},
        {"id": "pool", "name": "C", "who": "Robot"},
    ]
    flow = flow_of({"steps": steps})
    ids = [each.id for each in (*flow.nodes, *flow.arrows, *flow.frames)]
    assert len(ids) == len(set(ids))
    assert steps_of(reread(flow)) == {"steps": steps}


SPOILT: list[tuple[Callable[[dict[str, Any]], Any], str, str]] = [
    (lambda all: all.update(title="x"), "unknown_member", "title"),
    (lambda all: all.update(steps=[]), "steps_missing", "steps"),
    (lambda all: all.update(steps={}), "steps_invalid", "steps"),
    (lambda all: all.update(steps=["check"]), "steps_invalid", "steps[0]"),
    (lambda all: all.update(name="x" * 201), "text_too_long", "name"),
    (lambda all: all.update(documentation="x" * 5001), "text_too_long", "documentation"),
    (lambda all: all.update(name=7), "text_invalid", "name"),
    (lambda all: all.update(chain(MAX_STEPS + 1)), "too_many", "steps"),
    (lambda all: all["steps"][2].update(input={}), "unknown_member", "steps[2].input"),
    (lambda all: all["steps"][2].update(id="2nd"), "id_invalid", "steps[2].id"),
    (lambda all: all["steps"][2].update(id="a/b"), "id_invalid", "steps[2].id"),
    (lambda all: all["steps"][2].update(id="åben"), "id_invalid", "steps[2].id"),
    (lambda all: all["steps"][2].pop("id"), "id_invalid", "steps[2].id"),
    (lambda all: all["steps"][2].update(id="check"), "id_taken", "steps[2].id"),
    (lambda all: all["steps"][2].update(id="end"), "id_taken", "steps[2].id"),
    (lambda all: all["steps"][2].update(name=" "), "name_missing", "steps[2].name"),
    (lambda all: all["steps"][2].update(name="a\x0bb"), "text_invalid", "steps[2].name"),
    (lambda all: all["steps"][2].update(name="\ud800"), "text_invalid", "steps[2].name"),
    (lambda all: all["steps"][2].update(human=1), "steps_invalid", "steps[2].human"),
    (lambda all: all["steps"][2].update(human=True), "human_with_module", "steps[2].human"),
    (lambda all: all["steps"][2].update(gives=[{"name": "x"}]), "gives_with_module", "steps[2].gives"),
    (lambda all: all["steps"][2].update(uses=None), "steps_invalid", "steps[2].uses"),
    (lambda all: all["steps"][2].pop("uses"), "inputs_without_module", "steps[2].inputs"),
    (lambda all: all["steps"][2]["uses"].update(module="brev"), "identifier_invalid", "steps[2].uses.module"),
    (lambda all: all["steps"][2]["uses"].update(range="^^1"), "range_invalid", "steps[2].uses.range"),
    (lambda all: all["steps"][2]["uses"].update(range=1.2), "text_invalid", "steps[2].uses.range"),
    (lambda all: all["steps"][2]["uses"].update(version="1"), "unknown_member", "steps[2].uses.version"),
    (lambda all: all["steps"][2]["inputs"].update(in_Y="x"), "steps_invalid", "steps[2].inputs.in_Y"),
    (lambda all: all["steps"][2]["inputs"].update(in_Y={"value": 5}), "text_invalid", "steps[2].inputs.in_Y.value"),
    (lambda all: all["steps"][2]["inputs"].update(in_Y={"value": "5", "from": "/x"}), "input_twice", "steps[2].inputs.in_Y"),
    (lambda all: all["steps"][2]["inputs"].update(in_Y={"from": "check"}), "from_invalid", "steps[2].inputs.in_Y.from"),
    (lambda all: all["steps"][2]["inputs"].update(in_Y={"from": "check/"}), "from_invalid", "steps[2].inputs.in_Y.from"),
    (lambda all: all["steps"][2]["inputs"].update(in_Y={"from": "chek/x"}), "from_unknown", "steps[2].inputs.in_Y.from"),
    (lambda all: all["steps"][2]["inputs"].update(in_Y={"from": "award/x"}), "from_unknown", "steps[2].inputs.in_Y.from"),
    (lambda all: all["steps"][2]["inputs"].update({"in_Data ": {}}), "name_twice", "steps[2].inputs"),
    (lambda all: all["steps"][2]["inputs"].update({" ": {}}), "input_nameless", "steps[2].inputs. "),
    (lambda all: all["steps"][2].update(inputs={f"i{each}": {} for each in range(61)}), "too_many", "steps[2].inputs"),
    (lambda all: all["steps"][1].update(gives={}), "steps_invalid", "steps[1].gives"),
    (lambda all: all["steps"][1]["gives"].append({"type": "text"}), "output_nameless", "steps[1].gives[2].name"),
    (lambda all: all["steps"][1]["gives"].append({"name": "note"}), "name_twice", "steps[1].gives"),
    (lambda all: all["steps"][2].update(next=[]), "next_empty", "steps[2].next"),
    (lambda all: all["steps"][2].update(next=[{"to": "nowhere"}]), "next_unknown", "steps[2].next[0].to"),
    (lambda all: all["steps"][2].update(next=[{"to": "send", "when": "Yes"}]), "when_needless", "steps[2].next[0].when"),
    (lambda all: all["steps"][2].update(question="Why?"), "question_needless", "steps[2].question"),
    (lambda all: all["steps"][1]["next"][1].pop("when"), "when_missing", "steps[1].next[1].when"),
    (lambda all: all["steps"][1]["next"].append({"to": "refuse", "when": "Perhaps"}), "next_twice", "steps[1].next[3]"),
    (lambda all: all["steps"][1].update(next=[{"to": f"s{each}", "when": "x"} for each in range(21)]), "too_many", "steps[1].next"),
    (lambda all: all["steps"].append({"id": "lost", "name": "Lost"}), "step_unreachable", "steps[6]"),
    (lambda all: all["steps"][5].update(next=[{"to": "archive"}]), "step_endless", "steps[5].next"),
]


@pytest.mark.parametrize(("spoil", "code", "where"), SPOILT, ids=[f"{code}-{where}" for _, code, where in SPOILT])
def test_refused(spoil: Callable[[dict[str, Any]], Any], code: str, where: str) -> None:
    steps = letters()
    if where == "steps[6]":
        steps["steps"][5]["next"] = [{"to": "end"}]
    spoil(steps)
    with pytest.raises(Refused) as refused:
        flow_of(steps)
    assert (refused.value.code, refused.value.where) == (code, where)
    assert refused.value.mend


@pytest.mark.parametrize("steps", [None, [], "x", 3])
def test_no_object(steps: Any) -> None:
    with pytest.raises(Refused, match="not an object"):
        flow_of(steps)


def test_too_many_who_take_part() -> None:
    steps = chain(51)
    for number, step in enumerate(steps["steps"]):
        step["who"] = f"Team {number}"
    with pytest.raises(Refused, match="take part"):
        flow_of(steps)


def test_too_many_branches() -> None:
    steps = chain(60)
    for step in steps["steps"]:
        targets = [*[f"s{each}" for each in range(60) if f"s{each}" != step["id"]][:19], "end"]
        step["next"] = [{"to": target, "when": target} for target in targets]
    with pytest.raises(Refused, match="branches"):
        flow_of(steps)


def test_texts_as_they_are_kept() -> None:
    step = {
        "id": " a ",
        "name": " Two \n words ",
        "who": "",
        "documentation": " one \r\n  two ",
        "uses": {"module": " leeds/x ", "range": " >=1   <2 "},
        "inputs": {"in": {"value": " kept \r\n"}},
    }
    told = steps_of(flow_of({"steps": [step]}))
    assert told == {
        "steps": [
            {
                "id": "a",
                "name": "Two words",
                "who": "Robot",
                "documentation": "one\ntwo",
                "uses": {"module": "leeds/x", "range": ">=1 <2"},
                "inputs": {"in": {"value": " kept \n"}},
            }
        ]
    }


def test_the_sample_comes_back() -> None:
    assert steps_of(reread(flow_of(letters()))) == letters()


@given(sequences())
def test_any_sequence_comes_back(steps: dict[str, Any]) -> None:
    assert steps_of(reread(flow_of(steps))) == steps


def test_what_steps_cannot_say() -> None:
    flow = reread(flow_of(letters()))
    node = {node.id: node for node in flow.nodes}
    assert steps_of(flow) is not None
    for changed in (
        replace(flow, nodes=()),
        replace(flow, arrows=flow.arrows[:-1]),
        replace(flow, arrows=tuple(replace(arrow, is_message=True) for arrow in flow.arrows)),
        replace(flow, nodes=tuple(replace(each, parent="p") for each in flow.nodes)),
        replace(flow, nodes=tuple(replace(each, element="parallelGateway") if each.id == "decide-choice" else each for each in flow.nodes)),
        replace(flow, nodes=tuple(replace(each, element="sendTask") if each.id == "send" else each for each in flow.nodes)),
        replace(flow, nodes=(*flow.nodes, replace(node["start"], id="other"))),
        replace(flow, nodes=tuple(replace(each, documentation="More") if each.id == "end" else each for each in flow.nodes)),
        replace(flow, frames=flow.frames[:2]),
    ):
        assert steps_of(changed) is None


def test_other_names_for_events_and_choices() -> None:
    text = bpmn_of(flow_of(letters())).decode().replace("decide-choice", "Gateway_1").replace('"start"', '"Event_1"')
    flow = read_flow(parse_xml(text.replace(">start<", ">Event_1<").encode()))
    assert "Gateway_1" in {node.id for node in flow.nodes}
    assert steps_of(flow) == letters()
