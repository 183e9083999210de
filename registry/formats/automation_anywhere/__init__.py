"""Automation Anywhere: exports of Automation 360, packages of actions, single bots, and tasks of versions 10 and 11."""

from __future__ import annotations

import re

from registry.errors import Unreadable
from registry.formats.artefact import Artefact
from registry.formats.automation_anywhere import atmx, bot, export, package
from registry.formats.model import Inspection

PLATFORM = "automation_anywhere"
KINDS = ("a360-", "aa-")
_JAR = "META-INF/MANIFEST.MF"
_OTHERS = re.compile(
    r"(?:^|/)(?:[^/]+\.(?:nuspec|uipx|bpmn|bpmn20\.xml|dist-info/METADATA|rpaproj)|solution\.xml|robot\.yaml|package\.yaml|pyproject\.toml"
    r"|project\.json|Microsoft\.Flow/flows/manifest\.json)$",
    re.IGNORECASE,
)  # marks of other platforms, whose archives may hold the manifest of a jar as well


def recognises(artefact: Artefact) -> bool:
    """An export's manifest, the parts of an old task, any jar that is nothing else, or a bot's JSON."""
    if not artefact.is_zip:
        return not artefact.is_gzip and bot.looks_like(artefact.head)
    archive = artefact.archive
    if export.find_manifest(archive) is not None or atmx.is_task(archive.names):
        return True
    return archive.has(_JAR) and not any(_OTHERS.search(name) for name in archive.names)


def inspect(artefact: Artefact) -> Inspection:
    """Read any of them; raises :class:`Unreadable` (``jar_not_a_package``, ``bot_damaged`` and others)."""
    if not artefact.is_zip:
        return export.inspect_bot(artefact)
    if (path := export.find_manifest(artefact.archive)) is not None:
        return export.inspect_export(artefact, path)
    if atmx.is_task(artefact.archive.names):
        return atmx.inspect(artefact)
    if (document := package.find(artefact.archive)) is None:
        raise Unreadable(
            "jar_not_a_package",
            "This jar is no package of Automation 360 actions.",
            where=artefact.filename,
            mend="Send the jar that the package SDK builds, or the bot that uses it as a Control Room export.",
        )
    return package.inspect(artefact, document)
