"""Withdraws a release from resolution, with a reason that everybody sees; its exact version stays downloadable."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.refresh_module import refresh_module
from registry.actions.refresh_sequence_updates import promise_updates
from registry.catalogue.models import Module
from registry.errors import Conflict, Refused
from registry.permissions import publisher_for
from registry.releases.models import Release


def yank_release(*, release: Release, reason: str, by: Viewer) -> Release:
    """Yank; raises :class:`NotAllowed`, :class:`Refused` (``reason_missing``) or :class:`Conflict` (``already_yanked``)."""
    return _change(release, given_reason(reason), by, yank=True)


def unyank_release(*, release: Release, reason: str, by: Viewer) -> Release:
    """Undo a yank; raises :class:`NotAllowed`, :class:`Refused` (``reason_missing``) or :class:`Conflict` (``not_yanked``)."""
    return _change(release, given_reason(reason), by, yank=False)


def given_reason(reason: str) -> str:
    """The reason, trimmed; raises :class:`Refused` (``reason_missing``, ``text_too_long``)."""
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", "No reason is given.", where="reason", mend="Say in a sentence why, and what to use instead.")
    if len(reason) > 500:
        raise Refused("text_too_long", "The reason has over 500 characters.", where="reason", mend="Shorten it.")
    return reason


def _change(release: Release, reason: str, by: Viewer, *, yank: bool) -> Release:
    publisher_for(by, release.module.publisher, release.module.slug)
    with transaction.atomic():
        module = Module.objects.select_for_update().get(pk=release.module_id)
        release = Release.objects.select_for_update().get(pk=release.pk)
        if release.is_yanked == yank:
            code, words = ("already_yanked", "is yanked already") if yank else ("not_yanked", "is not yanked")
            raise Conflict(code, f"Version {release.version} {words}.", where="version")
        release.yanked_at = timezone.now() if yank else None
        release.yanked_by = by.user if yank else None
        release.yanked_reason = reason if yank else ""
        release.save(update_fields=["yanked_at", "yanked_by", "yanked_reason"])
        release.module = module
        refresh_module(module)
        promise_updates(module)
        action = "release.yanked" if yank else "release.unyanked"
        record(action, str(release), by=by, organisation=module.organisation, reason=reason)
    return release
