"""allauth's hooks: people join by invitation, single sign-on admits members and the invited, factor secrets are kept encrypted."""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts import single_sign_on
from accounts.addresses import keep_proven_address
from accounts.audit import record
from accounts.models import User
from accounts.viewer import Viewer, viewer_of

logger = logging.getLogger(__name__)
TOO_MANY = "There were too many wrong attempts. Wait five minutes, then try again."


class AccountAdapter(DefaultAccountAdapter):
    """People join by invitation."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Ask an administrator of your organisation.",
        "email_password_mismatch": "The e-mail address or the password is wrong. Enter both again, or set a new password.",
        "enter_current_password": "Enter the password you use now.",
        "incorrect_code": "The code is wrong or was used already. Wait for the next one and enter that.",
        "incorrect_password": "The password is wrong. Enter it again.",
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse | None:
        keep_proven_address(user)
        return super().pre_login(request, user, **details)

    def set_password(self, user: User, password: str) -> None:
        """Whether it was changed, or forgotten and set anew."""
        with transaction.atomic():
            super().set_password(user, password)
            record("account.password_changed", f"user {user.pk}", by=Viewer(user=user), organisation=None)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down undoes no change, and does not tell a stranger which addresses have an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            logger.error("mail %s could not be sent: %s", template_prefix, type(error).__name__)

    def format_email_subject(self, subject: str) -> str:
        return f"Moothall: {subject}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Somebody who has only just signed in is not asked again."""
        records = get_authentication_records(self.request, self.request.user)
        recent = bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return not recent and super().is_reauthentication_required(app=app, **details)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on by OpenID Connect; the rules are in :mod:`accounts.single_sign_on`."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        try:
            email = single_sign_on.admitted_address(sociallogin)
        except single_sign_on.NotAdmitted as refusal:
            context = {"code": refusal.code, "message": refusal.message, "mend": refusal.mend}
            raise ImmediateHttpResponse(render(request, "socialaccount/not_admitted.html", context, status=403)) from None
        sociallogin.account.extra_data = {}  # claims are personal data nobody needs afterwards
        if sociallogin.is_existing:
            keep_proven_address(sociallogin.user)
        else:
            sociallogin.user.email = email

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True  # pre_social_login has let in the invited alone

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.email = user.email.lower()
        user.name = (data.get("name") or "")[:150]
        return user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = super().save_user(request, sociallogin, form)
        keep_proven_address(user)
        record("account.created", f"user {user.pk}", by=viewer_of(user), organisation=None, provider=sociallogin.account.provider)
        return user


class MfaAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted with a key made from SECRET_KEY, so that a copy of the database is not enough."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "You cannot remove your only second factor.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a security key first.",
        "incorrect_code": "The code is wrong or was used already. Wait for the next one and enter that.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return f"Key {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_totp_issuer(self) -> str:
        return "Moothall"

    def _get_site_name(self) -> str:
        return "Moothall"


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second factor {key}".encode()).digest())) for key in keys])
