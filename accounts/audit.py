"""Writes the audit line of a change, inside the transaction that makes the change."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import AuditEvent, Organisation
from accounts.viewer import Viewer


def record(action: str, subject: str, *, by: Viewer | None, organisation: Organisation | None, **detail: Any) -> None:
    """Append one event. Must be called inside ``transaction.atomic``; ``detail`` holds no secret and no person's data."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit event belongs to the transaction of its change")
    AuditEvent.objects.create(
        action=action,
        subject=subject,
        organisation=organisation,
        user=by.user if by else None,
        token=by.token if by else None,
        detail=detail,
    )
