"""NuGet packages: the kinds UiPath makes, activity libraries in .NET, and the refusal of every other."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from lxml import etree
from packaging.requirements import InvalidRequirement, Requirement

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.arguments import Argument
from registry.formats.artefact import Artefact
from registry.formats.documents import parse_json
from registry.formats.fragments import addresses_in, hosts_in, mapping, ordered, paths_in, sequence
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Reach, Step, ToSet
from registry.formats.uipath import packaging
from registry.formats.uipath.project import dependencies, described, output_type, read_sources, renewed, text
from registry.formats.xml import local_name, parse_xml

_PROJECT = re.compile(r"^(?:content|lib/[^/]+)/project\.json$", re.IGNORECASE)
_DLL = re.compile(r"^lib/[^/]+/[^/]+\.dll$", re.IGNORECASE)
_KINDS = {"Process": "uipath-nupkg-process", "Library": "uipath-nupkg-library", "Tests": "uipath-nupkg-tests"}
_ID = re.compile(r"^\w+(?:[.-]\w+)*$")
_AGAIN = "Publish the package again from its tool."


def is_nuspec(name: str) -> bool:
    """A manifest at the package's root."""
    return "/" not in name and name.lower().endswith(".nuspec")


def is_package(names: list[str]) -> bool:
    """Whether these are the files of a NuGet package, be its manifest where it should or in a folder."""
    return any(map(is_nuspec, names)) or ("[Content_Types].xml" in names and any(name.lower().endswith(".nuspec") for name in names))


def inspect(artefact: Artefact) -> Inspection:
    """Read a package; raises ``nuspec_*`` codes, and ``nuget_plain_package`` for one without automation."""
    archive = artefact.archive
    manifests = [name for name in archive.names if is_nuspec(name)]
    if not manifests:
        deep = next(name for name in archive.names if name.lower().endswith(".nuspec"))
        raise Unreadable("nuspec_not_at_root", "The package's manifest lies in a folder.", where=deep, mend=_AGAIN)
    if len(manifests) > 1:
        raise Unreadable("nuspec_several", "The package has several manifests.", where=", ".join(manifests), mend=_AGAIN)
    facts = _manifest(archive, manifests[0])
    project = next((name for name in archive.names if _PROJECT.match(name)), None)
    if archive.has("content/operate.json") or (archive.has("content/entry-points.json") and archive.has("content/pyproject.toml")):
        return _python(archive, facts)
    if project is not None and (document := _json(archive, project)):
        return _studio(archive, facts, posixpath.dirname(project), renewed(document))
    if any(_DLL.match(name) for name in archive.names) and _has_activities(archive, facts):
        return Inspection(platform="uipath", kind="nupkg-dotnet-activities", files=archive.files(), **facts)
    raise Unreadable(
        "nuget_plain_package",
        "This NuGet package holds no automation: neither a UiPath project nor activities.",
        where=artefact.filename,
        mend="Send the package that Studio publishes; keep ordinary libraries on their own feed.",
    )


def _manifest(archive: Archive, path: str) -> dict[str, Any]:
    root = parse_xml(archive.read(path), path)
    metadata = next((child for child in root if local_name(child) == "metadata"), None)
    if metadata is None:
        raise Unreadable("nuspec_metadata_missing", "The manifest has no metadata.", where=path, mend=_AGAIN)
    fields = {local_name(child): (child.text or "").strip() for child in metadata}
    if not fields.get("id") or not _ID.match(fields["id"]):
        raise Unreadable("nuspec_id", "The manifest has no valid id.", where=path, mend=_AGAIN)
    if not fields.get("version"):
        raise Unreadable("nuspec_version", "The manifest has no version.", where=path, mend=_AGAIN)
    packaging.check(archive, path, metadata, fields["id"], fields["version"])
    return {
        "name": fields["id"],
        "version": fields["version"],
        "title": fields.get("title") or None,
        "description": fields.get("description") or None,
        "authors": ordered(part for part in fields.get("authors", "").split(",") if part.strip() and not _is_account(part)),
        "licence": fields.get("license") or fields.get("licenseUrl") or None,
        "dependencies": tuple(_dependencies(metadata)),
    }


def _is_account(author: str) -> bool:
    """A Windows account that Studio wrote by itself (``first.last``, ``DOMAIN\\name``), which names a person by accident."""
    return bool(re.fullmatch(r"[a-z]+\.[a-z]+|[^\\\s]+\\[^\\\s]+", author.strip()))


def _dependencies(metadata: etree._Element) -> Iterator[Dependency]:
    """Over all target frameworks, each package once; where frameworks differ the last one named holds."""
    found: dict[str, str | None] = {}
    for element in metadata.iter(etree.Element):
        if local_name(element) == "dependency" and element.get("id"):
            found[element.get("id", "")] = element.get("version")
    for name, wanted in found.items():
        yield Dependency("nuget", name, wanted)


def _studio(archive: Archive, facts: dict[str, Any], folder: str, document: dict[str, Any]) -> Inspection:
    kind = _KINDS.get(output_type(document), "uipath-nupkg-process")
    read = read_sources(archive, folder)
    parts = described(document, read, archive, folder)
    declared = facts["dependencies"] or dependencies(document)
    return Inspection(
        kind=kind,
        files=archive.files(),
        notes=read.notes,
        **{**parts, **facts, "dependencies": declared, "description": facts["description"] or parts["description"]},
    )


def _python(archive: Archive, facts: dict[str, Any]) -> Inspection:
    """What `uipath pack` makes: real dependencies in pyproject.toml, arguments as JSON Schema."""
    starts = sequence(_json(archive, "content/entry-points.json").get("entryPoints"))
    project = mapping(_toml(archive, "content/pyproject.toml").get("project"))
    sources = "\n".join(
        archive.read(name).decode("utf-8", "replace")
        for name in archive.names
        if name.startswith("content/") and name.endswith(".py") and archive.size(name) < 4 << 20
    )
    bindings: dict[str, list[str]] = {}
    for resource in sequence(_json(archive, "content/bindings_v2.json").get("resources")):
        if isinstance(resource, dict) and isinstance(resource.get("key"), str):
            bindings.setdefault(str(resource.get("resource")).lower(), []).append(resource["key"])
    requires = text(project.get("requires-python"))
    return Inspection(
        platform="uipath",
        kind="uipath-nupkg-python",
        platform_version=f"Python {requires}" if requires else None,
        entry_points=tuple(_schema_point(point) for point in starts if isinstance(point, dict) and point.get("filePath")),
        reach=Reach(hosts=hosts_in(sources), paths=paths_in(sources), addresses=addresses_in(sources)),
        to_set=ToSet(
            assets=ordered(bindings.get("asset", ())),
            queues=ordered(bindings.get("queue", ())),
            connections=ordered(bindings.get("connection", ())),
        ),
        steps=tuple(_scripts(archive)),
        files=archive.files(),
        notes=() if starts else (Note("entry_points_missing", "The package lists no entry point."),),
        **{**facts, "dependencies": tuple(_requirements(project)) or facts["dependencies"]},
    )


def _scripts(archive: Archive) -> Iterator[Step]:
    """The code is what runs: each of its files is a step to read."""
    for name in archive.names:
        if name.startswith("content/") and name.endswith(".py"):
            path = name.removeprefix("content/")
            yield Step(path, posixpath.basename(path), "code", "Python", part=path, language="python")


def _schema_point(point: dict[str, Any]) -> EntryPoint:
    return EntryPoint(str(point["filePath"]), tuple(_schema_arguments(point.get("input"))), tuple(_schema_arguments(point.get("output"))))


def _schema_arguments(schema: Any) -> Iterator[Argument]:
    required = sequence(mapping(schema).get("required"))
    for name, property_ in mapping(mapping(schema).get("properties")).items():
        shape = mapping(property_)
        yield Argument(name, str(shape.get("type") or ""), name in required, str(shape.get("description") or "")[:500])


def _requirements(project: dict[str, Any]) -> Iterator[Dependency]:
    for line in sequence(project.get("dependencies")):
        try:
            wanted = Requirement(str(line))
        except InvalidRequirement:
            continue
        yield Dependency("pypi", wanted.name, str(wanted.specifier) or None)


def _has_activities(archive: Archive, facts: dict[str, Any]) -> bool:
    """Whether an assembly refers to Windows Workflow's or UiPath's activities, or the package says so of itself."""
    if ".activities" in facts["name"].lower() or any(".activities" in need.name.lower() for need in facts["dependencies"]):
        return True
    assemblies = (name for name in archive.names if _DLL.match(name) and archive.size(name) < 32 << 20)
    return any(
        mark in data
        for data in map(archive.read, assemblies)
        for mark in (b"\0System.Activities\0", b"\0UiPath.Activities.Api", b"\0UiPath.Platform")
    )


def _json(archive: Archive, path: str) -> dict[str, Any]:
    if not archive.has(path):
        return {}
    document = parse_json(archive.read(path), path, mend=_AGAIN)
    if not isinstance(document, dict):
        raise Unreadable("json_no_object", f"{path} holds no JSON object.", where=path, mend=_AGAIN)
    return document


def _toml(archive: Archive, path: str) -> dict[str, Any]:
    if not archive.has(path):
        return {}
    try:
        return tomllib.loads(archive.read(path).decode("utf-8-sig"))
    except ValueError as error:
        raise Unreadable("pyproject_damaged", "pyproject.toml cannot be read.", where=path, mend=_AGAIN) from error
