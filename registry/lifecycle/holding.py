"""Who holds versions that are recalled: exactly the organisations that state they use one, or use what needs one, and nobody else.

Neither a download nor a passing interest is use. A statement that nobody confirmed in time still holds: what ran may run on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import Organisation
from registry.adoption.models import HOLDING, Adoption
from registry.catalogue.models import Module
from registry.lifecycle.models import FormerIdentifier, Recall
from registry.lifecycle.resolving import Paths, covers
from registry.releases.models import Dependency, Release
from registry.sequences.models import LockedPart
from registry.values.ranges import parse_range

MOST_STEPS = 20  # from what is taken to what is recalled


def releases_within(module: Module, ranges: str) -> list[Release]:
    """The releases of ``module`` in the range, listed or on their way; raises :class:`Refused` (``range_invalid``)."""
    within = parse_range(ranges)
    rows = module.releases.newest_first().defer("inspection")
    return [release for release in rows if covers(within, release.version)]


def holders(module: Module, recalled: Collection[int], *, organisation: int | None = None) -> dict[int, set[int]]:
    """Organisation -> the releases it uses that are among ``recalled`` or led to one since; only ``organisation``'s where given.

    However it shares its statements; never the module's own publisher.
    """
    paths = Paths(module, recalled)
    used = Adoption.objects.filter(stage__in=HOLDING, release__in=[*recalled, *paths.locked, *paths.needs]).exclude(
        organisation=module.organisation_id
    )
    if organisation is not None:
        used = used.filter(organisation=organisation)
    found: dict[int, set[int]] = defaultdict(set)
    for holder, release, held_since, created_at in used.values_list("organisation", "release", "held_since", "created_at"):
        if release is not None and paths.lead(release, held_since or created_at):
            found[holder].add(release)
    return dict(found)


def adopters_of(module: Module) -> QuerySet[Organisation]:
    """The organisations that use any version of ``module``, but for its own publisher, however they share that."""
    used = Adoption.objects.filter(module=module, stage__in=HOLDING).exclude(organisation=module.organisation_id)
    return Organisation.objects.filter(pk__in=used.values("organisation")).order_by("pk")


def recalls_met_by(release: Release) -> QuerySet[Recall]:
    """The open recalls that whoever uses ``release`` may meet: of itself, or of a module it needs, however many steps away."""
    modules = _needed(release)
    direct = Recall.objects.still_open().filter(releases=release)
    if not modules:
        return direct
    return Recall.objects.filter(pk__in=direct.values("pk")) | Recall.objects.still_open().filter(module__in=modules)


def _needed(release: Release) -> set[int]:
    """The modules that ``release`` needs by identifier, and what these need in turn; one round of queries for each step."""
    locked = set(LockedPart.objects.filter(lock=release.pk).values_list("part__module", flat=True))
    if locked:
        return locked  # a sequence's lock names all of it
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
