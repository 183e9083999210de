"""Answers to reports, each with its line in the report's log."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User
from registry.lifecycle.models import ReportDecision, UnsafeReport


def answer_reports(reports: Iterable[UnsafeReport], outcome: str, reason: str, by: User | None = None) -> None:
    """Close ``reports``; ``by`` is None where a rule decided. In the caller's transaction."""
    for report in reports:
        report.outcome = outcome
        report.save(update_fields=["outcome"])
        ReportDecision.objects.create(report=report, outcome=outcome, reason=reason, decided_by=by)
