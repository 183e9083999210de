"""Reminds organisations to say that they still run something; what nobody has confirmed for a year no longer counts as verified."""

from __future__ import annotations

from datetime import date, timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.audit import record
from registry.actions.refresh_use import refresh_use
from registry.actions.telling_adoption import tell_of_ending
from registry.adoption.models import Adoption, AdoptionEntry, Stage
from registry.catalogue.models import Module

BEFORE = (timedelta(days=30), timedelta(days=7))  # the reminders


@shared_task
def follow_up_adoptions() -> dict[str, int]:
    """Run every hour; safe to run twice and by several at once. Returns how many were reminded of and how many have ended now."""
    today = timezone.localdate()
    return {"reminded": _each(_to_remind(today), today), "ended": _each(_to_end(today), today)}


def _to_remind(today: date) -> Q:
    """Once for each of the two days that have come, and not for both at once where the first was missed."""
    fresh = Q(reminded_on=None, expires_on__lte=today + BEFORE[0])
    for days in BEFORE:
        fresh |= Q(expires_on__lte=today + days, reminded_on__lt=F("expires_on") - days)
    return Q(fresh, expires_on__gte=today)


def _to_end(today: date) -> Q:
    """Whatever ended before today and was not looked at since."""
    return Q(expires_on__lt=today) & (Q(reminded_on=None) | Q(reminded_on__lte=F("expires_on")))


def _each(wanted: Q, today: date) -> int:
    """Follow up each record that fits ``wanted`` and is not being changed by somebody just now."""
    live = Adoption.objects.filter(wanted, stage=Stage.LIVE)
    done = 0
    for key, module in list(live.order_by("pk").values_list("pk", "module")):
        with transaction.atomic():
            locked = Module.objects.select_for_update(skip_locked=True, of=("self",)).defer("search").filter(pk=module).first()
            if locked is None:
                continue
            related = ("organisation", "release")
            rows = live.select_for_update(skip_locked=True, of=("self",)).select_related(*related)
            adoption = rows.filter(pk=key).first()
            if adoption is not None:
                adoption.module = locked
                _follow_up(adoption, today)
                done += 1
    return done


def _follow_up(adoption: Adoption, today: date) -> None:
    assert adoption.expires_on is not None  # the database says so of what is live
    has_ended = adoption.expires_on < today
    adoption.reminded_on = today
    adoption.save(update_fields=["reminded_on"])
    if has_ended:
        AdoptionEntry.objects.create(adoption=adoption, what=AdoptionEntry.What.EXPIRED, stage=adoption.stage, release=adoption.release)
        refresh_use(adoption.module)
    tell_of_ending(adoption, has_ended=has_ended)
    event = "adoption.expired" if has_ended else "adoption.reminded"
    record(
        event, adoption.module.identifier, by=None, organisation=adoption.organisation, adoption=adoption.pk, until=str(adoption.expires_on)
    )
