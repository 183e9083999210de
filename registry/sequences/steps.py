"""The JSON steps that people and programs write, to a flow and back (docs/sequences-bpmn.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from registry.errors import Refused
from registry.formats.arguments import Argument
from registry.formats.flow import Arrow, Flow, Frame, Node, Use
from registry.sequences.fields import (
    MAX_INPUTS,
    checked_gives,
    checked_use,
    identity,
    inputs_from,
    is_true,
    items,
    line,
    lines,
    members,
    raw,
)

MAX_STEPS = 200
MAX_NEXT = 20  # of one step
MAX_BRANCHES = 600  # of all steps: what is drawn with as many is no longer read
MAX_LANES = 50
START, END = "start", "end"
EXPORTER = "Moothall"
ROBOT, PERSON = "Robot", "Person"
_KNOWN = frozenset({"name", "documentation", "steps"})
_STEP = frozenset({"id", "name", "who", "documentation", "hand_over", "human", "uses", "inputs", "gives", "question", "next"})
_USES = frozenset({"module", "range", "entry_point"})
_GIVES = frozenset({"name", "type"})
_NEXT = frozenset({"to", "when"})


@dataclass(frozen=True, slots=True)
class _Step:
    """A step as it was read: its node, the question after it, and what follows: target -> the answer that leads there."""

    node: Node
    question: str
    next: Mapping[str, str]


def flow_of(steps: dict[str, Any]) -> Flow:
    """The flow that ``steps`` write, without a drawing; raises :class:`Refused` with the place, such as ``steps[2].inputs.in_Config``."""
    said = members(steps, _KNOWN, "")
    entries = items(said.get("steps", []), MAX_STEPS, "steps")
    if not entries:
        raise Refused("steps_missing", "The sequence has no steps.", where="steps", mend="Add the first.")
    read = [_step(entry, f"steps[{number}]") for number, entry in enumerate(entries)]
    _check_ids(read)
    read = [replace(step, next=step.next or {_following(read, number): ""}) for number, step in enumerate(read)]
    _check_ways(read)
    _check_sources(read)
    return _assembled(line(said.get("name", ""), "name"), lines(said.get("documentation", ""), "documentation"), read)


def steps_of(flow: Flow) -> dict[str, Any] | None:
    """The steps that make ``flow``, without what goes without saying; None where it holds more than steps can say."""
    try:
        steps = _told(flow)
        return steps if steps is not None and _meaning(flow_of(steps)) == _meaning(flow) else None
    except Refused:
        return None


def _step(entry: object, where: str) -> _Step:
    said = members(entry, _STEP, where)
    human = is_true(said.get("human", False), f"{where}.human")
    uses = _use(said, where)
    gives = _gives(said.get("gives", []), where)
    if human and uses:
        raise Refused(
            "human_with_module", "A person's step uses no module.", where=f"{where}.human", mend="Divide it into a step for each."
        )
    if uses and gives:
        raise Refused(
            "gives_with_module", "What a module gives is told by the module.", where=f"{where}.gives", mend="Take gives out of the step."
        )
    node = Node(
        id=identity(said.get("id", ""), f"{where}.id"),
        name=line(said.get("name", ""), f"{where}.name"),
        element="userTask" if human else "serviceTask" if uses else "task",
        lane=line(said.get("who", ""), f"{where}.who") or (PERSON if human else ROBOT),
        documentation=lines(said.get("documentation", ""), f"{where}.documentation"),
        hand_over=lines(said.get("hand_over", ""), f"{where}.hand_over"),
        uses=uses,
        gives=gives,
    )
    if not node.name:
        raise Refused("name_missing", "The step has no name.", where=f"{where}.name", mend="Say in a few words what is done in it.")
    following = _next(said["next"], f"{where}.next") if "next" in said else {}
    return _Step(node, _question(said.get("question", ""), following, where), following)


def _use(said: Mapping[str, Any], where: str) -> Use | None:
    inputs = inputs_from(said.get("inputs", {}), f"{where}.inputs")
    if "uses" not in said:
        if inputs:
            raise Refused(
                "inputs_without_module", "Only a step that uses a module has inputs.", where=f"{where}.inputs", mend="Name the module."
            )
        return None
    uses = members(said["uses"], _USES, f"{where}.uses")
    module, wanted, entry_point = (raw(uses.get(name, ""), f"{where}.uses.{name}") for name in ("module", "range", "entry_point"))
    return checked_use(Use(module, wanted, entry_point, inputs), where)


def _gives(value: object, where: str) -> tuple[Argument, ...]:
    found = []
    for number, entry in enumerate(items(value, MAX_INPUTS, f"{where}.gives")):
        place = f"{where}.gives[{number}]"
        said = members(entry, _GIVES, place)
        found.append(Argument(raw(said.get("name", ""), f"{place}.name"), raw(said.get("type", ""), f"{place}.type")))
    return checked_gives(found, where)


def _next(value: object, where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    entries = items(value, MAX_NEXT, where)
    if not entries:
        raise Refused("next_empty", "Nothing follows, and it does not end.", where=where, mend='Leave next out, or write [{"to": "end"}].')
    for number, entry in enumerate(entries):
        place = f"{where}[{number}]"
        said = members(entry, _NEXT, place)
        to, when = line(said.get("to", ""), f"{place}.to"), line(said.get("when", ""), f"{place}.when")
        if to in found:
            raise Refused("next_twice", f"Two branches lead to {to}.", where=place, mend="Make one of them, with both answers in its when.")
        if when and len(entries) == 1:
            raise Refused("when_needless", "The only way on needs no answer.", where=f"{place}.when", mend="Take when out.")
        if not when and len(entries) > 1:
            raise Refused("when_missing", "The branch names no answer.", where=f"{place}.when", mend='Write one, such as "Yes".')
        found[to] = when
    return found


def _question(value: object, following: Collection[str], where: str) -> str:
    question = line(value, f"{where}.question")
    if question and len(following) < 2:
        raise Refused("question_needless", "There is nothing to choose.", where=f"{where}.question", mend="Add a second next.")
    return question


def _following(steps: Sequence[_Step], number: int) -> str:
    return steps[number + 1].node.id if number + 1 < len(steps) else END


def _check_ids(steps: Sequence[_Step]) -> None:
    """Every id names one step; the names of lanes and branches are not too many to draw."""
    seen = {START, END}
    for number, step in enumerate(steps):
        if step.node.id in seen:
            raise Refused("id_taken", f"The id {step.node.id} is taken.", where=f"steps[{number}].id", mend="Choose another.")
        seen.add(step.node.id)
    if len({step.node.lane for step in steps}) > MAX_LANES:
        raise Refused("too_many", f"More than {MAX_LANES} take part.", where="steps", mend="Name those who act alike by one name in who.")
    if sum(len(step.next) for step in steps) > MAX_BRANCHES:
        raise Refused("too_many", f"There are more than {MAX_BRANCHES} branches.", where="steps", mend="Divide the sequence.")


def _check_ways(steps: Sequence[_Step]) -> None:
    """Every step can be reached, and from every step there is a way to the end."""
    places = {step.node.id: number for number, step in enumerate(steps)}
    ahead = {step.node.id: tuple(step.next) for step in steps}
    for step in steps:
        for index, target in enumerate(step.next):
            if target not in places and target != END:
                where = f"steps[{places[step.node.id]}].next[{index}].to"
                raise Refused("next_unknown", f"No step has the id {target}.", where=where, mend="Name a step of this sequence, or end.")
    back = defaultdict(list)
    for source, targets in ahead.items():
        for target in targets:
            back[target].append(source)
    reached, ending = _reached(ahead, steps[0].node.id), _reached(back, END)
    for number, step in enumerate(steps):
        if step.node.id not in reached:
            mend = "Name it in the next of a step, or take it out."
            raise Refused("step_unreachable", f"No way leads to {step.node.id}.", where=f"steps[{number}]", mend=mend)
        if step.node.id not in ending:
            mend = "Let one of its branches lead on."
            raise Refused("step_endless", f"No way leads from {step.node.id} to the end.", where=f"steps[{number}].next", mend=mend)


def _reached(ahead: Mapping[str, Iterable[str]], first: str) -> set[str]:
    found, waiting = {first}, [first]
    while waiting:
        new = [target for target in ahead.get(waiting.pop(), ()) if target not in found]
        found.update(new)
        waiting.extend(new)
    return found


def _check_sources(steps: Sequence[_Step]) -> None:
    """What an input is filled from is another step of the sequence."""
    known = {step.node.id for step in steps}
    for number, step in enumerate(steps):
        for filled in step.node.uses.inputs if step.node.uses else ():
            if filled.step and (filled.step not in known or filled.step == step.node.id):
                raise Refused(
                    "from_unknown",
                    f"No other step has the id {filled.step}.",
                    where=f"steps[{number}].inputs.{filled.name}.from",
                    mend="Name an earlier step, or write /name for what whoever starts the sequence gives.",
                )


class Names:
    """Ids that nothing in the file has yet."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def new(self, wanted: str) -> str:
        """``wanted``, or the first free with a number behind it."""
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}-{number}"
        self._taken.add(name)
        return name


def _assembled(name: str, documentation: str, steps: Sequence[_Step]) -> Flow:
    names = Names({START, END, *(step.node.id for step in steps)})
    choices = {step.node.id: names.new(f"{step.node.id}-choice") for step in steps if len(step.next) > 1}
    nodes = [Node(START, "", "startEvent", steps[0].node.lane)]
    for step in steps:
        nodes.append(step.node)
        if step.node.id in choices:
            nodes.append(Node(choices[step.node.id], step.question, "exclusiveGateway", step.node.lane))
    nodes.append(Node(END, "", "endEvent", next(step.node.lane for step in steps if END in step.next)))
    lanes = dict.fromkeys(step.node.lane for step in steps)
    return Flow(
        name=name,
        documentation=documentation,
        exporter=EXPORTER,
        nodes=tuple(nodes),
        arrows=tuple(Arrow(names.new(f"{source}-to-{target}"), source, target, when) for source, target, when in _ways(steps, choices)),
        frames=(Frame(names.new("pool"), name, is_pool=True), *(Frame(names.new("lane"), lane) for lane in lanes)),
    )


def _ways(steps: Sequence[_Step], choices: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    yield START, steps[0].node.id, ""
    for step in steps:
        source = choices.get(step.node.id, step.node.id)
        if source != step.node.id:
            yield step.node.id, source, ""
        for target, when in step.next.items():
            yield source, target, when


def _told(flow: Flow) -> dict[str, Any] | None:
    """The steps of ``flow``, whatever else it holds; None where nothing follows a step, or no step begins it."""
    after = defaultdict(list)
    for arrow in flow.arrows:
        after[arrow.source].append(arrow)
    kinds = {node.id: node for node in flow.nodes}
    tasks = [node for node in flow.nodes if node.is_task]
    told = []
    for number, node in enumerate(tasks):
        ways, question = after[node.id], ""
        if len(ways) == 1 and kinds[ways[0].target].element == "exclusiveGateway":
            question, ways = kinds[ways[0].target].name, after[ways[0].target]
        following = [(END if kinds[way.target].element == "endEvent" else way.target, way.name) for way in ways]
        if not following:
            return None
        plain = following == [(tasks[number + 1].id if number + 1 < len(tasks) else END, "")]
        told.append(_told_step(node, question, [] if plain else following))
    return _filled(name=flow.name, documentation=flow.documentation, steps=told) if told else None


def _told_step(node: Node, question: str, following: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        **told_node(node),
        **_filled(question=question, next=[_filled(to=to, when=when) for to, when in following]),
    }


def told_node(node: Node) -> dict[str, Any]:
    """What a step says of itself, without what follows it."""
    uses = node.uses
    return _filled(
        id=node.id,
        name=node.name,
        who=node.lane,
        documentation=node.documentation,
        hand_over=node.hand_over,
        human=node.is_human,
        uses=_filled(module=uses.module, range=uses.range, entry_point=uses.entry_point) if uses else None,
        inputs={each.name: _filled(**{"from": each.source, "value": each.value}) for each in uses.inputs} if uses else None,
        gives=[_filled(name=each.name, type=each.type) for each in node.gives],
    )


def _filled(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}


def _meaning(flow: Flow) -> object:
    """What is the same in two files that say the same, however events, choices, arrows and frames are called."""
    tasks = {node.id for node in flow.nodes if node.is_task}
    starts = [node.id for node in flow.nodes if node.element == "startEvent"]
    names = {node.id: END for node in flow.nodes if node.element == "endEvent"} | dict.fromkeys(starts, START)
    for arrow in flow.arrows:
        names.setdefault(arrow.target, arrow.target if arrow.target in tasks else f"after {arrow.source}")
    return (
        flow.name,
        flow.documentation,
        len(starts),
        [node for node in flow.nodes if node.is_task],
        {replace(node, id=names.get(node.id, node.id), lane="") for node in flow.nodes if not node.is_task},
        sorted((names.get(arrow.source, ""), names.get(arrow.target, ""), arrow.name, arrow.is_message) for arrow in flow.arrows),
        [(frame.name, frame.is_pool) for frame in flow.frames],
    )
