"""What an assessment was made of, and what a later release has beyond it (O5). Plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Self

from registry.formats.model import Inspection
from registry.values.data_uses import NO_DATA, Decisions, is_stronger

_CONNECTING = ("powerplatform-connector",)  # dependencies that are ways to another system
_LISTS = {
    "hosts": "host",
    "systems": "system",
    "credentials": "credential",
    "connections": "connection",
    "categories": "data category",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a release reaches and handles, as far as an assessment must speak of it; names as the files and its publisher write them."""

    hosts: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()  # codes
    decisions: str = Decisions.NONE
    law_enforcement: bool = False
    uses_ai: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain lists, as the baseline of a signed assessment keeps them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The inverse of :meth:`as_json`."""
        values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an assessment does not speak of: ``what`` it is (“host”) and its ``name``."""

    what: str
    name: str

    def __str__(self) -> str:
        return f"new {self.what} {self.name}" if self.name else self.what


def facts_of(
    inspection: Inspection,
    systems: Iterable[str],
    *,
    categories: Iterable[str] = (),
    decisions: str = Decisions.NONE,
    law_enforcement: bool = False,
    uses_ai: bool = False,
) -> Facts:
    """From what was read in the files, the ``systems`` its publisher declared and what was said of its data."""
    connectors = (need.name for need in inspection.dependencies if need.ecosystem in _CONNECTING)
    return Facts(
        hosts=_sorted(inspection.reach.hosts),
        systems=_sorted((*inspection.reach.applications, *systems)),
        credentials=_sorted((*inspection.to_set.credentials, *inspection.to_set.environment_variables)),
        connections=_sorted((*inspection.to_set.connections, *connectors)),
        categories=tuple(sorted(set(categories) - {NO_DATA})),
        decisions=decisions,
        law_enforcement=law_enforcement,
        uses_ai=uses_ai,
    )


def changes(assessed: Facts, now: Facts) -> list[Change]:
    """What ``now`` has that was not ``assessed``. Less of anything asks for nothing, and neither does another spelling of a name."""
    return [*_added(assessed, now), *_graver(assessed, now)]


def _added(assessed: Facts, now: Facts) -> Iterator[Change]:
    for name, what in _LISTS.items():
        known = {each.casefold() for each in getattr(assessed, name)}
        yield from (Change(what, each) for each in getattr(now, name) if each.casefold() not in known)


def _graver(assessed: Facts, now: Facts) -> Iterator[Change]:
    if is_stronger(now.decisions, assessed.decisions):
        yield Change("more decided by the machine", "")
    if now.law_enforcement and not assessed.law_enforcement:
        yield Change("law enforcement processing", "")
    if now.uses_ai and not assessed.uses_ai:
        yield Change("use of artificial intelligence", "")


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, whatever its case."""
    known = {name.strip().casefold(): name.strip() for name in names if name.strip()}
    return tuple(known[key] for key in sorted(known))
