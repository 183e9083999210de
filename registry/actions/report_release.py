"""Takes a report that a release looks unsafe; two independent ones, of which one by somebody who reviews, put it into quarantine."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.quarantine_release import put_away
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.lifecycle.models import DigestVerdict, Quarantine, UnsafeReport
from registry.lifecycle.reports import answer_reports
from registry.lifecycle.verdicts import verdicts_on
from registry.releases.models import Release

MAX_REASON = 2000
BY_RULE = "Two people of different organisations reported it, one of them a reviewer."


def report_release(*, release: Release, reason: str, by: Viewer) -> UnsafeReport:
    """Keep the report of whoever sees the release; once a person.

    Raises :class:`NotAllowed` (``person_needed``), :class:`Refused` (``reason_missing``, ``text_too_long``) or :class:`Conflict`
    (``reported_already``).
    """
    if by.user is None or by.token is not None or by.organisation is None:
        raise NotAllowed("person_needed", "Only people report.")
    if by.is_auditor:
        raise NotAllowed("auditors_read", "Auditors read everything and change nothing.", mend="Tell a steward.")
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", "No reason is given.", where="reason", mend="Say what looks unsafe, and where.")
    if len(reason) > MAX_REASON:
        raise Refused("text_too_long", f"The reason has over {MAX_REASON} characters.", where="reason", mend="Shorten it.")
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=release.module_id)
        locked = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
        locked.module = module
        if locked.unsafe_reports.filter(user=by.user).exists():
            raise Conflict("reported_already", "You have reported this version; the stewards have your report.", where="reason")
        report = UnsafeReport.objects.create(
            release=locked, user=by.user, organisation=by.organisation, is_trusted=bool(by.reviews_at), reason=reason
        )
        record("release.reported", str(locked), by=by, organisation=locked.module.organisation, trusted=report.is_trusted)
        _decide(locked)
    report.refresh_from_db()
    return report


def _decide(release: Release) -> None:
    """Quarantine by rule, where the reports suffice; what a steward allowed by its digest stays, and its reports are answered by that."""
    waiting = list(release.unsafe_reports.filter(outcome=UnsafeReport.Outcome.OPEN))
    digests = set(release.artefacts.values_list("sha256", flat=True))
    allowed = [verdict for verdict in verdicts_on(digests).values() if verdict.verdict == DigestVerdict.Verdict.ALLOW]
    if digests and len(allowed) == len(digests):
        answer_reports(waiting, UnsafeReport.Outcome.DISMISSED, f"A steward has allowed these files: {allowed[0].reason}"[:500])
        return
    independent = len({report.organisation_id for report in waiting}) > 1
    if release.quarantined_at is None and independent and any(report.is_trusted for report in waiting):
        put_away([release.pk], Quarantine.Cause.REPORTS, BY_RULE, by=None)
        answer_reports(waiting, UnsafeReport.Outcome.UPHELD, BY_RULE)
