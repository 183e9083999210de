"""Which releases an organisation runs or ran: what it states now, and the log of what it stated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Organisation
from registry.adoption.models import Adoption, AdoptionEntry, Stage
from registry.catalogue.models import Module

RUNNING = (Stage.PILOT, Stage.LIVE)
LATELY = timedelta(days=365)  # so long after it ended an organisation still knows how it was


@dataclass(frozen=True, slots=True)
class Ran:
    """That a release was run, as a pilot or live; ``until`` is empty while it still is."""

    until: datetime | None

    @property
    def is_lately(self) -> bool:
        """Still, or until at most a year ago."""
        return self.until is None or self.until >= timezone.now() - LATELY


def ran(organisation: Organisation, module: Module) -> dict[int, Ran]:
    """The releases of ``module``, by key, that ``organisation`` states or once stated to run, in two queries."""
    stated = Adoption.objects.filter(organisation=organisation, module=module)
    runs: dict[int, Ran] = {}
    before: dict[int, int | None] = {}  # by adoption: the release it ran after the last line read
    for entry in AdoptionEntry.objects.filter(adoption__in=stated).order_by("at", "pk"):
        runs_now = entry.release_id if entry.stage in RUNNING else None
        ran_before = before.get(entry.adoption_id)
        if ran_before is not None and ran_before != runs_now:
            runs[ran_before] = Ran(entry.at)
        before[entry.adoption_id] = runs_now
    for release in stated.filter(stage__in=RUNNING).values_list("release", flat=True):
        runs[release] = Ran(None)
    return runs
