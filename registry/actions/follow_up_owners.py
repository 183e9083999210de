"""Reminds publishers to say that somebody still answers for a module; what nobody answers for is shown as needing an owner."""

from __future__ import annotations

from datetime import date, timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.audit import record
from registry.actions.telling_lifecycle import tell_owner
from registry.catalogue.models import Module

BEFORE = timedelta(days=30)  # the first reminder
AFTER = timedelta(days=30)  # the last
ORPHAN_AFTER = timedelta(days=60)
NEEDS_OWNER = "needs-owner"
_TITLES = {"module.owner_due": "Do you still look after {module}?", "module.needs_owner": "{module} is shown as needing an owner"}


@shared_task
def follow_up_owners() -> dict[str, int]:
    """Run every hour; safe to run twice and by several at once. Returns how many were reminded of and how many need an owner now."""
    today = timezone.now().date()
    return {"reminded": _remind(today), "orphaned": _orphan(today)}


def _remind(today: date) -> int:
    """Once for each of the three days that have come: 30 days before, the day itself, 30 days after."""
    live = Module.objects.exclude(status__in=(Module.Status.DRAFT, Module.Status.RETIRED)).filter(review_by__lte=today + BEFORE)
    fresh = Q(owner_reminded_on=None)
    for offset in (-BEFORE, timedelta(0), AFTER):
        fresh |= Q(review_by__lte=today - offset, owner_reminded_on__lt=F("review_by") + offset)
    return _each(list(live.filter(fresh, needs_owner="").values_list("pk", flat=True)), {"owner_reminded_on": today})


def _orphan(today: date) -> int:
    lost = Module.objects.exclude(status__in=(Module.Status.DRAFT, Module.Status.RETIRED)).filter(
        needs_owner="", review_by__lt=today - ORPHAN_AFTER
    )
    return _each(list(lost.values_list("pk", flat=True)), {"needs_owner": NEEDS_OWNER})


def _each(keys: list[int], columns: dict[str, date | str]) -> int:
    """Write ``columns`` on each that has not got them and is not being changed by somebody just now."""
    event = "module.owner_due" if "owner_reminded_on" in columns else "module.needs_owner"
    done = 0
    for key in keys:
        with transaction.atomic():
            module = Module.objects.select_for_update(skip_locked=True, of=("self",)).select_related("organisation").filter(pk=key).first()
            if module is None or all(getattr(module, name) == value for name, value in columns.items()):
                continue
            for name, value in columns.items():
                setattr(module, name, value)
            module.revision += 1
            module.save(update_fields=[*columns, "revision"])
            tell_owner(module, _TITLES[event].format(module=module.identifier))
            record(event, module.identifier, by=None, organisation=module.organisation, review_by=str(module.review_by))
            done += 1
    return done
