"""The steps of a draft as its pages change them, one change at a time. They may be incomplete: registry.sequences.steps judges the whole.

Of a process drawn elsewhere ``flow`` is the drawing as it was read, and ``steps`` say of each of its tasks what does it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from registry.errors import Missing, Refused
from registry.formats.arguments import Argument
from registry.formats.flow import Filled, Flow, Node, Use, flow_from_json
from registry.sequences.binding import Binding, bound
from registry.sequences.numbered import in_order
from registry.sequences.steps import flow_of
from registry.sequences.writing import bpmn_of
from registry.values.identifiers import slugify

Step = dict[str, Any]
END: Final = "end"
MOST_STEPS: Final = 100
MOST_WAYS: Final = 10
MOST_INPUTS: Final = 60
_TAKEN: Final = frozenset({"start", END, "add"})
_LONGEST_ID: Final = 40
_PLACE = re.compile(r"steps\[(\d{1,4})\]")


def empty(title: str) -> dict[str, Any]:
    """The steps of a sequence that nobody has begun."""
    return {"name": title, "documentation": "", "steps": []}


def steps_in(whole: Mapping[str, Any]) -> list[Step]:
    """The steps themselves, in their order."""
    found: list[Step] = whole["steps"]
    return found


def step_in(whole: Mapping[str, Any], key: str) -> Step:
    """One of them; raises :class:`Missing`."""
    found = next((step for step in steps_in(whole) if step["id"] == key), None)
    if found is None:
        raise Missing("step_missing", "There is no such step in this draft. It may have been removed.", where="step")
    return found


def is_drawn(whole: Mapping[str, Any]) -> bool:
    """Whether the process was drawn in another tool, so that here only modules are bound to its tasks."""
    return "flow" in whole


# --- The order of steps ---------------------------------------------------------------------------------------------------
def add(whole: Mapping[str, Any], name: str, after: str = "") -> Step:
    """A new step behind the step ``after``, else at the end. It takes over what the one before it led on to, unless that branches.

    Raises :class:`Missing`, or :class:`Refused` (``too_many_steps``).
    """
    steps = steps_in(whole)
    if len(steps) >= MOST_STEPS:
        raise Refused(
            "too_many_steps", f"A sequence may have {MOST_STEPS} steps.", mend="Make two of it: one sequence can hand over to the other."
        )
    step: Step = {"id": _new_id({each["id"] for each in steps}, name), "name": name}
    if not after:
        steps.append(step)
        return step
    before = step_in(whole, after)
    if len(before.get("next", ())) == 1:
        step["next"] = before.pop("next")
    steps.insert(steps.index(before) + 1, step)
    return step


def _new_id(taken: set[str], name: str) -> str:
    stem = slugify(name)[:_LONGEST_ID].strip("-") or "step"
    stem = stem if stem[0].isalpha() else f"step-{stem}"
    number, found = 1, stem
    while found in taken or found in _TAKEN:
        number += 1
        found = f"{stem}-{number}"
    return found


def move(whole: Mapping[str, Any], key: str, up: bool) -> None:
    """One place up or down; at the end of the list nothing happens. Raises :class:`Missing`."""
    steps = steps_in(whole)
    at = steps.index(step_in(whole, key))
    to = at - 1 if up else at + 1
    if 0 <= to < len(steps):
        steps[at], steps[to] = steps[to], steps[at]


def remove(whole: Mapping[str, Any], key: str) -> list[str]:
    """Take a step out: what led to it leads to what came after it, what it filled is left empty. Names of the steps whose inputs those were.

    Raises :class:`Missing`.
    """
    gone = step_in(whole, key)
    ahead = ways(whole)[key]
    to = ahead[0][0] if len(ahead) == 1 else END
    steps_in(whole).remove(gone)
    emptied = []
    for step in steps_in(whole):
        _lead_past(step, key, to)
        fed = [name for name, filled in step.get("inputs", {}).items() if str(filled.get("from", "")).partition("/")[0] == key]
        for name in fed:
            del step["inputs"][name]
        if fed:
            emptied.append(str(step["name"]))
    return emptied


def _lead_past(step: Step, gone: str, to: str) -> None:
    """Let ``step`` lead to ``to`` instead of ``gone``. Ways that now lead to the same become one; one way alone needs no answer."""
    if not any(way["to"] == gone for way in step.get("next", ())):
        return
    answers: dict[str, list[str]] = defaultdict(list)
    for way in step.pop("next"):
        target = to if way["to"] == gone else str(way["to"])
        if target != step["id"]:
            answers[target] += [way["when"]] if way.get("when") else []
    if len(answers) > 1:
        step["next"] = [{"to": target, "when": " or ".join(said)} for target, said in answers.items()]
    else:
        step.pop("question", None)
        step |= {"next": [{"to": target} for target in answers]} if answers else {}


def ways(whole: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """For each step what may come after it, ``(step or END, answer)``, with what is left unsaid."""
    steps = steps_in(whole)
    found = {}
    for step, follower in zip(steps, [*(each["id"] for each in steps[1:]), END], strict=False):
        said = [(str(way["to"]), str(way.get("when", ""))) for way in step.get("next", ())]
        found[step["id"]] = said or [(follower, "")]
    return found


def before(whole: Mapping[str, Any], key: str) -> list[Step]:
    """The steps that can come before one, in the order of the list."""
    led: dict[str, set[str]] = defaultdict(set)
    for source, target in _arrows(whole):
        led[target].add(source)
    seen, waiting = set[str](), [key]
    while waiting:
        for source in led[waiting.pop()] - seen:
            seen.add(source)
            waiting.append(source)
    return [step for step in steps_in(whole) if step["id"] in seen and step["id"] != key]


def _arrows(whole: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if not is_drawn(whole):
        return [(source, to) for source, ahead in ways(whole).items() for to, _ in ahead]
    return [(arrow["source"], arrow["target"]) for arrow in whole["flow"]["arrows"]]


def number_in(where: str) -> int | None:
    """Which step a place such as ``steps[2].inputs.in_Config`` lies in, from nought; None for any other place."""
    found = _PLACE.match(where)
    return int(found[1]) if found else None


# --- A step's own words, and a drawing's -----------------------------------------------------------------------------------
def gives_of(step: Step) -> tuple[Argument, ...]:
    """What a person's step hands on."""
    return tuple(Argument(each["name"], each.get("type", "")) for each in step.get("gives", ()))


def use_of(step: Step) -> Use | None:
    """The module that does a step, with its inputs."""
    uses = step.get("uses")
    if not uses:
        return None
    filled = step.get("inputs", {}).items()
    inputs = tuple(Filled(name, str(each.get("from", "")), str(each.get("value", ""))) for name, each in filled)
    return Use(uses["module"], uses.get("range", ""), uses.get("entry_point", ""), inputs)


def drawn(flow: Flow, data: Mapping[str, Any]) -> dict[str, Any]:
    """The steps of a process drawn elsewhere: its tasks in the order of the work, with what the file says of each. ``data`` is ``flow`` as JSON."""
    return {
        "name": flow.name,
        "documentation": flow.documentation,
        "steps": [_step_of(node) for node in in_order(flow)],
        "flow": data,
    }


def _step_of(node: Node) -> Step:
    step: Step = {"id": node.id, "name": node.name or node.id, "who": node.lane, "human": node.is_human}
    step |= {"documentation": node.documentation, "hand_over": node.hand_over}
    if node.gives:
        step["gives"] = [{"name": each.name, "type": each.type} for each in node.gives]
    if node.uses:
        step["uses"] = {"module": node.uses.module, "range": node.uses.range, "entry_point": node.uses.entry_point}
        step["inputs"] = {each.name: {"from": each.source} if each.source else {"value": each.value} for each in node.uses.inputs}
    return step


def drawing(whole: Mapping[str, Any]) -> Flow:
    """The drawing of :func:`drawn`, as it was sent."""
    flow = flow_from_json(whole["flow"])
    assert flow is not None
    return flow


def flow_in(whole: dict[str, Any]) -> Flow:
    """The flow that a draft makes; raises :class:`Refused` with a place such as ``steps[2].next`` for one that is not whole."""
    if not is_drawn(whole):
        return flow_of(whole)
    steps = {step["id"]: step for step in steps_in(whole)}
    flow = drawing(whole)
    nodes = (_bound(node, steps[node.id]) if node.id in steps else node for node in flow.nodes)
    return replace(flow, nodes=tuple(nodes))


def _bound(node: Node, step: Step) -> Node:
    return replace(node, uses=use_of(step), hand_over=step.get("hand_over", ""), gives=gives_of(step))


def file_of(whole: dict[str, Any], source: bytes | None) -> bytes:
    """The BPMN file that a draft makes: its steps written and drawn, or ``source`` with what was changed of its tasks. Raises :class:`Refused`."""
    if not is_drawn(whole):
        return bpmn_of(flow_of(whole))
    sent = {step["id"]: step for step in (_step_of(node) for node in in_order(drawing(whole)))}
    changed = [step for step in steps_in(whole) if step != sent[step["id"]]]
    if not changed or source is None:
        return source or b""
    return bound(source, {step["id"]: Binding(use_of(step), step.get("hand_over", ""), gives_of(step)) for step in changed})
