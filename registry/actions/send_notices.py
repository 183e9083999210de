"""Mails the notices that people want at once. Safe to run twice."""

from __future__ import annotations

import logging

from celery import shared_task

from registry.notices.mailing import NOT_NOW, claimed, deliver, released
from registry.notices.models import Notice
from registry.notices.telling import SEND
from registry.releases.models import OutboxEntry

logger = logging.getLogger(__name__)


@shared_task(name=SEND)
def send_notices(telling: int) -> int:
    """Mail whoever was told together; returns how many notices were dealt with.

    While the mail server is away what is left stays promised, and the sweeper sends it again. A worker killed between a mail and its
    note sends that one mail a second time, no more.
    """
    waiting = Notice.objects.filter(telling=telling, mail=Notice.Mail.AT_ONCE)
    done = 0
    while taken := claimed(waiting):
        for number, notice in enumerate(taken):
            try:
                deliver(notice.user, [notice])
            except NOT_NOW as error:  # it stays claimed, so that its next turn comes once that has lapsed
                logger.warning("a notice was not accepted for now: %s", type(error).__name__)
                continue
            except OSError as error:  # smtplib's errors are OSErrors
                released(taken[number:])
                logger.error("notices could not be mailed: %s", type(error).__name__)
                return done
            done += 1
    if not waiting.exists():
        OutboxEntry.objects.filter(task=SEND, subject=telling).delete()
    return done
