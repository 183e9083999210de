"""An organisation's own runs, to its members. What others see of them is reckoned elsewhere, with small numbers suppressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils import timezone

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.telemetry import read
from registry.telemetry.holding import HeldRuns, held
from registry.telemetry.models import HeldEvent, RunConsent
from registry.telemetry.partitions import first_kept, month_of


@dataclass(frozen=True, slots=True)
class ModuleRuns:
    """What one module did at the organisation in the last 13 months."""

    module: str  # identifier
    title: str  # empty where the organisation does not see it any more
    language: str
    versions: tuple[str, ...]
    runs: int
    completed: int
    items: int
    last_month: date

    @property
    def completed_share(self) -> int:
        """Per cent, whole."""
        return round(100 * self.completed / self.runs) if self.runs else 0


@dataclass(frozen=True, slots=True)
class OwnRuns:
    """What an organisation reports."""

    organisation: Organisation
    consent: RunConsent | None
    held: int
    modules: tuple[ModuleRuns, ...]  # the most runs first

    @property
    def is_active(self) -> bool:
        """Whether runs are taken now."""
        return self.consent is not None and self.consent.is_active


def own_runs(viewer: Viewer, organisation: Organisation) -> OwnRuns:
    """The figures of ``organisation``, one of the viewer's, in a fixed number of queries."""
    now = timezone.now()
    rows = read.monthly([organisation.slug], None, first_kept(now), month_of(now))
    return OwnRuns(
        organisation=organisation,
        consent=RunConsent.objects.filter(organisation=organisation.slug).first(),
        held=HeldEvent.objects.filter(organisation=organisation.slug).count(),
        modules=_by_module(viewer, rows),
    )


def held_runs(organisation: Organisation) -> list[HeldRuns]:
    """What is held apart of ``organisation``, by release and reason."""
    return held(organisation.slug, timezone.now())


def _by_module(viewer: Viewer, rows: list[read.MonthRow]) -> tuple[ModuleRuns, ...]:
    grouped: dict[str, list[read.MonthRow]] = {}
    for row in rows:
        grouped.setdefault(row.module, []).append(row)
    seen = {module.identifier: module for module in _modules(viewer, grouped)}
    entries = [_entry(name, parts, seen.get(name)) for name, parts in grouped.items()]
    return tuple(sorted(entries, key=lambda entry: (-entry.runs, entry.module)))


def _modules(viewer: Viewer, names: dict[str, list[read.MonthRow]]) -> models.QuerySet[Module]:
    parts = [name.partition("/") for name in names]
    found = Module.objects.visible_to(viewer).filter(publisher__in={part[0] for part in parts}, slug__in={part[2] for part in parts})
    return found.only("publisher", "slug", "title", "language").fetch_mode(models.FETCH_RAISE)


def _entry(name: str, rows: list[read.MonthRow], module: Module | None) -> ModuleRuns:
    return ModuleRuns(
        module=name,
        title=module.title if module else "",
        language=module.language if module else "",
        versions=tuple(sorted({row.version for row in rows})),
        runs=sum(row.runs for row in rows),
        completed=sum(row.completed for row in rows),
        items=sum(row.items for row in rows),
        last_month=max(row.month for row in rows),
    )
