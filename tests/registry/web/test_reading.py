"""The reading pages: what stands on them, what their addresses mean, and that their cost does not grow."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from registry.catalogue.models import BusinessArea
from registry.releases.models import Download
from tests.make import bpmn, make_member, make_module, make_organisation, make_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(client: Client) -> Client:
    client.force_login(make_member("wiltshire", Role.VIEWER))
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        text(client, address)
    return len(captured)


def fill(count: int, start: int = 0) -> None:
    areas = list(BusinessArea.objects.values_list("slug", flat=True))
    for number in range(start, start + count):
        make_release(
            f"force-{number % 4}/module-{number}",
            title=f"Module {number}",
            systems=(f"System {number % 5}", "Niche RMS"),
            business_area=areas[number % len(areas)],
            readme="# Use",
            dependencies=(f"force-{(number + 1) % 4}/module-{number + 1}",),
        )


def taken(client: Client, address: str) -> bytes:
    """The bytes of a download; reading them to the end closes the file."""
    answer: Any = client.get(address)
    return b"".join(answer.streaming_content)


PAGES = (
    "/",
    "/modules",
    "/modules?q=module",
    "/modules?q=modul&platform=bpmn&sort=title",
    "/modules/force-0/module-0",
    "/modules/force-0/module-0/1.0.0",
    "/organisations/force-0",
)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_costs_the_same_however_large_the_catalogue(analyst: Client, address: str) -> None:
    fill(4)
    text(analyst, address)  # what is loaded once for ever
    before = queries(analyst, address)
    fill(12, start=4)
    make_release("force-0/module-0", "1.1.0", data=bpmn("Another"))
    make_release("force-0/module-0", "1.2.0", data=bpmn("A third"))
    assert queries(analyst, address) <= before
    assert before <= 36


class TestCatalogue:
    def test_facets_narrow_and_can_be_taken_off_again(self, analyst: Client) -> None:
        make_release("hampshire/one", licence="MIT", title="One")
        make_release("hampshire/two", licence="EUPL-1.2", title="Two")
        make_release("met/three", licence="MIT", title="Three")
        page = text(analyst, "/modules?licence=MIT&publisher=hampshire")
        assert "1 module" in page
        assert 'href="?publisher=hampshire"' in page
        assert 'href="?licence=MIT"' in page
        assert "/modules/hampshire/one" in page
        assert "/modules/hampshire/two" not in page

    def test_a_mistyped_word_is_mended_and_said(self, analyst: Client) -> None:
        make_release("hampshire/victim-update", title="Victim updates")
        page = text(analyst, "/modules?q=victm")
        assert "Nothing has “victm”" in page
        assert "/modules/hampshire/victim-update" in page

    def test_nothing_found_offers_the_filter_to_drop(self, analyst: Client) -> None:
        make_release("hampshire/victim-update", licence="MIT", title="Victim updates")
        make_release("hampshire/parking", licence="EUPL-1.2", title="Parking permits")
        page = text(analyst, "/modules?q=parking&licence=MIT")
        assert "Nothing matches this filter." in page
        assert "Without “MIT”" in page

    @pytest.mark.parametrize(
        "query",
        ["page=0", "page=-1", "page=x", "page=999999", "sort=worst", "licence=%00", "q=%00%00", "q=" + "a+" * 500, "platform=x&" * 60],
    )
    def test_an_odd_address_is_no_error(self, analyst: Client, query: str) -> None:
        make_release("hampshire/one")
        assert analyst.get(f"/modules?{query}").status_code == 200

    def test_a_page_beyond_the_last_is_not_there(self, analyst: Client) -> None:
        make_release("hampshire/one")
        text(analyst, "/modules?page=2", status=404)

    def test_pages_link_to_each_other_and_keep_the_question(self, analyst: Client) -> None:
        fill(23)
        page = text(analyst, "/modules?q=module&sort=title")
        assert 'href="?q=module&amp;sort=title&amp;page=2"' in page
        assert "Showing 1 to 20 of 23." in page
        assert "Showing 21 to 23 of 23." in text(analyst, "/modules?q=module&sort=title&page=2")

    def test_words_of_others_are_shown_as_words(self, analyst: Client) -> None:
        make_release(
            "hampshire/one", title="<script>alert(1)</script>", summary='"><img src=x onerror=alert(1)>', systems=("<b>Niche</b>",)
        )
        for address in ("/modules", "/modules?q=%3Cscript%3E%22%27", "/modules/hampshire/one", "/", "/organisations/hampshire"):
            page = text(analyst, address)
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            assert "<b>Niche" not in page


class TestModule:
    def test_it_answers_the_four_questions(self, analyst: Client) -> None:
        make_release("hampshire/victim-update", licence="MIT", reuse="change", systems=("Niche RMS",), data=bpmn(tasks=("Read", "Tell")))
        page = text(analyst, "/modules/hampshire/victim-update")
        for said in (
            "2 steps, 2 of them a person’s",
            "Nobody confirms it yet",
            "1 thing to check",
            "Yes, for any partner",
            "Use and change it",
        ):
            assert said in page

    def test_files_for_two_platforms_are_offered_for_both(self, analyst: Client) -> None:
        from registry.actions.check_release import check_release
        from registry.actions.publish_release import publish_release
        from registry.releases.gates import ReleaseForm
        from registry.releases.upload import spooled
        from tests.make import make_viewer, pass_review

        decision = (
            b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Rules" namespace="urn:test">'
            b'<decision id="x" name="Eligible"/></definitions>'
        )
        form = ReleaseForm(version="1.0.0", licence="MIT", summary="Decides.", visibility="partnership", data_categories=("none",))
        with spooled([bpmn()], "process.bpmn") as process, spooled([decision], "rules.dmn") as rules:
            done = publish_release(publisher="hampshire", slug="one", uploads=[process, rules], form=form, by=make_viewer("hampshire"))
        assert done.release is not None
        check_release(done.release.pk)
        pass_review(done.release)
        page = text(analyst, "/modules/hampshire/one")
        for said in ("Runs on BPMN or DMN", "A BPMN modeller", "A DMN engine", '<span class="mh-chip">DMN</span>'):
            assert said in page, said
        assert "/modules/hampshire/one" in text(analyst, "/modules?platform=dmn")

    def test_what_is_missing_is_explained(self, analyst: Client) -> None:
        make_release("hampshire/one", dependencies=("met/two",))
        assert "is missing" in text(analyst, "/modules/hampshire/one")
        make_release("met/two")
        page = text(analyst, "/modules/hampshire/one")
        assert "is missing" not in page
        assert 'href="/modules/met/two"' in page

    def test_one_that_names_a_module_hidden_from_the_reader_says_the_same_as_of_an_absent_one(self, analyst: Client) -> None:
        make_release("hampshire/one", dependencies=("met/two",))
        before = text(analyst, "/modules/hampshire/one")
        make_release("met/two", visibility="own")
        assert text(analyst, "/modules/hampshire/one") == before

    def test_danish_is_marked_as_danish(self, analyst: Client) -> None:
        make_organisation("kobenhavn", language="da")
        make_release("kobenhavn/breve", title="Bevillingsbreve", summary="Skriver breve.")
        page = text(analyst, "/modules/kobenhavn/breve")
        assert '<span lang="da">Bevillingsbreve</span>' in page

    def test_a_yanked_version_says_why_and_can_still_be_had(self, analyst: Client) -> None:
        from registry.actions.yank_release import yank_release
        from tests.make import make_viewer

        release = make_release("hampshire/one", data=bpmn("Old"))
        make_release("hampshire/one", "1.1.0", data=bpmn("New"))
        yank_release(release=release, reason="Wrong letters.", by=make_viewer("hampshire"))
        page = text(analyst, "/modules/hampshire/one/1.0.0")
        assert "Wrong letters." in page
        assert taken(analyst, "/modules/hampshire/one/1.0.0/files/process.bpmn") == bpmn("Old")

    def test_the_named_version_is_the_one_shown(self, analyst: Client) -> None:
        make_release("hampshire/one", "1.0.0", data=bpmn("Old", tasks=("Only this",)))
        make_release("hampshire/one", "2.0.0", data=bpmn("New", tasks=("Now that", "And more")))
        assert "Only this" in text(analyst, "/modules/hampshire/one/1.0.0")
        assert "Only this" not in text(analyst, "/modules/hampshire/one")


class TestDownload:
    ADDRESS = "/modules/hampshire/one/1.0.0/files/process.bpmn"

    def test_the_bytes_are_those_published_and_named_so(self, analyst: Client) -> None:
        data = bpmn("One")
        make_release("hampshire/one", data=data)
        answer: Any = analyst.get(self.ADDRESS)
        assert b"".join(answer.streaming_content) == data
        assert answer["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert int(answer["Content-Length"]) == len(data)

    def test_it_counts_once_a_day_and_organisation_and_not_for_its_own(self, analyst: Client) -> None:
        make_release("hampshire/one", data=bpmn("One"))
        own = Client()
        own.force_login(make_member("hampshire", Role.VIEWER))
        for client in (analyst, analyst, own):
            taken(client, self.ADDRESS)
        assert analyst.head(self.ADDRESS)["Content-Length"] == str(len(bpmn("One")))
        assert list(Download.objects.values_list("organisation__slug", flat=True)) == ["wiltshire"]

    def test_files_of_what_one_may_not_see_are_not_there(self, analyst: Client) -> None:
        make_release("hampshire/one", visibility="own")
        assert analyst.get(self.ADDRESS).content == analyst.get(self.ADDRESS.replace("one", "two")).content


class TestOthers:
    def test_whoever_belongs_nowhere_sees_no_module_and_is_told_how_to_join(self, client: Client) -> None:
        from tests.make import make_user

        make_release("hampshire/one", title="Secret title")
        assert "Secret title" not in text(client, "/")
        client.force_login(make_user())
        page = text(client, "/")
        assert "You belong to no organisation yet." in page
        assert "Secret title" not in page
        assert "Secret title" not in text(client, "/modules")

    @pytest.mark.parametrize("address", ["/accessibility", "/privacy", "/made-of"])
    def test_everybody_may_read_what_moothall_is(self, client: Client, address: str) -> None:
        assert "<h1" in text(client, address)

    def test_what_it_is_made_of_names_each_licence(self, client: Client) -> None:
        page = text(client, "/made-of")
        assert "Django" in page
        assert page.count("See the package") <= 3

    def test_pages_allow_no_foreign_code(self, client: Client) -> None:
        make_module("hampshire/one")
        client.force_login(make_member("hampshire"))
        for address in ("/", "/modules", "/modules/hampshire/one", "/publish"):
            policy = client.get(address)["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy or "default-src 'self'" in policy
