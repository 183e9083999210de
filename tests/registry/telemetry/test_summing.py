"""What the database adds up is, cell by cell, what the rule lets through of single rows."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from registry.telemetry import read
from registry.telemetry.models import MonthlyRuns, NamedSpell
from registry.telemetry.naming import spells
from registry.telemetry.summing import summed_cells
from registry.telemetry.suppression import cells
from tests.make import make_month

pytestmark = pytest.mark.django_db
MONTHS = [date(2026, number, 1) for number in range(1, 6)]
NAMES = {"met/triage": "met/triage", "met/sorting": "met/triage", "kent/letters": "kent/letters"}


@pytest.mark.parametrize("seed", range(8))
def test_the_database_shows_what_the_rule_shows(seed: int) -> None:
    dice = random.Random(seed)
    organisations = [f"o{number}" for number in range(9)]
    for organisation in organisations:
        for module in (*NAMES, "met/hidden"):
            for month in MONTHS:
                for version in ("1.0.0", "2.0.0"):
                    if dice.random() < 0.4:
                        make_month(organisation, module, month, version, runs=dice.randint(1, 900), items=dice.randint(0, 10**9))
    for organisation in dice.sample(organisations, 3):
        first = dice.choice(MONTHS[:3])
        NamedSpell.objects.create(organisation=organisation, first=first, last=dice.choice([None, *MONTHS[2:]]))
    known, today = set(dice.sample(organisations, dice.randint(0, 2))), date(2026, 5, 20)
    rows = [row._replace(module=NAMES[row.module]) for row in read.monthly(None, list(NAMES), MONTHS[0], MONTHS[-1])]
    expected = [replace(cell, blocks=()) for cell in cells(rows, known=known, named=spells(), today=today)]
    assert summed_cells(NAMES, MONTHS, known, today) == expected
    assert expected
    assert all(cell.month < date(2026, 4, 1) for cell in expected)  # April is not settled


def test_nothing_is_asked_for_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert summed_cells({}, MONTHS, (), date(2027, 1, 1)) == []
        assert summed_cells(NAMES, MONTHS, (), date(2026, 1, 1)) == []
    assert not MonthlyRuns.objects.exists()
