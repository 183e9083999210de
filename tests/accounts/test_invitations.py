"""From an invitation's mail to a membership, and every way it must not lead there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.change_role import change_role
from accounts.actions.end_membership import end_membership
from accounts.actions.invite_member import invite_member
from accounts.actions.withdraw_invitation import withdraw_invitation
from accounts.models import AuditEvent, Invitation, Membership, Organisation, Role, User
from accounts.viewer import Viewer, viewer_of
from registry.errors import Conflict, Missing, NotAllowed, Refused
from tests.make import make_member, make_organisation, make_user, make_viewer

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
NEW = "new.person@example.org"
JOIN = {"name": "New Person", "password": "three unlikely words"}


@pytest.fixture
def link(django_capture_on_commit_callbacks):  # type: ignore[no-untyped-def]
    """Invites somebody and gives the path in the mail they get."""

    def invite(email: str = NEW, role: str = Role.PUBLISHER, by: Viewer | None = None) -> str:
        by = by or make_viewer("hampshire", Role.ADMINISTRATOR)
        assert by.organisation is not None
        with django_capture_on_commit_callbacks(execute=True):
            invite_member(organisation=by.organisation, email=email, role=role, by=by)
        return re.search(r"http://localhost:8000(/\S+)", mail.outbox[-1].body)[1]  # type: ignore[index]

    return invite


def follow(client: Client, path: str) -> str:
    answer = client.get(path)
    assert (answer.status_code, answer.url) == (302, reverse("accept_invitation"))
    return client.get(answer.url).content.decode()


def test_a_new_person_joins_with_an_account_of_their_own(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    page = follow(client, link())
    assert NEW in page
    answer = client.post(reverse("accept_invitation"), JOIN)
    assert answer.url == reverse("account")
    user = User.objects.get(email=NEW)
    assert user.name == "New Person"
    assert Membership.objects.get(user=user).role == Role.PUBLISHER
    assert EmailAddress.objects.get(user=user).verified
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get(reverse("account")).status_code == 200
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["member.invited", "account.created", "member.joined"]


def test_the_mail_goes_to_the_invited_alone(link) -> None:  # type: ignore[no-untyped-def]
    link()
    assert [message.to for message in mail.outbox] == [[NEW]]
    assert "Hampshire" in mail.outbox[0].subject


def test_it_works_once(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    path = link()
    follow(client, path)
    client.post(reverse("accept_invitation"), JOIN)
    assert "This invitation has ended" in follow(Client(), path)


def test_it_ends_after_fourteen_days(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    with time_machine.travel(START, tick=False) as clock:
        path = link()
        clock.move_to(START + timedelta(days=14) - timedelta(seconds=1))
        assert "Join" in follow(client, path)
        clock.shift(1)
        assert "This invitation has ended" in follow(Client(), path)
        assert client.post(reverse("accept_invitation"), JOIN).status_code == 404
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.parametrize("secret", ["wrong", "0" * 43, "0" * 64])
def test_a_wrong_secret_and_an_ended_one_answer_alike(client: Client, link, secret: str) -> None:  # type: ignore[no-untyped-def]
    path = link()
    Invitation.objects.update(expires_at=START)
    ended = re.sub("nonce-[^']*", "", follow(Client(), path))
    assert follow(client, reverse("open_invitation", args=[secret])) == ended


def test_the_hash_is_not_the_secret(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    link()
    page = follow(client, reverse("open_invitation", args=[Invitation.objects.get().secret_hash]))
    assert "This invitation has ended" in page


def test_without_the_link_there_is_nothing_to_accept(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    link()
    assert client.post(reverse("accept_invitation"), JOIN).status_code == 404
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.parametrize("password", ["", "short", "eleven char", "new.person@example.org", "1qaz2wsx3edc"])
def test_a_weak_password_is_refused_and_nothing_made(client: Client, link, password: str) -> None:  # type: ignore[no-untyped-def]
    follow(client, link())
    answer = client.post(reverse("accept_invitation"), {**JOIN, "password": password})
    assert answer.status_code == 422
    assert "password" in answer.context["form"].errors
    assert not User.objects.filter(email=NEW).exists()


def test_who_has_an_account_signs_in_to_accept(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    user = make_user(NEW)
    assert "Sign in to accept" in follow(client, link())
    assert client.post(reverse("accept_invitation"), JOIN).status_code == 422
    assert not Membership.objects.filter(user=user).exists()
    client.force_login(user)
    follow(client, link(by=viewer_of(Membership.objects.get(role=Role.ADMINISTRATOR).user)))
    client.post(reverse("accept_invitation"))
    assert Membership.objects.get(user=user).role == Role.PUBLISHER


def test_an_account_with_another_address_cannot_accept(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    other = make_user("other@example.org")
    client.force_login(other)
    assert "sent to another address" in follow(client, link())
    invitation = Invitation.objects.get()
    with pytest.raises(NotAllowed, match="another e-mail address"):
        accept_invitation(invitation=invitation, user=other)
    assert not Membership.objects.filter(user=other).exists()
    assert Invitation.objects.get().accepted_at is None


def test_an_invitation_waits_on_the_account_page_of_its_address_only(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    link(email=NEW.upper())
    invitation, user, other = Invitation.objects.get(), make_user(NEW), make_user("other@example.org")
    stranger = Client()
    stranger.force_login(other)
    assert "invites you" not in stranger.get(reverse("account")).content.decode()
    assert stranger.post(reverse("join_organisation", args=[invitation.pk])).status_code == 404
    client.force_login(user)
    assert "invites you to join Hampshire" in client.get(reverse("account")).content.decode()
    client.post(reverse("join_organisation", args=[invitation.pk]))
    assert Membership.objects.get(user=user).organisation.slug == "hampshire"
    assert not Membership.objects.filter(user=other).exists()


def test_asking_again_replaces_the_link(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    by = make_viewer("hampshire", Role.ADMINISTRATOR)
    first, second = link(by=by), link(email=NEW.upper(), role=Role.VIEWER, by=by)
    assert "This invitation has ended" in follow(Client(), first)
    follow(client, second)
    client.post(reverse("accept_invitation"), JOIN)
    assert Membership.objects.get(user__email=NEW).role == Role.VIEWER


def test_withdrawn_its_link_ends(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    by = make_viewer("hampshire", Role.ADMINISTRATOR)
    path = link(by=by)
    with pytest.raises(NotAllowed):
        withdraw_invitation(invitation=Invitation.objects.get(), by=make_viewer("hampshire", Role.PUBLISHER))
    withdraw_invitation(invitation=Invitation.objects.get(), by=by)
    assert "This invitation has ended" in follow(client, path)


@pytest.mark.parametrize("how", ["left", "demoted", "closed", "organisation closed"])
def test_it_ends_with_the_right_of_who_sent_it(client: Client, link, how: str) -> None:  # type: ignore[no-untyped-def]
    by = make_viewer("hampshire", Role.ADMINISTRATOR)
    path = link(by=by)
    sender = Membership.objects.get(user=by.user)
    other = viewer_of(make_member("hampshire", Role.ADMINISTRATOR))
    if how == "left":
        end_membership(membership=sender, by=other)
    elif how == "demoted":
        change_role(membership=sender, role=Role.PUBLISHER, by=other)
    elif how == "closed":
        User.objects.filter(pk=sender.user_id).update(is_active=False)
    else:
        Organisation.objects.update(is_active=False)
    assert "This invitation has ended" in follow(client, path)
    assert client.post(reverse("accept_invitation"), JOIN).status_code == 404


def test_two_at_once_make_one_membership(link) -> None:  # type: ignore[no-untyped-def]
    link()
    user, invitation = make_user(NEW), Invitation.objects.get()
    accept_invitation(invitation=invitation, user=user)
    with pytest.raises(Missing):
        accept_invitation(invitation=invitation, user=user)
    assert Membership.objects.filter(user=user).count() == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PUBLISHER, Role.REVIEWER])
def test_only_administrators_invite(role: str) -> None:
    with pytest.raises(NotAllowed):
        invite_member(organisation=make_organisation("hampshire"), email=NEW, role=Role.VIEWER, by=make_viewer("hampshire", role))


def test_nobody_invites_to_another_organisation() -> None:
    make_member("wiltshire", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        invite_member(
            organisation=make_organisation("wiltshire"), email=NEW, role=Role.ADMINISTRATOR, by=make_viewer("hampshire", Role.ADMINISTRATOR)
        )


@pytest.mark.parametrize("role", [Role.STEWARD, Role.AUDITOR, "owner", ""])
def test_stewards_and_auditors_are_of_the_partnership_alone(role: str) -> None:
    with pytest.raises(Refused) as refusal:
        invite_member(organisation=make_organisation("hampshire"), email=NEW, role=role, by=make_viewer("hampshire", Role.ADMINISTRATOR))
    assert refusal.value.code == "role_not_here"


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.REVIEWER])
def test_nobody_publishes_for_the_partnership(role: str) -> None:
    partnership = make_organisation("partnership", kind="partnership")
    with pytest.raises(Refused):
        invite_member(organisation=partnership, email=NEW, role=role, by=make_viewer(partnership, Role.STEWARD))
    assert (
        invite_member(organisation=partnership, email=NEW, role=Role.AUDITOR, by=make_viewer(partnership, Role.STEWARD)).role
        == Role.AUDITOR
    )


def test_a_steward_brings_in_the_first_administrator_and_nobody_else(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    steward = make_viewer(make_organisation("partnership", kind="partnership"), Role.STEWARD)
    hampshire = make_organisation("hampshire")
    with pytest.raises(NotAllowed):
        invite_member(organisation=hampshire, email=NEW, role=Role.PUBLISHER, by=steward)
    first = invite_member(organisation=hampshire, email=NEW, role=Role.ADMINISTRATOR, by=steward)
    second = invite_member(organisation=hampshire, email="other@example.org", role=Role.ADMINISTRATOR, by=steward)
    accept_invitation(invitation=first, user=make_user(NEW))
    with pytest.raises(Missing):
        accept_invitation(invitation=second, user=make_user("other@example.org"))
    with pytest.raises(NotAllowed):
        invite_member(organisation=hampshire, email="third@example.org", role=Role.ADMINISTRATOR, by=steward)


def test_neither_administrator_nor_auditor_of_the_partnership_does_that() -> None:
    partnership, hampshire = make_organisation("partnership", kind="partnership"), make_organisation("hampshire")
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.VIEWER):
        with pytest.raises(NotAllowed):
            invite_member(organisation=hampshire, email=NEW, role=Role.ADMINISTRATOR, by=make_viewer(partnership, role))


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a b@example.org", "a@example.org\nBcc: x@example.org"])
def test_an_address_that_is_none(email: str) -> None:
    with pytest.raises(Refused) as refusal:
        invite_member(
            organisation=make_organisation("hampshire"), email=email, role=Role.VIEWER, by=make_viewer("hampshire", Role.ADMINISTRATOR)
        )
    assert refusal.value.where == "email"


def test_a_member_is_not_invited_again() -> None:
    user = make_member("hampshire", Role.VIEWER)
    with pytest.raises(Conflict):
        invite_member(
            organisation=make_organisation("hampshire"),
            email=user.email.upper(),
            role=Role.PUBLISHER,
            by=make_viewer("hampshire", Role.ADMINISTRATOR),
        )


def test_the_secret_is_kept_nowhere_but_in_the_mail(client: Client, link, caplog) -> None:  # type: ignore[no-untyped-def]
    with caplog.at_level("DEBUG"):
        secret = link().rpartition("/")[2]
        follow(client, reverse("open_invitation", args=[secret]))
        follow(Client(), reverse("open_invitation", args=["x" * 43]))
    assert len(secret) == 43
    invitation = Invitation.objects.filter(secret_hash__isnull=False).values().get()
    for kept in (caplog.text, str(invitation), str(list(AuditEvent.objects.values())), str(dict(client.session))):
        assert secret not in kept


def test_no_audit_line_holds_an_address(client: Client, link) -> None:  # type: ignore[no-untyped-def]
    follow(client, link())
    client.post(reverse("accept_invitation"), JOIN)
    assert "@" not in str(list(AuditEvent.objects.values("subject", "detail")))


def test_a_mail_server_that_is_down_does_not_undo_the_invitation(monkeypatch, link, caplog) -> None:  # type: ignore[no-untyped-def]
    def refuse(*message: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.mail.send_mail", refuse)
    with pytest.raises(IndexError):  # no mail to read
        link()
    assert Invitation.objects.filter(email=NEW).exists()
    assert "mail invitation could not be sent: ConnectionRefusedError" in caplog.text
    assert "/account/invitations/" not in caplog.text
