"""Which papers the rules ask for. Plain Python over rows that the caller has loaded."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from registry.governance.facts import Facts


class Rule(Protocol):
    """What is read of an ``AssessmentRule``."""

    any_person: bool
    high_risk: bool
    categories: list[str]
    decisions: list[str]
    law_enforcement: bool
    uses_ai: bool
    marking: str
    paper: str


@dataclass(frozen=True, slots=True)
class Requirement[R: Rule]:
    """A paper that is required, with the rules that ask for it, the first of them first."""

    paper: str
    rules: tuple[R, ...]


def fires(rule: Rule, facts: Facts, marking: str, high_risk: Collection[str]) -> bool:
    """Whether every condition that ``rule`` names holds; ``high_risk`` are the codes of categories that are."""
    handled = set(facts.categories)
    return (
        (not rule.any_person or bool(handled))
        and (not rule.high_risk or bool(handled & set(high_risk)))
        and (not rule.categories or bool(handled & set(rule.categories)))
        and (not rule.decisions or facts.decisions in rule.decisions)
        and (not rule.law_enforcement or facts.law_enforcement)
        and (not rule.uses_ai or facts.uses_ai)
        and (not rule.marking or rule.marking == marking)
    )


def required[R: Rule](rules: Iterable[R], facts: Facts, marking: str, high_risk: Collection[str]) -> list[Requirement[R]]:
    """The papers that ``rules`` ask for, in the order of the rules."""
    found: dict[str, list[R]] = {}
    for rule in rules:
        if fires(rule, facts, marking, high_risk):
            found.setdefault(rule.paper, []).append(rule)
    return [Requirement(paper, tuple(asking)) for paper, asking in found.items()]
