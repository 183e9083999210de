"""Adds up the runs that came since the last time."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from registry.telemetry.rolling_up import CELLS_AT_ONCE, roll_up_some

_ROUNDS = 200  # in one go: 100,000 days; the rest a minute later


@shared_task
def roll_up_runs() -> int:
    """Run every minute; safe to run twice, by several at once, and while events come. Returns how many days were added up."""
    done = 0
    for _ in range(_ROUNDS):
        some = roll_up_some(timezone.now())
        done += some
        if some < CELLS_AT_ONCE:
            break
    return done
