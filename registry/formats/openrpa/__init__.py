"""OpenRPA: workflows as its designer saves them, as its database keeps them, and projects in a zip."""

from __future__ import annotations

import re
from typing import Any

from registry.errors import Unreadable
from registry.formats.artefact import Artefact
from registry.formats.documents import parse_json
from registry.formats.fragments import mapping, ordered, sequence
from registry.formats.model import Dependency, Inspection
from registry.formats.openrpa.workflow import Workflow, read_workflow
from registry.formats.xml import parse_xml

PLATFORM = "openrpa"
KINDS = ("openrpa-",)
ROOTS = (
    "{http://schemas.microsoft.com/netfx/2009/xaml/activities}Activity",
    "{http://schemas.microsoft.com/netfx/2009/xaml/activities}ActivityBuilder",
)
_RECORD = re.compile(r'"_type"\s*:\s*"(?:workflow|project)"')
_OWN = re.compile(r'"(?:Xaml|projectandname|Filename)"\s*:|assembly=OpenRPA|\.rpaproj', re.IGNORECASE)
_PROJECT = re.compile(r"^(?:[^/]+/)?[^/]+\.rpaproj$", re.IGNORECASE)
_AGAIN = "Export the workflow or project again in OpenRPA."


def recognises(artefact: Artefact) -> bool:
    """A workflow that names one of OpenRPA's assemblies, a record of its database, or a zip with a project's file."""
    if artefact.is_zip:
        return any(_PROJECT.match(name) for name in artefact.archive.names)
    if artefact.is_gzip:
        return False
    if artefact.looks_like_xml:
        return artefact.root_tag in ROOTS and b"assembly=OpenRPA" in artefact.data
    head = artefact.head.decode("utf-8", "ignore").lstrip("\ufeff \r\n\t")
    return head[:1] in ("{", "[") and _RECORD.search(head) is not None and _OWN.search(head) is not None


def inspect(artefact: Artefact) -> Inspection:
    """Read any of them; raises :class:`Unreadable` (``openrpa_without_workflow``, ``json_*`` and ``xml_*``)."""
    if artefact.is_zip:
        return _project(artefact)
    if artefact.looks_like_xml:
        read = Workflow()
        name = read_workflow(read, artefact.root, re.sub(r"\.xaml$", "", artefact.filename, flags=re.IGNORECASE))
        return _inspection("openrpa-xaml", name, read)
    return _records(artefact)


def _records(artefact: Artefact) -> Inspection:
    """One record of a workflow, or several with that of their project."""
    document = parse_json(artefact.data, artefact.filename)
    records = [each for one in (document if isinstance(document, list) else [document]) if (each := mapping(one))]
    records += [mapping(each) for record in tuple(records) for each in sequence(record.get("Workflows") or record.get("workflows"))]
    read, names = Workflow(), []
    for record in records:
        if isinstance(written := record.get("Xaml") or record.get("xaml"), str) and written.strip():
            given = _text(record.get("name"))
            where = given or artefact.filename
            names.append(given or read_workflow(read, parse_xml(written.encode("utf-8"), where), where))
            if given:
                read_workflow(read, parse_xml(written.encode("utf-8"), where), given, record)
        elif record.get("_type") == "project":
            read.packages += _packages(record)
    if not names:
        raise _empty(artefact.filename)
    project = next((record for record in records if record.get("_type") == "project"), {})
    name = _text(project.get("name")) or (names[0] if len(names) == 1 else None)
    return _inspection("openrpa-xaml", name, read, _text((project or records[0]).get("description")))


def _project(artefact: Artefact) -> Inspection:
    archive = artefact.archive
    path = next(name for name in archive.names if _PROJECT.match(name))
    folder = path.rpartition("/")[0]
    try:
        record = mapping(parse_json(archive.read(path), path))
    except Unreadable as error:
        if not error.code.startswith("json_"):
            raise
        record = {}
    read = Workflow()
    read.packages += _packages(record)
    for name in archive.names:
        if name.lower().endswith(".xaml") and (not folder or name.startswith(f"{folder}/")):
            root = parse_xml(archive.read(name), name)
            if root.tag in ROOTS:
                read_workflow(read, root, name.rpartition("/")[2][: -len(".xaml")])
    if not read.entry_points:
        raise _empty(path)
    name = _text(record.get("name")) or path.rpartition("/")[2][: -len(".rpaproj")]
    read.project = name
    return _inspection("openrpa-project", name, read, _text(record.get("description")), files=archive.files())


def _inspection(kind: str, name: str | None, read: Workflow, description: str | None = None, **more: Any) -> Inspection:
    return Inspection(
        platform="openrpa",
        kind=kind,
        name=name,
        description=description,
        entry_points=tuple(read.entry_points.values()),
        dependencies=(
            *(Dependency("openrpa-assembly", assembly) for assembly in ordered(read.assemblies)),
            *(Dependency("nuget", package, version) for package, version in dict(read.packages).items()),
            *(Dependency("openrpa-workflow", called, None, read.holds(called)) for called in ordered(read.called)),
        ),
        reach=read.reach,
        to_set=read.to_set,
        steps=read.shown_steps,
        notes=read.notes,
        **more,
    )


def _packages(record: dict[str, Any]) -> list[tuple[str, str | None]]:
    """NuGet packages that a project adds to the robot."""
    return [(str(name), _text(version)) for name, version in mapping(record.get("dependencies")).items() if str(name).strip()]


def _empty(where: str) -> Unreadable:
    return Unreadable(
        "openrpa_without_workflow",
        "The file describes a project and holds no workflow.",
        where=where,
        mend="Send the folder of the project as a zip, or its workflows (.xaml).",
    )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
