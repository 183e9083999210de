"""Identifiers of modules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import Refused
from registry.values.identifiers import check_slug, provided_name, slugify, split_identifier


@pytest.mark.parametrize("slug", ["victim-update", "a1", "x" * 80])
def test_good_slugs(slug: str) -> None:
    assert check_slug(slug) == slug


@pytest.mark.parametrize("slug", ["", "a", "Victim", "a--b", "-a", "a-", "a_b", "a b", "æble", "x" * 81, "a/b", "a\n"])
def test_other_slugs_are_refused(slug: str) -> None:
    with pytest.raises(Refused) as refused:
        check_slug(slug)
    assert refused.value.code == "slug_invalid"


@given(st.text(max_size=120))
def test_a_suggested_slug_is_good(text: str) -> None:
    slug = slugify(text)
    assert slug == "" or check_slug(slug) == slug


def test_suggestions() -> None:
    assert slugify("Victim Update!") == "victim-update"
    assert slugify("VictimUpdate") == "victim-update"
    assert slugify("Bevillings- og afslagsbreve på æøå") == "bevillings-og-afslagsbreve-pa-aeoa"


def test_split() -> None:
    assert split_identifier("hampshire/victim-update") == ("hampshire", "victim-update")
    for bad in ("hampshire", "a/b/c", "/b", "a/", "A/b", ""):
        with pytest.raises(Refused):
            split_identifier(bad)


def test_names_compare_as_their_ecosystem_does() -> None:
    assert provided_name("pypi", "Itk_Dev.Event-Log") == "itk-dev-event-log"
    assert provided_name("nuget", "UiPath.System.Activities") == "uipath.system.activities"
    assert provided_name("blueprism", " MS Excel VBO") == "ms excel vbo"
