"""Finds what is the same in two versions: by a key, or for steps by what of them stays when a flow is edited."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from registry.formats.model import Step

# Ids that readers make from a place, where a platform gives none: a line put in above shifts them all.
_PLACE = re.compile(r"(?:^|.*[/#:])\d+|(?:step|stage)-\d+")


@dataclass(frozen=True, slots=True)
class Pairs[T]:
    """Which items of two sequences are the same, and which are only in one of them."""

    both: tuple[tuple[T, T], ...]
    added: tuple[T, ...]
    removed: tuple[T, ...]
    places: tuple[tuple[int, int], ...] = ()  # of both, in the two sequences


def paired[T](before: Sequence[T], after: Sequence[T], key: Callable[[T], Hashable]) -> Pairs[T]:
    """What has the same key on both sides; of several with one key, the first goes with the first."""
    return _from_places(before, after, sorted(_match(_unmatched(before, ()), _unmatched(after, ()), key), key=lambda pair: pair[1]))


def _from_places[T](before: Sequence[T], after: Sequence[T], places: Sequence[tuple[int, int]]) -> Pairs[T]:
    left, right = {one for one, _ in places}, {other for _, other in places}
    return Pairs(
        both=tuple((before[one], after[other]) for one, other in places),
        added=tuple(item for number, item in enumerate(after) if number not in right),
        removed=tuple(item for number, item in enumerate(before) if number not in left),
        places=tuple(places),
    )


def _unmatched[T](items: Sequence[T], taken: Iterable[int]) -> dict[int, T]:
    gone = set(taken)
    return {number: item for number, item in enumerate(items) if number not in gone}


def _match[T](before: dict[int, T], after: dict[int, T], key: Callable[[T], Hashable]) -> Iterator[tuple[int, int]]:
    waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number in reversed(before):
        waiting[key(before[number])].append(number)
    for number, item in after.items():
        if same := waiting[key(item)]:
            yield same.pop(), number


def paired_steps(before: Sequence[Step], after: Sequence[Step]) -> Pairs[Step]:
    """The same steps on both sides: alike in all, else by an id that is one step's own, else by name and action."""
    places: list[tuple[int, int]] = []

    def take(key: Callable[[Step], Hashable], fits: Callable[[dict[int, Step]], dict[int, Step]] = dict) -> None:
        left = fits(_unmatched(before, (one for one, _ in places)))
        places.extend(_match(left, fits(_unmatched(after, (other for _, other in places))), key))

    take(lambda step: step)
    for key in (_in_its_part, _by_id):  # the second for what moved to another part, or was read before parts were told
        take(key, partial(_with_own_id, key=key))
    take(lambda step: (placed_name(step), step.action))
    take(lambda step: (step.name, step.action))
    return _from_places(before, after, sorted(places, key=lambda pair: pair[1]))


def placed_name(step: Step) -> str:
    """The step's name behind its part's, as inspections from before parts were told have it in one."""
    return f"{step.part}: {step.name}" if step.part else step.name


def _in_its_part(step: Step) -> Hashable:
    return step.part, step.id


def _by_id(step: Step) -> Hashable:
    return step.id


def _with_own_id(steps: dict[int, Step], key: Callable[[Step], Hashable]) -> dict[int, Step]:
    """Those whose id the platform gave, to one of them only."""
    often = Counter(map(key, steps.values()))
    return {number: step for number, step in steps.items() if step.id and often[key(step)] == 1 and not _PLACE.fullmatch(step.id)}


def moved_places(places: Sequence[tuple[int, int]]) -> list[int]:
    """The places afterwards of the fewest steps whose moving explains the new order: all but a longest run that follow one another as before."""
    ends: list[int] = []  # the smallest end of a rising run of each length
    at: list[int] = []
    previous: list[int] = []
    for number, (one, _) in enumerate(places):
        length = bisect_left(ends, one)
        ends[length:] = [one, *ends[length + 1 :]] if length < len(ends) else [one]
        at[length:] = [number, *at[length + 1 :]] if length < len(at) else [number]
        previous.append(at[length - 1] if length else -1)
    kept: set[int] = set()
    number = at[-1] if at else -1
    while number >= 0:
        kept.add(number)
        number = previous[number]
    return [other for number, (_, other) in enumerate(places) if number not in kept]
