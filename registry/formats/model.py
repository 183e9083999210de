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

    ``ecosystem`` is one of ``nuget``, ``pypi``, ``conda``, ``npm``, ``blueprism`` (object or process by name), ``dotnet`` (assembly),
    ``powerplatform-connector``, ``powerplatform-solution``, ``powerplatform-flow``, ``pad-module``, ``a360-package``, ``a360-bot`` (by its
    path in the Control Room), ``robot-library``, ``robot-resource``, ``openrpa-assembly``, ``n8n-node`` (node type), ``n8n-workflow`` (by id),
    ``tagui-flow``, ``openrpa-workflow`` (by name), ``bpmn`` (called process or imported file), ``dmn``, ``software``
    (what a publiccode.yml depends on).
    ``range`` is written in the platform's own grammar. ``included`` tells that the artefact carries it.
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
class Onward:
    """Where a step leads: the ``id`` of a step of the same part; an empty one is the end of what is around the step.

    ``when`` is the branch's name (``Yes``); ``on_error`` marks an exception route.
    """

    to: str
    when: str = ""
    on_error: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the platform's editor shows it. ``human`` marks a person's decision or work.

    ``kind`` is one of ``action``, ``code``, ``decision``, ``call``, ``start``, ``end``, ``event``, ``human``, ``group`` (loop, branch,
    sequence, try), ``exception`` (raises or handles an error). ``action`` is the platform's own name (``MS Excel VBO: Open``, ``UiPath ClickX``).
    ``part`` names the page, workflow file, subflow, task or function in which the editor shows the step; an ``id`` is one step's own within
    its part and stays the same from version to version where the platform gives one. ``within`` is the id of the step around it.
    ``onward`` is empty where the step leads to the next one of the same part and surroundings in the order of the file.
    ``language`` is that of a ``code`` step: ``vbnet``, ``csharp``, ``python``, ``javascript``, ``powershell``, ``vbscript``, ``sql``...
    """

    id: str
    name: str
    kind: str = "action"
    action: str = ""
    human: bool = False
    part: str = ""
    within: str = ""
    language: str = ""
    onward: tuple[Onward, ...] = ()


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
class Words:
    """What the artefact says of itself in one language, a BCP 47 tag such as ``da`` or ``en-GB``."""

    language: str
    title: str = ""
    summary: str = ""  # plain text, a sentence or two
    description: str = ""  # plain text or Markdown


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
    owner: str | None = None  # the body that holds the rights, as the artefact says
    words: tuple[Words, ...] = ()
    platform_version: str | None = None
    entry_points: tuple[EntryPoint, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    reach: Reach = field(default_factory=Reach)
    to_set: ToSet = field(default_factory=ToSet)
    steps: tuple[Step, ...] = ()
    files: tuple[FileRecord, ...] = ()
    notes: tuple[Note, ...] = ()
    flow: Flow | None = None  # of a process that is drawn
    provides: tuple[str, ...] = ()  # what others of its platform can call it by beside its name: objects of a release, ids of processes

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
        steps=tuple(_step(step) for step in data["steps"]),
        files=tuple(FileRecord(**record) for record in data["files"]),
        notes=tuple(Note(**note) for note in data["notes"]),
        flow=flow_from_json(data.get("flow")),  # releases from before flows were read have none
        owner=data.get("owner"),  # nor an owner, nor words
        words=tuple(Words(**words) for words in data.get("words", ())),
        provides=tuple(data.get("provides", ())),
    )


def _step(data: dict[str, Any]) -> Step:
    return Step(**{**data, "onward": tuple(Onward(**onward) for onward in data.get("onward", ()))})


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
        licence=first.licence or next((read.licence for read in inspections if read.licence), None),
        owner=first.owner or next((read.owner for read in inspections if read.owner), None),
        words=_union(read.words for read in inspections),
        provides=_union(read.provides for read in inspections),
    )


def _union(parts: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(item for part in parts for item in part))
