"""Who is told: each concerned person once, members who are there now, and only of what was done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation, Role, User
from accounts.roles import Permission
from registry.notices.kinds import KINDS, URGENT, ByMail
from registry.notices.models import Notice, NoticePreference
from registry.notices.telling import SEND, people_of, tell
from registry.releases.models import OutboxEntry
from tests.make import make_member, make_organisation, make_user

pytestmark = pytest.mark.django_db
SAID = {"title": "Victim updates waits", "text": "Look at it.", "address": "/reviews/1"}


@pytest.fixture
def hampshire() -> Organisation:
    return make_organisation("hampshire")


def test_each_is_told_once_and_never_who_did_it(hampshire: Organisation) -> None:
    one, two, author = (make_member(hampshire) for _ in range(3))
    assert tell([one, two, one, author], "review_waiting", organisation=hampshire, but=author, **SAID) == 2
    notice = Notice.objects.get(user=one)
    assert (notice.kind, notice.title, notice.text, notice.address) == ("review_waiting", *SAID.values())
    assert set(Notice.objects.values_list("user", flat=True)) == {one.pk, two.pk}


@pytest.mark.parametrize("end", ["left", "deactivated", "closed", "elsewhere"])
def test_who_is_no_active_member_is_not_told(hampshire: Organisation, end: str) -> None:
    gone, here = make_member(hampshire), make_member(hampshire)
    if end == "left":
        Membership.objects.filter(user=gone).delete()
    elif end == "deactivated":
        User.objects.filter(pk=gone.pk).update(is_active=False)
    elif end == "closed":
        Organisation.objects.filter(pk=hampshire.pk).update(is_active=False)
    else:
        gone = make_member("met")
    told = tell([gone, here], "recall", organisation=hampshire, **SAID)
    assert told == (0 if end == "closed" else 1)
    assert not Notice.objects.filter(user=gone).exists()


def test_nobody_to_tell_is_no_error_and_promises_nothing(hampshire: Organisation) -> None:
    assert tell([], "recall", organisation=hampshire, **SAID) == 0
    assert tell([make_user()], "recall", organisation=hampshire, **SAID) == 0
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused(hampshire: Organisation) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        tell([make_member(hampshire)], "recall", organisation=hampshire, **SAID)


@pytest.mark.django_db(transaction=True)
def test_what_was_undone_was_told_to_nobody(hampshire: Organisation) -> None:
    person = make_member(hampshire)
    with transaction.atomic():
        tell([person], "recall", organisation=hampshire, **SAID)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not OutboxEntry.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"kind": "gossip"}, {"title": ""}, {"address": "https://elsewhere.example/"}, {"address": "//elsewhere.example/"}], ids=str
)
def test_a_notice_that_is_none_is_refused(hampshire: Organisation, wrong: dict[str, str]) -> None:
    said = {"kind": "recall", **SAID, **wrong}
    with pytest.raises(ValueError, match="no notice"):
        tell([make_member(hampshire)], said.pop("kind"), organisation=hampshire, **said)


def test_a_long_title_is_cut_where_one_sees_it(hampshire: Organisation) -> None:
    tell([make_member(hampshire)], "recall", organisation=hampshire, **SAID | {"title": "x" * 500})
    assert Notice.objects.get().title == "x" * 199 + "…"


def test_it_costs_the_same_however_many_are_told(hampshire: Organisation) -> None:
    people = [make_member(hampshire) for _ in range(12)]

    def cost(some: list[User]) -> int:
        with CaptureQueriesContext(connection) as captured:
            tell(some, "advisory", organisation=hampshire, **SAID)
            tell(some, "review_waiting", organisation=hampshire, **SAID)
        return len(captured)

    assert cost(people[:1]) == cost(people) <= 8


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wanted", [None, *ByMail])
def test_the_mail_waits_as_its_person_wants_it_and_urgent_mail_never_waits(
    hampshire: Organisation, kind: str, wanted: ByMail | None
) -> None:
    person, other = make_member(hampshire), make_member(hampshire)
    if wanted:
        NoticePreference.objects.create(user=person, kind=kind, by_mail=wanted)
    NoticePreference.objects.create(user=other, kind=kind, by_mail=ByMail.NOT)
    tell([person], kind, organisation=hampshire, **SAID)
    expected = "at_once" if kind in URGENT else {"not": "none"}.get(wanted or KINDS[kind].by_mail, wanted or KINDS[kind].by_mail)
    assert Notice.objects.get().mail == expected
    assert OutboxEntry.objects.filter(task=SEND).count() == (expected == "at_once")


def test_recall_and_quarantine_are_urgent() -> None:
    assert {"recall", "recall_escalated", "quarantine"} == URGENT


@pytest.mark.parametrize(
    ("wanted", "roles"),
    [
        ((), {Role.VIEWER, Role.PUBLISHER, Role.REVIEWER, Role.ADMINISTRATOR}),
        ((Permission.REVIEW,), {Role.REVIEWER}),
        ((Permission.PUBLISH,), {Role.PUBLISHER, Role.ADMINISTRATOR}),
        ((Permission.REVIEW, Role.ADMINISTRATOR), {Role.REVIEWER, Role.ADMINISTRATOR}),
        ((Role.STEWARD,), set()),
    ],
)
def test_people_are_found_by_permission_and_role(hampshire: Organisation, wanted: tuple[str, ...], roles: set[Role]) -> None:
    people = {role: make_member(hampshire, role) for role in (Role.VIEWER, Role.PUBLISHER, Role.REVIEWER, Role.ADMINISTRATOR)}
    make_member("met", Role.REVIEWER)
    User.objects.filter(pk=make_member(hampshire, Role.REVIEWER).pk).update(is_active=False)
    assert set(people_of(hampshire, *wanted)) == {people[role] for role in roles}


def test_those_of_a_closed_organisation_are_nobody(hampshire: Organisation) -> None:
    make_member(hampshire)
    Organisation.objects.filter(pk=hampshire.pk).update(is_active=False)
    assert not people_of(hampshire).exists()


@pytest.mark.django_db(transaction=True)
def test_two_tellings_at_once_do_not_wait_for_each_other(hampshire: Organisation) -> None:
    from tests.race import race

    people = [make_member(hampshire) for _ in range(6)]

    def told(order: Callable[[list[User]], list[User]]) -> int:
        with transaction.atomic():
            return tell(order(people), "recall", organisation=hampshire, **SAID)

    assert race(4, lambda number: told(list if number % 2 else lambda some: some[::-1])) == [6] * 4
