"""The releases that a sequence's lock names, as far as somebody sees them, with what their modules said of themselves when it was locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.viewer import Viewer
from registry.formats.model import EntryPoint, Inspection, inspection_from_json
from registry.releases.adaptation import AdaptationRow, adaptation_rows
from registry.releases.models import Artefact, Release
from registry.sequences.models import LockedPart, SequenceLock


@dataclass(frozen=True, slots=True)
class Locked:
    """One release of a lock. ``steps`` are the ids of the steps that ask for it; ``title`` to ``readme`` are of the day of the lock."""

    release: Release  # with its module and organisation
    files: tuple[Artefact, ...]
    inspection: Inspection
    systems: tuple[str, ...]
    steps: tuple[str, ...]
    key: int  # of its row in the lock
    title: str
    summary: str
    language: str
    readme: str

    @property
    def id(self) -> str:
        """``publisher/slug``."""
        return self.release.module.identifier

    @property
    def adaptation(self) -> tuple[AdaptationRow, ...]:
        """What a taker must set, check or may leave."""
        return adaptation_rows(self.inspection, self.systems)

    def entry_point(self, name: str) -> EntryPoint | None:
        """The entry point of that name, or without a name its first."""
        points = self.inspection.entry_points
        return next((point for point in points if not name or point.name == name), None)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a viewer sees of a lock. ``hidden_steps`` are done by modules that this viewer does not see."""

    lock: SequenceLock
    seen: tuple[Locked, ...]
    hidden_steps: frozenset[str]
    is_whole: bool  # nothing is hidden

    def of_step(self, step: str) -> Locked | None:
        """What does a step, where the viewer sees it."""
        return next((part for part in self.seen if step in part.steps), None)


def parts_of(viewer: Viewer, release: Release) -> Parts | None:
    """The parts of a sequence's release, in the order of its lock and in a fixed number of queries; None of what has no lock."""
    lock = SequenceLock.objects.filter(release=release).first()
    if lock is None:
        return None
    files = Prefetch("part__artefacts", Artefact.objects.order_by("position", "filename"))
    rows = list(
        LockedPart.objects.filter(lock=lock)
        .select_related("part__module__organisation")
        .defer("part__module__search", "part__module__readme", "part__module__readme_html")
        .prefetch_related(files, "part__module__systems__system")
        .order_by("position", "part__module__publisher", "part__module__slug", "pk")
    )
    keys = [row.part_id for row in rows]
    shown = set(Release.objects.visible_to(viewer).filter(pk__in=keys).values_list("pk", flat=True))
    seen = tuple(_locked(row, lock.documents) for row in rows if row.part_id in shown)
    hidden = [row for row in rows if row.part_id not in shown]
    return Parts(lock, seen, frozenset(step for row in hidden for step in row.steps), not hidden)


def _locked(row: LockedPart, documents: dict[str, dict[str, str]]) -> Locked:
    release, module = row.part, row.part.module
    said = documents.get(module.identifier, {})
    systems: Sequence[str] = sorted(each.system.name for each in module.systems.all())
    return Locked(
        release=release,
        files=tuple(release.artefacts.all()),
        inspection=inspection_from_json(release.inspection),
        systems=tuple(systems),
        steps=tuple(row.steps),
        key=row.pk,
        title=said.get("title") or module.title,
        summary=said.get("summary") or module.summary,
        language=said.get("language") or module.language,
        readme=said.get("readme", ""),
    )
