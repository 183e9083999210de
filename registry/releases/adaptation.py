"""The adaptation map: everything the files refer to that a taker must set, check, or may leave (B16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registry.formats.model import Inspection


@dataclass(frozen=True, slots=True)
class AdaptationRow:
    """One thing the files refer to that a taker must set or check.

    ``group`` is ``systems``, ``accounts`` or ``settings``; ``what`` says in words what it is ("Credential"), ``name`` is the name the
    platform's own editor shows, ``do`` is the instruction, ``effort`` is ``set``, ``check`` or ``none``.
    """

    group: str
    what: str
    name: str
    do: str
    effort: str


def adaptation_rows(inspection: Inspection, systems: Sequence[str] = ()) -> tuple[AdaptationRow, ...]:
    """The rows for one release; ``systems`` are the line-of-business systems its publisher names."""
    return (*_systems(inspection, systems), *_accounts(inspection), *_settings(inspection))


def _systems(inspection: Inspection, systems: Sequence[str]) -> Iterator[AdaptationRow]:
    for name in systems:
        yield AdaptationRow("systems", "System", name, "Check that yours is a version it works in", "check")
    for name in inspection.reach.applications:
        if name not in systems:
            yield AdaptationRow("systems", "Application", name, "Check that your robots have it", "check")
    for host in inspection.reach.hosts:
        if host not in inspection.reach.applications:
            yield AdaptationRow("systems", "Host", host, "Put your own address in its place", "set")


def _accounts(inspection: Inspection) -> Iterator[AdaptationRow]:
    to_set = inspection.to_set
    for name in to_set.credentials:
        yield AdaptationRow("accounts", "Credential", name, "Create it in your own vault", "set")
    for name in to_set.connections:
        yield AdaptationRow("accounts", "Connection", name, "Connect it with an account of yours", "set")
    for name in to_set.queues:
        yield AdaptationRow("accounts", "Queue", name, "Create it under this name", "set")


def _settings(inspection: Inspection) -> Iterator[AdaptationRow]:
    for name in inspection.to_set.assets:
        yield AdaptationRow("settings", "Asset", name, "Create it and give your value", "set")
    for name in inspection.to_set.environment_variables:
        yield AdaptationRow("settings", "Environment variable", name, "Give your value", "set")
    for path in inspection.reach.paths:
        yield AdaptationRow("settings", "Folder or file", path, "Check that it exists, or change it", "check")
    for address in inspection.reach.addresses:
        yield AdaptationRow("settings", "Mail address", address, "Put your own address in its place", "set")
