"""A process sequence as its pages show it: its steps with what does them, its lock, and what newer versions of its parts would break."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from accounts.viewer import Viewer
from registry.formats.flow import Flow
from registry.formats.model import inspection_from_json
from registry.index.read import missing
from registry.releases.adaptation import AdaptationRow
from registry.releases.models import Release
from registry.sequences.models import PartUpdate
from registry.sequences.parts import Locked, Parts, parts_of
from registry.sequences.told import Told, started_with, told


@dataclass(frozen=True, slots=True)
class UpdateEntry:
    """That a part has a newer release. ``reasons`` are the steps it would break or leave in doubt, each with sentences."""

    module: str  # publisher/slug
    title: str
    language: str
    locked: str  # version
    newest: str
    verdict: str  # fits outside breaks
    reasons: tuple[tuple[Told, tuple[str, ...]], ...]

    @property
    def publisher(self) -> str:
        return self.module.partition("/")[0]

    @property
    def slug(self) -> str:
        return self.module.partition("/")[2]


@dataclass(frozen=True, slots=True)
class SettingsEntry:
    """What is to set of one part: by the numbers of the steps that it does, none for what only other parts need."""

    part: Locked
    steps: tuple[Told, ...]
    rows: tuple[AdaptationRow, ...]


@dataclass(frozen=True, slots=True)
class OutsideEntry:
    """What the parts need from elsewhere."""

    ecosystem: str
    name: str
    range: str


@dataclass(frozen=True, slots=True)
class SequenceEntry:
    """A release of a sequence. ``parts`` is None where no step is bound to a module yet."""

    release: Release
    flow: Flow
    steps: tuple[Told, ...]
    parts: Parts | None
    updates: tuple[UpdateEntry, ...]

    @property
    def people(self) -> tuple[Told, ...]:
        """The steps of people."""
        return tuple(step for step in self.steps if step.node.is_human)

    @property
    def hand_overs(self) -> tuple[Told, ...]:
        """The steps after which something is handed over."""
        return tuple(step for step in self.steps if step.node.hand_over)

    @property
    def started_with(self) -> tuple[str, ...]:
        """What whoever starts it gives."""
        return started_with(self.steps)

    @property
    def settings(self) -> tuple[SettingsEntry, ...]:
        """What is to set of each part, in the order of the work; parts of which nothing is to set are left out."""
        seen = self.parts.seen if self.parts else ()
        entries = (SettingsEntry(part, tuple(step for step in self.steps if step.part is part), part.adaptation) for part in seen)
        found = [entry for entry in entries if entry.rows]
        return tuple(sorted(found, key=lambda entry: entry.steps[0].number if entry.steps else len(self.steps) + 1))

    @property
    def modules(self) -> int:
        """How many modules its lock names that the viewer sees."""
        return len(self.parts.seen) if self.parts else 0

    @property
    def others(self) -> tuple[Locked, ...]:
        """The parts that no step asks for: other parts need them."""
        return tuple(part for part in self.parts.seen if not part.steps) if self.parts else ()

    @property
    def outside(self) -> tuple[OutsideEntry, ...]:
        """What the parts need that is not in the registry; nothing is said of it where a part is hidden."""
        if self.parts is None or not self.parts.is_whole:
            return ()
        found: list[dict[str, Any]] = json.loads(self.parts.lock.content).get("outside", [])
        return tuple(OutsideEntry(each["ecosystem"], each["name"], each["range"] or "") for each in found)

    @property
    def available(self) -> tuple[UpdateEntry, ...]:
        """The updates that break nothing."""
        return tuple(each for each in self.updates if each.verdict != "breaks")

    @property
    def breaks(self) -> dict[str, str]:
        """A few words for each step that an update would break, by its id."""
        return {
            step.node.id: f"{update.newest} breaks" for update in self.updates if update.verdict == "breaks" for step, _ in update.reasons
        }

    def update_of(self, step: Told) -> UpdateEntry | None:
        """The newer release of what does a step."""
        return next((each for each in self.updates if step.part is not None and each.module == step.part.id), None)


def sequence_entry(viewer: Viewer, release: Release) -> SequenceEntry | None:
    """The sequence that ``release``, which the caller found visible, holds; None where its files draw none. Queries do not grow with it."""
    flow = inspection_from_json(release.inspection).flow
    if flow is None or not flow.tasks:
        return None
    parts = parts_of(viewer, release)
    steps = told(flow, parts)
    return SequenceEntry(release, flow, steps, parts, _updates(viewer, parts, steps) if parts else ())


def step_of(sequence: SequenceEntry | None, node: str) -> Told:
    """One of its steps by id; raises :class:`Missing`."""
    found = next((step for step in sequence.steps if step.node.id == node), None) if sequence else None
    if found is None:
        raise missing()
    return found


def _updates(viewer: Viewer, parts: Parts, steps: tuple[Told, ...]) -> tuple[UpdateEntry, ...]:
    """What is known of newer releases that the viewer sees, what breaks first."""
    seen = {part.key: part for part in parts.seen}
    rows = PartUpdate.objects.filter(part__in=seen, newest__in=Release.objects.visible_to(viewer)).select_related("newest")
    entries = [_update(row, seen[row.part_id], steps) for row in rows.defer("newest__inspection")]
    order = {"breaks": 0, "outside": 1, "fits": 2}
    return tuple(sorted(entries, key=lambda entry: (order[entry.verdict], entry.module)))


def _update(row: PartUpdate, part: Locked, steps: tuple[Told, ...]) -> UpdateEntry:
    said: dict[str, tuple[str, ...]] = defaultdict(tuple, {step: tuple(sentences) for step, sentences in row.reasons.items()})
    reasons = tuple((step, said[step.node.id]) for step in steps if said[step.node.id])
    return UpdateEntry(part.id, part.title, part.language, part.release.version, row.newest.version, row.verdict, reasons)
