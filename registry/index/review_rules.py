"""The rules of reviews as data has them: which sign-offs are needed for what, by whom, and what each signer looks at."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import SignOffRole
from registry.reviews.models import ChecklistItem, SignOffRule
from registry.reviews.policy import DAYS_TO_REVIEW
from registry.values.markings import Marking, Visibility


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """What one visibility and marking needs: for each of the four roles who signs (``any publisher other``), or an empty text."""

    visibility: str
    marking: str
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """What whoever signs for a role looks at: the words, and whether a picture or file must show it."""

    role: str
    label: str
    items: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class RulesEntry:
    """All of it."""

    days: int
    labels: tuple[str, ...]
    rules: tuple[RuleEntry, ...]
    roles: tuple[RoleEntry, ...]


def rules_entry() -> RulesEntry:
    """The rules as they are now, in two queries."""
    signers = {(rule.visibility, rule.marking, rule.role): rule.signer for rule in SignOffRule.objects.all()}
    items = list(ChecklistItem.objects.filter(is_active=True))
    return RulesEntry(
        days=DAYS_TO_REVIEW.days,
        labels=tuple(role.label for role in SignOffRole),
        rules=tuple(
            RuleEntry(visibility, marking, tuple(signers.get((visibility, marking, role.value), "") for role in SignOffRole))
            for visibility in Visibility
            for marking in Marking
        ),
        roles=tuple(
            RoleEntry(role.value, role.label, tuple((item.text, item.needs_evidence) for item in items if item.role == role.value))
            for role in SignOffRole
        ),
    )
