"""Who runs what, as each viewer may read it: of others what they share, of one's own organisation everything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.utils import timezone

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.viewer import Viewer
from registry.adoption.counting import kinds_of
from registry.adoption.models import HOLDING, Adoption, AdoptionEntry, Sharing, Stage
from registry.adoption.queries import AdoptionQuerySet
from registry.catalogue.models import Module
from registry.catalogue.visibility import visible
from registry.index.entries import ModuleEntry
from registry.index.read import missing
from registry.index.use_entries import AdopterEntry, OwnAdoption, StageEntry, Taken, UseEntry
from registry.releases.models import Download, Release

MOST = 2000  # records of one organisation that are listed
LAPSED = "lapsed"
_FURTHEST = (Stage.LIVE, LAPSED, Stage.PILOT, Stage.ASSESSING, Stage.INTERESTED)  # an organisation is counted once, where it is furthest
_FRESH = timedelta(days=365)  # so long after a download it is asked whether it is run


class Versions:
    """The versions that a viewer sees of some modules, in one query."""

    def __init__(self, viewer: Viewer, modules: Iterable[int]) -> None:
        rows = Release.objects.visible_to(viewer).filter(module__in=modules)
        columns = ("pk", "module", "version", "version_key", "is_prerelease", "state", "yanked_at", "quarantined_at")
        self.seen: dict[int, str] = {}
        self._offered: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for pk, module, version, key, is_preview, state, yanked_at, quarantined_at in rows.values_list(*columns):
            self.seen[pk] = version
            if state == Release.State.LISTED and not (is_preview or yanked_at or quarantined_at):
                self._offered[module].append((key, version))

    def newer(self, release: Release | None) -> list[str]:
        """What one could move to from ``release``, newest first."""
        if release is None:
            return []
        return [version for key, version in sorted(self._offered[release.module_id], reverse=True) if key > release.version_key]


def use_entry(viewer: Viewer, module: ModuleEntry) -> UseEntry:
    """Who runs ``module``, which the caller found visible; in at most three queries."""
    every = _loaded().filter(module=module.key)
    own = models.Q(organisation__in=viewer.organisations)
    rows = list(every if viewer.is_auditor else every.filter(own | ~models.Q(sharing=Sharing.KEPT)))
    versions = Versions(viewer, [module.key])
    told = [row for row in rows if row.sharing != Sharing.KEPT]
    named = [row for row in rows if row.sharing == Sharing.NAMED or viewer.is_auditor]
    mine = [row for row in rows if row.organisation_id in viewer.organisations]
    running = [row for row in told if _is_verified(row)]
    return UseEntry(
        module=module.id,
        verified=tuple(_adopter(row, versions) for row in named if _is_verified(row)),
        by_kind=kinds_of((row.organisation_id, row.sharing, row.organisation.kind) for row in running),
        by_version=_by_version(running, versions),
        stages=_stages(told),
        gave_up=tuple(_adopter(row, versions) for row in named if row.stage == Stage.RETIRED and _has_stopped(row, rows)),
        stopped=len({row.organisation_id for row in told if row.stage == Stage.RETIRED and _has_stopped(row, told)}),
        own=tuple(_own(row, viewer, versions, {module.key}) for row in mine),
        taken=None if mine else _taken(viewer, module, versions),
        may_state=may_state(viewer),
    )


def mine(viewer: Viewer, *, stage: str = "") -> tuple[OwnAdoption, ...]:
    """The records of the organisation acted for: what has ended or ends soon first, then by stage; in three queries. At most 2,000."""
    if viewer.organisation is None:
        return ()
    rows = _loaded().filter(organisation=viewer.organisation)
    if viewer.modules is not None:
        rows = rows.filter(visible(viewer, "module__"))
    if stage:
        rows = rows.filter(stage=stage)
    found = list(rows[:MOST])
    modules = {row.module_id for row in found}
    versions = Versions(viewer, modules)
    seen = set(Module.objects.visible_to(viewer).filter(pk__in=modules).values_list("pk", flat=True))
    return tuple(sorted((_own(row, viewer, versions, seen) for row in found), key=_urgency))


def record_of(viewer: Viewer, key: str | int) -> Adoption:
    """A record of an organisation that ``viewer`` belongs to; an auditor reads every one. Raises :class:`Missing`."""
    found = None
    if str(key).isascii() and str(key).isdigit() and len(str(key)) < 19 and viewer.is_member:
        rows = _loaded().of(viewer)
        if viewer.modules is not None:
            rows = rows.filter(visible(viewer, "module__"))
        found = rows.filter(pk=int(key)).first()
    if found is None:
        raise missing()
    return found


def own_entry(viewer: Viewer, adoption: Adoption) -> OwnAdoption:
    """What :func:`record_of` found, as its page shows it; in two queries."""
    seen = set(Module.objects.visible_to(viewer).filter(pk=adoption.module_id).values_list("pk", flat=True))
    return _own(adoption, viewer, Versions(viewer, [adoption.module_id]), seen)


def log_of(adoption: Adoption) -> tuple[AdoptionEntry, ...]:
    """What became of it, newest first; for those who read the record."""
    related = ("release", "by", "token")
    rows = AdoptionEntry.objects.filter(adoption=adoption).select_related(*related).order_by("-pk")
    return tuple(rows.fetch_mode(models.FETCH_RAISE))


@dataclass(frozen=True, slots=True)
class RunEntry:
    """Something an organisation is verified to run, for that organisation's page."""

    module: str
    publisher: str
    slug: str
    title: str
    language: str
    adopter: AdopterEntry


def confirmed_by(viewer: Viewer, organisation: Organisation) -> tuple[RunEntry, ...]:
    """What ``organisation`` is verified to run and shows to ``viewer`` under its name, by title; in two queries. At most 200."""
    rows = list(_loaded().named_for(viewer).verified().filter(organisation=organisation).order_by("module__title", "-pk")[:200])
    versions = Versions(viewer, {row.module_id for row in rows})
    return tuple(
        RunEntry(
            module=row.module.identifier,
            publisher=row.module.publisher,
            slug=row.module.slug,
            title=row.module.title,
            language=row.module.language,
            adopter=_adopter(row, versions),
        )
        for row in rows
    )


def readable(viewer: Viewer) -> tuple[tuple[str, str, AdopterEntry], ...]:
    """Every record that ``viewer`` reads by name: one's own, and what others show; as (module, title, adopter). In two queries."""
    if not viewer.is_member:
        return ()
    rows = list(_loaded().named_for(viewer).order_by("module__publisher", "module__slug", "organisation__slug", "pk"))
    versions = Versions(viewer, {row.module_id for row in rows})
    return tuple((row.module.identifier, row.module.title, _adopter(row, versions, viewer)) for row in rows)


def may_state(viewer: Viewer) -> bool:
    """Whether ``viewer`` may speak for the organisation acted for, without asking the database."""
    organisation = viewer.organisation
    if organisation is None or organisation.kind == Organisation.Kind.PARTNERSHIP:
        return False
    if viewer.token is not None:
        return "publish" in viewer.token.scopes and viewer.modules is None
    return viewer.may(Permission.PUBLISH, organisation.pk)


def _loaded() -> AdoptionQuerySet:
    related = ("organisation", "module", "release", "confirmed_by")
    kept = ("module__search", "module__readme", "module__readme_html", "release__inspection", "release__changes")
    return Adoption.objects.select_related(*related).defer(*kept).order_by("-since", "-pk")


def _is_verified(row: Adoption) -> bool:
    return row.stage == Stage.LIVE and row.expires_on is not None and row.expires_on >= timezone.localdate()


def _has_stopped(row: Adoption, rows: Sequence[Adoption]) -> bool:
    """Whether its organisation has no record beside it that is not retired, among ``rows``."""
    return not any(other.organisation_id == row.organisation_id and other.stage != Stage.RETIRED for other in rows)


def _by_version(running: Iterable[Adoption], versions: Versions) -> dict[str, int]:
    return dict(Counter(versions.seen[row.release_id] for row in running if row.release_id in versions.seen))


def _stages(told: Iterable[Adoption]) -> tuple[StageEntry, ...]:
    furthest: dict[int, str] = {}
    names: dict[str, set[str]] = defaultdict(set)
    for row in told:
        if row.stage == Stage.RETIRED:
            continue
        stage = LAPSED if row.stage == Stage.LIVE and not _is_verified(row) else row.stage
        before = furthest.get(row.organisation_id)
        if before is None or _FURTHEST.index(stage) < _FURTHEST.index(before):
            furthest[row.organisation_id] = stage
    for row in told:
        reached = furthest.get(row.organisation_id, "")
        if reached and row.sharing == Sharing.NAMED and (row.stage == reached or (reached == LAPSED and row.stage == Stage.LIVE)):
            names[reached].add(row.organisation.name)
    counted = Counter(furthest.values())
    return tuple(StageEntry(str(stage), counted[stage], tuple(sorted(names[stage]))) for stage in _FURTHEST[1:] if counted[stage])


def _taken(viewer: Viewer, module: ModuleEntry, versions: Versions) -> Taken | None:
    """The last version that the organisation acted for downloaded within a year, as far as it is still seen."""
    if viewer.organisation is None or viewer.organisation.slug == module.publisher:
        return None
    since = timezone.localdate() - _FRESH
    rows = Download.objects.filter(organisation=viewer.organisation, release__in=versions.seen, day__gte=since).order_by("-day", "-pk")
    last = rows.values_list("release", "day").first()
    return Taken(versions.seen[last[0]], last[1]) if last else None


def _adopter(row: Adoption, versions: Versions, viewer: Viewer | None = None) -> AdopterEntry:
    """As others read it; with ``viewer``, as that one may, who may be of its organisation."""
    is_own = viewer is not None and row.organisation_id in viewer.organisations
    shares_volume = row.shares_volume or is_own
    is_over = row.stage == Stage.RETIRED
    return AdopterEntry(
        organisation=row.organisation.name,
        slug=row.organisation.slug,
        kind=row.organisation.kind,
        language=row.organisation.language,
        version=versions.seen.get(row.release_id or 0, row.release.version if is_own and row.release else ""),
        behind=len(versions.newer(row.release)) if row.release_id in versions.seen and row.stage in HOLDING else 0,
        since=row.since,
        volume=row.volume if shares_volume else None,
        unit=row.unit if shares_volume else "",
        confirmed_at=row.confirmed_at,
        expires_on=row.expires_on,
        is_adapted=row.is_adapted,
        stage=row.stage,
        reason=row.reason if is_own or (is_over and row.shares_reason) else "",
        ended_at=row.held_until if is_over else None,
        sharing=row.sharing,
    )


def _own(row: Adoption, viewer: Viewer, versions: Versions, seen: set[int]) -> OwnAdoption:
    is_visible = row.module_id in seen
    newer = versions.newer(row.release) if row.stage in HOLDING else []
    today = timezone.localdate()
    same = (*("stage", "sharing", "since", "owner", "volume", "unit", "shares_volume", "objective", "blockers", "reason", "shares_reason"),
            *("is_adapted", "created_at", "confirmed_at", "expires_on", "held_since", "held_until"))  # fmt: skip
    return OwnAdoption(
        key=row.pk,
        module=row.module.identifier,
        publisher=row.module.publisher,
        slug=row.module.slug,
        title=row.module.title if is_visible else "",
        language=row.module.language,
        is_visible=is_visible,
        organisation=row.organisation.name,
        organisation_slug=row.organisation.slug,
        version=row.release.version if row.release else "",
        is_version_visible=row.release_id in versions.seen,
        systems=tuple(row.systems),
        confirmed_by=str(row.confirmed_by) if row.confirmed_by else "",
        days_left=(row.expires_on - today).days if row.expires_on else None,
        behind=len(newer),
        newest=newer[0] if newer else "",
        may_change=_may_change(viewer, row.organisation),
        **{name: getattr(row, name) for name in same},
    )


def _may_change(viewer: Viewer, organisation: Organisation) -> bool:
    if viewer.token is not None:
        return viewer.token.organisation_id == organisation.pk and may_state(viewer)
    return organisation.kind != Organisation.Kind.PARTNERSHIP and viewer.may(Permission.PUBLISH, organisation.pk)


def _urgency(entry: OwnAdoption) -> tuple[int, int, str]:
    standing = {"ended": 0, "ending": 1}.get(entry.standing, 2)
    return standing, list(reversed(Stage.values)).index(entry.stage) if entry.stage != Stage.RETIRED else 9, entry.module
