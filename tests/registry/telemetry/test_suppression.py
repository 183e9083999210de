"""Fewer than five: by example, and that what is hidden changes nothing of what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.telemetry.read import MonthRow
from registry.telemetry.suppression import LEAST, OTHER_VERSIONS, SETTLED_AFTER, Cell, Spell, Sums, added_up, cells, is_settled, month_after

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
LATER = date(2026, 6, 1)  # when both are settled


def _run(organisation: str, version: str = "1.0.0", *, month: date = JANUARY, module: str = "met/triage", runs: int = 10) -> MonthRow:
    return MonthRow(organisation, module, version, month, runs, runs - 1, 1, 0, 3 * runs, 2_000 * runs)


def _shown(rows: Sequence[MonthRow], *known: str, today: date = LATER, **named: Spell) -> list[Cell]:
    return cells(rows, known=set(known), named={name: [spell] for name, spell in named.items()}, today=today)


def _parts(cell: Cell) -> dict[str, tuple[int, int]]:
    return {block.version: (block.organisations, block.sums.runs) for block in cell.blocks}


def test_five_organisations_are_shown_and_four_are_not() -> None:
    (cell,) = _shown([_run(name) for name in "abcde"])
    assert (cell.module, cell.month, cell.organisations) == ("met/triage", JANUARY, 5)
    assert cell.sums == Sums(50, 45, 5, 0, 150, 100_000)
    assert _shown([_run(name) for name in "abcd"]) == []


def test_one_organisation_with_many_versions_counts_once() -> None:
    assert _shown([_run("a", f"1.{number}.0") for number in range(9)]) == []


@pytest.mark.parametrize("reader", [("a",), ("a", "b")])
def test_what_the_reader_knows_is_neither_counted_nor_added_up(reader: tuple[str, ...]) -> None:
    rows = [_run(name, runs=10**place) for place, name in enumerate("abcdef")]
    others = _shown(rows, *reader)
    assert [cell.sums.runs for cell in others] == ([111_110] if len(reader) == 1 else [])


def test_an_organisation_shown_by_name_is_apart_in_those_months_for_good() -> None:
    rows = [_run(name, month=month) for name in "abcde" for month in (JANUARY, FEBRUARY)]
    assert [cell.month for cell in _shown(rows)] == [JANUARY, FEBRUARY]
    # From February: January stays as it was shown, or its difference to the named figures would be that of four.
    assert [cell.month for cell in _shown(rows, e=Spell(FEBRUARY, None))] == [JANUARY]
    # Having ended, it does not come back into the cells of months in which it was named.
    assert [cell.month for cell in _shown(rows, e=Spell(JANUARY, JANUARY))] == [FEBRUARY]


@pytest.mark.parametrize(("today", "shown"), [(date(2026, 1, 31), False), (date(2026, 3, 3), False), (date(2026, 3, 4), True)])
def test_a_month_is_shown_once_nothing_more_can_come(today: date, shown: bool) -> None:
    assert is_settled(JANUARY, today) is shown
    assert bool(_shown([_run(name) for name in "abcde"], today=today)) is shown


def test_months_follow_one_another() -> None:
    assert [month_after(date(2026, number, 1)) for number in (1, 11, 12)] == [date(2026, 2, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert timedelta(days=31) == SETTLED_AFTER  # what telemetry calls late; see registry/telemetry/ingest.py


def test_versions_with_enough_organisations_stand_alone_and_the_rest_together() -> None:
    old = [_run(name, "1.0.0") for name in "abcde"]
    new = [_run(name, "2.0.0") for name in "fghij"]
    (cell,) = _shown([*old, *new])
    assert _parts(cell) == {"1.0.0": (5, 50), "2.0.0": (5, 50)}
    (cell,) = _shown([*old, *new, _run("k", "3.0.0"), *[_run(name, "4.0.0") for name in "lmno"]])
    assert _parts(cell) == {"1.0.0": (5, 50), "2.0.0": (5, 50), OTHER_VERSIONS: (5, 50)}


def test_the_rest_takes_the_next_smallest_version_until_it_has_enough() -> None:
    rows = [_run(name, "1.0.0") for name in "abcde"] + [_run(name, "2.0.0") for name in "fghijk"] + [_run("l", "3.0.0")]
    (cell,) = _shown(rows)
    assert _parts(cell) == {"2.0.0": (6, 60), OTHER_VERSIONS: (6, 60)}


def test_there_is_no_split_where_all_versions_would_be_together() -> None:
    (cell,) = _shown([_run(name, "1.0.0") for name in "abcde"] + [_run("f", "2.0.0")])
    assert (cell.organisations, cell.blocks) == (6, ())
    (cell,) = _shown([_run(name, f"{place % 3}.0.0") for place, name in enumerate("abcdefg")])
    assert (cell.organisations, cell.blocks) == (7, ())


def test_a_single_version_is_named() -> None:
    (cell,) = _shown([_run(name) for name in "abcde"])
    assert _parts(cell) == {"1.0.0": (5, 50)}


def test_a_version_that_the_reader_may_not_know_of_is_among_the_others() -> None:
    rows = [_run(name, "1.0.0") for name in "abcde"] + [_run(name, "2.0.0") for name in "fghij"]
    (cell,) = cells(rows, known=(), named={}, today=LATER, may_name=lambda module, version: (module, version) == ("met/triage", "1.0.0"))
    assert _parts(cell) == {"1.0.0": (5, 50), OTHER_VERSIONS: (5, 50)}
    (cell,) = cells(rows, known=(), named={}, today=LATER, may_name=lambda module, version: False)
    assert (cell.sums.runs, cell.blocks) == (100, ())


def test_shares_and_means() -> None:
    sums = Sums(runs=200, completed=197, duration_ms=500_000)
    assert (sums.completed_percent, sums.mean_seconds) == (99, 2.5)  # 98.5 rounds up
    assert (Sums().completed_percent, Sums().mean_seconds) == (None, None)


def test_sums_are_of_what_is_shown_alone() -> None:
    rows = [_run(name) for name in "abcde"] + [_run(name, month=FEBRUARY) for name in "abcd"]
    assert added_up(_shown(rows)).runs == 50
    assert added_up(_shown(rows), "1.0.0").runs == 50
    assert added_up(_shown(rows), "9.0.0") == Sums()


# ---- whatever the population ----


class Population(NamedTuple):
    """Who ran what, and for whom it is shown."""

    rows: list[MonthRow]
    known: frozenset[str]
    named: dict[str, list[Spell]]


@st.composite
def populations(draw: st.DrawFn, organisations: int = 9) -> Population:
    """Up to nine organisations, two modules, three months of which the last is not settled, four versions."""
    names = [f"o{number}" for number in range(organisations)]
    places = st.tuples(
        st.sampled_from(names),
        st.sampled_from(["m/a", "m/b"]),
        st.sampled_from("1234"),
        st.sampled_from([JANUARY, FEBRUARY, date(2026, 5, 1)]),
    )
    taken = draw(st.sets(places, min_size=5, max_size=70))
    rows = [_run(name, f"{v}.0.0", month=month, module=module, runs=draw(st.integers(1, 500))) for name, module, v, month in sorted(taken)]
    known = draw(st.frozensets(st.sampled_from(names), max_size=2))
    spells = st.sampled_from([Spell(JANUARY, None), Spell(FEBRUARY, None), Spell(JANUARY, JANUARY)])
    named = draw(st.dictionaries(st.sampled_from(names), spells.map(lambda spell: [spell]), max_size=2))
    return Population(rows, known, named)


def _hides(population: Population, row: MonthRow) -> bool:
    """Whether the row is of a cell that is too small to show, told without the code under test."""
    rows, known, named = population

    def counts(each: MonthRow) -> bool:
        spells = named.get(each.organisation, [])
        return each.organisation not in known and not any(s.first <= each.month <= (s.last or date.max) for s in spells)

    at = {each.organisation for each in rows if (each.module, each.month) == (row.module, row.month) and counts(each)}
    return counts(row) and (len(at) < LEAST or row.month > FEBRUARY)


@given(populations(), st.data())
def test_what_is_hidden_changes_nothing_of_what_is_shown(population: Population, data: st.DataObject) -> None:
    rows, known, named = population
    today = date(2026, 5, 20)
    before = cells(rows, known=known, named=named, today=today)
    changed = []
    for row in rows:
        if _hides(population, row):
            runs = data.draw(st.integers(1, 10**6))
            changed.append(
                _run(row.organisation, data.draw(st.sampled_from([row.version, "7.7.7"])), month=row.month, module=row.module, runs=runs)
            )
        else:
            changed.append(row)
    assert repr(cells(changed, known=known, named=named, today=today)) == repr(before)
    visible = [row for row in rows if not _hides(population, row)]
    assert repr(cells(visible, known=known, named=named, today=today)) == repr(before)


@given(populations())
def test_every_block_has_enough_organisations_and_the_blocks_make_up_their_cell(population: Population) -> None:
    rows, known, named = population
    for cell in cells(rows, known=known, named=named, today=LATER):
        assert cell.organisations >= LEAST
        assert all(block.organisations >= LEAST for block in cell.blocks)
        if cell.blocks:
            assert sum((block.sums for block in cell.blocks), Sums()) == cell.sums


@given(populations())
def test_every_cell_that_may_be_shown_is_and_is_the_sum_of_its_runs(population: Population) -> None:
    rows, known, named = population
    counted: dict[tuple[str, date], list[MonthRow]] = {}
    for row in rows:
        if row.organisation not in known and not any(s.holds(row.month) for s in named.get(row.organisation, [])):
            counted.setdefault((row.module, row.month), []).append(row)
    expected = {at: sum(row.runs for row in of) for at, of in counted.items() if len({row.organisation for row in of}) >= LEAST}
    shown = {(cell.module, cell.month): cell.sums.runs for cell in cells(rows, known=known, named=named, today=date(2027, 1, 1))}
    assert shown == expected
