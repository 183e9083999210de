"""When organisations showed their figures under their name: from months nobody was shown yet, and never taken back into sums of others.

A reader who wrote down a sum of five and later finds one of them by name would know the sum of the other four. So naming begins with the
earliest month of which others have not been shown anything, and a month once named stays apart, whoever ends it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from registry.telemetry.models import NamedSpell
from registry.telemetry.suppression import Spell, is_settled


def note_naming(organisation: str, shows: bool, today: date) -> None:
    """Keep that ``organisation`` shows its figures under its name from now on, or no longer; twice the same is once."""
    open_spell = NamedSpell.objects.filter(organisation=organisation, last=None)
    if not shows:
        open_spell.update(last=today.replace(day=1))
    elif not open_spell.exists():
        NamedSpell.objects.create(organisation=organisation, first=first_unsettled(today))


def spells() -> dict[str, list[Spell]]:
    """The spells of every organisation that ever showed its figures, by its slug."""
    found: dict[str, list[Spell]] = defaultdict(list)
    for organisation, first, last in NamedSpell.objects.order_by("organisation", "first").values_list("organisation", "first", "last"):
        found[organisation].append(Spell(first, last))
    return dict(found)


def first_unsettled(today: date) -> date:
    """The first day of the earliest month of which others have been shown nothing yet."""
    month = today.replace(day=1)
    while not is_settled(before := (month - timedelta(days=1)).replace(day=1), today):
        month = before
    return month
