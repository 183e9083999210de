"""What differs between two versions as rows of one table: what came, what changed, what went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.releases.differences import WORDS, Differences, NamesChange
from registry.web.words import sentence

NEW, CHANGED, GONE = ("new", "+ New"), ("chg", "± Changed"), ("gone", "− Gone")
MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One row: ``tone`` is ``new chg gone``, ``follows`` what it means for whoever runs the version before."""

    tone: str
    word: str
    kind: str
    what: str
    is_code: bool = False
    follows: str = ""


def change_rows(found: Differences) -> list[Change]:
    """The rows, what a taker reaches and must set first; at most 100."""
    return list(_rows(found))[:MAX_ROWS]


def _rows(found: Differences) -> Iterator[Change]:
    if found.platform:
        yield Change(*CHANGED, "Platform", f"{found.platform.after}, was {found.platform.before}")
    if found.platform_version:
        yield Change(*CHANGED, "Platform version", f"{found.platform_version.after or 'not named'}, was {found.platform_version.before or 'not named'}")
    for change in found.reach:
        yield from _names(change, "To be reached from their machines")
    for change in found.to_set:
        yield from _names(change, "To be set by them")
    for point in found.entry_points_added:
        yield Change(*NEW, "Entry point", point.name, is_code=True)
    for changed in found.entry_points_changed:
        for argument in changed.arguments:
            yield Change(*CHANGED, "Entry point", f"{changed.name}: {argument.words}", follows="Breaks who calls it" if argument.is_breaking else "")
    for point in found.entry_points_removed:
        yield Change(*GONE, "Entry point", point.name, is_code=True, follows="Breaks who calls it")
    for need in found.dependencies_added:
        yield Change(*NEW, "Dependency", f"{need.name} {need.range or ''}".strip())
    for pair in found.dependencies_changed:
        yield Change(*CHANGED, "Dependency", pair.words)
    for need in found.dependencies_removed:
        yield Change(*GONE, "Dependency", need.name)
    for step in found.steps_added.shown:
        yield Change(*NEW, "Step", step.name or step.id)
    for step_pair in found.steps_changed.shown:
        was, now = step_pair.before.name, step_pair.after.name or step_pair.after.id
        yield Change(*CHANGED, "Step", now if was == now else f"{now}, was {was}")
    for step in found.steps_removed.shown:
        yield Change(*GONE, "Step", step.name or step.id)


def _names(change: NamesChange, follows: str) -> Iterator[Change]:
    kind = sentence(WORDS[change.kind][0])
    for name in change.added:
        yield Change(*NEW, kind, name, is_code=True, follows=follows)
    for name in change.removed:
        yield Change(*GONE, kind, name, is_code=True)
