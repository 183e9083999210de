"""What the benchmarks of reading measure; a child process without Django loads it too."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from registry.checks.reading import read_and_judge
from registry.errors import RegistryError
from registry.formats import inspect


def inspect_only(path: Path) -> None:
    """Read the file."""
    inspect(path)


def inspect_and_check(path: Path) -> None:
    """Read the file and its texts, and run the checks: what a child does for each upload."""
    read_and_judge(path, path.name, {"key": b"bench".hex()})


def seconds(path: Path, work: Callable[[Path], None]) -> float:
    """Of the processor, not of the clock: what else the machine does is no property of ours."""
    start = time.process_time()
    with contextlib.suppress(RegistryError):  # to refuse a file takes its time too
        work(path)
    return time.process_time() - start


def resident(path: Path, _: str, told: dict[str, Any]) -> dict[str, Any]:
    """In the child: MiB that were resident at most; the interpreter and the readers, which children share, are about 25 of them."""
    seconds(path, inspect_and_check if told["check"] else inspect_only)
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return {"peak": int(line.split()[1]) / 1024}
