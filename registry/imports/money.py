"""How tables name their money: "GBP", "£", "kr.", "1000 kr.", "£000"."""

from __future__ import annotations

import re
from typing import Final

from registry.errors import Refused

_NAMED: Final = {"£": "GBP", "kr": "DKK", "kr.": "DKK", "€": "EUR"}
_THOUSANDS = re.compile(
    r"(?:1[.,]?000\s*(?P<of>\D+)|(?P<sign>[£€])\s*(?:000|k)|t(?P<kr>kr\.?)|(?P<code>[A-Za-z]{3})\s*(?:000|k))", re.IGNORECASE
)


def currency_written(text: str) -> tuple[str, bool]:
    """The currency's letters and whether amounts are in thousands of it: "1000 kr." is ("DKK", True). Empty stays empty.

    Raises :class:`Refused` (``currency_unread``).
    """
    plain = " ".join(text.split())
    told = _THOUSANDS.fullmatch(plain)
    name = next((part for part in told.groups() if part), "").strip() if told else plain
    code = _NAMED.get(name.lower(), name.upper())
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise Refused(
            "currency_unread", f"“{plain[:20]}” is no currency we can read.", where="currency", mend="Use GBP, DKK or EUR, or 1000 kr."
        )
    return code, told is not None
