"""What a sequence is as a whole: its lock, and one inspection of all that its parts touch and want set."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.viewer import Viewer
from registry.errors import Refused
from registry.formats.flow import Flow
from registry.formats.model import EntryPoint, Inspection, Reach, ToSet, inspection_from_json
from registry.releases.models import Release
from registry.resolving.model import Need
from registry.sequences.checking import Interface, Problem, problems, step_points, wanted_inputs
from registry.sequences.interfaces import interface_of
from registry.sequences.locking import Lock, lock_of
from registry.sequences.models import LockedPart, SequenceLock
from registry.sequences.seen import check_parts
from registry.values.markings import Visibility

STARTED = "Start"  # the entry point by which the whole is started, where its diagram names none


@dataclass(frozen=True, slots=True)
class Composed:
    """``inspection`` is of the whole; ``doubts`` are what cannot be told from the modules' files."""

    lock: Lock
    inspection: Inspection
    doubts: tuple[Problem, ...]
    documents: dict[str, dict[str, str]]


def composed(
    viewer: Viewer,
    inspection: Inspection,
    *,
    declared: Sequence[Need] = (),
    visibility: str,
    marking: str,
    named: Collection[int],
) -> Composed | None:
    """The sequence that ``inspection`` draws, resolved over what ``viewer`` may see; None where no step is bound to a module yet.

    Raises :class:`Conflict` where its parts cannot be had together or are seen by fewer, :class:`Refused` where a step cannot be called so.
    """
    flow = inspection.flow
    if flow is None or not flow.bound:
        return None
    lock = lock_of(viewer, flow, declared=declared, shared=visibility != Visibility.OWN)
    parts = [part.release for part in lock.parts]
    check_parts(parts, visibility, marking, named)
    read = {part.module.identifier: inspection_from_json(part.inspection) for part in parts}
    interfaces = {**{part.module.identifier: interface_of(part) for part in parts}, **_renamed(lock, flow)}
    found = problems(flow, interfaces)
    check_calls(found)
    documents = {part.module.identifier: _document(part) for part in parts}
    whole = _whole(inspection, flow, interfaces, list(read.values()))
    return Composed(lock, whole, tuple(one for one in found if not one.is_certain), documents)


def check_calls(found: Sequence[Problem]) -> None:
    """Raises :class:`Refused` with the first certain problem, and says how many there are."""
    certain = [one for one in found if one.is_certain]
    if certain:
        first, more = certain[0], len(certain) - 1
        others = f" {more} more {'step is' if more == 1 else 'things are'} wrong." if more else ""
        raise Refused(first.code, first.message, where=f"{first.step}.{first.where}".rstrip("."), mend=f"{first.mend}{others}")


def keep_lock(release: Release, whole: Composed) -> None:
    """Store the lock of ``release``, which was just saved, and its parts."""
    lock = SequenceLock.objects.create(release=release, content=whole.lock.content, sha256=whole.lock.sha256, documents=whole.documents)
    LockedPart.objects.bulk_create(
        LockedPart(lock=lock, part=part.release, position=part.position, steps=list(part.steps)) for part in whole.lock.parts
    )


def _renamed(lock: Lock, flow: Flow) -> dict[str, Interface]:
    """Interfaces under the identifiers that steps use, where a module has another one since."""
    by_step = {step: part.release for part in lock.parts for step in part.steps}
    return {node.uses.module: interface_of(by_step[node.id]) for node in flow.bound if node.uses is not None and node.id in by_step}


def _document(part: Release) -> dict[str, str]:
    module = part.module
    return {"title": module.title, "summary": module.summary, "language": module.language, "readme": module.readme}


def _whole(inspection: Inspection, flow: Flow, interfaces: dict[str, Interface], parts: Sequence[Inspection]) -> Inspection:
    start = next((point.name for point in inspection.entry_points), STARTED)
    first = EntryPoint(start, inputs=tuple(wanted_inputs(flow, interfaces)))
    return dataclasses.replace(
        inspection,
        entry_points=(first, *inspection.entry_points[1:], *step_points(flow, interfaces)),
        reach=_joined(inspection.reach, [part.reach for part in parts]),
        to_set=_joined(inspection.to_set, [part.to_set for part in parts]),
    )


def _joined[T: (Reach, ToSet)](own: T, others: Sequence[T]) -> T:
    """Every name once, the sequence's own first."""
    names: dict[str, Any] = {
        each.name: tuple(dict.fromkeys(name for one in (own, *others) for name in getattr(one, each.name)))
        for each in dataclasses.fields(own)
    }
    return type(own)(**names)
