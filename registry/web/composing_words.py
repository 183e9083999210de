"""A draft in words: each step with what does it, what fills its inputs and what comes next; and what is still wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.viewer import Viewer
from registry.actions.compose_sequence import MODULE, NOBODY, PERSON
from registry.formats.arguments import Argument
from registry.index import composing as found
from registry.sequences import drafts
from registry.sequences.layout import laid_out
from registry.sequences.models import SequenceDraft
from registry.web.diagram import Diagram, diagram

UNSEEN = "a module you cannot see"


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step as the draft's page shows it. ``called`` is None where a module does it that the reader may not see."""

    number: int
    id: str
    name: str
    does: str
    who: str
    called: found.Called | None
    range: str
    entry_point: str
    documentation: str
    hand_over: str
    inputs: tuple[tuple[str, str], ...]  # name, what fills it
    gives: tuple[str, ...]
    question: str
    ways: tuple[tuple[str, str], ...]  # answer, what comes then; nothing where the next of the list comes
    is_last: bool
    problems: tuple[found.Wrong, ...] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a draft."""

    is_drawn: bool
    steps: tuple[StepShown, ...]
    judged: found.Judged
    diagram: Diagram | None = None


def whole_of(viewer: Viewer, draft: SequenceDraft) -> Whole:
    """Everything of a draft as ``viewer`` may see it."""
    steps = drafts.steps_in(draft.steps)
    called = found.called_by(viewer, steps)
    judged = found.judged(viewer, draft, called)
    names = {step["id"]: f"{number}. {step['name']}" for number, step in enumerate(steps, 1)}
    names[drafts.END] = "the process ends"
    is_drawn = drafts.is_drawn(draft.steps)
    ahead = {} if is_drawn else drafts.ways(draft.steps)
    given = {step["id"]: {each.name for each in found.given_by(step, called)} for step in steps}
    shown = []
    for number, step in enumerate(steps, 1):
        follower = steps[number]["id"] if number < len(steps) else drafts.END
        ways = tuple((answer, names.get(to, "a step that is gone")) for to, answer in ahead.get(step["id"], ()))
        plain = [to for to, _ in ahead.get(step["id"], ())] == [follower] and follower != drafts.END
        use = step.get("uses", {})
        shown.append(
            StepShown(
                number=number,
                id=step["id"],
                name=step["name"],
                does=MODULE if use else PERSON if step.get("human") else NOBODY,
                who=step.get("who", ""),
                called=called.get(step["id"]),
                range=use.get("range", ""),
                entry_point=use.get("entry_point", ""),
                documentation=step.get("documentation", ""),
                hand_over=step.get("hand_over", ""),
                inputs=tuple((name, filled_words(each, names, given)) for name, each in _in_order(step, called.get(step["id"]))),
                gives=tuple(argument_words(each) for each in drafts.gives_of(step)),
                question=step.get("question", ""),
                ways=() if plain else ways,
                is_last=number == len(steps),
                problems=tuple(each for each in judged.problems if each.step == step["id"]),
            )
        )
    return Whole(is_drawn, tuple(shown), judged, _picture(judged, is_drawn, draft.title))


def _picture(judged: found.Judged, is_drawn: bool, title: str) -> Diagram | None:
    if judged.flow is None:
        return None
    return diagram(judged.flow if is_drawn else laid_out(judged.flow), title)


def _in_order(step: drafts.Step, called: found.Called | None) -> list[tuple[str, dict[str, str]]]:
    """The inputs of a step in the order in which the module asks for them: the database keeps none."""
    asked = [each.name for each in called.entry_point.inputs] if called and called.entry_point else []
    return sorted(step.get("inputs", {}).items(), key=lambda pair: (asked.index(pair[0]) if pair[0] in asked else len(asked), pair[0]))


def filled_words(filled: Mapping[str, str], names: Mapping[str, str], given: Mapping[str, set[str]]) -> str:
    """What fills an input."""
    source = filled.get("from", "")
    if not source:
        return f"the text “{filled['value']}”" if filled.get("value") else "left empty"
    step, _, output = source.partition("/")
    if not step:
        return f"{output}, given when the sequence starts"
    if step not in names:
        return "what a step gave that is gone"
    return f"{output} of step {names[step]}" + ("" if not given.get(step) or output in given[step] else ", which does not give it")


def argument_words(argument: Argument) -> str:
    """Name and type: "afgoerelse (text)"."""
    return f"{argument.name} ({argument.type})" if argument.type else argument.name
