"""Passkeys and security keys, with a key made of software: added, used alone, used after the password, misused, removed."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.second_factor import needs_one
from tests.accounts.soft_key import SoftKey
from tests.make import PASSWORD, make_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _as_in_production(settings) -> None:  # type: ignore[no-untyped-def]
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False


@pytest.fixture
def user() -> User:
    return make_member()


def browser() -> Client:
    return Client(headers={"Accept": "text/html"}, SERVER_NAME="testserver")


def sign_in(client: Client, user: User):  # type: ignore[no-untyped-def]
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def add(client: Client, key: SoftKey, name: str = "Work laptop"):  # type: ignore[no-untyped-def]
    options = client.get(reverse("mfa_add_webauthn")).context["js_data"]["creation_options"]
    credential = key.create(json.loads(json.dumps(options)))
    return client.post(reverse("mfa_add_webauthn"), {"name": name, "credential": json.dumps(credential), "passwordless": "on"})


def by_passkey(client: Client, key: SoftKey) -> bool:
    options = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()["request_options"]
    client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(key.get(options))})
    return "_auth_user_id" in client.session


def after_password(client: Client, user: User, key: SoftKey) -> bool:
    assert sign_in(client, user).url == reverse("mfa_authenticate")
    options = client.get(reverse("mfa_authenticate")).context["js_data"]["request_options"]
    client.post(reverse("mfa_authenticate"), {"credential": json.dumps(key.get(json.loads(json.dumps(options))))})
    return "_auth_user_id" in client.session


def added(user: User, **options: object) -> SoftKey:
    client, key = browser(), SoftKey(**options)  # type: ignore[arg-type]
    sign_in(client, user)
    assert add(client, key).status_code == 302
    return key


def test_added_it_is_listed_told_and_counts_as_the_second_factor(user: User) -> None:
    client = browser()
    sign_in(client, user)
    assert needs_one(user)
    assert add(client, SoftKey()).url == reverse("mfa_view_recovery_codes")
    assert not needs_one(user)
    page = client.get(reverse("mfa_list_webauthn")).content.decode()
    assert "Work laptop" in page
    assert "Without a password" in page
    assert [message.subject for message in mail.outbox] == ["Moothall: A key was added"]


def test_alone_it_signs_in_and_no_second_question_is_asked(user: User) -> None:
    client = browser()
    assert by_passkey(client, added(user))
    assert client.get(reverse("account")).status_code == 200


def test_after_the_password_it_signs_in(user: User) -> None:
    assert after_password(browser(), user, added(user))


def test_another_key_does_not(user: User) -> None:
    key, other = added(user), SoftKey()
    other.user = key.user
    assert not by_passkey(browser(), other)
    other.identifier = key.identifier
    assert not by_passkey(browser(), other)
    assert not after_password(browser(), user, other)


def test_a_key_lured_to_another_site_does_not(user: User) -> None:
    key = added(user)
    key.origin = "https://testserver.evil.example"
    assert not by_passkey(browser(), key)
    key.origin, key.site = "https://testserver", "evil.example"
    assert not by_passkey(browser(), key)
    assert not after_password(browser(), user, key)


def test_an_answer_is_good_once(user: User) -> None:
    key, client = added(user), browser()
    options = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()["request_options"]
    answer = {"credential": json.dumps(key.get(options))}
    client.post(reverse("mfa_login_webauthn"), answer)
    assert "_auth_user_id" in client.session
    thief = browser()
    by_passkey(thief, SoftKey())
    thief.post(reverse("mfa_login_webauthn"), answer)
    assert "_auth_user_id" not in thief.session


def test_without_the_owners_pin_or_finger_it_is_no_passkey(user: User) -> None:
    key = added(user)
    key.verifies = False
    assert not by_passkey(browser(), key)


def test_of_somebody_else_it_does_not_confirm_a_password(user: User) -> None:
    theirs = added(make_member())
    added(user)
    assert not after_password(browser(), user, theirs)


def test_renamed_and_removed_it_is_needed_no_more(user: User) -> None:
    client, key = browser(), SoftKey()
    sign_in(client, user)
    add(client, key)
    stored = Authenticator.objects.get(type="webauthn")
    client.post(reverse("mfa_edit_webauthn", args=[stored.pk]), {"name": "Blue key"})
    assert "Blue key" in client.get(reverse("mfa_list_webauthn")).content.decode()
    assert "Remove Blue key" in client.get(reverse("mfa_remove_webauthn", args=[stored.pk])).content.decode()
    client.post(reverse("mfa_remove_webauthn", args=[stored.pk]))
    assert not Authenticator.objects.exists()
    assert not by_passkey(browser(), key)
    assert needs_one(user)
