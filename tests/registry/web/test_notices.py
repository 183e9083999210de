"""The pages of notices: unread first, no page that writes when it is read, and a cost that does not grow."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Membership, Organisation, Role, User
from registry.catalogue.models import Module
from registry.notices.kinds import KINDS, URGENT
from registry.notices.models import Notice, NoticePreference
from registry.web.notices import PAGE
from tests.make import make_member, make_module, make_notice, make_user
from tests.registry.web.test_reading import queries, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client: Client) -> User:
    person = make_member("wiltshire", Role.VIEWER)
    client.force_login(person)
    return person


def titles(page: str) -> list[str]:
    return re.findall(r'<a href="/notices/\d+">(?:<strong>)?([^<]+)', page)


def counted(page: str) -> str:
    """The count in the header."""
    found = re.search(
        r'<a href="/notices">Notices(?: <strong>([^<]+)<span class="govuk-visually-hidden"> unread</span></strong>)?</a>', page
    )
    assert found
    return found[1] or ""


def test_unread_stand_before_read_and_new_before_old(client: Client, person: User) -> None:
    for number in range(4):
        make_notice(person, title=f"Notice {number}")
    Notice.objects.filter(title__in=["Notice 0", "Notice 3"]).read()
    page = text(client, "/notices")
    assert titles(page) == ["Notice 2", "Notice 1", "Notice 3", "Notice 0"]
    assert page.count(">Mark as read<") == 2
    assert counted(page) == "2"


def test_a_long_list_is_gone_through_without_a_gap_while_it_changes(client: Client, person: User) -> None:
    made = [make_notice(person, title=f"Notice {number}").title for number in range(2 * PAGE + 5)]
    Notice.objects.filter(title__in=made[: PAGE + 3]).read()
    found: list[str] = []
    address = "/notices"
    while address:
        page = text(client, address)
        found += titles(page)
        make_notice(person, title="Newer")  # is told meanwhile, and belongs on the first page
        older = re.search(r'href="(\?after=[^"]+)"', page)
        address = f"/notices{older[1]}" if older else ""
    unread, read = made[PAGE + 3 :], made[: PAGE + 3]
    assert found == unread[::-1] + read[::-1]


@pytest.mark.parametrize("place", ["", "x", "read-", "unread-99999999999999999999", "read--1", "%00", "read-1'--", "gone-1"])
def test_an_odd_place_is_no_error(client: Client, person: User, place: str) -> None:
    make_notice(person)
    text(client, f"/notices?after={place}")


def test_reading_a_page_reads_no_notice(client: Client, person: User) -> None:
    notice = make_notice(person, title="Waits", text="First line.\n\n<script>alert(1)</script>", address="/modules?q=one")
    page = text(client, f"/notices/{notice.pk}")
    assert 'href="/modules?q=one"' in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert counted(page) == "1"


def test_marking_one_and_all(client: Client, person: User) -> None:
    first, second = make_notice(person), make_notice(person)
    assert client.post(f"/notices/{first.pk}").headers["Location"] == "/notices"
    assert counted(text(client, "/")) == "1"
    until = re.search(r'name="until" value="(\d+)"', text(client, "/notices"))
    assert until
    assert int(until[1]) == second.pk
    later = make_notice(person)
    assert "1 notice marked as read." in client.post("/notices", {"until": until[1]}, follow=True).content.decode()
    assert list(Notice.objects.unread()) == [later]


@pytest.mark.parametrize("until", ["", "x", "-1", "9" * 40, "1 OR 1=1"])
def test_a_broken_form_marks_nothing(client: Client, person: User, until: str) -> None:
    make_notice(person)
    assert client.post("/notices", {"until": until}).status_code == 302
    assert Notice.objects.unread().count() == 1


def test_anothers_answers_to_the_letter_as_one_that_is_not_there(client: Client, person: User) -> None:
    other = make_notice(make_member("wiltshire"))
    for ask in (client.get, client.post):
        hidden, absent = ask(f"/notices/{other.pk}"), ask(f"/notices/{other.pk + 1}")
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert re.sub(rb'nonce="[^"]+"', b"", hidden.content) == re.sub(rb'nonce="[^"]+"', b"", absent.content)


def test_a_mails_link_comes_back_after_signing_in(client: Client) -> None:
    notice = make_notice(make_member("wiltshire"))
    answer = client.get(f"/notices/{notice.pk}")
    assert answer.headers["Location"] == f"/account/login/?next=/notices/{notice.pk}"


def test_the_first_page_names_the_five_newest_unread(client: Client, person: User) -> None:
    assert "Waiting for you" not in text(client, "/")
    for number in range(7):
        make_notice(person, title=f"Notice {number}")
    Notice.objects.filter(title="Notice 5").read()
    page = text(client, "/")
    assert "Waiting for you" in page
    assert titles(page) == ["Notice 6", "Notice 4", "Notice 3", "Notice 2", "Notice 1"]
    assert counted(page) == "6"


@pytest.mark.parametrize("end", ["left", "hidden", "closed"])
def test_what_one_may_not_see_any_more_is_gone_everywhere_at_the_next_request(client: Client, person: User, end: str) -> None:
    make_member("met", user=person)
    organisation = Organisation.objects.get(slug="wiltshire")
    notice = make_notice(person, title="Zyxtitle", organisation=organisation, module=make_module("hampshire/one"))
    pages = ("/", "/notices", "/modules")
    assert [counted(text(client, page)) for page in pages] == ["1"] * 3
    if end == "left":
        Membership.objects.filter(user=person, organisation=organisation).delete()
    elif end == "hidden":
        Module.objects.update(visibility="own")
    else:
        Organisation.objects.filter(pk=organisation.pk).update(is_active=False)
    for page in pages:
        said = text(client, page)
        assert counted(said) == ""
        assert "Zyxtitle" not in said
    text(client, f"/notices/{notice.pk}", status=404)
    assert client.post(f"/notices/{notice.pk}").status_code == 404


def test_whoever_belongs_nowhere_has_no_link_to_notices(client: Client) -> None:
    client.force_login(make_user())
    assert 'href="/notices"' not in text(client, "/")


def test_a_page_costs_the_same_however_many_notices_there_are(client: Client, person: User) -> None:
    pages = ("/", "/notices", "/modules", "/account/notices")
    module = make_module("hampshire/one")
    make_notice(person, module=module)
    for page in pages:
        text(client, page)
    before = [queries(client, page) for page in pages]
    for _ in range(130):
        make_notice(person, module=module)
    assert [queries(client, page) for page in pages] == before
    assert counted(text(client, "/")) == "99+"


class TestPreferences:
    def test_every_kind_is_there_and_the_urgent_ones_cannot_be_chosen(self, client: Client, person: User) -> None:
        page = text(client, "/account/notices")
        for code, kind in KINDS.items():
            assert kind.name in page
            assert page.count(f'name="{code}"') == (0 if code in URGENT else 3)
        assert page.count("cannot be turned off") == len(URGENT)
        assert page.count(" checked>") == len(KINDS) - len(URGENT)

    def test_what_is_chosen_is_kept_and_shown(self, client: Client, person: User) -> None:
        choices = {code: "not" for code in KINDS if code not in URGENT}
        answer = client.post("/account/notices", choices | {"recall": "not"}, follow=True)
        assert "Your choices are saved." in answer.content.decode()
        assert dict(NoticePreference.objects.values_list("kind", "by_mail")) == choices
        assert len(re.findall(r'value="not" checked>', text(client, "/account/notices"))) == len(choices)

    def test_a_form_with_a_gap_says_where(self, client: Client, person: User) -> None:
        answer = client.post("/account/notices", {"advisory": "weekly"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert 'href="#id_review_waiting_0"' in page
        assert "Choose how you are mailed of “Waiting for your sign-off”." in page
        assert not NoticePreference.objects.exists()
