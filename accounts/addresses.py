"""E-mail addresses as allauth keeps them beside ours."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import User


def keep_proven_address(user: User) -> None:
    """Tell allauth that ``user``'s address is proven.

    It always is: an account is only made for an address proven by an invitation's link or a provider's verified claim, and no
    page changes it afterwards.
    """
    proven = EmailAddress.objects.filter(user=user, email=user.email, verified=True, primary=True)
    if not proven.exists():
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
