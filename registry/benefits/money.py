"""Amounts of money that know their currency and price base, so that nothing is added that does not belong together. ``Decimal`` only.

Sources: S4-5, the business case of Copenhagen's RPA competence centre, for price bases ("1000 kr. 2016 p/l"), thousands and signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from registry.errors import Refused

PENNY = Decimal("0.01")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SYMBOLS = {"GBP": "£", "EUR": "€"}
THOUSAND, MILLION = Decimal(1000), Decimal(1_000_000)


def number(value: object, where: str = "value") -> Decimal:
    """``value`` as a finite ``Decimal``. A float raises ``TypeError``: it has lost digits already. Raises :class:`Refused` (``value_invalid``)."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(f"{where} must be Decimal or int, not {type(value).__name__}")
    found = Decimal(value)
    if not found.is_finite():
        raise Refused("value_invalid", "That is not a number.", where=where, mend="Enter a number, such as 1250 or 0.7.")
    return found


def whole(amount: Decimal) -> Decimal:
    """Rounded half up to whole units, as people round (S0-7: £88,000 ÷ 2.4 is £36,667)."""
    return amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in units of ``currency`` (ISO 4217). ``price_base`` as it was written, such as "2016 p/l"; empty for prices of the day."""

    amount: Decimal
    currency: str
    price_base: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", number(self.amount, "amount"))
        if not _CURRENCY.fullmatch(self.currency):
            raise Refused(
                "currency_invalid",
                f"{self.currency!r} is no currency.",
                where="currency",
                mend="Enter its three letters, such as GBP or DKK.",
            )

    @property
    def kind(self) -> tuple[str, str]:
        """What it may be added to: the same currency and price base."""
        return self.currency, self.price_base

    def with_amount(self, amount: Decimal) -> Money:
        """Another amount of the same kind."""
        return Money(amount, self.currency, self.price_base)

    def __add__(self, other: Money) -> Money:
        check_same_kind(self, other)
        return self.with_amount(self.amount + other.amount)

    def __sub__(self, other: Money) -> Money:
        check_same_kind(self, other)
        return self.with_amount(self.amount - other.amount)

    def __neg__(self) -> Money:
        return self.with_amount(-self.amount)


def check_same_kind(one: Money, other: Money) -> None:
    """Raise :class:`Refused` unless the two may be added: ``currencies_differ``, ``price_bases_differ``."""
    if one.currency != other.currency:
        raise Refused(
            "currencies_differ",
            f"{one.currency} and {other.currency} cannot be added.",
            where="currency",
            mend="Choose a rate and the day it is of, or show them apart.",
        )
    if one.price_base != other.price_base:
        raise Refused(
            "price_bases_differ",
            f"Prices of {_base(one)} and of {_base(other)} cannot be added.",
            where="price_base",
            mend="Show them apart, or restate one of them at the other's prices.",
        )


def _base(money: Money) -> str:
    return money.price_base or "the day"


def sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum for each currency and price base, in the order of their names. Never mixes them."""
    found: dict[tuple[str, str], Money] = {}
    for money in amounts:
        found[money.kind] = found[money.kind] + money if money.kind in found else money
    return tuple(found[kind] for kind in sorted(found))


def total(amounts: Iterable[Money]) -> Money | None:
    """The sum of amounts of one kind; None of none. Raises :class:`Refused` where they are of several; see :func:`check_same_kind`."""
    result: Money | None = None
    for money in amounts:
        result = money if result is None else result + money
    return result


# --- Rates ----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Rate:
    """How many units of ``target`` one unit of ``source`` was worth on a day, and who said so. Used either way."""

    source: str
    target: str
    rate: Decimal
    on: date
    said_by: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", number(self.rate, "rate"))
        if self.rate <= 0 or self.source == self.target:
            raise Refused("rate_invalid", "That is no rate between two currencies.", where="rate", mend="Enter a number above 0.")
        if not self.said_by.strip():
            raise Refused("rate_source_missing", "A rate needs its source.", where="said_by", mend="Say whose rate it is.")


def converted(money: Money, rate: Rate) -> Money:
    """``money`` at ``rate``, not rounded, at the price base it had. Raises :class:`Refused` (``rate_of_other_currencies``)."""
    if money.currency == rate.source:
        return Money(money.amount * rate.rate, rate.target, money.price_base)
    if money.currency == rate.target:
        return Money(money.amount / rate.rate, rate.source, money.price_base)
    raise Refused(
        "rate_of_other_currencies",
        f"A rate of {rate.source} to {rate.target} says nothing of {money.currency}.",
        where="rate",
        mend=f"Give a rate for {money.currency}.",
    )


# --- Signs and units ------------------------------------------------------------------------------------------------------
class Sign(StrEnum):
    """How a ledger writes what is saved. S4-5: "Alle besparelser skal angives med negativt (-) fortegn"."""

    NATURAL = "natural"
    SAVINGS_NEGATIVE = "savings_negative"


def signed_saving(amount: Decimal, sign: Sign) -> Decimal:
    """What was saved, in the sign that the reader's ledger uses. Its own inverse. Zero has no sign."""
    return -amount if sign is Sign.SAVINGS_NEGATIVE and amount else amount


def from_thousands(amount: Decimal) -> Decimal:
    """Units of currency, of what a ledger of thousands writes (S4-5): 2500 of "1000 kr." are 2,500,000."""
    return amount * THOUSAND


# --- In words -------------------------------------------------------------------------------------------------------------
def full(money: Money) -> str:
    """As a ledger writes it: £1,900,000, DKK 2,500,000, £36,823.53. Pence only where there are some."""
    amount = money.amount.quantize(PENNY, rounding=ROUND_HALF_UP)
    digits = f"{abs(amount):,.0f}" if amount == amount.to_integral_value() else f"{abs(amount):,.2f}"
    return _marked(amount < 0, money.currency, digits)


def short(money: Money) -> str:
    """As prose writes it, no more exact than three decimals of a million: £2.105m, £117,000, DKK 2.5m."""
    if abs(money.amount) < MILLION / 2:
        return full(money.with_amount(whole(money.amount)))
    millions = (money.amount / MILLION).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
    return _marked(millions < 0, money.currency, f"{abs(millions):,f}".rstrip("0").rstrip(".") + "m")


def _marked(is_negative: bool, currency: str, digits: str) -> str:
    sign = "\N{MINUS SIGN}" if is_negative else ""
    return f"{sign}{_SYMBOLS[currency]}{digits}" if currency in _SYMBOLS else f"{sign}{currency}\u00a0{digits}"


# --- Sharing out ----------------------------------------------------------------------------------------------------------
def split(amount: Decimal, shares: Mapping[str, Fraction], quantum: Decimal = PENNY) -> dict[str, Decimal]:
    """``amount`` by ``shares``, which must add up to exactly 1, so that the parts add up to exactly the whole (S0-18, joint claims).

    The method of largest remainders (Hamilton's): everyone gets their share rounded down to ``quantum``, and what is left goes in steps of
    ``quantum`` to those who lost most, in the order of their names where they lost alike; a last bit finer than ``quantum`` goes to the next
    of them. Raises :class:`Refused` (``shares_not_whole``).
    """
    check_shares(shares)
    size = abs(number(amount, "amount"))
    ideal = {name: Fraction(size) * share for name, share in shares.items()}
    steps = {name: int(part / Fraction(quantum)) for name, part in ideal.items()}
    order = sorted(shares, key=lambda name: (Fraction(quantum) * steps[name] - ideal[name], name))
    left = int((Fraction(size) - Fraction(quantum) * sum(steps.values())) / Fraction(quantum))
    for name in order[:left]:
        steps[name] += 1
    parts = {name: quantum * steps[name] for name in shares}
    parts[order[left % len(order)]] += size - sum(parts.values(), Decimal(0))
    return {name: part.copy_sign(amount) if part else part for name, part in parts.items()}


def check_shares(shares: Mapping[str, Fraction]) -> None:
    """Raise :class:`Refused` (``shares_not_whole``) unless there are some, each above 0, that add up to exactly 1."""
    if not shares or any(share <= 0 for share in shares.values()) or sum(shares.values()) != 1:
        raise Refused(
            "shares_not_whole",
            "The shares do not add up to the whole.",
            where="shares",
            mend="Give each organisation a share above 0; together they must be 100%.",
        )


def shares_of(weights: Mapping[str, Decimal]) -> dict[str, Fraction]:
    """Shares in the ratio of ``weights`` (per cent, posts, whatever), which add up to exactly 1. Raises :class:`Refused`."""
    whole_weight = sum((Fraction(number(weight, "shares")) for weight in weights.values()), Fraction(0))
    shares = {name: Fraction(weight) / whole_weight for name, weight in weights.items()} if whole_weight else {}
    check_shares(shares)
    return shares
