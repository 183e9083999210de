"""Counts that an organisation took a release: once a day, and machines apart from people (O12). What it took may be recalled."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.recall_releases import tell_holders
from registry.lifecycle.holding import recalls_met_by
from registry.lifecycle.models import RecallNotice
from registry.releases.models import Download, Release


def record_download(*, release: Release, by: Viewer) -> None:
    """Count a download by whoever is not the module's own publisher; safe to repeat.

    Where what was taken is recalled, or needs what is, the organisation is told of the recall; where it had answered it, it must answer anew.
    """
    if by.organisation is None or by.organisation.pk == release.module.organisation_id:
        return
    Download.objects.bulk_create(
        [Download(release=release, organisation=by.organisation, day=timezone.now().date(), by_token=by.token is not None)],
        ignore_conflicts=True,
    )
    for recall in recalls_met_by(release).select_related("module"):
        with transaction.atomic():
            tell_holders(recall, organisation=by.organisation)
            if recall.releases.filter(pk=release.pk).exists():
                _ask_again(recall.notices.filter(organisation=by.organisation).exclude(acknowledged_at=None).first(), by)


def _ask_again(notice: RecallNotice | None, by: Viewer) -> None:
    """An answer given before the version was taken once more says nothing of that."""
    if notice is None:
        return
    notice = RecallNotice.objects.select_for_update(of=("self",)).select_related("recall__module", "organisation").get(pk=notice.pk)
    notice.acknowledged_at = notice.reminded_at = notice.escalated_at = None
    notice.due_at = timezone.now() + timedelta(days=notice.recall.days)
    notice.save(update_fields=["acknowledged_at", "reminded_at", "escalated_at", "due_at"])
    record("recall.reopened", notice.recall.module.identifier, by=by, organisation=notice.organisation, recall=notice.recall_id)
