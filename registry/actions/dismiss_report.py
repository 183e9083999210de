"""Answers a report that a release looks unsafe: a steward looked, and found nothing."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed
from registry.lifecycle.models import UnsafeReport
from registry.lifecycle.reports import answer_reports
from registry.permissions import steward_for


def dismiss_report(*, report: UnsafeReport, reason: str, by: Viewer) -> None:
    """Close an open report; it counts towards no quarantine any more.

    Raises :class:`NotAllowed` (``stewards_only``, ``own_report``), :class:`Refused` (``reason_missing``) or :class:`Conflict`
    (``decided_already``).
    """
    user = steward_for(by)
    reason = given_reason(reason)
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(releases__unsafe_reports=report.pk)
        report = UnsafeReport.objects.select_for_update(of=("self",)).select_related("release").get(pk=report.pk)
        if report.user_id == user.pk:
            raise NotAllowed("own_report", "You reported this, so another steward must look at it.")
        if report.outcome != UnsafeReport.Outcome.OPEN:
            raise Conflict("decided_already", "That report was decided already.", where="report")
        answer_reports([report], UnsafeReport.Outcome.DISMISSED, reason, user)
        report.release.module = module
        record("report.dismissed", str(report.release), by=by, organisation=module.organisation)
