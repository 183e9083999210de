"""How fast artefacts are read, and how much memory that takes: the shared corpus by platform, and files as large as they may be."""

from __future__ import annotations

import json
import random
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.ground import ROOT, show
from benchmarks.publishing import process_of_100_kb
from benchmarks.work import inspect_and_check, inspect_only, resident, seconds
from registry.checks.reading import read_in_child
from registry.formats.sandbox import in_child

CORPUS = ROOT.parent / "shared" / "corpus"
MIB = 1024 * 1024
ROUNDS = 3  # of which the fastest counts: what else the machine does is no property of ours


@dataclass(frozen=True, slots=True)
class Sample:
    """One file: what platform it is of, its size in bytes, and the processor's seconds that reading it took."""

    platform: str
    path: Path
    size: int
    seconds: float


def run() -> None:
    """Print a line for each platform and for the whole corpus, for reading alone and with all checks; then memory and a child's latency."""
    files = _corpus()
    if files:
        _print("inspect", [_sample(platform, path, inspect_only) for platform, path in files])
        _print("inspect and check", [_sample(platform, path, inspect_and_check) for platform, path in files])
        _print_memory(files)
    _print_large()
    _print_child()


def _corpus() -> list[tuple[str, Path]]:
    listed = CORPUS / "TRUTH.jsonl"
    if not listed.is_file():
        print(f"There is no corpus in {CORPUS}.")
        return []
    entries = [json.loads(line) for line in listed.read_text(encoding="utf-8").splitlines()]
    return [(entry["platform"], CORPUS / entry["path"]) for entry in entries]


def _sample(platform: str, path: Path, work: Callable[[Path], None]) -> Sample:
    return Sample(platform, path, path.stat().st_size, min(seconds(path, work) for _ in range(ROUNDS)))


def _print(what: str, samples: list[Sample]) -> None:
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[sample.platform].append(sample)
    for name, group in (*sorted(groups.items()), ("the whole corpus", samples)):
        seconds, size = sum(one.seconds for one in group), sum(one.size for one in group)
        slowest = max(group, key=lambda one: one.seconds)
        print(
            f"{what + ', ' + name:<40} {len(group):>4} files in {seconds:6.2f} s   {len(group) / seconds:7.1f} files/s {size / seconds / MIB:7.2f} MiB/s"
            f"   slowest {slowest.seconds:5.2f} s {slowest.path.name}",
            flush=True,
        )
    largest = max(samples, key=lambda one: one.size)
    print(f"{what + ', the largest file':<40} {largest.seconds:6.2f} s for {largest.size / MIB:.1f} MiB {largest.path.name}", flush=True)


def _peak(path: Path, *, check: bool) -> float:
    return float(in_child(resident, path, path.name, {"check": check})["peak"])


def _print_memory(files: list[tuple[str, Path]]) -> None:
    for what, check in (("inspect", False), ("inspect and check", True)):
        most, path = max((_peak(path, check=check), path) for _, path in files)
        print(f"{what + ', memory of a child at most':<40} {most:6.1f} MiB   {path.name}", flush=True)


def _print_large() -> None:
    """Of a package with one data file of 200 MB and one with 20,000 small files."""
    with TemporaryDirectory() as folder:
        for name, members in (("a project with 200 MB of data", _one_large()), ("a project of 19,000 files", _many_small())):
            path = Path(folder) / "large.zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr("project.json", '{"name": "Large", "projectId": "1", "studioVersion": "24.10.1.0", "dependencies": {}}')
                for member, data in members:
                    archive.writestr(member, data)
            for what, work in (("inspect", inspect_only), ("inspect and check", inspect_and_check)):
                print(
                    f"{what + ', ' + name:<52} {seconds(path, work):6.2f} s {_peak(path, check=work is inspect_and_check):7.1f} MiB",
                    flush=True,
                )


def _one_large() -> Iterator[tuple[str, bytes]]:
    yield "Data/History.csv", random.Random(1).randbytes(MIB).hex().encode() * 100


def _many_small() -> Iterator[tuple[str, bytes]]:
    return ((f"Data/row{number}.txt", f"row {number}".encode()) for number in range(19_000))


def _print_child() -> None:
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
