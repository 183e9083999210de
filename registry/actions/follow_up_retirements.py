"""Gives whoever came to use a module since its retirement began its checklist too."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction

from registry.actions.retire_module import tell_holders_of
from registry.lifecycle.models import Retirement


@shared_task
def follow_up_retirements() -> int:
    """Run every hour; safe to run twice. Returns how many organisations were told."""
    told = 0
    for key in Retirement.objects.filter(closed_at=None).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            locked = Retirement.objects.select_for_update(skip_locked=True, of=("self",)).select_related("module").filter(pk=key).first()
            told += len(tell_holders_of(locked)) if locked else 0
    return told
