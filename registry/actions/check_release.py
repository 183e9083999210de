"""Runs the content checks over a new release, and lists or holds it. Safe to run twice."""

from __future__ import annotations

from collections.abc import Iterator

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from registry.actions.refresh_module import refresh_module
from registry.catalogue.models import Module
from registry.checks import CHECKS
from registry.checks.model import Found
from registry.formats.model import Inspection, inspection_from_json
from registry.releases.models import Finding, OutboxEntry, Release
from registry.reviews.policy import decide


def judge(inspection: Inspection) -> Iterator[Found]:
    """Everything the checks notice in what was read."""
    for check in CHECKS:
        yield from check.run(inspection)


@shared_task
def check_release(release_id: int) -> None:
    """Check the release with this key, unless that is done."""
    with transaction.atomic():
        release = Release.objects.filter(pk=release_id).first()
        if release is None:
            return
        module = Module.objects.select_for_update().get(pk=release.module_id)
        release = Release.objects.select_for_update().get(pk=release_id)
        if release.state == Release.State.CHECKING:
            found = list(judge(inspection_from_json(release.inspection)))
            _conclude(release, module, found)
        OutboxEntry.objects.filter(task=check_release.name, subject=release_id).delete()


def _conclude(release: Release, module: Module, found: list[Found]) -> None:
    Finding.objects.bulk_create(
        Finding(
            release=release,
            code=one.code,
            severity=one.severity,
            title=one.title[:200],
            where=one.where[:300],
            why=one.why,
            mend=one.mend,
        )
        for one in found
    )
    release.state = decide(found)
    release.checked_at = timezone.now()
    release.save(update_fields=["state", "checked_at"])
    refresh_module(module)
    record(f"release.{release.state}", str(release), by=None, organisation=module.organisation, findings=len(found))
