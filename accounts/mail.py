"""Plain-text mail, sent once the change it tells of is committed."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def send(template: str, to: str, context: dict[str, Any]) -> None:
    """Mail ``templates/accounts/mail/<template>.txt`` to ``to`` after commit; its first line is the subject.

    A mail server that is down never undoes the change: the failure is logged, without the text, which may hold a secret.
    """
    text = render_to_string(f"accounts/mail/{template}.txt", {"base_url": settings.BASE_URL, **context})
    subject, _, body = text.strip().partition("\n")
    transaction.on_commit(lambda: _deliver(template, subject, body.strip() + "\n", to))


def deliver(subject: str, body: str, to: str) -> None:
    """Hand one mail to the mail server now. Raises :class:`OSError` if it is away or refuses."""
    send_mail(f"Moothall: {subject}", body, None, [to])


def _deliver(template: str, subject: str, body: str, to: str) -> None:
    try:
        deliver(subject, body, to)
    except OSError as error:  # smtplib's errors are OSErrors
        logger.error("mail %s could not be sent: %s", template, type(error).__name__)
