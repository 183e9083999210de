"""What a module's own organisation reads of its reach: who took it, who uses which version, who is behind, what is still unanswered (P22, O12).

Of others it holds what they share, and no more: whoever is only counted is a number here, whoever keeps it to itself is nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.adoption.models import HOLDING, Adoption, AdoptionEntry, Sharing, Stage
from registry.catalogue.models import Module
from registry.curation.models import Rating
from registry.index.read import missing
from registry.lifecycle.models import Recall
from registry.releases.models import Download, Release

MONTHS = 24  # the latest of the uptake that are shown
_FURTHEST = (Stage.LIVE, Stage.PILOT, Stage.ASSESSING)


@dataclass(frozen=True, slots=True)
class TakenRow:
    """How often a version was taken in a month: organisations × days, so that a nightly job counts once a day."""

    month: date  # its first day
    version: str
    people: int
    programs: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version: how often it was ever taken, and how many organisations use it."""

    version: str
    listed_at: datetime | None
    is_offered: bool  # listed, and neither a preview, yanked nor in quarantine
    newer: int  # versions that are offered and higher
    people: int
    programs: int
    live: int
    trying: int  # assess or pilot it, and run it nowhere

    @property
    def adopters(self) -> int:
        """Organisations that use it in any way."""
        return self.live + self.trying


@dataclass(frozen=True, slots=True)
class BehindRow:
    """Whoever uses less than the newest version: one organisation by name, or ``count`` of those that show none (``organisation`` empty)."""

    organisation: str
    slug: str
    version: str
    stage: str  # as one reads it; empty where no name is shown
    behind: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class UptakeRow:
    """How many organisations used the newest version at the end of a month (or today), and how many only older ones."""

    month: date
    newest: int
    older: int


@dataclass(frozen=True, slots=True)
class OpenRecall:
    """A recall that is not closed: how many were told, and how many have not answered."""

    key: int
    versions: str
    severity: str
    told: int
    outstanding: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything of the page, newest first where there is an order."""

    module: str
    newest: str  # empty while nothing is offered
    newest_at: datetime | None
    taken: tuple[TakenRow, ...]
    versions: tuple[VersionRow, ...]
    behind: tuple[BehindRow, ...]
    uptake: tuple[UptakeRow, ...]
    rated: int
    rating: float | None
    recalls: tuple[OpenRecall, ...]

    @property
    def adopters(self) -> int:
        """Organisations that use any version; one that uses two counts at each version, and once here."""
        return self.uptake[-1].newest + self.uptake[-1].older if self.uptake else 0

    @property
    def behind_count(self) -> int:
        return sum(row.count for row in self.behind)


def may_read_statistics(viewer: Viewer, module: Module) -> bool:
    """Members of its organisation, that organisation's tokens where they are not bound to other modules, and auditors."""
    own = module.organisation_id in viewer.organisations and (viewer.modules is None or module.slug in viewer.modules)
    return own or viewer.is_auditor


def statistics(viewer: Viewer, module: Module) -> Statistics:
    """The figures of ``module``, which the caller found visible, in at most six queries; raises :class:`Missing` for all but those it is for."""
    if not may_read_statistics(viewer, module):
        raise missing()
    releases = _releases([module.pk])[module.pk]
    ever = _used(viewer, [module])
    used = [row for row in ever if row.stage in HOLDING]
    taken = _taken(module, {release.pk: release for release in releases})
    newest = next((release for release in releases if _is_offered(release)), None)
    rated = Rating.objects.standing().filter(release__module=module).values("organisation").distinct().count()
    return Statistics(
        module=module.identifier,
        newest=newest.version if newest else "",
        newest_at=newest.listed_at if newest else None,
        taken=tuple(taken),
        versions=tuple(_versions(releases, used, taken)),
        behind=tuple(_behind(viewer, used, releases)),
        uptake=tuple(_uptake(ever, newest.pk if newest else 0)),
        rated=rated,
        rating=module.rating if rated else None,
        recalls=tuple(_recalls(module)),
    )


@dataclass(frozen=True, slots=True)
class ModuleReach:
    """One of an organisation's own modules: who uses it, and who is behind."""

    identifier: str
    publisher: str
    slug: str
    title: str
    language: str
    newest: str
    adopters: int
    behind: tuple[BehindRow, ...]

    @property
    def behind_count(self) -> int:
        return sum(row.count for row in self.behind)


def reach_of(viewer: Viewer, organisation: Organisation) -> tuple[ModuleReach, ...]:
    """Of every module of ``organisation`` that others use: most behind first, in three queries; nothing for those it is not for. At most 200."""
    modules = [
        module
        for module in Module.objects.visible_to(viewer)
        .filter(organisation=organisation)
        .exclude(status=Module.Status.RETIRED)
        .order_by("title")
        .only("pk", "publisher", "slug", "title", "language", "organisation")[:200]
        if may_read_statistics(viewer, module)
    ]
    releases = _releases([module.pk for module in modules])
    used: dict[int, list[Adoption]] = defaultdict(list)
    for row in _used(viewer, modules):
        if row.stage in HOLDING:
            used[row.module_id].append(row)
    found = []
    for module in modules:
        rows = used[module.pk]
        newest = next((release.version for release in releases[module.pk] if _is_offered(release)), "")
        said = (module.identifier, module.publisher, module.slug, module.title, module.language, newest)
        found.append(ModuleReach(*said, len({row.organisation_id for row in rows}), tuple(_behind(viewer, rows, releases[module.pk]))))
    return tuple(sorted((each for each in found if each.adopters), key=lambda each: -each.behind_count))


def _releases(modules: Collection[int]) -> dict[int, list[Release]]:
    """By module: what was ever listed, highest version first."""
    rows = Release.objects.filter(module__in=modules, listed_at__isnull=False).newest_first()
    found: dict[int, list[Release]] = defaultdict(list)
    columns = ("pk", "module", "version", "version_key", "is_prerelease", "state", "listed_at", "yanked_at", "quarantined_at")
    for release in rows.only(*columns).fetch_mode(models.FETCH_RAISE):
        found[release.module_id].append(release)
    return found


def _is_offered(release: Release) -> bool:
    hidden = release.is_prerelease or release.yanked_at or release.quarantined_at
    return release.state == Release.State.LISTED and not hidden


def _used(viewer: Viewer, modules: Sequence[Module]) -> list[Adoption]:
    """The records of others that hold a version or held it, as far as ``viewer`` may count them, whether or not they were confirmed in time."""
    rows = Adoption.objects.counted_for(viewer).filter(module__in=modules, stage__in=[*HOLDING, Stage.RETIRED], release__isnull=False)
    others = rows.exclude(organisation=F("module__organisation")).select_related("organisation", "release")
    return list(others.defer("release__inspection").fetch_mode(models.FETCH_RAISE))


def _taken(module: Module, releases: dict[int, Release]) -> list[TakenRow]:
    rows = Download.objects.filter(release__module=module).exclude(organisation=module.organisation_id)
    counted = rows.annotate(month=TruncMonth("day")).values_list("month", "release", "by_token").annotate(count=Count("pk"))
    found: dict[tuple[date, int], list[int]] = defaultdict(lambda: [0, 0])
    for month, release, by_token, count in counted.order_by():
        if release in releases:
            found[month, release][by_token] += count
    ordered = sorted(found.items(), key=lambda each: (each[0][0], releases[each[0][1]].version_key), reverse=True)
    return [TakenRow(month, releases[key].version, people, programs) for (month, key), (people, programs) in ordered]


def _versions(releases: Iterable[Release], used: Iterable[Adoption], taken: Sequence[TakenRow]) -> Iterable[VersionRow]:
    stages: dict[int, dict[int, int]] = defaultdict(dict)  # release -> organisation -> how far it is
    for record in used:
        here = stages[record.release_id or 0]
        here[record.organisation_id] = min(here.get(record.organisation_id, len(_FURTHEST)), _FURTHEST.index(Stage(record.stage)))
    people, programs = Counter[str](), Counter[str]()
    for row in taken:
        people[row.version] += row.people
        programs[row.version] += row.programs
    newer = 0
    for release in releases:
        far = Counter(stages[release.pk].values())
        yield VersionRow(
            version=release.version,
            listed_at=release.listed_at,
            is_offered=_is_offered(release),
            newer=newer,
            people=people[release.version],
            programs=programs[release.version],
            live=far[0],
            trying=far[1] + far[2],
        )
        newer += _is_offered(release)


def _behind(viewer: Viewer, used: Iterable[Adoption], releases: Sequence[Release]) -> list[BehindRow]:
    """An organisation is as far behind as the highest version that it uses."""
    offered = [release.version_key for release in releases if _is_offered(release)]
    highest: dict[int, Adoption] = {}
    for row in sorted(used, key=lambda row: row.release.version_key if row.release else ""):
        highest[row.organisation_id] = row
    named, unnamed = [], Counter[tuple[str, int]]()
    for row in highest.values():
        assert row.release is not None
        behind = sum(key > row.release.version_key for key in offered)
        if not behind:
            continue
        if row.sharing == Sharing.NAMED or viewer.is_auditor:
            stage = Stage(row.stage).label
            named.append(BehindRow(row.organisation.name, row.organisation.slug, row.release.version, stage, behind))
        else:
            unnamed[row.release.version, behind] += 1
    rows = [*named, *(BehindRow("", "", version, "", behind, count) for (version, behind), count in unnamed.items())]
    return sorted(rows, key=lambda row: (-row.behind, not row.organisation, row.organisation, row.version))


def _uptake(used: Collection[Adoption], newest: int) -> list[UptakeRow]:
    """Month by month until today, from what the records' logs say was held when; at most two years."""
    spells = _spells(used)
    if not spells:
        return []
    now = timezone.now()
    first = min(start for _, _, start, _ in spells)
    found = []
    for month, end in _months(max(first, _months_before(now, MONTHS - 1)), now):
        held = [(who, release) for who, release, start, until in spells if start <= end and (until is None or until > end)]
        on_newest = {who for who, release in held if release == newest}
        found.append(UptakeRow(month, len(on_newest), len({who for who, _ in held} - on_newest)))
    return found


type Spell = tuple[int, int, datetime, datetime | None]  # an organisation held a release from then, until then or still


def _spells(used: Collection[Adoption]) -> list[Spell]:
    """What each record held when. Its log tells of changes; what it names now it may have held before it said so."""
    by_key = {row.pk: row for row in used}
    entries = AdoptionEntry.objects.filter(adoption__in=by_key).order_by("adoption", "pk").values_list("adoption", "stage", "release", "at")
    found: list[Spell] = []
    for key, rows in groupby(entries, key=lambda row: row[0]):
        adoption, log = by_key[key], list(rows)
        ends = [at for _, _, _, at in log[1:]]
        for (_, stage, release, at), until in zip(log, [*ends, None], strict=True):
            if stage in HOLDING and release is not None:
                is_known = release == adoption.release_id and adoption.held_since is not None
                found.append((adoption.organisation_id, release, min(at, adoption.held_since or at) if is_known else at, until))
    return found


def _months(first: datetime, now: datetime) -> Iterable[tuple[date, datetime]]:
    """The first day of each month with its end, which of this month is now."""
    year, month = timezone.localtime(first).year, timezone.localtime(first).month
    while True:
        day = date(year, month, 1)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        end = timezone.make_aware(datetime(year, month, 1))
        yield day, min(end, now)
        if end > now:
            return


def _months_before(now: datetime, count: int) -> datetime:
    """The start of the month that was ``count`` months before that of ``now``."""
    index = timezone.localtime(now).year * 12 + timezone.localtime(now).month - 1 - count
    return timezone.make_aware(datetime(index // 12, index % 12 + 1, 1))


def _recalls(module: Module) -> Iterable[OpenRecall]:
    waiting = Q(notices__acknowledged_at=None, notices__isnull=False)
    rows = Recall.objects.still_open().filter(module=module).order_by("-recalled_at", "-pk")
    counted = rows.annotate(
        told=Count("notices"),
        waiting=Count("notices", filter=waiting),
        late=Count("notices", filter=waiting & Q(notices__due_at__lt=timezone.now())),
    )
    for key, ranges, severity, told, outstanding, late in counted.values_list("pk", "ranges", "severity", "told", "waiting", "late"):
        yield OpenRecall(key, ranges, severity, told, outstanding, late)
