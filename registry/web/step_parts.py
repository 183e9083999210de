"""The steps of an inspection as they are shown: by part, nested as the platform's editor nests them, each with where it leads.

What an older inspection does not tell (parts, nesting, where a step leads) follows from the order of the file, as
:class:`registry.formats.model.Step` says. An id that names nothing leads nowhere.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.formats.model import Step
from registry.releases.step_counts import MARKS, StepCounts, counted

MOST_DEPTH = 30  # levels of nesting that are kept; what lies deeper stands on the last
_LISTED = MARKS - {"group"}  # kinds that a list of steps leaves out


@dataclass(frozen=True, slots=True)
class Way:
    """That a step leads to the one at place ``to`` of its part, or out of it where that is None."""

    to: int | None
    when: str = ""
    on_error: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A page, workflow, subflow or task; all of it where the platform has none. The tuples go by the place of a step."""

    name: str
    steps: tuple[Step, ...]
    around: tuple[int | None, ...]  # place of the step around it, which always comes before it
    depths: tuple[int, ...]
    ways: tuple[tuple[Way, ...], ...]
    numbers: tuple[int | None, ...]  # in the list; those that only mark something have none
    counts: StepCounts

    def is_listed(self, place: int) -> bool:
        """Whether a list of the part's steps names it."""
        return self.steps[place].kind not in _LISTED


def parts_of(steps: Iterable[Step]) -> tuple[Part, ...]:
    """The parts in the order in which the file begins them."""
    found: defaultdict[str, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.part].append(step)
    return tuple(part_of(name, tuple(each)) for name, each in found.items())


def part_of(name: str, steps: tuple[Step, ...]) -> Part:
    """One part of these steps."""
    places = _places(steps)
    around, depths = _nested(steps, places)
    numbers: list[int | None] = []
    number = 0
    for step in steps:
        number += step.kind not in MARKS
        numbers.append(None if step.kind in MARKS else number)
    return Part(name, steps, around, depths, _ways(steps, around, places), tuple(numbers), counted(steps))


def called_part(step: Step, parts: Mapping[str, Part]) -> Part | None:
    """The part that a step calls, by a name its platform writes it with: ``Sub\\Send.xaml``, ``Page: Send letter``. Keys as of :func:`by_name`."""
    if step.kind != "call":
        return None
    for said in (step.action, step.name):
        for name in (said, said.rpartition(": ")[2], said.rpartition(" ")[2]):
            if name and (found := parts.get(_plain(name))) and found.name != step.part:
                return found
    return None


def by_name(parts: Iterable[Part]) -> dict[str, Part]:
    """Parts by their names as calls may write them."""
    return {_plain(part.name): part for part in reversed(tuple(parts)) if part.name}


def _plain(name: str) -> str:
    """Without folders, ending and case."""
    last = name.replace("\\", "/").rpartition("/")[2].casefold().strip()
    return last.removesuffix(".xaml").removesuffix(".cs") or last


def _places(steps: Sequence[Step]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, step in enumerate(steps):
        if step.id:
            found[step.id].append(place)
    return found


def _nested(steps: Sequence[Step], places: Mapping[str, list[int]]) -> tuple[tuple[int | None, ...], tuple[int, ...]]:
    """For each step the one around it and its depth. One that comes later in the file is nobody's surroundings, so there are no rings."""
    around: list[int | None] = []
    depths: list[int] = []
    for place, step in enumerate(steps):
        named = places.get(step.within, []) if step.within else []
        before = bisect_left(named, place)
        outer = named[before - 1] if before else None
        while outer is not None and depths[outer] >= MOST_DEPTH:
            outer = around[outer]
        around.append(outer)
        depths.append(0 if outer is None else depths[outer] + 1)
    return tuple(around), tuple(depths)


def _ways(steps: Sequence[Step], around: Sequence[int | None], places: Mapping[str, list[int]]) -> tuple[tuple[Way, ...], ...]:
    following: dict[int, int] = {}
    last: dict[int | None, int] = {}
    for place, outer in enumerate(around):
        if outer in last:
            following[last[outer]] = place
        last[outer] = place
    return tuple(_of_step(place, step, following, places) for place, step in enumerate(steps))


def _of_step(place: int, step: Step, following: Mapping[int, int], places: Mapping[str, list[int]]) -> tuple[Way, ...]:
    if step.onward:
        return tuple(dict.fromkeys(Way(_target(place, each.to, places), each.when, each.on_error) for each in step.onward))
    if step.kind == "end" or place not in following:
        return ()
    return (Way(following[place]),)


def _target(place: int, named: str, places: Mapping[str, list[int]]) -> int | None:
    """Of several steps with one id the next in the file."""
    found = places.get(named, []) if named else []
    after = bisect_right(found, place)
    return found[after] if after < len(found) else found[0] if found else None
