"""Language tags and countries as people write them."""

from __future__ import annotations

import pytest

from registry.values.languages import is_country, is_language, is_same_language, language_tag


@pytest.mark.parametrize("tag", ["da", "en-GB", "sl-IT-nedis", "zh-Hant-TW", "en-x-plain", "es-419", "gsw", "EN-gb"])
def test_what_is_a_language(tag: str) -> None:
    assert is_language(tag)


@pytest.mark.parametrize("tag", ["", "eng", "dan", "en_GB", "english", "e", "xx", "en-", "features", "en GB"])
def test_what_is_none(tag: str) -> None:
    assert not is_language(tag)


@pytest.mark.parametrize(
    ("written", "tag"),
    [("EN-gb", "en-GB"), ("en_GB", "en-GB"), ("dan", "da"), ("ZH-hant-tw", "zh-Hant-TW"), (" da ", "da"), ("danish", None), ("xx", None)],
)
def test_one_spelling(written: str, tag: str | None) -> None:
    assert language_tag(written) == tag


def test_one_language_in_two_countries() -> None:
    assert is_same_language("en", "en-GB")
    assert is_same_language("EN-US", "en-GB")
    assert not is_same_language("da", "de")


@pytest.mark.parametrize(("code", "is_one"), [("DK", True), ("dk", True), ("Dk", False), ("UK", False), ("DNK", False)])
def test_countries(code: str, is_one: bool) -> None:
    assert is_country(code) is is_one
