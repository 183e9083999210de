"""What a reviewer signs as: set by an administrator, never by oneself."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.actions.change_role import change_role
from accounts.actions.change_signing import change_signing
from accounts.models import AuditEvent, Membership, Role, User
from accounts.viewer import Viewer, viewer_of
from registry.errors import NotAllowed, Refused
from tests.make import make_member, make_organisation, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Viewer:
    return make_viewer("hampshire", Role.ADMINISTRATOR)


@pytest.fixture
def reviewer() -> User:
    return make_member("hampshire", Role.REVIEWER)


def membership(user: User | None) -> Membership:
    return Membership.objects.get(user=user)


def client_of(viewer: Viewer) -> Client:
    assert viewer.user is not None
    client = Client()
    client.force_login(viewer.user)
    return client


def test_it_is_set_in_the_fixed_order_and_on_record(administrator: Viewer, reviewer: User) -> None:
    changed = change_signing(membership=membership(reviewer), signs=["licence", "technical"], by=administrator)
    assert membership(reviewer).signs == changed.signs == ["technical", "licence"]
    change_signing(membership=membership(reviewer), signs=["technical", "licence"], by=administrator)
    event = AuditEvent.objects.get(action="member.signing_changed")
    assert event.detail == {"before": [], "signs": ["technical", "licence"]}


def test_nobody_changes_their_own() -> None:
    partnership = make_organisation("partnership", kind="partnership")
    steward = make_viewer(partnership, Role.STEWARD)
    with pytest.raises(NotAllowed) as refusal:
        change_signing(membership=membership(steward.user), signs=["technical"], by=steward)
    assert refusal.value.code == "own_signing"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PUBLISHER, Role.REVIEWER])
def test_only_who_manages_members_does(reviewer: User, role: str) -> None:
    for other in (make_viewer("hampshire", role), make_viewer("met", Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            change_signing(membership=membership(reviewer), signs=["technical"], by=other)
    assert membership(reviewer).signs == []


def test_only_reviewers_sign_and_only_what_there_is(administrator: Viewer, reviewer: User) -> None:
    publisher = make_member("hampshire", Role.PUBLISHER)
    with pytest.raises(Refused) as refusal:
        change_signing(membership=membership(publisher), signs=["technical"], by=administrator)
    assert refusal.value.code == "signs_without_review"
    with pytest.raises(Refused) as refusal:
        change_signing(membership=membership(reviewer), signs=["everything"], by=administrator)
    assert refusal.value.code == "sign_off_unknown"


def test_the_page_sets_role_and_sign_offs_at_once(administrator: Viewer) -> None:
    user = make_member("hampshire", Role.VIEWER)
    client = client_of(administrator)
    sent = {"role": "reviewer", "signs": ["licence", "business_owner"]}
    page = client.post(f"/account/members/{membership(user).pk}/role", sent, follow=True).content.decode()
    assert "is now reviewer, and signs as business owner, licence." in page
    assert "Signs as: business owner, licence" in page
    client.post(f"/account/members/{membership(user).pk}/role", {"role": "viewer", "signs": ["licence"]})
    assert (membership(user).role, membership(user).signs) == ("viewer", [])


def test_a_sign_off_that_is_none_changes_nothing(administrator: Viewer, reviewer: User) -> None:
    answer = client_of(administrator).post(f"/account/members/{membership(reviewer).pk}/role", {"role": "viewer", "signs": ["all"]})
    assert answer.status_code == 422
    assert membership(reviewer).role == "reviewer"


def test_signatures_of_a_former_reviewer_are_not_offered_again(administrator: Viewer, reviewer: User) -> None:
    change_signing(membership=membership(reviewer), signs=["technical"], by=administrator)
    change_role(membership=membership(reviewer), role=Role.VIEWER, by=administrator)
    assert viewer_of(reviewer).reviews_at == ()


def test_the_command_says_it_too() -> None:
    make_organisation("hampshire")
    call_command("add_member", "r@hampshire.example", "--organisation", "hampshire", "--role", "reviewer", "--signs", "technical, licence")
    assert Membership.objects.get(user__email="r@hampshire.example").signs == ["technical", "licence"]
    for role, signs in (("reviewer", "all"), ("viewer", "technical")):
        with pytest.raises(CommandError):
            call_command("add_member", "x@hampshire.example", "--organisation", "hampshire", "--role", role, "--signs", signs)
