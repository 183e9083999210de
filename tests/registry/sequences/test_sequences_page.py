"""What docs/sequences-bpmn.md shows is what is taken."""

from __future__ import annotations

import json
import re
from pathlib import Path

from registry.formats.drawn import MAX_ARROWS, MAX_NAME, MAX_NODES, MAX_POINTS, MAX_TEXT, MODEL, read_flow
from registry.formats.flow import PERSON, TASKS, Filled, Use
from registry.formats.xml import parse_xml
from registry.sequences import fields, steps
from registry.sequences.steps import flow_of, steps_of

PAGE = (Path(__file__).parents[3] / "docs" / "sequences-bpmn.md").read_text()
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))


def test_the_steps_it_shows() -> None:
    shown = json.loads(BLOCKS["json"])
    told = steps_of(flow_of(shown))
    assert told is not None
    assert [step["id"] for step in told["steps"]] == ["check", "decide", "award"]
    members = {name for step in shown["steps"] for name in step}
    assert members == steps._STEP, "every member is shown"


def test_the_extension_it_shows() -> None:
    whole = f'<bpmn:definitions xmlns:bpmn="{MODEL}"><bpmn:process id="p">{BLOCKS["xml"]}</bpmn:process></bpmn:definitions>'
    (node,) = read_flow(parse_xml(whole.encode())).nodes
    inputs = (Filled("in_Occurrence", "read/out_Occurrence"), Filled("in_Wording", "/wording"), Filled("in_Channel", "", "letter"))
    assert node.uses == Use("hampshire/victim-update", "^1.2", "Main.xaml", inputs)
    assert node.hand_over == "The update lies in the officer's queue until it is read."


def test_the_limits_and_elements_it_names() -> None:
    for words in (
        f"0 to {MAX_POINTS}",
        f"at most {MAX_NAME}\ncharacters",
        f"at most {MAX_TEXT:,} characters",
        f"first {MAX_NODES:,} nodes and {MAX_ARROWS:,} arrows",
        f"1 to {steps.MAX_STEPS}",
        f"At most {steps.MAX_LANES} take part",
        f"make a choice; {steps.MAX_BRANCHES} in all",
    ):
        assert words in PAGE, words
    assert fields.MAX_INPUTS == MAX_POINTS
    assert all(f"`{name}`" in PAGE for name in TASKS | PERSON)
