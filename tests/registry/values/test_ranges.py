"""Ranges hold what npm's own grammar says they hold; what is no range is refused."""

from __future__ import annotations

import pytest

from registry.errors import Refused
from registry.values.ranges import parse_range

# (range, versions in it, versions out of it), after the examples in npm semver's README.
CASES = [
    ("", ["0.0.0", "9.9.9"], ["1.0.0-beta"]),
    ("*", ["0.0.1", "9.9.9"], []),
    ("1.4.2", ["1.4.2"], ["1.4.1", "1.4.3", "1.4.3-0", "1.4.2-rc.1"]),
    ("=1.4.2", ["1.4.2"], ["1.4.3"]),
    ("1.x", ["1.0.0", "1.9.9"], ["0.9.9", "2.0.0", "2.0.0-beta"]),
    ("1.4.x", ["1.4.0", "1.4.9"], ["1.3.9", "1.5.0"]),
    ("1.4", ["1.4.0", "1.4.9"], ["1.5.0"]),
    ("~1.2.3", ["1.2.3", "1.2.9"], ["1.2.2", "1.3.0"]),
    ("~1", ["1.0.0", "1.9.0"], ["2.0.0"]),
    ("~>1.2", ["1.2.0"], ["1.3.0"]),
    ("^1.2", ["1.2.0", "1.9.0"], ["1.1.9", "2.0.0", "2.0.0-rc.1"]),
    ("^0.2.3", ["0.2.3", "0.2.9"], ["0.3.0"]),
    ("^0.0.3", ["0.0.3"], ["0.0.4"]),
    ("^0.0", ["0.0.0", "0.0.9"], ["0.1.0"]),
    ("^0", ["0.9.9"], ["1.0.0"]),
    (">=1.4.0 <1.4.3", ["1.4.0", "1.4.2"], ["1.4.3", "1.3.9"]),
    (">1.4", ["1.5.0"], ["1.4.9"]),
    (">1.4.2", ["1.4.3"], ["1.4.2"]),
    ("<=1.4", ["1.4.9", "0.1.0"], ["1.5.0"]),
    ("<2", ["1.9.9"], ["2.0.0", "2.0.0-rc.1"]),
    ("1.2 - 1.4", ["1.2.0", "1.4.9"], ["1.1.0", "1.5.0"]),
    ("1.2.3 - 2.3.4", ["2.3.4"], ["2.3.5"]),
    ("1.2.0 || >=2 <3", ["1.2.0", "2.5.0"], ["1.2.1", "3.0.0"]),
    (">=1.2.3-beta.2", ["1.2.3-beta.2", "1.2.3-beta.10", "1.2.3", "2.0.0"], ["1.2.3-beta.1", "1.3.0-beta.1"]),
    ("1.2.3-beta.2", ["1.2.3-beta.2"], ["1.2.3-beta.3", "1.2.3"]),
    (">*", [], ["1.0.0"]),
    (">=2 <1", [], ["1.5.0"]),
]


@pytest.mark.parametrize(("text", "held", "others"), CASES, ids=[case[0] or "empty" for case in CASES])
def test_a_range_holds_what_it_says(text: str, held: list[str], others: list[str]) -> None:
    found = parse_range(text)
    assert [version for version in held if not found.holds(version)] == []
    assert [version for version in others if found.holds(version)] == []


@pytest.mark.parametrize("text", ["latest", "1.2.3.4", "^^1", "1 -", "01.2", "1.2.3-", ">=", "1,2", "1.2.3||x.y", "1" * 121, "9" * 19])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_range(text)
    assert (refusal.value.code, refusal.value.where) == ("range_invalid", "versions")


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("", [{"introduced": "0"}]),
        ("<1.4.3", [{"introduced": "0"}, {"fixed": "1.4.3"}]),
        (">=1.4.0 <1.4.3", [{"introduced": "1.4.0"}, {"fixed": "1.4.3"}]),
        (">=2.0.0 <2.1.0 || >=1.4.0 <1.4.3", [{"introduced": "1.4.0"}, {"fixed": "1.4.3"}, {"introduced": "2.0.0"}, {"fixed": "2.1.0"}]),
        (">=3", [{"introduced": "3.0.0"}]),
        (">=2 <1", []),
        ("1.4.2", [{"introduced": "1.4.2"}, {"fixed": "1.4.3-0"}]),
    ],
)
def test_a_range_becomes_osv_events_in_order(text: str, events: list[dict[str, str]]) -> None:
    assert parse_range(text).events() == events
