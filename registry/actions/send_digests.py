"""Mails once a day, in one letter a person, the notices that they want so. Safe to run twice."""

from __future__ import annotations

import logging
from functools import partial

from celery import shared_task
from django.db import transaction

from accounts.models import User
from registry.notices.mailing import claimed, deliver, released
from registry.notices.models import Notice
from registry.releases.models import OutboxEntry

logger = logging.getLogger(__name__)
MOST = 200  # notices in one letter; the rest come the day after


@shared_task
def send_digests() -> int:
    """Promise everybody who has something waiting their letter; returns how many. Run once a day."""
    with transaction.atomic():
        people = list(Notice.objects.filter(mail=Notice.Mail.DAILY).order_by("user").values_list("user", flat=True).distinct())
        promises = [OutboxEntry(task=send_digest.name, subject=person) for person in people]
        OutboxEntry.objects.bulk_create(promises, ignore_conflicts=True)  # yesterday's may still be waiting for the mail server
        for person in people:
            transaction.on_commit(partial(send_digest.delay, person), robust=True)
    return len(people)


@shared_task
def send_digest(user_id: int) -> bool:
    """Mail the person with this key their letter; whether that is done. What they have read meanwhile is left out."""
    waiting = Notice.objects.filter(user=user_id, mail=Notice.Mail.DAILY)
    waiting.filter(read_at__isnull=False).update(mail=Notice.Mail.DROPPED)
    taken = claimed(waiting, MOST)
    if taken:
        try:
            deliver(User.objects.get(pk=user_id), taken)
        except OSError as error:  # smtplib's errors are OSErrors
            released(taken)
            logger.error("a day's notices could not be mailed: %s", type(error).__name__)
            return False
    elif waiting.exists():
        return False  # another worker is at it; should it die, the sweeper comes back here
    OutboxEntry.objects.filter(task=send_digest.name, subject=user_id).delete()
    return True
