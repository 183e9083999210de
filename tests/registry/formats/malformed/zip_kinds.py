"""The 46 kinds of zip that are turned away."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

from tests.registry.formats.hostile import BPMN, Entry, fifield, raw_zip, zipped
from tests.registry.formats.malformed.kind import Kind

MEBIBYTE = 1 << 20
_zip = partial(Kind, "ZIP", filename="sent.zip")


def wide_end(
    entries: int, directory: int, start: int, *, record: bool = True, locator: bool = True, more: bytes = b"", at: int | None = None
) -> bytes:
    """The ZIP64 end record and its locator, either of which may be missing; ``more`` is extensible data behind the record."""
    own = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44 + len(more), 45, 45, 0, 0, entries, entries, directory, start) + more
    found = struct.pack("<4sIQI", b"PK\6\7", 0, start + directory if at is None else at, 1)
    return (own if record else b"") + (found if locator else b"")


def wide_zip(**how: object) -> bytes:
    """A zip of one entry with the end records of a large archive."""
    plain = raw_zip([Entry()])
    start = plain.index(b"PK\1\2")
    size = plain.rindex(b"PK\5\6") - start
    return raw_zip([Entry()], wide=wide_end(1, size, start, **how))  # type: ignore[arg-type]


def wide_extra(size: int, *more: int) -> bytes:
    return struct.pack(f"<HH{1 + len(more)}Q", 1, 8 + 8 * len(more), size, *more)


def with_wide_field(extra: bytes) -> bytes:
    """An entry whose size stands in a ZIP64 field of the directory."""
    return raw_zip([Entry(central={"size": 0xFFFFFFFF, "extra": extra})])


def unicode_path(name: bytes, written: bytes) -> bytes:
    return struct.pack("<HHBI", 0x7075, 5 + len(name), 1, zlib.crc32(written)) + name


def streamed(descriptor: bytes) -> bytes:
    """Entries whose sizes follow their bytes."""
    return raw_zip([Entry(both={"flags": 0x808}, local={"crc": 0, "packed": 0, "size": 0}, after=descriptor), Entry(b"b.txt")])


def many(count: int) -> bytes:
    """A zip of ``count`` empty files, written as fast as can be."""
    names = [b"%06d" % number for number in range(count)]
    body = b"".join(struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 6, 0) + name for name in names)
    rows = (
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 6, 0, 0, 0, 0, 0, 36 * number) + name
        for number, name in enumerate(names)
    )
    directory = b"".join(rows)
    told = min(count, 0xFFFF)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, told, told, len(directory), len(body), 0)
    return body + directory + (wide_end(count, len(directory), len(body)) if count > 0xFFFF else b"") + end


def nested(depth: int) -> bytes:
    data = zipped({"a.txt": b"password = 'Kite-Marble-77'"}, zipfile.ZIP_STORED)
    for _ in range(depth):
        data = zipped({"inner.zip": data}, zipfile.ZIP_STORED)
    return zipped({"pay.bpmn": BPMN, "deep.zip": data}, zipfile.ZIP_STORED)


def large(count: int) -> bytes:
    """A zip that unpacks to ``count`` times 200 MiB, in the shape of pictures that pack a hundredfold."""
    chunk = (bytes(range(256)) * 4 + b"\0" * 100_000) * 2
    whole = chunk * (200 * MEBIBYTE // len(chunk))
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed, crc = packer.compress(whole) + packer.flush(), zlib.crc32(whole)
    out = io.BytesIO()
    rows = b""
    for number in range(count):
        offset, name = out.tell(), b"%02d.bin" % number
        out.write(struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(packed), len(whole), len(name), 0) + name + packed)
        rows += (
            struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(packed), len(whole), len(name), 0, 0, 0, 0, 0, offset)
            + name
        )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(rows), out.tell(), 0)
    return out.getvalue() + rows + end


def _named(name: bytes) -> Callable[[], bytes]:
    return lambda: raw_zip([Entry(name)])


KINDS: tuple[Kind, ...] = (
    _zip("wrong magic", lambda: b"ZZ" + raw_zip([Entry()])[2:], "not_recognised"),
    _zip("empty", lambda: b"", "empty_file"),
    _zip("truncated end record", lambda: raw_zip([Entry()])[:-10], "archive_damaged"),
    _zip("truncated member", lambda: raw_zip([Entry(both={"packed": len(Entry().payload()) + 500})]), "archive_overlap"),
    _zip("second end record", lambda: raw_zip([Entry(central={"extra": struct.pack("<HH4s", 0x9999, 4, b"PK\5\6")})]), "archive_header_mismatch"),
    _zip("prepended data", lambda: raw_zip([Entry(before=b"PK\3\4 program")]), "archive_leading_data"),
    _zip("trailing data", lambda: raw_zip([Entry()], suffix=b"and more"), "archive_trailing_data"),
    _zip("second archive behind", lambda: zipped({"a.bpmn": BPMN}) + zipped({"b.bpmn": BPMN}), "archive_leading_data"),
    _zip("directory-entry comment", lambda: raw_zip([Entry(central={"comment": b"PK\3\4 and what a reader makes of it"})]), "archive_entry_comment"),
    _zip("multi-disk", lambda: raw_zip([Entry()], disk=1), "archive_header_mismatch"),
    _zip("record count mismatch", lambda: raw_zip([Entry()], count=2), "archive_header_mismatch"),
    _zip("record offset mismatch", lambda: raw_zip([Entry()], start=9000), "archive_header_mismatch"),
    _zip("record size mismatch", lambda: raw_zip([Entry()], length=500), "archive_damaged"),
    _zip("entry missing from directory", lambda: raw_zip([Entry(after=raw_zip([Entry(b"hidden")])[:60])]), "archive_hidden_data"),
    _zip("entry missing locally", lambda: raw_zip([Entry(), Entry(central={"offset": 0})]), "archive_overlap"),
    _zip("local and central name differ", lambda: raw_zip([Entry(local={"name": b"nap.bpmn"})]), "archive_header_mismatch"),
    _zip("size mismatch", lambda: raw_zip([Entry(local={"size": 5})]), "archive_header_mismatch"),
    _zip("CRC mismatch", lambda: raw_zip([Entry(both={"crc": 7})]), "archive_member_damaged"),
    _zip("descriptor at odds with directory", lambda: streamed(struct.pack("<4sIII", b"PK\7\x08", 1, 2, 3)), "archive_header_mismatch"),
    _zip("duplicate name", lambda: raw_zip([Entry(), Entry()]), "archive_duplicate"),
    _zip("case-fold clash", lambda: raw_zip([Entry(), Entry(b"PAY.bpmn")]), "archive_duplicate"),
    _zip("Unicode-normalisation clash", lambda: raw_zip([Entry("bl\u00e5.bpmn".encode()), Entry("bla\u030a.bpmn".encode())]), "archive_duplicate"),
    _zip("ZIP64 locator without record", lambda: wide_zip(record=False), "archive_zip64"),
    _zip("ZIP64 record without locator", lambda: wide_zip(locator=False), "archive_zip64"),
    _zip("ZIP64 extra too short", lambda: with_wide_field(struct.pack("<HHI", 1, 4, 5)), "archive_damaged"),
    _zip("ZIP64 extra too long", lambda: with_wide_field(wide_extra(len(BPMN), 5, 6)), "archive_zip64"),
    _zip("ZIP64 extensible data", lambda: wide_zip(more=b"more"), "archive_zip64"),
    _zip("duplicate extra field", lambda: raw_zip([Entry(both={"extra": struct.pack("<HHIHHI", 7, 4, 1, 7, 4, 2)})]), "archive_extra_field"),
    _zip("Unicode-path extra mismatch", lambda: raw_zip([Entry(both={"flags": 0, "extra": unicode_path(b"run.exe", b"pay.bpmn")})]), "archive_header_mismatch"),
    _zip("non-UTF-8 name", _named(b"p\xff\xfey.bpmn"), "archive_damaged"),
    _zip("control character", _named(b"pay\x1b[2J.bpmn"), "archive_bad_name"),
    _zip("encrypted", lambda: raw_zip([Entry(both={"flags": 0x801})]), "archive_encrypted"),
    _zip("unsupported method", lambda: zipped({"pay.bpmn": BPMN}, zipfile.ZIP_LZMA), "archive_method"),
    _zip("compression ratio", lambda: raw_zip([Entry(data=b"\0" * 4 * MEBIBYTE)]), "archive_bomb"),
    _zip("overlapping entries", lambda: fifield(50, MEBIBYTE), "archive_overlap"),
    _zip("nested depth", lambda: nested(12), "not_read", found=True),
    _zip("too many entries", lambda: many(300_000), "archive_too_many_files"),
    _zip("member too large", lambda: raw_zip([Entry(both={"size": 1 << 30})]), "archive_member_too_large"),
    _zip("total too large", lambda: large(6), "archive_too_large"),
    _zip("absolute path", _named(b"/etc/pay.bpmn"), "archive_bad_path"),
    _zip("parent path", _named(b"a/../../pay.bpmn"), "archive_bad_path"),
    _zip("backslash", _named(b"..\\pay.bpmn"), "archive_bad_path"),
    _zip("drive", _named(b"C:/pay.bpmn"), "archive_bad_path"),
    _zip("UNC", _named(b"\\\\server\\share\\pay.bpmn"), "archive_bad_path"),
    _zip("Windows reserved name", _named(b"forms/NUL.bpmn"), "archive_bad_name"),
    _zip("stream colon", _named(b"pay.bpmn:hidden"), "archive_bad_name"),
    _zip("symlink", lambda: raw_zip([Entry(data=b"/etc/passwd", central={"attributes": 0o120777 << 16})]), "archive_link"),
    _zip("file-directory clash", lambda: raw_zip([Entry(b"A"), Entry(b"a/pay.bpmn")]), "archive_duplicate"),
    _zip("path too long", _named(b"a/" * 300 + b"pay.bpmn"), "archive_path_too_long"),
    _zip("offset out of file", lambda: raw_zip([Entry(), Entry(b"b.bpmn", central={"offset": 5000})]), "archive_hidden_data"),
)  # fmt: skip
