"""The charts of the benefits pages: how much of what is claimed is shown, which lines give it, what a module could give."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from registry.benefits.money import Money, full, short
from registry.index.benefits import ForecastBrief, LedgerEntry, LedgerRow
from registry.web.charts import Bar, Figure, Part, Table, bars, parts, span
from registry.web.drawing import Number
from registry.web.templatetags.benefits import rounded
from registry.web.templatetags.moothall import plural

MOST_BARS = 12


def evidence_chart(entry: LedgerEntry) -> Figure | None:
    """How much of the money claimed has approved evidence; None where nothing is claimed, or parts exceed their programme."""
    if entry.money is None or entry.money.claimed.amount <= 0:
        return None
    groups = (
        ("Itemised, evidence approved", entry.verified, True, "in {}"),
        ("Itemised, not approved", entry.waiting, False, "in {}. Left out of the verified total"),
        ("Claimed for the programme, not itemised", entry.remainders, False, "Left out of the verified total"),
    )
    shown = [_part(entry, *group) for group in groups if group[1]]
    if any(part.value < 0 for part, _ in shown):
        return None
    claimed, verified = entry.money.claimed, entry.money.verified
    share = (100 * verified.amount / claimed.amount).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    caption = f"{share}% of the {short(claimed)} claimed is itemised and evidenced"
    table = Table(
        ("Part", "FTE", "Cash equivalent"), (*(row for _, row in shown), ("Claimed", rounded(entry.totals.fte_claimed), full(claimed)))
    )
    return parts(caption, [part for part, _ in shown if part.value], title=f"Evidence behind {short(claimed)} claimed", table=table)


def _part(entry: LedgerEntry, label: str, rows: Sequence[LedgerRow], is_evidenced: bool, words: str) -> tuple[Part, tuple[str, str, str]]:
    money, fte = _money(entry, rows), rounded(_fte(rows))
    note = f"{fte} FTE {words.format(plural(len(rows), 'line'))}" if "{}" in words else f"{fte} FTE. {words}"
    return Part(label, money.amount, short(money), note, is_evidenced), (label, fte, full(money))


def _money(entry: LedgerEntry, rows: Sequence[LedgerRow]) -> Money:
    """What the rows have of the money that the page speaks of."""
    assert entry.money is not None
    known = [money for row in rows if (money := entry.shown_money(row)) is not None]
    return entry.money.claimed.with_amount(sum((money.amount for money in known), Decimal(0)))


def _fte(rows: Sequence[LedgerRow]) -> Decimal:
    return sum((row.figures.fte or Decimal(0) for row in rows), Decimal(0))


def lines_chart(entry: LedgerEntry) -> Figure | None:
    """FTE of each line, largest first; None under two lines, as one bar compares with nothing."""
    lines = [row for row in (*entry.verified, *entry.waiting) if (row.figures.fte or 0) > 0]
    rest = [row for row in entry.remainders if row.figures.fte]
    if len(lines) + len(rest) < 2 or not lines:
        return None
    rows = [_bar(row, row.claim.title) for row in lines[:MOST_BARS]]
    more = lines[MOST_BARS:]
    if more:
        rows.append(Bar(f"{len(more)} more", _fte(more), rounded(_fte(more)), is_evidenced=all(row.claim.is_verified for row in more)))
    rows += [_bar(row, "Not itemised" if len(rest) == 1 else f"Not itemised: {row.claim.title}") for row in rest]
    return bars(_lines_caption(lines), rows, title="FTE of each line", measure="FTE a year")


def _bar(row: LedgerRow, label: str) -> Bar:
    fte = row.figures.fte or Decimal(0)
    return Bar(label, fte, rounded(fte), is_evidenced=row.claim.is_verified and not row.is_remainder)


def _lines_caption(lines: Sequence[LedgerRow]) -> str:
    share = (100 * (lines[0].figures.fte or Decimal(0)) / _fte(lines)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if len(lines) > 1 and share >= 50:
        return f"One line gives {share}% of the itemised FTE"
    return f"{plural(len(lines), 'line')} {'gives' if len(lines) == 1 else 'give'} {rounded(_fte(lines))} FTE"


def forecast_chart(title: str, low: Decimal, likely: Decimal, high: Decimal, note: str) -> Figure:
    """A forecast as a range on an axis from zero; its caption says the range in whole FTE."""
    ends = tuple(f"{each.quantize(Decimal(1), rounding=ROUND_HALF_UP)}" for each in (low, high))
    worth = f"{ends[0]} to {ends[1]}" if high >= 2 and ends[0] != ends[1] else f"{rounded(low)} to {rounded(high)}"
    caption = f"{title} could give you {worth} FTE"
    return span(
        caption, low, likely, high, unit="FTE a year", label="Your volumes", title=f"Forecast of {title}", note=note, write=_one_decimal
    )


def _one_decimal(number: Number) -> str:
    return rounded(Decimal(number))


def brief_chart(brief: ForecastBrief) -> Figure:
    """The last forecast that the reader's organisation kept."""
    note = f"From {plural(brief.cases, 'approved claim')} and your {brief.volume:,} {brief.unit}."
    if brief.cases == 1:
        note += " A wide range: only one organisation has measured."
    return forecast_chart(brief.title, brief.low, brief.likely, brief.high, note)
