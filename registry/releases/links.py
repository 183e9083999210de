"""What a release needs, linked by the platform's own key: to what is here, whether a version of it fits, and what may have been meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.catalogue.visibility import visible
from registry.releases.dependencies import resolved
from registry.releases.models import Dependency, ProvidedName, Release
from registry.values.foreign_ranges import ANY, our_range
from registry.values.near_names import near_names
from registry.values.ranges import parse_range
from registry.values.versions import version_key

MAX_LOST = 20  # missing needs for which names like theirs are looked up
MAX_LIKE = 60  # names that the database finds like any of them


@dataclass(frozen=True, slots=True)
class Near:
    """A name that may have been meant: in the release's own files, or of a module here, which ``module`` names."""

    name: str
    module: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One need and where it leads. ``version`` is the newest listed one of ``holder`` that the need's range takes; ``fits``: there is one."""

    row: Dependency
    status: str
    holder: Module | None = None
    version: str = ""
    fits: bool = True
    near: tuple[Near, ...] = ()


def links(viewer: Viewer, rows: Sequence[Dependency], own: Collection[str] = ()) -> list[Link]:
    """Each need in its order; ``own`` are the names by which what is in the release can be called.

    Five queries at most, whatever their number.
    """
    found = resolved(viewer, rows)
    versions = _listed({holder.pk for row, _, holder in found if holder is not None and row.range})
    lost = [row for row, status, _ in found if status == "missing"][:MAX_LOST]
    like = _like(viewer, lost)
    return [_link(row, status, holder, versions, own, like if row in lost else []) for row, status, holder in found]


def _link(
    row: Dependency, status: str, holder: Module | None, versions: dict[int, list[str]], own: Collection[str], like: list[ProvidedName]
) -> Link:
    if holder is not None:
        version = _newest(row, versions.get(holder.pk, [])) if row.range else holder.latest_version
        return Link(row, status, holder, version or holder.latest_version, fits=bool(version))
    if status not in ("missing", "vendor"):
        return Link(row, status)
    if status == "vendor" and row.ecosystem != "blueprism":
        return Link(row, status)
    inside = tuple(
        Near(name) for name in near_names(row.name, own)
    )  # objects are called by name alone: one that sounds like the vendor's too
    return Link(row, status, near=(*inside, *_here(row, like, {name.casefold() for name in own})))


def _here(row: Dependency, like: list[ProvidedName], own: set[str]) -> Iterable[Near]:
    """Names of modules here, each module once; without those that are in the release itself."""
    modules = {each.name: each.release.module.identifier for each in like if each.ecosystem == row.ecosystem and each.name not in own}
    told = {modules[name]: name for name in reversed(near_names(row.wanted, modules))}
    return (Near(name, module) for module, name in reversed(told.items()))


def _newest(row: Dependency, versions: list[str]) -> str:
    """The newest version in the need's range; a range that ours cannot say takes any."""
    written = our_range(row.ecosystem, row.range)
    wanted = parse_range(written) if written != ANY else None
    fitting = [version for version in versions if wanted is None or wanted.holds(version)]
    return max(fitting, key=version_key, default="")


def _listed(modules: set[int]) -> dict[int, list[str]]:
    """By module, the versions that somebody could take."""
    found: dict[int, list[str]] = {}
    rows = Release.objects.filter(module__in=modules, state=Release.State.LISTED, yanked_at=None, quarantined_at=None)
    for module, version in rows.values_list("module_id", "version") if modules else ():
        found.setdefault(module, []).append(version)
    return found


def _like(viewer: Viewer, lost: list[Dependency]) -> list[ProvidedName]:
    """Names that visible, listed releases provide and that are spelt like one of ``lost``."""
    alike = Q(pk__in=[])
    for row in lost:
        alike |= Q(ecosystem=row.ecosystem, name__trigram_similar=row.wanted)
    if not lost:
        return []
    seen = Q(visible(viewer, "release__module__"), release__state=Release.State.LISTED)
    found = (
        ProvidedName.objects.filter(seen, alike).select_related("release__module").defer("release__inspection", "release__module__search")
    )
    return list(found.order_by("name", "-pk")[:MAX_LIKE])
