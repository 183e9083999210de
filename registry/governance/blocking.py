"""What of governance stands against listing a release."""

from __future__ import annotations

from dataclasses import dataclass

from registry.governance.models import PAPERS
from registry.governance.standing import PaperStanding, Standing, rules_hold, standing
from registry.releases.models import Release

_NAMES = dict(PAPERS)
SHOWN = 5  # changes named in one sentence


@dataclass(frozen=True, slots=True)
class Blocker:
    """A rule that is not met: its stable ``code``, what is wrong in a sentence that names the rule, and how to meet it."""

    code: str
    message: str
    mend: str
    where: str = ""


def blockers(release: Release, visibility: str, marking: str) -> list[Blocker]:
    """The rules that ``release`` does not meet for this visibility and marking, the most pressing first. Five statements at most."""
    return blockers_of(standing(release, visibility, marking)) if rules_hold(visibility, marking) else []


def blockers_of(stands: Standing) -> list[Blocker]:
    """As :func:`blockers`, of what was looked up already."""
    if not stands.is_asked:
        return []
    if stands.data_use is None:
        return [
            Blocker(
                "data_use_missing",
                "Nobody has said whose data it handles, and whether it decides about people.",
                "Declare it on the version’s governance page, or with data_categories when publishing.",
                "data_categories",
            )
        ]
    return [blocker for paper in stands.papers if (blocker := _blocker(paper)) is not None]


def _blocker(paper: PaperStanding) -> Blocker | None:
    if paper.state in ("good", "not_needed"):
        return None
    name, rule = _NAMES[paper.paper], paper.rules[0]
    why = f"Rule {rule.code}: {rule.title[:1].lower()}{rule.title[1:]} ({rule.citation})."
    if paper.state == "missing":
        return Blocker(
            f"{paper.paper}_missing", f"The {_lower(name)} is missing. {why}", "Write it on the version’s governance page.", paper.paper
        )
    if paper.state == "unsigned":
        mend = "An information assurance officer of the publisher who did not write it signs it on the version’s governance page."
        return Blocker("assessment_unsigned", f"The {_lower(name)} is not signed yet. {why}", mend, paper.paper)
    mend = "Have the new version of it signed." if paper.draft else "Assess it again on the version’s governance page."
    if paper.state == "expired":
        assert paper.signed is not None
        said = f"The {_lower(name)} was to be looked at again by {paper.signed.review_by.day} {paper.signed.review_by:%B %Y}. {why}"
        return Blocker("assessment_expired", said, mend, paper.paper)
    named = "; ".join(str(change) for change in paper.changes[:SHOWN])
    more = f"; and {len(paper.changes) - SHOWN} more" if len(paper.changes) > SHOWN else ""
    return Blocker("assessment_out_of_date", f"The {_lower(name)} does not speak of: {named}{more}. {why}", mend, paper.paper)


def _lower(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"
