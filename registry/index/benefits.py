"""The benefits ledger as ``viewer`` reads it: claims with what verifies them, sums, costs, outcomes; and a module's part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

from django.db.models import Exists, OuterRef, Q

from accounts.viewer import Viewer
from registry.benefits.arithmetic import Benefit, Figures, Line, MoneyTotal, Totals, by_class, counted, share_for, totals
from registry.benefits.models import Claim, ClaimShare, Forecast, OutcomeMeasure
from registry.benefits.money import Money, Rate, converted
from registry.benefits.outcomes import Turnaround, avoided, percentage_change, times_faster, turnaround
from registry.catalogue.models import Module
from registry.index.claims import NOT_ITEMISED, ClaimRow, claim_rows, line_of, loaded
from registry.index.ledger_choices import MOST, Choices, LedgerFilters
from registry.index.ledger_costs import CostsEntry, costs_of

SHOWN = 200  # claims shown on a page; sums and exports hold all
OWN_SHOWN = 20
ON_MODULE = 10


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A claim with what the chosen organisations have in it, or what a programme's parts leave of it."""

    claim: ClaimRow
    figures: Figures
    is_remainder: bool
    is_share: bool  # a part of a joint claim, not all of it
    findings: tuple[str, ...]

    @property
    def status(self) -> str:
        """Of the claim; a remainder cannot be approved, and neither can a programme be taken for itemised."""
        return NOT_ITEMISED if self.is_remainder else self.claim.status


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One of the eight outcomes as a claim measured it. ``lacks``: "baseline", "evidence", "post", "measure", "approval" or nothing."""

    claim: ClaimRow
    outcome: str
    measure: str
    before: str
    after: str
    change: Decimal | None  # per cent
    fewer: Decimal | None  # contacts, days or whatever is measured, where it fell
    faster: Turnaround | None  # how many times shorter it became, in place of hours
    lacks: str


@dataclass(frozen=True, slots=True)
class OtherMoney:
    """Claims of an organisation in another currency or price base than the sums are in."""

    organisation: str  # slug
    name: str
    currency: str
    price_base: str
    count: int
    year: str


@dataclass(frozen=True, slots=True)
class ForecastBrief:
    """The last forecast of the organisation acted for, of a module that it sees."""

    publisher: str
    slug: str
    title: str
    language: str
    volume: int
    unit: str
    low: Decimal
    likely: Decimal
    high: Decimal
    cases: int
    made_on: date


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The ledger of one year. ``money`` is what the four figures speak of; other kinds of money stand in ``totals`` and ``others``."""

    filters: LedgerFilters
    rows: tuple[LedgerRow, ...]
    totals: Totals
    classes: dict[Benefit, Totals]  # of each class of benefit that there is; together they hold every claim once
    money: MoneyTotal | None
    cashable: tuple[ClaimRow, ...]
    costs: CostsEntry
    outcomes: tuple[OutcomeRow, ...]
    others: tuple[OtherMoney, ...]
    own: tuple[ClaimRow, ...]  # of the organisations acted for, not handed in or sent back
    forecast: ForecastBrief | None

    @property
    def verified(self) -> tuple[LedgerRow, ...]:
        return tuple(row for row in self.rows if row.claim.is_verified and not row.is_remainder)

    @property
    def waiting(self) -> tuple[LedgerRow, ...]:
        return tuple(row for row in self.rows if not row.claim.is_verified and not row.is_remainder)

    @property
    def remainders(self) -> tuple[LedgerRow, ...]:
        return tuple(row for row in self.rows if row.is_remainder)

    def shown_money(self, row: LedgerRow) -> Money | None:
        """A row's money, where it is of the kind that the four figures speak of."""
        money = row.figures.money
        return money if money is not None and money.kind == self.kind else None

    @property
    def kind(self) -> tuple[str, str]:
        """Currency and price base of the four figures."""
        return self.money.claimed.kind if self.money else ("", "")


def ledger_entry(viewer: Viewer, found: Choices, filters: LedgerFilters) -> LedgerEntry:
    """The ledger of the year, in a fixed number of queries. ``found`` from :func:`registry.index.ledger_choices.choices`."""
    convert = partial(_converted, currency=filters.money, rate=filters.rate.rate if filters.rate else None)
    rows = year_rows(viewer, found, filters.year)
    lines = {row.key: line_of(row) for row in rows}
    changed = [_with_money(line, convert) for line in lines.values()]
    together = totals(changed, filters.organisations)
    money = _main(together, found, filters)
    shown = ledger_rows(rows, changed, filters)
    claims = {row.claim.key: row.claim for row in shown}
    return LedgerEntry(
        filters=filters,
        rows=shown,
        totals=together,
        classes=by_class(changed, filters.organisations),
        money=money,
        cashable=tuple(claim for claim in claims.values() if claim.benefit == Benefit.CASHABLE),
        costs=costs_of(viewer, filters.organisations, filters.year, convert),
        outcomes=outcome_rows(claims.values()),
        others=_others(found, money),
        own=_own(viewer),
        forecast=_last_forecast(viewer),
    )


def year_rows(viewer: Viewer, found: Choices, year: str) -> tuple[ClaimRow, ...]:
    """Every claim of the year that stands and that ``viewer`` reads: each in the year of the programme it is part of."""
    keys = {claim.key for claim in found.claims if claim.year == year}
    claims = loaded(Claim.objects.visible_to(viewer).standing().filter(Q(period=year) | Q(part_of__period=year)))
    return claim_rows(viewer, [claim for claim in claims.order_by("-fte", "title", "pk")[:MOST] if claim.pk in keys])


def ledger_rows(rows: Sequence[ClaimRow], lines: Iterable[Line], filters: LedgerFilters) -> tuple[LedgerRow, ...]:
    """What the chosen organisations have in each, largest first; a programme with parts as what they leave of it."""
    by_key = {row.key: row for row in rows}
    found = []
    for line in counted(lines):
        ours = share_for(line, filters.organisations)
        if ours is not None:
            is_share = filters.organisations is not None and not set(line.shares) <= filters.organisations
            found.append(LedgerRow(by_key[line.key], ours.figures, line.is_remainder, is_share, line.findings))  # type: ignore[index]
    return tuple(sorted(found, key=lambda row: (-(row.figures.fte or Decimal(0)), row.claim.title.casefold(), row.claim.key)))


def _converted(money: Money, *, currency: str, rate: Rate | None) -> Money:
    """In ``currency`` where the rate is of it and of the money's own; otherwise as it is."""
    if rate is None or money.currency == currency or {money.currency, currency} != {rate.source, rate.target}:
        return money
    return converted(money, rate)


def _with_money(line: Line, convert: partial[Money]) -> Line:
    money = line.figures.money
    return line if money is None else replace(line, figures=Figures(line.figures.fte, convert(money)))


def _main(together: Totals, found: Choices, filters: LedgerFilters) -> MoneyTotal | None:
    """The money the page speaks of first: of the currency asked for, prices of the period before restated ones; else what most claims are in."""
    order = [filters.money] if filters.money else found.currencies()
    ranked = sorted(
        (each for each in together.money if each.claimed.currency in order),
        key=lambda each: (order.index(each.claimed.currency), each.claimed.price_base != "", each.claimed.price_base),
    )
    return ranked[0] if ranked else None


def _others(found: Choices, money: MoneyTotal | None) -> tuple[OtherMoney, ...]:
    """Claims that the four figures cannot hold, whatever their year, by organisation; the year is that of the latest."""
    main = money.claimed.kind if money else ("", "")
    count: Counter[tuple[str, str, str]] = Counter()
    latest: dict[tuple[str, str, str], str] = {}
    for claim in found.claims:
        if not claim.currency or (claim.currency, claim.price_base) == main:
            continue
        for organisation in claim.organisations:
            key = (organisation, claim.currency, claim.price_base)
            count[key] += 1
            latest.setdefault(key, claim.year)
    return tuple(OtherMoney(key[0], found.names[key[0]], key[1], key[2], count[key], latest[key]) for key in sorted(count))


def _own(viewer: Viewer) -> tuple[ClaimRow, ...]:
    """What the organisations acted for have begun, are named in, or had sent back."""
    joint = ClaimShare.objects.filter(claim=OuterRef("pk"), organisation__in=viewer.organisations)
    theirs = Q(organisation__in=viewer.organisations) | Exists(joint)
    mine = Claim.objects.visible_to(viewer).filter(theirs, state__in=[Claim.State.DRAFT, Claim.State.RETURNED])
    return claim_rows(viewer, loaded(mine).order_by("-pk")[:OWN_SHOWN])


def _last_forecast(viewer: Viewer) -> ForecastBrief | None:
    if viewer.organisation is None:
        return None
    modules = Module.objects.visible_to(viewer).values("pk")
    found = Forecast.objects.filter(organisation=viewer.organisation, module__in=modules).select_related("module").order_by("-pk").first()
    return brief_of(found) if found else None


def brief_of(found: Forecast) -> ForecastBrief:
    """A forecast whose module is loaded."""
    module = found.module
    return ForecastBrief(
        module.publisher,
        module.slug,
        module.title,
        module.language,
        found.volume,
        found.unit,
        found.low,
        found.likely,
        found.high,
        found.cases,
        found.made_at.date(),
    )


# --- Beyond FTE -----------------------------------------------------------------------------------------------------------
def outcome_rows(claims: Iterable[ClaimRow]) -> tuple[OutcomeRow, ...]:
    """The measures of those claims, in one query."""
    by_key = {claim.key: claim for claim in claims}
    found = OutcomeMeasure.objects.filter(claim__in=by_key).order_by("outcome", "claim", "pk")
    return tuple(_outcome(each, by_key[each.claim_id]) for each in found)


def _outcome(row: OutcomeMeasure, claim: ClaimRow) -> OutcomeRow:
    before, after = _said(row.before, row.unit, row.before_text), _said(row.after, row.unit, row.after_text)
    change = None if after else row.change_percent  # what was stated in words says it already
    fewer = None
    if row.before is not None and row.after is not None:
        change = percentage_change(row.before, row.after)
        fewer = avoided(row.before, row.after) if 0 <= row.after < row.before else None
    lacks = _lacks(row, claim, before, after)
    return OutcomeRow(claim, row.outcome, row.measure, before, after, change, fewer, _faster(row), lacks)


def _faster(row: OutcomeMeasure) -> Turnaround | None:
    """How many times shorter, where both sides say how long it takes and it became shorter."""
    before, after = turnaround(row.before_text), turnaround(row.after_text)
    found = times_faster(before, after) if before and after else None
    return found if found and found.hours > 1 else None


def _said(number: Decimal | None, unit: str, words: str) -> str:
    figure = "" if number is None else f"{number.normalize():,f} {unit}".strip()
    return f"{figure} ({words})" if figure and words else figure or words


def _lacks(row: OutcomeMeasure, claim: ClaimRow, before: str, after: str) -> str:
    """The first thing without which the measure shows nothing."""
    if not after and row.change_percent is None:
        return "measure"
    if not before:
        return "baseline"
    if claim.benefit == Benefit.CASHABLE and not claim.post:
        return "post"
    if not claim.has_evidence:
        return "evidence"
    return "" if claim.is_verified else "approval"


# --- A module's part ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ModuleBenefits:
    """What organisations claim of one module: every claim that stands, with sums of the latest year that has any verified."""

    rows: tuple[ClaimRow, ...]
    totals: Totals
    year: str
    outcomes: tuple[OutcomeRow, ...]

    @property
    def shown(self) -> tuple[ClaimRow, ...]:
        """The latest, as many as a module's page has room for."""
        return self.rows[:ON_MODULE]

    @property
    def verified(self) -> int:
        """How many have approved evidence."""
        return sum(1 for row in self.rows if row.is_verified)


def module_benefits(viewer: Viewer, publisher: str, slug: str) -> ModuleBenefits:
    """Of a module that ``viewer`` sees: at most 200 claims, the latest first, in four queries. Claims of several years are not added up."""
    claims = loaded(Claim.objects.visible_to(viewer).standing().filter(module__publisher=publisher, module__slug=slug)).order_by(
        "-ends_on", "-fte", "pk"
    )[:SHOWN]
    rows = claim_rows(viewer, claims)
    year = next((row.period for row in rows if row.is_verified), next((row.period for row in rows), ""))
    return ModuleBenefits(rows, totals([line_of(row) for row in rows if row.period == year]), year, outcome_rows(rows))
