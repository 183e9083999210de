"""What of governance stands against listing a release."""

from __future__ import annotations

from dataclasses import dataclass

from registry.releases.models import Release


@dataclass(frozen=True, slots=True)
class Blocker:
    """A rule that is not met: its stable ``code``, what is wrong in a sentence that names the rule, and how to meet it."""

    code: str
    message: str
    mend: str
    where: str = ""


def blockers(release: Release, visibility: str, marking: str) -> list[Blocker]:
    """The rules that ``release`` does not meet for this visibility and marking, the most pressing first."""
    return []
