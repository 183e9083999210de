"""What may be chosen for a sequence: the releases that somebody sees and may take anew, and what they need, level by level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.catalogue.visibility import ModuleQuerySet
from registry.releases.models import Dependency, ProvidedName, Release
from registry.releases.queries import ReleaseQuerySet
from registry.resolving.effort import too_large
from registry.resolving.model import Need, Offer
from registry.resolving.shelf import Shelf
from registry.values.foreign_ranges import our_range
from registry.values.markings import Marking, Visibility

MAX_LEVELS = 40  # of needs of needs: five queries each
MAX_MODULES = 2_000
MAX_RELEASES = 50_000
_OURS = "moothall"


@dataclass(frozen=True, slots=True, order=True)
class Outside:
    """Something that a release needs and no module here provides, named as its platform knows it."""

    ecosystem: str
    name: str
    range: str


@dataclass(slots=True)
class Pool:
    """``offers`` by the identifier that a module has now; ``now`` leads to it from what was asked for; ``outside`` by release."""

    offers: dict[str, list[Offer]] = field(default_factory=dict)
    now: dict[str, str] = field(default_factory=dict)
    outside: dict[int, list[Outside]] = field(default_factory=dict)

    def need(self, need: Need) -> Need:
        """``need`` by the identifier that its module has now."""
        return Need(self.now.get(need.module, need.module), need.range)


def takeable(viewer: Viewer) -> ReleaseQuerySet:
    """The releases that ``viewer`` may take anew: listed, neither yanked nor in quarantine nor recalled, of a module in service."""
    recalled = Release.recalls.through.objects.filter(release=OuterRef("pk"), recall__closed_at=None)
    fit = Release.objects.visible_to(viewer).filter(state=Release.State.LISTED, yanked_at=None, quarantined_at=None)
    return fit.filter(~Exists(recalled), module__retired_at=None)


def pool_for(viewer: Viewer, asked: Sequence[Need], *, prereleases: bool = False, shared: bool = False) -> Pool:
    """All that may have a part in an answer, in a number of queries that :data:`MAX_LEVELS` bounds.

    With ``shared`` what is needed by a platform's name is found only among modules that the whole partnership sees: the same name may be
    provided by something that readers must not learn of, and they get it elsewhere.
    Of the modules asked for every release is looked at, since another range may free a conflict; of the others what some range holds.
    Raises :class:`Conflict` (``resolution_too_large``).
    """
    filling = _Filling(viewer, prereleases, shared)
    filling.reach(asked, whole=True)
    for _ in range(MAX_LEVELS):
        if not filling.new:
            return filling.pool()
        filling.reach(filling.needs())
    raise too_large(f"What the steps need leads on for more than {MAX_LEVELS} levels.")


class _Filling:
    """A pool while it is filled; ``new`` are the releases whose needs were not looked at yet."""

    def __init__(self, viewer: Viewer, prereleases: bool, shared: bool) -> None:
        self._viewer, self._prereleases, self._shared = viewer, prereleases, shared
        self._now: dict[str, str] = {}
        self._shelves: dict[str, Shelf] = {}
        self._looked_at: dict[str, int] = defaultdict(int)  # by module: bits of its shelf
        self._needs: dict[int, list[tuple[Need, Outside | None]]] = {}
        self._providers: dict[tuple[str, str], str] = {}  # identifier, or nothing
        self._count = 0
        self.new: list[Offer] = []

    def reach(self, needs: Sequence[Need], *, whole: bool = False) -> None:
        """Follow ``needs`` to the releases that keep them; to all of each module with ``whole``."""
        self._find({need.module for need in needs} - self._now.keys())
        for need in needs:
            shelf = self._shelves[self._now[need.module]]
            bits = shelf.everything if whole else shelf.fits(need.range)
            seen = self._looked_at[self._now[need.module]]
            self.new += [shelf.offers[place] for place in shelf.chosen(bits & ~seen)]
            self._looked_at[self._now[need.module]] = seen | bits

    def needs(self) -> list[Need]:
        """What the new releases need, which makes them new no more."""
        keys = [offer.key for offer in self.new]
        rows = Dependency.objects.filter(release__in=keys, is_included=False).order_by("pk")
        found = list(rows.values_list("release", "ecosystem", "name", "wanted", "range"))
        self._provide({(ecosystem, wanted) for _, ecosystem, _, wanted, _ in found if ecosystem != _OURS})
        own = {offer.key: offer.module for offer in self.new}
        for key in keys:
            self._needs[key] = []
        for release, ecosystem, name, wanted, text in found:
            module = wanted if ecosystem == _OURS else self._providers[ecosystem, wanted]
            if ecosystem == _OURS or module != own[release]:
                outside = None if ecosystem == _OURS else Outside(ecosystem, name, text)
                self._needs[release].append((Need(module, our_range(ecosystem, text)), outside))
        self.new = []
        return [need for key in keys for need, _ in self._needs[key] if need.module]

    def pool(self) -> Pool:
        """What was found; a need of another ecosystem that no release here keeps is met outside."""
        pool = Pool(now=self._now)
        for module, shelf in self._shelves.items():
            pool.offers[module] = [self._offer(offer, pool) for offer in shelf.offers]
        return pool

    def _offer(self, offer: Offer, pool: Pool) -> Offer:
        needs = []
        for need, outside in self._needs.get(offer.key, ()):
            if outside is None or (need.module and self._shelves[self._now[need.module]].fits(need.range)):
                needs.append(pool.need(need))
            else:
                pool.outside.setdefault(offer.key, []).append(outside)
        return Offer(offer.module, offer.version, tuple(dict.fromkeys(needs)), offer.key)

    def _find(self, identifiers: set[str]) -> None:
        """The modules of ``identifiers``, and what of them may be taken."""
        modules = by_identifier(Module.objects.visible_to(self._viewer).only("publisher", "slug"), identifiers)
        self._now |= {asked: modules[asked].identifier if asked in modules else asked for asked in identifiers}
        new = {module.pk: module.identifier for module in modules.values() if module.identifier not in self._shelves}
        offers: dict[str, list[Offer]] = {self._now[asked]: [] for asked in identifiers if self._now[asked] not in self._shelves}
        rows = takeable(self._viewer).filter(module__in=new).values_list("module", "version", "pk") if new else ()
        for module, version, key in rows[: MAX_RELEASES - self._count + 1]:
            offers[new[module]].append(Offer(new[module], version, (), key))
            self._count += 1
        self._shelves |= {module: Shelf(some, prereleases=self._prereleases) for module, some in offers.items()}
        if self._count > MAX_RELEASES or len(self._shelves) > MAX_MODULES:
            raise too_large(f"More than {MAX_MODULES:,} modules or {MAX_RELEASES:,} releases of them would have to be looked at.")

    def _provide(self, names: set[tuple[str, str]]) -> None:
        """Who provides ``names``; the longest listed where several do."""
        sought = names - self._providers.keys()
        if not sought:
            return
        self._providers |= dict.fromkeys(sought, "")
        rows = ProvidedName.objects.filter(
            ecosystem__in={ecosystem for ecosystem, _ in sought}, name__in={name for _, name in sought}, release__in=takeable(self._viewer)
        ).order_by("-release__module__created_at", "-release__module")
        if self._shared:
            rows = rows.filter(release__module__visibility=Visibility.PARTNERSHIP, release__module__marking=Marking.OFFICIAL)
        for ecosystem, name, publisher, slug in rows.values_list(
            "ecosystem", "name", "release__module__publisher", "release__module__slug"
        ):
            if (ecosystem, name) in sought:
                self._providers[ecosystem, name] = f"{publisher}/{slug}"


def by_identifier(modules: ModuleQuerySet, identifiers: Iterable[str]) -> dict[str, Module]:
    """Those of ``modules`` that have or had ``identifiers``, by the one asked for; two queries at most."""
    found: dict[str, Module] = {}
    left = set(identifiers)
    for prefix in ("", "former_identifiers__"):
        if left:
            parts = [name.partition("/") for name in left]
            narrow = {f"{prefix}publisher__in": {each[0] for each in parts}, f"{prefix}slug__in": {each[2] for each in parts}}
            named = modules.filter(**narrow).annotate(name=Concat(f"{prefix}publisher", Value("/"), f"{prefix}slug"))
            found |= {module.name: module for module in named if module.name in left}  # type: ignore[attr-defined]
            left -= found.keys()
    return found
