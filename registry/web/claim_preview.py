"""The sum of a claim before it is saved: whoever types figures sees what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from registry.benefits.arithmetic import at_full_success, shown_per_fte
from registry.benefits.money import Money, full
from registry.benefits.reckoning import Inputs, held_against, reckon
from registry.web.claim_sums import Step
from registry.web.templatetags.benefits import as_percent, exactly, rounded


@dataclass(frozen=True, slots=True)
class Preview:
    """The lines of the sum, and what to say of it."""

    steps: tuple[Step, ...]
    remarks: tuple[str, ...]


def previewed(inputs: Inputs, values: dict[str, Any]) -> Preview:
    """What ``inputs`` and the checked columns ``values`` come to, as the claim's page will show it."""
    reckoned = reckon(inputs)
    fte: Decimal | None = values["fte"] if values["fte"] is not None else reckoned.fte if reckoned else None
    return Preview((*_reckoned(inputs, values["unit"]), *_rest(fte, values)), tuple(_remarks(inputs, values)))


def _reckoned(inputs: Inputs, unit: str) -> Iterator[Step]:
    found = reckon(inputs)
    if found is None or inputs.minutes_before is None or inputs.volume is None or inputs.hours_per_fte is None:
        return
    gain = exactly(inputs.minutes_before)
    gain = f"({gain} − {exactly(inputs.minutes_after)})" if inputs.minutes_after else gain
    ends = f" × {as_percent(inputs.success_rate)} that succeed" if inputs.success_rate is not None else ""
    yield Step("An item gives back", f"{gain} minutes{ends}", f"{rounded(found.minutes, 2)} minutes")
    yield Step("Hours given back", f"{inputs.volume:,} {unit} × {rounded(found.minutes, 2)} minutes ÷ 60", f"{rounded(found.hours)} hours")
    years = f" ÷ {rounded(found.years, 2)} years" if found.years != 1 else ""
    yield Step(
        "FTE by that sum",
        f"{rounded(found.hours)} hours{years} ÷ {exactly(inputs.hours_per_fte)} hours of one",
        f"{rounded(found.fte, 3)} FTE",
    )


def _rest(fte: Decimal | None, values: dict[str, Any]) -> Iterator[Step]:
    money = Money(values["money"], values["currency"], values["price_base"]) if values["money"] is not None else None
    if fte and money is not None:
        per = shown_per_fte(money.amount, fte)
        yield Step("Cash equivalent of one FTE", f"{full(money)} ÷ {exactly(fte)} FTE", full(money.with_amount(per or Decimal(0))))
    rate = values["success_rate"]
    if fte and rate is not None and rate != 1:
        yield Step("If every item succeeded", f"{exactly(fte)} FTE ÷ {as_percent(rate)}", f"{rounded(at_full_success(fte, rate), 3)} FTE")


def _remarks(inputs: Inputs, values: dict[str, Any]) -> Iterator[str]:
    check = held_against(values["fte"], inputs)
    if check is not None and check.is_material:
        yield f"You state {exactly(check.stated)} FTE; the inputs come to {exactly(check.computed)}. Both are kept, and the difference is shown."
    if values["money"] is not None:
        yield f"We keep it as {full(Money(values['money'], values['currency']))} saved."
    missing = _missing(inputs, values)
    if missing:
        yield f"To work out the FTE we also need: {', '.join(missing)}."


def _missing(inputs: Inputs, values: dict[str, Any]) -> list[str]:
    needs = {
        "the number of items": inputs.volume,
        "the minutes by hand": inputs.minutes_before,
        "the hours of one FTE": inputs.hours_per_fte,
    }
    return [name for name, value in needs.items() if value is None] if values["fte"] is None else []
