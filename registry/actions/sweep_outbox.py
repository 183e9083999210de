"""Sends promised work again that the broker may have forgotten."""

from __future__ import annotations

from datetime import timedelta

from celery import current_app, shared_task
from django.db import transaction
from django.utils import timezone

from registry.releases.models import OutboxEntry

BATCH = 100
GRACE = timedelta(seconds=30)  # long enough for a healthy worker to have done the work
LONGEST_WAIT = timedelta(hours=1)


@shared_task
def sweep_outbox() -> int:
    """Send whatever is older than half a minute and not done; returns how many. Several sweepers may run at once."""
    now = timezone.now()
    with transaction.atomic():
        entries = list(
            OutboxEntry.objects.select_for_update(skip_locked=True)
            .filter(due_at__lte=now, created_at__lte=now - GRACE)
            .order_by("due_at")[:BATCH]
        )
        for entry in entries:
            entry.attempts = min(entry.attempts + 1, 30)
            entry.due_at = now + min(GRACE * 2**entry.attempts, LONGEST_WAIT)
        OutboxEntry.objects.bulk_update(entries, ["attempts", "due_at"])
    for entry in entries:
        current_app.send_task(entry.task, args=[entry.subject])
    return len(entries)
