"""Candidates side by side, each with one release: in a number of queries that does not grow with them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Q

from accounts.viewer import Viewer
from registry.adoption.models import HOLDING, Adoption, Stage
from registry.catalogue.models import Module, ModuleSystem
from registry.catalogue.visibility import visible
from registry.curation.models import CRITERIA, Rating
from registry.formats.model import Inspection, inspection_from_json
from registry.governance.models import DataCategory, DataUse
from registry.index.dependencies import dependency_entry, in_order
from registry.index.entries import DependencyEntry, ModuleEntry, SystemEntry
from registry.index.ratings import FIELDS
from registry.index.read import entries_of
from registry.lifecycle.models import FormerIdentifier, Recall
from registry.releases.adaptation import AdaptationRow, adaptation_rows
from registry.releases.dependencies import resolved
from registry.releases.models import Dependency, Release
from registry.releases.step_counts import StepCounts, counted
from registry.values.markings import higher

MOST = 4  # candidates
ALIKE = 6  # offered beside a candidate
MOST_OWN = 2000  # modules of one's own organisation
_NAMED = re.compile(r"(?P<publisher>[^/@\s\0]{1,200})/(?P<slug>[^/@\s\0]{1,200})(?:@(?P<version>[^/@\s\0]{1,200}))?")
_STAGES = (Stage.RETIRED, Stage.INTERESTED, Stage.ASSESSING, Stage.PILOT, Stage.LIVE)  # the last says most


@dataclass(frozen=True, slots=True)
class Wanted:
    """A candidate as somebody names it: ``publisher/slug``, or with ``@version``."""

    publisher: str
    slug: str
    version: str = ""

    @property
    def module(self) -> str:
        return f"{self.publisher}/{self.slug}"

    def __str__(self) -> str:
        return f"{self.module}@{self.version}" if self.version else self.module


@dataclass(frozen=True, slots=True)
class DataEntry:
    """What its publisher says of a release's data; ``categories`` by name."""

    categories: tuple[str, ...]
    decisions: str  # in words
    law_enforcement: bool
    uses_ai: bool


@dataclass(frozen=True, slots=True)
class FitEntry:
    """What of it the organisation acted for has already, by the other modules it runs or publishes."""

    stage: str  # its own record of this module: interested ... retired, or nothing
    version: str  # of that record, where the viewer sees it
    on_platform: int  # other modules on one of its platforms
    known: tuple[str, ...]  # applications that another module works in too
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One column. ``version`` and what follows from it is empty where nothing of the module can be seen yet."""

    wanted: Wanted
    entry: ModuleEntry
    systems: tuple[SystemEntry, ...]
    ratings: int
    means: tuple[tuple[str, float], ...]  # criterion in words, mean; empty where nobody rated
    fit: FitEntry | None  # None for whoever acts for no organisation
    owner_name: str
    owner_confirmed_at: datetime | None
    support_by: str
    support_until: date | None
    versions: tuple[str, ...] = ()  # that the viewer sees, highest first
    version: str = ""
    released_at: datetime | None = None
    licence: str = ""
    marking: str = ""
    handling: str = ""
    state: str = ""  # of its review until it is listed; "yanked", "recalled"
    kinds: tuple[str, ...] = ()  # of its files
    inspection: Inspection | None = None
    dependencies: tuple[DependencyEntry, ...] = ()
    adaptation: tuple[AdaptationRow, ...] = ()
    steps: StepCounts = field(default_factory=StepCounts)
    data: DataEntry | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The candidates that were found, in the order asked for; ``missing`` are absent, or not for this viewer, which is the same."""

    candidates: tuple[Candidate, ...]
    missing: tuple[Wanted, ...]


def wanted(name: str) -> Wanted | None:
    """What ``publisher/slug`` or ``publisher/slug@version`` names; None for what names nothing."""
    found = _NAMED.fullmatch(name)
    return Wanted(found["publisher"], found["slug"], found["version"] or "") if found else None


def comparison(viewer: Viewer, wanted: Sequence[Wanted]) -> Comparison:
    """The first four of ``wanted`` as ``viewer`` may see them."""
    asked = list(dict.fromkeys(wanted))[:MOST]
    found = _modules(viewer, asked)
    versions = _versions(viewer, found.values())
    chosen: dict[Wanted, tuple[Module, str]] = {}
    for want in asked:
        module = found.get((want.publisher, want.slug))
        if module is not None and (not want.version or want.version in versions[module.pk]):
            chosen[want] = module, want.version or _usual(module, versions[module.pk])
    about = _About(viewer, list(chosen.values()), versions)
    return Comparison(
        tuple(about.candidate(want, module, version) for want, (module, version) in chosen.items()),
        tuple(want for want in asked if want not in chosen),
    )


def alike(viewer: Viewer, columns: Sequence[Candidate]) -> tuple[ModuleEntry, ...]:
    """Listed modules most like ``columns``, by the systems they work in, the kind of work and the platform; at most six."""
    keys = {column.entry.key for column in columns}
    applications = {name for column in columns for name in column.entry.applications}
    areas = {column.entry.business_area for column in columns} - {""}
    platforms = {name for column in columns for name in column.entry.platforms}
    near = Q(applications__overlap=sorted(applications)) | Q(area__in=sorted(areas)) | Q(platforms__overlap=sorted(platforms))
    kinds = {column.entry.kind for column in columns}
    offered = Module.objects.visible_to(viewer).filter(near, status=Module.Status.LISTED, kind__in=kinds).exclude(pk__in=keys)
    rows = offered.order_by("-adopters", "-latest_at", "pk").values_list("pk", "applications", "area", "platforms")[:500]

    def likeness(row: tuple[int, list[str], str, list[str]]) -> tuple[int, bool, int]:
        _, works_in, area, runs_on = row
        return -len(applications.intersection(works_in)), area not in areas, -len(platforms.intersection(runs_on))

    return entries_of(viewer, [row[0] for row in sorted(rows, key=likeness)[:ALIKE]])


def _modules(viewer: Viewer, asked: Sequence[Wanted]) -> dict[tuple[str, str], Module]:
    """The visible modules by the identifiers that were asked for, also those they had before."""
    named = Q(pk__in=[])
    for want in asked:
        named |= Q(publisher=want.publisher, slug=want.slug)
    related = ("organisation", "business_area")
    rows = Module.objects.visible_to(viewer).filter(named).select_related(*related).defer("search", "readme", "readme_html")
    found = {(module.publisher, module.slug): module for module in rows}
    former = FormerIdentifier.objects.filter(named, visible(viewer, "module__")).select_related("module").defer("module__search")
    return {(row.publisher, row.slug): row.module for row in former} | found


def _versions(viewer: Viewer, modules: Iterable[Module]) -> Mapping[int, list[str]]:
    """The versions of each module that the viewer sees, highest first."""
    seen: defaultdict[int, list[str]] = defaultdict(list)
    rows = Release.objects.visible_to(viewer).filter(module__in={module.pk for module in modules})
    for module, version in rows.newest_first().values_list("module", "version"):
        seen[module].append(version)
    return seen


def _usual(module: Module, seen: Sequence[str]) -> str:
    """The version that a module's page speaks of."""
    return module.latest_version or (seen[0] if seen else "")


class _About:
    """Everything that is read of the modules and releases compared, each kind of thing in one query for all of them."""

    def __init__(self, viewer: Viewer, chosen: Sequence[tuple[Module, str]], versions: Mapping[int, list[str]]) -> None:
        self._viewer, self._versions = viewer, versions
        modules = {module.pk for module, _ in chosen}
        self._entries = {entry.key: entry for entry in entries_of(viewer, sorted(modules))}
        self._releases = {(row.module_id, row.version): row for row in _whole(viewer, chosen)}
        self._recalled = set(Recall.objects.still_open().filter(module__in=modules).values_list("releases", flat=True))
        self._systems: defaultdict[int, list[SystemEntry]] = defaultdict(list)
        for row in ModuleSystem.objects.filter(module__in=modules).select_related("system").order_by("system__name"):
            self._systems[row.module_id].append(SystemEntry(row.system.name, row.versions))
        self._dependencies = _dependencies(viewer, [row.pk for row in self._releases.values()])
        self._rated = _rated(viewer, modules)
        self._categories = dict(DataCategory.objects.values_list("code", "name"))
        self._estate = _estate(viewer)
        self._own = _own(viewer, modules)

    def candidate(self, want: Wanted, module: Module, version: str) -> Candidate:
        entry, release = self._entries[module.pk], self._releases.get((module.pk, version))
        systems = tuple(self._systems[module.pk])
        inspection = _inspection(module, release) if release else None
        rated = self._rated[module.pk]
        return Candidate(
            wanted=want,
            entry=entry,
            systems=systems,
            ratings=len(rated),
            means=tuple((label, sum(row[n] for row in rated) / len(rated)) for n, (_, label, _) in enumerate(CRITERIA)) if rated else (),
            fit=self._fit(module, systems),
            owner_name=module.owner_name,
            owner_confirmed_at=module.owner_confirmed_at,
            support_by=module.support_by,
            support_until=module.support_until,
            versions=tuple(self._versions[module.pk]),
            version=release.version if release else "",
            released_at=release.created_at if release else None,
            licence=release.licence if release else module.licence,
            marking=higher(release.marking, module.marking) if release else module.marking,
            handling=(release.handling if release else "") or module.handling,
            state=self._state(release) if release else "",
            kinds=tuple(file.kind for file in release.artefacts.all()) if release else (),
            inspection=inspection,
            dependencies=self._dependencies.get(release.pk, ()) if release else (),
            adaptation=adaptation_rows(inspection, [system.name for system in systems]) if inspection else (),
            steps=counted(inspection.steps) if inspection else StepCounts(),
            data=self._data(release) if release else None,
        )

    def _state(self, release: Release) -> str:
        return "recalled" if release.pk in self._recalled else "yanked" if release.yanked_at else release.state

    def _data(self, release: Release) -> DataEntry | None:
        use: DataUse | None = getattr(release, "data_use", None)
        if use is None:
            return None
        names = tuple(self._categories.get(code, code) for code in use.categories)
        return DataEntry(names, use.get_decisions_display(), use.law_enforcement, use.uses_ai)

    def _fit(self, module: Module, systems: Iterable[SystemEntry]) -> FitEntry | None:
        if self._viewer.organisation is None:
            return None
        others = [(set(platforms), names) for key, platforms, names in self._estate if key != module.pk]
        known = {name.casefold() for _, names in others for name in names}
        works_in = tuple(dict.fromkeys((*(system.name for system in systems), *module.applications)))
        stage, version = self._own.get(module.pk, ("", ""))
        return FitEntry(
            stage=stage,
            version=version if version in self._versions[module.pk] else "",
            on_platform=sum(bool(platforms.intersection(module.platforms)) for platforms, _ in others),
            known=tuple(name for name in works_in if name.casefold() in known),
            unknown=tuple(name for name in works_in if name.casefold() not in known),
        )


def _whole(viewer: Viewer, chosen: Sequence[tuple[Module, str]]) -> list[Release]:
    """The releases compared, with their files and what is said of their data."""
    wanted = Q(pk__in=[])
    for module, version in chosen:
        wanted |= Q(module=module, version=version)
    return list(Release.objects.visible_to(viewer).filter(wanted).select_related("data_use").prefetch_related("artefacts"))


def _inspection(module: Module, release: Release) -> Inspection:
    """As a module's page shows it: the entry points that publishing adds to a sequence for its bound steps are left out."""
    read = inspection_from_json(release.inspection)
    bound = len(read.flow.bound) if read.flow and module.kind == Module.Kind.SEQUENCE else 0
    return replace(read, entry_points=read.entry_points[: -bound or None])


def _dependencies(viewer: Viewer, releases: Sequence[int]) -> dict[int, tuple[DependencyEntry, ...]]:
    rows = list(Dependency.objects.filter(release__in=releases).order_by("ecosystem", "name"))
    found: defaultdict[int, list[DependencyEntry]] = defaultdict(list)
    for row, status, holder in resolved(viewer, rows):
        found[row.release_id].append(dependency_entry(row, status, holder))
    return {release: in_order(entries) for release, entries in found.items()}


def _rated(viewer: Viewer, modules: Iterable[int]) -> Mapping[int, list[tuple[int, ...]]]:
    """What each organisation said last of each module, as the module's own page counts it."""
    seen = Rating.objects.visible_to(viewer).filter(release__module__in=modules).standing().latest_of_each()
    found: defaultdict[int, list[tuple[int, ...]]] = defaultdict(list)
    for module, *points in seen.values_list("release__module", *FIELDS):
        found[module].append(tuple(points))
    return found


def _estate(viewer: Viewer) -> list[tuple[int, list[str], list[str]]]:
    """The modules that the organisation acted for runs, tries or publishes: key, platforms, applications; at most 2,000."""
    held = Adoption.objects.filter(organisation=viewer.organisation, stage__in=HOLDING).values("module")
    own = Q(pk__in=held) | Q(organisation=viewer.organisation)
    seen = Module.objects.visible_to(viewer).filter(own).exclude(status__in=(Module.Status.DRAFT, Module.Status.RETIRED))
    return list(seen.order_by("pk").values_list("pk", "platforms", "applications")[:MOST_OWN])


def _own(viewer: Viewer, modules: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Of each module the record of the organisation acted for that says most: its stage and version."""
    rows = Adoption.objects.filter(organisation=viewer.organisation, module__in=modules)
    found = sorted(rows.values_list("module", "stage", "release__version"), key=lambda row: _STAGES.index(row[1]))
    return {module: (stage, version or "") for module, stage, version in found}
