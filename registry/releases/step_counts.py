"""How many steps an automation has, and of which sort: for who compares, reads or reviews it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from registry.formats.model import Step

MARKS = frozenset({"start", "end", "group", "event"})  # kinds that only mark where a drawing begins, ends or groups


@dataclass(frozen=True, slots=True)
class StepCounts:
    """Numbers of steps; ``languages`` of code, the most used first; ``parts`` counts pages, workflows or subflows that have a name."""

    steps: int = 0
    people: int = 0
    code: int = 0
    languages: tuple[str, ...] = ()
    handles_errors: int = 0
    error_routes: int = 0
    parts: int = 0


def doing(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps that do something."""
    return tuple(step for step in steps if step.kind not in MARKS)


def counted(steps: Iterable[Step]) -> StepCounts:
    """The numbers of ``steps``; those that only mark something are looked at for routes and parts alone."""
    every = tuple(steps)
    done = doing(every)
    code = [step.language for step in done if step.kind == "code"]
    return StepCounts(
        steps=len(done),
        people=sum(step.human for step in done),
        code=len(code),
        languages=tuple(name for name, _ in Counter(filter(None, code)).most_common()),
        handles_errors=sum(step.kind == "exception" for step in done),
        error_routes=sum(onward.on_error for step in every for onward in step.onward),
        parts=len({step.part for step in every if step.part}),
    )
