"""What every benchmark stands on: a durable PostgreSQL and a home of its own, and the server as production runs it."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def ground() -> Iterator[Path]:
    """A fresh home with a prepared database; everything is removed at the end."""
    home = Path(tempfile.mkdtemp(prefix="moothall-bench-"))
    os.environ.update(
        MOOTHALL_HOME=str(home),
        MOOTHALL_DEMO="1",
        DJANGO_SETTINGS_MODULE="config.settings",
        RATE_READ="100000000",
        RATE_PUBLISH="100000000",
        RATE_RUNS="100000000",
    )
    from config import postgres

    postgres.ensure(home / "postgres")
    try:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("prepare", verbosity=0)
        yield home
    finally:
        postgres.stop(home / "postgres")
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def server() -> Iterator[tuple[int, int]]:
    """granian with two workers of four threads, as in production; yields its port and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws"]
    command = [str(Path(sys.executable).parent / "granian"), *options, "--log-level", "error", "config.wsgi:application"]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                if get(port, "/healthz")[0] == 200:
                    break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def latencies(port: int, paths: Sequence[str], headers: dict[str, str], *, count: int = 100) -> list[float]:
    """Milliseconds of ``count`` requests over one keep-alive connection, after ten to warm up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken = []
    for number in range(count + 10):
        start = time.perf_counter()
        connection.request("GET", paths[number % len(paths)], headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{paths[number % len(paths)]} answered {answer.status}")
        if number >= 10:
            taken.append((time.perf_counter() - start) * 1000)
    connection.close()
    return taken


def show(name: str, taken: Sequence[float], extra: str = "") -> None:
    """One line: median and 95th percentile in milliseconds."""
    ordered = sorted(taken)
    print(
        f"{name:<52} p50 {statistics.median(ordered):7.1f} ms   p95 {ordered[int(len(ordered) * 0.95) - 1]:7.1f} ms   {extra}", flush=True
    )


def memory(pid: int) -> float:
    """Proportional set size of a process and its children, in MiB."""
    total = 0
    for one in [pid, *_children(pid)]:
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found += [int(child), *_children(int(child))]
    return found


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
