"""Nothing restricted is in a mail: every kind is told with canary words, and none of them leaves the product."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core import mail

from registry.actions.send_digests import send_digest
from registry.actions.send_notices import send_notices
from registry.notices.kinds import KINDS, URGENT
from registry.notices.mailing import letter
from registry.notices.models import Notice, NoticePreference
from tests.make import make_member, make_module, make_notice, make_organisation

pytestmark = pytest.mark.django_db
CANARY = "zyx"  # begins every word of a publisher


def canary_notice(kind: str, by_mail: str = "") -> Notice:
    """A notice all of whose words are canaries, about a module all of whose words are."""
    hampshire = make_organisation("hampshire", name="Hampshire & Isle <of> Wight")
    module = make_module("hampshire/zyxslug", title="Zyxtitle", summary="Zyxsummary.", readme="Zyxreadme", handling="Zyxcaveat")
    person = make_member(hampshire)
    if by_mail:
        NoticePreference.objects.create(user=person, kind=kind, by_mail=by_mail)
    words = {"title": "Zyxtitle 1.0.0 zyxheld", "text": "zyxreason: zyxfinding", "address": "/modules/hampshire/zyxslug/zyxpath"}
    return make_notice(person, kind, module=module, **words)


def sent() -> str:
    """The only mail there is, with its headers, as it leaves."""
    (message,) = mail.outbox
    assert "text/plain" in message.message()["Content-Type"]
    assert not getattr(message, "alternatives", None)
    headers = "\n".join(f"{name}: {value}" for name, value in message.message().items())
    return headers + message.body + str(message.subject)  # not as encoded for the way: letters drawn by lot can spell anything


def check_words(notice: Notice, text: str) -> None:
    assert CANARY not in text.lower()
    assert KINDS[notice.kind].mail in text
    assert "Hampshire & Isle <of> Wight" in text  # plain text: nothing is escaped
    assert f"{settings.BASE_URL}/notices/{notice.pk}\n" in text
    assert f"{settings.BASE_URL}/account/notices" in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_at_once_holds_no_word_of_what_it_is_about(kind: str) -> None:
    notice = canary_notice(kind, by_mail="" if kind in URGENT else "at_once")
    assert send_notices(notice.telling) == 1
    check_words(notice, sent())


@pytest.mark.parametrize("kind", sorted(set(KINDS) - URGENT))
def test_nor_does_the_days_mail(kind: str) -> None:
    notice = canary_notice(kind, by_mail="daily")
    assert send_digest(notice.user_id)
    check_words(notice, sent())


def test_only_words_of_kinds_names_of_organisations_and_our_own_addresses_are_in_a_letter() -> None:
    """Whatever is left after taking those away is the same for every letter: nothing else gets in."""
    person = make_member("hampshire")
    make_member("met", user=person)
    for kind in KINDS:
        for slug in ("hampshire", "met"):
            make_notice(person, kind, organisation=make_organisation(slug), title=f"Zyx {kind}", text="zyx", address="/zyx")
    notices = list(Notice.objects.order_by("pk"))
    subject, body = letter(notices)
    assert subject == f"{len(notices)} notices of the last day"
    assert [body.count(f"For {name}:") for name in ("Hampshire", "Met")] == [1, 1]
    for words in [f"{kind.mail}." for kind in KINDS.values()] + ["For Hampshire:", "For Met:"]:
        body = body.replace(words, "")
    left = re.sub(rf"{re.escape(settings.BASE_URL)}/notices/[0-9]+", "", body)
    assert (
        left.split()
        == (
            "Sign in to read more. Mails of Moothall never say what a notice is about. Choose which mails you get: "
            f"{settings.BASE_URL}/account/notices"
        ).split()
    )
