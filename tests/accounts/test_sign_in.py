"""Signing in by password and second factor, its limits, and what the pages must hold to work under the content policy."""

from __future__ import annotations

import re
import time

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from demonstration.people import PASSWORD as PASSWORD_OF_ALL
from demonstration.people import PEOPLE
from tests.make import PASSWORD, make_member, make_user

pytestmark = pytest.mark.django_db


def sign_in(client: Client, user: User, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_by_address_and_password(client: Client) -> None:
    user = make_member()
    assert sign_in(client, user).status_code == 302
    assert is_signed_in(client)


def test_in_any_case_of_the_address_and_without_a_row_of_allauths(client: Client) -> None:
    user = make_member()
    EmailAddress.objects.all().delete()
    client.post(reverse("account_login"), {"login": user.email.upper(), "password": PASSWORD})
    assert is_signed_in(client)
    assert EmailAddress.objects.get(user=user, verified=True, primary=True).email == user.email
    assert mail.outbox == []


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper()])
def test_not_with_another_password(client: Client, password: str) -> None:
    response = sign_in(client, make_member(), password)
    assert response.status_code == 200
    assert not is_signed_in(client)


def test_a_stranger_is_told_the_same_as_who_mistypes(client: Client) -> None:
    user = make_member()
    stranger = client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "wrong"}).context["form"].errors
    assert sign_in(client, user, "wrong").context["form"].errors == stranger


def test_a_closed_account_does_not_sign_in(client: Client) -> None:
    user = make_member()
    user.is_active = False
    user.save()
    assert sign_in(client, user).url == reverse("account_inactive")
    assert not is_signed_in(client)


def test_the_sixth_wrong_password_locks_the_address_for_five_minutes_even_to_the_right_one(client: Client) -> None:
    user = make_member()
    with time_machine.travel(0, tick=False) as clock:
        for _ in range(5):
            sign_in(client, user, "wrong")
        assert "too many" in str(sign_in(client, user).context["form"].errors)
        assert not is_signed_in(client)
        clock.shift(301)
        sign_in(client, user)
        assert is_signed_in(client)


def test_signing_up_is_closed(client: Client) -> None:
    answer = client.post(reverse("account_signup"), {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert "People join by invitation" in answer.content.decode()
    assert not User.objects.exists()


def test_with_an_app_the_password_alone_does_not_sign_in(client: Client) -> None:
    user = make_member()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    assert sign_in(client, user).url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    answer = client.post(reverse("mfa_authenticate"), {"code": "000000" if code_of(secret) != "000000" else "000001"})
    assert answer.status_code == 200
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_signed_in(client)


def test_a_code_is_good_once(client: Client) -> None:
    user = make_member()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    with time_machine.travel(1_800_000_000, tick=False):
        for attempt in (client, Client()):
            sign_in(attempt, user)
            attempt.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert is_signed_in(client)
        assert not is_signed_in(attempt)


def test_a_recovery_code_replaces_the_app_once(client: Client) -> None:
    user = make_member()
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    for attempt in (client, Client()):
        sign_in(attempt, user)
        attempt.post(reverse("mfa_authenticate"), {"code": code})
    assert is_signed_in(client)
    assert not is_signed_in(attempt)


def test_secrets_of_factors_are_encrypted_in_the_database() -> None:
    user = make_member()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not re.search(r"[0-9a-f]{40}", kept)
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(secret))
    assert len(codes.get_unused_codes()) == 10


def test_a_new_secret_key_still_reads_what_the_one_before_wrote(settings) -> None:  # type: ignore[no-untyped-def]
    user = make_member()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key, as long as keys must be, and longer", [settings.SECRET_KEY]
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(secret))


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_app_right_after_signing_in(client: Client) -> None:
    user = make_member()
    sign_in(client, user)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    html = page.content.decode()
    assert '<img src="data:image/svg+xml;base64,' in html
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    codes = client.get(answer.url).content.decode()
    assert all(code in codes for code in RecoveryCodes.activate(user).get_unused_codes())
    assert [message.subject for message in mail.outbox] == ["Moothall: An authenticator app was set up"]


def test_changing_factors_later_asks_again_who_it_is(client: Client) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        sign_in(client, make_member())
        clock.shift(301)
        answer = client.get(reverse("mfa_activate_totp"))
        assert answer.url.startswith(reverse("account_reauthenticate"))
        assert client.get(answer.url).status_code == 200
        client.post(answer.url, {"password": PASSWORD})
        assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_new_password_by_mail_leaves_the_second_factor_in_force(client: Client) -> None:
    user = make_member()
    TOTP.activate(user, generate_totp_secret())
    client.post(reverse("account_reset_password"), {"email": user.email})
    [message] = mail.outbox
    link = re.search(r"http://testserver(/\S+)", message.body)[1]  # type: ignore[index]
    form = client.get(link).url
    client.post(form, {"password1": "three quite other words", "password2": "three quite other words"})
    assert not is_signed_in(client)
    assert sign_in(client, user, "three quite other words").url == reverse("mfa_authenticate")


def test_asking_for_a_strangers_password_sends_nothing_and_says_the_same(client: Client) -> None:
    known, unknown = (
        client.post(reverse("account_reset_password"), {"email": email}) for email in (make_user().email, "nobody@example.org")
    )
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_down_tells_nobody_who_has_an_account(client: Client, monkeypatch, caplog) -> None:  # type: ignore[no-untyped-def]
    def refuse(*message: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    answers = [client.post(reverse("account_reset_password"), {"email": email}) for email in (make_user().email, "nobody@example.org")]
    assert [answer.url for answer in answers] == [reverse("account_reset_password_done")] * 2
    assert "mail account/email/password_reset_key could not be sent: ConnectionRefusedError" in caplog.text


def test_addresses_are_not_changed_here(client: Client) -> None:
    user = make_member()
    sign_in(client, user)
    assert client.get("/account/email/").url == reverse("account")
    client.post("/account/email/", {"email": "other@example.org", "action_add": ""})
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [user.email]


ENTRANCES = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done", "account_inactive"]
OWN = [
    "account",
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "change_name",
    "choose_organisation",
    "members",
    "tokens",
    "new_token",
]


@pytest.mark.parametrize("name", ENTRANCES + OWN)
def test_every_page_keeps_to_the_content_policy_and_to_our_markup(client: Client, name: str) -> None:
    if name in OWN:
        sign_in(client, make_member())
    response = client.get(reverse(name))
    assert response.status_code == 200
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert not re.search(r'\sstyle="|\son[a-z]+="|placeholder="|href="javascript:', html)
    for script in re.findall(r"<script[^>]*>", html):
        assert "src=" in script or 'type="application/json"' in script or "nonce=" in script
    assert "http" not in "".join(re.findall(r'<(?:script|img|link)[^>]*(?:src|href)="([^"]*)"', html)).replace("http://www.w3.org", "")


def test_the_sign_in_page_can_start_a_passkey(client: Client) -> None:
    html = client.get(reverse("account_login")).content.decode()
    assert 'id="passkey_login"' in html
    assert "mfa/js/webauthn.js" in html
    options = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["rpId"] == "testserver"


def test_the_demonstrations_people_are_listed_in_the_demonstration_only(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    assert "rowan.ashby" not in client.get(reverse("account_login")).content.decode()
    settings.IS_DEMONSTRATION = True
    html = client.get(reverse("account_login")).content.decode()
    assert "rowan.ashby@hampshire.example" in html
    assert "Hampshire and Isle of Wight Constabulary" in html
    assert html.count(PASSWORD_OF_ALL) == 1 + len(PEOPLE)
