"""What the pages about runs show: of a module, of an organisation, of the partnership. Each in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import models

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.index.read import missing, visible_module
from registry.index.run_figures import (
    UNREACHABLE,
    Period,
    Seen,
    module_runs,
    names_in,
    reader_of,
    seen,
    seen_at,
    seen_summed,
    shows_by_name,
    total,
    utc_today,
    visible_versions,
)
from registry.telemetry.suppression import OTHER_VERSIONS, Sums, added_up, is_settled, sums_of
from registry.values.versions import version_key

TOP = 20  # modules on the partnership's page


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month: the reader's own, and what is shown of others by name and together; ``others`` is None where nothing may be."""

    month: date
    own: Sums
    named: Sums
    others: Sums | None
    is_settled: bool

    @property
    def elsewhere(self) -> Sums | None:
        """What is shown of others in any way; None where nothing is."""
        return self.named + (self.others or Sums()) if self.named.runs or self.others else None


@dataclass(frozen=True, slots=True)
class VersionFigures:
    """A version, newest first; ``version`` is empty for those that are not told apart."""

    version: str
    own: Sums
    elsewhere: Sums

    @property
    def both(self) -> Sums:
        return self.own + self.elsewhere


@dataclass(frozen=True, slots=True)
class OrganisationFigures:
    """An organisation that shows its figures under its name."""

    slug: str
    name: str
    language: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class ModuleFigures:
    """A module's runs; ``title`` is its identifier where the viewer sees no such module any more."""

    identifier: str
    title: str
    language: str
    is_visible: bool
    sums: Sums


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """A business area or a platform: ``code`` and what it is called."""

    code: str
    name: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class RunsEntry:
    """The figures of a page. ``organisations`` is how many stand at least behind what is shown together, 0 where nothing is."""

    own: Sums
    named: Sums
    others: Sums
    organisations: int
    months: tuple[MonthFigures, ...]
    versions: tuple[VersionFigures, ...] = ()
    by_name: tuple[OrganisationFigures, ...] = ()
    modules: tuple[ModuleFigures, ...] = ()
    areas: tuple[GroupFigures, ...] = ()
    platforms: tuple[GroupFigures, ...] = ()
    is_everything: bool = False  # an auditor's: own are all there are

    @property
    def elsewhere(self) -> Sums:
        return self.named + self.others

    @property
    def all(self) -> Sums:
        return self.own + self.named + self.others


def module_page(viewer: Viewer, publisher: str, slug: str, span: Period) -> tuple[Module, RunsEntry | None]:
    """A module and its runs, None while they cannot be reached; raises :class:`Missing`."""
    module = visible_module(viewer, publisher, slug)
    try:
        found = module_runs(viewer, module, span)
    except UNREACHABLE:
        return module, None
    return module, _entry(viewer, found, span, versions=_versions(found), by_name=_by_name(found))


def organisation_page(viewer: Viewer, slug: str, span: Period) -> tuple[Organisation, RunsEntry | None]:
    """An organisation and its runs, None while they cannot be reached; raises :class:`Missing` for those it does not show them to."""
    organisation = Organisation.objects.filter(slug=slug, is_active=True).first() if viewer.is_member else None
    if organisation is None:
        raise missing()
    is_own = reader_of(viewer).owns(slug)
    try:
        if not is_own and not shows_by_name(slug):
            raise missing()
        modules = _modules(viewer)
        found = seen_at(viewer, slug, names_in(modules.values()), span)
    except UNREACHABLE as error:
        if not is_own:
            raise missing() from error
        return organisation, None
    return organisation, _entry(viewer, found, span, modules=_module_figures(found, modules))


def partnership_page(viewer: Viewer, span: Period) -> RunsEntry | None:
    """The runs of all modules that ``viewer`` sees; None while they cannot be reached."""
    modules = _modules(viewer)
    try:
        found = seen_summed(viewer, names_in(modules.values()), span)
    except UNREACHABLE:
        return None
    figures = _module_figures(found, modules)
    return _entry(
        viewer,
        found,
        span,
        modules=figures[:TOP],
        areas=_grouped(figures, lambda identifier: _areas(modules[identifier])),
        platforms=_grouped(figures, lambda identifier: [(each, each) for each in modules[identifier].platforms]),
    )


def organisation_lines(viewer: Viewer, slug: str, span: Period) -> Seen:
    """What the file of an organisation's page holds; raises :class:`Missing` as the page does, and what :data:`UNREACHABLE` holds."""
    if not viewer.is_member or not Organisation.objects.filter(slug=slug, is_active=True).exists():
        raise missing()
    if not reader_of(viewer).owns(slug) and not shows_by_name(slug):
        raise missing()
    return seen_at(viewer, slug, names_in(_modules(viewer).values()), span, visible_versions(viewer))


def partnership_lines(viewer: Viewer, span: Period) -> Seen:
    """What the file of the partnership's page holds. Raises what :data:`UNREACHABLE` holds."""
    return seen(viewer, names_in(_modules(viewer).values()), span, visible_versions(viewer))


def feed_lines(viewer: Viewer, span: Period) -> Seen:
    """All that ``viewer`` may see: its own runs of whatever module, those of others of modules that it sees.

    Of a token bound to some modules, its own of these alone. Raises what :data:`UNREACHABLE` holds.
    """
    names = names_in(_modules(viewer).values())
    found = seen(viewer, names, span, visible_versions(viewer))
    if viewer.modules is not None or viewer.is_auditor:
        return found
    own = (row for slug in sorted(reader_of(viewer).own or ()) for row in seen_at(viewer, slug, names, span).own)
    return replace(found, own=tuple(own))


def _modules(viewer: Viewer) -> dict[str, Module]:
    """The modules that ``viewer`` sees, with their business areas and former identifiers, by identifier."""
    modules = Module.objects.visible_to(viewer).select_related("business_area").prefetch_related("former_identifiers")
    shown = modules.only("publisher", "slug", "title", "language", "platforms", "business_area")
    return {module.identifier: module for module in shown.fetch_mode(models.FETCH_RAISE)}


def _entry(viewer: Viewer, found: Seen, span: Period, **more: object) -> RunsEntry:
    return RunsEntry(
        own=total(found.own),
        named=total(found.named),
        others=added_up(found.others),
        organisations=max((cell.organisations for cell in found.others), default=0),
        months=_months(found, span),
        is_everything=viewer.is_auditor,
        **more,  # type: ignore[arg-type]
    )


def _months(found: Seen, span: Period) -> tuple[MonthFigures, ...]:
    own: dict[date, Sums] = defaultdict(Sums)
    named: dict[date, Sums] = defaultdict(Sums)
    others: dict[date, Sums] = defaultdict(Sums)
    for by_month, rows in ((own, found.own), (named, found.named)):
        for row in rows:
            by_month[row.month] += sums_of(row)
    for cell in found.others:
        others[cell.month] += cell.sums
    today = utc_today()
    return tuple(MonthFigures(each, own[each], named[each], others.get(each), is_settled(each, today)) for each in span.months)


def _versions(found: Seen) -> tuple[VersionFigures, ...]:
    """By version, newest first; of others what may not be told apart at the end."""
    own: dict[str, Sums] = defaultdict(Sums)
    elsewhere: dict[str, Sums] = defaultdict(Sums)
    for by_version, rows in ((own, found.own), (elsewhere, found.named)):
        for row in rows:
            by_version[row.version] += sums_of(row)
    for cell in found.others:
        for block in cell.blocks:
            elsewhere[block.version] += block.sums
        if not cell.blocks:
            elsewhere[OTHER_VERSIONS] += cell.sums
    newest_first = sorted(own.keys() | elsewhere.keys(), key=lambda version: version_key(version) if version else "", reverse=True)
    return tuple(VersionFigures(version, own[version], elsewhere[version]) for version in newest_first)


def _by_name(found: Seen) -> tuple[OrganisationFigures, ...]:
    """The organisations shown by name, those with most runs first. One query where there are any."""
    sums: dict[str, Sums] = defaultdict(Sums)
    for row in found.named:
        sums[row.organisation] += sums_of(row)
    if not sums:
        return ()
    organisations = Organisation.objects.filter(slug__in=sums, is_active=True)
    made = [OrganisationFigures(each.slug, each.name, each.language, sums[each.slug]) for each in organisations]
    return tuple(sorted(made, key=lambda each: (-each.sums.runs, each.name)))


def _module_figures(found: Seen, modules: Mapping[str, Module]) -> tuple[ModuleFigures, ...]:
    """Modules with runs, those with most first."""
    sums: dict[str, Sums] = defaultdict(Sums)
    for row in (*found.own, *found.named):
        sums[row.module] += sums_of(row)
    for cell in found.others:
        sums[cell.module] += cell.sums
    made = []
    for identifier, each in sums.items():
        module = modules.get(identifier)
        title, language = (module.title, module.language) if module else (identifier, "")
        made.append(ModuleFigures(identifier, title, language, module is not None, each))
    return tuple(sorted(made, key=lambda each: (-each.sums.runs, each.identifier)))


def _areas(module: Module) -> list[tuple[str, str]]:
    return [(module.business_area.slug, module.business_area.name)] if module.business_area else [("", "")]


def _grouped(figures: Iterable[ModuleFigures], groups: Callable[[str], list[tuple[str, str]]]) -> tuple[GroupFigures, ...]:
    """``figures`` added up by what ``groups`` says of each identifier; a module of several groups counts in each."""
    sums: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for each in figures:
        for group in groups(each.identifier):
            sums[group] += each.sums
    made = [GroupFigures(code, name, of) for (code, name), of in sums.items()]
    return tuple(sorted(made, key=lambda each: (-each.sums.runs, each.name)))
