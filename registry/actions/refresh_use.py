"""Makes a module's row in the catalogue say who runs it, what shows its benefit, and how adopters rate it."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F

from registry.adoption.counting import kinds_of
from registry.adoption.models import Adoption, Sharing, Stage
from registry.benefits.models import BenefitClass, Claim
from registry.catalogue.models import Module
from registry.curation.models import CRITERIA, Rating
from registry.curation.ranking import weighed
from registry.releases.models import Release


def refresh_use(module: Module) -> None:
    """Rewrite those columns where they changed. What an organisation keeps to itself counts in none of them, as whoever sees the module reads all."""
    fresh = {**_use(module), **_evidence(module), **_ratings(module)}
    kept = Module.objects.filter(pk=module.pk)
    if kept.values(*fresh).get() != fresh:
        kept.update(revision=F("revision") + 1, **fresh)


def _use(module: Module) -> dict[str, object]:
    told = Adoption.objects.filter(module=module).exclude(sharing=Sharing.KEPT)
    running = kinds_of(told.verified().values_list("organisation", "sharing", "organisation__kind"))
    in_use = "verified" if running else "pilot" if told.filter(stage=Stage.PILOT).exists() else ""
    return {"adopters": sum(running.values()), "adopters_by_kind": running, "in_use": in_use}


def _evidence(module: Module) -> dict[str, object]:
    shared = Claim.objects.filter(module=module, sharing=Claim.Sharing.SHARED).standing()
    states = set(shared.values_list("state", flat=True))
    # New capacity is work formerly not done: never added to effort replaced (S0-13).
    counted = shared.verified().exclude(benefit_class=BenefitClass.NEW_CAPACITY).exclude(fte=None)
    fte = sum((each or Decimal(0) for each in counted.values_list("fte", flat=True)), Decimal("0.000"))
    return {"evidence": "approved" if Claim.State.APPROVED in states else "claimed" if states else "", "verified_fte": fte}


def _ratings(module: Module) -> dict[str, object]:
    return dict(zip(("rated", "rating"), rating_columns(module), strict=True))


def rating_columns(module: Module) -> tuple[int, float]:
    """How many organisations rated what all readers of ``module`` see, and the mean by which that ranks it (docs/ratings.md)."""
    seen = Release.objects.seen_by_all_of(module)
    fields = [field for field, _, _ in CRITERIA]
    given = list(Rating.objects.standing().filter(release__in=seen).latest_of_each().values_list(*fields))
    return len(given), weighed(given)
