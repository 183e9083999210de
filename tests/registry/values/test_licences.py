"""Licence expressions."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import Refused
from registry.values.licences import is_same_licence, licence_name, parse_licence


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("MIT", "MIT"),
        ("mit or eupl-1.2", "MIT OR EUPL-1.2"),
        ("MIT or (apache-2.0 AND OGL-UK-3.0)", "MIT OR (Apache-2.0 AND OGL-UK-3.0)"),
        ("GPL-3.0-or-later WITH Classpath-exception-2.0", "GPL-3.0-or-later WITH Classpath-exception-2.0"),
        ("LicenseRef-Own-Terms", "LicenseRef-Own-Terms"),
        ("  MIT  ", "MIT"),
    ],
)
def test_normalised(text: str, normal: str) -> None:
    assert parse_licence(text) == normal


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("Apache 2", "Apache-2.0"), ("MIT License", "MIT"), ("Open Government Licence", "OGL-UK-3.0"), ("EUPL", "EUPL-1.2"), ("MTI", "MIT")],
)
def test_refused_with_a_suggestion(text: str, nearest: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_licence(text)
    assert refused.value.code == "licence_invalid"
    assert nearest in refused.value.mend


@pytest.mark.parametrize("text", ["MIT OR", "(MIT", "MIT AND AND EUPL-1.2", "free for all", "x" * 200, "MIT\x00"])
def test_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_licence(text)
    assert refused.value.code == "licence_invalid"
    assert refused.value.where == "licence"


def test_missing() -> None:
    with pytest.raises(Refused) as refused:
        parse_licence("  ")
    assert refused.value.code == "licence_missing"


@given(st.text(max_size=100))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(Refused):
        assert parse_licence(text)


def test_names() -> None:
    assert licence_name("MIT") == "MIT License"
    assert licence_name("MIT OR EUPL-1.2") == "MIT OR EUPL-1.2"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("MIT", "MIT License", True),
        ("EUPL-1.2", "eupl-1.2", True),
        ("MIT OR EUPL-1.2", "MIT OR EUPL-1.2", True),
        ("MIT", "Apache-2.0", False),
        ("GPL-3.0-only", "GPL-3.0-or-later", False),
        ("MIT", "Something of our own", False),
    ],
)
def test_the_same_licence_in_other_words(one: str, other: str, same: bool) -> None:
    assert is_same_licence(one, other) is same
    assert is_same_licence(other, one) is same
