"""Drafts of process sequences as their pages show them: steps with the modules that do them, as far as whoever looks may see those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.errors import Conflict, Refused
from registry.formats.arguments import Argument
from registry.formats.flow import Flow
from registry.formats.model import EntryPoint
from registry.index.read import missing
from registry.releases.models import Release
from registry.sequences import drafts
from registry.sequences.checking import Interface, entry_point_of, problems
from registry.sequences.interfaces import interface_of
from registry.sequences.locking import Part, lock_of
from registry.sequences.models import SequenceDraft
from registry.sequences.pool import by_identifier, takeable
from registry.values.ranges import parse_range

_MOST_MODULES = 200  # of one draft that are looked up


@dataclass(frozen=True, slots=True)
class Called:
    """The module that does a step: its newest listed version in the range, and the entry point that is called, where there are such."""

    title: str
    asked: str  # identifier that the step names
    identifier: str  # that the module has now
    publisher: str  # its name
    language: str
    platforms: tuple[str, ...]
    latest_version: str
    version: str = ""  # newest in the range
    interface: Interface | None = None  # of that version
    entry_point: EntryPoint | None = None

    @property
    def entry_points(self) -> tuple[EntryPoint, ...]:
        return self.interface.entry_points if self.interface else ()


@dataclass(frozen=True, slots=True)
class Output:
    """Something that an earlier step gives."""

    source: str  # "step/output"
    step: str  # in words
    argument: Argument


def drafts_of(viewer: Viewer, organisation: Organisation) -> list[SequenceDraft]:
    """Those of an organisation, the last changed first."""
    found = SequenceDraft.objects.visible_to(viewer).filter(organisation=organisation).defer("source", "steps")
    return list(found.select_related("changed_by", "module").order_by("-changed_at", "-pk"))


def draft_of(viewer: Viewer, key: int) -> SequenceDraft:
    """One, without the file it may have come from; raises :class:`Missing`."""
    found = SequenceDraft.objects.visible_to(viewer).filter(pk=key).defer("source")
    draft = found.select_related("organisation", "module__organisation", "changed_by").first()
    if draft is None:
        raise missing()
    return draft


def called_by(viewer: Viewer, steps: Iterable[drafts.Step]) -> dict[str, Called]:
    """For each step whose module ``viewer`` may see, what is called; in four queries at most."""
    bound = {step["id"]: step for step in steps if step.get("uses")}
    modules = _modules(viewer, {step["uses"]["module"] for step in bound.values()})
    versions = _versions(viewer, [module.pk for module in modules.values()])
    found = {}
    for key, step in bound.items():
        if module := modules.get(step["uses"]["module"]):
            found[key] = (module, step, _newest(versions[module.pk], step["uses"].get("range", "")))
    read = _read({newest[0] for _, _, newest in found.values() if newest})
    return {key: _called(*each, read) for key, each in found.items()}


def _modules(viewer: Viewer, identifiers: set[str]) -> dict[str, Module]:
    """By the identifier asked for, which may be a former one."""
    seen = Module.objects.visible_to(viewer).select_related("organisation").defer("search", "readme", "readme_html")
    return by_identifier(seen, sorted(identifiers)[:_MOST_MODULES])


def _versions(viewer: Viewer, modules: list[int]) -> dict[int, list[tuple[int, str]]]:
    """``(key, version)`` of what may be chosen anew of each module, newest first."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    offered = takeable(viewer).filter(module__in=modules)
    for module, key, version in offered.order_by("module", "-version_key").values_list("module", "pk", "version"):
        found[module].append((key, version))
    return found


def _newest(versions: list[tuple[int, str]], wanted: str) -> tuple[int, str] | None:
    try:
        asked = parse_range(wanted)
    except Refused:
        return None
    return next((each for each in versions if asked.holds(each[1])), None)


def _read(keys: set[int]) -> dict[int, tuple[str, tuple[EntryPoint, ...]]]:
    found = Release.objects.filter(pk__in=keys).values_list("pk", "platform", "inspection__entry_points")
    return {key: (platform, tuple(_point(each) for each in points or ())) for key, platform, points in found}


def _point(data: Mapping[str, Any]) -> EntryPoint:
    inputs, outputs = (tuple(Argument(**each) for each in data[name]) for name in ("inputs", "outputs"))
    return EntryPoint(data["name"], inputs, outputs, data.get("description", ""))


def _called(
    module: Module, step: drafts.Step, found: tuple[int, str] | None, read: Mapping[int, tuple[str, tuple[EntryPoint, ...]]]
) -> Called:
    interface = Interface(module.identifier, found[1], *read[found[0]]) if found else None
    use = drafts.use_of(step)
    return Called(
        title=module.title,
        asked=step["uses"]["module"],
        identifier=module.identifier,
        publisher=module.organisation.name,
        language=module.language,
        platforms=tuple(module.platforms),
        latest_version=module.latest_version,
        version=found[1] if found else "",
        interface=interface,
        entry_point=entry_point_of(use, interface) if use and interface else None,
    )


def outputs_before(whole: Mapping[str, Any], step: str, called: Mapping[str, Called]) -> list[Output]:
    """What the steps that can come before ``step`` give, in their order."""
    numbers = {each["id"]: number for number, each in enumerate(drafts.steps_in(whole), 1)}
    return [
        Output(f"{each['id']}/{argument.name}", f"{numbers[each['id']]}. {each['name']}", argument)
        for each in drafts.before(whole, step)
        for argument in given_by(each, called)
    ]


def given_by(step: drafts.Step, called: Mapping[str, Called]) -> tuple[Argument, ...]:
    """What a step hands on: of a module what its entry point gives, of a person what is said of the step."""
    use = called.get(step["id"])
    if step.get("uses"):
        return use.entry_point.outputs if use and use.entry_point else ()
    return drafts.gives_of(step)


# --- What is still wrong --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Wrong:
    """Something to mend before it can be published, or to look at; of the step with that id, or of the whole."""

    message: str
    mend: str = ""
    step: str = ""
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found wrong with a draft, its flow where it has one, and the exact version that each module resolves to."""

    problems: tuple[Wrong, ...] = ()
    flow: Flow | None = None
    locked: tuple[Part, ...] = ()


def judged(viewer: Viewer, draft: SequenceDraft, called: Mapping[str, Called]) -> Judged:
    """What :mod:`registry.sequences` says of a draft as it is now."""
    steps = drafts.steps_in(draft.steps)
    if not steps:
        return Judged()
    hidden = _hidden(steps, called)
    try:
        flow = drafts.flow_in(draft.steps)
    except Refused as error:
        return Judged((_refused(steps, error), *hidden))
    parts, unsolved = _resolved(viewer, flow) if flow.bound and not hidden else ((), ())
    found = (Wrong(each.message, each.mend, each.step, each.is_certain) for each in problems(flow, _interfaces(called, parts)))
    return Judged((*hidden, *unsolved, *found, *_open(steps)), flow, parts)


def _open(steps: Sequence[drafts.Step]) -> tuple[Wrong, ...]:
    """That nobody does some of the steps: it may be published so."""
    count = sum(1 for step in steps if not step.get("uses") and not step.get("human"))
    words = "Nobody does one of the steps yet." if count == 1 else f"Nobody does {count} of the steps yet."
    return (Wrong(words, is_certain=False),) if count else ()


def _resolved(viewer: Viewer, flow: Flow) -> tuple[tuple[Part, ...], tuple[Wrong, ...]]:
    """The parts of its lock, or why there is none."""
    try:
        return lock_of(viewer, flow).parts, ()
    except (Conflict, Refused) as error:
        return (), (Wrong(error.message, error.mend),)


def _interfaces(called: Mapping[str, Called], parts: Sequence[Part]) -> dict[str, Interface]:
    """By the identifier that a step names: of the locked version, else of the newest in its range."""
    locked = {part.release.module.identifier: part.release for part in parts}
    found = {}
    for each in called.values():
        release = locked.get(each.identifier)
        if release is not None and (each.interface is None or each.interface.version != release.version):
            found[each.asked] = interface_of(release)
        elif each.interface is not None:
            found[each.asked] = each.interface
    return found


def _refused(steps: Sequence[drafts.Step], error: Refused) -> Wrong:
    number = drafts.number_in(error.where)
    return Wrong(error.message, error.mend, steps[number]["id"] if number is not None and number < len(steps) else "")


def _hidden(steps: Sequence[drafts.Step], called: Mapping[str, Called]) -> tuple[Wrong, ...]:
    unseen = [step for step in steps if step.get("uses") and step["id"] not in called]
    mend = "Choose another, or ask its publisher to share it again."
    return tuple(Wrong(f"“{step['name']}” is done by a module you cannot see.", mend, step["id"]) for step in unseen)


def bpmn_of_draft(draft: SequenceDraft) -> bytes:
    """Its BPMN file as it is now; raises :class:`Refused` where its steps make none."""
    return drafts.file_of(draft.steps, bytes(draft.source) if drafts.is_drawn(draft.steps) and draft.source is not None else None)
