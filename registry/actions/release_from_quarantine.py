"""Ends a quarantine: somebody else than who set it looked into it and found the release sound."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.viewer import Viewer
from registry.actions.refresh_module import refresh_module
from registry.actions.refresh_sequence_updates import promise_updates
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.catalogue.visibility import SHARED
from registry.errors import Conflict, NotAllowed
from registry.lifecycle.models import Quarantine, UnsafeReport
from registry.lifecycle.reports import answer_reports
from registry.lifecycle.verdicts import denied_among
from registry.permissions import may_publish
from registry.releases.models import Release


def release_from_quarantine(*, quarantine: Quarantine, reason: str, by: Viewer) -> Quarantine:
    """Show the release again to those who saw it before.

    A steward may who neither set the quarantine nor reported the release; what its publisher set, also another who publishes it. Raises
    :class:`NotAllowed` (``second_person``, ``stewards_only``), :class:`Refused` (``reason_missing``) or :class:`Conflict` (``not_quarantined``,
    ``bytes_denied``).
    """
    reason = given_reason(reason)
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(releases__quarantines=quarantine.pk)
        release = Release.objects.select_for_update(of=("self",)).get(quarantines=quarantine.pk)
        quarantine = Quarantine.objects.select_for_update().get(pk=quarantine.pk)
        user = _check_right(quarantine, module, by)
        if quarantine.ended_at is not None:
            raise Conflict("not_quarantined", f"Version {release.version} is not in quarantine.", where="version")
        if denied_among(release.artefacts.values_list("sha256", flat=True)):
            raise Conflict(
                "bytes_denied", "Its files are denied by their digest.", where="version", mend="Allow them first, if they are sound."
            )
        release.module, quarantine.release = module, release
        let_out(quarantine, reason, user)
        refresh_module(module)
        promise_updates(module)
        record("release.released_from_quarantine", str(release), by=by, organisation=module.organisation, cause=quarantine.cause)
    return quarantine


def let_out(quarantine: Quarantine, reason: str, user: User) -> None:
    """End the row, and with it the reports that led to it; the caller has locked module and release, and refreshes and records."""
    quarantine.ended_at, quarantine.ended_by, quarantine.ended_reason = timezone.now(), user, reason
    quarantine.save()
    release = quarantine.release
    release.quarantined_at, release.quarantined_by, release.quarantine_reason = None, None, ""
    release.save(update_fields=["quarantined_at", "quarantined_by", "quarantine_reason"])
    answer_reports(release.unsafe_reports.exclude(outcome=UnsafeReport.Outcome.DISMISSED), UnsafeReport.Outcome.DISMISSED, reason, user)


def _check_right(quarantine: Quarantine, module: Module, by: Viewer) -> User:
    if by.user is None or by.token is not None:
        raise NotAllowed("person_needed", "A person must decide this.", mend="Sign in and open the page of quarantines.")
    is_steward = by.is_steward and module.visibility in SHARED
    is_publisher = quarantine.cause == Quarantine.Cause.PUBLISHER and may_publish(by, module.publisher, module.slug)
    if not is_steward and not is_publisher:
        raise NotAllowed("stewards_only", "Only a steward ends this quarantine.", mend="Write to the stewards.")
    reported = UnsafeReport.objects.filter(release=quarantine.release_id, user=by.user).exists()
    if quarantine.set_by_id == by.user.pk or reported:
        raise NotAllowed("second_person", "You set this quarantine or reported the version, so somebody else must end it.")
    return by.user
