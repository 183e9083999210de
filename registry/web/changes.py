"""What differs between two versions as rows of one table: what came, what changed, what went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.formats.model import Step
from registry.releases.differences import WORDS, Differences, NamesChange
from registry.web.words import sentence

NEW, CHANGED, GONE, MOVED = ("new", "+ New"), ("chg", "± Changed"), ("gone", "− Gone"), ("chg", "↕ Moved")
BREAKS = "Breaks who calls it"
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


def file_rows(found: Differences) -> list[Change]:
    """The files that came, changed and went; at most 100 of each."""
    return list(_files(found))


def _rows(found: Differences) -> Iterator[Change]:
    yield from _platform(found)
    for change in found.reach:
        yield from _names(change, "To be reached from their machines")
    for change in found.to_set:
        yield from _names(change, "To be set by them")
    yield from _entry_points(found)
    yield from _dependencies(found)
    yield from _steps(found)


def _platform(found: Differences) -> Iterator[Change]:
    for kind, value in (("Platform", found.platform), ("Platform version", found.platform_version)):
        if value:
            yield Change(*CHANGED, kind, f"{value.after or 'not named'}, was {value.before or 'not named'}")


def _entry_points(found: Differences) -> Iterator[Change]:
    for point in found.entry_points_added:
        yield Change(*NEW, "Entry point", point.name, is_code=True)
    for changed in found.entry_points_changed:
        for argument in changed.arguments:
            yield Change(*CHANGED, "Entry point", f"{changed.name}: {argument.words}", follows=BREAKS if argument.is_breaking else "")
    for point in found.entry_points_removed:
        yield Change(*GONE, "Entry point", point.name, is_code=True, follows=BREAKS)


def _dependencies(found: Differences) -> Iterator[Change]:
    for need in found.dependencies_added:
        yield Change(*NEW, "Dependency", f"{need.name} {need.range or ''}".strip())
    for pair in found.dependencies_changed:
        yield Change(*CHANGED, "Dependency", pair.words)
    for need in found.dependencies_removed:
        yield Change(*GONE, "Dependency", need.name)


def _steps(found: Differences) -> Iterator[Change]:
    for step in found.steps_added.shown:
        yield Change(*NEW, "Step", _step(step))
    for pair in found.steps_changed.shown:
        yield Change(*CHANGED, "Step", f"{_step(pair.after)}: {pair.words}", follows=_of_person(pair.before, pair.after))
    for step in found.steps_moved.shown:
        yield Change(*MOVED, "Step", _step(step))
    for step in found.steps_removed.shown:
        yield Change(*GONE, "Step", _step(step), follows=_of_person(step))


def _step(step: Step) -> str:
    name = step.name or step.action or step.id
    return f"{name} ({step.part})" if step.part else name


def _of_person(before: Step, after: Step | None = None) -> str:
    return "A person’s decision or work is gone" if before.human and not (after and after.human) else ""


def _files(found: Differences) -> Iterator[Change]:
    for record in found.files_added.shown:
        yield Change(*NEW, "File", record.path, is_code=True)
    for pair in found.files_changed.shown:
        yield Change(*CHANGED, "File", pair.after.path, is_code=True)
    for record in found.files_removed.shown:
        yield Change(*GONE, "File", record.path, is_code=True)


def _names(change: NamesChange, follows: str) -> Iterator[Change]:
    kind = sentence(WORDS[change.kind][0])
    for name in change.added:
        yield Change(*NEW, kind, name, is_code=True, follows=follows)
    for name in change.removed:
        yield Change(*GONE, kind, name, is_code=True)
