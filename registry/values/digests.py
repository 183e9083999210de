"""SHA-256 digests of files and of releases."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def release_digest(digests: Sequence[str]) -> str:
    """The digest of a release: its only artefact's, or the SHA-256 of its artefacts' digests in sorted order, a line each."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(f"{digest}\n" for digest in sorted(digests)).encode()).hexdigest()


def digest_header(sha256: str) -> str:
    """The value of the ``Digest`` header (RFC 3230) for a hexadecimal SHA-256."""
    return "sha-256=" + base64.b64encode(bytes.fromhex(sha256)).decode()
