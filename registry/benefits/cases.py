"""The claims that a forecast of a module may rest on: approved, readable by whoever asks, and with enough in them to tell minutes per item."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from accounts.viewer import Viewer
from registry.benefits.forecast import Case, case_of_fte, case_of_minutes
from registry.benefits.models import BenefitClass, Claim, ClaimShare
from registry.benefits.reckoning import years_of
from registry.errors import Refused

MOST = 200


@dataclass(frozen=True, slots=True)
class EvidencedCase:
    """A case with the claim it comes from. ``unit`` as the claim writes it."""

    claim: int
    title: str
    language: str
    organisation: str  # name
    period: str
    unit: str
    case: Case


def cases_for(viewer: Viewer, module: int, *, but: int | None = None) -> tuple[EvidencedCase, ...]:
    """Those of the module with that key, the latest first; without what the organisation ``but`` holds or shares in. One query.

    Claims of new capacity are left out, as they replaced nobody's minutes (S0-13).
    """
    claims = Claim.objects.visible_to(viewer).verified().filter(module=module, volume__gt=0, evidence__isnull=False)
    if but is not None:
        claims = claims.exclude(Q(organisation=but) | Q(pk__in=ClaimShare.objects.filter(organisation=but).values("claim")))
    claims = claims.exclude(benefit_class=BenefitClass.NEW_CAPACITY).select_related("organisation", "baseline").distinct()
    found = ((claim, _case(claim)) for claim in claims.order_by("-ends_on", "-pk")[:MOST])
    return tuple(
        EvidencedCase(claim.pk, claim.title, claim.language, claim.organisation.name, claim.period, claim.unit, case)
        for claim, case in found
        if case is not None
    )


def _case(claim: Claim) -> Case | None:
    """What was stated comes first: it is what the evidence was approved for."""
    name, volume = claim.organisation.slug, claim.volume or 0
    try:
        if claim.fte is not None and claim.hours_per_fte is not None:
            return case_of_fte(name, volume, claim.fte, claim.hours_per_fte, years_of(claim.starts_on, claim.ends_on))
        if claim.baseline is not None:
            return case_of_minutes(name, volume, claim.baseline.minutes_per_item, claim.minutes_after, claim.success_rate)
    except Refused:  # a claim in which an item takes longer than before foretells nothing
        return None
    return None


def of_unit(cases: tuple[EvidencedCase, ...], unit: str) -> tuple[EvidencedCase, ...]:
    """Those that count the same thing; "Case files" and "case files" are."""
    return tuple(each for each in cases if each.unit.casefold() == unit.strip().casefold())
