"""Adds up the runs that came since the last time."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from registry.telemetry.rolling_up import roll_up, stale_months


@shared_task
def roll_up_runs() -> int:
    """Run every minute; safe to run twice, by several at once, and while events come: what comes meanwhile is for the next time.

    Returns how many days of a module at an organisation were added up.
    """
    return sum(roll_up(month, timezone.now()) for month in stale_months())
