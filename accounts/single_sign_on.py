"""Whom an OpenID Connect provider may sign in: people whose address it has verified, in its own domains, who belong here."""

from __future__ import annotations

from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from accounts.actions.accept_invitation import open_invitations
from accounts.models import Membership


class NotAdmitted(Exception):
    """A sign-in by a provider that is refused, with a sentence for the person."""

    def __init__(self, code: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.code, self.message, self.mend = code, message, mend


def admitted_address(login: SocialLogin) -> str:
    """The verified address by which ``login`` is admitted, in lower case; raises :class:`NotAdmitted`."""
    if login.state.get("process", AuthProcess.LOGIN) != AuthProcess.LOGIN:
        raise NotAdmitted("not_a_sign_in", "Accounts elsewhere cannot be connected by hand.", "Sign in with your organisation's account.")
    # `is True`: a provider that writes the claim as the text "false" has not verified anything.
    verified = [address.email.lower() for address in login.email_addresses if address.verified is True]
    if not verified:
        raise NotAdmitted(
            "address_not_verified",
            "Your organisation's sign-in service did not confirm your e-mail address.",
            "Ask its administrators to send a verified address, or sign in with your password.",
        )
    for email in verified:
        if _in_domains(login, email) and _belongs(login, email):
            return email
    raise NotAdmitted(
        "not_a_member",
        "Nobody with this account belongs to an organisation here.",
        "Ask an administrator of your organisation to invite you.",
    )


def _in_domains(login: SocialLogin, email: str) -> bool:
    domains = login.provider.app.settings.get("domains")
    return domains is None or email.rpartition("@")[2] in {domain.lower() for domain in domains}


def _belongs(login: SocialLogin, email: str) -> bool:
    """A live member whose own address this is, or somebody invited at it."""
    if login.is_existing and login.user.email.lower() != email:
        return False
    member = Membership.objects.filter(user__email__iexact=email, user__is_active=True, organisation__is_active=True)
    return member.exists() or open_invitations().filter(email__iexact=email).exists()


@register
def providers_have_domains(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """With several providers each must name its domains: else one council's could sign in as another's staff."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    if len(apps) < 2:
        return []
    return [
        Error(
            f"OIDC_PROVIDERS: {app['provider_id']} names no e-mail domains, and is not the only provider.",
            hint='Add "settings": {"domains": ["example.gov.uk"]} to it.',
            id="accounts.E001",
        )
        for app in apps
        if not app.get("settings", {}).get("domains")
    ]
