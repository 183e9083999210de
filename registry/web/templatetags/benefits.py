"""Filters of the benefits pages: FTE, money, shares and bounds in words."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django import template

from registry.benefits.costs import Bound, Stated
from registry.benefits.money import Money, full, short
from registry.benefits.outcomes import Turnaround

register = template.Library()
_BOUNDS = {Bound.EXACT: "", Bound.AT_LEAST: "over ", Bound.AT_MOST: "at most "}


@register.filter
def rounded(number: Decimal, places: int = 1) -> str:
    """Half up to ``places`` decimals with thousands apart: FTE as pages show them have one."""
    return f"{number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,f}"


@register.filter
def exactly(number: Decimal) -> str:
    """A number with the decimals it has and no more: 10, 0.857, 1,667."""
    return f"{number.normalize():,f}"


@register.filter
def as_percent(share: Decimal) -> str:
    """0.7 as 70%, 0.333 as 33.3%."""
    return f"{(share * 100).normalize():f}%"


@register.filter
def ledger_money(money: Money | None) -> str:
    """As tables write it: £1,900,000; nothing of nothing."""
    return full(money) if money else ""


@register.filter
def prose_money(money: Money | None) -> str:
    """As prose writes it: £1.9m."""
    return short(money) if money else ""


@register.filter
def of_prices(price_base: str) -> str:
    """What follows an amount at restated prices: ", prices 2016 p/l"."""
    return f", prices {price_base}" if price_base else ""


@register.filter
def bounded(stated: Stated) -> str:
    """An amount with how much it says: "over £0.5m", "at most £3.1m"."""
    return f"{_BOUNDS[stated.bound]}{short(stated.money)}"


@register.filter
def per_fte_of(amounts: object) -> Money | None:
    """Money per FTE of figures, in whole units of their money."""
    per, money = getattr(amounts, "per_fte", None), getattr(amounts, "money", None)
    return None if per is None or money is None else money.with_amount(per)


@register.filter
def change(percentage: Decimal) -> str:
    """A change as prose says it: "150% more", "12.5% less", "no change"."""
    size = f"{abs(percentage).quantize(Decimal('0.1'), rounding=ROUND_HALF_UP).normalize():f}%"
    return f"{size} more" if percentage > 0 else f"{size} less" if percentage < 0 else "no change"


@register.filter
def ledger_number(number: Decimal | None) -> str:
    """An amount as its organisation's ledger writes it, with a real minus."""
    return "" if number is None else f"{number.normalize():,f}".replace("-", "\N{MINUS SIGN}")


@register.filter
def times(found: Turnaround) -> str:
    """How many times, with how much it says: "at least 168 times"."""
    said = {Bound.EXACT: "", Bound.AT_LEAST: "at least ", Bound.AT_MOST: "at most "}[found.bound]
    return f"{said}{found.hours.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP).normalize():,f} times"


@register.filter
def plainly(value: object) -> str:
    """As a form sends it: numbers without thousands apart."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
