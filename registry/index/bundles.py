"""The lock and the bundle of a sequence, for whoever may have all of it."""

from __future__ import annotations

from accounts.viewer import Viewer
from registry.errors import Conflict
from registry.index.read import visible_release
from registry.lifecycle.models import Recall
from registry.releases.models import Release
from registry.sequences.bundle import Bundle, bundle_of
from registry.sequences.models import SequenceLock
from registry.sequences.parts import Parts, parts_of
from registry.sequences.zipping import LARGEST


def lock(viewer: Viewer, publisher: str, slug: str, version: str) -> SequenceLock:
    """The lock of a visible sequence; raises :class:`Missing`, :class:`Conflict` (``no_lock``, ``quarantined``, ``part_not_shared``)."""
    return _whole(viewer, visible_release(viewer, publisher, slug, version)).lock


def bundle(viewer: Viewer, publisher: str, slug: str, version: str) -> Bundle:
    """Everything of a visible sequence in one; raises as :func:`lock` does, and :class:`Conflict` (``bundle_too_large``)."""
    release = visible_release(viewer, publisher, slug, version)
    parts = _whole(viewer, release)
    recalls = Recall.objects.still_open().filter(releases__in=[release.pk, *(part.release.pk for part in parts.seen)])
    said = {key: f"recalled ({severity}): {reason}" for key, severity, reason in recalls.values_list("releases", "severity", "reason")}
    made = bundle_of(release, parts, said)
    if made.size > LARGEST:
        raise Conflict(
            "bundle_too_large",
            "All files together are larger than a bundle can be.",
            where="version",
            mend="Take the lock, and the files it names one by one.",
        )
    return made


def _whole(viewer: Viewer, release: Release) -> Parts:
    """The parts of a release, all of which the viewer sees and may have."""
    parts = parts_of(viewer, release)
    if parts is None:
        raise Conflict(
            "no_lock", "This version locks no modules, so there is no bundle of it.", where="version", mend="Download its files one by one."
        )
    if any(each.quarantined_at for each in (release, *(part.release for part in parts.seen))):
        raise Conflict("quarantined", "A part of it is in quarantine: nobody may take it until the inquiry is over.", where="version")
    if not parts.is_whole:
        raise Conflict(
            "part_not_shared",
            "A part of this sequence is not shared with your organisation, or not to be had just now.",
            where="version",
            mend="Ask its publisher to share all parts with you.",
        )
    return parts
