"""A scanner that speaks clamd's protocol and knows one virus: for tests where no clamd is."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

# The European Institute's test file, which every scanner knows and which does nothing; put together so that no scanner takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE!$H+H*"


@contextlib.contextmanager
def scanner(*, limit: int = 1 << 20, answer: bytes | None = None) -> Iterator[str]:
    """The address of one that hangs up over ``limit`` bytes as clamd does, or always gives ``answer``."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, limit, answer), daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(server: socket.socket, limit: int, answer: bytes | None) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client, contextlib.suppress(OSError):
            client.sendall(_judged(client, limit) if answer is None else answer)


def _judged(client: socket.socket, limit: int) -> bytes:
    data = client.makefile("rb")
    if data.read(10) != b"zINSTREAM\0":
        return b"UNKNOWN COMMAND\0"
    body = b""
    while length := struct.unpack(">I", data.read(4))[0]:
        body += data.read(length)
        if len(body) > limit:
            return b"INSTREAM size limit exceeded. ERROR\0"
    return b"stream: Eicar-Test FOUND\0" if EICAR in body else b"stream: OK\0"
