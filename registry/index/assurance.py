"""How far a release has come on the tiers of assurance, criterion by criterion."""

from __future__ import annotations

from collections.abc import Sequence

from registry.catalogue.models import Module
from registry.formats.model import Inspection
from registry.governance.blocking import blockers
from registry.index.entries import CriterionEntry, SignOffEntry
from registry.releases.models import Release
from registry.reviews.tier_facts import facts_of
from registry.reviews.tiers import judged, tier_of


def criteria_of(
    release: Release, module: Module, inspection: Inspection, systems: int, sign_offs: Sequence[SignOffEntry]
) -> tuple[int, tuple[CriterionEntry, ...]]:
    """The tier that ``release`` has reached, and every criterion; the same whoever asks."""
    is_listed = release.state == Release.State.LISTED
    judged_for = (release.visibility, release.marking) if is_listed else (module.visibility, release.marking)
    is_assessed = not blockers(release, *judged_for)
    signed = [(one.role, one.organisation) for one in sign_offs]
    found = judged(facts_of(release, module, inspection, systems=systems, is_assessed=is_assessed, signed=signed))
    entries = tuple(
        CriterionEntry(each.tier, each.theme, each.code, each.text, each.mend, one.is_met) for one in found for each in [one.criterion]
    )
    return (tier_of(found) if is_listed else 0), entries
