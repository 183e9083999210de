"""Who signed what is listed: shown to everybody who sees the release."""

from __future__ import annotations

from accounts.models import SignOffRole
from registry.index.entries import SignOffEntry
from registry.releases.models import Release
from registry.reviews.models import SignOff


def sign_offs_of(release: Release) -> tuple[SignOffEntry, ...]:
    """Who signed what is listed now, by role and organisation; nothing of a release that is not listed."""
    if release.state != Release.State.LISTED:
        return ()
    signed = SignOff.objects.filter(
        review__release=release, voided_at=None, digest=release.digest, visibility=release.visibility, marking=release.marking
    )
    newest = {one.role: one for one in signed.select_related("organisation").order_by("pk")}
    return tuple(
        SignOffEntry(role, newest[role].organisation.name, newest[role].signed_at) for role in SignOffRole.values if role in newest
    )
