"""What an inspection says: the one model into which every platform's files are read."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.formats.arguments import Argument
from registry.formats.flow import Flow, flow_from_json

_UNSTORABLE = re.compile("[\\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A way to start or call the automation: a workflow file, a published action, a flow, a start event."""

    name: str
    inputs: tuple[Argument, ...] = ()
    outputs: tuple[Argument, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something the artefact needs, named as its platform knows it.

    ``ecosystem`` is one of ``nuget``, ``pypi``, ``blueprism`` (object or process by name), ``dotnet`` (assembly), ``powerplatform-connector``,
    ``powerplatform-solution``, ``powerplatform-flow``, ``pad-module``, ``bpmn`` (called process or imported file),
    ``dmn``. ``range`` is written in the platform's own grammar. ``included`` tells that the artefact carries it.
    """

    ecosystem: str
    name: str
    range: str | None = None
    included: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """What the automation touches: target applications, network hosts, file paths, mail addresses."""

    applications: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToSet:
    """What a taker must set locally, by the names the artefact uses; never a value."""

    credentials: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    environment_variables: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the platform's editor shows it. ``human`` marks a person's decision or work.

    ``kind`` is one of ``action``, ``code``, ``decision``, ``call``, ``start``, ``end``, ``event``, ``human``, ``group``.
    ``action`` is the platform's own name (``MS Excel VBO: Open``, ``UiPath ClickX``).
    """

    id: str
    name: str
    kind: str = "action"
    action: str = ""
    human: bool = False


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file inside the artefact; ``size`` in bytes, ``sha256`` in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth telling the publisher that is no refusal."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything read from one artefact. Sequences are tuples, so that an inspection can be shared and compared."""

    platform: str
    kind: str
    name: str | None = None
    version: str | None = None
    title: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    licence: str | None = None
    platform_version: str | None = None
    entry_points: tuple[EntryPoint, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    reach: Reach = field(default_factory=Reach)
    to_set: ToSet = field(default_factory=ToSet)
    steps: tuple[Step, ...] = ()
    files: tuple[FileRecord, ...] = ()
    notes: tuple[Note, ...] = ()
    flow: Flow | None = None  # of a process that is drawn

    def as_json(self) -> dict[str, Any]:
        """The inspection in the shape of the published interface (plain dicts and lists)."""
        return dataclasses.asdict(self, dict_factory=_listing)


def _listing(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: [_storable(one) for one in value] if isinstance(value, tuple) else _storable(value) for key, value in pairs}


def _storable(value: Any) -> Any:
    """JSON can escape a zero byte and half a surrogate pair into a name; no database keeps them, and nobody means them."""
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value


def inspection_from_json(data: dict[str, Any]) -> Inspection:
    """The inverse of :meth:`Inspection.as_json`."""
    return Inspection(
        **{key: data[key] for key in ("platform", "kind", "name", "version", "title", "description", "licence", "platform_version")},
        authors=tuple(data["authors"]),
        entry_points=tuple(
            EntryPoint(
                name=point["name"],
                inputs=tuple(Argument(**argument) for argument in point["inputs"]),
                outputs=tuple(Argument(**argument) for argument in point["outputs"]),
                description=point.get("description", ""),
            )
            for point in data["entry_points"]
        ),
        dependencies=tuple(Dependency(**dependency) for dependency in data["dependencies"]),
        reach=Reach(**{key: tuple(value) for key, value in data["reach"].items()}),
        to_set=ToSet(**{key: tuple(value) for key, value in data["to_set"].items()}),
        steps=tuple(Step(**step) for step in data["steps"]),
        files=tuple(FileRecord(**record) for record in data["files"]),
        notes=tuple(Note(**note) for note in data["notes"]),
        flow=flow_from_json(data.get("flow")),  # releases from before flows were read have none
    )


def merged(inspections: Sequence[Inspection]) -> Inspection:
    """Several artefacts of one release as one: the first says what it is, all say what it needs.

    What one artefact needs and another of them provides by its name counts as included.
    """
    first = inspections[0]
    if len(inspections) == 1:
        return first
    names = {read.name for read in inspections if read.name}
    needs = {(need.ecosystem, need.name, need.range): need for read in inspections for need in read.dependencies}
    return dataclasses.replace(
        first,
        entry_points=_union(read.entry_points for read in inspections),
        dependencies=tuple(dataclasses.replace(need, included=need.included or need.name in names) for need in needs.values()),
        reach=Reach(**{field.name: _union(getattr(read.reach, field.name) for read in inspections) for field in dataclasses.fields(Reach)}),
        to_set=ToSet(
            **{field.name: _union(getattr(read.to_set, field.name) for read in inspections) for field in dataclasses.fields(ToSet)}
        ),
        steps=tuple(step for read in inspections for step in read.steps),
        files=tuple(record for read in inspections for record in read.files),
        notes=_union(read.notes for read in inspections),
    )


def _union(parts: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(item for part in parts for item in part))
