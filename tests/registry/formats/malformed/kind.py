"""One kind of malformed file: how to make it, and how it must be turned away."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.checks.reading import read_and_judge
from registry.errors import RegistryError
from registry.formats.sandbox import in_child

SECONDS, MEBIBYTES = 2.0, 512.0  # of processor time and memory, within which each kind must be told


@dataclass(frozen=True, slots=True)
class Kind:
    """``code`` is that of the refusal, or of the finding that stops or holds the release where ``found`` is set.

    ``sound`` says why the kind is taken all the same: honest tools write it, and it does no harm.
    """

    family: str
    name: str
    build: Callable[[], bytes]
    code: str = ""
    filename: str = "sent"
    found: bool = False
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """How a file fared in the child process: code of the refusal (or nothing), codes of the findings, processor time and memory of the child.

    ``waited`` is the time in seconds that the asking process waited, which depends on who else is at work.
    """

    code: str
    message: str
    where: str
    mend: str
    findings: tuple[str, ...]
    seconds: float
    mebibytes: float
    waited: float


def measured(path: Path, filename: str) -> Measured:
    """Read and judge the file as the doors do, in a child with its limits."""
    started = time.monotonic()
    try:
        told = in_child(in_the_child, path, filename)
    except RegistryError as error:  # the child itself had no chance to tell
        told = {"code": error.code, "message": error.message, "where": error.where, "mend": error.mend, "findings": []}
    waited = time.monotonic() - started
    return Measured(**{"seconds": waited, "mebibytes": 0.0, **told, "findings": tuple(told["findings"])}, waited=waited)


def row(kind: Kind, told: Measured) -> str:
    """A line of the table: family, kind, what it was told, milliseconds waited, mebibytes, and why it is taken where it is."""
    outcome = told.code or ("finding: " + kind.code if kind.found and kind.code in told.findings else "taken")
    return f"{kind.family:<8} {kind.name:<36} {outcome:<28} {told.waited * 1000:6.0f} ms {told.mebibytes:5.0f} MiB  {kind.sound}".rstrip()


def in_the_child(path: Path, filename: str, _: dict[str, Any]) -> dict[str, Any]:
    """What reading and judging told, and the most memory the child ever held."""
    told: dict[str, Any] = {"code": "", "message": "", "where": "", "mend": "", "findings": []}
    try:
        told["findings"] = [found["code"] for found in read_and_judge(path, filename, {"key": "00"})["findings"]]
    except RegistryError as error:
        told |= {"code": error.code, "message": error.message, "where": error.where, "mend": error.mend}
    except (MemoryError, RecursionError):
        told |= {"code": "inspection_limits", "message": "Reading the file takes too much memory.", "mend": "Split the export."}
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {**told, "seconds": used.ru_utime + used.ru_stime, "mebibytes": used.ru_maxrss / 1024}
