"""Names that somebody may have meant by another: misspelt, or with other words before the same ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

MAX_LENGTH = 120  # characters that are compared
_ALIKE = 0.82  # of all characters, in the same order: a letter or two in ten are others
_SHARED = 0.66  # of the letters of the shorter name, in words that both have: ``Data - Oracle (MDA)``, ``Blue Prism - Oracle (MDA)``
_WORD = re.compile(r"\w+")


def near_names(name: str, among: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Those of ``among`` that are like ``name`` and not it, the likest first."""
    wanted = name.casefold()[:MAX_LENGTH]
    likeness = {other: _likeness(wanted, other.casefold()[:MAX_LENGTH]) for other in among}
    near = sorted((other for other, much in likeness.items() if much), key=lambda other: (-likeness[other], other.casefold()))
    return tuple(near[:most])


def _likeness(one: str, other: str) -> float:
    """From 0 (not alike, or the same) to 1."""
    if one == other:
        return 0.0
    alike = SequenceMatcher(None, one, other, autojunk=False).ratio()
    words, others = set(_WORD.findall(one)), set(_WORD.findall(other))
    shorter = min(_letters(words), _letters(others))
    shared = _letters(words & others) / shorter if shorter else 0.0
    return max(alike if alike >= _ALIKE else 0.0, (shared + alike) / 2 if shared >= _SHARED else 0.0)


def _letters(words: set[str]) -> int:
    return sum(map(len, words))
