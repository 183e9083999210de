"""Whom statements of use concern, and what they are told. Each is called in the transaction of its change."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.viewer import Viewer
from registry.adoption.models import HOLDING, Adoption
from registry.notices.models import Notice
from registry.notices.telling import people_of, tell
from registry.releases.models import Release


def tell_of_ending(adoption: Adoption, *, has_ended: bool) -> None:
    """Those who answer for the organisation: that its statement is about to end, or has."""
    version = adoption.release.version if adoption.release else ""
    what = f"{adoption.module.identifier} {version}"
    tell(
        people_of(adoption.organisation, Permission.PUBLISH),
        "adoption_due",
        title=f"Nobody has confirmed for a year that you run {what}" if has_ended else f"Do you still run {what}?",
        text=(
            "It no longer counts as verified. Confirm it if you still run it, or retire the record."
            if has_ended
            else f"Your statement ends on {adoption.expires_on:%-d %B %Y}. Confirm it in one click, or say what has changed."
        ),
        address=reverse("adoption", args=[adoption.pk]),
        organisation=adoption.organisation,
    )


def tell_of_newer(release: Release) -> None:
    """Whoever holds only older versions of its module and sees ``release``: once each, and never of a preview."""
    if release.is_prerelease or release.yanked_at or release.quarantined_at:
        return
    module = release.module
    address = reverse("release", args=[module.publisher, module.slug, release.version])
    held = Adoption.objects.filter(module=module, stage__in=HOLDING)
    newest = {}
    for organisation, key in held.values_list("organisation", "release__version_key").order_by("release__version_key"):
        newest[organisation] = key
    told = set(Notice.objects.filter(kind="version_behind", module=module, address=address).values_list("organisation", flat=True))
    behind = [organisation for organisation, key in newest.items() if key < release.version_key and organisation not in told]
    for holder in Organisation.objects.filter(pk__in=behind, is_active=True).order_by("pk"):
        if Release.objects.visible_to(Viewer(organisations=(holder.pk,))).filter(pk=release.pk).exists():
            tell(
                people_of(holder, Permission.PUBLISH),
                "version_behind",
                title=f"{module.identifier} {release.version} is newer than what you run",
                text="See what changed, then say under In use when you move to it.",
                address=address,
                organisation=holder,
                module=module,
            )
