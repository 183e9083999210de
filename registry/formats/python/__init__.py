"""Python wheels, source distributions and projects in a zip."""

from __future__ import annotations

from registry.formats.artefact import Artefact
from registry.formats.model import Inspection
from registry.formats.python.distribution import WHEEL, inspect_sdist, inspect_wheel
from registry.formats.python.project import folders_of, inspect_project

PLATFORM = "python"
KINDS = ("python-",)


def recognises(artefact: Artefact) -> bool:
    """A zip with a wheel's metadata, a tar.gz, or a zip with a Python project at its top or one folder down and no other platform's marker."""
    if artefact.is_gzip:
        return True
    return artefact.is_zip and (any(WHEEL.match(name) for name in artefact.archive.names) or bool(folders_of(artefact.archive)))


def inspect(artefact: Artefact) -> Inspection:
    """Read any of them; raises :class:`Unreadable`."""
    if artefact.is_gzip:
        return inspect_sdist(artefact)
    if any(WHEEL.match(name) for name in artefact.archive.names):
        return inspect_wheel(artefact)
    return inspect_project(artefact)
