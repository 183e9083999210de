"""Decides what follows from findings: checks report, this decides."""

from __future__ import annotations

from collections.abc import Iterable

from registry.checks.model import Found
from registry.releases.models import Release


def decide(findings: Iterable[Found]) -> Release.State:
    """Hold a release with anything to mend in it, list every other."""
    return Release.State.HELD if any(found.severity == "stop" for found in findings) else Release.State.LISTED
