"""Whether, and until when, an organisation ran a release: what it states now, and the log of what it stated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organisation
from registry.adoption.models import Adoption, AdoptionEntry, Stage
from registry.releases.models import Release

RUNNING = (Stage.PILOT, Stage.LIVE)


@dataclass(frozen=True, slots=True)
class Ran:
    """That a release was run; ``until`` is empty while it still is."""

    until: datetime | None


def ran(organisation: Organisation, release: Release) -> Ran | None:
    """That ``organisation`` states, or once stated, that it runs exactly ``release``, as a pilot or live; None where it never did."""
    stated = Adoption.objects.filter(organisation=organisation, module=release.module_id)
    if stated.filter(release=release, stage__in=RUNNING).exists():
        return Ran(None)
    ended: list[datetime] = []
    runs = {}  # by adoption: whether it ran the release after the last line read
    for entry in AdoptionEntry.objects.filter(adoption__in=stated).order_by("at", "pk"):
        did, does = runs.get(entry.adoption_id, False), entry.release_id == release.pk and entry.stage in RUNNING
        if did and not does:
            ended.append(entry.at)
        runs[entry.adoption_id] = does
    return Ran(max(ended)) if ended else None
