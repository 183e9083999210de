"""What differs between two versions, by the names people know: for reviewers, and for takers who think of updating."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields

from registry.formats.arguments import Argument
from registry.formats.model import Dependency, EntryPoint, FileRecord, Inspection, Reach, Step, ToSet
from registry.releases.pairing import paired
from registry.releases.step_changes import Told, as_read_lately, changes, oversight, step_changes, told_by_both
from registry.values.identifiers import provided_name

MAX_SHOWN = 100  # of a kind that grows with the artefact: steps, files
MAX_NAMED = 3  # in a sentence

# What reach and things to set are called in sentences: one, several.
WORDS = {
    "applications": ("application", "applications"),
    "hosts": ("host", "hosts"),
    "paths": ("folder or file", "folders or files"),
    "addresses": ("mail address", "mail addresses"),
    "credentials": ("credential", "credentials"),
    "assets": ("asset", "assets"),
    "queues": ("queue", "queues"),
    "environment_variables": ("environment variable", "environment variables"),
    "connections": ("connection", "connections"),
}
# What is said of people, error handling and code: of one, of several.
OVERSIGHT = {
    "people_gone": ("step is no longer a person’s", "steps are no longer a person’s"),
    "errors_gone": ("step no longer handles errors", "steps no longer handle errors"),
    "code_new": ("new step with code", "new steps with code"),
}
_WITHOUT_CASE = frozenset({"hosts", "addresses"})


@dataclass(frozen=True, slots=True)
class Several[T]:
    """Many things of which a page shows the first; ``count`` is of all."""

    shown: tuple[T, ...] = ()
    count: int = 0

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that is another now; an empty text is none."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NamesChange:
    """Names of one kind that came and went; ``kind`` is the field's name in the inspection, such as ``hosts``."""

    kind: str
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def title(self) -> str:
        """The kind in words, in the plural."""
        return WORDS[self.kind][1].capitalize()


@dataclass(frozen=True, slots=True)
class ArgumentChange:
    """One input or output of an entry point that is otherwise the same.

    ``direction`` is ``input`` or ``output``; ``change`` is ``added``, ``removed``, ``retyped``, or of an input ``required`` (it was not
    before) or ``optional`` (it was required).
    """

    direction: str
    change: str
    name: str
    before: Argument | None = None
    after: Argument | None = None

    @property
    def is_breaking(self) -> bool:
        """Whether who calls the entry point as before can no longer do so, or misses something it gave."""
        if self.change == "added":
            return self.direction == "input" and self.after is not None and self.after.required is True
        return self.change in ("removed", "retyped", "required")

    @property
    def words(self) -> str:
        """The change in a few words, such as ``new required input in_Case (String)``."""
        now = f" ({self.after.type})" if self.after and self.after.type else ""
        must = "required " if self.after and self.after.required else ""
        if self.change == "added":
            return f"new {must}{self.direction} {self.name}{now}"
        if self.change == "retyped" and self.before and self.after:
            return f"{self.direction} {self.name} is now {self.after.type}, was {self.before.type}"
        if self.change in ("required", "optional"):
            return f"{self.direction} {self.name} is {'now' if self.change == 'required' else 'no longer'} required"
        return f"{self.direction} {self.name} is gone"


@dataclass(frozen=True, slots=True)
class EntryPointChange:
    """An entry point that both versions have, and what differs in it."""

    name: str
    arguments: tuple[ArgumentChange, ...]


@dataclass(frozen=True, slots=True)
class DependencyChange:
    """A dependency of which another range is wanted, or that is carried along now and was not, or the other way round."""

    before: Dependency
    after: Dependency

    @property
    def words(self) -> str:
        """The change in a few words, such as ``UiPath.Excel 2.20, was 2.16``."""
        if (self.before.range or "") != (self.after.range or ""):
            return f"{self.after.name} {self.after.range or 'any version'}, was {self.before.range or 'any version'}"
        return f"{self.after.name} {'is carried along now' if self.after.included else 'is no longer carried along'}"


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that both versions have, and that differs."""

    before: Step
    after: Step
    words: str  # what differs, such as ``was called Open, no longer a person’s``


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that both versions have, with other bytes."""

    before: FileRecord
    after: FileRecord


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs between two inspections; all of it empty where nothing does. ``is_first``: there was none before."""

    is_first: bool = False
    platform: ValueChange | None = None
    platform_version: ValueChange | None = None
    entry_points_added: tuple[EntryPoint, ...] = ()
    entry_points_removed: tuple[EntryPoint, ...] = ()
    entry_points_changed: tuple[EntryPointChange, ...] = ()
    dependencies_added: tuple[Dependency, ...] = ()
    dependencies_removed: tuple[Dependency, ...] = ()
    dependencies_changed: tuple[DependencyChange, ...] = ()
    reach: tuple[NamesChange, ...] = ()  # only kinds in which something differs
    to_set: tuple[NamesChange, ...] = ()
    steps_added: Several[Step] = field(default_factory=Several)
    steps_removed: Several[Step] = field(default_factory=Several)
    steps_changed: Several[StepChange] = field(default_factory=Several)
    steps_moved: Several[Step] = field(default_factory=Several)  # same step, another place among the others, or another part
    oversight: tuple[tuple[str, tuple[str, ...]], ...] = ()  # kind and names: see step_changes.oversight
    files_added: Several[FileRecord] = field(default_factory=Several)
    files_removed: Several[FileRecord] = field(default_factory=Several)
    files_changed: Several[FileChange] = field(default_factory=Several)

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs, though there was a version before."""
        return not self.is_first and self == Differences()

    @property
    def breaking(self) -> tuple[str, ...]:
        """Why whoever runs the version before cannot simply take this one, a sentence each; empty where they can."""
        return () if self.is_first else tuple(_breaking(self))

    @property
    def is_breaking(self) -> bool:
        """Whether somebody must do something before they can take this version."""
        return bool(self.breaking)

    @property
    def of_oversight(self) -> tuple[str, ...]:
        """What became of people's decisions, of error handling and of code inside steps, a sentence each; nothing of what stayed."""
        return tuple(f"{_counted(len(names), OVERSIGHT[kind][0], OVERSIGHT[kind][1])}: {_listed(names)}" for kind, names in self.oversight)

    @property
    def verdict(self) -> tuple[str, ...]:
        """What differs, in sentences such as ``1 new host: reach.example.org``."""
        if self.is_first:
            return ("This is the first version, so there is nothing to compare it with",)
        return tuple(_verdict(self)) if not self.is_empty else ("Nothing that we can read differs",)


def differences(before: Inspection | None, after: Inspection) -> Differences:
    """What ``after`` has, lacks or does otherwise than ``before``; with no version before, everything counts as added."""
    was = before or Inspection(platform=after.platform, kind=after.kind, platform_version=after.platform_version)
    points = paired(was.entry_points, after.entry_points, lambda point: point.name)
    needs = paired(was.dependencies, after.dependencies, lambda need: (need.ecosystem, provided_name(need.ecosystem, need.name)))
    files = paired(was.files, after.files, lambda record: record.path)
    earlier, later = as_read_lately(was.steps, after.steps), as_read_lately(after.steps, was.steps)
    steps, told = step_changes(earlier, later), told_by_both(earlier, later)
    return Differences(
        is_first=before is None,
        platform=_value(was.platform, after.platform),
        platform_version=_value(was.platform_version, after.platform_version),
        entry_points_added=points.added,
        entry_points_removed=points.removed,
        entry_points_changed=tuple(change for pair in points.both if (change := _entry_point(*pair)).arguments),
        dependencies_added=needs.added,
        dependencies_removed=needs.removed,
        dependencies_changed=tuple(DependencyChange(*pair) for pair in needs.both if _wanted(pair[0]) != _wanted(pair[1])),
        reach=_names(was.reach, after.reach),
        to_set=_names(was.to_set, after.to_set),
        steps_added=_several([later[place] for place in steps.added]),
        steps_removed=_several([earlier[place] for place in steps.removed]),
        steps_changed=_several([_step(earlier[one], later[other], told) for one, other in steps.changed]),
        steps_moved=_several([later[place] for place in steps.moved]),
        oversight=() if before is None else tuple(oversight(earlier, later, steps)),
        files_added=_several(files.added),
        files_removed=_several(files.removed),
        files_changed=_several([FileChange(*pair) for pair in files.both if pair[0].sha256 != pair[1].sha256]),
    )


def _step(before: Step, after: Step, told: Told) -> StepChange:
    return StepChange(before, after, ", ".join(changes(before, after, told)))


def _wanted(need: Dependency) -> tuple[str, bool]:
    return need.range or "", need.included


def _value(before: str | None, after: str | None) -> ValueChange | None:
    return ValueChange(before or "", after or "") if (before or "") != (after or "") else None


def _several[T](items: Sequence[T]) -> Several[T]:
    return Several(tuple(items[:MAX_SHOWN]), len(items))


def _entry_point(before: EntryPoint, after: EntryPoint) -> EntryPointChange:
    inputs = _arguments("input", before.inputs, after.inputs)
    return EntryPointChange(after.name, (*inputs, *_arguments("output", before.outputs, after.outputs)))


def _arguments(direction: str, before: Sequence[Argument], after: Sequence[Argument]) -> Iterator[ArgumentChange]:
    pairs = paired(before, after, lambda argument: argument.name)
    for argument in pairs.added:
        yield ArgumentChange(direction, "added", argument.name, after=argument)
    for argument in pairs.removed:
        yield ArgumentChange(direction, "removed", argument.name, before=argument)
    for one, other in pairs.both:
        # A type, or whether it is required, that a version does not tell is unknown, not another one.
        if one.type and other.type and one.type != other.type:
            yield ArgumentChange(direction, "retyped", other.name, one, other)
        known = one.required is not None and other.required is not None
        if direction == "input" and known and other.required != one.required:
            yield ArgumentChange(direction, "required" if other.required else "optional", other.name, one, other)


def _names[T: (Reach, ToSet)](before: T, after: T) -> tuple[NamesChange, ...]:
    found = []
    for kind in (each.name for each in fields(before)):
        pairs = paired(getattr(before, kind), getattr(after, kind), str.casefold if kind in _WITHOUT_CASE else str)
        if pairs.added or pairs.removed:
            found.append(NamesChange(kind, pairs.added, pairs.removed))
    return tuple(found)


def _breaking(found: Differences) -> Iterator[str]:
    if found.platform:
        yield f"It is for {found.platform.after}, not {found.platform.before}"
    if found.entry_points_removed:
        yield f"{_counted(len(found.entry_points_removed), 'entry point')} gone: {_listed(p.name for p in found.entry_points_removed)}"
    for point in found.entry_points_changed:
        if said := [argument.words for argument in point.arguments if argument.is_breaking]:
            yield f"{point.name}: {_listed(said, separator='; ')}"
    for change in found.to_set:
        if change.added:
            yield _new_to_set(change)


def _verdict(found: Differences) -> Iterator[str]:
    if found.platform:
        yield f"For {found.platform.after}, was for {found.platform.before}"
    if found.platform_version:
        yield f"Platform version {found.platform_version.after or 'not named'}, was {found.platform_version.before or 'not named'}"
    yield from _said_of_reach(found)
    yield from _said_of_to_set(found)
    yield from _said_of_entry_points(found)
    yield from _said_of_dependencies(found)
    yield from found.of_oversight
    steps = (found.steps_added, "added"), (found.steps_removed, "removed"), (found.steps_changed, "changed"), (found.steps_moved, "moved")
    yield _counts("step", [(several.count, done) for several, done in steps]) or "No step changed"
    files = (found.files_added, "added"), (found.files_removed, "removed"), (found.files_changed, "changed")
    yield _counts("file", [(several.count, done) for several, done in files]) or "No file changed"


def _said_of_reach(found: Differences) -> Iterator[str]:
    for change in found.reach:
        if change.added:
            yield f"{len(change.added)} new {_word(change.kind, len(change.added))}: {_listed(change.added)}"
        if change.removed:
            yield f"{len(change.removed)} {_word(change.kind, len(change.removed))} no longer reached: {_listed(change.removed)}"
    if not found.reach:
        yield "Nothing that it reaches changed"


def _said_of_to_set(found: Differences) -> Iterator[str]:
    for change in found.to_set:
        if change.added:
            yield _new_to_set(change)
        if change.removed:
            yield f"{len(change.removed)} {_word(change.kind, len(change.removed))} no longer to set: {_listed(change.removed)}"
    if not found.to_set:
        yield "Nothing that a taker must set changed"


def _said_of_entry_points(found: Differences) -> Iterator[str]:
    if added := found.entry_points_added:
        yield f"{len(added)} new {_counted(len(added), 'entry point').split(' ', 1)[1]}: {_listed(point.name for point in added)}"
    if removed := found.entry_points_removed:
        yield f"{_counted(len(removed), 'entry point')} gone: {_listed(point.name for point in removed)}"
    for point in found.entry_points_changed:
        yield f"{point.name}: {_listed((argument.words for argument in point.arguments), separator='; ')}"


def _said_of_dependencies(found: Differences) -> Iterator[str]:
    for items, word in ((found.dependencies_added, "new"), (found.dependencies_removed, "fewer")):
        if items:
            noun = "dependency" if len(items) == 1 else "dependencies"
            yield f"{len(items)} {word} {noun}: {_listed(need.name for need in items)}"
    if found.dependencies_changed:
        yield f"Needs other versions: {_listed((change.words for change in found.dependencies_changed), separator='; ')}"


def _new_to_set(change: NamesChange) -> str:
    return f"{len(change.added)} new {_word(change.kind, len(change.added))} to set: {_listed(change.added)}"


def _counts(noun: str, counts: Sequence[tuple[int, str]]) -> str:
    """Such as ``3 steps added, 1 removed``; empty where all are none."""
    told = [(count, done) for count, done in counts if count]
    if not told:
        return ""
    first, *others = told
    return ", ".join([f"{_counted(first[0], noun)} {first[1]}", *(f"{count} {done}" for count, done in others)])


def _counted(count: int, noun: str, several: str = "") -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {several or noun + 's'}"


def _word(kind: str, count: int) -> str:
    one, many = WORDS[kind]
    return one if count == 1 else many


def _listed(names: Iterable[str], separator: str = ", ") -> str:
    told = list(names)
    more = len(told) - MAX_NAMED
    return separator.join(told[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
