"""Bodies that write claims and baselines: texts, as every small body here, with numbers and days read strictly."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from typing import Any

from registry.actions.record_baseline import BaselineForm
from registry.actions.write_claim import ClaimForm
from registry.errors import Refused

_DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,8})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,18}", re.ASCII)
_DAYS = {"starts_on", "ends_on", "measured_on", "live_on"}
_WHOLES = {"part_of", "volume", "baseline", "sample_size"}
_FLAGS = {"in_thousands", "savings_are_negative"}
_DECIMALS = {
    *("minutes_after", "success_rate", "fte", "hours_per_fte", "money", "rate_per_fte", "service_investment", "total_investment"),
    "minutes_per_item",
}

CLAIM_FIELDS = {
    "title": "A short name",
    "benefit_class": "cashable, non_cashable, avoided, new_capacity or quality",
    "starts_on": "First day, such as 2023-04-01",
    "ends_on": "Last day",
    "module": "publisher/slug; may be left out for a whole programme",
    "part_of": "The number of the programme it is part of",
    "scope": "line or programme; line if left out",
    "sharing": "shared: everyone who sees the module reads it; own: only you and those who share in it. Shared if left out",
    "language": "Of title and note: en-GB, da or cy",
    "period": "As you say it, such as 2023–24",
    "volume": "Items in the period",
    "unit": "What an item is, in the plural",
    "baseline": "The number of your baseline",
    "minutes_after": "Minutes people still spend on an item",
    "success_rate": "Of items it ends by itself, 0 to 1",
    "fte": "A year's; reckoned from the inputs if left out and they allow it",
    "hours_per_fte": "Of a year, by your own count",
    "money": "Saved, positive, in whole units of the currency",
    "currency": "ISO 4217, such as GBP",
    "price_base": "Such as 2016 p/l; prices of the period if left out",
    "in_thousands": "true if your own ledger writes thousands; exports show both",
    "savings_are_negative": "true if your own ledger writes savings with a minus",
    "rate_per_fte": "What a year of one FTE costs you",
    "post": "The post or budget line of a cashable saving",
    "service_investment": "Operating money spent to get there",
    "total_investment": "Operating and capital money together",
    "note": "How you arrived at it",
    "source": "Where the figures are published",
}
BASELINE_FIELDS = {
    "module": "publisher/slug",
    "minutes_per_item": "Minutes by hand, such as 2.5",
    "unit": "What an item is, in the plural",
    "sample_size": "How many items were measured",
    "measured_on": "Day",
    "method": "timed, logged, diary or estimate; timed if left out",
    "note": "What was left out",
    "live_on": "The day it went live with you; by your adoption if left out",
}


def claim_form(given: dict[str, str]) -> ClaimForm:
    """The claim that a body describes. Raises :class:`Refused` (``field_missing``, ``number_invalid``, ``date_invalid``, ``flag_invalid``)."""
    return ClaimForm(**_read(ClaimForm, given))


def baseline_form(given: dict[str, str]) -> BaselineForm:
    """The baseline that a body describes; raises as :func:`claim_form`."""
    return BaselineForm(**_read(BaselineForm, {name: value for name, value in given.items() if name != "module"}))


def _read(form: type[Any], given: dict[str, str]) -> dict[str, Any]:
    needed = [each.name for each in fields(form) if each.default is MISSING]
    for name in needed:
        if not given.get(name, "").strip():
            raise Refused("field_missing", f"The field {name} is missing.", where=name, mend="Send it.")
    return {name: _value(name, value.strip()) for name, value in given.items() if value.strip()}


def _value(name: str, text: str) -> Any:
    if name in _DAYS:
        return _day(name, text)
    if name in _FLAGS:
        if text not in ("true", "false"):
            raise Refused("flag_invalid", "That is neither true nor false.", where=name, mend="Send true or false.")
        return text == "true"
    if name in _WHOLES or name in _DECIMALS:
        pattern, sample = (_WHOLE, "224000") if name in _WHOLES else (_DECIMAL, "0.7")
        if not pattern.fullmatch(text):
            raise Refused("number_invalid", "That is not a number.", where=name, mend=f"Send digits as text, such as {sample}.")
        return int(text) if name in _WHOLES else Decimal(text)
    return text


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("date_invalid", "That is not a day.", where=name, mend="Send it as 2023-04-01.") from error
