"""The arithmetic of bumps: what SemVer says, and what we ask before 1.0.0."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.values.bumps import Bump, bump_between, bumped, choices_after, core_of, tail_of
from registry.values.versions import version_key

numbers = st.integers(0, 30)
cores = st.tuples(numbers, numbers, numbers).map(lambda three: ".".join(map(str, three)))
versions = st.tuples(cores, st.sampled_from(["", "-rc.1", "-alpha", "-0"])).map("".join)


@pytest.mark.parametrize(
    ("before", "after", "bump"),
    [
        ("1.2.3", "1.2.4", "patch"),
        ("1.2.3", "1.2.9", "patch"),
        ("1.2.3", "1.3.0", "minor"),
        ("1.2.3", "1.9.7", "minor"),
        ("1.2.3", "2.0.0", "major"),
        ("1.2.3", "3.1.1", "major"),
        ("0.9.0", "1.0.0", "major"),
        ("0.2.0", "0.3.0", "major"),  # the second number acts as the first
        ("0.2.0", "0.2.1", "minor"),
        ("0.0.1", "0.0.2", "minor"),
        ("1.2.3", "2.0.0-rc.1", "major"),  # judged as its release will be
        ("1.2.3", "1.2.3", None),
        ("1.2.3", "1.2.2", None),
        ("1.2.3", "1.2.3-rc.1", None),
        ("2.0.0-rc.1", "2.0.0", None),  # the same numbers
    ],
)
def test_which_bump(before: str, after: str, bump: str | None) -> None:
    assert bump_between(before, after) == bump


@pytest.mark.parametrize(
    ("before", "three"),
    [("1.2.3", ("1.2.4", "1.3.0", "2.0.0")), ("0.4.1", ("0.4.2", "0.4.2", "0.5.0")), ("0.0.3", ("0.0.4", "0.0.4", "0.1.0"))],
)
def test_what_to_choose_from(before: str, three: tuple[str, ...]) -> None:
    assert choices_after(before) == tuple(zip((Bump.PATCH, Bump.MINOR, Bump.MAJOR), three, strict=True))


@given(cores, st.sampled_from(Bump))
def test_the_least_version_is_enough_and_none_below_it_is(before: str, due: Bump) -> None:
    least = bumped(before, due)
    given_bump = bump_between(before, least)
    assert given_bump is not None
    assert given_bump.weight >= due.weight
    below = [bumped(before, each) for each in Bump if version_key(bumped(before, each)) < version_key(least)]
    assert all((found := bump_between(before, each)) is None or found.weight < due.weight for each in below)


@given(versions, versions)
def test_only_what_lies_above_is_a_bump(before: str, after: str) -> None:
    assert (bump_between(before, after) is not None) == (version_key(core_of(after)) > version_key(core_of(before)))


@given(versions)
def test_numbers_and_tail_make_the_version(version: str) -> None:
    assert core_of(version) + tail_of(version) == version
