"""Decides what follows from findings and rules: checks report, this decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry.releases.models import Finding, Release
from registry.reviews.models import Contributor, FindingAnswer, SignOffRule

DAYS_TO_REVIEW = timedelta(days=10)  # after which the queue says that a review is late
ANSWERED_FIRST = (Finding.Severity.STOP, Finding.Severity.ANSWER)  # before a release is shown to anybody


def decide(unanswered: Iterable[Finding], rules: Iterable[SignOffRule]) -> Release.State:
    """Hold a release with anything to mend in it; list it where nobody need sign; otherwise have it reviewed."""
    if any(finding.severity == Finding.Severity.STOP for finding in unanswered):
        return Release.State.HELD
    return Release.State.IN_REVIEW if list(rules) else Release.State.LISTED


def rules_for(visibility: str, marking: str) -> QuerySet[SignOffRule]:
    """The sign-offs that a release of this visibility and marking needs."""
    return SignOffRule.objects.filter(visibility=visibility, marking=marking)


def current_findings(release: Release) -> QuerySet[Finding]:
    """What was found in the files that the release has now."""
    return Finding.objects.filter(release=release, digest=release.digest).order_by("pk")


def unanswered_findings(release: Release) -> QuerySet[Finding]:
    """Of those, what must be mended or answered and is neither."""
    answers = FindingAnswer.objects.filter(module=release.module_id, fingerprint=OuterRef("fingerprint"), withdrawn_at=None)
    answers = answers.exclude(answered_by__in=Contributor.objects.filter(release=release).values("user"))  # who answered for an earlier one
    return current_findings(release).filter(~Q(Exists(answers)), severity__in=ANSWERED_FIRST)
