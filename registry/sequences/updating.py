"""What a newer release of a part would do to the steps of a sequence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.errors import Refused
from registry.formats.flow import Flow
from registry.sequences.checking import Interface, Problem, problems
from registry.sequences.models import PartUpdate
from registry.values.ranges import parse_range

MAX_REASONS = 5  # of one step


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether a newer release can take the place of a part; ``reasons`` by step id, what nobody can be certain of among them."""

    verdict: str
    reasons: dict[str, list[str]] = field(default_factory=dict)


def outlook(flow: Flow, interfaces: Mapping[str, Interface], names: frozenset[str], newer: Interface) -> Outlook:
    """The outlook of ``newer`` in the place of the module that the steps call by one of ``names``; ``interfaces`` are those locked."""
    before = {_place(problem) for problem in problems(flow, interfaces)}
    found = problems(flow, {**interfaces, **dict.fromkeys(names, newer)})
    fresh = sorted((problem for problem in found if _place(problem) not in before), key=lambda problem: not problem.is_certain)
    reasons: dict[str, list[str]] = defaultdict(list)
    for problem in fresh:
        if len(reasons[problem.step]) < MAX_REASONS:
            reasons[problem.step].append(problem.message)
    if any(problem.is_certain for problem in fresh):
        return Outlook(PartUpdate.Verdict.BREAKS, dict(reasons))
    ranges = {node.uses.range for node in flow.bound if node.uses and node.uses.module in names}
    fits = all(_holds(each, newer.version) for each in ranges)
    return Outlook(PartUpdate.Verdict.FITS if fits else PartUpdate.Verdict.OUTSIDE, dict(reasons))


def _place(problem: Problem) -> tuple[str, str, str, bool]:
    return problem.code, problem.step, problem.where, problem.is_certain


def _holds(text: str, version: str) -> bool:
    try:
        return parse_range(text).holds(version)
    except Refused:
        return False
