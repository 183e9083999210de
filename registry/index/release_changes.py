"""One version of a module beside another that the viewer sees too."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.viewer import Viewer
from registry.adoption.models import Adoption, Stage
from registry.formats.model import Inspection, inspection_from_json
from registry.index.read import missing, visible_release
from registry.releases.differences import Differences, differences
from registry.releases.models import Release
from registry.values.bumps import bump_between


@dataclass(frozen=True, slots=True)
class ReleaseChanges:
    """``before`` is None where no other version can be seen; ``versions`` are all that can, highest first."""

    release: Release
    before: Release | None
    versions: tuple[str, ...]
    is_run: bool  # before is what the organisation acted for runs
    was: Inspection | None
    now: Inspection
    differences: Differences

    @property
    def is_backwards(self) -> bool:
        """Whether the version compared with is the higher one."""
        return self.before is not None and self.before.version_key > self.release.version_key

    @property
    def bump(self) -> str:
        """What its number tells those who run the other: ``major minor patch``, or nothing where its three numbers are not above."""
        return (bump_between(self.before.version, self.release.version) or "") if self.before else ""


def release_changes(viewer: Viewer, publisher: str, slug: str, version: str, since: str = "") -> ReleaseChanges:
    """What ``version`` has beside ``since``, else beside what one's organisation runs, else beside the one before it; five queries.

    Raises :class:`Missing` for a version that is absent or hidden, which is the same.
    """
    release = visible_release(viewer, publisher, slug, version)
    rows = Release.objects.visible_to(viewer).filter(module=release.module_id).newest_first()
    seen = list(rows.values_list("version", "version_key", "state", "yanked_at"))
    if since and since not in {row[0] for row in seen}:
        raise missing()
    run = "" if since else _run(viewer, release)
    below = [row for row in seen if row[1] < release.version_key]
    sound = next((row[0] for row in below if row[2] == Release.State.LISTED and row[3] is None), below[0][0] if below else "")
    chosen = since or (run if run in {row[0] for row in below} else "") or sound
    before = rows.get(version=chosen) if chosen else None
    was = inspection_from_json(before.inspection) if before else None
    now = inspection_from_json(release.inspection)
    return ReleaseChanges(
        release=release,
        before=before,
        versions=tuple(row[0] for row in seen),
        is_run=bool(chosen) and chosen == run,
        was=was,
        now=now,
        differences=differences(was, now),
    )


def _run(viewer: Viewer, release: Release) -> str:
    """The highest version that the organisation acted for runs."""
    if viewer.organisation is None:
        return ""
    rows = Adoption.objects.filter(organisation=viewer.organisation, module=release.module_id, stage__in=(Stage.LIVE, Stage.PILOT))
    return rows.order_by("-release__version_key").values_list("release__version", flat=True).first() or ""
