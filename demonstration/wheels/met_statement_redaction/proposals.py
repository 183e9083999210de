"""Finds what a disclosure officer usually redacts. It proposes; a person decides."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from case_references import find

_RULES = {
    "telephone": re.compile(r"(?<!\d)(?:\+44\s?|0)\d{2,4}[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)"),
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "postcode": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b"),
    "vehicle": re.compile(r"\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b"),
}


@dataclass(frozen=True)
class Proposal:
    """Characters ``start`` to ``end`` and the reason to redact them."""

    start: int
    end: int
    reason: str


def propose(statement: str) -> Iterator[Proposal]:
    """Every proposal, in reading order. The case's own reference is never proposed."""
    keep = {reference.text for reference in find(statement)}
    hits = (Proposal(*match.span(), reason) for reason, rule in _RULES.items() for match in rule.finditer(statement))
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if statement[hit.start : hit.end] not in keep:
            yield hit


def apply(statement: str, accepted: Iterable[Proposal]) -> str:
    """``statement`` with the accepted proposals blocked out, its length unchanged."""
    letters = list(statement)
    for proposal in accepted:
        letters[proposal.start : proposal.end] = "█" * (proposal.end - proposal.start)
    return "".join(letters)
