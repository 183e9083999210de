"""The ledger as a table for spreadsheets, Power BI and programs: a row for each claim, and one for what a programme's parts leave of it.

Nothing counts twice: whoever adds up ``fte`` of one year gets what the page says, and ``money`` of one currency and price base likewise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from accounts.viewer import Viewer
from registry.benefits.arithmetic import at_full_success, money_per_fte
from registry.benefits.models import Claim
from registry.benefits.money import PENNY, Sign, signed_saving
from registry.benefits.reckoning import written_money
from registry.index.benefits import LedgerRow, ledger_rows
from registry.index.claims import ClaimRow, claim_rows, line_of, loaded
from registry.index.ledger_choices import MOST, Choices, LedgerFilters
from registry.index.sheets import Cell

THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line; its fields are the columns, in this order. Texts are empty and numbers None where a claim does not say."""

    year: str
    claim: int
    row: str  # "claim" or "remainder"
    title: str
    organisation: str
    shared_by: str  # "hampshire 50%; thames-valley 50%" of a joint claim
    module: str
    part_of: int | None
    starts_on: date
    ends_on: date
    benefit_class: str
    volume: int | None
    unit: str
    success_rate: Decimal | None
    hours_per_fte: Decimal | None
    fte: Decimal | None
    fte_at_full_success: Decimal | None
    money: Decimal | None  # in whole units, in the sign that was asked for
    currency: str
    price_base: str
    money_per_fte: Decimal | None
    sign: str  # of money: "natural" or "savings_negative"
    as_kept: Decimal | None  # money as the organisation's own ledger writes it: its sign, its thousands
    as_kept_in: str  # "1000 DKK 2016 p/l"
    status: str
    verified: str  # "yes" or "no"
    approved_by: str
    approved_on: date | None
    post: str
    source: str


COLUMNS = tuple(each.name for each in fields(TableRow))


def ledger_table(viewer: Viewer, found: Choices, filters: LedgerFilters, sign: Sign) -> tuple[TableRow, ...]:
    """The rows of the year, or of every year where none is chosen; money as stated, never converted. In four queries."""
    rows = _every_row(viewer, found, filters)
    by_year: dict[str, list[ClaimRow]] = {}
    years = {claim.key: claim.year for claim in found.claims}
    for row in rows:
        by_year.setdefault(years[row.key], []).append(row)
    return tuple(
        _table_row(year, each, sign)
        for year in found.years(None)
        for each in ledger_rows(by_year.get(year, []), [line_of(row) for row in by_year.get(year, [])], filters)
    )


def cells_of(rows: Sequence[TableRow]) -> list[list[Cell]]:
    """The rows as cells, in the order of :data:`COLUMNS`."""
    return [[getattr(row, name) for name in COLUMNS] for row in rows]


def _every_row(viewer: Viewer, found: Choices, filters: LedgerFilters) -> tuple[ClaimRow, ...]:
    keys = [claim.key for claim in found.claims if not filters.year or claim.year == filters.year]
    claims = loaded(Claim.objects.visible_to(viewer).standing().filter(pk__in=keys))
    return claim_rows(viewer, claims.order_by("-ends_on", "-fte", "pk")[:MOST])


def _table_row(year: str, row: LedgerRow, sign: Sign) -> TableRow:
    claim, fte, money = row.claim, row.figures.fte, row.figures.money
    succeeded = claim.success_rate or None
    is_claim = not row.is_remainder
    kept = None if money is None else _kept(claim, money.amount)
    per_fte = None if money is None or fte is None else money_per_fte(money.amount, fte)
    return TableRow(
        year=year,
        claim=claim.key,
        row="claim" if is_claim else "remainder",
        title=claim.title,
        organisation=claim.organisation,
        shared_by="; ".join(f"{each.organisation} {(each.share * 100).normalize():f}%" for each in claim.shares) if claim.is_joint else "",
        module=f"{claim.module.publisher}/{claim.module.slug}" if claim.module else "",
        part_of=claim.part_of,
        starts_on=claim.starts_on,
        ends_on=claim.ends_on,
        benefit_class=claim.benefit if is_claim else "",
        volume=claim.volume if is_claim else None,
        unit=claim.unit if is_claim else "",
        success_rate=claim.success_rate if is_claim else None,
        hours_per_fte=claim.hours_per_fte,
        fte=fte,
        fte_at_full_success=None
        if fte is None or succeeded is None or not is_claim
        else _rounded(at_full_success(fte, succeeded), THOUSANDTH),
        money=None if money is None else signed_saving(money.amount, sign),
        currency=money.currency if money else "",
        price_base=money.price_base if money else "",
        money_per_fte=None if per_fte is None else _rounded(per_fte, PENNY),
        sign=sign,
        as_kept=kept,
        as_kept_in=" ".join(filter(None, ["1000" if claim.in_thousands else "", money.currency, money.price_base])) if money else "",
        status=row.status,
        verified="yes" if claim.is_verified and is_claim else "no",
        approved_by=claim.approved_for if is_claim else "",
        approved_on=claim.approved_at.date() if claim.approved_at and is_claim else None,
        post=claim.post if is_claim else "",
        source=claim.source,
    )


def _kept(claim: ClaimRow, amount: Decimal) -> Decimal:
    return written_money(amount, in_thousands=claim.in_thousands, savings_are_negative=claim.savings_are_negative)


def _rounded(amount: Decimal, to: Decimal) -> Decimal:
    return amount.quantize(to, rounding=ROUND_HALF_UP)
