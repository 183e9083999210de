"""Whom a provider may sign in. The provider is made up: its answer enters where allauth has read it, nothing goes over a network."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.actions.invite_member import invite_member
from accounts.models import AuditEvent, Membership, Organisation, Role, User
from accounts.second_factor import must_set_up
from accounts.single_sign_on import providers_have_domains
from tests.make import PASSWORD, make_member, make_organisation, make_user, make_viewer

pytestmark = pytest.mark.django_db
CLAIMS = {"sub": "00u1", "email": "Sam@hampshire.example", "email_verified": True, "name": "Sam Ford", "picture": "https://x.example/p"}
EMAIL = "sam@hampshire.example"


def app(provider_id: str = "hants", **settings: Any) -> dict[str, Any]:
    return {
        "provider_id": provider_id,
        "name": "Hampshire’s account",
        "client_id": "client",
        "secret": "secret",
        "settings": {"server_url": "https://login.hampshire.example", **settings},
    }


@pytest.fixture
def provider(settings):  # type: ignore[no-untyped-def]
    """Configures providers."""

    def configure(*apps: dict[str, Any]) -> None:
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": list(apps) or [app()]}}

    configure()
    return configure


def answer(claims: dict[str, Any], process: str = "login", user: User | None = None) -> tuple[HttpRequest, HttpResponse]:
    """What the browser gets after the provider answered with ``claims``."""
    from allauth.core.context import request_context
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/account/oidc/hants/login/callback/")
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    request.user = user or AnonymousUser()
    with request_context(request):
        login = get_adapter(request).get_provider(request, "hants").sociallogin_from_response(request, {"userinfo": claims})
        login.state = {"process": process}
        return request, complete_login(request, login)


def refused(claims: dict[str, Any], **more: Any) -> str:
    _, response = answer(claims, **more)
    assert response.status_code == 403
    assert not SocialAccount.objects.exists()
    return response.content.decode()


def test_a_member_is_signed_in_by_the_verified_address(provider) -> None:  # type: ignore[no-untyped-def]
    user = make_member(user=make_user(EMAIL))
    request, response = answer(CLAIMS)
    assert (response.status_code, request.user) == (302, user)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert User.objects.count() == 1


def test_a_password_set_before_allauth_knew_the_address_survives(provider) -> None:  # type: ignore[no-untyped-def]
    user = make_member(user=make_user(EMAIL))
    EmailAddress.objects.all().delete()
    answer(CLAIMS)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("verified", [False, None, "false", "true", 1, "missing"])
def test_an_address_the_provider_did_not_verify_counts_for_nothing(provider, verified: object) -> None:  # type: ignore[no-untyped-def]
    make_member(user=make_user(EMAIL))
    claims = {**CLAIMS, "email_verified": verified}
    if verified == "missing":
        del claims["email_verified"]
    assert "address_not_verified" in refused(claims)


def test_a_provider_trusted_for_its_domain_need_not_say_verified(provider) -> None:  # type: ignore[no-untyped-def]
    provider(app(verified_email=["hampshire.example"]))
    user = make_member(user=make_user(EMAIL))
    assert answer({**CLAIMS, "email_verified": None})[0].user == user


def test_a_stranger_gets_no_account(provider) -> None:  # type: ignore[no-untyped-def]
    assert "not_a_member" in refused(CLAIMS)
    assert not User.objects.exists()


@pytest.mark.parametrize("how", ["left", "closed", "organisation closed"])
def test_who_belongs_no_more_is_not_signed_in(provider, how: str) -> None:  # type: ignore[no-untyped-def]
    user = make_member(user=make_user(EMAIL))
    answer(CLAIMS)
    if how == "left":
        Membership.objects.all().delete()
    elif how == "closed":
        User.objects.update(is_active=False)
    else:
        Organisation.objects.update(is_active=False)
    assert "not_a_member" in refused(CLAIMS)
    assert User.objects.get() == user


def test_the_invited_get_an_account_and_find_the_invitation_there(provider, client: Client) -> None:  # type: ignore[no-untyped-def]
    by = make_viewer("hampshire", Role.ADMINISTRATOR)
    invite_member(organisation=make_organisation("hampshire"), email=EMAIL, role=Role.PUBLISHER, by=by)
    request, response = answer(CLAIMS)
    assert response.status_code == 302
    user = User.objects.get(email=EMAIL)
    assert (request.user, user.name, user.has_usable_password()) == (user, "Sam Ford", False)
    assert EmailAddress.objects.get(user=user).verified
    assert SocialAccount.objects.get(user=user).extra_data == {}
    assert AuditEvent.objects.filter(action="account.created", user=user).exists()
    assert not Membership.objects.filter(user=user).exists()
    client.force_login(user)
    assert "invites you to join Hampshire" in client.get(reverse("account")).content.decode()


def test_once_linked_the_address_still_decides(provider) -> None:  # type: ignore[no-untyped-def]
    by = make_viewer("hampshire", Role.ADMINISTRATOR)
    invite_member(organisation=make_organisation("hampshire"), email=EMAIL, role=Role.PUBLISHER, by=by)
    answer(CLAIMS)
    make_member(user=User.objects.get(email=EMAIL))
    assert answer(CLAIMS)[1].status_code == 302
    moved = answer({**CLAIMS, "email": "sam@elsewhere.example"})[1]
    assert moved.status_code == 403
    assert "not_a_member" in moved.content.decode()


def test_a_provider_signs_in_nobody_outside_its_domains(provider) -> None:  # type: ignore[no-untyped-def]
    provider(app(domains=["Hampshire.example"]))
    user = make_member(user=make_user(EMAIL))
    make_member(user=make_user("chief@met.example"))
    make_member(user=make_user("sam@evil-hampshire.example"))
    assert answer(CLAIMS)[0].user == user
    for email in ("chief@met.example", "sam@evil-hampshire.example", "sam@sub.hampshire.example"):
        assert "not_a_member" in refused({**CLAIMS, "email": email})


def test_nothing_is_connected_by_hand(provider) -> None:  # type: ignore[no-untyped-def]
    user = make_member(user=make_user(EMAIL))
    assert "not_a_sign_in" in refused(CLAIMS, process="connect", user=user)


def test_several_providers_need_domains(provider) -> None:  # type: ignore[no-untyped-def]
    provider(app())
    assert providers_have_domains(None) == []
    provider(app(domains=["hampshire.example"]), app("met"))
    assert [error.id for error in providers_have_domains(None)] == ["accounts.E001"]
    provider(app(domains=["hampshire.example"]), app("met", domains=["met.example"]))
    assert providers_have_domains(None) == []


def test_the_sign_in_page_shows_a_button_for_each(provider, client: Client) -> None:  # type: ignore[no-untyped-def]
    html = client.get(reverse("account_login") + "?next=/modules").content.decode()
    assert "Sign in with Hampshire’s account" in html
    assert 'href="/account/oidc/hants/login/?process=login&amp;next=%2Fmodules"' in html


def test_no_provider_no_button(client: Client) -> None:
    assert "oidc" not in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("enforces", [True, False, None])
def test_a_provider_that_enforces_a_second_factor_spares_ours(provider, settings, enforces: bool | None) -> None:  # type: ignore[no-untyped-def]
    settings.REQUIRE_SECOND_FACTOR = True
    provider(app(second_factor=enforces))
    make_member(user=make_user(EMAIL))
    request, _ = answer(CLAIMS)
    assert must_set_up(request) is (enforces is not True)
