"""Counts that an organisation took a release: once a day, and machines apart from people (O12)."""

from __future__ import annotations

from django.utils import timezone

from accounts.viewer import Viewer
from registry.actions.tell_adopter import ask_taker_again
from registry.releases.models import Download, Release


def record_download(*, release: Release, by: Viewer) -> None:
    """Count a download by whoever is not the module's own publisher; safe to repeat.

    Taking is no use, so nobody is told of a recall by it. An adopter that had answered a recall and takes what it covers must answer anew.
    """
    if by.organisation is None or by.organisation.pk == release.module.organisation_id:
        return
    Download.objects.bulk_create(
        [Download(release=release, organisation=by.organisation, day=timezone.now().date(), by_token=by.token is not None)],
        ignore_conflicts=True,
    )
    ask_taker_again(release, by)
