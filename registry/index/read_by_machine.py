"""What the registry read itself for each item of the reviewers' checklists, so that people look at what only people can see."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from registry.catalogue.models import Module
from registry.formats.model import Inspection
from registry.governance.blocking import Blocker
from registry.index.entries import DependencyEntry
from registry.releases.adaptation import AdaptationRow
from registry.values.licences import licence_name

# Findings that speak of personal data or of secrets, of what code does, and of licences: by the codes of their checks.
PERSONAL = frozenset({"personal_number", "personal_contact", "user_folder", "embedded_screenshots", "stored_test_data", "secret_found"})
RISKY = frozenset({"risky_code", "malware_found", "not_read"})
LICENCE = frozenset({"licence_missing", "licence_incompatible", "licence_differs"})


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the items are answered from."""

    module: Module
    licence: str
    marking: str
    inspection: Inspection
    adaptation: tuple[AdaptationRow, ...]
    dependencies: tuple[DependencyEntry, ...]
    open_codes: tuple[str, ...]  # of findings that are neither mended nor answered
    blockers: Collection[Blocker]

    def found(self, codes: Collection[str]) -> int:
        """How many open findings have one of ``codes``."""
        return sum(code in codes for code in self.open_codes)


Said = tuple[str, str]  # tone, words


def read_by_machine(role: str, code: str, facts: Facts) -> Said:
    """What was read for the item ``code`` of ``role``; that nothing was, where it is one of the partnership's own."""
    reader = _READERS.get((role, code))
    return reader(facts) if reader else ("none", "Nothing: you look")


def _findings(facts: Facts, codes: Collection[str], nothing: str) -> Said:
    count = facts.found(codes)
    return ("change", f"{_count(count, 'finding')} open") if count else ("good", nothing)


def _code(facts: Facts) -> Said:
    steps = sum(step.kind == "code" for step in facts.inspection.steps)
    if facts.found(RISKY):
        return _findings(facts, RISKY, "")
    return ("check", f"{_count(steps, 'code stage')} to read") if steps else ("good", "No code stage found")


def _settings(facts: Facts) -> Said:
    count = sum(row.effort == "set" for row in facts.adaptation)
    missing = sum(need.status == "missing" for need in facts.dependencies)
    if missing:
        return "change", f"{count} to set, {_count(missing, 'dependency', 'dependencies')} missing"
    return "none", f"{_count(count, 'thing')} to set found"


def _described(facts: Facts) -> Said:
    if not facts.module.readme:
        return "change", "A summary, no description"
    return "good", "A summary and a description"


def _people(facts: Facts) -> Said:
    human, steps = sum(step.human for step in facts.inspection.steps), len(facts.inspection.steps)
    return ("none", f"{human} of {_count(steps, 'step')} a person’s") if steps else ("none", "Its files name no steps")


def _owner(facts: Facts) -> Said:
    module = facts.module
    if module.owner_name and module.owner_email:
        return "good", f"{module.owner_name}, with a mailbox"
    return "change", "No owner with a mailbox stated" if not module.owner_name else "An owner, no mailbox"


def _papers(facts: Facts) -> Said:
    count = len(facts.blockers)
    return ("change", f"{_count(count, 'rule')} not met") if count else ("good", "No rule asks for more")


def _reach(facts: Facts) -> Said:
    reach, to_set = facts.inspection.reach, facts.inspection.to_set
    hosts, accounts = len(reach.hosts), len(to_set.credentials) + len(to_set.connections)
    if not hosts and not accounts:
        return "good", "No host or account named"
    return "check", f"{_count(hosts, 'host')}, {_count(accounts, 'account')} named"


def _rights(facts: Facts) -> Said:
    module = facts.module
    if module.ip_owner or module.ip_owner_type:
        return "none", f"Rights stated: {module.ip_owner or module.get_ip_owner_type_display()}"
    return "change", "Nobody stated who owns the rights"


def _licence(facts: Facts) -> Said:
    return _findings(facts, LICENCE, licence_name(facts.licence)) if facts.licence else ("change", "No licence stated")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


_READERS: dict[tuple[str, str], Callable[[Facts], Said]] = {
    ("technical", "opens"): lambda facts: ("none", f"{_count(len(facts.inspection.entry_points), 'entry point')} read"),
    ("technical", "no-code-surprises"): _code,
    ("technical", "settings"): _settings,
    ("business_owner", "process"): _described,
    ("business_owner", "people"): _people,
    ("business_owner", "owner"): _owner,
    ("information_assurance", "data"): lambda facts: _findings(facts, PERSONAL, "None found in the files"),
    ("information_assurance", "papers"): _papers,
    ("information_assurance", "marking"): lambda facts: ("none", f"{facts.marking} stated"),
    ("information_assurance", "reach"): _reach,
    ("licence", "right"): _rights,
    ("licence", "licence"): _licence,
}
