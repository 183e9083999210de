"""What a check reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from registry.formats.model import Inspection


@dataclass(frozen=True, slots=True)
class Found:
    """One thing a check noticed: ``severity`` is ``note``, ``answer`` or ``stop``; ``where`` is a place in the artefact."""

    code: str
    severity: str
    title: str
    where: str = ""
    why: str = ""
    mend: str = ""


class Check(Protocol):
    """What a check's file offers; its code is the file's name."""

    CODE: str
    TITLE: str
    SEVERITY: str

    def run(self, inspection: Inspection) -> Iterator[Found]: ...
