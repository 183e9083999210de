"""Modules side by side: what differs is said in words, what is hidden is absent, and the cost does not grow."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from tests.make import bpmn, make_adoption, make_rating, make_release, workflow
from tests.registry_pages import person, shown, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> Client:
    make_release("hampshire/victim-update", "1.2.0", title="Victim update", licence="MIT", systems=("Niche RMS",))
    make_release("met/letters", title="Letters", licence="EUPL-1.2", data=workflow(), filename="Main.xaml")
    return person("wiltshire", Role.VIEWER)


def row(page: str, label: str) -> str:
    """The words of the row that answers ``label``."""
    found = re.search(rf'<tr role="row"[^>]*><th scope="row"[^>]*>{label}<.*?</tr>', page, re.DOTALL)
    assert found, label
    return words_of(found[0])


def test_each_row_says_in_words_whether_the_answers_differ(analyst: Client) -> None:
    page = shown(analyst, "/compare?module=hampshire/victim-update&module=met/letters")
    assert "Compare 2 modules" in page
    assert "≠ Differs" in row(page, "Licence")
    assert "MIT" in row(page, "Licence")
    assert "= Alike" in row(page, "Kind") or "≠ Differs" in row(page, "Kind")
    assert "= Alike" in row(page, "Assurance of its latest version")
    assert "in_Sag" in row(page, "Entry points")
    assert "2 steps of a person" in row(page, "People’s decisions and work")


def test_rows_that_are_alike_can_be_left_out(analyst: Client) -> None:
    page = shown(analyst, "/compare?module=hampshire/victim-update&module=met/letters&only=different")
    assert "≠ Differs" in page
    assert "= Alike" not in page
    assert "/compare?module=hampshire/victim-update&amp;module=met/letters" in page


def test_a_list_marks_what_not_all_have(analyst: Client) -> None:
    make_release("kent/both", systems=("Niche RMS", "SharePoint"))
    make_release("kent/one", systems=("Niche RMS",))
    works_in = row(shown(analyst, "/compare?module=kent/both&module=kent/one"), "Works in")
    assert "SharePoint not in all" in works_in
    assert "Niche RMS not in all" not in works_in


def test_a_version_is_compared_with_another_of_the_same_module(analyst: Client) -> None:
    make_release("hampshire/victim-update", "1.3.0", data=bpmn(tasks=("Read",)), summary="", licence="", visibility="", title="")
    page = shown(analyst, "/compare?module=hampshire/victim-update@1.2.0&module=hampshire/victim-update")
    assert "1.2.0 The latest is 1.3.0" in row(page, "Version")
    assert "2 steps" in row(page, "Steps")
    assert "1 step" in row(page, "Steps")


def test_hidden_absent_and_meaningless_are_answered_alike_and_the_rest_is_shown(analyst: Client) -> None:
    make_release("hampshire/secret", visibility="own", title="Secret")
    make_release("hampshire/victim-update", "9.0.0", data=bpmn("Waits"), checked=False, draft=True, summary="", licence="", title="")
    pages = {}
    for name in ("hampshire/secret", "hampshire/nothing", "hampshire/victim-update@9.0.0", "zyxwv"):
        page = shown(analyst, f"/compare?module=met/letters&module={name}")
        assert f"We cannot find <strong>{name}</strong>." in page
        assert "/modules/met/letters/1.0.0" in page
        pages[name] = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', "", page).replace(name, "")
    assert len(set(pages.values())) == 1


def test_at_most_four_and_it_says_so(analyst: Client) -> None:
    names = [f"kent/m{number}" for number in range(5)]
    for name in names:
        make_release(name)
    page = shown(analyst, "/compare?" + "&".join(f"module={name}" for name in names))
    assert "At most 4 stand side by side" in page
    assert "Compare 4 modules" in page
    assert 'id="add"' not in page


def test_columns_are_added_removed_and_exchanged_by_links_and_a_form(analyst: Client) -> None:
    page = shown(analyst, "/compare?module=hampshire/victim-update&module=met/letters")
    assert 'href="/compare?module=met/letters">Remove<' in page
    assert '<input type="hidden" name="module" value="met/letters">' in page
    make_release("kent/other", systems=("Niche RMS",), title="Other")
    alone = shown(analyst, "/compare?module=hampshire/victim-update")
    assert "Add one more to see the two side by side." in alone
    assert "/compare?module=hampshire/victim-update&amp;module=kent/other" in alone


def test_the_form_of_the_catalogue_leads_to_a_short_address(analyst: Client) -> None:
    assert 'name="module" value="met/letters"' in shown(analyst, "/modules")
    answer = analyst.get("/compare?q=x&sort=title&module=met/letters&module=&module=hampshire/victim-update")
    assert answer.status_code == 302
    assert answer["Location"] == "/compare?module=met/letters&module=hampshire/victim-update"


def test_fit_speaks_of_what_ones_own_organisation_runs(analyst: Client) -> None:
    mine = make_release("kent/mine", systems=("Niche RMS",))
    make_adoption(mine, "wiltshire")
    page = shown(analyst, "/compare?module=hampshire/victim-update&module=met/letters")
    assert "You state nothing of it" in row(page, "Your record")
    assert "Niche RMS: in use in your other modules" in row(page, "Systems you know")
    assert "You run or publish 1 other module on it" in row(page, "Its platform")
    assert "You run nothing else on it" in row(page, "Its platform")
    assert "Live 1.0.0" in row(shown(analyst, "/compare?module=kent/mine"), "Your record")


def test_ratings_of_several_modules_are_not_mixed(analyst: Client) -> None:
    for name in ("kent/rated", "kent/poor"):
        make_rating(make_release(name), "dorset")
    page = shown(analyst, "/compare?module=kent/rated&module=kent/poor&module=met/letters")
    assert row(page, "Ratings").count("1 organisation rated it") == 2
    assert "No rating yet" in row(page, "Ratings")


def test_moved_modules_are_found_by_their_old_name(analyst: Client) -> None:
    from registry.catalogue.models import Module
    from registry.lifecycle.models import FormerIdentifier

    module = Module.objects.get(slug="letters")
    FormerIdentifier.objects.create(module=module, publisher="dorset", slug="old-letters")
    assert "/modules/met/letters/1.0.0" in shown(analyst, "/compare?module=dorset/old-letters")


def test_it_costs_the_same_whatever_is_compared(analyst: Client) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(analyst, address)
        return len(captured)

    for number in range(4):
        make_release(f"kent/m{number}", systems=("Niche RMS", f"System {number}"), dependencies=("met/letters@^1",))
    two = cost("/compare?module=kent/m0&module=kent/m1")
    assert cost("/compare?module=kent/m0&module=kent/m1&module=kent/m2&module=kent/m3") <= two
    assert two <= 36


@pytest.mark.parametrize("query", ["module=", "module=%00", "module=a/b@&module=/", "only=x", "module=" + "x" * 900, "module=a/b@c@d"])
def test_an_odd_address_is_no_error(analyst: Client, query: str) -> None:
    assert analyst.get(f"/compare?{query}", follow=True).status_code == 200


def test_words_of_others_are_shown_as_words(analyst: Client) -> None:
    make_release("kent/odd", title="<script>alert(1)</script>", summary='"><img src=x>', systems=("<b>Niche</b>",))
    page = shown(analyst, "/compare?module=kent/odd&module=met/letters&module=%3Cscript%3Ealert(2)")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>Niche" not in page
