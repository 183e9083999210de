"""Goes after organisations that have not answered a recall: a reminder at half time, then their administrators and the stewards."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.db.models import ExpressionWrapper, F, QuerySet, fields
from django.utils import timezone

from accounts.audit import record
from registry.actions.recall_releases import tell_holders
from registry.actions.telling_lifecycle import tell_of_recall, tell_of_silence
from registry.lifecycle.models import Recall, RecallNotice


@shared_task
def follow_up_recalls() -> dict[str, int]:
    """Run every few minutes; safe to run twice and by several at once. Returns how many were told, reminded and escalated."""
    return {"told": _tell(), "reminded": _remind(), "escalated": _escalate()}


def _tell() -> int:
    """Whoever came to hold a recalled version since, by a release of another module that needs it."""
    told = 0
    for recall in Recall.objects.still_open().select_related("module").order_by("pk"):
        with transaction.atomic():
            told += len(tell_holders(recall))
    return told


def _remind() -> int:
    halfway = ExpressionWrapper(F("told_at") + (F("due_at") - F("told_at")) / 2, output_field=fields.DateTimeField())
    due = _outstanding().filter(reminded_at=None).annotate(halfway=halfway).filter(halfway__lte=timezone.now())
    return _each(list(due.values_list("pk", flat=True)), "reminded_at")


def _escalate() -> int:
    due = _outstanding().filter(escalated_at=None, due_at__lte=timezone.now())
    return _each(list(due.values_list("pk", flat=True)), "escalated_at")


def _outstanding() -> QuerySet[RecallNotice]:
    return RecallNotice.objects.filter(acknowledged_at=None, recall__closed_at=None)


def _each(keys: list[int], column: str) -> int:
    """Mark each once, whoever else runs: who finds the row locked or marked leaves it."""
    event = "recall.escalated" if column == "escalated_at" else "recall.reminded"
    done = 0
    for key in keys:
        with transaction.atomic():
            rows = RecallNotice.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
                "recall__module__organisation", "organisation"
            )
            notice = rows.filter(pk=key, acknowledged_at=None, recall__closed_at=None, **{column: None}).first()
            if notice is None:
                continue
            setattr(notice, column, timezone.now())
            notice.save(update_fields=[column])
            (tell_of_silence if column == "escalated_at" else tell_of_recall)(notice)
            record(event, notice.recall.module.identifier, by=None, organisation=notice.organisation, recall=notice.recall_id)
            done += 1
    return done
