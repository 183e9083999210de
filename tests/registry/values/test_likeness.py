"""Signatures: the same everywhere, near the true likeness, and found by their bands."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.values.likeness import MAX_FEATURES, POSITIONS, bands_of, estimate, jaccard, packed, signature_of, unpacked

# Two sets of up to 300 features, of which some are in both.
pairs = st.tuples(st.integers(1, 150), st.integers(0, 75), st.integers(0, 75)).map(
    lambda three: (
        {f"f{number}" for number in range(three[0] + three[1])},
        {f"f{number}" for number in (*range(three[0]), *range(1000, 1000 + three[2]))},
    )
)


@given(pairs)
def test_the_estimate_is_near_the_truth(both: tuple[set[str], set[str]]) -> None:
    one, other = both
    assert abs(estimate(signature_of(one), signature_of(other)) - jaccard(one, other)) < 0.25  # over five standard errors


def test_on_average_the_estimate_is_the_truth() -> None:
    errors = []
    for number in range(60):
        one, other = {f"{number}.{each}" for each in range(90)}, {f"{number}.{each}" for each in range(30, 120)}
        errors.append(estimate(signature_of(one), signature_of(other)) - jaccard(one, other))
    assert abs(sum(errors) / len(errors)) < 0.02


@given(st.sets(st.text(max_size=20), min_size=1, max_size=40))
def test_the_order_says_nothing_and_what_is_kept_comes_back(features: set[str]) -> None:
    signature = signature_of(sorted(features))
    assert signature == signature_of(sorted(features, reverse=True))
    assert len(signature) == POSITIONS
    assert unpacked(packed(signature)) == signature
    assert estimate(signature, signature) == 1
    assert len(bands_of(signature)) == 32
    assert all(-(2**63) <= band < 2**63 for band in bands_of(signature))


def test_another_process_signs_alike() -> None:
    code = "from registry.values.likeness import *; print(signature_of(['a', 'b', 'ø']), bands_of(signature_of(['a', 'b', 'ø'])))"
    told = {
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2")
    }
    signature = signature_of(["a", "b", "ø"])
    assert told == {f"{signature} {bands_of(signature)}\n"}


def test_nothing_is_like_nothing() -> None:
    assert signature_of(()) == ()
    assert bands_of(()) == ()
    assert estimate((), signature_of(["a"])) == 0
    assert jaccard((), ()) == 0


@pytest.mark.parametrize(("shared", "found"), [(90, True), (75, True), (4, False)])
def test_bands_find_what_is_alike(shared: int, found: bool) -> None:
    """Of a hundred features in each set: nearly the same and half the same share a band, strangers do not."""
    hits = 0
    for number in range(30):
        one = {f"{number}.{each}" for each in range(100)}
        other = {f"{number}.{each}" for each in range(100 - shared, 200 - shared)}
        hits += bool(set(bands_of(signature_of(one))) & set(bands_of(signature_of(other))))
    assert hits >= 29 if found else hits <= 3


def test_very_large_ones_are_still_alike() -> None:
    one = {f"f{number}" for number in range(3 * MAX_FEATURES)}
    other = one | {f"g{number}" for number in range(MAX_FEATURES)}
    assert abs(estimate(signature_of(one), signature_of(other)) - 0.75) < 0.2
