"""Keeps the signatures by which near-duplicates are found, and finds those that a viewer may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery

from accounts.viewer import Viewer
from registry.formats.model import Inspection, inspection_from_json
from registry.releases.models import Likeness, LikenessBand, Release
from registry.releases.signatures import actions_of, features_of
from registry.values.likeness import Signature, bands_of, estimate, jaccard, packed, signature_of, unpacked

THRESHOLD = 0.5
MOST = 3  # that are named
MOST_COMPARED = 100  # modules of which signatures are read
BATCH = 100  # releases whose inspections are held at once


@dataclass(frozen=True, slots=True)
class Alike:
    """A release that does much the same. ``same`` of the ``actions`` of what was compared with it are its own too."""

    release: Release  # with its module and that module's organisation
    likeness: float  # from THRESHOLD to 1
    same: int
    actions: int

    @property
    def percent(self) -> int:
        """How much of both is in both; 100 only where all of it is."""
        return int(self.likeness * 100)

    @property
    def words(self) -> str:
        """The likeness in a sentence or two."""
        module = self.release.module
        return (
            f"This looks like {module.title} {self.release.version} by {module.organisation.name}: "
            f"{self.same} of {self.actions} actions {'is' if self.same == 1 else 'are'} the same."
        )


def keep_likeness(release: Release, inspection: Inspection) -> None:
    """Store the signature of ``release`` in the place of the one it had."""
    _store([(release, inspection)])


def sign_all(limit: int) -> int:
    """Store the signatures of at most ``limit`` releases that have none, oldest first; how many were done. Safe to break off and repeat."""
    done = 0
    while done < limit:
        found = list(Release.objects.filter(likeness=None).order_by("pk").only("inspection")[: min(BATCH, limit - done)])
        if not found:
            break
        _store([(release, inspection_from_json(release.inspection)) for release in found])
        done += len(found)
    return done


def alike_to(viewer: Viewer, inspection: Inspection, *, but: str = "") -> tuple[Alike, ...]:
    """Releases of other modules that ``viewer`` sees and that do much the same, the likest first; ``but`` is ``publisher/slug``.

    Of each module the likest release. In two queries, whatever the catalogue holds.
    """
    features = features_of(inspection)
    signature = signature_of(features)
    if not signature:
        return ()
    guessed = {pk: estimate(signature, unpacked(kept)) for pk, kept in _candidates(viewer, signature, but)}
    likest = sorted(guessed, key=lambda pk: (-guessed[pk], pk))[:MOST]
    releases = Release.objects.filter(pk__in=likest).select_related("module__organisation").defer("module__search")
    found = [_compared(release, features, actions_of(inspection)) for release in releases]
    return tuple(sorted((one for one in found if one.likeness >= THRESHOLD), key=lambda one: (-one.likeness, one.release.pk)))


def _store(given: Iterable[tuple[Release, Inspection]]) -> None:
    signed = [(release, signature_of(features_of(inspection))) for release, inspection in given]
    with transaction.atomic():
        LikenessBand.objects.filter(release__in=[release.pk for release, _ in signed]).delete()
        kept = [Likeness(release=release, signature=packed(signature)) for release, signature in signed]
        Likeness.objects.bulk_create(kept, update_conflicts=True, unique_fields=["release"], update_fields=["signature"])
        LikenessBand.objects.bulk_create(LikenessBand(release=one, band=band) for one, signature in signed for band in bands_of(signature))


def _candidates(viewer: Viewer, signature: Signature, but: str) -> list[tuple[int, bytes]]:
    """Of each module that the viewer sees the release with the most bands in common: the key and signature of the first."""
    shared = LikenessBand.objects.filter(band__in=bands_of(signature))
    publisher, _, slug = but.partition("/")
    seen = Release.objects.visible_to(viewer).filter(listed_at__isnull=False, quarantined_at=None, yanked_at=None)
    alike = seen.filter(pk__in=shared.values("release")).exclude(module__publisher=publisher, module__slug=slug)
    nearest = alike.annotate(common=_count(shared)).order_by("module", "-common", "-version_key").distinct("module")
    found = Likeness.objects.filter(pk__in=nearest.values("pk")).annotate(common=_count(shared)).order_by("-common", "pk")
    return [(pk, bytes(signed)) for pk, signed in found.values_list("pk", "signature")[:MOST_COMPARED]]


def _count(shared: QuerySet[LikenessBand]) -> Subquery:
    """How many of the bands are a release's own."""
    return Subquery(shared.filter(release=OuterRef("pk")).values("release").annotate(common=Count("pk")).values("common"))


def _compared(release: Release, features: frozenset[str], actions: list[str]) -> Alike:
    """Counted on what was read, as a signature only guesses."""
    other = inspection_from_json(release.inspection)
    same = (Counter(actions) & Counter(actions_of(other))).total()
    return Alike(release, jaccard(features, features_of(other)), same, len(actions))
