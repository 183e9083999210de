"""Zip archives that come out byte for byte the same: members in the order given, stored as they are, with one date and no attributes of a machine.

The bytes of a member are read once into a temporary file, because its checksum stands before them, and are compared with what was announced.
"""

from __future__ import annotations

import hashlib
import io
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO

CHUNK = 256 * 1024
LARGEST = 2 * 1024**3  # bytes of a whole archive: what every tool unpacks without the 64-bit extension
_MEMORY = 4 * 1024 * 1024  # of one member; more of it waits on disk
_DATE = 0x5821  # 1 January 2024, as zip files write it: the same in every archive
_UTF8 = 0x0800
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: ``data`` itself, or bytes of the artefact store under ``sha256``."""

    name: str
    size: int
    sha256: str
    data: bytes | None = None


def text_member(name: str, text: str) -> Member:
    """A file of text."""
    data = text.encode()
    return Member(name, len(data), hashlib.sha256(data).hexdigest(), data)


def size_of(members: Iterable[Member]) -> int:
    """How many bytes the archive has."""
    return _END.size + sum(_LOCAL.size + _CENTRAL.size + 2 * len(each.name.encode()) + each.size for each in members)


def zipped(members: Iterable[Member], opened: Callable[[str], IO[bytes]]) -> Iterator[bytes]:
    """The archive in chunks; ``opened`` gives the stored bytes of a digest.

    Raises OSError where stored bytes are missing or are not those announced: the archive then ends before them.
    """
    central, offset, count = io.BytesIO(), 0, 0
    for member in members:
        with tempfile.SpooledTemporaryFile(_MEMORY) as held:
            crc = _held(member, opened, held)
            name = member.name.encode()
            sizes = (crc, member.size, member.size, len(name))
            yield _LOCAL.pack(b"PK\3\4", 10, _UTF8, 0, 0, _DATE, *sizes, 0) + name
            while chunk := held.read(CHUNK):
                yield chunk
        central.write(_CENTRAL.pack(b"PK\1\2", 10, 10, _UTF8, 0, 0, _DATE, *sizes, 0, 0, 0, 0, 0, offset) + name)
        offset += _LOCAL.size + len(name) + member.size
        count += 1
    yield central.getvalue() + _END.pack(b"PK\5\6", 0, 0, count, count, central.tell(), offset, 0)


def _held(member: Member, opened: Callable[[str], IO[bytes]], held: IO[bytes]) -> int:
    """Copies the member's bytes to ``held`` and returns their CRC-32."""
    crc, digest = 0, hashlib.sha256()
    with closing(io.BytesIO(member.data) if member.data is not None else opened(member.sha256)) as source:
        while chunk := source.read(CHUNK):
            crc = zlib.crc32(chunk, crc)
            digest.update(chunk)
            held.write(chunk)
    if digest.hexdigest() != member.sha256 or held.tell() != member.size:
        raise OSError(f"The stored bytes of {member.sha256} are damaged")
    held.seek(0)
    return crc
