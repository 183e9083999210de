"""Mails that say that there is something to read and nothing of what it is: whoever reads them may be anybody."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import mail
from accounts.models import User
from accounts.viewer import viewer_of
from registry.notices.models import Notice
from registry.notices.queries import NoticeQuerySet

BATCH = 50
NOT_NOW = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)  # a full mailbox, say: no reason to let others wait
LEASE = timedelta(minutes=10)  # longer than a task may run: whoever took a notice and has not said so by then is dead


def claimed(waiting: NoticeQuerySet, limit: int = BATCH) -> list[Notice]:
    """Take some of ``waiting``, so that no other worker mails them meanwhile. Nothing is locked while a mail server is spoken to."""
    now = timezone.now()
    with transaction.atomic():
        free = waiting.unclaimed(now - LEASE).order_by("pk").select_for_update(skip_locked=True, of=("self",))
        taken = list(free.select_related("user", "organisation")[:limit])
        Notice.objects.filter(pk__in=[notice.pk for notice in taken]).update(claimed_at=now)
    return taken


def released(notices: Sequence[Notice]) -> None:
    """Let others mail ``notices``, as the mail server is away."""
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(claimed_at=None)


def deliver(user: User, notices: Sequence[Notice]) -> None:
    """Mail ``user`` one letter about those of ``notices`` that they may still be shown, and note of each what became of it.

    Raises :class:`OSError` while the mail server is away, or one of ``NOT_NOW`` where it only would not take this one mail now; then
    nothing is noted.
    """
    keys = [notice.pk for notice in notices]
    current = list(Notice.objects.seen_by(viewer_of(user)).filter(pk__in=keys).select_related("organisation").order_by("pk"))
    if current and _accepted(user, *letter(current)):
        Notice.objects.filter(pk__in=[notice.pk for notice in current]).update(mail=Notice.Mail.SENT, mailed_at=timezone.now())
        keys = [key for key in keys if key not in {notice.pk for notice in current}]
    Notice.objects.filter(pk__in=keys).update(mail=Notice.Mail.DROPPED)


def letter(notices: Sequence[Notice]) -> tuple[str, str]:
    """Subject and body, made of the words of kinds, the names of organisations and the keys of notices alone."""
    first = notices[0]
    subject = f"{first.sort.mail}, at {first.organisation}" if len(notices) == 1 else f"{len(notices)} notices of the last day"
    groups = [(name, list(each)) for name, each in groupby(sorted(notices, key=_place), key=lambda notice: notice.organisation.name)]
    return subject, render_to_string("registry/mail/notices.txt", {"groups": groups, "base_url": settings.BASE_URL})


def _place(notice: Notice) -> tuple[str, int]:
    return notice.organisation.name, notice.pk


def _accepted(user: User, subject: str, body: str) -> bool:
    """Whether the mail server took the mail; an address that it refuses for good is given up, so that it holds up nobody else's."""
    try:
        mail.deliver(subject, body, user.email)
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _ in error.recipients.values()):
            return False
        raise
    return True
