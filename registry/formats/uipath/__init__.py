"""UiPath: packages as Studio and `uipath pack` make them, projects and solutions in a zip, single workflows."""

from __future__ import annotations

import re
from typing import Any

from registry.errors import Unreadable
from registry.formats.artefact import Artefact
from registry.formats.documents import parse_json
from registry.formats.model import Inspection
from registry.formats.uipath import nupkg, project, xaml

PLATFORM = "uipath"
KINDS = ("uipath-", "nupkg-")
_PROJECT = re.compile(r"^(?:[^/]+/){0,2}project\.json$")
_WORKFLOW_ROOTS = (
    "{http://schemas.microsoft.com/netfx/2009/xaml/activities}Activity",
    "{http://schemas.microsoft.com/netfx/2009/xaml/activities}ActivityBuilder",
)
_MARKS = ("projectId", "studioVersion", "designOptions", "projectVersion", "expressionLanguage")
_WPF = "{http://schemas.microsoft.com/winfx/2006/xaml/presentation}"


def recognises(artefact: Artefact) -> bool:
    """A NuGet package, a zip with a UiPath project, or XAML of Windows Workflow that is not OpenRPA's."""
    if artefact.is_zip:
        names = artefact.archive.names
        return nupkg.is_package(names) or any(name.endswith(".uipx") for name in names) or bool(project_files(artefact))
    tag = artefact.root_tag
    return tag.startswith(_WPF) or (tag in _WORKFLOW_ROOTS and b"assembly=OpenRPA" not in artefact.data)


def inspect(artefact: Artefact) -> Inspection:
    """Read any of them; raises :class:`Unreadable` (``nuget_plain_package``, ``xaml_not_a_workflow`` and others)."""
    if not artefact.is_zip:
        return _workflow(artefact)
    names = artefact.archive.names
    if nupkg.is_package(names):
        return nupkg.inspect(artefact)
    projects = project_files(artefact)
    if not projects and any(name.endswith(".uipx") for name in names):
        raise Unreadable(
            "uipath_solution_empty", "The solution holds no project.", where=artefact.filename, mend="Pack the solution with its projects."
        )
    if len(projects) > 1 or any(name.endswith(".uipx") for name in names):
        return project.inspect_solution(artefact, projects)
    return project.inspect_project(artefact, *next(iter(projects.items())))


def project_files(artefact: Artefact) -> dict[str, dict[str, Any]]:
    """Path and content of every ``project.json`` near the top that is UiPath's: other tools use the name as well."""
    found = {}
    for name in artefact.archive.names:
        if _PROJECT.match(name) and artefact.archive.size(name) < 4 * 1024 * 1024:
            data = artefact.archive.read(name)
            try:
                document = parse_json(data, name)
            except Unreadable:
                if any(f'"{mark}"'.encode() in data for mark in _MARKS):
                    raise
                continue
            if isinstance(document, dict) and (
                project.is_old(document) or ("dependencies" in document and any(mark in document for mark in _MARKS))
            ):
                found[name] = project.renewed(document)
    return found


def _workflow(artefact: Artefact) -> Inspection:
    if artefact.root_tag.startswith(_WPF):
        raise Unreadable(
            "xaml_not_a_workflow",
            "This XAML draws a window; it is no workflow.",
            where=artefact.filename,
            mend="Send the workflow instead.",
        )
    if b"UiPath" not in artefact.data and b"schemas.uipath.com" not in artefact.data:
        raise Unreadable(
            "xaml_not_uipath",
            "This workflow uses no UiPath activity.",
            where=artefact.filename,
            mend="Send a workflow that UiPath Studio saved.",
        )
    return xaml.inspect_single(artefact)
