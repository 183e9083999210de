"""Versions: what is accepted, what is made of an artefact's own, and how they sort."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version

from registry.errors import Refused
from registry.values.versions import from_artefact, next_after, parse_version, suggest, version_key

identifiers = st.from_regex(r"\A(0|[1-9][0-9]{0,6}|[0-9]*[A-Za-z-][0-9A-Za-z-]{0,6})\Z")
numbers = st.integers(0, 10**12)
versions = st.builds(
    lambda major, minor, patch, tail: f"{major}.{minor}.{patch}" + (f"-{'.'.join(tail)}" if tail else ""),
    numbers,
    numbers,
    numbers,
    st.lists(identifiers, max_size=4),
)


@given(versions, versions)
def test_keys_sort_as_semver_does(left: str, right: str) -> None:
    by_key = (version_key(left).encode() > version_key(right).encode()) - (version_key(left).encode() < version_key(right).encode())
    assert by_key == Version.parse(left).compare(right)


def test_the_order_of_semver_section_11() -> None:
    ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
        "1.10.0",
    ]
    assert sorted(ordered, key=version_key) == ordered


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("1.2.3", "1.2.3"),
        ("1.2", "1.2.0"),
        ("1.2.3.0", "1.2.3"),
        ("1.0.206-dev.54439", "1.0.206-dev.54439"),
        ("1.1.12501.241", None),
        ("1.2.3rc1", None),
        ("", None),
        (None, None),
        ("1", None),
        ("v1.2.3", None),
        ("01.2.3", None),
        ("1.2.3+build", "1.2.3"),
        ("2.11.3-20230316-162433", None),  # built then by Automation 360's tools: no pre-release
        ("1.2-20200521-104916", None),
    ],
)
def test_the_rule_for_an_artefacts_version(written: str | None, version: str | None) -> None:
    assert from_artefact(written) == version


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.x", "latest", "1.2.3-", "-1.2.3", "1.2.3\n4", "9" * 30 + ".0.0", "1.0.0-" + "a" * 90]
)
def test_other_texts_are_refused_with_the_place(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_version(text)
    assert refused.value.code == "version_invalid"
    assert refused.value.where == "version"
    assert refused.value.mend


def test_build_metadata_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        parse_version("1.0.0+abc")
    assert refused.value.code == "version_build"
    assert "1.0.0" in refused.value.mend


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("v1.2", "1.2.0"),
        ("1.1.12501.241", "1.1.12501"),
        ("1.2.3rc1", "1.2.3-rc.1"),
        ("2.0b2", "2.0.0-beta.2"),
        ("2.11.3-20230316-162433", "2.11.3"),
        ("1.2-20200521-104916", "1.2.0"),
        ("latest", None),
        ("", None),
    ],
)
def test_suggestions(text: str, nearest: str | None) -> None:
    assert suggest(text) == nearest


@given(st.text(max_size=60))
def test_suggestions_are_versions(text: str) -> None:
    nearest = suggest(text)
    assert nearest is None or parse_version(nearest)


def test_next_after() -> None:
    assert next_after(None) == "1.0.0"
    assert next_after("1.4.2") == "1.5.0"
