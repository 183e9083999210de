"""Lets somebody take a recalled version who says why, and keeps that on record; without a reason nobody takes one."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.yank_release import given_reason
from registry.errors import Conflict, NotAllowed
from registry.lifecycle.models import Recall, RecallOverride
from registry.releases.models import Artefact

HOW = "Take another version. If you must have this one, say why: on its page, or in the header X-Recall-Override."


def check_not_recalled(*, artefact: Artefact) -> None:
    """Raise :class:`Conflict` (``recalled``), with severity and reason, where the file belongs to a version under an open recall."""
    recall = open_recall(artefact)
    if recall is not None:
        remedy = f"Take version {recall.remedy.version}. " if recall.remedy else ""
        raise Conflict(
            "recalled",
            f"Version {artefact.release.version} is recalled ({recall.severity}): {recall.reason}",
            where="version",
            mend=remedy + HOW,
        )


def override_recall(*, artefact: Artefact, reason: str, by: Viewer) -> RecallOverride | None:
    """Keep who takes a recalled file and why; None where it is not recalled (any more).

    Raises :class:`NotAllowed` for nobody, :class:`Refused` (``reason_missing``, ``text_too_long``).
    """
    if by.organisation is None:
        raise NotAllowed("person_needed", "Only members of an organisation take modules.")
    if by.is_auditor:
        raise NotAllowed("auditors_read", "Auditors read everything and change nothing.", mend="Ask somebody who publishes.")
    recall = open_recall(artefact)
    if recall is None:
        return None
    reason = given_reason(reason)
    with transaction.atomic():
        made = RecallOverride.objects.create(
            recall=recall, artefact=artefact, organisation=by.organisation, user=by.user, token=by.token, reason=reason
        )
        record(
            "recall.overridden",
            str(artefact.release),
            by=by,
            organisation=artefact.release.module.organisation,
            recall=recall.pk,
            taken_by=by.organisation.slug,
            file=artefact.filename,
            reason=reason,
        )
    return made


def open_recall(artefact: Artefact) -> Recall | None:
    """The open recall of the file's version."""
    return Recall.objects.still_open().filter(releases=artefact.release_id).select_related("remedy").first()
