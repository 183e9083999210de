"""Publishes a second over HTTP with files of 100 KB, one by one and eight at once; and the memory a 200 MB upload takes."""

from __future__ import annotations

import http.client
import secrets
import threading
import time
from collections.abc import Iterator

from accounts.models import Organisation
from accounts.tokens import issue_token
from benchmarks.ground import memory, server, show, timed

BOUNDARY = "moothall-bench"
COUNT = 60


def run() -> None:
    """Print publishes a second, and MiB grown by a 200 MB body."""
    organisation = Organisation.objects.get_or_create(slug="bench", defaults={"name": "Bench", "kind": "police"})[0]
    secret = issue_token(organisation=organisation, name="bench", scopes=("publish", "read"), modules=(), days=1, by=None)[1]
    with server() as (port, pid):
        for body in _bodies(4):
            _publish(port, secret, body)
        taken = [_publish(port, secret, body) for body in _bodies(COUNT)]
        show("publish 100 KB, one by one", [seconds * 1000 for seconds in taken], f"{COUNT / sum(taken):.0f} a second")
        parallel: list[float] = []
        shares = [_bodies(COUNT // 4) for _ in range(8)]  # made beforehand: the client runs on the same machine
        elapsed = timed(lambda: _many(port, secret, shares, parallel))
        show("publish 100 KB, eight at once", [seconds * 1000 for seconds in parallel], f"{len(parallel) / elapsed:.0f} a second")
        _large(port, secret, pid)


def process_of_100_kb() -> bytes:
    """A BPMN file of 100 KB that never comes twice."""
    note = " ".join(secrets.token_hex(4) for _ in range(11_100))
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:bench">'
        f'<process id="p" name="Bench"><documentation>{note}</documentation><startEvent id="s" name="Start"/></process></definitions>'
    ).encode()


def _body(data: bytes) -> bytes:
    fields = {"version": "1.0.0", "licence": "MIT", "summary": "Measures publishing.", "visibility": "own"}
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="artefact"; filename="process.bpmn"\r\nContent-Type: application/xml\r\n\r\n'
    )
    return "".join(parts).encode() + head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


def _bodies(count: int) -> list[bytes]:
    return [_body(process_of_100_kb()) for _ in range(count)]


def _publish(port: int, secret: str, body: bytes) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    start = time.perf_counter()
    connection.request("POST", f"/api/v1/modules/bench/m-{secrets.token_hex(8)}/releases", body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 201:
        raise RuntimeError(f"{answer.status}: {text[:300]!r}")
    connection.close()
    return time.perf_counter() - start


def _many(port: int, secret: str, shares: list[list[bytes]], taken: list[float]) -> None:
    threads = [
        threading.Thread(target=lambda share=share: taken.extend(_publish(port, secret, body) for body in share)) for share in shares
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _large(port: int, secret: str, pid: int) -> None:
    """200 MB of a file that nothing recognises: received, hashed, looked at and refused, so that only receiving is measured."""
    size, peak, done = 200 * 1024 * 1024, [0.0], threading.Event()
    before = memory(pid)

    def watch() -> None:
        while not done.is_set():
            peak[0] = max(peak[0], memory(pid))
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    frame = _body(b"@")
    head, tail = frame.split(b"@", 1)

    def chunks() -> Iterator[bytes]:
        yield head
        for _ in range(size // (1 << 20)):
            yield bytes(1 << 20)
        yield tail

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    headers = {
        "Authorization": f"Bearer {secret}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(head) + size + len(tail)),
    }
    start = time.perf_counter()
    connection.request("POST", "/api/v1/inspect", body=chunks(), headers=headers)
    answer = connection.getresponse()
    answer.read()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    print(
        f"{'upload of 200 MB':<52} {seconds:.2f} s, answered {answer.status}, server grew {peak[0] - before:.0f} MiB (before: {before:.0f} MiB)",
        flush=True,
    )
