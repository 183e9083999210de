"""Why a release asks for more than a patch: each change that breaks its takers, or gives them something, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from registry.formats.arguments import Argument
from registry.formats.model import EntryPoint, Inspection
from registry.releases.differences import WORDS, ArgumentChange, Differences, NamesChange, differences
from registry.values.bumps import Bump
from registry.values.platforms import PLATFORMS
from registry.values.types import kind_of

# Power Automate and Robot Framework know no case in names, and Studio's entry points are files of Windows. Elsewhere another case is another
# name.
_NAMES_WITHOUT_CASE = frozenset({"power_automate", "robot_framework"})
_POINTS_WITHOUT_CASE = frozenset({"power_automate", "robot_framework", "uipath"})
# New reach that asks something of a taker: a system to be had, a firewall or a mailbox to be opened. New paths are the module's own affair.
_ASKING = frozenset({"applications", "hosts", "addresses"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One change and the bump it asks for."""

    due: Bump
    text: str  # a sentence without its full stop


def reasons_for(before: Inspection, after: Inspection) -> tuple[Reason, ...]:
    """All that asks for more than a patch, the breaking ones first. What neither version tells is unknown and asks for nothing."""
    found = differences(_respelt(before, after), after)
    reasons = [*_of_platform(found), *_of_entry_points(found, before, after), *_of_things_to_set(found), *_of_additions(found)]
    return tuple(sorted(reasons, key=lambda reason: -reason.due.weight))


def _of_platform(found: Differences) -> Iterator[Reason]:
    if found.platform:
        yield Reason(Bump.MAJOR, f"It is for {_called(found.platform.after)} now, not {_called(found.platform.before)}")


def _called(platform: str) -> str:
    return PLATFORMS.get(platform, platform)


def _of_entry_points(found: Differences, before: Inspection, after: Inspection) -> Iterator[Reason]:
    noun = "start or step" if after.platform == "bpmn" else "entry point"
    for point in found.entry_points_removed:
        yield Reason(Bump.MAJOR, f"The {noun} {point.name} is gone")
    for point in found.entry_points_added:
        yield Reason(Bump.MINOR, f"The {noun} {point.name} is new")
    for changed in found.entry_points_changed:
        for argument in changed.arguments:
            if not _is_other_spelling(argument, before, after):
                yield Reason(Bump.MAJOR if argument.is_breaking else Bump.MINOR, f"{changed.name}: {argument.words}")


def _of_things_to_set(found: Differences) -> Iterator[Reason]:
    for change in found.to_set:
        yield from (Reason(Bump.MAJOR, f"{_new(change)} to set: {name}") for name in _added(change))


def _of_additions(found: Differences) -> Iterator[Reason]:
    for change in found.reach:
        if change.kind in _ASKING:
            yield from (Reason(Bump.MINOR, f"{_new(change)}: {name}") for name in change.added)
    for need in found.dependencies_added:
        if not need.included:
            yield Reason(Bump.MINOR, f"It needs {need.name} now")
    for other in found.dependencies_changed:
        if other.before.included and not other.after.included:
            yield Reason(Bump.MINOR, f"{other.after.name} is no longer carried along")


def _new(change: NamesChange) -> str:
    return f"New {WORDS[change.kind][0]}"


def _added(change: NamesChange) -> tuple[str, ...]:
    """What must be set now and had not to be; Windows knows no case in the names of environment variables."""
    if change.kind != "environment_variables":
        return change.added
    gone = {name.casefold() for name in change.removed}
    return tuple(name for name in change.added if name.casefold() not in gone)


def _is_other_spelling(change: ArgumentChange, before: Inspection, after: Inspection) -> bool:
    """Whether a type is only written otherwise, as a workflow and a package of the same project do."""
    if change.change != "retyped" or change.before is None or change.after is None:
        return False
    was, now = change.before.type, change.after.type
    if was.casefold() == now.casefold():
        return True
    words = kind_of(before.platform, was).words
    return before.kind != after.kind and bool(words) and words == kind_of(after.platform, now).words


def _respelt(before: Inspection, after: Inspection) -> Inspection:
    """``before`` with the names of ``after`` where only the case differs and the platform knows none."""
    if before.platform != after.platform or after.platform not in _POINTS_WITHOUT_CASE:
        return before
    now = {point.name.casefold(): point for point in after.entry_points}
    points = [_as_in(point, now.get(point.name.casefold(), point), after.platform) for point in before.entry_points]
    return replace(before, entry_points=tuple(points))


def _as_in(was: EntryPoint, now: EntryPoint, platform: str) -> EntryPoint:
    point = replace(was, name=now.name)
    if platform not in _NAMES_WITHOUT_CASE:
        return point
    return replace(point, inputs=_named_as(was.inputs, now.inputs), outputs=_named_as(was.outputs, now.outputs))


def _named_as(was: Iterable[Argument], now: Iterable[Argument]) -> tuple[Argument, ...]:
    names = {argument.name.casefold(): argument.name for argument in now}
    return tuple(replace(argument, name=names.get(argument.name.casefold(), argument.name)) for argument in was)
