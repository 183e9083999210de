"""Reading artefacts: one file per platform, each told from the others by content and never by extension."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from registry.errors import Unreadable
from registry.formats import (
    automation_anywhere,
    blueprism,
    bpmn,
    dmn,
    n8n,
    openrpa,
    power_automate,
    publiccode,
    python,
    robot_framework,
    tagui,
    uipath,
)
from registry.formats.artefact import Artefact
from registry.formats.model import Inspection
from registry.formats.texts import read_texts
from registry.formats.texts.model import Content


class Inspector(Protocol):
    """What a platform's file offers."""

    PLATFORM: str

    @property
    def KINDS(self) -> tuple[str, ...]:
        """How the kinds it gives begin; no other platform's begin so."""
        ...

    def recognises(self, artefact: Artefact) -> bool:
        """Cheap: names and first bytes only."""
        ...

    def inspect(self, artefact: Artefact) -> Inspection:
        """Read it; raises :class:`Unreadable`."""
        ...


INSPECTORS: tuple[Inspector, ...] = (
    uipath,
    blueprism,
    power_automate,
    automation_anywhere,
    robot_framework,
    python,
    openrpa,
    bpmn,
    dmn,
    n8n,
    publiccode,
    tagui,
)  # most specific first


def inspect(path: Path, filename: str | None = None) -> Inspection:
    """Read the file at ``path``; ``filename`` is the name its publisher gave it.

    Raises :class:`Unreadable`: ``empty_file``, ``not_recognised``, or whatever the platform's reader found wrong.
    """
    with Artefact(path, filename) as artefact:
        return _inspected(artefact)


def read(path: Path, filename: str | None = None) -> tuple[Inspection, Content]:
    """The same, and the text of everything in the file with its places."""
    with Artefact(path, filename) as artefact:
        return _inspected(artefact), read_texts(artefact)


def _inspected(artefact: Artefact) -> Inspection:
    if artefact.size == 0:
        raise Unreadable("empty_file", "The file is empty.", where=artefact.filename, mend="Choose the file again and send it.")
    for inspector in INSPECTORS:
        if inspector.recognises(artefact):
            inspection = inspector.inspect(artefact)
            return publiccode.accompanied(inspection, artefact) if artefact.is_zip or artefact.is_gzip else inspection
    raise Unreadable(
        "not_recognised",
        "We do not recognise this file as an automation of any platform we read.",
        where=artefact.filename,
        mend="Send the file your platform exports: a .bprelease, .nupkg, solution zip, wheel or BPMN file.",
    )


def platform_of(kind: str) -> str:
    """The platform whose files are of this kind; raises ``StopIteration`` for a kind that no reader gives."""
    return next(inspector.PLATFORM for inspector in INSPECTORS if kind.startswith(inspector.KINDS))
