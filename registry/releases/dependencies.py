"""Where what a release needs is to be had, and what that needs in turn, as far as somebody may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.catalogue.visibility import visible
from registry.checks.model import Facts, Need
from registry.releases.models import Dependency, ProvidedName, Release
from registry.values.a360_packages import A360_PACKAGES
from registry.values.markings import Visibility

MAX_DEPTH = 4  # levels of needs of needs that are looked at: three queries each
MAX_MODULES = 200  # modules of the closure
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
    "conda": ("",),
    "n8n-node": ("",),  # the node comes with n8n, or with the npm package that is named beside it
    "npm": ("",),
    "software": ("",),  # what is installed on the machine, not taken from here
    "openrpa-assembly": ("openrpa",),
    "robot-library": ("robot.", "rpa.", "robocorp.", "seleniumlibrary", "requestslibrary", "databaselibrary", "appiumlibrary"),
}
# What Robot Framework itself brings, and the libraries whose names would begin others' too.
_VENDOR_NAMES = {
    "robot-library": frozenset(
        [
            "builtin",
            "collections",
            "datetime",
            "dialogs",
            "easter",
            "operatingsystem",
            "process",
            "remote",
            "screenshot",
            "string",
            "telnet",
            "xml",
            "browser",
        ]
    ),
}
_CUSTOM_CONNECTOR = "-5f"  # how an environment spells "_" in a connector somebody made there


def resolved(viewer: Viewer, rows: Sequence[Dependency], *, shared: bool = False) -> list[tuple[Dependency, str, Module | None]]:
    """Each dependency with its status (``included``, ``registry``, ``vendor``, ``missing``) and the module held here that provides it.

    Three queries whatever their number. With ``shared`` only modules count that the whole partnership sees.
    """
    held = _held(viewer, [row for row in rows if not row.is_included], Q(visibility=Visibility.PARTNERSHIP) if shared else Q())
    return [(row, *_status(row, held.get((row.ecosystem, row.wanted)))) for row in rows]


def facts_for(
    organisation: Organisation, rows: Sequence[Dependency], *, visibility: str, licence: str, summary: str, language: str
) -> Facts:
    """What the checks of a release must know, as its publisher sees it; in a number of queries that :data:`MAX_DEPTH` bounds.

    Findings are read by everybody who sees the module. So of one that others see only needs count that the whole partnership sees: what is
    hidden from a reader answers as what does not exist.
    """
    needs = tuple(_closure(eyes_of(organisation), list(rows), shared=visibility != Visibility.OWN))
    return Facts(licence=licence, summary=summary, language=language, needs=needs)


def eyes_of(organisation: Organisation) -> Viewer:
    """The viewer that an organisation is, whoever of it acts."""
    return Viewer(organisations=(organisation.pk,), organisation=organisation)


def _closure(viewer: Viewer, rows: list[Dependency], *, shared: bool) -> Iterator[Need]:
    """Needs level by level, each module once."""
    seen: set[int] = set()
    ways: dict[int, tuple[str, ...]] = {}  # by module: the modules by which it was reached
    for level in range(MAX_DEPTH):
        holders: dict[int, Module] = {}
        for row, status, holder in resolved(viewer, rows, shared=shared):
            way = ways.get(row.release.module_id, ()) if level else ()
            yield _need(row, status, holder, way)
            if holder is not None and holder.pk not in seen and len(seen) < MAX_MODULES:
                seen.add(holder.pk)
                holders[holder.pk] = holder
                ways[holder.pk] = (*way, holder.identifier)
        if not holders:
            return
        latest = Dependency.objects.filter(
            release__module__in=holders, release__version=F("release__module__latest_version"), is_included=False
        )
        rows = list(latest.select_related("release").defer("release__inspection").order_by("pk"))


def _need(row: Dependency, status: str, holder: Module | None, way: tuple[str, ...]) -> Need:
    if holder is None:
        return Need(row.name, status, row.ecosystem, through=way)
    return Need(row.name, status, row.ecosystem, holder.identifier, holder.licence, way)


def _held(viewer: Viewer, rows: list[Dependency], only: Q) -> dict[tuple[str, str], Module]:
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
    if only:
        seen &= Q(release__module__visibility=Visibility.PARTNERSHIP)
    providers = (
        ProvidedName.objects.filter(seen, by_name).select_related("release__module").defer("release__inspection", "release__module__search")
    )
    held = {(row.ecosystem, row.name): row.release.module for row in providers.order_by("-release__module__created_at", "-pk")}
    for module in Module.objects.visible_to(viewer).filter(by_identifier, only).defer("search"):
        held["moothall", module.identifier] = module
    return held | _moved(viewer, [row.wanted for row in rows if row.ecosystem == "moothall"], only)


def _moved(viewer: Viewer, names: list[str], only: Q) -> dict[tuple[str, str], Module]:
    """For each identifier that a module had before it passed to another organisation, that module."""
    had = Q(pk__in=[])
    for name in names:
        publisher, _, slug = name.partition("/")
        had |= Q(former_identifiers__publisher=publisher, former_identifiers__slug=slug)
    former = Concat("former_identifiers__publisher", Value("/"), "former_identifiers__slug")
    moved = Module.objects.visible_to(viewer).filter(had, only).annotate(former=former).defer("search") if names else ()
    return {("moothall", module.former): module for module in moved}  # type: ignore[attr-defined]


def _status(row: Dependency, holder: Module | None) -> tuple[str, Module | None]:
    if row.is_included:
        return "included", None
    if holder is not None:
        return "registry", holder
    return "vendor" if _is_vendors(row) else "missing", None


def _is_vendors(row: Dependency) -> bool:
    if row.ecosystem == "powerplatform-connector" and _CUSTOM_CONNECTOR in row.name:
        return False
    if row.ecosystem == "a360-package":
        return row.name.casefold() in A360_PACKAGES
    name = row.name.casefold()
    return name.startswith(_VENDOR.get(row.ecosystem, ("\0",))) or name in _VENDOR_NAMES.get(row.ecosystem, ())
