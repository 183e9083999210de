"""Recalls as an organisation that was told reads them, and as those who lead them do; single advisories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from accounts.viewer import Viewer
from registry.adoption.models import HOLDING, Adoption, Stage
from registry.catalogue.models import Module
from registry.index.read import missing
from registry.lifecycle.holding import holders
from registry.lifecycle.models import Advisory, Recall, RecallHolding, RecallNotice
from registry.releases.models import Release

MOST = 200


@dataclass(frozen=True, slots=True)
class NoticeEntry:
    """A recall that an organisation was told of. ``module`` and ``versions`` are empty where it uses only what needs a module it may not see.

    ``held`` names, to those who lead the recall, no module that they may not see: ``hides_held`` says that there is one.
    """

    key: int
    organisation: str  # name
    module: str
    is_visible: bool  # whether the module's page can be opened
    held: tuple[str, ...]  # publisher/slug@version
    severity: str
    versions: str
    reason: str
    workaround: str
    remedy: str
    told_at: datetime
    due_at: datetime
    reminded_at: datetime | None
    escalated_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    answer: str
    text: str
    is_closed: bool
    hides_held: bool = False
    standing: tuple[StandingEntry, ...] = ()  # what the organisation's own records still say it uses of ``held``


@dataclass(frozen=True, slots=True)
class StandingEntry:
    """A record of use that names what a recall covers, or leads to it."""

    adoption: int
    release: str  # publisher/slug@version
    stage: str  # as one reads it
    moves_to: str = ""  # the version that mends it, where the organisation sees that


def advisory(viewer: Viewer, key: str) -> Advisory:
    """The advisory, with its module; raises :class:`Missing`."""
    found = Advisory.objects.visible_to(viewer).select_related("module__organisation").defer("module__search").filter(key=key).first()
    if found is None:
        raise missing()
    return found


def notice(viewer: Viewer, key: str | int) -> RecallNotice:
    """A notice to an organisation that ``viewer`` acts for; raises :class:`Missing`. A token bound to some modules answers for nothing else."""
    found = None
    if str(key).isascii() and str(key).isdigit() and len(str(key)) < 19 and viewer.modules is None:
        rows = RecallNotice.objects.filter(organisation__in=viewer.organisations).select_related("recall__module", "organisation")
        found = rows.filter(pk=int(key)).first()
    if found is None:
        raise missing()
    return found


def notices(viewer: Viewer) -> tuple[NoticeEntry, ...]:
    """Those to the organisations that ``viewer`` acts for, unanswered ones of open recalls first; at most 200, in six queries."""
    if viewer.modules is not None or not viewer.is_member:
        return ()
    rows = _loaded().filter(organisation__in=viewer.organisations)
    rows = rows.order_by("acknowledged_at", "-told_at", "-pk")[:MOST]
    return _read(viewer, sorted(rows, key=lambda row: row.acknowledged_at is not None or row.recall.closed_at is not None))


def entry_of(viewer: Viewer, notice: RecallNotice) -> NoticeEntry:
    """One notice that :func:`notice` gave, as its organisation reads it."""
    return _read(viewer, [_loaded().get(pk=notice.pk)])[0]


def _read(viewer: Viewer, found: Collection[RecallNotice]) -> tuple[NoticeEntry, ...]:
    seen = set(Module.objects.visible_to(viewer).filter(pk__in={row.recall.module_id for row in found}).values_list("pk", flat=True))
    standing = _standing(found, seen)
    return tuple(replace(_entry(row, row.recall.module_id in seen), standing=standing[row.pk]) for row in found)


def _standing(rows: Collection[RecallNotice], seen: Collection[int]) -> dict[int, tuple[StandingEntry, ...]]:
    """By notice: the records of its organisation that name what it was told of."""
    held = {holding.held_id for row in rows for holding in row.holdings.all()}
    used = Adoption.objects.filter(organisation__in={row.organisation_id for row in rows}, release__in=held, stage__in=HOLDING)
    records = defaultdict(list)
    for organisation, release, key, stage in used.order_by("pk").values_list("organisation", "release", "pk", "stage"):
        records[organisation, release].append((key, stage))
    return {
        row.pk: tuple(
            StandingEntry(key, str(holding.held), Stage(stage).label, _mended(row, holding, seen))
            for holding in row.holdings.all()
            for key, stage in records[row.organisation_id, holding.held_id]
        )
        for row in rows
    }


def _mended(row: RecallNotice, holding: RecallHolding, seen: Collection[int]) -> str:
    """The version to which a record of ``holding`` can move: the remedy, which may itself be gone meanwhile."""
    remedy = row.recall.remedy
    return remedy.version if remedy and holding.is_direct and row.recall.module_id in seen else ""


def open_notices(viewer: Viewer) -> int:
    """How many recalls wait for an answer of the organisation acted for."""
    if viewer.organisation is None or viewer.modules is not None:
        return 0
    return RecallNotice.objects.filter(organisation=viewer.organisation, acknowledged_at=None, recall__closed_at=None).count()


def led_recall(viewer: Viewer, key: int) -> Recall:
    """A recall with who was told, for those whose business it is; raises :class:`Missing`."""
    related = ("module__organisation", "remedy", "recalled_by", "closed_by")
    found = Recall.objects.led_by(viewer).select_related(*related).defer("module__search").filter(pk=key).first()
    if found is None:
        raise missing()
    return found


def led_recalls(viewer: Viewer) -> tuple[Recall, ...]:
    """The recalls that are ``viewer``'s business, open ones first; at most 200."""
    rows = (
        Recall.objects.led_by(viewer).select_related("module__organisation", "remedy").defer("module__search").prefetch_related("notices")
    )
    return tuple(sorted(rows.order_by("-recalled_at", "-pk")[:MOST], key=lambda recall: recall.closed_at is not None))


def answers_to(viewer: Viewer, recall: Recall) -> tuple[NoticeEntry, ...]:
    """Every notice of a recall, outstanding ones first, as ``viewer``, who leads it, sees them."""
    rows = sorted(
        _loaded().filter(recall=recall).order_by("acknowledged_at", "organisation__name"), key=lambda row: row.acknowledged_at is not None
    )
    needing = {holding.held.module_id for row in rows for holding in row.holdings.all() if not holding.is_direct}
    seen = set(Module.objects.visible_to(viewer).filter(pk__in=needing).values_list("pk", flat=True))
    return tuple(_answer(row, seen) for row in rows)


def _answer(row: RecallNotice, seen: Collection[int]) -> NoticeEntry:
    """What is recalled is theirs to name; what needs it, only where they see that."""
    holdings = list(row.holdings.all())
    shown = [holding for holding in holdings if holding.is_direct or holding.held.module_id in seen]
    held = tuple(sorted(str(holding.held) for holding in shown))
    return replace(_entry(row, True), held=held, hides_held=len(shown) < len(holdings))


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a recall would reach, before it is made: by name only who shows that it uses the module, and nobody who keeps it to itself."""

    versions: tuple[str, ...]
    named: tuple[str, ...]
    counted: int


def reached(viewer: Viewer, module: Module, affected: Collection[Release]) -> Reached:
    """What ``viewer`` may know beforehand: to look must not tell what only a recall tells."""
    found = holders(module, [release.pk for release in affected])
    told = Adoption.objects.filter(organisation__in=found, release__in=set().union(*found.values()), stage__in=HOLDING)
    named = dict(told.named_for(viewer).values_list("organisation", "organisation__name"))
    counted = set(told.counted_for(viewer).values_list("organisation", flat=True)) - set(named)
    return Reached(tuple(release.version for release in affected), tuple(sorted(named.values())), len(counted))


def _loaded() -> QuerySet[RecallNotice]:
    related = ("recall__module", "recall__remedy", "organisation", "acknowledged_by")
    return RecallNotice.objects.select_related(*related).defer("recall__module__search").prefetch_related("holdings__held__module")


def _entry(row: RecallNotice, is_visible: bool) -> NoticeEntry:
    """Who holds what is recalled may know which module that is; who holds only what needs it, if they may see it."""
    holdings = list(row.holdings.all())
    is_named = is_visible or any(holding.is_direct for holding in holdings)
    return NoticeEntry(
        key=row.pk,
        organisation=row.organisation.name,
        module=row.recall.module.identifier if is_named else "",
        is_visible=is_visible,
        held=tuple(sorted(str(holding.held) for holding in holdings)),
        severity=row.recall.severity,
        versions=row.recall.ranges if is_named else "",
        reason=row.recall.reason,
        workaround=row.recall.workaround,
        remedy=row.recall.remedy.version if row.recall.remedy and is_named else "",
        told_at=row.told_at,
        due_at=row.due_at,
        reminded_at=row.reminded_at,
        escalated_at=row.escalated_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=str(row.acknowledged_by) if row.acknowledged_by else "",
        answer=row.answer,
        text=row.text,
        is_closed=row.recall.closed_at is not None,
    )
