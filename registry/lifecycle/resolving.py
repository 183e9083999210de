"""What a dependency on a module resolved to: the highest version its range allowed among those that could be had at a moment.

Moothall keeps no record of what each taker's tools chose, so it is worked out from what was listed and yanked when. Only dependencies on
modules by identifier count: their ranges are ours to read. A process sequence is another matter: its lock says what it holds, for ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from registry.catalogue.models import Module
from registry.errors import Refused
from registry.lifecycle.names import names_of
from registry.releases.models import Dependency, Release
from registry.sequences.models import LockedPart
from registry.values.ranges import Range, parse_range


@dataclass(frozen=True, slots=True)
class Version:
    """A release that was ever listed, as ranges see it."""

    key: int
    version: str
    version_key: str
    listed_at: datetime
    yanked_at: datetime | None


class Paths:
    """Every way from releases of any module to the releases ``targets`` of ``module``, through what each needs of the next.

    Built backwards in three queries for each module on the way, whatever the number of releases.
    """

    def __init__(self, module: Module, targets: Collection[int]) -> None:
        self.targets = frozenset(targets)
        self.needs: dict[int, list[tuple[Range, int]]] = defaultdict(list)  # release -> what it wants of which module
        self._versions: dict[int, list[Version]] = {}
        self._towards: dict[int, set[int]] = {module.pk: set(targets)}
        self._known: dict[tuple[int, datetime], bool] = {}
        self.locked = frozenset(LockedPart.objects.filter(part__in=targets).values_list("lock", flat=True))  # sequences that hold a target
        todo = [module, *self._grown(self.locked)]
        while todo:
            todo += self._back(todo.pop())

    def lead(self, release: int, since: datetime) -> bool:
        """Whether whoever had ``release`` from ``since`` on came to a target at some moment.

        What a range resolves to changes only when something is listed or yanked: it is enough to look at ``since`` and those moments after it.
        """
        if release in self.targets or release in self.locked:
            return True
        if release not in self.needs:
            return False
        every = (moment for rows in self._versions.values() for row in rows for moment in (row.listed_at, row.yanked_at))
        return any(
            self._leads(release, moment) for moment in {since, *(moment for moment in every if moment is not None and moment > since)}
        )

    def _back(self, needed: Module) -> list[Module]:
        """One step back: who needs ``needed`` in a version that leads on. Returns the modules of which more releases do than before."""
        towards = self._towards[needed.pk]
        self._versions[needed.pk] = versions = versions_of(needed)
        leading = [each.version for each in versions if each.key in towards]
        found = set()
        for release, wanted in needs_of(needed):
            if any(wanted.holds(version) for version in leading):
                if (wanted, needed.pk) not in self.needs[release]:
                    self.needs[release].append((wanted, needed.pk))
                found.add(release)
        return self._grown(found)

    def _grown(self, found: Collection[int]) -> list[Module]:
        """The modules of which more of ``found`` lead on than was known."""
        grown = set()
        for release, module in Release.objects.filter(pk__in=found).values_list("pk", "module"):
            known = self._towards.setdefault(module, set())
            if release not in known:
                known.add(release)
                grown.add(module)
        return list(Module.objects.filter(pk__in=grown).defer("search"))

    def _leads(self, release: int, moment: datetime) -> bool:
        if release in self.targets or release in self.locked:
            return True
        known = self._known.get((release, moment))
        if known is None:
            self._known[release, moment] = False  # a circle leads nowhere
            chosen = [_highest(wanted, self._versions[module], moment) for wanted, module in self.needs.get(release, ())]
            known = self._known[release, moment] = any(self._leads(each, moment) for each in chosen if each)
        return known


def versions_of(module: Module) -> list[Version]:
    """Every release of ``module`` that was ever listed."""
    rows = module.releases.filter(listed_at__isnull=False)
    found = rows.values_list("pk", "version", "version_key", "listed_at", "yanked_at")
    return [Version(key, version, order, listed_at, yanked_at) for key, version, order, listed_at, yanked_at in found if listed_at]


def needs_of(module: Module) -> list[tuple[int, Range]]:
    """The listed releases of other modules that need ``module``, under any name it had, with the range they want; sequences are locked."""
    rows = Dependency.objects.filter(ecosystem="moothall", wanted__in=names_of(module), release__listed_at__isnull=False)
    ranged = rows.filter(release__lock=None).exclude(release__module=module)
    return [(release, readable(text)) for release, text in ranged.values_list("release", "range")]


def readable(text: str) -> Range:
    """``text`` as a range; what a file wrote that is none stands for any version, so that nobody goes untold."""
    try:
        return parse_range(text)
    except Refused:
        return parse_range("")


def _highest(wanted: Range, versions: Collection[Version], moment: datetime) -> int:
    """The key of the release that ``wanted`` resolved to at ``moment``; 0 for none."""
    there = [each for each in versions if each.listed_at <= moment and (each.yanked_at is None or each.yanked_at > moment)]
    fitting = [each for each in there if wanted.holds(each.version)]
    return max(fitting, key=lambda each: each.version_key).key if fitting else 0


def covers(within: Range, version: str) -> bool:
    """Whether a warning of ``within`` speaks of ``version``: a pre-release of a version in the range is no safer than that."""
    return within.holds(version) or ("-" in version and within.holds(version.partition("-")[0]))
