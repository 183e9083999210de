"""Graphs made to wear a resolver out end within bounds that are counted, and in a problem that says what to do."""

from __future__ import annotations

import time

import pytest

from benchmarks import graphs
from registry.errors import Conflict
from registry.resolving import effort
from registry.resolving.explaining import explained
from registry.resolving.model import Asked, Need, Offer
from registry.resolving.solving import resolve
from registry.resolving.stock import Stock


@pytest.fixture(autouse=True)
def _no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends here ends by counting."""
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)


def outcome(question: graphs.Question) -> object:
    try:
        return len(resolve(*question))
    except Conflict as error:
        assert error.mend
        return error.code


@pytest.mark.parametrize(
    ("question", "ends"),
    [
        (graphs.deep_diamond(100), 200),
        (graphs.pigeons(4), "no_solution"),
        (graphs.pigeons(12), "resolution_too_hard"),
        (graphs.dense(), "resolution_too_hard"),
        (graphs.long_way_back(), 41),
        (graphs.far_apart(), "no_solution"),
        (graphs.fan(300), 301),
        (graphs.fan(1000), "resolution_too_large"),
        (graphs.circle(200), 200),
        (graphs.many_releases(2000), 3),
        (graphs.catalogue(10_000), 116),
    ],
    ids=[
        "diamond",
        "pigeons",
        "many pigeons",
        "dense",
        "long way back",
        "far apart",
        "fan",
        "wide fan",
        "circle",
        "many releases",
        "catalogue",
    ],
)
def test_each_family_ends(question: graphs.Question, ends: object) -> None:
    assert outcome(question) == ends


def test_the_longest_lists_are_refused_at_once() -> None:
    asked = [Asked(f"step {number}", Need("a/x", "*")) for number in range(effort.MAX_ASKED + 1)]
    offers = {"a/x": [Offer("a/x", "1.0.0", (), 1)]}
    assert outcome((asked, offers)) == "resolution_too_large"
    assert outcome((asked[1:], offers)) == 1


def test_the_clock_ends_what_counting_did_not(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10_000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))
    assert outcome(graphs.pigeons(12)) == "resolution_too_hard"
    assert next(ticks) < 20


def test_a_sentence_is_found_where_explaining_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    question = graphs.far_apart()
    monkeypatch.setattr(effort, "_TO_EXPLAIN", (4000, 1.0))
    with pytest.raises(Conflict) as conflict:
        resolve(*question)
    assert "lib/one ^1" in conflict.value.message
    assert "lib/one ^2" in conflict.value.message
    monkeypatch.setattr(effort, "_TO_EXPLAIN", (1, 1.0))
    with pytest.raises(Conflict) as conflict:
        resolve(*question)
    assert (conflict.value.code, conflict.value.message) == ("no_solution", "No versions of what the steps ask for fit together.")


def test_of_many_steps_only_those_in_conflict_are_named() -> None:
    asked, offers = graphs.far_apart()
    found = explained(Stock(offers, effort.Effort(), prereleases=False), asked)
    assert [each.need.module for each in found.asked] == ["aaa/first", "zzz/last"]
