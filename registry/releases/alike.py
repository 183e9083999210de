"""Keeps the signatures by which near-duplicates are found, and finds those that a viewer may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, Value

from accounts.viewer import Viewer
from registry.formats.model import Inspection, inspection_from_json
from registry.releases.models import Likeness, Release
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
    rows = []
    for release, inspection in given:
        signature = signature_of(features_of(inspection))
        rows.append(Likeness(release=release, signature=packed(signature), bands=list(bands_of(signature))))
    Likeness.objects.bulk_create(rows, update_conflicts=True, unique_fields=["release"], update_fields=["signature", "bands"])


def _candidates(viewer: Viewer, signature: Signature, but: str) -> list[tuple[int, bytes]]:
    """Of each module that the viewer sees the release with the most bands in common: the key and signature of the first."""
    bands = list(bands_of(signature))
    publisher, _, slug = but.partition("/")
    seen = Release.objects.visible_to(viewer).filter(listed_at__isnull=False, quarantined_at=None, yanked_at=None)
    alike = seen.filter(likeness__bands__overlap=bands).exclude(module__publisher=publisher, module__slug=slug)
    nearest = alike.annotate(common=_common("likeness__bands", bands)).order_by("module", "-common", "-version_key").distinct("module")
    found = Likeness.objects.filter(pk__in=nearest.values("pk")).annotate(common=_common("bands", bands))
    kept = found.order_by("-common", "pk").values_list("pk", "signature")[:MOST_COMPARED]
    return [(pk, bytes(signed)) for pk, signed in kept]


def _common(field: str, bands: list[int]) -> Func:
    """How many of ``bands`` are among those of ``field``."""
    return Func(
        F(field),
        Value(bands, output_field=ArrayField(BigIntegerField())),
        template="cardinality(ARRAY(SELECT unnest(%(expressions)s)))",
        arg_joiner=") INTERSECT SELECT unnest(",
        output_field=IntegerField(),
    )


def _compared(release: Release, features: frozenset[str], actions: list[str]) -> Alike:
    """Counted on what was read, as a signature only guesses."""
    other = inspection_from_json(release.inspection)
    same = (Counter(actions) & Counter(actions_of(other))).total()
    return Alike(release, jaccard(features, features_of(other)), same, len(actions))
