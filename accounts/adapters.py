"""allauth's hooks."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """People join by invitation."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on."""


class MfaAdapter(DefaultMFAAdapter):
    """Second factors."""
