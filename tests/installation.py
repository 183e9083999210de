"""A whole installation of its own for a test: home, database, web server and worker as real processes that can be killed."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BOUNDARY = "moothall-test"


class Installation:
    """Start it with ``with``; every process is stopped at the end."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        inherited = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "MOOTHALL_TEST")}
        self.environment = {
            **inherited,
            "MOOTHALL_HOME": str(home),
            "MOOTHALL_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "RATE_PUBLISH": "1000000",
            "RATE_READ": "1000000",
            **environment,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def __enter__(self) -> Installation:
        self.home.mkdir(parents=True, exist_ok=True)
        if "DATABASE_URL" not in self.environment:
            self._run("config/postgres.py", str(self.home / "postgres"))
        self.manage("prepare", "--verbosity", "0")
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.processes):
            self.kill(name)
        self._run("config/postgres.py", str(self.home / "postgres"), "stop")

    @contextlib.contextmanager
    def configured(self, **environment: str) -> Iterator[None]:
        """Processes started within have these settings; they are killed at the end."""
        before, self.environment = self.environment, {**self.environment, **environment}
        try:
            yield
        finally:
            for name in list(self.processes):
                self.kill(name)
            self.environment = before

    def _run(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )
        if check and done.returncode:
            raise RuntimeError(f"{arguments}: {done.stdout}\n{done.stderr}")
        return done.stdout

    def manage(self, *arguments: str, check: bool = True) -> str:
        """What a management command prints."""
        return self._run("manage.py", *arguments, check=check)

    def python(self, code: str) -> str:
        """What a snippet prints inside Django."""
        return self._run("manage.py", "shell", "--verbosity", "0", "-c", code)

    def start_web(self) -> None:
        """Two workers, as the demonstration runs them."""
        options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "2", "--blocking-threads", "4"]
        self._start(
            "web", [str(Path(sys.executable).parent / "granian"), *options, "--no-ws", "--log-level", "error", "config.wsgi:application"]
        )
        for _ in range(300):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.get("/healthz")[0] == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError("the web server did not come up")

    def start_worker(self) -> None:
        """One worker with its schedule."""
        options = [
            "-P",
            "threads",
            "-c",
            "2",
            "-B",
            "-s",
            str(self.home / "schedule"),
            "--loglevel",
            "ERROR",
            "--without-gossip",
            "--without-mingle",
        ]
        self._start("worker", [str(Path(sys.executable).parent / "celery"), "-A", "config", "worker", *options])

    def _start(self, name: str, command: list[str]) -> None:
        quiet = subprocess.DEVNULL
        self.processes[name] = subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True, stdout=quiet, stderr=quiet)

    def kill(self, name: str) -> None:
        """SIGKILL to the process and everything it started, in mid-flight."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)

    def token(self, organisation: str, *scopes: str) -> str:
        """A new token's secret; the organisation is made when there is none."""
        self.python(
            "from accounts.models import Organisation; "
            f"Organisation.objects.get_or_create(slug={organisation!r}, defaults={{'name': {organisation!r}, 'kind': 'police'}})"
        )
        return self.manage("issue_token", "--organisation", organisation, "--scopes", ",".join(scopes)).strip().splitlines()[-1]

    def get(self, path: str, token: str = "") -> tuple[int, bytes]:
        """Status and body."""
        status, _, body = self.answer(path, token)
        return status, body

    def publish(
        self, token: str, identifier: str, data: bytes, *, filename: str = "process.bpmn", **fields: str
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of a publish."""
        given = {"version": "1.0.0", "licence": "MIT", "summary": "Sends victims an update.", "visibility": "own", **fields}
        body = b"".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in given.items()
        )
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="artefact"; filename="{filename}"\r\n\r\n'.encode()
        body += data + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        status, answer = self._request("POST", f"/api/v1/modules/{identifier}/releases", body, headers)
        return status, json.loads(answer)

    def answer(self, path: str, token: str = "") -> tuple[int, Message, bytes]:
        """Status, headers and body, without following where they lead."""
        return self._answer("GET", path, None, {"Authorization": f"Bearer {token}"} if token else {})

    def _request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        status, _, answer = self._answer(method, path, body, headers)
        return status, answer

    def _answer(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, Message, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=headers)
            with connection.getresponse() as answer:
                return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


def unique(prefix: str) -> str:
    """A name that no other test uses."""
    return f"{prefix}-{secrets.token_hex(4)}"
