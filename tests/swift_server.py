"""A real S3 server for tests: OpenStack Swift with its S3 API, a process for each of its four parts, on loopback alone."""

from __future__ import annotations

import contextlib
import os
import pwd
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

KEY, SECRET = "test:tester", "testing"  # as Swift's own examples
_PIPELINE = (
    "catch_errors gatekeeper healthcheck proxy-logging cache listing_formats s3api tempauth copy slo dlo versioned_writes symlink "
    "proxy-logging2 proxy-server"
)
_FILTERS = {
    "catch_errors": "catch_errors",
    "gatekeeper": "gatekeeper",
    "healthcheck": "healthcheck",
    "proxy-logging": "proxy_logging",
    "proxy-logging2": "proxy_logging",
    "cache": "memcache\nmemcache_servers = 127.0.0.1:1",
    "listing_formats": "listing_formats",
    "s3api": "s3api\nlocation = us-east-1\ns3_acl = false\nmin_segment_size = 1\ncheck_bucket_owner = false",
    "tempauth": f"tempauth\nuser_{KEY.replace(':', '_')} = {SECRET} .admin",
    "copy": "copy",
    "slo": "slo",
    "dlo": "dlo",
    "symlink": "symlink",
    "versioned_writes": "versioned_writes\nallow_versioned_writes = true\nallow_object_versioning = true",
}


@contextlib.contextmanager
def swift(folder: Path) -> Iterator[str]:
    """Run Swift below ``folder`` and yield its address; everything is stopped at the end."""
    ports = dict(zip(("proxy", "object", "container", "account"), _free_ports(4), strict=True))
    _configure(folder, ports)
    _build_rings(folder, ports)
    environment = {**os.environ, "SWIFT_DIR": str(folder), "PYTHONWARNINGS": "ignore"}
    log = (folder / "server.log").open("wb")
    parts = [
        subprocess.Popen(
            [sys.executable, str(Path(sys.executable).parent / f"swift-{part}-server"), str(folder / f"{part}-server.conf")],
            env=environment,
            stdout=log,
            stderr=log,
        )
        for part in ("object", "container", "account", "proxy")
    ]
    try:
        for port in ports.values():
            _wait(port, parts, folder)
        yield f"http://127.0.0.1:{ports['proxy']}"
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            part.wait(20)
        log.close()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def _configure(folder: Path, ports: dict[str, int]) -> None:
    (folder / "disk" / "d1").mkdir(parents=True)
    (folder / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_suffix = s\nswift_hash_path_prefix = p\n[storage-policy:0]\nname = one\ndefault = yes\n"
    )
    common = (
        f"bind_ip = 127.0.0.1\nswift_dir = {folder}\ndevices = {folder / 'disk'}\nmount_check = false\nworkers = 0\n"
        f"user = {pwd.getpwuid(os.getuid()).pw_name}\nlog_level = WARNING\nfallocate_reserve = 0\n"
    )
    for part in ("object", "container", "account"):
        pipeline = (
            f"[pipeline:main]\npipeline = {part}-server\n[app:{part}-server]\nuse = egg:swift#{part}\nauto_create_account_prefix = .\n"
        )
        (folder / f"{part}-server.conf").write_text(f"[DEFAULT]\nbind_port = {ports[part]}\n{common}{pipeline}")
    filters = "".join(f"[filter:{name}]\nuse = egg:swift#{rest}\n" for name, rest in _FILTERS.items())
    proxy = "[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\nallow_account_management = true\n"
    (folder / "proxy-server.conf").write_text(
        f"[DEFAULT]\nbind_port = {ports['proxy']}\n{common}[pipeline:main]\npipeline = {_PIPELINE}\n{proxy}{filters}"
    )


def _build_rings(folder: Path, ports: dict[str, int]) -> None:
    """In a process of its own: Swift patches the standard library when it is imported."""
    script = (
        "import sys\nfrom swift.common.ring import RingBuilder\n"
        "for part, port in zip(sys.argv[2::2], sys.argv[3::2]):\n"
        "    ring = RingBuilder(2, 1, 0)\n"
        "    ring.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': int(port), 'device': 'd1', 'weight': 1.0,\n"
        "                  'replication_ip': '127.0.0.1', 'replication_port': int(port), 'meta': ''})\n"
        "    ring.rebalance()\n    ring.get_ring().save(f'{sys.argv[1]}/{part}.ring.gz')\n"
    )
    arguments = [text for part in ("object", "container", "account") for text in (part, str(ports[part]))]
    subprocess.run([sys.executable, "-W", "ignore", "-c", script, str(folder), *arguments], check=True, capture_output=True)


def _wait(port: int, parts: list[subprocess.Popen[bytes]], folder: Path) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if any(part.poll() is not None for part in parts):
            break
        time.sleep(0.1)
    raise RuntimeError((folder / "server.log").read_text(errors="replace")[-2000:])
