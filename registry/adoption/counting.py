"""Counts organisations by kind, and tells nothing of those that only want to be counted but that they are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

UNNAMED = "unnamed"


def kinds_of(running: Iterable[tuple[int, str, str]]) -> dict[str, int]:
    """How many organisations of each kind are among ``(organisation, sharing, kind)``, each once.

    One that shows its name in any record counts under its kind. One that shows it in none counts as "unnamed": its kind would point at
    it where it is the only one of that kind.
    """
    kinds: dict[int, str] = {}
    for organisation, sharing, kind in running:
        if sharing == "named":
            kinds[organisation] = kind
        else:
            kinds.setdefault(organisation, UNNAMED)
    return dict(sorted(Counter(kinds.values()).items()))
