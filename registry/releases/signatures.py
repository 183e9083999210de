"""What of an automation stays when it is copied, renamed and touched up: the features by which near-duplicates are found (C11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from registry.formats.model import Inspection, Step

LEAST_STEPS = 6  # fewer tell nothing: many small automations log in and click
LEAST_ACTIONS = 3  # different ones
# What every automation has: containers, starts and ends.
_EVERYWHERE = frozenset({"group", "start", "end"})
_DRAWN = frozenset({"bpmn", "dmn"})  # where the kind of a task says nothing and its name all


def actions_of(inspection: Inspection) -> list[str]:
    """What the automation does, step by step, in the order of its file and without the names that people give; empty for too few."""
    found = [_action(step, inspection.platform) for step in inspection.steps if step.kind not in _EVERYWHERE]
    return found if len(found) >= LEAST_STEPS and len(set(found)) >= LEAST_ACTIONS else []


def features_of(inspection: Inspection) -> frozenset[str]:
    """Each action, each two in a row, entry points and applications; empty for what is too small to tell."""
    actions = actions_of(inspection)
    if not actions:
        return frozenset()
    pairs = (f"{one} > {other}" for one, other in pairwise(actions))
    points = (f"entry point {_plain(point.name)}" for point in inspection.entry_points)
    systems = (f"application {_plain(name)}" for name in inspection.reach.applications)
    return frozenset(f"{inspection.platform}: {each}" for each in (*_numbered(actions), *_numbered(pairs), *points, *systems))


def _action(step: Step, platform: str) -> str:
    if platform in _DRAWN:
        return f"{step.kind} {_plain(step.action)} {_plain(step.name)}"
    action = step.action.rsplit(": ", 1)[-1] if platform == "python" else step.action  # a copied package has another path
    return f"{step.kind} {_plain(action)}"


def _numbered(items: Iterable[str]) -> Iterator[str]:
    """So that ten clicks are not one: the first, the second and so on."""
    seen: Counter[str] = Counter()
    for item in items:
        seen[item] += 1
        yield f"{item} #{seen[item]}"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
