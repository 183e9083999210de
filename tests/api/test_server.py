"""Receiving behind the real server: chunked bodies, clients that go away, bodies that are too large, and memory that does not grow."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.make import bpmn, make_token

ROOT = Path(__file__).resolve().parents[2]
HEAD = b'--x\r\nContent-Disposition: form-data; name="artefact"; filename="a.bpmn"\r\n\r\n'
TAIL = b"\r\n--x--\r\n"
LIMIT = 220 * 1024 * 1024


class Server:
    """granian with one worker on the test's database."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], secret: str) -> None:
        self.port, self.process = port, process
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "multipart/form-data; boundary=x"}

    def post(self, parts: list[bytes], **more: str) -> tuple[int, bytes]:
        """Send ``parts`` chunked, or whole where Content-Length is given; (status, body)."""
        client = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            client.request(
                "POST", "/api/v1/inspect", body=iter(parts), headers=self.headers | more, encode_chunked="Content-Length" not in more
            )
            with client.getresponse() as response:
                return response.status, response.read()
        finally:
            client.close()

    def open(self, announced: int) -> socket.socket:
        """A connection on which the head of a request was sent."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        lines = [
            "POST /api/v1/inspect HTTP/1.1",
            "Host: localhost",
            f"Content-Length: {announced}",
            *(f"{k}: {v}" for k, v in self.headers.items()),
        ]
        client.sendall("\r\n".join([*lines, "", ""]).encode())
        return client

    def memory(self) -> int:
        """Resident bytes of the largest process of the server's tree."""
        return max(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _tree(self.process.pid)) * os.sysconf("SC_PAGE_SIZE")


def _tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in _tree(int(child)))]


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = settings.DATABASE_URL.replace("/postgres?", f"/{connection.settings_dict['NAME']}?")
    environment = os.environ | {
        "MOOTHALL_TEST": "1",
        "MOOTHALL_HOME": str(tmp_path),
        "DATABASE_URL": database,
        "MAX_UPLOAD_BYTES": str(LIMIT),
    }
    (tmp_path / "static").mkdir()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--blocking-threads",
        "4",
        "config.wsgi:application",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment | {"DJANGO_SETTINGS_MODULE": "config.settings"})
    try:
        _wait_for(port)
        yield Server(port, process, make_token("force-a"))
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=5)) as client:
                client.request("GET", "/healthz")
                client.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")


def _waiting(folder: Path) -> list[Path]:
    """Uploads still on disk, once the server has had time to notice."""
    for _ in range(100):
        if not (left := list((folder / "uploads").iterdir())):
            break
        time.sleep(0.05)
    return left


def test_receiving_behind_the_real_server(server: Server, tmp_path: Path) -> None:
    data = bpmn("A" * 100_000)
    whole = HEAD + data + TAIL
    assert server.post([whole[:70], whole[70:5000], whole[5000:]])[0] == 200, "chunked"
    assert server.post([whole], **{"Content-Length": str(len(whole))})[0] == 200, "announced"
    status, body = server.post([whole[:-20]])
    assert (status, b"body_truncated" in body) == (400, True)

    before = server.memory()
    megabyte = b"z" * (1 << 20)
    status, body = server.post([HEAD, *[megabyte] * 200, TAIL], **{"Content-Length": str(len(HEAD) + 200 * len(megabyte) + len(TAIL))})
    assert status == 422, "nobody's format"
    assert server.memory() - before < 20 * 1024 * 1024

    with server.open(LIMIT + 10**9) as client:
        answer = b""
        while b"too_large" not in answer and (came := client.recv(65536)):
            answer += came
        assert b"too_large" in answer, "before a byte of the body was sent"
        assert answer.startswith(b"HTTP/1.1 413 ")

    with server.open(10**8) as client:
        client.sendall(HEAD + megabyte * 3)
        for _ in range(100):
            if list((tmp_path / "uploads").iterdir()):
                break
            time.sleep(0.05)
        assert list((tmp_path / "uploads").iterdir()), "its file is on disk while it comes"
    assert _waiting(tmp_path) == [], "and gone when its client is"
