"""Subtraction: a reader who asks for every sum there is and solves for the parts never gets at one to four organisations.

The attack knows nothing of the rule. It asks the code for all answers, finds by asking again with one figure changed which runs are in
which answer, and then looks with exact fractions for a combination of answers that is made of the runs of at most four others alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations

import pytest

from registry.telemetry.read import MonthRow
from registry.telemetry.suppression import LEAST, Block, Cell, Spell, added_up, cells, sums_of

MONTHS = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
MODULES = ("met/triage", "surrey/letters")
AREAS = {"victims": ("met/triage",), "post": ("surrey/letters",), "all": MODULES}
VERSIONS = ("1.0.0", "2.0.0", "3.0.0")
TODAY = date(2026, 12, 1)

type Rule = Callable[[Sequence[MonthRow], frozenset[str], dict[str, list[Spell]]], list[Cell]]
type Row = list[Fraction]


def _rule(rows: Sequence[MonthRow], known: frozenset[str], named: dict[str, list[Spell]]) -> list[Cell]:
    return cells(rows, known=known, named=named, today=TODAY)


def _answers(shown: Sequence[Cell]) -> list[int]:
    """Every number that any choice of filters gives: a range of months, an area, and a version, the others, or all."""
    answers = []
    for start, end in combinations(range(len(MONTHS) + 1), 2):
        for of in AREAS.values():
            kept = [cell for cell in shown if cell.module in of and cell.month in MONTHS[start:end]]
            answers += [added_up(kept, version).runs for version in (None, "", *VERSIONS)]
    return answers


def _forms(rule: Rule, rows: Sequence[MonthRow], known: frozenset[str], named: dict[str, list[Spell]]) -> list[Row]:
    """How often each row's runs are in each answer: by asking again with one run more in that row."""
    before = _answers(rule(rows, known, named))
    columns = []
    for place, row in enumerate(rows):
        more = [*rows[:place], row._replace(runs=row.runs + 1), *rows[place + 1 :]]
        columns.append([Fraction(after - was) for was, after in zip(before, _answers(rule(more, known, named)), strict=True)])
    return [list(form) for form in zip(*columns, strict=True)]


def _reduced(rows: list[Row]) -> list[Row]:
    """The rows of the echelon form that are not nothing: Gauss, with fractions."""
    rows, done = [row[:] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((at for at in range(done, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        for at in range(done + 1, len(rows)):
            if factor := rows[at][column] / rows[done][column]:
                rows[at] = [a - factor * b for a, b in zip(rows[at], rows[done], strict=True)]
        done += 1
    return rows[:done]


def _isolated(forms: list[Row], owners: Sequence[str]) -> set[str] | None:
    """At most four organisations of whose runs alone some combination of the answers is made; None where there are none such."""
    basis = _reduced(forms)
    for size in range(1, LEAST):
        for group in combinations(sorted(set(owners)), size):
            outside = [[form[place] for place, owner in enumerate(owners) if owner not in group] for form in basis]
            # Some combination of the answers is nothing outside the group without being nothing: it says something of the group alone.
            if len(_reduced(outside)) < len(basis):
                return set(group)
    return None


def _attack(rule: Rule, rows: Sequence[MonthRow], known: frozenset[str], named: dict[str, list[Spell]]) -> set[str] | None:
    """What a reader gets at who belongs to ``known``, whose runs it can take off everywhere, as it can those shown by name."""

    def is_known(row: MonthRow) -> bool:
        return row.organisation in known or any(spell.holds(row.month) for spell in named.get(row.organisation, []))

    hidden = [place for place, row in enumerate(rows) if not is_known(row)]
    forms = [[form[place] for place in hidden] for form in _forms(rule, rows, known, named)]
    return _isolated(forms, [rows[place].organisation for place in hidden])


def _population(seed: int) -> tuple[list[MonthRow], list[str]]:
    """Between six and nine organisations; each runs most modules in most months, in one version or two."""
    dice = random.Random(seed)
    names = [f"o{number}" for number in range(dice.randint(6, 9))]
    rows = []
    for name in names:
        for module in MODULES:
            for month in MONTHS:
                if dice.random() < 0.85:
                    taken = dice.sample(VERSIONS, dice.choices([1, 2], [3, 1])[0]) if dice.random() < 0.6 else ["1.0.0"]
                    rows += [_row(name, module, version, month, dice.randint(1, 900)) for version in sorted(taken)]
    return rows, names


def _row(name: str, module: str, version: str, month: date, runs: int) -> MonthRow:
    return MonthRow(name, module, version, month, runs, runs, 0, 0, runs, 1000 * runs)


@pytest.mark.parametrize("seed", range(24))
def test_no_combination_of_answers_is_about_fewer_than_five(seed: int) -> None:
    rows, names = _population(seed)
    readers = [frozenset[str](), frozenset(names[:1]), frozenset(names[:2])]  # of nobody here, of one, of two of them
    named = {names[-1]: [Spell(MONTHS[1], None)]} if seed % 2 else {}
    for known in readers:
        assert _attack(_rule, rows, known, named) is None


def test_there_is_something_to_attack() -> None:
    """The populations are such that much is shown and much is hidden, with and without a split by version."""
    shown = [cell for seed in range(24) for cell in _rule(_population(seed)[0], frozenset({"o0"}), {})]
    assert 40 < len(shown) < 24 * len(MODULES) * len(MONTHS)
    assert any(len(cell.blocks) > 1 for cell in shown)
    assert any(not cell.blocks for cell in shown)


# ---- rules that look right and are not: the attack finds each of them out ----


def _all_versions(rows: Sequence[MonthRow], known: frozenset[str], named: dict[str, list[Spell]]) -> list[Cell]:
    """Shows the total and each version that has five, and forgets that the rest is their difference."""
    made = _rule(rows, known, named)
    per_version = {v: _rule([row for row in rows if row.version == v], known, named) for v in VERSIONS}
    blocks: dict[tuple[str, date], list[Block]] = {(c.module, c.month): [] for c in made}
    for found in per_version.values():
        for cell in found:
            blocks[cell.module, cell.month] += cell.blocks
    return [Cell(c.module, c.month, c.organisations, c.sums, tuple(blocks[c.module, c.month])) for c in made]


def _after_filtering(rows: Sequence[MonthRow], known: frozenset[str], named: dict[str, list[Spell]]) -> list[Cell]:
    """Counts organisations over all months together instead of in each."""
    enough = {m for m in MODULES if len({row.organisation for row in rows if row.module == m and row.organisation not in known}) >= LEAST}
    return [Cell(row.module, row.month, 1, sums_of(row), ()) for row in rows if row.module in enough and row.organisation not in known]


def _with_own(rows: Sequence[MonthRow], known: frozenset[str], named: dict[str, list[Spell]]) -> list[Cell]:
    """Counts the reader's own among the five, who takes itself off."""
    return _rule(rows, frozenset(), named)


def test_the_attack_finds_the_difference_between_a_total_and_its_versions() -> None:
    rows = [_row(f"o{n}", MODULES[0], "1.0.0", MONTHS[0], 10 + n) for n in range(5)] + [_row("o9", MODULES[0], "2.0.0", MONTHS[0], 7)]
    assert _attack(_all_versions, rows, frozenset(), {}) == {"o9"}
    assert _attack(_rule, rows, frozenset(), {}) is None


def test_the_attack_finds_a_month_with_too_few() -> None:
    rows = [_row(f"o{n}", MODULES[0], "1.0.0", MONTHS[0], 10 + n) for n in range(5)] + [_row("o0", MODULES[0], "1.0.0", MONTHS[1], 7)]
    assert _attack(_after_filtering, rows, frozenset(), {}) == {"o0"}
    assert _attack(_rule, rows, frozenset(), {}) is None


def test_the_attack_takes_the_readers_own_off() -> None:
    rows = [_row(f"o{n}", MODULES[0], "1.0.0", MONTHS[0], 10 + n) for n in range(5)]
    assert _attack(_with_own, rows, frozenset({"o0"}), {}) == {"o1", "o2", "o3", "o4"}
    assert _attack(_rule, rows, frozenset({"o0"}), {}) is None


def _over_time(*views: tuple[Sequence[date], dict[str, list[Spell]]]) -> set[str] | None:
    """What a reader gets at who wrote down what was shown each time: five organisations, the months settled by then, who was named."""
    rows = [_row(f"o{n}", MODULES[0], "1.0.0", month, 10 + n) for n in range(5) for month in MONTHS]
    forms: list[Row] = []
    seen: set[int] = set()
    for months, named in views:
        there = [place for place, row in enumerate(rows) if row.month in months]
        for form in _forms(_rule, [rows[place] for place in there], frozenset(), named):
            wide = [Fraction(0)] * len(rows)
            for place, factor in zip(there, form, strict=True):
                wide[place] = factor
            forms.append(wide)
        seen |= {place for place in there if any(s.holds(rows[place].month) for s in named.get(rows[place].organisation, []))}
    hidden = [place for place in range(len(rows)) if place not in seen]
    return _isolated([[form[place] for place in hidden] for form in forms], [rows[place].organisation for place in hidden])


def test_naming_oneself_does_not_isolate_those_who_stay_unnamed() -> None:
    unnamed, from_march = {}, {"o4": [Spell(MONTHS[2], None)]}
    assert _over_time((MONTHS[:2], unnamed), (MONTHS, from_march)) is None
    # Named for what was shown before, it leaves the difference to four others.
    assert _over_time((MONTHS[:2], unnamed), (MONTHS, {"o4": [Spell(MONTHS[0], None)]})) == {"o0", "o1", "o2", "o3"}


def test_ending_it_does_not_either() -> None:
    named, ended = {"o4": [Spell(MONTHS[0], None)]}, {"o4": [Spell(MONTHS[0], MONTHS[1])]}
    assert _over_time((MONTHS[:2], named), (MONTHS, ended)) is None
    # Counted among the others again for months in which it was named, it makes up the five of whom one is known.
    assert _over_time((MONTHS[:2], named), (MONTHS, {})) == {"o0", "o1", "o2", "o3"}


def test_a_version_that_is_named_later_tells_nothing_of_what_was_shown_before() -> None:
    """Releases become visible; sums that were shown before do not make the new ones say more."""
    runs = {"1.0.0": 5, "2.0.0": 6, "3.0.0": 2}
    rows = [_row(f"{v}-{n}", MODULES[0], v, MONTHS[0], 10 + n) for v, count in runs.items() for n in range(count)]

    def naming(*versions: str) -> Rule:
        return lambda rows, known, named: cells(
            rows, known=known, named=named, today=TODAY, may_name=lambda _, version: version in versions
        )

    views = [(), ("1.0.0",), ("2.0.0",), ("3.0.0",), ("1.0.0", "2.0.0"), VERSIONS]
    forms = [form for versions in views for form in _forms(naming(*versions), rows, frozenset(), {})]
    assert _isolated(forms, [row.organisation for row in rows]) is None
    assert len(_reduced(forms)) == 2  # a total and one part of it
