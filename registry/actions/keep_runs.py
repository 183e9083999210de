"""Keeps the tables of runs in shape: next month's is there in time, what is older than 13 months goes."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from registry.telemetry.keeping import forget_old, make_partitions
from registry.telemetry.sources import forget_old_names

log = logging.getLogger(__name__)


@shared_task
def keep_runs() -> dict[str, int]:
    """Run every hour; safe to run twice and by several at once. Returns what was removed."""
    now = timezone.now()
    make_partitions(now)
    names = forget_old_names()
    try:
        return {"names": names, **forget_old(now)}
    except OperationalError:  # somebody reads the oldest month just now, or another worker removes it
        log.info("Old runs stay until the next time", exc_info=True)
        return {"names": names}
