"""Fields of the benefits forms: numbers as people write them, days, choices with examples."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

_NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})+|\d{1,18})(\.\d{1,8})?", re.ASCII)
_AROUND = re.compile(r"[\s£€$%\u00a0\u202f]|kr\.?", re.IGNORECASE)


class NumberField(forms.CharField):
    """A number as it is written in English: 224,000 or 0.7, with or without its sign of currency. Becomes a ``Decimal``, or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"}), **options)

    def clean(self, value: Any) -> Any:
        text = _AROUND.sub("", super().clean(value)).replace("\N{MINUS SIGN}", "-")
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise forms.ValidationError("Enter a number, such as 224,000 or 0.7.", code="invalid")
        return Decimal(text.replace(",", ""))


class WholeField(NumberField):
    """A whole number; becomes an ``int``, or None."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise forms.ValidationError("Enter a whole number, such as 224,000.", code="invalid")
        return int(number)


class PercentField(NumberField):
    """A share written in per cent; becomes the share, 70 is 0.7, or None."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else number / 100


def written(number: Decimal | int | None) -> str:
    """What a :class:`NumberField` shows of a number."""
    return "" if number is None else f"{Decimal(number).normalize():,f}"


def line(label: str, *, help_text: str = "", required: str = "", limit: int = 120, width: str = "") -> forms.CharField:
    """One line of text; ``required`` is what is said where it is missing."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        max_length=limit,
        error_messages={"required": required},
        widget=forms.TextInput(attrs={"class": f"govuk-input--width-{width}"} if width else {}),
    )


def text(label: str, *, help_text: str = "", required: str = "", rows: int = 3, limit: int = 1000) -> forms.CharField:
    """Several lines of text."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        max_length=limit,
        error_messages={"required": required},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def day(label: str, *, help_text: str = "", required: str = "") -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label,
        help_text=help_text or "Such as 2027-03-31.",
        required=bool(required),
        error_messages={"required": required, "invalid": "Enter a day, such as 2027-03-31."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def number(label: str, *, help_text: str = "", required: str = "") -> NumberField:
    """A number that may have decimals."""
    return NumberField(label=label, help_text=help_text, required=bool(required), error_messages={"required": required})


def radios(label: str, choices: Any, required: str, *, help_text: str = "", initial: str = "") -> forms.ChoiceField:
    """One of a few."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        initial=initial,
        widget=forms.RadioSelect,
        error_messages={"required": required, "invalid_choice": required},
    )


def select(label: str, *, help_text: str = "", required: str = "", choices: Any = ()) -> forms.ChoiceField:
    """One of many."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        required=bool(required),
        error_messages={"required": required, "invalid_choice": "Choose one of the list."},
    )


def tick(label: str, *, help_text: str = "") -> forms.BooleanField:
    """Yes or no."""
    return forms.BooleanField(label=label, help_text=help_text, required=False)
