"""Which steps of a flow may have run, and which surely have, before another begins.

Both are kept as bits of whole numbers, one for each node: a flow may have 2,000 nodes, and loops.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

from registry.formats.flow import Flow, Node

_GROUPS = frozenset({"subProcess", "adHocSubProcess", "transaction"})
_EXCLUSIVE = frozenset({"exclusiveGateway", "eventBasedGateway"})
_LEAVES = "\0"  # after a sub-process's id: the moment at which it is left


class Before(StrEnum):
    """Whether a step has run when another begins."""

    SURELY = "surely"
    PERHAPS = "perhaps"  # it can be passed over on the way
    UNTOLD = "untold"  # the drawing does not say which comes first
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Order:
    """What of a flow runs before what; ``places`` gives each node its bit."""

    places: dict[str, int]
    may: dict[str, int]
    must: dict[str, int]
    splits: int  # nodes after which several ways are taken at once
    loose: int  # nodes that begin a way at a moment the flow does not tell

    def before(self, source: str, target: str) -> Before:
        """Whether the step ``source`` has run when ``target`` begins; both are ids of nodes of the flow."""
        bit = 1 << self.places[source]
        if self.must[target] & bit:
            return Before.SURELY
        if self.may[target] & bit:
            return Before.PERHAPS
        if source == target or self.may[source] & 1 << self.places[target]:
            return Before.NEVER
        shared = self.may[source] & self.may[target]
        if not shared or shared & self.splits or (self.may[source] | self.may[target]) & self.loose:
            return Before.UNTOLD
        return Before.NEVER


def order_of(flow: Flow) -> Order:
    """The order in which the nodes of ``flow`` can run. A message between two pools counts as an arrow."""
    after = _arrows(flow)
    names = [*(node.id for node in flow.nodes), *(f"{node.id}{_LEAVES}" for node in flow.nodes if node.element in _GROUPS)]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    came: dict[str, set[str]] = defaultdict(set)
    for source, targets in after.items():
        for target in targets:
            came[target].add(source)
    entries = [name for name in places if name not in came]
    joins = {node.id for node in flow.nodes if node.element == "parallelGateway"}
    everything = (1 << len(places)) - 1
    waiting = _outwards(places, after, entries)
    may = _settled(places, after, came, waiting, 0, lambda _: _any)
    must = _settled(places, after, came, waiting, everything, lambda name: _any if name in joins else _all)
    return Order(
        places,
        may=may,
        must={name: bits & may[name] for name, bits in must.items()},
        splits=sum(1 << places[name] for name in _splits(flow, after)),
        loose=sum(1 << places[node.id] for node in {each.id: each for each in flow.nodes}.values() if _is_loose(node, came)),
    )


def _arrows(flow: Flow) -> dict[str, set[str]]:
    """Node -> what follows it. A sub-process leads to what it begins with, and is left by what it ends with."""
    groups = {node.id for node in flow.nodes if node.element in _GROUPS}
    after: dict[str, set[str]] = defaultdict(set)
    for arrow in flow.arrows:
        after[f"{arrow.source}{_LEAVES}" if arrow.source in groups else arrow.source].add(arrow.target)
    reached = {target for targets in after.values() for target in targets}
    inside: dict[str, list[Node]] = defaultdict(list)
    for node in flow.nodes:
        if node.parent in groups and node.parent != node.id:
            inside[node.parent].append(node)
    for group in groups:
        leaves = f"{group}{_LEAVES}"
        after[group] |= {node.id for node in inside[group] if node.id not in reached and node.element != "boundaryEvent"} or {leaves}
        for node in inside[group]:
            end = f"{node.id}{_LEAVES}" if node.id in groups else node.id
            if not after.get(end):
                after[end].add(leaves)
    return after


def _splits(flow: Flow, after: dict[str, set[str]]) -> set[str]:
    return {node.id for node in flow.nodes if node.element not in _EXCLUSIVE and len(after.get(node.id, ())) > 1}


def _is_loose(node: Node, came: dict[str, set[str]]) -> bool:
    return node.id not in came and node.element != "startEvent" and node.element.endswith("Event")


type _Meeting = Callable[[Iterable[int]], int]


def _any(sets: Iterable[int]) -> int:
    return reduce(int.__or__, sets, 0)


def _all(sets: Iterable[int]) -> int:
    return reduce(int.__and__, sets)


def _outwards(places: dict[str, int], after: dict[str, set[str]], entries: list[str]) -> list[str]:
    """The nodes, those nearest to a start first, so that most are right when they are first worked out."""
    seen = dict.fromkeys(entries)
    for name in (row := list(seen)):
        for each in sorted(_known(after.get(name, ()), places)):
            if each not in seen:
                seen[each] = None
                row.append(each)
    return list(seen | dict.fromkeys(places))


def _settled(
    places: dict[str, int],
    after: dict[str, set[str]],
    came: dict[str, set[str]],
    order: list[str],
    start: int,
    meeting: Callable[[str], _Meeting],
) -> dict[str, int]:
    """For each node the bits of what ran before, worked out again until nothing changes. Each round only adds bits, or only takes them."""
    found = {name: start if came.get(name) else 0 for name in places}
    waiting: dict[str, None] = dict.fromkeys(name for name in order if came.get(name))
    while waiting:
        name = next(iter(waiting))
        del waiting[name]
        bits = meeting(name)([found[each] | 1 << places[each] for each in _known(came[name], places)])
        if bits != found[name]:
            found[name] = bits
            waiting |= dict.fromkeys(_known(after.get(name, ()), places))
    return found


def _known(names: Collection[str], places: dict[str, int]) -> list[str]:
    return [name for name in names if name in places]
