"""What programmes cost, as the ledger sets it against what they gave: lines by source, sums, and where two tables disagree."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.viewer import Viewer
from registry.benefits.costs import Bound, Cost, Mismatch, Stated, cost, mismatches, net
from registry.benefits.models import Claim, CostLine
from registry.benefits.money import Money, sums

MOST = 1000


@dataclass(frozen=True, slots=True)
class CostEntry:
    """One line."""

    organisation: str  # name
    title: str
    kind: str
    year: str
    stated: Stated
    is_capital: bool
    source: str


@dataclass(frozen=True, slots=True)
class CostsEntry:
    """The lines, one sum for each currency and price base where the sources agree on it, and what they tell differently.

    ``total`` is empty where two sources say different things of the same money: no side is taken in silence.
    """

    lines: tuple[CostEntry, ...] = ()
    totals: tuple[Stated, ...] = ()
    mismatches: tuple[tuple[str, Mismatch], ...] = ()  # with the organisation's name

    def total_of(self, kind: tuple[str, str]) -> Stated | None:
        """The sum in that currency and price base."""
        return next((each for each in self.totals if each.money.kind == kind), None)

    def net_of(self, benefit: Money) -> Stated | None:
        """What is left of ``benefit``; None where no cost of its kind is known."""
        costs = self.total_of(benefit.kind)
        return None if costs is None else net(benefit, costs)


def visible_costs(viewer: Viewer) -> QuerySet[CostLine]:
    """One's own; what others share, of no programme in particular or of one that ``viewer`` may read; an auditor's all. Not the removed ones."""
    kept = CostLine.objects.filter(removed_at=None)
    if viewer.is_auditor:
        return kept
    if not viewer.is_member or viewer.modules is not None:
        return kept.none()
    readable = Q(claim__isnull=True) | Q(claim__in=Claim.objects.visible_to(viewer).values("pk"))
    return kept.filter(Q(organisation__in=viewer.organisations) | (Q(sharing=Claim.Sharing.SHARED) & readable))


def costs_of(
    viewer: Viewer, organisations: Collection[str] | None, year: str, convert: Callable[[Money], Money] = lambda money: money
) -> CostsEntry:
    """What those organisations spent in that year, at most 1,000 lines, in one query; mismatches are looked for across the years."""
    rows = visible_costs(viewer).select_related("organisation").order_by("organisation__name", "source", "year", "pk")
    if organisations is not None:
        rows = rows.filter(organisation__slug__in=organisations)
    found = [entry_of(row, convert) for row in rows[:MOST]]
    return summed([each for each in found if each.year == year], found)


def summed(lines: list[CostEntry], compared: list[CostEntry]) -> CostsEntry:
    """The sums of ``lines``, and the mismatches among ``compared``, organisation by organisation."""
    differing = []
    for name in dict.fromkeys(each.organisation for each in compared):
        own = [each for each in compared if each.organisation == name]
        for kind in dict.fromkeys(each.stated.money.kind for each in own):
            table = [Cost(each.source, each.title, each.year, each.stated.money) for each in own if each.stated.money.kind == kind]
            differing += [(name, mismatch) for mismatch in mismatches(table)]
    return CostsEntry(tuple(lines), tuple(_totals(lines)), tuple(differing))


def _totals(lines: list[CostEntry]) -> list[Stated]:
    """For each kind of money, the organisations' sums; left out where sources of one organisation give different ones."""
    found = []
    for money in sums(each.stated.money for each in lines):
        parts = [_agreed(lines, name, money.kind) for name in dict.fromkeys(each.organisation for each in lines)]
        known = [part for part in parts if part is not None]
        if len(known) == len({each.organisation for each in lines if each.stated.money.kind == money.kind}):
            whole = cost(known)
            found += [whole] if whole is not None else []
    return found


def _agreed(lines: list[CostEntry], organisation: str, kind: tuple[str, str]) -> Stated | None:
    """What every source of the organisation comes to; None where they differ, or there is none."""
    own = [each for each in lines if each.organisation == organisation and each.stated.money.kind == kind]
    by_source = {source: cost(each.stated for each in own if each.source == source) for source in {each.source for each in own}}
    said = set(by_source.values())
    return said.pop() if len(said) == 1 else None


def entry_of(row: CostLine, convert: Callable[[Money], Money] = lambda money: money) -> CostEntry:
    """The line, whose organisation is loaded."""
    money = convert(Money(row.amount, row.currency, row.price_base))
    bound = Bound.AT_LEAST if row.is_at_least else Bound.EXACT
    return CostEntry(row.organisation.name, row.title, row.kind, row.year, Stated(money, bound), row.is_capital, row.source)
