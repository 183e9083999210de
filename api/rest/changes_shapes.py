"""The shapes of what one release changes against another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, TypedDict

from registry.formats.model import FileRecord, Step
from registry.index.release_changes import ReleaseChanges
from registry.releases.differences import Differences, NamesChange


class NamesChangeShape(TypedDict):
    """Names of one kind that came and went."""

    kind: Annotated[str, "As in an inspection: hosts, credentials..."]
    added: list[str]
    removed: list[str]


class PointChangeShape(TypedDict):
    """An entry point that both have."""

    name: str
    changes: Annotated[list[str], "In words"]
    breaks: bool


class PointsChangeShape(TypedDict):
    """Ways to start it."""

    added: list[str]
    removed: list[str]
    changed: list[PointChangeShape]


class NeedsChangeShape(TypedDict):
    """What it needs."""

    added: list[str]
    removed: list[str]
    changed: Annotated[list[str], "In words"]


class ChangedStepShape(TypedDict):
    """A step by its name and part; ``changes`` of one that both have."""

    id: str
    name: str
    part: str
    changes: str


class StepsChangeShape(TypedDict):
    """Steps: counts of all, and the first 100 of each sort."""

    counts: Annotated[dict[str, int], "added, removed, changed, moved"]
    added: list[ChangedStepShape]
    removed: list[ChangedStepShape]
    changed: list[ChangedStepShape]
    moved: list[ChangedStepShape]


class FilesChangeShape(TypedDict):
    """Files: counts of all, and the first 100 paths of each sort."""

    counts: Annotated[dict[str, int], "added, removed, changed"]
    added: list[str]
    removed: list[str]
    changed: list[str]


class ReleaseChangesShape(TypedDict):
    """What a release has, lacks or does otherwise than another of its module."""

    module: Annotated[str, "publisher/slug"]
    version: str
    compared_with: Annotated[str | None, "Null where no other release can be seen; everything then counts as added"]
    bump: Annotated[str, "major, minor, patch, or empty where the three numbers are the same"]
    breaks: bool
    breaking: Annotated[list[str], "Why who runs the other cannot simply take this one, a sentence each"]
    oversight: Annotated[list[str], "What became of people's decisions, of error handling and of code, a sentence each"]
    verdict: Annotated[list[str], "What differs, a sentence each"]
    entry_points: PointsChangeShape
    dependencies: NeedsChangeShape
    reach: list[NamesChangeShape]
    to_set: list[NamesChangeShape]
    steps: StepsChangeShape
    files: FilesChangeShape


def changes_shape(found: ReleaseChanges) -> ReleaseChangesShape:
    """``found`` whole."""
    differ = found.differences
    return ReleaseChangesShape(
        module=found.release.module.identifier,
        version=found.release.version,
        compared_with=found.before.version if found.before else None,
        bump=found.bump,
        breaks=differ.is_breaking,
        breaking=list(differ.breaking),
        oversight=list(differ.of_oversight),
        verdict=list(differ.verdict),
        entry_points=_points(differ),
        dependencies=NeedsChangeShape(
            added=[need.name for need in differ.dependencies_added],
            removed=[need.name for need in differ.dependencies_removed],
            changed=[change.words for change in differ.dependencies_changed],
        ),
        reach=[_names(change) for change in differ.reach],
        to_set=[_names(change) for change in differ.to_set],
        steps=_steps(differ),
        files=_files(differ),
    )


def _points(differ: Differences) -> PointsChangeShape:
    return PointsChangeShape(
        added=[point.name for point in differ.entry_points_added],
        removed=[point.name for point in differ.entry_points_removed],
        changed=[
            PointChangeShape(
                name=point.name,
                changes=[argument.words for argument in point.arguments],
                breaks=any(argument.is_breaking for argument in point.arguments),
            )
            for point in differ.entry_points_changed
        ],
    )


def _names(change: NamesChange) -> NamesChangeShape:
    return NamesChangeShape(kind=change.kind, added=list(change.added), removed=list(change.removed))


def _step(step: Step, changes: str = "") -> ChangedStepShape:
    return ChangedStepShape(id=step.id, name=step.name, part=step.part, changes=changes)


def _steps(differ: Differences) -> StepsChangeShape:
    return StepsChangeShape(
        counts={
            "added": differ.steps_added.count,
            "removed": differ.steps_removed.count,
            "changed": differ.steps_changed.count,
            "moved": differ.steps_moved.count,
        },
        added=[_step(step) for step in differ.steps_added.shown],
        removed=[_step(step) for step in differ.steps_removed.shown],
        changed=[_step(pair.after, pair.words) for pair in differ.steps_changed.shown],
        moved=[_step(step) for step in differ.steps_moved.shown],
    )


def _files(differ: Differences) -> FilesChangeShape:
    return FilesChangeShape(
        counts={"added": differ.files_added.count, "removed": differ.files_removed.count, "changed": differ.files_changed.count},
        added=_paths(differ.files_added.shown),
        removed=_paths(differ.files_removed.shown),
        changed=_paths(pair.after for pair in differ.files_changed.shown),
    )


def _paths(records: Iterable[FileRecord]) -> list[str]:
    return [record.path for record in records]
