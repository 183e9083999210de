"""How bad something is: four plain levels, or a CVSS vector of version 3 or 4 that is checked metric by metric.

Sources: FIRST, *CVSS v3.1 specification*, table 15 and section 7; *CVSS v4.0 specification*, table 23.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum

from registry.errors import Refused

MAX_VECTOR = 240


class Severity(StrEnum):
    """Plain levels, mildest first."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


_BASE_3 = {"AV": "NALP", "AC": "LH", "PR": "NLH", "UI": "NR", "S": "UC", "C": "NLH", "I": "NLH", "A": "NLH"}
_MORE_3 = {
    "E": "XUPFH",
    "RL": "XOTWU",
    "RC": "XURC",
    **dict.fromkeys(("CR", "IR", "AR"), "XLMH"),
    "MAV": "XNALP",
    "MAC": "XLH",
    "MPR": "XNLH",
    "MUI": "XNR",
    "MS": "XUC",
    **dict.fromkeys(("MC", "MI", "MA"), "XNLH"),
}
_BASE_4 = {
    "AV": "NALP",
    "AC": "LH",
    "AT": "NP",
    "PR": "NLH",
    "UI": "NPA",
    **dict.fromkeys(("VC", "VI", "VA", "SC", "SI", "SA"), "HLN"),
}
_MORE_4 = {
    "E": "XAPU",
    **dict.fromkeys(("CR", "IR", "AR"), "XHML"),
    "MAV": "XNALP",
    "MAC": "XLH",
    "MAT": "XNP",
    "MPR": "XNLH",
    "MUI": "XNPA",
    **dict.fromkeys(("MVC", "MVI", "MVA", "MSC"), "XHLN"),
    **dict.fromkeys(("MSI", "MSA"), "XSHLN"),
    "S": "XNP",
    "AU": "XNY",
    "R": "XAUI",
    "V": "XDC",
    "RE": "XLMH",
    "U": ("X", "Clear", "Green", "Amber", "Red"),
}
_KNOWN: dict[str, tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]]]] = {
    "CVSS:3.0": (_BASE_3, _MORE_3),
    "CVSS:3.1": (_BASE_3, _MORE_3),
    "CVSS:4.0": (_BASE_4, _MORE_4),
}


def check_vector(text: str) -> str:
    """``text`` itself when it is a whole CVSS vector of version 3.0, 3.1 or 4.0; raises :class:`Refused` (``cvss_invalid``) naming the metric."""
    prefix, _, rest = text.strip().partition("/")
    if prefix not in _KNOWN or len(text) > MAX_VECTOR:
        raise _invalid("It begins with none of CVSS:3.0/, CVSS:3.1/ and CVSS:4.0/.")
    base, more = _KNOWN[prefix]
    seen: set[str] = set()
    for part in rest.split("/"):
        name, _, value = part.partition(":")
        allowed = base.get(name) or more.get(name)
        if allowed is None or value not in tuple(allowed):
            raise _invalid(f"“{part[:20]}” is no metric of {prefix}.")
        if name in seen:
            raise _invalid(f"{name} is given twice.")
        seen.add(name)
    lacking = [name for name in base if name not in seen]
    if lacking:
        raise _invalid(f"It lacks {', '.join(lacking)}.")
    return text.strip()


def vector_kind(vector: str) -> str:
    """OSV's name of the vector's kind: ``CVSS_V3`` or ``CVSS_V4``."""
    return "CVSS_V4" if vector.startswith("CVSS:4") else "CVSS_V3"


def level_of(vector: str) -> Severity | None:
    """The level that a CVSS 3 vector's base score stands for; None for version 4, whose score needs its own table of 270 classes."""
    if not vector.startswith("CVSS:3"):
        return None
    score = _base_score(dict(part.split(":") for part in vector.split("/")[1:]))
    return next((level for least, level in _LEVELS if score >= least), Severity.LOW)


_LEVELS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MODERATE), (0.0, Severity.LOW))
_IMPACT = {"N": 0.0, "L": 0.22, "H": 0.56}
_WEIGHTS = {"AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2}, "AC": {"L": 0.77, "H": 0.44}, "UI": {"N": 0.85, "R": 0.62}}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}


def _base_score(metrics: dict[str, str]) -> float:
    """Section 7.1, with the rounding up of appendix A."""
    base = 1 - math.prod(1 - _IMPACT[metrics[name]] for name in "CIA")
    changed = metrics["S"] == "C"
    impact = 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 if changed else 6.42 * base
    if impact <= 0:
        return 0.0
    ease = 8.22 * math.prod(_WEIGHTS[name][metrics[name]] for name in _WEIGHTS) * _PRIVILEGES[metrics["S"]][metrics["PR"]]
    whole = round(min(10.0, (impact + ease) * (1.08 if changed else 1.0)) * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10


def _invalid(why: str) -> Refused:
    return Refused(
        "cvss_invalid",
        f"That is not a CVSS vector. {why}",
        where="cvss",
        mend="Copy it from a CVSS calculator, such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H, or leave it empty.",
    )
