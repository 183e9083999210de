"""Who holds versions that are recalled: exactly the organisations that took one, or took what needs one, and nobody else.

Today an organisation holds what it downloaded, by a person or a program; once adoptions are stated, they say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, time

from django.db.models import QuerySet

from registry.catalogue.models import Module
from registry.lifecycle.models import FormerIdentifier, Recall
from registry.lifecycle.resolving import Paths, covers
from registry.releases.models import Dependency, Download, Release
from registry.values.ranges import parse_range

MOST_STEPS = 20  # from what is taken to what is recalled


def releases_within(module: Module, ranges: str) -> list[Release]:
    """The releases of ``module`` in the range, listed or on their way; raises :class:`Refused` (``range_invalid``)."""
    within = parse_range(ranges)
    rows = module.releases.newest_first().defer("inspection")
    return [release for release in rows if covers(within, release.version)]


def holders(module: Module, recalled: Collection[int], *, organisation: int | None = None) -> dict[int, set[int]]:
    """Organisation -> the releases it took that are among ``recalled`` or led to one; only ``organisation``'s where given."""
    paths = Paths(module, recalled)
    taken = Download.objects.filter(release__in=[*recalled, *paths.needs]).exclude(organisation=module.organisation_id)
    if organisation is not None:
        taken = taken.filter(organisation=organisation)
    found: dict[int, set[int]] = defaultdict(set)
    for holder, release, day, listed_at in taken.values_list("organisation", "release", "day", "release__listed_at").distinct():
        start = datetime.combine(day, time.min, UTC)
        if paths.lead(release, max(start, listed_at) if listed_at else start):
            found[holder].add(release)
    return dict(found)


def recalls_met_by(release: Release) -> QuerySet[Recall]:
    """The open recalls that whoever takes ``release`` may meet: of itself, or of a module it needs, however many steps away."""
    modules = _needed(release)
    direct = Recall.objects.still_open().filter(releases=release)
    if not modules:
        return direct
    return Recall.objects.filter(pk__in=direct.values("pk")) | Recall.objects.still_open().filter(module__in=modules)


def _needed(release: Release) -> set[int]:
    """The modules that ``release`` needs by identifier, and what these need in turn; one round of queries for each step."""
    found: set[int] = set()
    wanted = set(Dependency.objects.filter(release=release, ecosystem="moothall").values_list("wanted", flat=True))
    for _ in range(MOST_STEPS):
        fresh = _named(wanted) - found
        if not fresh:
            break
        found |= fresh
        wanted = set(Dependency.objects.filter(release__module__in=fresh, ecosystem="moothall").values_list("wanted", flat=True))
    return found


def _named(identifiers: Collection[str]) -> set[int]:
    slugs = {slug for _, _, slug in (each.partition("/") for each in identifiers)}
    if not slugs:
        return set()
    rows = [
        *Module.objects.filter(slug__in=slugs).values_list("pk", "publisher", "slug"),
        *FormerIdentifier.objects.filter(slug__in=slugs).values_list("module", "publisher", "slug"),
    ]
    return {key for key, publisher, slug in rows if f"{publisher}/{slug}" in identifiers}
