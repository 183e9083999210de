"""Holders of powerful roles go nowhere without a second factor."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, User
from accounts.second_factor import needs_one
from tests.make import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings) -> None:  # type: ignore[no-untyped-def]
    settings.REQUIRE_SECOND_FACTOR = True


def member(role: str) -> User:
    partnership = role in {Role.STEWARD, Role.AUDITOR}
    return make_member(make_organisation(kind="partnership" if partnership else "police"), role)


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.REVIEWER, Role.ADMINISTRATOR, Role.STEWARD])
@pytest.mark.parametrize("page", ["/", "/account/", "/account/tokens", "/account/tokens/new", "/account/members", "/account/organisation"])
def test_without_one_every_page_leads_to_setting_it_up(client: Client, role: str, page: str) -> None:
    client.force_login(member(role))
    response = client.get(page)
    assert (response.status_code, response.headers["Location"]) == (302, reverse("mfa_index"))


def test_nor_is_anything_done_by_a_form(client: Client) -> None:
    user = member(Role.ADMINISTRATOR)
    client.force_login(user)
    client.post("/account/tokens/new", {"name": "x", "scopes": ["read"], "days": 30})
    client.post("/account/members/invite", {"email": "friend@example.org", "role": "administrator"})
    organisation = Membership.objects.get(user=user).organisation
    assert not organisation.tokens.exists()
    assert not organisation.invitations.exists()


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_logout", "account_change_password"])
def test_what_is_needed_to_set_it_up_or_to_leave_stays_open(client: Client, name: str) -> None:
    client.post(reverse("account_login"), {"login": member(Role.PUBLISHER).email, "password": "a-long-enough-passphrase"})
    assert client.get(reverse(name)).status_code == 200


def test_the_page_says_why(client: Client) -> None:
    client.force_login(member(Role.PUBLISHER))
    assert "Your role needs a second factor" in client.get(reverse("mfa_index")).content.decode()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_only_reads_goes_on_without(client: Client, role: str) -> None:
    client.force_login(member(role))
    assert client.get("/account/").status_code == 200


def test_an_app_or_a_key_opens_the_way_recovery_codes_do_not(client: Client) -> None:
    user = member(Role.PUBLISHER)
    RecoveryCodes.activate(user)
    assert needs_one(user)
    TOTP.activate(user, generate_totp_secret())
    assert not needs_one(user)
    client.force_login(user)
    assert client.get("/account/").status_code == 200
    Authenticator.objects.filter(type="totp").delete()
    assert client.get("/account/").status_code == 302
    Authenticator.objects.create(user=user, type="webauthn", data={})
    assert not needs_one(user)


def test_a_role_given_later_counts_with_the_next_request(client: Client) -> None:
    user = member(Role.VIEWER)
    client.force_login(user)
    assert client.get("/account/").status_code == 200
    Membership.objects.update(role=Role.PUBLISHER)
    assert client.get("/account/").status_code == 302


def test_where_it_is_not_required_nobody_is_led_away(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.REQUIRE_SECOND_FACTOR = False
    client.force_login(member(Role.ADMINISTRATOR))
    assert client.get("/account/").status_code == 200


def test_it_costs_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    user = member(Role.PUBLISHER)
    with django_assert_num_queries(1):
        assert needs_one(user)


def test_the_api_and_the_health_checks_know_no_sessions(client: Client) -> None:
    client.force_login(member(Role.PUBLISHER))
    assert client.get("/healthz").status_code == 200
    assert client.get("/api/v1/modules").status_code != 302
