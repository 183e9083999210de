"""Drafts change one step at a time, and nothing that leads to a step or is filled from it is left hanging."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import Missing, Refused
from registry.formats.drawn import MODEL
from registry.sequences import drafts
from registry.sequences.steps import flow_of


def whole(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"name": "Letters", "documentation": "", "steps": [{"name": step["id"].title(), **step} for step in steps]}


def branching() -> dict[str, Any]:
    ways = [{"to": "award", "when": "Yes"}, {"to": "refuse", "when": "No"}]
    return whole(
        {"id": "decide", "human": True, "question": "Award?", "next": ways},
        {"id": "award", "next": [{"to": "post"}]},
        {"id": "refuse"},
        {"id": "post", "uses": {"module": "a/b"}, "inputs": {"Letter": {"from": "award/text"}, "Case": {"from": "/case"}}},
    )


def keys(said: dict[str, Any]) -> list[str]:
    return [step["id"] for step in drafts.steps_in(said)]


def test_a_step_is_added_at_the_end_or_behind_another() -> None:
    said = branching()
    assert drafts.add(said, "Check data")["id"] == "check-data"
    assert keys(said)[-1] == "check-data"
    copied = drafts.add(said, "Copy", after="award")
    assert copied == {"id": "copy", "name": "Copy", "next": [{"to": "post"}]}  # the award leads to it, and it on to where the award led
    assert drafts.ways(said)["award"] == [("copy", "")]
    drafts.add(said, "Ask", after="decide")
    assert drafts.ways(said)["decide"] == [("award", "Yes"), ("refuse", "No")]  # branches stay


def test_the_id_of_a_step_is_made_of_its_name_and_never_one_that_is_taken() -> None:
    said = drafts.empty("Letters")
    names = ("Start", "End", "Add", "Post it", "Post  it", "Ændr", "2. try", "###", "###", "x" * 100)
    assert [drafts.add(said, name)["id"] for name in names] == [
        "start-2", "end-2", "add-2", "post-it", "post-it-2", "aendr", "step-2-try", "step", "step-2", "x" * 40,
    ]  # fmt: skip
    assert flow_of(said).tasks
    while len(drafts.steps_in(said)) < drafts.MOST_STEPS:
        drafts.add(said, "More")
    with pytest.raises(Refused) as raised:
        drafts.add(said, "More")
    assert raised.value.code == "too_many_steps"
    assert len(drafts.steps_in(said)) == drafts.MOST_STEPS


def test_what_led_to_a_removed_step_leads_past_it() -> None:
    said = branching()
    assert drafts.remove(said, "award") == ["Post"]
    assert drafts.ways(said)["decide"] == [("post", "Yes"), ("refuse", "No")]
    assert drafts.step_in(said, "post")["inputs"] == {"Case": {"from": "/case"}}
    assert drafts.remove(said, "refuse") == []
    assert drafts.ways(said) == {"decide": [("post", "")], "post": [("end", "")]}  # one way alone needs no question
    assert "question" not in drafts.step_in(said, "decide")
    drafts.remove(said, "post")
    assert drafts.ways(said) == {"decide": [("end", "")]}
    with pytest.raises(Missing):
        drafts.remove(said, "post")


def test_answers_that_come_to_lead_to_the_same_are_one() -> None:
    ways = [{"to": "a", "when": "Yes"}, {"to": "b", "when": "No"}, {"to": "c", "when": "Unclear"}]
    said = whole({"id": "ask", "question": "Well?", "next": ways}, {"id": "a", "next": [{"to": "c"}]}, {"id": "b"}, {"id": "c"})
    drafts.remove(said, "a")
    assert drafts.ways(said)["ask"] == [("c", "Yes or Unclear"), ("b", "No")]


def test_a_step_moves_one_place_and_not_out_of_the_list() -> None:
    said = branching()
    drafts.move(said, "refuse", up=True)
    assert keys(said) == ["decide", "refuse", "award", "post"]
    drafts.move(said, "decide", up=True)
    drafts.move(said, "post", up=False)
    assert keys(said) == ["decide", "refuse", "award", "post"]


def test_inputs_come_from_what_can_run_before() -> None:
    said = branching()
    assert [step["id"] for step in drafts.before(said, "post")] == ["decide", "award", "refuse"]
    assert [step["id"] for step in drafts.before(said, "refuse")] == ["decide"]
    assert drafts.before(said, "decide") == []
    assert drafts.ways(drafts.empty("Letters")) == {}


@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "up", "down"]), st.integers(0, 20)), max_size=30))
def test_whatever_is_done_to_a_line_of_steps_it_stays_whole(acts: list[tuple[str, int]]) -> None:
    said = whole({"id": "first"})
    for act, number in acts:
        at = keys(said)[number % len(keys(said))]
        if act == "add":
            drafts.add(said, f"Step {number}", after=at)
        elif act == "remove" and len(keys(said)) > 1:
            drafts.remove(said, at)
        else:
            drafts.move(said, at, up=act == "up")
    flow = flow_of(said)
    assert [node.id for node in flow.tasks] == keys(said)


DRAWN = f"""<definitions xmlns="{MODEL}" id="d" targetNamespace="urn:x"><process id="p"><startEvent id="s"/><!-- kept -->
<serviceTask id="t2" name="Second"/><userTask id="t1" name="First"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="t1"/><sequenceFlow id="f2" sourceRef="t1" targetRef="t2"/>
<sequenceFlow id="f3" sourceRef="t2" targetRef="e"/></process></definitions>""".encode()


def test_a_drawing_stays_as_it_was_but_for_what_is_bound() -> None:
    from lxml import etree

    from registry.formats.drawn import read_flow

    flow = read_flow(etree.fromstring(DRAWN))
    data = {"name": "", "documentation": "", "exporter": "", "frames": [], "shapes": [], "lines": []}
    data |= {"nodes": [_plain(node) for node in flow.nodes], "arrows": [_plain(arrow) for arrow in flow.arrows]}
    said = drafts.drawn(flow, data)
    assert keys(said) == ["t1", "t2"]  # in the order of the work
    assert drafts.file_of(said, DRAWN) == DRAWN
    drafts.step_in(said, "t2")["uses"] = {"module": "a/bb", "range": "^1", "entry_point": ""}
    drafts.step_in(said, "t2")["inputs"] = {"Case": {"from": "t1/case"}}
    made = drafts.file_of(said, DRAWN)
    assert b"<!-- kept -->" in made
    again = read_flow(etree.fromstring(made))
    assert again.nodes == drafts.flow_in(said).nodes
    assert [node.id for node in again.bound] == ["t2"]
    assert [step["id"] for step in drafts.before(said, "t2")] == ["t1"]


def _plain(each: Any) -> Any:
    import dataclasses

    return dataclasses.asdict(each)
