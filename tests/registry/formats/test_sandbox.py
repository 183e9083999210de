"""The child process: its limits hold, its refusals come back, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect, sandbox
from registry.formats.sandbox import inspect_in_child


@pytest.fixture
def process(corpus: Path) -> Path:
    return corpus / "bpmn" / "Reference__C.9.0.bpmn"


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Start a nursery whose reader does what the test says instead of reading."""

    def start(code: str) -> None:
        sandbox._nursery.stop()
        body = f"def _inspection(path, filename, told):\n    import os, socket, time, subprocess\n    {code}\n"
        script = f"import sys; sys.path.insert(0, sys.argv[1]); import registry.formats.sandbox as s; exec({body!r}, s.__dict__); s.serve(int(sys.argv[2]))"
        monkeypatch.setattr(sandbox, "_START", script)

    yield start
    sandbox._nursery.stop()


def test_it_reads_as_the_reader_does(process: Path) -> None:
    assert inspect_in_child(process) == inspect(process)


def test_a_refusal_keeps_its_code_and_place(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(Unreadable) as refused:
        inspect_in_child(path, "sent.zip")
    assert refused.value.code == "archive_damaged"
    assert refused.value.mend


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("while True: pass", "inspection_timeout"),
        ("time.sleep(60)", "inspection_timeout"),
        ("b'x' * (2 << 30)", "inspection_limits"),
        ("_inspection(path, filename, told)", "inspection_limits"),
        ("os.kill(os.getpid(), 11)", "inspection_failed"),
        ("os._exit(0)", "inspection_failed"),
        ("raise ValueError('the contents of the file')", "inspection_failed"),
        ("socket.create_connection(('127.0.0.1', 5432), 1)", "inspection_failed"),
        ("socket.getaddrinfo('localhost', 80)", "inspection_failed"),
        ("subprocess.run(['true'])", "inspection_failed"),
        ("open('/tmp/moothall-escape', 'w').write('x' * 100000)", "inspection_failed"),
    ],
)
def test_limits(process: Path, misbehaving, code: str, expected: str) -> None:  # type: ignore[no-untyped-def]
    misbehaving(code)
    started = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        inspect_in_child(process, seconds=2)
    assert refused.value.code == expected
    assert "contents" not in str(refused.value)
    assert time.monotonic() - started < 20  # a hang would last for ever
    Path("/tmp/moothall-escape").unlink(missing_ok=True)


def test_several_threads_at_once(process: Path) -> None:
    wanted, results = inspect(process), []
    threads = [threading.Thread(target=lambda: results.extend(inspect_in_child(process) for _ in range(5))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [wanted] * 30


def test_it_starts_again_when_the_nursery_was_killed(process: Path) -> None:
    inspect_in_child(process)
    assert sandbox._nursery._process is not None
    os.kill(sandbox._nursery._process.pid, signal.SIGKILL)
    sandbox._nursery._process.wait()
    assert inspect_in_child(process).name == "Customer Onboarding"


def test_nothing_is_left_behind(process: Path) -> None:
    inspect_in_child(process)
    assert sandbox._nursery._process is not None
    children = Path(f"/proc/{sandbox._nursery._process.pid}/task/{sandbox._nursery._process.pid}/children")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        inspect_in_child(process)
    assert len(os.listdir("/proc/self/fd")) == before
    assert len(os.listdir(f"/proc/{sandbox._nursery._process.pid}/fd")) <= 8
    for _ in range(50):
        if not children.read_text().split():
            return
        time.sleep(0.1)
    raise AssertionError("children remain")
