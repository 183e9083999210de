"""Assurance tiers: three steps of criteria that anybody can read and a machine checks (C4). A tier says what was looked at, not how good it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import SignOffRole

HIGHEST = 3
TIERS = {
    1: (
        "Described and checked",
        "One can tell what it does, who answers for it and what may be done with it, and no check stands against it.",
    ),
    2: ("Reviewed", "People of at least two organisations judged these very files, and somebody keeps answering for them."),
    3: ("Ready to reuse", "Another organisation can build on it: it is typed, reaches nothing unexpected, and is kept up."),
}
THEMES = {"safe": "Safe to share", "reusable": "Ready to reuse", "kept": "Kept up"}
CONFIRMED_FOR = timedelta(days=365)  # how long an owner's word that they answer for it holds
RECENT_FOR = timedelta(days=2 * 365)  # how long a version counts as kept up
_LICENCE_FINDINGS = frozenset({"licence_missing", "licence_incompatible"})
_RISKY_FINDINGS = frozenset({"risky_code", "stored_test_data", "embedded_screenshots", "personal_contact", "active_content"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What the criteria ask of a release and its module; all of it is known to everybody who sees the release."""

    now: datetime
    is_checked: bool = False
    open_findings: int = 0  # kinds of findings that are neither mended nor answered
    standing: frozenset[str] = frozenset()  # codes of findings that nobody said to be none: open, or true and accepted
    licence: str = ""
    summary: str = ""
    readme: str = ""
    owner_name: str = ""
    owner_email: str = ""
    owner_confirmed_at: datetime | None = None
    business_area: str = ""
    systems: int = 0  # named by its publisher
    signed_roles: frozenset[str] = frozenset()  # of these very files
    signing_organisations: int = 0
    is_assessed: bool = False  # every assessment that rules ask for is there, signed and in date
    changes: str = ""
    is_first: bool = True  # no version was listed before
    entry_points: int = 0
    untyped: int = 0  # inputs and outputs without a type
    rights_said: bool = False
    listed_at: datetime | None = None
    is_withdrawn: bool = False  # yanked, in quarantine or deprecated


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that a tier asks for: ``text`` says it, ``mend`` how to meet it, ``is_met`` looks."""

    tier: int
    theme: str
    code: str
    text: str
    mend: str
    is_met: Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion and whether a release meets it."""

    criterion: Criterion
    is_met: bool


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        1,
        "safe",
        "checks_passed",
        "The checks have run, and whatever they found is mended or was answered by a second person.",
        "Mend what the findings name, or ask a reviewer to answer them.",
        lambda facts: facts.is_checked and not facts.open_findings,
    ),
    Criterion(
        1,
        "reusable",
        "licence_fits",
        "Its licence is named, and fits the licences of what it needs.",
        "Publish a version with a licence (an SPDX expression) that fits those of what it needs.",
        lambda facts: bool(facts.licence) and not facts.standing & _LICENCE_FINDINGS,
    ),
    Criterion(
        1,
        "reusable",
        "said_plainly",
        "A summary in plain language says what it does, and a README how to use it.",
        "Write both on the page “Edit”: short words, and what a taker does first.",
        lambda facts: bool(facts.summary and facts.readme.strip()) and "summary_not_plain" not in facts.standing,
    ),
    Criterion(
        1,
        "reusable",
        "placed",
        "Its business area and the systems it works in are named.",
        "Name both on the page “Edit”.",
        lambda facts: bool(facts.business_area) and facts.systems > 0,
    ),
    Criterion(
        1,
        "kept",
        "owner_named",
        "A post or team owns it, and has a shared mailbox.",
        "Name the post or team and its mailbox on the page “Edit”.",
        lambda facts: bool(facts.owner_name and facts.owner_email),
    ),
    Criterion(
        2,
        "safe",
        "four_signed",
        "These very files were signed off in all four roles, by people of at least two organisations.",
        "Have it reviewed: share it with the partnership, and the four roles are asked to sign.",
        lambda facts: facts.signed_roles >= set(SignOffRole.values) and facts.signing_organisations > 1,
    ),
    Criterion(
        2,
        "safe",
        "assessed",
        "Every assessment that its use of data asks for is there and in date.",
        "Write or renew the assessments that the page of this version asks for.",
        lambda facts: facts.is_assessed,
    ),
    Criterion(
        2,
        "reusable",
        "dependencies_had",
        "All that it needs is in its files, in Moothall, or comes with the platform.",
        "Publish what is missing as a module of its own, or put it into the files.",
        lambda facts: "missing_dependency" not in facts.standing,
    ),
    Criterion(
        2,
        "kept",
        "owner_confirmed",
        "Its owner has said within the last year that they still answer for it.",
        "Have the owner confirm it on the module’s page.",
        lambda facts: facts.owner_confirmed_at is not None and facts.now - facts.owner_confirmed_at <= CONFIRMED_FOR,
    ),
    Criterion(
        2,
        "kept",
        "changes_described",
        "It is said what changed since the version before.",
        "Say what changed when you publish the next version.",
        lambda facts: facts.is_first or bool(facts.changes.strip()),
    ),
    Criterion(
        3,
        "safe",
        "hosts_declared",
        "It reaches no host of one organisation, and none without protection.",
        "Take addresses from settings that each organisation gives, and use protected connections.",
        lambda facts: facts.is_checked and "host_reach" not in facts.standing,
    ),
    Criterion(
        3,
        "safe",
        "nothing_risky",
        "Its files hold no risky command, no stored test data, no screenshot and nobody’s contact details; not even with an answer that accepts them.",
        "Take them out of the files and publish the next version.",
        lambda facts: facts.is_checked and not facts.standing & _RISKY_FINDINGS,
    ),
    Criterion(
        3,
        "reusable",
        "entry_points_typed",
        "It can be started, and every input and output has a type.",
        "Give each argument a type where the workflow declares it.",
        lambda facts: facts.entry_points > 0 and not facts.untyped,
    ),
    Criterion(
        3,
        "reusable",
        "rights_said",
        "It is said who holds the rights in it, and what takers may do.",
        "Say both on the page “Edit”.",
        lambda facts: facts.rights_said,
    ),
    Criterion(
        3,
        "kept",
        "recent",
        "This version was listed within the last two years, and is not withdrawn or deprecated.",
        "Publish a version from time to time, even where only packages were renewed.",
        lambda facts: facts.listed_at is not None and facts.now - facts.listed_at <= RECENT_FOR and not facts.is_withdrawn,
    ),
)


def judged(facts: Facts) -> tuple[Judged, ...]:
    """Every criterion with whether it is met, in the order of tiers."""
    return tuple(Judged(criterion, criterion.is_met(facts)) for criterion in CRITERIA)


def tier_of(criteria: Iterable[Judged]) -> int:
    """The highest tier of which, and of all below it, every criterion is met; 0 where that is none."""
    missed = {one.criterion.tier for one in criteria if not one.is_met}
    return min(missed) - 1 if missed else HIGHEST
