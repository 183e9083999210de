"""Every notice that is wanted at once is mailed once, through a mail server that comes and goes and workers that die."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from accounts.models import Membership, Organisation, User
from registry.actions.send_notices import send_notices
from registry.actions.sweep_outbox import GRACE, sweep_outbox
from registry.notices.mailing import BATCH, LEASE, claimed, deliver
from registry.notices.models import Notice
from registry.notices.telling import SEND, tell
from registry.releases.models import OutboxEntry
from tests.browser.mailbox import Mailbox
from tests.make import make_member, make_module, make_organisation
from tests.race import race
from tests.registry.actions.test_sweep_outbox import messages

SOON = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _empty_broker() -> Iterator[None]:
    messages()
    yield
    messages()


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:  # type: ignore[no-untyped-def]
    """A mail server that is there."""
    with Mailbox() as box:
        settings.MAILERS = smtp(box.server_address[1])
        yield box


def smtp(port: int) -> dict[str, object]:
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": port}}}


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def told(count: int = 1, kind: str = "review_waiting", **more: object) -> tuple[int, list[User]]:
    """A telling of ``count`` members."""
    hampshire = make_organisation("hampshire")
    people = [make_member(hampshire) for _ in range(count)]
    with transaction.atomic():
        said = {"title": "A title", "text": "", "address": "/modules", **more}
        assert tell(people, kind, organisation=hampshire, **said) == count  # type: ignore[arg-type]
    return Notice.objects.latest("pk").telling, people


def recipients(mailbox: Mailbox) -> list[str]:
    return sorted(str(message["To"]) for message in mailbox.messages)


def now() -> datetime:
    return datetime.now(tz=UTC)


@pytest.mark.django_db
def test_each_gets_a_mail_of_their_own_and_twice_is_as_once(mailbox: Mailbox) -> None:
    telling, people = told(3)
    assert send_notices(telling) == 3
    assert send_notices(telling) == 0
    assert recipients(mailbox) == sorted(person.email for person in people)
    assert set(Notice.objects.values_list("mail", flat=True)) == {"sent"}
    assert not Notice.objects.filter(mailed_at=None).exists()
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db
def test_more_than_one_batch_is_mailed_to_its_end(mailbox: Mailbox) -> None:
    telling, people = told(BATCH + 3)
    assert send_notices(telling) == len(people) == len(set(recipients(mailbox)))
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db
def test_another_telling_is_left_alone(mailbox: Mailbox) -> None:
    first, (one,) = told()
    second, _ = told()
    send_notices(first)
    assert recipients(mailbox) == [one.email]
    assert OutboxEntry.objects.get().subject == second


@pytest.mark.django_db
def test_a_mail_server_that_is_away_loses_nothing(settings) -> None:  # type: ignore[no-untyped-def]
    settings.MAILERS = smtp(closed_port())
    telling, people = told(3)
    assert send_notices(telling) == 0
    assert list(Notice.objects.values_list("mail", "mailed_at").distinct()) == [("at_once", None)]
    with time_machine.travel(now() + GRACE + SOON, tick=False):
        assert sweep_outbox() == 1
    assert messages() == [(SEND, telling)]
    with Mailbox() as mailbox:
        settings.MAILERS = smtp(mailbox.server_address[1])
        assert send_notices(telling) == 3
        assert recipients(mailbox) == sorted(person.email for person in people)
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db
def test_an_address_that_is_refused_for_good_is_given_up_and_the_others_are_mailed(mailbox: Mailbox) -> None:
    telling, (gone, here) = told(2)
    mailbox.refusals[gone.email] = "550 nobody of that name"
    assert send_notices(telling) == 2
    assert recipients(mailbox) == [here.email]
    assert Notice.objects.get(user=gone).mail == "dropped"
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db
def test_a_full_mailbox_lets_nobody_else_wait_and_is_tried_again(mailbox: Mailbox) -> None:
    telling, (full, here) = told(2)
    mailbox.refusals[full.email] = "452 mailbox full"
    assert send_notices(telling) == 1
    assert recipients(mailbox) == [here.email]
    assert OutboxEntry.objects.filter(task=SEND, subject=telling).exists()
    mailbox.refusals.clear()
    assert send_notices(telling) == 0  # not yet
    with time_machine.travel(now() + LEASE + SOON, tick=False):
        assert send_notices(telling) == 1
    assert recipients(mailbox) == sorted([full.email, here.email])
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db
def test_a_worker_killed_between_a_mail_and_its_note_sends_one_duplicate_at_most(mailbox: Mailbox) -> None:
    telling, people = told(3)
    taken = claimed(Notice.objects.filter(telling=telling, mail="at_once"))
    with transaction.atomic():
        deliver(people[0], taken[:1])
        transaction.set_rollback(True)  # the mail has left, the note of it is lost
    assert len(mailbox.messages) == 1
    assert send_notices(telling) == 0  # it may still live
    assert OutboxEntry.objects.exists()
    with time_machine.travel(now() + LEASE + SOON, tick=False):
        assert send_notices(telling) == 3
        assert send_notices(telling) == 0
    assert recipients(mailbox) == sorted([people[0].email, *(person.email for person in people)])
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_mail_everybody_once(mailbox: Mailbox) -> None:
    telling, people = told(20)
    counts = race(4, lambda _: send_notices(telling))
    assert sum(counts) == 20, counts  # type: ignore[arg-type]
    assert recipients(mailbox) == sorted(person.email for person in people)
    send_notices(telling)  # whoever came last may have seen others at work
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_to_the_broker_once_it_is_committed(mailbox: Mailbox) -> None:
    telling, _ = told(2)
    assert messages() == [(SEND, telling)]


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["left", "deactivated", "closed", "hidden"])
def test_whoever_may_not_be_shown_it_any_more_is_not_mailed(mailbox: Mailbox, end: str) -> None:
    module = make_module("met/one")
    telling, (gone, here) = told(2, kind="recall", module=module)
    if end == "left":
        Membership.objects.filter(user=gone).delete()
    elif end == "deactivated":
        User.objects.filter(pk=gone.pk).update(is_active=False)
    elif end == "closed":
        Organisation.objects.filter(slug="hampshire").update(is_active=False)
    else:
        module.visibility = "own"
        module.save()
    send_notices(telling)
    assert recipients(mailbox) == ([here.email] if end in ("left", "deactivated") else [])
    assert Notice.objects.get(user=gone).mail == "dropped"
    assert not OutboxEntry.objects.exists()
