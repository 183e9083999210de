"""Reads an artefact in a child process with bounded memory and time and without a network, so that a hostile file harms nobody.

A process that has the readers loaded (the nursery) forks one child for each file; so a child starts in a millisecond, and shares nothing
with another.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from registry.errors import RegistryError, TooLarge, Unreadable
from registry.formats import inspect
from registry.formats.model import Inspection, inspection_from_json

Work = Callable[[Path, str, dict[str, Any]], dict[str, Any]]

MEMORY = 512 * 1024 * 1024  # bytes of address space
SECONDS = 30  # of wall clock
MAX_ANSWER = 64 * 1024 * 1024  # bytes of JSON
_MAX_REQUEST = 16 * 1024
_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from registry.formats.sandbox import serve; serve(int(sys.argv[2]))"
_AGAIN = "Export the file again; if it stays so, tell the stewards."


def inspect_in_child(path: Path, filename: str | None = None, *, memory: int = MEMORY, seconds: int = SECONDS) -> Inspection:
    """The inspection of the file at ``path`` alone; raises what :func:`in_child` does."""
    return inspection_from_json(in_child(_inspection, path, filename or path.name, memory=memory, seconds=seconds))


def _inspection(path: Path, filename: str, _: dict[str, Any]) -> dict[str, Any]:
    return inspect(path, filename).as_json()


def in_child(
    work: Work, path: Path, filename: str, told: dict[str, Any] | None = None, *, memory: int = MEMORY, seconds: int = SECONDS
) -> dict[str, Any]:
    """What ``work(path, filename, told)`` gives in a child limited to ``memory`` bytes and ``seconds`` of wall clock.

    ``work`` is a function of a module, told by its name; it takes and gives what JSON can say. Raises whatever it refuses, or
    :class:`Unreadable`: ``inspection_timeout``, ``inspection_limits`` (memory), ``inspection_failed`` (the child died).
    """
    started = time.monotonic()
    request = {"work": [work.__module__, work.__name__], "path": str(path.resolve()), "filename": filename, "told": told or {}}
    answer = _ask({**request, "memory": memory, "seconds": seconds}, seconds)
    if not answer:
        if time.monotonic() - started >= seconds:
            raise Unreadable("inspection_timeout", f"Reading the file took more than {seconds} seconds.", mend="Split the export.")
        raise Unreadable("inspection_failed", "The file could not be read.", mend=_AGAIN)
    answered: dict[str, Any] = json.loads(answer)
    if "refused" in answered:
        kind = TooLarge if answered.pop("too_large") else Unreadable
        refused = answered["refused"]
        raise kind(refused["code"], refused["message"], where=refused["where"], mend=refused["mend"])
    read: dict[str, Any] = answered["read"]
    return read


class _Nursery:
    """The process that forks children; one for each of ours, started when first needed and again when it has died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0

    def send(self, request: bytes, answer_to: int) -> None:
        """Have a child answer ``request`` on the descriptor ``answer_to``."""
        for attempt in range(2):
            try:
                with self._lock:
                    control = self._started()
                    control.sendmsg([request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [answer_to]))])
            except OSError:
                if attempt:
                    raise
                self.stop()
            else:
                return

    def _started(self) -> socket.socket:
        if self._control is None or self._owner != os.getpid():
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            command = [sys.executable, "-I", "-c", _START, str(_ROOT), str(theirs.fileno())]
            quiet = subprocess.DEVNULL
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=quiet, stdout=quiet, stderr=quiet, env={}, cwd="/")
            theirs.close()
            self._control, self._owner = ours, os.getpid()
        return self._control

    def stop(self) -> None:
        """End the process; the next request starts another."""
        with self._lock:
            if self._control is not None:
                self._control.close()
            if self._process is not None and self._owner == os.getpid():
                self._process.kill()
                self._process.wait()
            self._control = self._process = None


_nursery = _Nursery()
atexit.register(_nursery.stop)


def _ask(request: dict[str, Any], seconds: int) -> bytes:
    """The child's answer, or nothing where it died or was too slow."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            _nursery.send(json.dumps(request).encode(), theirs.fileno())
        parts: list[bytes] = []
        deadline, size = time.monotonic() + seconds + 2, 0
        while size <= MAX_ANSWER and (left := deadline - time.monotonic()) > 0:
            ours.settimeout(left)
            try:
                part = ours.recv(1 << 20)
            except TimeoutError:
                return b""
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
    return b""


def serve(descriptor: int) -> None:
    """The nursery's loop: a request comes with the descriptor to answer on; end when the asking process has gone."""
    control = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the kernel
    with contextlib.suppress(OSError):  # where the kernel forbids it, the audit hook of every child still stands
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
    sys.addaudithook(_no_way_out)
    gc.freeze()
    while True:
        request, ancillary, _, _ = control.recvmsg(_MAX_REQUEST, socket.CMSG_SPACE(4))
        if not request:
            return
        answer_to, asked = array.array("i", ancillary[0][2])[0], json.loads(request)
        _work(asked)  # loaded before the fork, once for all children
        if os.fork() == 0:
            control.close()
            _answer(asked, answer_to)
        os.close(answer_to)


def _no_way_out(event: str, _: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.system"):
        raise PermissionError(event)


def _answer(request: dict[str, Any], answer_to: int) -> NoReturn:
    """In the child: limits, then the reading, then the answer; the child never returns into the loop."""
    try:
        os.setsid()
        signal.alarm(request["seconds"])  # its default action ends the process, whatever C code it is in
        for limit, value in (
            (resource.RLIMIT_CPU, request["seconds"]),
            (resource.RLIMIT_AS, request["memory"]),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NPROC, 0),
        ):
            resource.setrlimit(limit, (value, value))
        data = _read(request)
        with os.fdopen(answer_to, "wb") as stream:
            stream.write(data)
        os._exit(0)
    except BaseException:
        os._exit(1)


def _work(request: dict[str, Any]) -> Work:
    """The function that the asking process named; it is one of our own."""
    module, name = request["work"]
    work: Work = getattr(sys.modules[__name__] if module == __name__ else importlib.import_module(module), name)
    return work


def _read(request: dict[str, Any]) -> bytes:
    try:
        return json.dumps({"read": _work(request)(Path(request["path"]), request["filename"], request["told"])}).encode()
    except RegistryError as error:
        refused = {"code": error.code, "message": error.message, "where": error.where, "mend": error.mend}
        return json.dumps({"refused": refused, "too_large": isinstance(error, TooLarge)}).encode()
    except (MemoryError, RecursionError):
        refused = {
            "code": "inspection_limits",
            "message": "Reading the file takes too much memory.",
            "where": "",
            "mend": "Split the export.",
        }
        return json.dumps({"refused": refused, "too_large": False}).encode()
