"""Thousands of made-up ranges and versions mean to us what they mean to npm's own ``semver``, and what it refuses we refuse."""

from __future__ import annotations

import random
import re
from typing import Any

from registry.errors import Refused
from registry.values.ranges import MAX_LENGTH, Range, parse_range
from tests.node import run_node

SCRIPT = """
const semver = require('semver')
const batch = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const answers = batch.map(([range, versions]) => [
  semver.validRange(range) !== null,
  ...[false, true].map(includePrerelease => versions.map(version => semver.satisfies(version, range, { includePrerelease }))),
])
process.stdout.write(JSON.stringify(answers))
"""
RANGES, VERSIONS, SEED = 1500, 8, 20261126
NUMBERS = ["0", "0", "1", "1", "2", "3", "10"]
LABELS = ["0", "1", "alpha", "beta", "beta.2", "rc.1", "rc-1", "-", "beta.0"]
OPERATORS = ["", "", "^", "^", "~", "~>", ">", ">=", "<", "<=", "="]


def a_version(chance: random.Random) -> str:
    tail = f"-{chance.choice(LABELS)}" if chance.random() < 0.4 else ""
    return ".".join(chance.choice(NUMBERS) for _ in range(3)) + tail


def a_partial(chance: random.Random) -> str:
    parts = [chance.choice([*NUMBERS, *NUMBERS, "x", "*"]) for _ in range(chance.choice([1, 2, 2, 3, 3, 3]))]
    tail = f"-{chance.choice(LABELS)}" if len(parts) == 3 and chance.random() < 0.3 else ""
    return chance.choice(["", "", "", "v"]) + ".".join(parts) + tail


def a_term(chance: random.Random) -> str:
    return chance.choice(OPERATORS) + chance.choice(["", "", "", " ", "  "]) + a_partial(chance)


def an_alternative(chance: random.Random) -> str:
    if chance.random() < 0.15:
        return f"{a_partial(chance)} - {a_partial(chance)}"
    return " ".join(a_term(chance) for _ in range(chance.choice([0, 1, 1, 1, 2, 2, 3])))


def a_range(chance: random.Random) -> str:
    text = chance.choice(["||", " || "]).join(an_alternative(chance) for _ in range(chance.choice([1, 1, 1, 2, 3])))
    if text and chance.random() < 0.25:  # as somebody mistypes
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(["", ".", "-", "x", "01", "^", "|", " ", "a", "=", "+b"]) + text[at + chance.choice([0, 1]) :]
    return text


def ours(text: str) -> Range | None:
    try:
        return parse_range(text)
    except Refused:
        return None


def refused_on_purpose(text: str) -> bool:
    """Build metadata, what is too long, and a ``v`` or ``=`` that is written twice, behind a space or beside another operator or a hyphen."""
    return "+" in text or len(text) > MAX_LENGTH or re.search(r"[v=]\s*[v=]|[<>^~=-]\s+=|[\^~>]\s*=|v +|~ +>|= ?\S+ - ", text) is not None


def test_ranges_mean_what_they_mean_to_npm() -> None:
    chance = random.Random(SEED)
    batch = [(a_range(chance), [a_version(chance) for _ in range(VERSIONS)]) for _ in range(RANGES)]
    answers: list[list[Any]] = run_node(SCRIPT, batch)
    wrong: list[object] = []
    valid = 0
    for (text, versions), (is_valid, plain, wide) in zip(batch, answers, strict=True):
        found = ours(text)
        if found is None:
            if is_valid and not refused_on_purpose(text):
                wrong.append(("we refuse", text))
            continue
        if not is_valid:
            wrong.append(("npm refuses", text))
            continue
        valid += 1
        for version, in_plain, in_wide in zip(versions, plain, wide, strict=True):
            if (found.holds(version), found.holds(version, prereleases=True)) != (in_plain, in_wide):
                wrong.append((text, version, "npm says", in_plain, in_wide))
    assert wrong == []
    assert valid > RANGES / 2  # most of what is made up is a range


def test_numbers_beyond_what_npm_counts_are_ours_alone() -> None:
    assert ours("9007199254740993.0.0") is not None
    assert run_node(SCRIPT, [("9007199254740993.0.0", [])]) == [[False, [], []]]
