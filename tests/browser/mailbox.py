"""A mail server that keeps what it is given: where the links of invitations come from."""

from __future__ import annotations

import email
import re
import socketserver
import threading
import time
from email.message import Message
from email.policy import default
from typing import ClassVar


class _Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as one honest client needs."""

    answers: ClassVar = {"EHLO": "250 here", "DATA": "354 go on", "QUIT": "221 bye"}

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].decode().upper()
            self._say(self.server.refused(line.decode()) or self.answers.get(verb, "250 done"))  # type: ignore[attr-defined]
            if verb == "DATA":
                self._keep()
            elif verb == "QUIT":
                return

    def _keep(self) -> None:
        lines = []
        while (line := self.rfile.readline()).rstrip(b"\r\n") != b".":
            lines.append(line.removeprefix(b"."))
        self.server.messages.append(email.message_from_bytes(b"".join(lines), policy=default))  # type: ignore[attr-defined]
        self._say("250 kept")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Mailbox(socketserver.ThreadingTCPServer):
    """Start it with ``with``."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.messages: list[Message] = []
        self.refusals: dict[str, str] = {}  # what is said of a recipient: "550 nobody of that name"
        self.address = f"smtp://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Mailbox:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def refused(self, line: str) -> str:
        """The refusal of a recipient that ``line`` names; empty where there is none."""
        return next((said for to, said in self.refusals.items() if line.upper().startswith("RCPT") and to in line), "")

    def link(self, to: str, path: str) -> str:
        """The last address with ``path`` that was mailed to ``to``, as soon as it has come."""
        for _ in range(100):
            for message in reversed(self.messages):
                found = re.search(rf"https?://\S*{re.escape(path)}\S*", str(message.get_content())) if to in str(message["To"]) else None  # type: ignore[attr-defined]
                if found:
                    return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no mail with {path} came to {to}")
