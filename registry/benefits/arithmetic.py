"""The sums behind the benefits ledger: hours, FTE, money per FTE, remainders, totals, payback. Each says whose formula it is.

Sources: S0-6 to S0-13, College of Policing practice bank, "RPA at Hampshire and Thames Valley Police"; S4-5, the business case of
Copenhagen's RPA competence centre. ``docs/benefits.md`` works each out with its seed's figures. ``Decimal`` only: floats are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from registry.benefits.money import Money, check_shares, number, split, sums, whole
from registry.errors import Refused

MINUTES_IN_HOUR = 60
FTE_QUANTUM = Decimal("0.001")  # what a claim's FTE is kept to


class Benefit(StrEnum):
    """What kind of benefit it is (S0-12, S0-13)."""

    CASHABLE = "cashable"  # budget that is no longer spent
    NON_CASHABLE = "non_cashable"  # people's time, spent on something else
    AVOIDED = "avoided"  # what would have been spent
    NEW_CAPACITY = "new_capacity"  # work formerly not done
    QUALITY = "quality"


# --- Hours and FTE --------------------------------------------------------------------------------------------------------
def hours(volume: Decimal | int, minutes: Decimal) -> Decimal:
    """Hours of ``volume`` items at ``minutes`` each: volume × minutes ÷ 60.

    Common definition; S4-5 works with it: 10,000 letters at 10 minutes are 1,666.7 hours. Raises :class:`Refused` (``below_zero``).
    """
    return _from_zero(volume, "volume") * _from_zero(minutes, "minutes") / MINUTES_IN_HOUR


def fte(hours_a_year: Decimal, hours_per_fte: Decimal) -> Decimal:
    """Full-time equivalents: hours ÷ the hours that one works in a year, by the organisation's own count, which is kept with each claim.

    Common definition; S4-5's "ca. 1 årsværk" for 1,666.7 hours holds only near 1,667 hours a year. Raises :class:`Refused`.
    """
    return number(hours_a_year, "hours") / _above_zero(hours_per_fte, "hours_per_fte")


def minutes_per_item(fte_a_year: Decimal, hours_per_fte: Decimal, volume: Decimal | int) -> Decimal:
    """What an item gave back, read off a claim of FTE: FTE × hours per FTE × 60 ÷ volume. The two formulas above, turned round."""
    return number(fte_a_year, "fte") * _above_zero(hours_per_fte, "hours_per_fte") * MINUTES_IN_HOUR / _above_zero(volume, "volume")


def minutes_saved(before: Decimal, after: Decimal | None, success_rate: Decimal | None) -> Decimal:
    """Minutes that an item gives back on average: (before − after) × the share that the automation ends by itself.

    Items that it does not end are done by hand and give nothing (S4-5, "70 % succesrate"). No rate counts as all, no ``after`` as none.
    """
    gain = _from_zero(before, "minutes_before") - _from_zero(after or Decimal(0), "minutes_after")
    return gain if success_rate is None else gain * _share(success_rate)


def at_full_success(fte_a_year: Decimal, success_rate: Decimal) -> Decimal:
    """What it would be if every item succeeded: FTE ÷ success rate. S4-5: 0.6 årsværk at 70 % are 0.857 at 100 %."""
    return number(fte_a_year, "fte") / _share(success_rate)


def money_per_fte(amount: Decimal, fte_a_year: Decimal) -> Decimal | None:
    """Cash equivalent of one FTE, exact; None where there is no FTE. S0-7: £38,000, £39,000 and £36,667 a line, once shown :func:`whole`."""
    return None if not number(fte_a_year, "fte") else number(amount, "money") / fte_a_year


def shown_per_fte(amount: Decimal, fte_a_year: Decimal) -> Decimal | None:
    """:func:`money_per_fte` rounded half up to whole units, as tables show it."""
    exact = money_per_fte(amount, fte_a_year)
    return None if exact is None else whole(exact)


def cash_equivalent(fte_a_year: Decimal, rate_per_fte: Decimal) -> Decimal:
    """Money of FTE at an organisation's own cost of one: FTE × rate. The formula above, turned round."""
    return number(fte_a_year, "fte") * _from_zero(rate_per_fte, "rate_per_fte")


MATERIAL = Decimal("0.05")  # a difference that pages point out


@dataclass(frozen=True, slots=True)
class Check:
    """A stated figure beside what its own inputs give. ``difference`` is a share of the computed one; None where that is 0."""

    stated: Decimal
    computed: Decimal
    difference: Decimal | None

    @property
    def is_material(self) -> bool:
        """Whether they are more than 5 per cent apart."""
        return self.stated != self.computed if self.difference is None else abs(self.difference) > MATERIAL


def computed_fte(
    volume: Decimal | int, before: Decimal, after: Decimal | None, success_rate: Decimal | None, hours_per_fte: Decimal
) -> Decimal:
    """FTE of a claim's own inputs: volume × (before − after) × success rate ÷ 60 ÷ hours per FTE (the formulas above, one after the other).

    Below zero where an item takes people longer than before: that is shown, not hidden.
    """
    gain = minutes_saved(before, after, success_rate)
    return fte(_from_zero(volume, "volume") * gain / MINUTES_IN_HOUR, hours_per_fte)


def compared(stated: Decimal, computed: Decimal) -> Check:
    """What was stated against what its inputs give: (stated − computed) ÷ computed. The stated figure stands; the difference is shown."""
    return Check(stated, computed, (number(stated, "fte") - number(computed, "fte")) / computed if computed else None)


def _from_zero(value: Decimal | int, where: str) -> Decimal:
    if number(value, where) < 0:
        raise Refused("below_zero", "That cannot be below 0.", where=where, mend="Enter 0 or more.")
    return Decimal(value)


def _above_zero(value: Decimal | int, where: str) -> Decimal:
    if number(value, where) <= 0:
        raise Refused("not_above_zero", "That must be more than 0.", where=where, mend="Enter a number above 0.")
    return Decimal(value)


def _share(success_rate: Decimal) -> Decimal:
    if not 0 < number(success_rate, "success_rate") <= 1:
        raise Refused("success_rate_invalid", "A success rate lies between 0 and 1.", where="success_rate", mend="Enter 0.7 for 70%.")
    return success_rate


# --- What may be claimed --------------------------------------------------------------------------------------------------
def check_named(benefit: Benefit, post: str) -> None:
    """A cashable saving names the post or budget line it came out of (S0-12). Raises :class:`Refused` (``post_missing``)."""
    if benefit is Benefit.CASHABLE and not post.strip():
        raise Refused(
            "post_missing",
            "A cashable saving comes out of a post or a budget line.",
            where="post",
            mend="Name it, or choose another class.",
        )


def is_verified(has_evidence: bool, is_approved: bool) -> bool:
    """Whether a claim counts as verified: it has evidence, and somebody independent approved it (J7). Neither alone is enough."""
    return has_evidence and is_approved


# --- Lines and totals -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Figures:
    """FTE a year and money; None where a claim does not say. A figure that is not stated is never made up from the other."""

    fte: Decimal | None = None
    money: Money | None = None

    @property
    def per_fte(self) -> Decimal | None:
        """Money per FTE in whole units."""
        return None if self.fte is None or self.money is None else shown_per_fte(self.money.amount, self.fte)


@dataclass(frozen=True, slots=True)
class Line:
    """A claim, as sums see it. ``shares`` by organisation; those of a joint claim add up to exactly 1. ``part_of`` is a programme's key."""

    key: Hashable
    figures: Figures
    shares: Mapping[str, Fraction]
    benefit: Benefit = Benefit.NON_CASHABLE
    is_verified: bool = False
    part_of: Hashable | None = None
    is_remainder: bool = False
    findings: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        check_shares(self.shares)


def counted(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines that totals add: every claim once, and of a programme with parts only what :func:`remainder` leaves, so nothing counts twice.

    A part whose programme is not among them stands for itself.
    """
    once = {line.key: line for line in lines}
    parts: dict[Hashable, list[Line]] = {}
    for line in once.values():
        if line.part_of is not None and line.part_of in once and line.part_of != line.key:
            parts.setdefault(line.part_of, []).append(line)
    return tuple(remainder(line, parts[line.key]) if line.key in parts else line for line in once.values())


def remainder(programme: Line, parts: Sequence[Line]) -> Line:
    """What a programme claims beyond its parts, as a line that nobody can approve: whole − parts, in FTE and in money.

    S0-6 and S0-7: 96 FTE and £3.6m, less 55.4 FTE and £2.105m, are 40.6 FTE and £1.495m. Where the parts exceed the whole it is negative and
    says ``parts_exceed_whole``: it is never clipped, as somebody must mend it. Parts in another currency or price base are not taken off and
    stand for themselves (``parts_in_other_money``).
    """
    findings: list[str] = []
    own_fte, own_money = programme.figures.fte, programme.figures.money
    left_fte = None if own_fte is None else own_fte - sum((part.figures.fte or Decimal(0) for part in parts), Decimal(0))
    left_money = own_money
    for part in parts:
        money = part.figures.money
        if money is not None and left_money is not None and money.kind == left_money.kind:
            left_money -= money
        elif money is not None and left_money is not None:
            findings.append("parts_in_other_money")
    if (left_fte or 0) < 0 or (left_money is not None and left_money.amount < 0):
        findings.append("parts_exceed_whole")
    return replace(
        programme,
        figures=Figures(left_fte, left_money),
        is_verified=False,
        is_remainder=True,
        findings=tuple(dict.fromkeys(findings)),
    )


def share_for(line: Line, organisations: Collection[str] | None) -> Line | None:
    """The line with what ``organisations`` have in it together; None where they have nothing. None of them means everybody: the whole.

    Each share is settled to the penny and the thousandth FTE first (:func:`registry.benefits.money.split`), so that whichever way
    organisations are put together, their figures add up to the whole: a joint claim counts once (S0-18).
    """
    if organisations is None or set(line.shares) <= set(organisations):
        return line
    ours = [name for name in line.shares if name in organisations]
    if not ours:
        return None
    own_fte, own_money = line.figures.fte, line.figures.money
    fte_parts = {} if own_fte is None else split(own_fte, line.shares, FTE_QUANTUM)
    money_parts = {} if own_money is None else split(own_money.amount, line.shares)
    figures = Figures(
        None if own_fte is None else sum((fte_parts[name] for name in ours), Decimal(0)),
        None if own_money is None else own_money.with_amount(sum((money_parts[name] for name in ours), Decimal(0))),
    )
    return replace(line, figures=figures)


@dataclass(frozen=True, slots=True)
class MoneyTotal:
    """Money of one currency and price base."""

    claimed: Money
    verified: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """What a ledger adds up to. FTE are of effort replaced; new capacity stands apart (S0-13). Money apart by currency and price base."""

    fte_claimed: Decimal
    fte_verified: Decimal
    new_capacity_claimed: Decimal
    new_capacity_verified: Decimal
    money: tuple[MoneyTotal, ...]
    findings: tuple[str, ...] = ()


def totals(lines: Iterable[Line], organisations: Collection[str] | None = None, *, with_new_capacity: bool = False) -> Totals:
    """Claimed and verified sums for a portfolio of ``organisations`` (all if None).

    Verified are only lines with approved evidence (J7). FTE of new capacity are "not just a replacement of manual effort" (S0-13) and are
    added to the others only if asked for. The order of the lines does not matter.
    """
    items = [share for line in counted(lines) if (share := share_for(line, organisations)) is not None]
    new = [item for item in items if item.benefit is Benefit.NEW_CAPACITY]
    replaced = items if with_new_capacity else [item for item in items if item.benefit is not Benefit.NEW_CAPACITY]
    return Totals(
        fte_claimed=_fte_of(replaced),
        fte_verified=_fte_of(item for item in replaced if item.is_verified),
        new_capacity_claimed=_fte_of(new),
        new_capacity_verified=_fte_of(item for item in new if item.is_verified),
        money=_money_of(items),
        findings=tuple(sorted({finding for item in items for finding in item.findings})),
    )


def _fte_of(lines: Iterable[Line]) -> Decimal:
    return sum((line.figures.fte or Decimal(0) for line in lines), Decimal(0))


def _money_of(lines: Collection[Line]) -> tuple[MoneyTotal, ...]:
    claimed = sums(line.figures.money for line in lines if line.figures.money is not None)
    verified = {
        each.kind: each for each in sums(line.figures.money for line in lines if line.figures.money is not None and line.is_verified)
    }
    return tuple(MoneyTotal(each, verified.get(each.kind, each.with_amount(Decimal(0)))) for each in claimed)


def by_class(lines: Iterable[Line], organisations: Collection[str] | None = None) -> dict[Benefit, Totals]:
    """:func:`totals` of each class that there is, new capacity counted in its own. Together they hold every line once."""
    items = counted(lines)
    return {
        benefit: totals([replace(item, part_of=None) for item in items if item.benefit is benefit], organisations, with_new_capacity=True)
        for benefit in Benefit
        if any(item.benefit is benefit for item in items)
    }
