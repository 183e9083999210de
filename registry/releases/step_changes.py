"""Which steps of a later version are new, changed or moved, and which of the earlier one are gone; and what that does to people and errors.

What an older inspection did not read (parts, languages, where a step leads) is unknown, not another value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from registry.formats.model import Step
from registry.releases.pairing import moved_places, paired_steps

NEW, CHANGED, MOVED = "new", "chg", "moved"


@dataclass(frozen=True, slots=True)
class StepChanges:
    """By the places of steps: ``added``, ``moved`` in the later version, ``removed`` in the earlier, ``changed`` in both."""

    added: tuple[int, ...]
    removed: tuple[int, ...]
    changed: tuple[tuple[int, int], ...]
    moved: tuple[int, ...]
    both: tuple[tuple[int, int], ...]

    @property
    def signs(self) -> dict[int, str]:
        """Place in the later version -> ``new``, ``chg`` or ``moved``; the same steps otherwise are left out."""
        return dict.fromkeys(self.moved, MOVED) | {after: CHANGED for _, after in self.changed} | dict.fromkeys(self.added, NEW)


def step_changes(before: Sequence[Step], after: Sequence[Step]) -> StepChanges:
    """What became of the steps of ``before``."""
    before, after = as_read_lately(before, after), as_read_lately(after, before)
    both = paired_steps(before, after).places
    was, now = {one for one, _ in both}, {other for _, other in both}
    compared = told_by_both(before, after)
    elsewhere = (other for one, other in both if before[one].part and after[other].part and before[one].part != after[other].part)
    return StepChanges(
        added=tuple(place for place in range(len(after)) if place not in now),
        removed=tuple(place for place in range(len(before)) if place not in was),
        changed=tuple((one, other) for one, other in both if any(changes(before[one], after[other], compared))),
        moved=tuple(sorted({*moved_places(both), *elsewhere})),
        both=both,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What two inspections both tell of their steps, so that it can be compared: where they lead, and their kinds as read today."""

    routes: bool = True
    kinds: bool = True


def told_by_both(before: Sequence[Step], after: Sequence[Step]) -> Told:
    """What can be compared of these steps."""
    return Told(_knows_routes(before) and _knows_routes(after), _is_read_deeply(before) == _is_read_deeply(after))


def as_read_lately(steps: Sequence[Step], beside: Sequence[Step]) -> Sequence[Step]:
    """``steps`` of an inspection that wrote the part before a step's name (``Main Page: Send``), with parts as ``beside`` has them."""
    if any(step.part for step in steps):
        return steps
    known = {name: part for part in dict.fromkeys(step.part for step in beside) if part for name in (part.rpartition(" / ")[2], part)}
    return tuple(_with_part(step, known) for step in steps) if known else steps


def _with_part(step: Step, known: Mapping[str, str]) -> Step:
    part, between, name = step.name.partition(": ")
    return replace(step, part=known[part], name=name) if between and part in known else step


def changes(before: Step, after: Step, told: Told = Told()) -> Iterator[str]:
    """What differs between two versions of a step, in a few words each."""
    if before.name != after.name:
        yield f"was called {before.name or before.id}"
    if before.action != after.action:
        yield f"does {after.action or 'something else'}, did {before.action or 'something else'}"
    if before.human != after.human:
        yield "a person does it now" if after.human else "no longer a person’s"
    elif told.kinds and before.kind != after.kind:
        yield f"is of kind {after.kind} now, was {before.kind}"
    if before.language and after.language and before.language != after.language:
        yield f"code in {after.language}, was {before.language}"
    if told.routes:
        yield from _other_ways(before, after)


def oversight(before: Sequence[Step], after: Sequence[Step], found: StepChanges) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What of people and error handling is no more, and what code is new: the kind of it and the steps' names.

    Kinds: ``people_gone``, ``errors_gone``, ``code_new``.
    """
    people = [before[place] for place in found.removed if before[place].human]
    people += [after[other] for one, other in found.changed if before[one].human and not after[other].human]
    handling = [before[place] for place in found.removed if _handles(before[place])]
    if _knows_routes(before) and _knows_routes(after):
        handling += [after[other] for one, other in found.changed if _catches(before[one]) and not _catches(after[other])]
    code = [after[place] for place in found.added if after[place].kind == "code"]
    for kind, steps in (("people_gone", people), ("errors_gone", handling), ("code_new", code)):
        if steps:
            yield kind, tuple(step.name or step.action or step.id for step in steps)


def _other_ways(before: Step, after: Step) -> Iterator[str]:
    was, now = (Counter((way.when, way.on_error) for way in step.onward) for step in (before, after))
    for (when, on_error), count in (was - now).items():
        if on_error:
            yield f"{'an error route is' if count == 1 else f'{count} error routes are'} gone"
        elif when:
            yield f"the branch {when} is gone"
    for (when, on_error), count in (now - was).items():
        if on_error:
            yield "a new error route" if count == 1 else f"{count} new error routes"
        elif when:
            yield f"a new branch {when}"


def _is_read_deeply(steps: Sequence[Step]) -> bool:
    return any(step.within or step.onward for step in steps)


def _knows_routes(steps: Sequence[Step]) -> bool:
    return any(step.onward for step in steps)


def _catches(step: Step) -> bool:
    return any(way.on_error and way.to for way in step.onward)


def _handles(step: Step) -> bool:
    """Whether it handles an error and does not only raise one."""
    raises = bool(step.onward) and all(way.on_error for way in step.onward)
    return step.kind == "exception" and not raises
