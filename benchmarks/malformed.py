"""Every kind of malformed file with what it is told, and the time and memory that takes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.registry.formats.malformed.all_kinds import KINDS
from tests.registry.formats.malformed.kind import measured, row


def run() -> None:
    """Print a line for each kind, then the worst of both figures."""
    slowest, largest, taken = 0.0, 0.0, 0
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sent"
        for kind in KINDS:
            path.write_bytes(kind.build())
            told = measured(path, kind.filename)
            print(row(kind, told), flush=True)
            slowest, largest, taken = max(slowest, told.waited), max(largest, told.mebibytes), taken + bool(kind.sound)
    print(f"{len(KINDS)} kinds, {taken} of them taken; at most {slowest * 1000:.0f} ms and {largest:.0f} MiB")
