"""Recalls as an organisation that was told reads them, and as those who lead them do; single advisories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.index.read import missing
from registry.lifecycle.models import Advisory, Recall, RecallNotice

MOST = 200


@dataclass(frozen=True, slots=True)
class NoticeEntry:
    """A recall that an organisation was told of. ``module`` and ``versions`` are empty where it took only what needs a module it may not see."""

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
    """Those to the organisations that ``viewer`` acts for, unanswered ones of open recalls first; at most 200, in four queries."""
    if viewer.modules is not None or not viewer.is_member:
        return ()
    rows = _loaded().filter(organisation__in=viewer.organisations)
    rows = rows.order_by("acknowledged_at", "-told_at", "-pk")[:MOST]
    found = sorted(rows, key=lambda row: row.acknowledged_at is not None or row.recall.closed_at is not None)
    seen = set(Module.objects.visible_to(viewer).filter(pk__in={row.recall.module_id for row in found}).values_list("pk", flat=True))
    return tuple(_entry(row, row.recall.module_id in seen) for row in found)


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


def answers_to(recall: Recall) -> tuple[NoticeEntry, ...]:
    """Every notice of a recall, outstanding ones first, as those who lead it see it."""
    rows = _loaded().filter(recall=recall).order_by("acknowledged_at", "organisation__name")
    return tuple(_entry(row, True) for row in sorted(rows, key=lambda row: row.acknowledged_at is not None))


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
        held=tuple(sorted(f"{holding.held.module.identifier}@{holding.held.version}" for holding in holdings)),
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
