"""Where each dependency is to be had, for this viewer; and who depends on a module."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.catalogue.visibility import visible
from registry.formats.model import Inspection
from registry.index.entries import DependencyEntry
from registry.lifecycle.names import names_of
from registry.releases.dependencies import resolved
from registry.releases.models import Dependency, ProvidedName, Release

MAX_USERS = 100
_ORDER = {"missing": 0, "registry": 1, "included": 2, "vendor": 3}


def dependency_entries(viewer: Viewer, release: Release) -> tuple[DependencyEntry, ...]:
    """The dependencies of a release, those to look for first; three queries whatever their number."""
    return _entries(viewer, list(release.dependencies.order_by("ecosystem", "name")))


def previewed_dependencies(viewer: Viewer, inspection: Inspection) -> tuple[DependencyEntry, ...]:
    """The dependencies that a release of these files would have; nothing is stored."""
    return _entries(viewer, [Dependency.read(need) for need in inspection.dependencies])


def _entries(viewer: Viewer, rows: list[Dependency]) -> tuple[DependencyEntry, ...]:
    return in_order(dependency_entry(row, status, holder) for row, status, holder in resolved(viewer, rows))


def in_order(entries: Iterable[DependencyEntry]) -> tuple[DependencyEntry, ...]:
    """Those to look for first."""
    return tuple(sorted(entries, key=lambda entry: (_ORDER[entry.status], entry.name.casefold())))


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
    return DependencyEntry(
        ecosystem=row.ecosystem,
        name=row.name,
        range=row.range,
        source=row.source,
        status=status,
        held_by=holder.identifier if holder else "",
        held_version=holder.latest_version if holder else "",
        held_state=holder.status if holder else "",
    )
