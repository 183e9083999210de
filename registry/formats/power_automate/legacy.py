"""The package that a single cloud flow was exported as before solutions."""

from __future__ import annotations

from typing import Any

from registry.errors import Unreadable
from registry.formats.artefact import Artefact
from registry.formats.fragments import mapping, ordered
from registry.formats.model import Dependency, Inspection, Note, Reach, ToSet
from registry.formats.power_automate import cloud

_AGAIN = "Export the flow again, better as part of a solution."


def inspect(artefact: Artefact) -> Inspection:
    """Read the package. Names of connections are their owners' accounts and are never kept."""
    archive = artefact.archive
    path = min(
        (name for name in archive.names if name.rsplit("/", 1)[-1] == "manifest.json" and "Microsoft.Flow" not in name),
        key=len,
        default=None,
    )
    if path is None:
        raise Unreadable("flow_manifest_missing", "The package has no manifest.json.", where=artefact.filename, mend=_AGAIN)
    manifest = cloud.load(archive.read(path), path)
    details: dict[str, Any] = mapping(manifest.get("details"))
    resources = [one for one in mapping(manifest.get("resources")).values() if isinstance(one, dict)]
    paths = [name for name in archive.names if name.endswith("/definition.json") and "Microsoft.Flow/flows/" in name]
    if not paths:
        raise Unreadable("flow_definition_missing", "The package holds no flow.", where=artefact.filename, mend=_AGAIN)
    title = _text(details.get("displayName")) or ""
    flows = [_flow(cloud.load(archive.read(name), name), name.split("/")[-2], title) for name in paths]
    connectors = ordered([*_connectors(resources), *(name for flow in flows for name in flow.connectors)])
    hosts = ordered(host for flow in flows for host in flow.hosts)
    return Inspection(
        platform="power_automate",
        kind="flow-legacy-package",
        name=_text(details.get("displayName")),
        description=_text(details.get("description")),
        authors=ordered([creator]) if (creator := _text(details.get("creator"))) and creator != "N/A" else (),
        entry_points=tuple(point for flow in flows for point in flow.triggers),
        dependencies=tuple(Dependency("powerplatform-connector", name) for name in connectors),
        reach=Reach(
            applications=ordered([*connectors, *hosts]), hosts=hosts, addresses=ordered(one for flow in flows for one in flow.addresses)
        ),
        to_set=ToSet(connections=connectors, environment_variables=ordered(name for flow in flows for name in flow.parameters)),
        steps=tuple(step for flow in flows for step in flow.steps)[:5_000],
        files=archive.files(),
        notes=(Note("flow_legacy_package", "A legacy package carries no version; a solution would."),),
    )


def _flow(document: dict[str, Any], key: str, title: str) -> cloud.Flow:
    """One of the package's flows, under the name that its maker gave it."""
    return cloud.read(document, _text(mapping(document.get("properties")).get("displayName")) or title or key, f"{key}/")


def _connectors(resources: list[dict[str, Any]]) -> list[str | None]:
    return [_text(resource.get("name")) for resource in resources if resource.get("type") == "Microsoft.PowerApps/apis"]


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
