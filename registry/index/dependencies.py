"""Where each dependency is to be had, for this viewer; and who depends on a module."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import fields

from django.db.models import Q

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.catalogue.visibility import visible
from registry.formats.model import Inspection
from registry.index.entries import DependencyEntry, NearName, NeedCounts
from registry.lifecycle.names import names_of
from registry.releases.links import Link, links
from registry.releases.models import Dependency, ProvidedName, Release
from registry.values.identifiers import provided_name

MAX_USERS = 100
_ORDER = {"missing": 0, "registry": 1, "included": 2, "vendor": 3}


def dependency_entries(viewer: Viewer, release: Release, inspection: Inspection) -> tuple[DependencyEntry, ...]:
    """The dependencies of a release of which ``inspection`` was read, those to look for first; six queries at most."""
    return _entries(viewer, list(release.dependencies.order_by("ecosystem", "name")), inspection)


def previewed_dependencies(viewer: Viewer, inspection: Inspection, filenames: Collection[str] = ()) -> tuple[DependencyEntry, ...]:
    """The dependencies that a release of these files would have; nothing is stored."""
    rows = [Dependency.read(need) for need in (*inspection.dependencies, *inspection.bound)]
    for row in rows:
        row.is_included = row.is_included or row.wanted in {provided_name(row.ecosystem, name) for name in filenames}
    return _entries(viewer, rows, inspection)


def lost(entries: Iterable[DependencyEntry]) -> tuple[DependencyEntry, ...]:
    """Those that are nowhere to be had, and those that others of the same files may have been meant by."""
    return tuple(entry for entry in entries if entry.status == "missing" or entry.near or not entry.fits)


def need_counts(entries: Iterable[DependencyEntry]) -> NeedCounts:
    """How many of ``entries`` are where."""
    found = Counter(entry.status if entry.fits else "unfit" for entry in entries)
    return NeedCounts(**{field.name: found[field.name] for field in fields(NeedCounts)})


def _entries(viewer: Viewer, rows: list[Dependency], inspection: Inspection) -> tuple[DependencyEntry, ...]:
    own = {name for name in (inspection.name, *inspection.provides) if name}
    own |= {need.name for need in inspection.dependencies if need.included}
    return in_order(_entry(link) for link in links(viewer, rows, own))


def in_order(entries: Iterable[DependencyEntry]) -> tuple[DependencyEntry, ...]:
    """Those to look for first."""
    return tuple(sorted(entries, key=lambda entry: (_ORDER[entry.status], entry.fits, entry.name.casefold())))


def users_of(viewer: Viewer, module: Module) -> tuple[str, ...]:
    """Identifiers of the visible modules of which a listed release depends on ``module``."""
    provided = ProvidedName.objects.filter(release__module=module, release__state=Release.State.LISTED)
    names = provided.values_list("ecosystem", "name").distinct()[:200]
    wanted = Q(ecosystem="moothall", wanted__in=names_of(module))
    for ecosystem, name in names:
        wanted |= Q(ecosystem=ecosystem, wanted=name)
    users = Dependency.objects.filter(wanted, is_included=False, release__state=Release.State.LISTED, release__yanked_at=None)
    seen = Module.objects.filter(visible(viewer), pk__in=users.values("release__module")).exclude(pk=module.pk)
    return tuple(user.identifier for user in seen.only("publisher", "slug").order_by("publisher", "slug")[:MAX_USERS])


def dependency_entry(row: Dependency, status: str, holder: Module | None) -> DependencyEntry:
    """One of what :func:`registry.releases.dependencies.resolved` found."""
    return _entry(Link(row, status, holder, holder.latest_version if holder else ""))


def _entry(link: Link) -> DependencyEntry:
    row, holder = link.row, link.holder
    return DependencyEntry(
        ecosystem=row.ecosystem,
        name=row.name,
        range=row.range,
        source=row.source,
        status=link.status,
        held_by=holder.identifier if holder else "",
        held_version=link.version,
        held_state=holder.status if holder else "",
        fits=link.fits,
        near=tuple(NearName(near.name, near.module) for near in link.near),
    )
