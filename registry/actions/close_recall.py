"""Goes on with a recall: names the version that mends it, and ends it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.telling_lifecycle import tell_of_remedy
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.errors import Conflict
from registry.lifecycle.models import Recall
from registry.permissions import leader_for
from registry.releases.models import Release


def name_remedy(*, recall: Recall, version: str, by: Viewer) -> Recall:
    """Name the version to move to; whoever was told sees it.

    Raises :class:`NotAllowed` or :class:`Conflict` (``recall_closed``, ``remedy_unknown``, ``remedy_recalled``).
    """
    leader_for(by, recall.module)
    with transaction.atomic():
        recall, module = _locked(recall)
        remedy = module.releases.filter(version=version.strip(), state=Release.State.LISTED, quarantined_at=None, yanked_at=None).first()
        if remedy is None:
            raise Conflict(
                "remedy_unknown", f"Version {version.strip()[:80]} is not listed.", where="version", mend="Name one that can be taken."
            )
        if Recall.objects.still_open().filter(releases=remedy).exists():
            raise Conflict("remedy_recalled", f"Version {remedy.version} is recalled itself.", where="version", mend="Name another.")
        recall.remedy = remedy
        recall.save(update_fields=["remedy"])
        record("recall.remedied", module.identifier, by=by, organisation=module.organisation, recall=recall.pk, version=remedy.version)
        tell_of_remedy(recall)
        module.revision += 1
        module.save(update_fields=["revision"])
    return recall


def close_recall(*, recall: Recall, reason: str = "", by: Viewer) -> Recall:
    """End the recall: without a reason only when every organisation has answered.

    Raises :class:`NotAllowed`, :class:`Refused` (``reason_missing``, ``text_too_long``) or :class:`Conflict` (``recall_closed``).
    """
    leader_for(by, recall.module)
    with transaction.atomic():
        recall, module = _locked(recall)
        outstanding = recall.notices.filter(acknowledged_at=None).count()
        reason = given_reason(reason) if outstanding or reason.strip() else "Every organisation has answered."
        recall.closed_at, recall.closed_by, recall.closed_reason = timezone.now(), by.user, reason
        recall.save(update_fields=["closed_at", "closed_by", "closed_reason"])
        record("recall.closed", module.identifier, by=by, organisation=module.organisation, recall=recall.pk, outstanding=outstanding)
        module.revision += 1
        module.save(update_fields=["revision"])
    return recall


def _locked(recall: Recall) -> tuple[Recall, Module]:
    """Both as they are now, locked; raises :class:`Conflict` (``recall_closed``)."""
    module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=recall.module_id)
    found = Recall.objects.select_for_update(of=("self",)).get(pk=recall.pk)
    if found.closed_at is not None:
        raise Conflict("recall_closed", "That recall is closed.", where="recall")
    found.module = module
    return found, module
