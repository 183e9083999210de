"""What is known of a module's quality, signal by signal. They are never added up: each says how it was found (B9)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from accounts.views.access import signed_in
from registry.index.entries import ModuleDetail, ModuleEntry, ReleaseDetail
from registry.index.practice import PracticeEntry
from registry.index.ratings import RatingsEntry
from registry.reviews.tiers import HIGHEST, TIERS


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal: ``value`` at a glance, ``how`` it came about, and where all of it is to be read."""

    name: str
    value: str
    how: str
    address: str
    link: str


@require_safe
@signed_in
def signals(request: HttpRequest) -> HttpResponse:
    """How each signal is measured."""
    return render(request, "registry/signals.html")


def signals_of(module: ModuleDetail, release: ReleaseDetail, ratings: RatingsEntry, practice: PracticeEntry | None) -> tuple[Signal, ...]:
    """The signals of a module by its current ``release``; how it runs stands beside them, from the run figures."""
    return (
        _assurance(module.entry, release),
        _checks(module.entry, release),
        _evidence(module.entry, practice),
        _upkeep(module),
        _ratings(ratings),
    )


def _assurance(entry: ModuleEntry, release: ReleaseDetail) -> Signal:
    reached = TIERS.get(release.tier)
    value = f"Tier {release.tier} of {HIGHEST}" if reached else "No tier reached yet"
    how = f"{reached[0]}. For exactly these files." if reached else "Criteria that a machine checks; people sign."
    return Signal("Assurance", value, how, f"{_release_page(entry, release)}#assurance", "See each criterion")


def _checks(entry: ModuleEntry, release: ReleaseDetail) -> Signal:
    """What must be mended or answered was answered by a second person before a version is listed (registry.reviews.policy)."""
    found = Counter(finding.severity for finding in release.findings)
    is_listed = release.entry.state == "listed"
    serious = found["stop"] + found["answer"]
    parts = [f"{serious} {'answered' if is_listed else 'to mend or answer'}"] if serious else []
    parts += ["1 note" if found["note"] == 1 else f"{found['note']} notes"] if found["note"] else []
    value = ", ".join(parts) or ("Not checked yet" if release.entry.state in ("draft", "checking") else "Nothing found")
    how = f"Every file of version {release.entry.version} is read for secrets, personal data, reach and risky code."
    return Signal("Checks", value, how, f"{_release_page(entry, release)}#findings", "See what was found")


def _evidence(entry: ModuleEntry, practice: PracticeEntry | None) -> Signal:
    claims = {
        "approved": f"Claims approved by somebody independent: {entry.verified_fte.normalize():f} FTE."
        if entry.verified_fte
        else "A claim is approved by somebody independent.",
        "claimed": "Claimed, and not approved by anybody independent yet.",
    }.get(entry.evidence, "No claim yet.")
    address = reverse("practice", args=[entry.publisher, entry.slug])
    if practice is not None and practice.confirmed_at:
        how = f"{practice.basis}. Confirmed by a steward on {date_format(practice.confirmed_at, 'j F Y')}. {claims}"
        return Signal("Evidence of benefit", practice.works_label, how, address, "See the practice record")
    value = {"approved": "Approved claims", "claimed": "Claimed only"}.get(entry.evidence, "None yet")
    proposed = f" “{practice.proposed_label}” is proposed and waits for a steward." if practice and practice.proposed_label else ""
    return Signal("Evidence of benefit", value, f"{claims}{proposed}", address, "See the practice record")


def _upkeep(module: ModuleDetail) -> Signal:
    owner, entry = module.owner, module.entry
    if owner is None or owner.review_by is None:
        value, how = "Not listed yet", ""
    elif owner.needs_owner or owner.is_overdue:
        value, how = ("Needs an owner" if owner.needs_owner else "Owner to confirm"), f"Due since {date_format(owner.review_by, 'j F Y')}."
    else:
        confirmed = f"Confirmed {date_format(owner.confirmed_at, 'j F Y')}. " if owner.confirmed_at else ""
        value, how = (
            "Owner active" if confirmed else "Owner named",
            f"{confirmed}To be confirmed by {date_format(owner.review_by, 'j F Y')}.",
        )
    latest = f" Latest version {date_format(entry.latest_at, 'j F Y')}." if entry.latest_at else ""
    return Signal("Upkeep", value, f"{how}{latest}".strip(), "#versions", "See the versions")


def _ratings(ratings: RatingsEntry) -> Signal:
    if not ratings.count:
        return Signal("Adopters’ ratings", "None yet", "Only organisations that run it rate it.", "#ratings", "Who may rate")
    value = "Rated by 1 organisation" if ratings.count == 1 else f"Rated by {ratings.count} organisations"
    return Signal("Adopters’ ratings", value, "Five criteria, each by itself, and in words.", "#ratings", "Read the ratings")


def _release_page(entry: ModuleEntry, release: ReleaseDetail) -> str:
    return reverse("release", args=[entry.publisher, entry.slug, release.entry.version])
