"""Reglerne: hver tager en tekst og giver den rensede værdi, eller rejser ValueError."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

_CVR_VAEGTE = (2, 7, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Fejl:
    """Et felt, der ikke kan bruges, og hvorfor."""

    felt: str
    grund: str


def cvr(tekst: str) -> str:
    """Et CVR-nummer: otte cifre, hvis vægtede sum går op i 11."""
    cifre = re.sub(r"\s", "", tekst.upper().removeprefix("DK"))
    if not re.fullmatch(r"\d{8}", cifre) or sum(int(c) * v for c, v in zip(cifre, _CVR_VAEGTE, strict=True)) % 11:
        raise ValueError("er ikke et CVR-nummer")
    return cifre


def dato(tekst: str) -> date:
    """En dato som 31-12-2026, 31.12.2026 eller 2026-12-31."""
    for form in ("%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(tekst.strip(), form).date()
        except ValueError:
            continue
    raise ValueError("er ikke en dato")


def beloeb(tekst: str) -> Decimal:
    """Et beløb i kroner som 1.250,50."""
    try:
        return Decimal(tekst.replace("kr.", "").replace(".", "").replace(",", ".").strip()).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValueError("er ikke et beløb") from None


def postnummer(tekst: str) -> str:
    """Et dansk postnummer."""
    if not re.fullmatch(r"[1-9]\d{3}", tekst.strip()):
        raise ValueError("er ikke et postnummer")
    return tekst.strip()


def valider(felter: Mapping[str, str], regler: Mapping[str, Callable[[str], object]]) -> tuple[dict[str, object], list[Fejl]]:
    """De rensede værdier og de fejl, der skal til en medarbejder."""
    rene: dict[str, object] = {}
    fejl = []
    for felt, regel in regler.items():
        try:
            rene[felt] = regel(felter.get(felt, ""))
        except ValueError as grund:
            fejl.append(Fejl(felt, str(grund)))
    return rene, fejl
