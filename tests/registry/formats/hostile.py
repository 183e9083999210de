"""Small generators of archives that no honest tool writes: every field of a zip's headers can be made to lie."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any

BPMN = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="Pay a fine"/></definitions>'


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An honest zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@dataclass
class Entry:
    """One entry of :func:`raw_zip`. ``local`` and ``central`` replace single fields of one of its two headers.

    Fields: ``name flags method crc packed size extra``; ``central`` also takes ``attributes`` (Unix mode and type, shifted), ``comment`` and ``offset``.
    """

    name: bytes = b"pay.bpmn"
    data: bytes = BPMN
    deflated: bool = True
    local: dict[str, Any] = field(default_factory=dict)
    central: dict[str, Any] = field(default_factory=dict)
    both: dict[str, Any] = field(default_factory=dict)
    before: bytes = b""  # bytes put before its local header
    after: bytes = b""  # bytes put behind its data

    def payload(self) -> bytes:
        if not self.deflated:
            return self.data
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()

    def descriptor(self, *, signed: bool = True, wide: bool = False) -> bytes:
        """What streaming tools write behind the data."""
        form = "<4sIQQ" if wide else "<4sIII"
        return struct.pack(form, b"PK\7\x08", zlib.crc32(self.data), len(self.payload()), len(self.data))[0 if signed else 4 :]

    def fields(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "flags": 0x800,
            "method": 8 if self.deflated else 0,
            "crc": zlib.crc32(self.data),
            "packed": len(self.payload()),
            "size": len(self.data),
            "extra": b"",
            "comment": b"",
            "attributes": 0,
            **self.both,
        }


def raw_zip(
    entries: list[Entry], *, prefix: bytes = b"", suffix: bytes = b"", comment: bytes = b"", wide: bytes = b"", **end: int
) -> bytes:
    """A zip written field by field; ``end`` replaces ``disk``, ``count``, ``length`` or ``start`` of the end record, ``wide`` stands before it."""
    body, directory = bytearray(), bytearray()
    for entry in entries:
        body += entry.before
        offset = len(body)
        own = entry.fields() | entry.local
        body += struct.pack("<4s5H3I2H", b"PK\3\4", 20, own["flags"], own["method"], 0, 33, own["crc"], own["packed"], own["size"], len(own["name"]), len(own["extra"]))  # fmt: skip
        body += own["name"] + own["extra"] + entry.payload() + entry.after
        told = {**entry.fields(), "offset": offset, **entry.central}
        directory += struct.pack("<4s6H3I5H2I", b"PK\1\2", 0x314, 20, told["flags"], told["method"], 0, 33, told["crc"], told["packed"], told["size"], len(told["name"]), len(told["extra"]), len(told["comment"]), 0, 0, told["attributes"], told["offset"])  # fmt: skip
        directory += told["name"] + told["extra"] + told["comment"]
    facts = {"disk": 0, "count": len(entries), "length": len(directory), "start": len(body)} | end
    last = struct.pack("<4s4H2IH", b"PK\5\6", facts["disk"], facts["disk"], facts["count"], facts["count"], facts["length"], facts["start"], len(comment))  # fmt: skip
    return prefix + bytes(body) + bytes(directory) + wide + last + comment + suffix


def fifield(copies: int, size: int) -> bytes:
    """A bomb after David Fifield ("A better zip bomb", 2019): each of ``copies`` entries claims the one packed stream of the last."""
    kernel = Entry(b"last.bpmn", b"\0" * size)
    stream = raw_zip([kernel])
    honest = [Entry(b"%d.bpmn" % number, b"\0" * size, central={"offset": 0}) for number in range(copies)]
    whole = raw_zip([kernel, *honest])
    directory = whole[whole.index(b"PK\1\2") : whole.rindex(b"PK\5\6")]
    body = stream[: stream.index(b"PK\1\2")]
    return body + directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, copies + 1, copies + 1, len(directory), len(body), 0)


def tarred(members: list[tuple[str, bytes] | tarfile.TarInfo], *, form: int = tarfile.PAX_FORMAT) -> bytes:
    """An uncompressed tar of files, or of whatever a ``TarInfo`` says."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return out.getvalue()


def tar_member(kind: bytes, name: str = "thing-1.0/odd", target: str = "") -> tarfile.TarInfo:
    """A link, a device or another thing that is no file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def tar_gz(members: list[tuple[str, bytes] | tarfile.TarInfo]) -> bytes:
    return gzip.compress(tarred(members), mtime=0)


def sdist(*more: tuple[str, bytes] | tarfile.TarInfo) -> list[tuple[str, bytes] | tarfile.TarInfo]:
    """The members of a small source distribution, and more."""
    return [("thing-1.0/PKG-INFO", b"Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n"), *more]
