"""Solutions of the Power Platform: manifest, cloud and desktop flows, connection references, environment variables."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.artefact import Artefact, decode, nested_zip
from registry.formats.documents import parse_json
from registry.formats.fragments import ordered, sequence
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Reach, Step, ToSet
from registry.formats.power_automate import cloud, robin
from registry.formats.xml import parse_xml

MAX_STEPS = 5_000
_AGAIN = "Export the solution again."
_CLOUD, _DESKTOP = "5", "6"
_GUID = re.compile(r"-[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$")


@dataclass
class _Found:
    """What the flows of a solution say together."""

    entry_points: list[EntryPoint] = field(default_factory=list)
    connectors: list[str | None] = field(default_factory=list)
    references: list[str | None] = field(default_factory=list)
    variables: list[str | None] = field(default_factory=list)
    credentials: list[str | None] = field(default_factory=list)
    queues: list[str | None] = field(default_factory=list)
    applications: list[str | None] = field(default_factory=list)
    hosts: list[str | None] = field(default_factory=list)
    paths: list[str | None] = field(default_factory=list)
    addresses: list[str | None] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    flows: set[str] = field(default_factory=set)  # their identifiers
    called: list[str | None] = field(default_factory=list)


def inspect_packed(artefact: Artefact, path: str) -> Inspection:
    """The zip that an environment exports."""
    archive, found, base = artefact.archive, _Found(), posixpath.dirname(path)
    wanted = posixpath.join(base, "customizations.xml").lower()
    customizations = next((name for name in archive.names if name.lower() == wanted), None)
    if customizations:
        root = parse_xml(archive.read(customizations), customizations)
        _references(found, root)
        for workflow in root.iter("Workflow"):
            _workflow(found, archive, workflow, base)
    _variables(found, archive)
    return _inspection(artefact, path, "powerplatform-solution", found)


def inspect_unpacked(artefact: Artefact, path: str) -> Inspection:
    """The folder of sources that tools unpack a solution into, zipped."""
    archive, found = artefact.archive, _Found()
    base = posixpath.dirname(posixpath.dirname(path))
    customizations = posixpath.join(base, "Other", "Customizations.xml")
    if archive.has(customizations):
        _references(found, parse_xml(archive.read(customizations), customizations))
    folder = posixpath.join(base, "Workflows") + "/"
    for name in archive.names:
        if name.startswith(folder) and name.endswith(".json"):
            _source_flow(found, archive, name)
    _variables(found, archive)
    return _inspection(artefact, path, "powerplatform-solution-src", found)


def _inspection(artefact: Artefact, path: str, kind: str, found: _Found) -> Inspection:
    archive = artefact.archive
    root = parse_xml(archive.read(path), path)
    manifest = root.find("SolutionManifest")
    name = _child(manifest, "UniqueName") if manifest is not None else None
    if manifest is None or not name:
        raise Unreadable("solution_incomplete", "The solution's manifest has no unique name.", where=path, mend=_AGAIN)
    title = manifest.find("LocalizedNames/LocalizedName")
    described = manifest.find("Descriptions/Description")
    publisher = manifest.find("Publisher/LocalizedNames/LocalizedName")
    if len(found.steps) > MAX_STEPS:
        found.notes.append(Note("steps_cut", f"There are {len(found.steps)} actions; the first {MAX_STEPS} are shown."))
    return Inspection(
        platform="power_automate",
        kind=kind,
        name=name,
        version=_child(manifest, "Version"),
        title=title.get("description") or None if title is not None else None,
        description=described.get("description") or None if described is not None else None,
        authors=ordered([publisher.get("description") if publisher is not None else _child(manifest, "Publisher/UniqueName")]),
        platform_version=root.get("version"),
        entry_points=tuple(found.entry_points),
        dependencies=(*_connector_needs(found), *_missing(manifest), *_flow_needs(found)),
        reach=Reach(ordered(found.applications), ordered(found.hosts), ordered(found.paths), ordered(found.addresses)),
        to_set=ToSet(
            credentials=ordered(found.credentials),
            queues=ordered(found.queues),
            environment_variables=ordered(found.variables),
            connections=ordered(found.references) or ordered(found.connectors),
        ),
        steps=tuple(found.steps[:MAX_STEPS]),
        files=archive.files(),
        notes=tuple(found.notes),
        provides=tuple(sorted(found.flows - {""})),
    )


def _connector_needs(found: _Found) -> Iterable[Dependency]:
    return (Dependency("powerplatform-connector", name) for name in ordered(found.connectors))


def _missing(manifest: etree._Element) -> Iterable[Dependency]:
    """Solutions that must be there first, each once, with the version written behind its name: ``CreatorKitCore (1.0.2)``."""
    required = ordered(one.get("solution") for one in manifest.iterfind("MissingDependencies/MissingDependency/Required"))
    for written in required:
        match = re.match(r"^(.*?)\s*(?:\(([^)]*)\))?$", written)
        if match and match.group(1) not in ("Active", "Default", "System"):
            yield Dependency("powerplatform-solution", match.group(1), match.group(2))


def _flow_needs(found: _Found) -> Iterable[Dependency]:
    return (Dependency("powerplatform-flow", one) for one in ordered(found.called) if one.lower() not in found.flows)


def _references(found: _Found, root: etree._Element) -> None:
    for reference in root.iter("connectionreference"):
        found.references.append(reference.get("connectionreferencelogicalname"))
        connector = _child(reference, "connectorid")
        found.connectors.append(connector.rsplit("/", 1)[-1] if connector else None)


def _variables(found: _Found, archive: Archive) -> None:
    """By schema name; a default that is an address is an address of the sender's tenant."""
    for name in archive.names:
        if name.endswith("environmentvariabledefinition.xml"):
            root = parse_xml(archive.read(name), name)
            found.variables.append(root.get("schemaname"))


def _workflow(found: _Found, archive: Archive, workflow: etree._Element, base: str) -> None:
    category, name = _child(workflow, "Category"), workflow.get("Name") or ""
    found.flows.add((workflow.get("WorkflowId") or "").strip("{}").lower())
    path = posixpath.join(base, (_child(workflow, "JsonFileName") or "").replace("\\", "/").lstrip("/"))
    document = cloud.load(archive.read(path), path) if path and archive.has(path) else {}
    if category == _CLOUD:
        _cloud_flow(found, name, document)
    elif category == _DESKTOP:
        _desktop_flow(found, name, workflow, document)
    elif name:
        found.notes.append(Note("workflow_left_out", f"The classic workflow {name} is not read."))


def _source_flow(found: _Found, archive: Archive, path: str) -> None:
    """In sources the file's name is the flow's key; the name the editor shows goes into the description."""
    key = _GUID.sub("", posixpath.basename(path).removesuffix(".json"))
    document = cloud.load(archive.read(path), path)
    described = f"{path}.data.xml"
    workflow = parse_xml(archive.read(described), described) if archive.has(described) else None
    shown = (workflow.get("Name") or "") if workflow is not None else ""
    if workflow is not None:
        found.flows.add((workflow.get("WorkflowId") or "").strip("{}").lower())
    if workflow is not None and _child(workflow, "Category") == _DESKTOP:
        _desktop_flow(found, key, workflow, document, shown)
    else:
        _cloud_flow(found, key, document, shown)


def _cloud_flow(found: _Found, name: str, document: dict[str, Any], shown: str = "") -> None:
    flow = cloud.read(document, name, f"{name}/")
    inputs = next((trigger.inputs for trigger in flow.triggers if trigger.inputs), ())
    started = f"Started by {', '.join(trigger.name.replace('_', ' ') for trigger in flow.triggers)}" if flow.triggers else ""
    found.entry_points.append(EntryPoint(name, inputs, (), f"{shown}. {started}".strip(". ") if shown and shown != name else started))
    found.connectors += flow.connectors
    found.references += flow.references
    found.variables += flow.parameters
    found.hosts += flow.hosts
    found.addresses += flow.addresses
    found.steps += flow.steps
    found.called += flow.flows


def _desktop_flow(found: _Found, name: str, workflow: etree._Element, document: dict[str, Any], shown: str = "") -> None:
    script = robin.read(_script(workflow, document, name), name)
    inputs = _schema(workflow, "Inputs") or script.inputs
    outputs = _schema(workflow, "Outputs") or script.outputs
    found.entry_points.append(EntryPoint(name, inputs, outputs, shown if shown != name else ""))
    found.applications += script.reach.applications
    found.hosts += script.reach.hosts
    found.paths += script.reach.paths
    found.addresses += script.reach.addresses
    found.credentials += script.to_set.credentials
    found.queues += script.to_set.queues
    found.variables += script.to_set.environment_variables
    found.steps += script.steps
    needs = _loaded(_child(workflow, "Dependencies"))
    found.called += [str(one) for one in sequence(needs.get("childFlows"))]
    found.variables += [str(one) for one in sequence(needs.get("environmentVariables")) if isinstance(one, str) and "-" not in one]


def _schema(workflow: etree._Element, name: str) -> tuple[Any, ...]:
    return cloud.schema_arguments(_loaded(_child(workflow, name)).get("schema"))


def _script(workflow: etree._Element, document: dict[str, Any], name: str) -> str:
    """The Robin text: in the definition as a JSON string, or in a zip in base64 (both generations occur in one solution)."""
    definition = _child(workflow, "Definition")
    if definition:
        try:
            written = parse_json(definition)
        except Unreadable:
            written = definition
        if isinstance(written, str):
            return written
    properties = document.get("properties")
    inner = properties.get("definition") if isinstance(properties, dict) else None
    package = inner.get("package") if isinstance(inner, dict) else None
    if not isinstance(package, str) or not package:
        return ""
    try:
        archive = nested_zip(base64.b64decode(package, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Unreadable("desktop_flow_damaged", f"The desktop flow {name} cannot be unpacked.", where=name, mend=_AGAIN) from error
    script = next((name for name in archive.names if posixpath.basename(name) == "script.robin"), None)
    return decode(archive.read(script), script) if script else ""


def _loaded(written: str | None) -> dict[str, Any]:
    try:
        document = parse_json(written or "{}")
    except Unreadable:
        return {}
    return document if isinstance(document, dict) else {}


def _child(element: etree._Element, path: str) -> str | None:
    text = element.findtext(path)
    return text.strip() or None if text else None
