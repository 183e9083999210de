"""What the ledger can be asked for, and what it was asked for: organisations together, a year, a currency, a dated rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from accounts.viewer import Viewer
from registry.benefits.models import Claim, ClaimShare, ExchangeRate
from registry.benefits.money import Rate

MOST = 10_000  # claims that are looked at
MOST_RATES = 100
TOGETHER = ","  # between the slugs of organisations that are chosen together


@dataclass(frozen=True, slots=True)
class LightClaim:
    """What choosing needs of a claim. ``year`` is that of the programme it is part of, if there is one to be seen."""

    key: int
    organisations: frozenset[str]
    year: str
    ends_on: date
    currency: str
    price_base: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a select."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class RateChoice:
    """A rate somebody recorded, by its key."""

    key: int
    rate: Rate

    @property
    def label(self) -> str:
        """As a select shows it."""
        worth = f"{self.rate.rate.normalize():f}"
        return f"1 {self.rate.source} = {worth} {self.rate.target} on {self.rate.on.day} {self.rate.on:%B %Y} ({self.rate.said_by})"


@dataclass(frozen=True, slots=True)
class Choices:
    """All of it that ``viewer`` may read about, with names of organisations by slug."""

    claims: tuple[LightClaim, ...]
    names: Mapping[str, str]
    rates: tuple[RateChoice, ...]

    def organisations(self) -> list[Choice]:
        """Each organisation with claims; after one with joint claims, it with those it shares them with."""
        found = []
        for slug, name in sorted(self.names.items(), key=lambda item: item[1].casefold()):
            found.append(Choice(slug, name))
            others = sorted({each for claim in self.claims if slug in claim.organisations for each in claim.organisations} - {slug})
            if others:
                label = f"{name}, with {_listed([self.names[each] for each in others])}"
                found.append(Choice(TOGETHER.join([slug, *others]), label))
        return found

    def years(self, organisations: frozenset[str] | None) -> list[str]:
        """Periods with claims of those organisations, the latest first."""
        ends: dict[str, date] = {}
        for claim in self.claims:
            if organisations is None or claim.organisations & organisations:
                ends[claim.year] = max(claim.ends_on, ends.get(claim.year, claim.ends_on))
        return [year for year, _ in sorted(ends.items(), key=lambda item: (item[1], item[0]), reverse=True)]

    def first_year(self, organisations: frozenset[str] | None) -> str:
        """What is shown to whoever asks for no year: the latest of which something is verified, else the latest."""
        years = self.years(organisations)
        verified = {
            claim.year for claim in self.claims if claim.is_verified and (organisations is None or claim.organisations & organisations)
        }
        return next((year for year in years if year in verified), next(iter(years), ""))

    def currencies(self) -> list[str]:
        """That claims are in, the most frequent first."""
        count = Counter(claim.currency for claim in self.claims if claim.currency)
        return sorted(count, key=lambda currency: (-count[currency], currency))


@dataclass(frozen=True, slots=True)
class LedgerFilters:
    """What is asked for. No organisations are all; an empty ``money`` is each claim's own; ``rate`` turns one other currency into it."""

    organisation: str = ""  # slugs, parted by commas
    year: str = ""
    money: str = ""
    rate: RateChoice | None = None

    @property
    def organisations(self) -> frozenset[str] | None:
        """The slugs chosen, or None for all."""
        return frozenset(self.organisation.split(TOGETHER)) if self.organisation else None


def choices(viewer: Viewer) -> Choices:
    """In three queries."""
    standing = Claim.objects.visible_to(viewer).standing()
    columns = ("pk", "part_of", "organisation__slug", "organisation__name", "period", "ends_on", "currency", "price_base", "money", "state")
    rows = list(standing.order_by("-ends_on", "-pk").values_list(*columns)[:MOST])
    shares = ClaimShare.objects.filter(claim__in=standing.values("pk")).values_list("claim", "organisation__slug", "organisation__name")
    names = {row[2]: row[3] for row in rows}
    sharing: dict[int, set[str]] = {row[0]: {row[2]} for row in rows}
    for key, slug, name in shares:
        if key in sharing:
            sharing[key].add(slug)
            names[slug] = name
    years = {row[0]: row[4] for row in rows}
    claims = tuple(
        LightClaim(
            key=row[0],
            organisations=frozenset(sharing[row[0]]),
            year=years.get(row[1] or 0, row[4]),
            ends_on=row[5],
            currency=row[6] if row[8] is not None else "",
            price_base=row[7],
            is_verified=row[9] == Claim.State.APPROVED,
        )
        for row in rows
    )
    return Choices(claims, names, rates())


def rates() -> tuple[RateChoice, ...]:
    """The latest that are recorded; every member reads all."""
    found = ExchangeRate.objects.order_by("-on", "-pk")[:MOST_RATES]
    return tuple(RateChoice(each.pk, Rate(each.base, each.quote, each.rate, each.on, each.source)) for each in found)


def chosen(found: Choices, organisation: str, year: str, money: str, rate: str) -> LedgerFilters:
    """What those texts ask for; what there is none of falls back to everybody, :meth:`Choices.first_year`, money as stated, and no rate."""
    known = organisation if organisation and set(organisation.split(TOGETHER)) <= set(found.names) else ""
    filters = LedgerFilters(known)
    years = found.years(filters.organisations)
    currency = money if money in found.currencies() else ""
    at = next((each for each in found.rates if str(each.key) == rate and currency in (each.rate.source, each.rate.target)), None)
    return LedgerFilters(known, year if year in years else found.first_year(filters.organisations), currency, at)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
