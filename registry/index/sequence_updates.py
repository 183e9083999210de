"""What has become of the parts of a sequence since it was locked. Reckoned ahead (refresh_sequence_updates); here it is only read."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.viewer import Viewer
from registry.releases.models import Release
from registry.sequences.models import PartUpdate


@dataclass(frozen=True, slots=True)
class StepOutlook:
    """What a newer release would do to one step; no reasons where it fits."""

    id: str
    name: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateEntry:
    """A part with a newer release. ``verdict`` is ``fits``, ``outside`` (the range does not allow it) or ``breaks``."""

    publisher: str
    slug: str
    title: str
    language: str
    locked: str  # version
    newest: str  # version
    verdict: str
    steps: tuple[StepOutlook, ...]  # every step that it does, and every other that it would break

    @property
    def module(self) -> str:
        """``publisher/slug``."""
        return f"{self.publisher}/{self.slug}"


def updates_of(viewer: Viewer, release: Release) -> tuple[UpdateEntry, ...]:
    """The updates of a sequence's release, which the caller found visible, in the order of its parts; in one query.

    Only the release that a sequence's page speaks of has any.
    """
    rows = PartUpdate.objects.filter(part__lock=release.pk, newest__in=Release.objects.visible_to(viewer).values("pk"))
    rows = rows.select_related("part__part__module", "newest").defer("part__part__inspection", "newest__inspection")
    names = {node["id"]: node["name"] or node["id"] for node in (release.inspection.get("flow") or {}).get("nodes", ())}
    return tuple(_entry(row, names) for row in rows.order_by("part__position"))


def _entry(row: PartUpdate, names: dict[str, str]) -> UpdateEntry:
    module = row.part.part.module
    steps = dict.fromkeys([*row.part.steps, *row.reasons])
    return UpdateEntry(
        publisher=module.publisher,
        slug=module.slug,
        title=module.title,
        language=module.language,
        locked=row.part.part.version,
        newest=row.newest.version,
        verdict=row.verdict,
        steps=tuple(StepOutlook(step, names.get(step, step), tuple(row.reasons.get(step, ()))) for step in steps),
    )
