"""From when an organisation's figures are shown under its name, and that what was once named stays apart."""

from __future__ import annotations

from datetime import date

import pytest

from registry.telemetry.naming import first_unsettled, note_naming, spells
from registry.telemetry.suppression import Spell

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 26), date(2026, 10, 1)),
        (date(2026, 11, 1), date(2026, 10, 1)),  # September settled on 1 November
        (date(2026, 10, 31), date(2026, 9, 1)),
        (date(2026, 3, 3), date(2026, 1, 1)),
        (date(2026, 3, 4), date(2026, 2, 1)),
    ],
)
def test_naming_begins_with_the_earliest_month_that_nobody_was_shown(today: date, first: date) -> None:
    assert first_unsettled(today) == first


def test_a_spell_begins_once_and_ends_with_the_month() -> None:
    for today in (date(2026, 6, 10), date(2026, 8, 1)):
        note_naming("met", True, today)
    assert spells() == {"met": [Spell(date(2026, 5, 1), None)]}
    for today in (date(2026, 9, 20), date(2026, 12, 1)):
        note_naming("met", False, today)
    assert spells() == {"met": [Spell(date(2026, 5, 1), date(2026, 9, 1))]}
    note_naming("met", True, date(2027, 2, 15))
    assert spells() == {"met": [Spell(date(2026, 5, 1), date(2026, 9, 1)), Spell(date(2027, 1, 1), None)]}


def test_ending_what_never_began_keeps_nothing() -> None:
    note_naming("met", False, date(2026, 6, 10))
    assert spells() == {}
