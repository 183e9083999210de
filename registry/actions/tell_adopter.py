"""Tells an adopter of the recalls it meets by what it states, and asks anew for answers that what it did since has overtaken."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.recall_releases import tell_holders
from registry.adoption.models import HOLDING, Adoption
from registry.lifecycle.holding import recalls_met_by
from registry.lifecycle.models import Recall, RecallNotice
from registry.releases.models import Release


def told_of_recalls(adoption: Adoption, by: Viewer | None = None) -> list[RecallNotice]:
    """To be called, in its transaction, wherever an adoption comes to name a release: of what that meets the organisation is told at once.

    Where it had answered the recall already, it must answer anew: it uses what it said it did not. Returns the notices it has to answer
    because of this release. Safe to repeat only while it has not answered.
    """
    if adoption.release is None or adoption.stage not in HOLDING:
        return []
    found = []
    for recall in recalls_met_by(adoption.release).select_related("module").order_by("pk"):
        tell_holders(recall, organisation=adoption.organisation)
        notice = recall.notices.filter(organisation=adoption.organisation, holdings__held=adoption.release).first()
        if notice is not None:
            found.append(notice)
            ask_again(notice, by)
    return found


def ask_taker_again(release: Release, by: Viewer) -> None:
    """Where an adopter takes files of a recalled ``release``, an answer that it gave before says nothing of that."""
    answered = RecallNotice.objects.filter(organisation=by.organisation, recall__in=Recall.objects.still_open().filter(releases=release))
    used = Adoption.objects.filter(organisation=by.organisation, stage__in=HOLDING).values("release")
    for notice in answered.exclude(acknowledged_at=None).filter(holdings__held__in=used).distinct():
        with transaction.atomic():
            ask_again(notice, by)


def ask_again(notice: RecallNotice, by: Viewer | None) -> None:
    """Let the organisation answer once more, in as much time as at first; nothing where it has not answered."""
    notice = RecallNotice.objects.select_for_update(of=("self",)).select_related("recall__module", "organisation").get(pk=notice.pk)
    if notice.acknowledged_at is None:
        return
    notice.acknowledged_at = notice.reminded_at = notice.escalated_at = None
    notice.due_at = timezone.now() + timedelta(days=notice.recall.days)
    notice.save(update_fields=["acknowledged_at", "reminded_at", "escalated_at", "due_at"])
    record("recall.reopened", notice.recall.module.identifier, by=by, organisation=notice.organisation, recall=notice.recall_id)
