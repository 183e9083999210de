"""The day's mail: one letter a person, with what they have not read, and nothing of what they may not see any more."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.models import Membership, User
from accounts.viewer import viewer_of
from registry.actions.choose_notice_mail import choose_notice_mail
from registry.actions.read_notices import read_notice
from registry.actions.send_digests import send_digest, send_digests
from registry.notices.models import Notice
from registry.releases.models import OutboxEntry
from tests.browser.mailbox import Mailbox
from tests.make import make_member, make_notice, make_organisation
from tests.registry.actions.test_send_notices import closed_port, smtp

pytestmark = pytest.mark.django_db
DAILY = "advisory"  # unless somebody chose otherwise


def sent() -> dict[str, str]:
    """Bodies by address; nobody got two."""
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox)
    return {message.to[0]: str(message.body) for message in mail.outbox}


def run() -> None:
    """What the schedule and then the workers do."""
    send_digests()
    for person in OutboxEntry.objects.filter(task=send_digest.name).values_list("subject", flat=True):
        send_digest(person)


def states(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("mail", flat=True))


def test_each_person_gets_one_letter_about_everything() -> None:
    one, two = make_member("hampshire"), make_member("hampshire")
    make_member("met", user=one)
    notices = [make_notice(one, DAILY), make_notice(one, "retirement", organisation=make_organisation("met")), make_notice(two, DAILY)]
    make_notice(one, "recall")  # not of the day's
    run()
    letters = sent()
    assert set(letters) == {one.email, two.email}
    assert [f"/notices/{notice.pk}\n" in letters[one.email] for notice in notices] == [True, True, False]
    assert states(one) == ["sent", "sent", "at_once"]
    run()
    assert len(mail.outbox) == 2
    assert not OutboxEntry.objects.filter(task=send_digest.name).exists()


def test_what_has_been_read_needs_no_mail() -> None:
    person = make_member("hampshire")
    first, second = make_notice(person, DAILY), make_notice(person, DAILY)
    read_notice(key=first.pk, by=viewer_of(person))
    run()
    assert f"/notices/{first.pk}\n" not in sent()[person.email]
    assert f"/notices/{second.pk}\n" in sent()[person.email]
    assert states(person) == ["dropped", "sent"]


def test_whoever_has_read_everything_gets_none() -> None:
    person = make_member("hampshire")
    read_notice(key=make_notice(person, DAILY).pk, by=viewer_of(person))
    run()
    assert mail.outbox == []
    assert not OutboxEntry.objects.exists()


def test_for_an_organisation_one_has_left_nothing_is_mailed() -> None:
    person = make_member("hampshire")
    make_member("met", user=person)
    of_hampshire = make_notice(person, DAILY, organisation=make_organisation("hampshire"))
    of_met = make_notice(person, DAILY, organisation=make_organisation("met"))
    Membership.objects.filter(user=person, organisation__slug="hampshire").delete()
    run()
    assert f"/notices/{of_met.pk}\n" in sent()[person.email]
    assert f"/notices/{of_hampshire.pk}\n" not in sent()[person.email]
    assert "Hampshire" not in sent()[person.email]
    assert states(person) == ["dropped", "sent"]


def test_whoever_turns_a_kind_off_is_not_mailed_of_it_tonight() -> None:
    person = make_member("hampshire")
    make_notice(person, DAILY)
    choose_notice_mail(choices={DAILY: "not"}, by=viewer_of(person))
    run()
    assert mail.outbox == []


def test_a_mail_server_that_is_away_for_days_makes_one_letter_in_the_end(settings) -> None:  # type: ignore[no-untyped-def]
    person = make_member("hampshire")
    settings.MAILERS = smtp(closed_port())
    for _ in range(2):
        make_notice(person, DAILY)
        run()
        assert set(states(person)) == {"daily"}
        assert OutboxEntry.objects.filter(task=send_digest.name).count() == 1
    with Mailbox() as mailbox:
        settings.MAILERS = smtp(mailbox.server_address[1])
        run()
        assert [str(message["To"]) for message in mailbox.messages] == [person.email]
    assert states(person) == ["sent", "sent"]
    assert not OutboxEntry.objects.filter(task=send_digest.name).exists()


def test_while_another_worker_is_at_it_the_promise_is_kept() -> None:
    from registry.notices.mailing import claimed

    person = make_member("hampshire")
    make_notice(person, DAILY)
    claimed(Notice.objects.filter(user=person))
    run()
    assert mail.outbox == []
    assert OutboxEntry.objects.filter(task=send_digest.name, subject=person.pk).exists()
