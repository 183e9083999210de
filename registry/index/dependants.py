"""In which process sequences a module is used, as far as somebody sees them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.releases.models import Release
from registry.sequences.models import LockedPart

MOST = 100


@dataclass(frozen=True, slots=True)
class DependantEntry:
    """A sequence whose latest version locks a release of a module; ``steps`` is how many of its steps ask for it."""

    publisher: str
    slug: str
    title: str
    language: str
    version: str  # of the sequence
    locked: str  # version of the module
    steps: int

    @property
    def id(self) -> str:
        """``publisher/slug``."""
        return f"{self.publisher}/{self.slug}"


def dependants(viewer: Viewer, module: int) -> tuple[DependantEntry, ...]:
    """The sequences that the viewer sees whose latest listed release locks a release of the module of that key, by title: one query."""
    rows = (
        LockedPart.objects.filter(part__module=module, lock__release__state=Release.State.LISTED, lock__release__quarantined_at=None)
        .filter(lock__release__version=F("lock__release__module__latest_version"))
        .filter(lock__release__in=Release.objects.visible_to(viewer), part__in=Release.objects.visible_to(viewer))
        .exclude(lock__release__module__status=Module.Status.RETIRED)
        .select_related("part", "lock__release__module")
        .defer("part__inspection", "lock__release__inspection", "lock__content", "lock__documents")
        .order_by("lock__release__module__title", "pk")[:MOST]
    )
    return tuple(_entry(row) for row in rows)


def _entry(row: LockedPart) -> DependantEntry:
    sequence = row.lock.release.module
    return DependantEntry(
        sequence.publisher, sequence.slug, sequence.title, sequence.language, row.lock.release.version, row.part.version, len(row.steps)
    )
