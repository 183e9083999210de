"""Power Automate: solutions packed and unpacked, legacy flow packages, and the text of desktop flows."""

from __future__ import annotations

import re

from registry.formats.artefact import Artefact
from registry.formats.model import Inspection
from registry.formats.power_automate import legacy, robin, solution

PLATFORM = "power_automate"
KINDS = ("powerplatform-", "flow-", "pad-")
_LEGACY = re.compile(r"^(?:[^/]+/)?Microsoft\.Flow/flows/manifest\.json$")
_PACKED = re.compile(r"^(?:(?!Other/)[^/]+/)?solution\.xml$", re.IGNORECASE)  # a folder around it comes from zipping the folder
_UNPACKED = re.compile(r"^(?:.*/)?Other/Solution\.xml$")


def recognises(artefact: Artefact) -> bool:
    """A zip with a solution's or flow package's own files, or text with a desktop flow's statements."""
    if artefact.is_zip:
        names = artefact.archive.names
        return any(_PACKED.match(name) or _LEGACY.match(name) or _UNPACKED.match(name) for name in names)
    return not artefact.is_gzip and not artefact.looks_like_xml and robin.looks_like(artefact.head)


def inspect(artefact: Artefact) -> Inspection:
    """Read any of them; raises :class:`Unreadable`."""
    if not artefact.is_zip:
        return robin.inspect_text(artefact)
    names = artefact.archive.names
    packed = min((name for name in names if _PACKED.match(name)), key=len, default=None)
    if packed:
        return solution.inspect_packed(artefact, packed)
    unpacked = next((name for name in names if _UNPACKED.match(name)), None)
    if unpacked:
        return solution.inspect_unpacked(artefact, unpacked)
    return legacy.inspect(artefact)
