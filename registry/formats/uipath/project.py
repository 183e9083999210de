"""Projects of UiPath Studio: what ``project.json`` declares and what the workflows beside it say."""

from __future__ import annotations

import dataclasses
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.arguments import Argument
from registry.formats.artefact import Artefact
from registry.formats.documents import parse_json
from registry.formats.fragments import host_of, mapping, ordered, sequence
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Reach, ToSet
from registry.formats.uipath.coded import read_code
from registry.formats.uipath.settings import name_settings
from registry.formats.uipath.xaml import MAX_STEPS, Workflow, read_files, type_name

MAX_WORKFLOW = 16 * 1024 * 1024
_IGNORED = re.compile(r"(?:^|/)\.(?!objects|settings|project)[^/]+/|(?:^|/)\.(?:local|screenshots|tmh|templates|codedworkflows)/")
# How Studio called the keys of project.json before 2018.
_OLD_KEYS = {
    "Id": "name",
    "Description": "description",
    "Version": "projectVersion",
    "MainWorkflow": "main",
    "Dependencies": "dependencies",
}
_LITERAL_URL = re.compile(r"(?:Url|URL)=\"([^\"]+)\"")


def is_old(document: dict[str, Any]) -> bool:
    """Whether a ``project.json`` is one of before 2018, which names neither Studio nor a project's id."""
    return "MainWorkflow" in document and "Dependencies" in document


def renewed(document: dict[str, Any]) -> dict[str, Any]:
    """A ``project.json`` with the keys of today."""
    return {_OLD_KEYS.get(key, key): value for key, value in document.items()} if is_old(document) else document


def inspect_project(artefact: Artefact, path: str, document: dict[str, Any]) -> Inspection:
    """One project in a zip."""
    read = read_sources(artefact.archive, posixpath.dirname(path))
    return Inspection(
        kind="uipath-project-zip",
        name=text(document.get("name")),
        version=text(document.get("projectVersion")),
        files=artefact.archive.files(),
        notes=(*read.notes, *_type_note(document)),
        **described(document, read, artefact.archive, posixpath.dirname(path)),
    )


def inspect_solution(artefact: Artefact, projects: dict[str, dict[str, Any]]) -> Inspection:
    """Several projects that belong together. The solution's own name and version come before any project's."""
    archive = artefact.archive
    solution = next((name for name in archive.names if name.endswith(".uipx")), None)
    parts = [(document, read_sources(archive, posixpath.dirname(path)), posixpath.dirname(path)) for path, document in projects.items()]
    read = Workflow()
    for _, part, folder in parts:
        for name in ("applications", "hosts", "assets", "credentials", "queues", "connections", "texts", "damaged"):
            getattr(read, name).extend(getattr(part, name))
        read.steps += [dataclasses.replace(step, part=f"{folder}/{step.part}".lstrip("/")) for step in part.steps]
    starts = tuple(
        EntryPoint(f"{folder}/{point.name}".lstrip("/"), point.inputs, point.outputs, point.description)
        for document, part, folder in parts
        for point in entry_points(document, part, archive, folder)
    )
    names = [text(document.get("name")) for document, _, _ in parts]
    own = [name for name in names if name]
    needs = {(need.name, need.range): need for document, _, _ in parts for need in dependencies(document)}
    return Inspection(
        platform="uipath",
        kind="uipath-solution-zip",
        name=posixpath.basename(solution).removesuffix(".uipx") if solution else _common_name(artefact, projects),
        description="; ".join(ordered(text(document.get("description")) for document, _, _ in parts)) or None,
        platform_version=max((version for document, _, _ in parts if (version := text(document.get("studioVersion")))), default=None),
        entry_points=starts,
        dependencies=tuple(Dependency(need.ecosystem, need.name, need.range, included=need.name in own) for need in needs.values()),
        reach=read.reach,
        to_set=read.to_set,
        steps=tuple(read.steps[:MAX_STEPS]),
        files=archive.files(),
        provides=ordered(names),
        notes=(*read.notes, Note("uipath_solution", f"A solution of {len(parts)} projects: {', '.join(own)}.")),
    )


def _common_name(artefact: Artefact, projects: dict[str, dict[str, Any]]) -> str | None:
    """The top folder all projects share, else the file's own name: a zip of several projects carries no other."""
    tops = {path.split("/")[0] for path in projects if path.count("/") > 1}
    if len(tops) == 1 and all(path.count("/") > 1 for path in projects):
        return tops.pop()
    return re.sub(r"\.zip$", "", artefact.filename, flags=re.IGNORECASE) or None


def described(document: dict[str, Any], read: Workflow, archive: Archive, folder: str) -> dict[str, Any]:
    """The parts of an inspection that package and project share."""
    bindings = _bindings(archive, folder)
    found, reach = read.to_set, read.reach
    return {
        "platform": "uipath",
        "description": text(document.get("description")),
        "platform_version": text(document.get("studioVersion")),
        "entry_points": entry_points(document, read, archive, folder),
        "dependencies": dependencies(document),
        "reach": Reach(reach.applications, reach.hosts, reach.paths, reach.addresses),
        "to_set": ToSet(
            credentials=found.credentials,
            assets=ordered([*found.assets, *bindings.get("asset", ())]),
            queues=ordered([*found.queues, *bindings.get("queue", ())]),
            connections=ordered([*found.connections, *bindings.get("connection", ())]),
        ),
        "steps": tuple(read.steps[:MAX_STEPS]),
    }


def read_sources(archive: Archive, folder: str) -> Workflow:
    """Every workflow below ``folder``, and the descriptors of the object repository."""
    read, prefix = Workflow(), f"{folder}/" if folder else ""
    inside = [name for name in archive.names if name.startswith(prefix)]
    workflows = [
        name
        for name in inside
        if name.lower().endswith(".xaml") and not _IGNORED.search(name[len(prefix) :]) and archive.size(name) <= MAX_WORKFLOW
    ]
    read_files(read, ((name[len(prefix) :], archive.read(name)) for name in workflows))
    for name in inside:
        if "/.objects/" in f"/{name}" and name.endswith(".content") and archive.size(name) <= MAX_WORKFLOW:
            content = archive.read(name).decode("utf-8", "replace")
            read.hosts += [host_of(url) for url in _LITERAL_URL.findall(content)]
        elif name.endswith(".cs") and not _IGNORED.search(name[len(prefix) :]) and archive.size(name) <= MAX_WORKFLOW:
            _add_code(read, name[len(prefix) :], archive.read(name).decode("utf-8", "replace"))
    name_settings(read, archive, (name for name in inside if not _IGNORED.search(name[len(prefix) :])))
    return read


def _add_code(read: Workflow, path: str, text: str) -> None:
    coded = read_code(path, text)
    read.texts.append(text)
    read.steps += coded.steps
    read.assets += coded.assets
    read.credentials += coded.credentials
    read.queues += coded.queues
    if coded.entry_point:
        read.entry_points[path] = coded.entry_point


def entry_points(document: dict[str, Any], read: Workflow, archive: Archive, folder: str) -> tuple[EntryPoint, ...]:
    """A library's public workflows; else what ``project.json`` declares; else its main workflow."""
    if output_type(document) == "Library":
        public = tuple(_public_activities(document, read, archive, folder))
        if public:
            return public
    declared = [point for point in sequence(document.get("entryPoints")) if isinstance(point, dict)]
    if not declared and (tests := _tests(document)):
        declared = tests
    if not declared and text(document.get("main")):
        declared = [{"filePath": document["main"]}]
    return tuple(_declared(point, read) for point in declared if text(point.get("filePath")))


def _declared(point: dict[str, Any], read: Workflow) -> EntryPoint:
    name = str(point["filePath"]).replace("\\", "/")
    seen = read.entry_points.get(name, EntryPoint(name))
    return EntryPoint(
        name, tuple(_typed(point.get("input"))) or seen.inputs, tuple(_typed(point.get("output"))) or seen.outputs, seen.description
    )


def _typed(arguments: Any) -> Iterator[Argument]:
    for argument in sequence(arguments):
        if isinstance(argument, dict) and argument.get("name"):
            required = argument.get("required")
            yield Argument(
                str(argument["name"]), type_name(str(argument.get("type") or "")), required if isinstance(required, bool) else None
            )


def _tests(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"filePath": item.get("fileName")}
        for item in sequence(mapping(document.get("designOptions")).get("fileInfoCollection"))
        if isinstance(item, dict) and item.get("fileName")
    ]


def _public_activities(document: dict[str, Any], read: Workflow, archive: Archive, folder: str) -> Iterator[EntryPoint]:
    options = mapping(mapping(document.get("designOptions")).get("libraryOptions"))
    private = {str(name).replace("\\", "/") for name in sequence(options.get("privateWorkflows"))}
    prefix = f"{folder}/" if folder else ""
    described_ones = {name for name in read.entry_points if archive.has(f"{prefix}{name}.json")}
    for name, point in read.entry_points.items():
        if name not in private and (not described_ones or name in described_ones):
            yield point


def output_type(document: dict[str, Any]) -> str:
    """``Process``, ``Library`` or ``Tests``; old projects say it elsewhere."""
    written = mapping(document.get("designOptions")).get("outputType") or document.get("projectType") or "Process"
    return {"workflow": "Process", "businessprocess": "Process", "testautomation": "Tests"}.get(str(written).lower(), str(written))


def dependencies(document: dict[str, Any]) -> tuple[Dependency, ...]:
    """What ``project.json`` declares, in NuGet's range grammar."""
    return tuple(Dependency("nuget", str(name), text(wanted)) for name, wanted in mapping(document.get("dependencies")).items())


def _bindings(archive: Archive, folder: str) -> dict[str, list[str]]:
    """Orchestrator's resources that newer projects list beside the workflows."""
    found: dict[str, list[str]] = {}
    prefix = f"{folder}/" if folder else ""
    for name in ("bindings_v2.json", "bindings.json"):
        if archive.has(prefix + name):
            try:
                document = parse_json(archive.read(prefix + name), name)
            except Unreadable:
                continue
            for resource in sequence(mapping(document).get("resources")):
                if isinstance(resource, dict) and isinstance(resource.get("key"), str):
                    key = resource["key"].split(".")[0] if resource.get("resource") != "connection" else resource["key"]
                    found.setdefault(str(resource.get("resource", "")).lower(), []).append(key)
    return found


def _type_note(document: dict[str, Any]) -> tuple[Note, ...]:
    kind = output_type(document)
    return (Note("uipath_output_type", f"The project makes a {kind.lower()} package."),) if kind != "Process" else ()


def text(value: object) -> str | None:
    """A string with something in it, else None."""
    return value.strip() or None if isinstance(value, str) else None
