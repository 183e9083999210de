"""Takes a sequence with all its modules: each part counts as taken, and a recalled one is had only for a reason, which is kept."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.viewer import Viewer
from registry.actions.override_recall import check_not_recalled, override_recall
from registry.actions.record_download import record_download
from registry.lifecycle.models import Recall
from registry.releases.models import Artefact, Release


def check_recalls(*, releases: Sequence[Release]) -> None:
    """Raise :class:`Conflict` (``recalled``) with the first of ``releases`` that is under an open recall."""
    for release in recalled(releases):
        check_not_recalled(artefact=_file(release))


def override_recalls(*, releases: Sequence[Release], reason: str, by: Viewer) -> None:
    """Keep who takes the recalled ones of ``releases`` and why; raises as :func:`override_recall`."""
    for release in recalled(releases):
        override_recall(artefact=_file(release), reason=reason, by=by)


def record_bundle(*, releases: Sequence[Release], by: Viewer) -> None:
    """Count each of ``releases`` as taken."""
    for release in releases:
        record_download(release=release, by=by)


def recalled(releases: Sequence[Release]) -> tuple[Release, ...]:
    """Those under an open recall, in the order given."""
    keys = set(Recall.objects.still_open().filter(releases__in=releases).values_list("releases", flat=True))
    return tuple(release for release in releases if release.pk in keys)


def _file(release: Release) -> Artefact:
    """Its first; a recall is of all."""
    file = release.artefacts.all()[0]
    file.release = release
    return file
