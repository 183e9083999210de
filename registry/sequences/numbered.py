"""The order in which the steps of a flow are listed and numbered: as the work passes, not as some modeller's file happens to hold them."""

from __future__ import annotations

import heapq
from collections import defaultdict

from registry.formats.flow import Flow, Node

FEW = 4  # of what follows a sub-process is held back until its own steps came; a hostile file names thousands


def in_order(flow: Flow) -> tuple[Node, ...]:
    """The steps in which something is done, each after those it waits for; of several that may be next, the first of the file.

    A process that goes back to an earlier step is cut where it goes back: the step that is reached first comes first.
    """
    places = {node.id: place for place, node in enumerate(flow.nodes)}
    followers, waiting = _followers(flow, places)
    roots = [place for place, node in enumerate(flow.nodes) if not waiting[node.id]]
    # What interrupts a step or begins by itself comes last: it is not how the work usually passes.
    ready = [place for place in roots if flow.nodes[place].element == "startEvent"] or roots
    heapq.heapify(ready)
    reached: list[int] = []  # waits for something still, but what goes before it came
    left, found, passed = list(range(len(flow.nodes))), [], set[int]()
    while len(passed) < len(flow.nodes):
        place = _next(ready, reached, left, passed)
        passed.add(place)
        node = flow.nodes[place]
        found.append(node)
        for follower in followers[node.id]:
            waiting[follower] -= 1
            heapq.heappush(reached if waiting[follower] else ready, places[follower])
    steps = {node.id for node in flow.tasks}
    return tuple(node for node in found if node.id in steps)


def numbers(flow: Flow) -> dict[str, int]:
    """The number of each step by its id, from 1."""
    return {node.id: number for number, node in enumerate(in_order(flow), 1)}


def _next(ready: list[int], reached: list[int], left: list[int], passed: set[int]) -> int:
    for heap in (ready, reached, left):
        while heap:
            place = heapq.heappop(heap)
            if place not in passed:
                return place
    raise AssertionError("Something is left, or nobody would ask")


def _followers(flow: Flow, places: dict[str, int]) -> tuple[dict[str, list[str]], dict[str, int]]:
    """What follows each node, and how many each waits for. What is inside a sub-process follows it, and what follows that waits for both."""
    inside: dict[str, list[str]] = defaultdict(list)
    for node in flow.nodes:
        inside[node.parent].append(node.id)
    followers: dict[str, list[str]] = defaultdict(list)
    for arrow in flow.arrows:
        if not arrow.is_message and arrow.source in places and arrow.target in places and arrow.source != arrow.target:
            followers[arrow.source].append(arrow.target)
    for parent in [node.id for node in flow.nodes if node.id in inside]:
        for child in inside[parent]:
            followers[child] += followers[parent][:FEW]
        followers[parent] = [*inside[parent], *followers[parent]]
    waiting: dict[str, int] = defaultdict(int)
    for each in followers.values():
        for target in each:
            waiting[target] += 1
    return followers, waiting
