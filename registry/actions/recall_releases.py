"""Recalls versions of a module: every organisation that holds one is told, and says what it did. Nobody else is told."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.telling_lifecycle import tell_of_recall
from registry.catalogue.models import Module
from registry.errors import Conflict, Refused
from registry.lifecycle.holding import holders, releases_within
from registry.lifecycle.models import Recall, RecallHolding, RecallNotice
from registry.permissions import leader_for
from registry.releases.models import Release
from registry.values.severities import Severity

MAX_TEXT = 2000
# In how many days each organisation must have answered, where whoever recalls says nothing else.
DAYS = {Severity.CRITICAL: 1, Severity.HIGH: 3, Severity.MODERATE: 7, Severity.LOW: 14}
MOST_DAYS = 90


def recall_releases(
    *, module: Module, versions: str, severity: str, reason: str, workaround: str = "", days: int | None = None, by: Viewer
) -> Recall:
    """Recall what lies in the range ``versions`` now; what is published later is not recalled by it.

    A publisher of the module or a steward may. Raises :class:`NotAllowed`, :class:`Refused` (``range_invalid``, ``severity_unknown``,
    ``reason_missing``, ``text_too_long``, ``days_invalid``) or :class:`Conflict` (``no_such_versions``, ``already_recalled``).
    """
    leader_for(by, module)
    affected = check_versions(module, versions)
    level = check_severity(severity)
    reason, workaround = check_texts(reason, workaround)
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Refused("days_invalid", f"{days} days is no time to answer in.", where="days", mend=f"Give a number from 1 to {MOST_DAYS}.")
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        if Recall.objects.still_open().filter(module=module, releases__in=affected).exists():
            raise Conflict(
                "already_recalled",
                "Some of these versions are under a recall that is still open.",
                where="versions",
                mend="Close that recall first, or recall the other versions.",
            )
        recall = Recall.objects.create(
            module=module,
            severity=level,
            ranges=versions.strip() or "*",
            reason=reason,
            workaround=workaround,
            days=days or DAYS[level],
            recalled_by=by.user,
        )
        recall.releases.set(affected)
        said = [release.version for release in affected]
        record("recall.made", module.identifier, by=by, organisation=module.organisation, recall=recall.pk, severity=level, versions=said)
        tell_holders(recall)
        module.revision += 1
        module.save(update_fields=["revision"])
    return recall


def tell_holders(recall: Recall, *, organisation: Organisation | None = None) -> list[RecallNotice]:
    """Make the notice of every organisation that holds what ``recall`` covers and was not told; returns the new ones. Safe to repeat.

    To be called in a transaction. With ``organisation`` only that one's holdings are looked at.
    """
    recalled = set(recall.releases.values_list("pk", flat=True))
    found = holders(recall.module, recalled, organisation=organisation.pk if organisation else None)
    told = []
    for holder in Organisation.objects.filter(pk__in=found).order_by("pk"):
        due = timezone.now() + timedelta(days=recall.days)
        notice, is_new = RecallNotice.objects.get_or_create(recall=recall, organisation=holder, defaults={"due_at": due})
        RecallHolding.objects.bulk_create(
            [RecallHolding(notice=notice, held_id=held, is_direct=held in recalled) for held in sorted(found[holder.pk])],
            ignore_conflicts=True,
        )
        if is_new:
            told.append(notice)
            record("recall.told", recall.module.identifier, by=None, organisation=holder, recall=recall.pk)
            tell_of_recall(notice)
    return told


def check_versions(module: Module, versions: str) -> list[Release]:
    """The releases of ``module`` in the range; raises :class:`Refused` (``range_invalid``) or :class:`Conflict` (``no_such_versions``)."""
    affected = releases_within(module, versions)
    if not affected:
        raise Conflict("no_such_versions", "No version of it lies in that range.", where="versions", mend="See its list of versions.")
    return affected


def check_severity(severity: str) -> Severity:
    """``severity`` as one of the four levels; raises :class:`Refused` (``severity_unknown``)."""
    if severity not in list(Severity):
        raise Refused("severity_unknown", "That is not a severity we know.", where="severity", mend=f"Use one of: {', '.join(Severity)}.")
    return Severity(severity)


def check_texts(reason: str, workaround: str) -> tuple[str, str]:
    """Both trimmed; raises :class:`Refused` (``reason_missing``, ``text_too_long``)."""
    reason, workaround = reason.strip(), workaround.strip()
    if not reason:
        raise Refused("reason_missing", "No reason is given.", where="reason", mend="Say what is wrong, and what may happen.")
    for where, text in (("reason", reason), ("workaround", workaround)):
        if len(text) > MAX_TEXT:
            raise Refused("text_too_long", f"The {where} has over {MAX_TEXT} characters.", where=where, mend="Shorten it.")
    return reason, workaround
