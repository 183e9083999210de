"""The sequences that lock a module, with what is needed to judge their steps; a fixed number of queries for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import F, QuerySet

from registry.catalogue.models import Module
from registry.formats.flow import Flow, flow_from_json
from registry.releases.models import Release
from registry.sequences.checking import Interface
from registry.sequences.interfaces import entry_points_from_json
from registry.sequences.models import LockedPart


@dataclass(frozen=True, slots=True)
class Locked:
    """A part of a sequence's latest listed release, with the flow and the interfaces of everything locked there."""

    part: LockedPart  # lock, its release and that one's module are loaded, and so is the part's release
    flow: Flow
    interfaces: dict[str, Interface]  # by the identifier as the steps write it
    names: frozenset[str]  # those by which the steps call this part


def latest_parts() -> QuerySet[LockedPart]:
    """What steps ask for in the release that each sequence's page speaks of."""
    latest = LockedPart.objects.filter(
        lock__release__state=Release.State.LISTED, lock__release__version=F("lock__release__module__latest_version")
    )
    return latest.exclude(steps=[]).exclude(lock__release__module__status=Module.Status.DRAFT)


def loaded(parts: Iterable[LockedPart]) -> list[Locked]:
    """``parts`` with what judging them needs; in four queries. One whose flow is not stored is left out."""
    rows = list(parts)
    flows = _flows({row.lock_id for row in rows})
    beside: dict[int, list[LockedPart]] = defaultdict(list)
    for row in LockedPart.objects.filter(lock__in=flows).exclude(steps=[]):
        beside[row.lock_id].append(row)
    interfaces = interfaces_by_key({row.part_id for others in beside.values() for row in others})
    found = []
    for row in rows:
        flow = flows.get(row.lock_id)
        if flow is not None:
            called = {other.pk: _names(flow, other) for other in beside[row.lock_id]}
            known = {name: interfaces[other.part_id] for other in beside[row.lock_id] for name in called[other.pk]}
            found.append(Locked(row, flow, known, called.get(row.pk, frozenset())))
    return found


def interfaces_by_key(releases: Collection[int]) -> dict[int, Interface]:
    """The interfaces of these releases, without what else was read of them."""
    rows = Release.objects.filter(pk__in=releases).values_list(
        "pk", "module__publisher", "module__slug", "version", "platform", "inspection__entry_points"
    )
    return {
        key: Interface(f"{publisher}/{slug}", version, platform, entry_points_from_json(points or []))
        for key, publisher, slug, version, platform, points in rows
    }


def _flows(locks: Collection[int]) -> dict[int, Flow]:
    rows = Release.objects.filter(pk__in=locks).values_list("pk", "inspection__flow")
    return {key: flow for key, data in rows if (flow := flow_from_json(data)) is not None}


def _names(flow: Flow, part: LockedPart) -> frozenset[str]:
    steps = set(part.steps)
    return frozenset(node.uses.module for node in flow.bound if node.uses and node.id in steps)
