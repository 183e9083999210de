"""The benefits ledger, its claims, and the files it goes out as. Writing claims is :mod:`registry.web.claiming`'s."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.viewer import viewer_in
from accounts.views.access import member
from registry.benefits.arithmetic import Benefit, shown_per_fte
from registry.benefits.money import Money, Sign
from registry.index.benefits import SHOWN, LedgerEntry, LedgerRow, ledger_entry
from registry.index.claim_page import claim_entry
from registry.index.ledger_choices import Choice, Choices, LedgerFilters, choices, chosen
from registry.index.ledger_table import COLUMNS, cells_of, ledger_table
from registry.index.measured import measured_runs
from registry.index.sheets import CSV, XLSX, Cell, as_csv, as_xlsx
from registry.web import words
from registry.web.benefit_charts import brief_chart, evidence_chart, lines_chart
from registry.web.claim_sums import steps

ALL_YEARS = "all"


@require_safe
@member
def ledger(request: HttpRequest) -> HttpResponse:
    """What partners say automation gave back in a year, and what shows it."""
    viewer = viewer_in(request)
    found = choices(viewer)
    filters = _filters(found, request.GET)
    entry = ledger_entry(viewer, found, filters)
    context = {
        "entry": entry,
        "filters": filters,
        "organisations": [(each, each.value == filters.organisation) for each in _organisations(found)],
        "years": [(year, year == filters.year) for year in found.years(filters.organisations)],
        "currencies": [(each, each.value == filters.money) for each in _currencies(found)],
        "rates": _rates(found, filters),
        "query": _query(filters),
        **_shown(entry),
        **_worth(entry),
        "charts": {
            "evidence": evidence_chart(entry),
            "lines": lines_chart(entry),
            "forecast": brief_chart(entry.forecast) if entry.forecast else None,
        },
    }
    return render(request, "registry/benefits/ledger.html", context)


def _shown(entry: LedgerEntry) -> dict[str, Any]:
    """The largest rows of each group; all are in the sums."""
    shown = {"verified": entry.verified[:SHOWN], "waiting": entry.waiting[:SHOWN], "remainders": entry.remainders[:SHOWN]}
    count = sum(len(rows) for rows in shown.values())
    return {"shown": shown, "shown_count": count, "left_out": len(entry.rows) - count}


def _worth(entry: LedgerEntry) -> dict[str, Any]:
    """What is left after costs, and what the sums come to per FTE, where all of the money is of one kind."""
    if entry.money is None:
        return {"net_verified": None, "net_claimed": None, "per_fte": None}
    claimed, verified = entry.money.claimed, entry.money.verified
    per_fte = {
        "claimed": _per_fte(entry.rows, claimed, entry.totals.fte_claimed),
        "verified": _per_fte(entry.verified, verified, entry.totals.fte_verified),
    }
    return {"net_verified": entry.costs.net_of(verified), "net_claimed": entry.costs.net_of(claimed), "per_fte": per_fte}


def _per_fte(rows: Sequence[LedgerRow], money: Money, fte: Decimal) -> Money | None:
    """Money of a sum per FTE of the same sum: only where every row has both, in that money, and none is of new capacity, which has no FTE in it."""
    whole = all(
        row.figures.fte is not None
        and row.figures.money is not None
        and row.figures.money.kind == money.kind
        and row.claim.benefit != Benefit.NEW_CAPACITY
        for row in rows
    )
    per = shown_per_fte(money.amount, fte) if whole else None
    return None if per is None else money.with_amount(per)


@require_safe
@member
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim with its sum opened line by line."""
    viewer = viewer_in(request)
    entry = claim_entry(viewer, pk)
    context = {"entry": entry, "steps": steps(entry), "measured": measured_runs(viewer, entry.row)}
    return render(request, "registry/benefits/claim.html", context)


@require_safe
@member
def ledger_csv(request: HttpRequest) -> HttpResponse:
    """The ledger as CSV: of the year shown, or of all with ``year=all``; savings negative with ``sign=savings_negative``."""
    return _sent(as_csv(COLUMNS, _cells(request)), CSV, "csv")


@require_safe
@member
def ledger_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    return _sent(as_xlsx("Benefits", COLUMNS, _cells(request)), XLSX, "xlsx")


def _cells(request: HttpRequest) -> list[list[Cell]]:
    viewer = viewer_in(request)
    found = choices(viewer)
    filters = _filters(found, request.GET)
    if request.GET.get("year") == ALL_YEARS:
        filters = LedgerFilters(filters.organisation)
    given = request.GET.get("sign", "")
    sign = Sign(given) if given in list(Sign) else Sign.NATURAL
    return cells_of(ledger_table(viewer, found, filters, sign))


def _sent(body: bytes, content_type: str, ending: str) -> HttpResponse:
    name = f"benefits-{timezone.localdate():%Y-%m-%d}.{ending}"
    return HttpResponse(body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _filters(found: Choices, given: QueryDict) -> LedgerFilters:
    return chosen(found, *(given.get(name, "") for name in ("organisation", "year", "money", "rate")))


def _query(filters: LedgerFilters) -> str:
    """The part of an address that asks for the same organisations and year."""
    asked = QueryDict(mutable=True)
    if filters.organisation:
        asked["organisation"] = filters.organisation
    if filters.year:
        asked["year"] = filters.year
    return asked.urlencode()


def _organisations(found: Choices) -> list[Choice]:
    return [Choice("", "Every organisation"), *found.organisations()]


def _currencies(found: Choices) -> list[Choice]:
    known = [Choice(each, words.sentence(words.CURRENCIES.get(each, each))) for each in found.currencies()]
    return [Choice("", "As each states it"), *known]


def _rates(found: Choices, filters: LedgerFilters) -> list[tuple[int, str, bool]]:
    """Rates between currencies that claims are in; of one of them into the chosen one where one is chosen."""
    used = set(found.currencies())
    between = [each for each in found.rates if {each.rate.source, each.rate.target} <= used]
    fitting = [each for each in between if not filters.money or filters.money in (each.rate.source, each.rate.target)]
    return [(each.key, each.label, filters.rate is not None and each.key == filters.rate.key) for each in fitting]
