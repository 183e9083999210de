"""Roles, the end of memberships, the organisation acted for, and the pages of all that."""

from __future__ import annotations

import threading

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.actions.change_name import change_name
from accounts.actions.change_role import change_role
from accounts.actions.end_membership import end_membership
from accounts.models import ApiToken, AuditEvent, Invitation, Membership, Role, User
from accounts.tokens import find_token
from accounts.viewer import Viewer, viewer_of
from registry.errors import Conflict, NotAllowed, Refused
from tests.make import make_member, make_organisation, make_token, make_user, make_viewer

pytestmark = pytest.mark.django_db


def membership(user: User | None) -> Membership:
    return Membership.objects.get(user=user)


@pytest.fixture
def administrator() -> Viewer:
    return make_viewer("hampshire", Role.ADMINISTRATOR)


@pytest.fixture
def publisher() -> User:
    return make_member("hampshire", Role.PUBLISHER)


def test_a_role_is_changed_and_told(administrator: Viewer, publisher: User, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    with django_capture_on_commit_callbacks(execute=True):
        change_role(membership=membership(publisher), role=Role.REVIEWER, by=administrator)
    assert membership(publisher).role == Role.REVIEWER
    event = AuditEvent.objects.get(action="member.role_changed")
    assert event.detail == {"before": "publisher", "role": "reviewer"}
    assert event.user == administrator.user
    assert [message.to for message in mail.outbox] == [[publisher.email]]
    change_role(membership=membership(publisher), role=Role.REVIEWER, by=administrator)
    assert AuditEvent.objects.filter(action="member.role_changed").count() == 1


def test_nobody_changes_their_own_role(administrator: Viewer) -> None:
    make_member("hampshire", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed) as refusal:
        change_role(membership=membership(administrator.user), role=Role.VIEWER, by=administrator)
    assert refusal.value.code == "own_role"
    steward = make_viewer(make_organisation("partnership", kind="partnership"), Role.STEWARD)
    with pytest.raises(NotAllowed):
        change_role(membership=membership(steward.user), role=Role.ADMINISTRATOR, by=steward)


@pytest.mark.parametrize("role", [Role.STEWARD, Role.AUDITOR, "owner"])
def test_a_role_of_the_partnership_is_not_given_elsewhere(administrator: Viewer, publisher: User, role: str) -> None:
    with pytest.raises(Refused):
        change_role(membership=membership(publisher), role=role, by=administrator)
    assert membership(publisher).role == Role.PUBLISHER


@pytest.mark.parametrize("by", ["publisher", "stranger", "former"])
def test_only_its_administrators_change_members(administrator: Viewer, publisher: User, by: str) -> None:
    if by == "publisher":
        who = make_viewer("hampshire", Role.PUBLISHER)
    elif by == "stranger":
        who = make_viewer("wiltshire", Role.ADMINISTRATOR)
    else:
        who = make_viewer("hampshire", Role.ADMINISTRATOR)
        end_membership(membership=membership(who.user), by=administrator)
    with pytest.raises(NotAllowed):
        change_role(membership=membership(publisher), role=Role.VIEWER, by=who)
    with pytest.raises(NotAllowed):
        end_membership(membership=membership(publisher), by=who)
    assert membership(publisher).role == Role.PUBLISHER


def test_the_last_administrator_stays(administrator: Viewer) -> None:
    with pytest.raises(Conflict) as refusal:
        end_membership(membership=membership(administrator.user), by=administrator)
    assert refusal.value.code == "last_administrator"
    closed = make_member("hampshire", Role.ADMINISTRATOR)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    with pytest.raises(Conflict):
        end_membership(membership=membership(administrator.user), by=administrator)
    second = viewer_of(make_member("hampshire", Role.ADMINISTRATOR))
    end_membership(membership=membership(administrator.user), by=administrator)
    with pytest.raises(Conflict):
        end_membership(membership=membership(second.user), by=second)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_at_once_leave_one() -> None:
    both = [make_viewer("hampshire", Role.ADMINISTRATOR) for _ in range(2)]
    ready, refused = threading.Barrier(2), []

    def remove(by: Viewer, other: Membership) -> None:
        ready.wait(timeout=10)
        try:
            end_membership(membership=other, by=by)
        except (Conflict, NotAllowed) as refusal:  # the one who comes second has lost the right to
            refused.append(refusal.code)
        finally:
            connection.close()

    others = [membership(each.user) for each in reversed(both)]
    threads = [threading.Thread(target=remove, args=pair) for pair in zip(both, others, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert refused == ["may_not_manage_members"]
    assert Membership.objects.count() == 1


def test_the_last_of_the_partnership_is_not_made_a_steward() -> None:
    partnership = make_organisation("partnership", kind="partnership")
    last, steward = make_member(partnership, Role.ADMINISTRATOR), make_viewer(partnership, Role.STEWARD)
    with pytest.raises(Conflict):
        change_role(membership=membership(last), role=Role.STEWARD, by=steward)
    make_member(partnership, Role.ADMINISTRATOR)
    assert change_role(membership=membership(last), role=Role.STEWARD, by=steward).role == Role.STEWARD


def test_the_end_takes_effect_with_the_next_request(administrator: Viewer, publisher: User, client: Client) -> None:
    client.force_login(publisher)
    assert client.get(reverse("tokens")).status_code == 200
    end_membership(membership=membership(publisher), by=administrator)
    assert client.get(reverse("tokens")).url == reverse("account")
    assert not viewer_of(publisher).is_member
    assert AuditEvent.objects.get(action="member.removed").subject == f"user {publisher.pk}"


def test_people_leave_by_themselves(administrator: Viewer, publisher: User, client: Client) -> None:
    client.force_login(publisher)
    page = client.get(reverse("end_membership", args=[membership(publisher).pk]))
    assert "You lose what you can see" in page.content.decode()
    assert client.post(reverse("end_membership", args=[membership(publisher).pk])).url == reverse("account")
    assert not Membership.objects.filter(user=publisher).exists()


def test_members_manage_through_the_pages(client: Client, administrator: Viewer, publisher: User) -> None:
    client.force_login(administrator.user)  # type: ignore[arg-type]
    page = client.get(reverse("members")).content.decode()
    assert publisher.email in page
    client.post(reverse("change_role", args=[membership(publisher).pk]), {"role": "viewer"})
    assert membership(publisher).role == Role.VIEWER
    client.post(reverse("invite_member"), {"organisation": "hampshire", "email": "new@example.org", "role": "viewer"})
    invitation = Invitation.objects.get()
    assert "new@example.org" in client.get(reverse("members")).content.decode()
    client.post(reverse("withdraw_invitation", args=[invitation.pk]))
    assert not Invitation.objects.exists()
    client.post(reverse("end_membership", args=[membership(publisher).pk]))
    assert not Membership.objects.filter(user=publisher).exists()


def test_a_form_filled_in_wrongly_says_so(client: Client, administrator: Viewer, publisher: User) -> None:
    client.force_login(administrator.user)  # type: ignore[arg-type]
    answer = client.post(reverse("invite_member"), {"organisation": "hampshire", "email": publisher.email, "role": "viewer"})
    assert answer.status_code == 422
    assert "already belongs to Hampshire" in answer.content.decode()
    answer = client.post(reverse("end_membership", args=[membership(administrator.user).pk]))
    assert answer.status_code == 422
    assert "is the last administrator of Hampshire" in answer.content.decode()


def test_another_organisations_members_and_tokens_answer_as_absent(client: Client, administrator: Viewer) -> None:
    stranger = make_member("wiltshire", Role.PUBLISHER)
    make_token("wiltshire")
    client.force_login(administrator.user)  # type: ignore[arg-type]
    for name, pk in (
        ("change_role", membership(stranger).pk),
        ("end_membership", membership(stranger).pk),
        ("revoke_token", ApiToken.objects.get().pk),
    ):
        assert client.get(reverse(name, args=[pk])).status_code == 404
        assert client.post(reverse(name, args=[pk]), {"role": "viewer"}).status_code == 404
        assert client.get(reverse(name, args=[pk + 1000])).status_code == 404
    assert membership(stranger).role == Role.PUBLISHER


def test_who_only_reads_sees_members_and_no_way_to_change_them(client: Client, publisher: User) -> None:
    client.force_login(make_member("hampshire", Role.VIEWER))
    page = client.get(reverse("members")).content.decode()
    assert publisher.email in page
    assert "Remove" not in page
    assert "Invite" not in page


@pytest.mark.parametrize("name", ["account", "choose_organisation", "change_name", "tokens", "new_token", "members", "invite_member"])
def test_strangers_are_led_to_sign_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).url == f"{reverse('account_login')}?next={reverse(name)}"
    assert client.post(reverse(name)).status_code in {302, 405}


@pytest.mark.parametrize("name", ["tokens", "new_token", "members", "invite_member"])
def test_who_belongs_nowhere_is_told_so(client: Client, name: str) -> None:
    client.force_login(make_user())
    assert client.get(reverse(name)).url == reverse("account")
    assert "You belong to no organisation" in client.get(reverse("account")).content.decode()


def test_choosing_the_organisation_acted_for(client: Client) -> None:
    user = make_member("hampshire", Role.ADMINISTRATOR)
    make_member("wiltshire", Role.VIEWER, user=user)
    client.force_login(user)
    assert "Members of Hampshire" in client.get(reverse("members")).content.decode()
    assert client.post(reverse("choose_organisation"), {"organisation": "wiltshire", "next": "/account/members"}).url == "/account/members"
    assert "Members of Wiltshire" in client.get(reverse("members")).content.decode()
    assert "Remove" not in client.get(reverse("members")).content.decode()
    assert client.post(reverse("choose_organisation"), {"organisation": "met"}).status_code == 422
    Membership.objects.filter(organisation__slug="wiltshire").delete()
    assert "Members of Hampshire" in client.get(reverse("members")).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http:///evil.example"])
def test_choosing_leads_to_no_other_site(client: Client, elsewhere: str) -> None:
    client.force_login(make_member("hampshire"))
    assert client.post(reverse("choose_organisation"), {"organisation": "hampshire", "next": elsewhere}).url == reverse("account")


def test_a_token_is_shown_once(client: Client, publisher: User) -> None:
    client.force_login(publisher)
    answer = client.post(
        reverse("new_token"), {"name": "Build server", "scopes": ["read", "publish"], "modules": "victim-update, case-file", "days": 30}
    )
    assert answer.status_code == 201
    assert "no-store" in answer.headers["Cache-Control"]
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    token = find_token(secret)
    assert token is not None
    assert token.modules == ["case-file", "victim-update"]
    page = client.get(reverse("tokens")).content.decode()
    assert secret not in page
    assert token.hint in page
    assert secret not in str(dict(client.session))
    client.post(reverse("revoke_token", args=[token.pk]))
    assert find_token(secret) is None
    assert "Revoked" in client.get(reverse("tokens")).content.decode()


def test_a_token_asked_for_wrongly_is_not_made(client: Client, publisher: User) -> None:
    client.force_login(publisher)
    wrong = ({"days": 91}, {"scopes": ["admin"]}, {"scopes": []}, {"name": ""}, {"modules": "Not a slug"}, {"days": "many"})
    for part in wrong:
        answer = client.post(reverse("new_token"), {"name": "x", "scopes": ["publish"], "days": 30, **part})
        assert answer.status_code == 422, part
    assert not ApiToken.objects.exists()


def test_a_name_is_changed(client: Client, publisher: User) -> None:
    client.force_login(publisher)
    client.post(reverse("change_name"), {"name": "  Rowan Ashby "})
    publisher.refresh_from_db()
    assert publisher.name == "Rowan Ashby"
    assert client.post(reverse("change_name"), {"name": " "}).status_code == 422
    with pytest.raises(NotAllowed):
        change_name(name="Robot", by=Viewer())


def test_the_first_steward_comes_in_by_the_command_line(capsys) -> None:  # type: ignore[no-untyped-def]
    make_organisation("partnership", kind="partnership")
    call_command("add_member", "first@example.org", organisation="partnership", role="steward")
    assert membership(User.objects.get(email="first@example.org")).role == Role.STEWARD
    assert not User.objects.get().has_usable_password()
    make_organisation("hampshire")
    with pytest.raises(CommandError, match="Nobody can be steward"):
        call_command("add_member", "x@example.org", organisation="hampshire", role="steward")
    with pytest.raises(CommandError, match="no organisation"):
        call_command("add_member", "x@example.org", organisation="atlantis", role="viewer")
    assert User.objects.count() == 1
