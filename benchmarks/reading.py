"""Milliseconds to inspect and check a small file in its child process."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.ground import show
from benchmarks.publishing import process_of_100_kb
from registry.checks.reading import read_in_child


def run() -> None:
    """Print the time of one inspection of a BPMN file of 100 KB."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "process.bpmn"
        path.write_bytes(process_of_100_kb())
        taken = []
        for number in range(60):
            start = time.perf_counter()
            read_in_child(path, path.name, key=b"bench")
            if number >= 10:
                taken.append((time.perf_counter() - start) * 1000)
        show("inspect and check 100 KB of BPMN in a child process", taken)
