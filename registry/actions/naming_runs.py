"""What the names that platforms use stand for: a release that the organisation sees, or nothing that it knows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.adoption.models import HOLDING, Adoption
from registry.catalogue.visibility import listed_for, visible
from registry.lifecycle.models import FormerIdentifier
from registry.releases.dependencies import eyes_of
from registry.releases.models import ProvidedName, Release
from registry.telemetry.adapters.model import Problem, Seen
from registry.telemetry.events import RunEventIn
from registry.telemetry.sources import RunName, fold
from registry.values.identifiers import provided_name
from registry.values.versions import from_artefact

# By which names of artefacts a platform's processes may be known without anybody saying so.
_ECOSYSTEMS: dict[str, tuple[str, ...]] = {
    "uipath": ("nuget",),
    "blueprism": ("blueprism",),
    "power_automate": ("powerplatform-flow", "powerplatform-solution"),
    "table": ("nuget", "blueprism", "powerplatform-flow", "powerplatform-solution", "pypi"),
}
Named = tuple[str, str]  # source and name as it is compared


@dataclass(slots=True)
class Sorted:
    """Runs that lead to releases, and what became of the others."""

    events: list[RunEventIn] = field(default_factory=list)
    unknown: Counter[tuple[str, str, str, bool]] = field(default_factory=Counter)  # source, name, version, whether its module is known
    problems: list[Problem] = field(default_factory=list)  # of those that name a module themselves
    left_out: int = 0  # of names that the organisation said to leave out


@dataclass(frozen=True, slots=True)
class _Known:
    """What the runs of one batch may lead to; see :func:`_known`."""

    meant: dict[Named, tuple[str, str]]  # module and version; the module is empty where its runs are left out
    versions: dict[str, set[str]]  # of each module seen, under each name it has or had
    running: dict[str, set[str]]  # the versions that the organisation states it holds


def sort_runs(organisation: Organisation, seen: Sequence[Seen], bound: Collection[str] | None = None) -> Sorted:
    """Lead each of ``seen`` to a release that ``organisation`` sees, in a fixed number of queries; ``bound`` are the only modules meant.

    What is hidden from the organisation answers as what does not exist.
    """
    known, found = _known(organisation, seen), Sorted()
    for run in seen:
        module, fixed = (run.module, "") if run.module else known.meant.get((run.source, fold(run.name)), (None, ""))
        if module == "":
            found.left_out += 1
            continue
        versions = known.versions.get(module or "", set())
        version = _version(run.version, fixed, versions, known.running.get(module or "", set()))
        if module is None or not versions or not version:
            _note(found, run, bool(versions))
        elif bound is not None and module not in bound:
            found.problems.append(_out_of_scope(run))
        else:
            found.events.append(_event(run, module, version))
    return found


def _event(run: Seen, module: str, version: str) -> RunEventIn:
    return RunEventIn(
        id=run.id,
        module=module,
        version=version,
        started_at=run.started_at,
        duration_seconds=run.duration_seconds,
        outcome=run.outcome,
        items=run.items,
    )


def _version(said: str, fixed: str, versions: Collection[str], running: Collection[str]) -> str:
    """Which of ``versions`` ran: the one fixed, else the one said, else the only one stated in use, else the only one there is."""
    if fixed or said:
        wanted = (fixed,) if fixed else (said, from_artefact(said) or "")
        return next((each for each in wanted if each in versions), "")
    for some in (set(running) & set(versions), versions):
        if len(some) == 1:
            return next(iter(some))
    return ""


def _note(found: Sorted, run: Seen, has_module: bool) -> None:
    if not run.module:
        found.unknown[run.source, run.name, run.version, has_module] += 1
    elif has_module:
        found.problems.append(
            Problem(
                "version_unknown", run.where, "Your organisation sees no such version of the module.", "Write it as on the module’s page."
            )
        )
    else:
        found.problems.append(
            Problem("module_unknown", run.where, "Your organisation sees no such module.", "Write it as on its page: publisher/slug.")
        )


def _out_of_scope(run: Seen) -> Problem:
    return Problem("token_out_of_scope", run.where, "Your token reports runs of other modules only.", "Issue a token for this module.")


def _known(organisation: Organisation, seen: Sequence[Seen]) -> _Known:
    viewer = eyes_of(organisation)
    names = {(run.source, fold(run.name)) for run in seen if not run.module}
    meant = _said(organisation, names)
    meant |= _provided(viewer, names - meant.keys())
    versions = _versions(viewer, {run.module for run in seen if run.module} | {module for module, _ in meant.values() if module})
    return _Known(meant, versions, _running(organisation, versions))


def _said(organisation: Organisation, names: Iterable[Named]) -> dict[Named, tuple[str, str]]:
    """What the organisation says of ``names``."""
    rows = RunName.objects.filter(organisation=organisation.slug, folded__in={name for _, name in names})
    return {(row.source, row.folded): (row.module, row.version) for row in rows}


def _provided(viewer: Viewer, names: Iterable[Named]) -> dict[Named, tuple[str, str]]:
    """Names of artefacts that one module alone carries, of those that ``viewer`` sees."""
    wanted: dict[tuple[str, str], list[Named]] = defaultdict(list)
    for source, name in names:
        for ecosystem in _ECOSYSTEMS.get(source, ()):
            wanted[ecosystem, provided_name(ecosystem, name)[:200]].append((source, name))
    if not wanted:
        return {}
    rows = (
        ProvidedName.objects.filter(visible(viewer, "release__module__"), release__in=Release.objects.filter(listed_for(viewer)))
        .filter(ecosystem__in={ecosystem for ecosystem, _ in wanted}, name__in={name for _, name in wanted})
        .values_list("ecosystem", "name", "release__module__publisher", "release__module__slug")
        .distinct()
    )
    led: dict[Named, set[str]] = defaultdict(set)
    for ecosystem, name, publisher, slug in rows:
        for each in wanted.get((ecosystem, name), ()):
            led[each].add(f"{publisher}/{slug}")
    return {each: (modules.pop(), "") for each, modules in led.items() if len(modules) == 1}


def _versions(viewer: Viewer, modules: Collection[str]) -> dict[str, set[str]]:
    """The versions that ``viewer`` sees of each of ``modules``, which may go by a former name."""
    parts = [module.partition("/") for module in modules]
    publishers, slugs = {part[0] for part in parts}, {part[2] for part in parts}
    former = FormerIdentifier.objects.filter(visible(viewer, "module__"), publisher__in=publishers, slug__in=slugs)
    rows = former.values_list("publisher", "slug", "module__publisher", "module__slug")
    moved = {f"{publisher}/{slug}": f"{owner}/{name}" for publisher, slug, owner, name in rows}
    parts += [module.partition("/") for module in moved.values()]
    releases = Release.objects.visible_to(viewer).filter(
        module__publisher__in={part[0] for part in parts}, module__slug__in={part[2] for part in parts}
    )
    found: dict[str, set[str]] = defaultdict(set)
    for publisher, slug, version in releases.values_list("module__publisher", "module__slug", "version"):
        found[f"{publisher}/{slug}"].add(version)
    return {module: found[now] for module in modules if (now := module if module in found else moved.get(module, "")) in found}


def _running(organisation: Organisation, versions: dict[str, set[str]]) -> dict[str, set[str]]:
    """The versions that ``organisation`` states it holds of the modules of ``versions``."""
    slugs = {module.partition("/")[2] for module in versions}
    rows = Adoption.objects.filter(organisation=organisation, stage__in=HOLDING, release__isnull=False, module__slug__in=slugs)
    found: dict[str, set[str]] = defaultdict(set)
    for publisher, slug, version in rows.values_list("module__publisher", "module__slug", "release__version"):
        found[f"{publisher}/{slug}"].add(version)
    return found
