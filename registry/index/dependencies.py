"""Where each dependency is to be had, for this viewer; and who depends on a module."""

from __future__ import annotations

from django.db.models import Q

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.catalogue.visibility import visible
from registry.formats.model import Inspection
from registry.index.entries import DependencyEntry
from registry.lifecycle.models import FormerIdentifier
from registry.lifecycle.names import names_of
from registry.releases.models import Dependency, ProvidedName, Release

MAX_USERS = 100
# What comes with a platform or from its maker's own public feed, by how its names begin. Sources: UiPath's official feed, Microsoft's
# prefixes reserved on NuGet.org, the objects that Blue Prism installs, Microsoft's connector and solution names.
_VENDOR = {
    "nuget": ("uipath.", "microsoft.", "system.", "newtonsoft.", "netstandard."),
    "pypi": ("",),
    "dotnet": ("system", "microsoft.", "mscorlib", "netstandard"),
    "powerplatform-connector": ("shared_",),
    "powerplatform-solution": ("msdyn", "microsoft", "active", "system", "default"),
    "pad-module": ("",),
    "blueprism": (
        "ms excel",
        "ms word",
        "ms outlook",
        "ms powerpoint",
        "utility - ",
        "data - ",
        "email - ",
        "webservices - ",
        "calendars",
        "blueprism.",
    ),
}
_CUSTOM_CONNECTOR = "-5f"  # how an environment spells "_" in a connector somebody made there


def dependency_entries(viewer: Viewer, release: Release) -> tuple[DependencyEntry, ...]:
    """The dependencies of a release, those to look for first; three queries whatever their number."""
    return _entries(viewer, list(release.dependencies.order_by("ecosystem", "name")))


def previewed_dependencies(viewer: Viewer, inspection: Inspection) -> tuple[DependencyEntry, ...]:
    """The dependencies that a release of these files would have; nothing is stored."""
    return _entries(viewer, [Dependency.read(need) for need in inspection.dependencies])


def _entries(viewer: Viewer, rows: list[Dependency]) -> tuple[DependencyEntry, ...]:
    held = _held(viewer, [row for row in rows if not row.is_included])
    entries = [_entry(row, held.get((row.ecosystem, row.wanted))) for row in rows]
    order = {"missing": 0, "registry": 1, "included": 2, "vendor": 3}
    return tuple(sorted(entries, key=lambda entry: (order[entry.status], entry.name.casefold())))


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


def _held(viewer: Viewer, rows: list[Dependency]) -> dict[tuple[str, str], Module]:
    """For each wanted name the visible, listed module that provides it; the longest listed where several do."""
    wanted = {(row.ecosystem, row.wanted) for row in rows}
    by_identifier, by_name = Q(pk__in=[]), Q(pk__in=[])
    for ecosystem, name in wanted:
        if ecosystem == "moothall":
            publisher, _, slug = name.partition("/")
            by_identifier |= Q(publisher=publisher, slug=slug)
        else:
            by_name |= Q(ecosystem=ecosystem, name=name)
    seen = Q(visible(viewer, "release__module__"), release__state=Release.State.LISTED)
    providers = (
        ProvidedName.objects.filter(seen, by_name).select_related("release__module").defer("release__inspection", "release__module__search")
    )
    held = {(row.ecosystem, row.name): row.release.module for row in providers.order_by("-release__module__created_at", "-pk")}
    for module in Module.objects.visible_to(viewer).filter(by_identifier).defer("search"):
        held["moothall", module.identifier] = module
    for former in (
        FormerIdentifier.objects.filter(visible(viewer, "module__"), by_identifier).select_related("module").defer("module__search")
    ):
        held["moothall", f"{former.publisher}/{former.slug}"] = former.module
    return held


def _entry(row: Dependency, holder: Module | None) -> DependencyEntry:
    if row.is_included:
        status = "included"
    elif holder is not None:
        status = "registry"
    else:
        status = "vendor" if _is_vendors(row) else "missing"
    return DependencyEntry(
        ecosystem=row.ecosystem,
        name=row.name,
        range=row.range,
        source=row.source,
        status=status,
        held_by=holder.identifier if holder and status == "registry" else "",
        held_version=holder.latest_version if holder and status == "registry" else "",
        held_state=holder.status if holder and status == "registry" else "",
    )


def _is_vendors(row: Dependency) -> bool:
    if row.ecosystem == "powerplatform-connector" and _CUSTOM_CONNECTOR in row.name:
        return False
    return row.name.casefold().startswith(_VENDOR.get(row.ecosystem, ("\0",)))
