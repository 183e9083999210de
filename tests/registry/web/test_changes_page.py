"""One version beside another: verdict first, the steps' picture with words on it, and versions that are hidden absent."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Role
from registry.releases.models import Release
from tests.make import bpmn, make_adoption, make_release
from tests.registry_pages import person, shown, words_of

pytestmark = pytest.mark.django_db
AT = "/modules/hampshire/victim-update"
SAME = {"licence": "", "summary": "", "title": "", "visibility": ""}


@pytest.fixture
def analyst() -> Client:
    make_release("hampshire/victim-update", "1.0.0", data=bpmn(tasks=("Read the record", "Decide")))
    make_release("hampshire/victim-update", "1.1.0", data=bpmn(tasks=("Read the record", "Decide", "Tell the victim")), **SAME)
    make_release("hampshire/victim-update", "2.0.0", data=bpmn(tasks=("Read the record",)), **SAME)
    return person("wiltshire", Role.VIEWER)


def test_the_verdict_comes_first_then_the_picture_then_every_change(analyst: Client) -> None:
    page = shown(analyst, f"{AT}/2.0.0/changes")
    said = words_of(page)
    assert "What changed since 1.1.0" in said
    assert "A major release" in said
    assert "2 steps are no longer a person’s: Decide, Tell the victim" in said
    assert said.index("A major release") < said.index("2 steps removed") < said.index("Every change")
    assert "− Gone" in re.findall(r"<text[^>]*>([^<]*)", page)
    assert re.search(r"− Gone</td><td>Step</td><td>Decide", page)
    assert "A person’s decision or work is gone" in said


def test_any_two_versions_are_compared_in_either_direction(analyst: Client) -> None:
    assert "1 step added" in words_of(shown(analyst, f"{AT}/1.1.0/changes?from=1.0.0"))
    back = words_of(shown(analyst, f"{AT}/1.0.0/changes?from=1.1.0"))
    assert "Going back" in back
    assert "1 step removed" in back
    same = words_of(shown(analyst, f"{AT}/1.0.0/changes?from=1.0.0"))
    assert "Nothing that we can read differs" in same
    answer = analyst.get(f"{AT}/1.0.0/changes?from=1.0.0&to=2.0.0")
    assert (answer.status_code, answer["Location"]) == (302, f"{AT}/2.0.0/changes?from=1.0.0")


def test_it_is_compared_with_what_ones_organisation_runs(analyst: Client) -> None:
    make_adoption(Release.objects.get(version="1.0.0"), "wiltshire")
    page = words_of(shown(analyst, f"{AT}/2.0.0/changes"))
    assert "What changed since 1.0.0" in page
    assert "1.0.0 is what your organisation runs." in page


def test_the_first_version_says_so(analyst: Client) -> None:
    assert "nothing to compare it with" in shown(analyst, f"{AT}/1.0.0/changes")


def test_hidden_and_absent_versions_answer_alike(analyst: Client) -> None:
    make_release("hampshire/victim-update", "3.0.0", data=bpmn("Waits"), checked=False, draft=True, **SAME)
    pages = [analyst.get(f"{AT}/2.0.0/changes?from={version}") for version in ("3.0.0", "7.0.0", "%00", "x" * 300)]
    assert [page.status_code for page in pages] == [404, 404, 200, 404]  # nothing but a null is nothing at all
    assert len({re.sub(rb'nonce="[^"]+"', b"", page.content) for page in pages if page.status_code == 404}) == 1
    assert analyst.get(f"{AT}/3.0.0/changes").status_code == analyst.get(f"{AT}/7.0.0/changes").status_code == 404
    assert "3.0.0" not in shown(analyst, f"{AT}/2.0.0/changes")


def test_pages_of_the_module_and_the_release_lead_to_it(analyst: Client) -> None:
    assert f'href="{AT}/2.0.0/changes"' in shown(analyst, AT)
    assert f'href="{AT}/1.0.0/changes"' not in shown(analyst, AT)
    assert f'href="{AT}/1.1.0/changes">What changed since another version' in shown(analyst, f"{AT}/1.1.0")
