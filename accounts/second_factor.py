"""Who must have a second factor before going on, and what counts as one."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.http import HttpRequest

from accounts.models import Membership, User
from accounts.roles import NEEDS_SECOND_FACTOR

# Recovery codes replace a lost factor; alone they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def must_set_up(request: HttpRequest) -> bool:
    """Whether the signed-in person's role asks for a second factor that they do not have yet."""
    if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated:
        return False
    return needs_one(request.user) and not _provider_asked_for_it(request)


def needs_one(user: User) -> bool:
    """Whether ``user`` holds a role of :data:`accounts.roles.NEEDS_SECOND_FACTOR` somewhere and has no factor; one query."""
    memberships = Membership.objects.filter(user=user, role__in=NEEDS_SECOND_FACTOR, organisation__is_active=True)
    return memberships.exclude(user__authenticator__type__in=FACTORS).exists()


def _provider_asked_for_it(request: HttpRequest) -> bool:
    """Whether this session began at a provider whose settings say ``"second_factor": true``: it enforces one itself."""
    records = get_authentication_records(request, request.user)
    providers = [record.get("provider", "") for record in records if record["method"] == "socialaccount"]
    if not providers:
        return False
    try:
        return get_adapter().get_app(request, provider=providers[-1]).settings.get("second_factor") is True
    except SocialApp.DoesNotExist:
        return False
