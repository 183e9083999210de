"""What an organisation says of a benefit, as it comes in by page, API or import, and the checks that need no other row."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, DecimalField

from registry.benefits.models import BenefitClass, Claim
from registry.benefits.money import Money, number
from registry.benefits.reckoning import check_saved
from registry.errors import Refused

LANGUAGES = ("en-GB", "da", "cy")
MOST_ITEMS = 10**12
HOURS_IN_YEAR = 8784  # of a leap year, day and night: nobody works more
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimForm:
    """A claim as it is written; the columns of :class:`registry.benefits.models.Claim` say what each means.

    ``module`` is an identifier, ``part_of`` and ``baseline`` are keys. ``money`` is in whole units and positive, however the ledger writes it
    (:func:`registry.benefits.reckoning.kept_money`). Without ``fte`` they are reckoned where the inputs allow it.
    """

    title: str
    benefit_class: str
    starts_on: date
    ends_on: date
    module: str = ""
    part_of: int | None = None
    scope: str = Claim.Scope.LINE
    sharing: str = Claim.Sharing.SHARED
    language: str = ""  # the organisation's, if empty
    period: str = ""  # made from its days, if empty
    volume: int | None = None
    unit: str = ""
    baseline: int | None = None
    minutes_after: Decimal | None = None
    success_rate: Decimal | None = None
    fte: Decimal | None = None
    hours_per_fte: Decimal | None = None
    money: Decimal | None = None
    currency: str = ""
    price_base: str = ""
    in_thousands: bool = False
    savings_are_negative: bool = False
    rate_per_fte: Decimal | None = None
    post: str = ""
    service_investment: Decimal | None = None
    total_investment: Decimal | None = None
    note: str = ""
    source: str = ""


REFERENCES = ("module", "part_of", "baseline")  # looked up by the action
COLUMNS = tuple(each.name for each in fields(ClaimForm) if each.name not in REFERENCES)
_TEXTS = ("title", "period", "unit", "price_base", "post", "note", "source")
_NUMBERS = ("minutes_after", "success_rate", "fte", "hours_per_fte", "money", "rate_per_fte", "service_investment", "total_investment")
_CHOICES = {
    "benefit_class": BenefitClass.values,
    "scope": Claim.Scope.values,
    "sharing": Claim.Sharing.values,
    "language": LANGUAGES,
}


def form_of(claim: Claim) -> ClaimForm:
    """What ``claim`` says now. Its module and the owner of that must be loaded."""
    return ClaimForm(
        module=claim.module.identifier if claim.module else "",
        part_of=claim.part_of_id,
        baseline=claim.baseline_id,
        **{name: getattr(claim, name) for name in COLUMNS},
    )


def checked(form: ClaimForm, language: str) -> dict[str, Any]:
    """The columns to store. Raises :class:`Refused`, with the field in ``where``; ``language`` is that of the organisation."""
    values: dict[str, Any] = {name: getattr(form, name) for name in COLUMNS}
    values["language"] = form.language or language
    for name, allowed in _CHOICES.items():
        check_choice(values[name], name, allowed)
    _check_days(form.starts_on, form.ends_on)
    values["period"] = form.period.strip() or period_name(form.starts_on, form.ends_on)
    for name in _TEXTS:
        values[name] = checked_text(values[name], name, _length(name), needed=name == "title")
    _check_volume(form.volume, values["unit"])
    _check_ranges(values)
    for name in _NUMBERS:
        values[name] = checked_number(values[name], name, Claim._meta.get_field(name))
    values["currency"] = _currency(form, values["price_base"])
    return values


def _check_days(starts_on: date, ends_on: date) -> None:
    if not FIRST_YEAR <= starts_on.year <= LAST_YEAR:
        raise Refused("date_invalid", "That is no year of a benefit.", where="starts_on", mend=f"Give a day after {FIRST_YEAR}.")
    if ends_on < starts_on or ends_on.year > LAST_YEAR:
        raise Refused("period_backwards", "The period ends before it begins.", where="ends_on", mend="Give a later day.")


def period_name(starts_on: date, ends_on: date) -> str:
    """A period as people say it: "2023" for a calendar year, "2023–24" for any other year, else "2023-04 to 2023-09" or its days."""
    last = calendar.monthrange(ends_on.year, ends_on.month)[1] == ends_on.day
    months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month + 1
    if starts_on.day == 1 and last and months == 12:
        return str(starts_on.year) if starts_on.month == 1 else f"{starts_on.year}–{ends_on.year % 100:02d}"
    if starts_on.day == 1 and last:
        return f"{starts_on:%Y-%m}" if months == 1 else f"{starts_on:%Y-%m} to {ends_on:%Y-%m}"
    return f"{starts_on:%d.%m.%y} to {ends_on:%d.%m.%y}"


def _check_volume(volume: int | None, unit: str) -> None:
    if volume is not None and not 0 < volume <= MOST_ITEMS:
        raise Refused("volume_invalid", "That is no number of items.", where="volume", mend="Enter a whole number above 0.")
    if volume is not None and not unit:
        raise Refused("unit_missing", "Nothing says what an item is.", where="unit", mend="Name it in the plural, such as case files.")


def _check_ranges(values: dict[str, Any]) -> None:
    for name in _NUMBERS:
        number(values[name] or 0, name)
    for name in ("fte", "minutes_after", "service_investment", "total_investment"):
        if values[name] is not None and values[name] < 0:
            raise Refused("below_zero", "That cannot be below 0.", where=name, mend="Enter 0 or more.")
    for name, most in (("success_rate", 1), ("hours_per_fte", HOURS_IN_YEAR), ("rate_per_fte", None)):
        value = values[name]
        if value is not None and (value <= 0 or (most is not None and value > most)):
            code = "success_rate_invalid" if name == "success_rate" else "not_above_zero"
            upper = f", at most {most}" if most else ""
            raise Refused(code, "That figure cannot be.", where=name, mend=f"Enter a number above 0{upper}.")
    if values["money"] is not None:
        check_saved(values["money"], values["savings_are_negative"])


def _currency(form: ClaimForm, price_base: str) -> str:
    """In capitals; needed as soon as there is any money."""
    currency = form.currency.strip().upper()
    amounts = (form.money, form.rate_per_fte, form.service_investment, form.total_investment)
    if currency or any(amount is not None for amount in amounts):
        return Money(Decimal(0), currency, price_base).currency
    return ""


def _length(name: str) -> int:
    field = Claim._meta.get_field(name)
    assert isinstance(field, CharField)
    return int(field.max_length or 0)


# --- Checks that costs and measures share ---------------------------------------------------------------------------------
def checked_text(value: str, where: str, limit: int, *, needed: bool = False) -> str:
    """Trimmed; raises :class:`Refused` (``words_missing``, ``text_too_long``, ``text_invalid``)."""
    value = value.strip()
    if needed and not value:
        raise Refused("words_missing", "Nothing is said there.", where=where, mend="Say it in a few words.")
    if len(value) > limit:
        raise Refused("text_too_long", f"It has over {limit} characters.", where=where, mend="Shorten it.")
    if "\x00" in value:
        raise Refused("text_invalid", "It holds a null character.", where=where, mend="Take it out.")
    return value


def checked_number(value: Decimal | int | None, where: str, field: Any) -> Decimal | None:
    """As its column can keep it, to the last digit; raises :class:`Refused` (``value_invalid``, ``number_too_large``, ``number_too_fine``)."""
    if value is None:
        return None
    assert isinstance(field, DecimalField)
    found, digits, places = number(value, where), int(field.max_digits or 0), int(field.decimal_places or 0)
    if abs(found) >= Decimal(10) ** (digits - places):
        raise Refused("number_too_large", "That number is too large.", where=where, mend="Check its unit: whole pounds, kroner or euros.")
    kept = found.quantize(Decimal(1).scaleb(-places))
    if kept != found:
        raise Refused("number_too_fine", f"It has more than {places} decimals.", where=where, mend="Round it.")
    return kept


def check_choice(value: str, where: str, allowed: Any) -> None:
    """Raises :class:`Refused` (``…_unknown``) unless ``value`` is one of ``allowed``."""
    if value not in allowed:
        raise Refused(f"{where}_unknown", "That is none of the choices.", where=where, mend=f"Use one of: {', '.join(allowed)}.")
