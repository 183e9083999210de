"""Transfers and retirements as those see them whom they concern."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.index.read import missing
from registry.lifecycle.models import Retirement, RetirementItem, Transfer

MOST = 200


@dataclass(frozen=True, slots=True)
class HolderEntry:
    """One organisation's checklist in a retirement."""

    organisation: Organisation
    items: tuple[RetirementItem, ...]
    is_mine: bool

    @property
    def open_items(self) -> int:
        return sum(item.done_at is None for item in self.items)


def transfers(viewer: Viewer) -> list[Transfer]:
    """Those that concern ``viewer``, open ones first; at most 200."""
    rows = Transfer.objects.visible_to(viewer).select_related("owner", "receiver").order_by("-begun_at", "-pk")[:MOST]
    return sorted(rows, key=lambda transfer: transfer.outcome != Transfer.Outcome.OPEN)


def transfer(viewer: Viewer, key: int) -> Transfer:
    """One transfer; raises :class:`Missing`."""
    related = ("module", "owner", "receiver", "begun_by", "owner_agreed_by", "receiver_agreed_by", "steward_agreed_by")
    found = Transfer.objects.visible_to(viewer).select_related(*related).defer("module__search").filter(pk=key).first()
    if found is None:
        raise missing()
    return found


def retirements(viewer: Viewer) -> list[Retirement]:
    """Those that ``viewer`` leads or has a checklist of, running ones first; at most 200."""
    rows = (
        Retirement.objects.visible_to(viewer).select_related("module__organisation").defer("module__search").order_by("-started_at", "-pk")
    )
    return sorted(rows[:MOST], key=lambda retirement: retirement.closed_at is not None)


def retirement(viewer: Viewer, key: int) -> Retirement:
    """One retirement; raises :class:`Missing`."""
    related = ("module__organisation", "module__successor")
    found = Retirement.objects.visible_to(viewer).select_related(*related).defer("module__search").filter(pk=key).first()
    if found is None:
        raise missing()
    return found


def checklists(viewer: Viewer, of: Retirement) -> list[HolderEntry]:
    """Every holder's checklist for those who lead it; for others their own."""
    rows = of.items.select_related("organisation", "evidence", "done_by").order_by("organisation__name", "pk")
    if not leads(viewer, of):
        rows = rows.filter(organisation__in=viewer.organisations)
    by_organisation: dict[int, list[RetirementItem]] = {}
    for item in rows:
        by_organisation.setdefault(item.organisation_id, []).append(item)
    return [_holder(items, viewer) for items in by_organisation.values()]


def leads(viewer: Viewer, of: Retirement) -> bool:
    """Whether every holder's checklist is ``viewer``'s business."""
    return Retirement.objects.led_by(viewer).filter(pk=of.pk).exists()


def evidence(viewer: Viewer, key: int) -> RetirementItem:
    """An item with what shows that it is done, for its holder and those who lead the retirement; raises :class:`Missing`."""
    rows = RetirementItem.objects.select_related("evidence", "retirement").exclude(evidence=None)
    found = rows.filter(pk=key, retirement__in=Retirement.objects.visible_to(viewer).values("pk")).first()
    if found is None or (found.organisation_id not in viewer.organisations and not leads(viewer, found.retirement)):
        raise missing()
    return found


def _holder(items: Iterable[RetirementItem], viewer: Viewer) -> HolderEntry:
    rows = tuple(items)
    return HolderEntry(rows[0].organisation, rows, rows[0].organisation_id in viewer.organisations)
