"""What a zip says of itself, byte by byte: two readers that trust different records of it must see the same archive."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import IO, NamedTuple

from registry.errors import Unreadable

_END = b"PK\x05\x06"
_END64, _LOCATOR = b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _END64_SIZE, _LOCATOR_SIZE = 22, 56, 20
_CENTRAL = struct.Struct(
    "<4s4xHH4xIIIHHHH6xI"
)  # signature, flags, method, CRC, packed size, size, lengths of name, extra field and comment, disk, offset
_LOCAL = struct.Struct("<4s2xHH4xIIIHH")  # signature, flags, method, CRC, packed size, size, lengths of name and extra field
_UNKNOWN = 0xFFFFFFFF  # a size that stands in the ZIP64 extra field instead
_ZIP64 = 0x0001
_LATER = 0x8  # the flag of an entry whose sizes follow its bytes
MAX_DIRECTORY = 16 * 1024 * 1024  # bytes: 800 for each of the 20,000 entries that are accepted
AGAIN = "Build the archive again."


class _End(NamedTuple):
    """Where a zip ends: the end record's place, and what it and its ZIP64 companion tell."""

    at: int
    count: int
    size: int
    start: int
    is_wide: bool  # whether there is a ZIP64 record


def entries_told(source: IO[bytes]) -> int:
    """How many entries the directory has or says it has, before anything is made of them; 0 where there is no directory to be seen.

    Raises :class:`Unreadable` (``archive_zip64``) where the records of a large archive do not belong together, and
    ``archive_too_many_files`` for a directory above :data:`MAX_DIRECTORY`.
    """
    end = _end(source)
    if end is None:
        return 0
    if end.size > MAX_DIRECTORY:
        raise Unreadable("archive_too_many_files", f"The archive's directory is {end.size} bytes.", mend="Split it.")
    source.seek(max(0, end.at - end.size - (_END64_SIZE + _LOCATOR_SIZE if end.is_wide else 0)))
    return max(end.count, source.read(end.size).count(b"PK\x01\x02"))


def _end(source: IO[bytes]) -> _End | None:
    length = source.seek(0, 2)
    before = source.seek(max(0, length - (1 << 16) - _END_SIZE - _LOCATOR_SIZE - _END64_SIZE))
    tail = source.read()
    at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        return None
    count, size, start = struct.unpack_from("<HII", tail, at + 10)
    locator, record = at - _LOCATOR_SIZE, at - _LOCATOR_SIZE - _END64_SIZE
    has_locator = locator >= 0 and tail.startswith(_LOCATOR, locator)
    has_record = record >= 0 and tail.startswith(_END64, record)
    if not has_locator and (at < _END64_SIZE or not tail.startswith(_END64, at - _END64_SIZE)):
        return _End(before + at, count, size, start, is_wide=False)
    if not (has_locator and has_record):
        raise _wide("The records of a large zip file do not belong together.")
    own, disk, own_count, own_size, own_start = struct.unpack_from("<Q4xQ8x3Q", tail, record + 4)
    points_to, disks = struct.unpack_from("<QI", tail, locator + 8)
    same = all(
        told in (real, full) for told, real, full in ((count, own_count, 0xFFFF), (size, own_size, _UNKNOWN), (start, own_start, _UNKNOWN))
    )
    if own != _END64_SIZE - 12 or points_to != before + record or disk or disks > 1 or not same:
        raise _wide("The records of a large zip file contradict one another.")
    return _End(before + at, own_count, own_size, own_start, is_wide=True)


def check_framing(archive: zipfile.ZipFile) -> None:
    """One end record at the very end, that counts the entries of the directory; members one behind the other, as the directory says.

    Raises :class:`Unreadable`: ``archive_trailing_data``, ``archive_leading_data``, ``archive_hidden_data``, ``archive_overlap``,
    ``archive_header_mismatch``, ``archive_entry_comment``, ``archive_extra_field``, ``archive_zip64``.
    """
    stream = archive.fp
    assert stream is not None
    stream.seek(archive.start_dir)
    data = stream.read()
    end = data.rfind(_END)
    if end < 0 or end + _END_SIZE + int.from_bytes(data[end + 20 : end + 22], "little") != len(data):
        raise Unreadable("archive_trailing_data", "There is data after the end of the zip file.", mend=AGAIN)
    disks, count = data[end + 4 : end + 8], int.from_bytes(data[end + 10 : end + 12], "little")
    if data.count(_END) > 1 or disks.strip(b"\0\xff") or count not in (len(archive.infolist()), 0xFFFF):
        raise Unreadable("archive_header_mismatch", "The zip file's end record does not fit its directory.", mend=AGAIN)
    _check_directory(archive, data)
    _check_layout(archive, stream)


def _check_directory(archive: zipfile.ZipFile, data: bytes) -> None:
    """No entry has a comment of its own, an extra field twice, or sizes that stand where they need not."""
    at = 0
    for info in archive.infolist():
        told = _CENTRAL.unpack_from(data, at)
        packed, size, name_length, extra_length, comment_length, disk, offset = told[4:]
        extra = data[at + 46 + name_length : at + 46 + name_length + extra_length]
        at += 46 + name_length + extra_length + comment_length
        where = info.filename[:120]
        if comment_length:
            raise Unreadable("archive_entry_comment", f"{where} has a comment in the directory.", where=where, mend=AGAIN)
        wide = _fields(extra, where).get(_ZIP64)
        needed = 8 * [size, packed, offset].count(_UNKNOWN) + (4 if disk == 0xFFFF else 0)
        if wide is not None and len(wide) != needed:
            raise _wide(f"The ZIP64 field of {where} is {len(wide)} bytes where {needed} are needed.", where)


def _fields(extra: bytes, where: str) -> dict[int, bytes]:
    """The extra fields by their number; zeros that only fill up are none."""
    found: dict[int, bytes] = {}
    at = 0
    while len(extra) - at >= 4:
        number, length = struct.unpack_from("<HH", extra, at)
        at += 4 + length
        if number in found or at > len(extra):
            raise Unreadable("archive_extra_field", f"The extra fields of {where} contradict one another.", where=where, mend=AGAIN)
        if number:
            found[number] = extra[at - length : at]
    if extra[at:].strip(b"\0"):
        raise Unreadable("archive_extra_field", f"The extra fields of {where} end too early.", where=where, mend=AGAIN)
    return found


def _check_layout(archive: zipfile.ZipFile, stream: IO[bytes]) -> None:
    """Members stand one behind the other from the first byte to the directory, each once, and head themselves as the directory says.

    What overlaps is a bomb (one packed stream claimed by many entries); what stands between is seen by readers without the directory only.
    """
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    first = infos[0].header_offset if infos else archive.start_dir
    if first < 0:
        raise Unreadable("archive_header_mismatch", "The zip file's directory is not where its end record says.", mend=AGAIN)
    if first > 0:
        raise Unreadable("archive_leading_data", "There is data before the start of the zip file.", mend=AGAIN)
    for info, following in zip(infos, _starts(infos, archive.start_dir), strict=True):
        stream.seek(info.header_offset)
        length, agrees = _check_header(info, stream)
        gap = following.offset - (info.header_offset + length + info.compress_size)
        if gap < 0:
            raise Unreadable(
                "archive_overlap", f"{following.name} lies over another file of the archive.", where=following.name, mend=AGAIN
            )
        if gap > (24 if info.flag_bits & _LATER else 0):
            raise Unreadable(
                "archive_hidden_data",
                f"There is data before {following.name} that the archive does not list.",
                where=following.name,
                mend=AGAIN,
            )
        if info.flag_bits & _LATER:
            stream.seek(following.offset - gap)
            _check_descriptor(info, stream.read(gap), agrees)


class _Start(NamedTuple):
    name: str
    offset: int


def _starts(infos: list[zipfile.ZipInfo], directory: int) -> Iterator[_Start]:
    """What stands behind each of ``infos``."""
    yield from (_Start(info.filename[:120], info.header_offset) for info in infos[1:])
    if infos:
        yield _Start("The directory", directory)


def _check_header(info: zipfile.ZipInfo, stream: IO[bytes]) -> tuple[int, bool]:
    """The length of a member's own header, which must say what the directory says of name and packing; and whether it tells the sizes."""
    raw = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
    head = stream.read(_LOCAL.size + len(raw)).ljust(_LOCAL.size)
    signature, flags, method, crc, packed, size, name_length, extra_length = _LOCAL.unpack(head[: _LOCAL.size])
    same = (signature, flags, method) == (b"PK\3\4", info.flag_bits, info.compress_type) and name_length == len(raw)
    if not same or head[_LOCAL.size :] != raw:
        raise _mismatch(info)
    wide = _fields(stream.read(extra_length), info.filename[:120]).get(_ZIP64, b"")
    later = bool(flags & _LATER)
    if _UNKNOWN in (packed, size) and wide:
        size, packed = _widened(info, size, packed, wide)
    told = ((crc, info.CRC), (packed, info.compress_size), (size, info.file_size))
    agrees = all(own == real for own, real in told)
    if not agrees and not (
        later and all(own in (0, real) for own, real in told)
    ):  # Info-ZIP to a pipe tells the size, not what it will pack to
        raise _mismatch(info)
    return _LOCAL.size + len(raw) + int(extra_length), agrees


def _widened(info: zipfile.ZipInfo, size: int, packed: int, wide: bytes) -> tuple[int, int]:
    """Both sizes, as the ZIP64 field of a member's own header gives them; it must hold both where it holds one."""
    if len(wide) != 16:
        raise _wide(f"The ZIP64 field before {info.filename[:120]} is {len(wide)} bytes.", info.filename[:120])
    wide_size, wide_packed = struct.unpack("<QQ", wide)
    return wide_size if size == _UNKNOWN else size, wide_packed if packed == _UNKNOWN else packed


def _check_descriptor(info: zipfile.ZipInfo, written: bytes, agrees: bool) -> None:
    """What follows a member's bytes says what the directory says, with or without its signature, in 32 or 64 bits."""
    own = written[4:] if written.startswith(b"PK\x07\x08") and len(written) in (16, 24) else written
    layout = {12: "<III", 20: "<IQQ"}.get(len(own))
    if layout is None:
        if written or not agrees:
            raise _mismatch(info)
    elif struct.unpack(layout, own) != (info.CRC, info.compress_size, info.file_size):
        raise _mismatch(info)


def _mismatch(info: zipfile.ZipInfo) -> Unreadable:
    where = info.filename[:120]
    return Unreadable("archive_header_mismatch", f"{where} is described in two ways in the zip file.", where=where, mend=AGAIN)


def _wide(message: str, where: str = "") -> Unreadable:
    return Unreadable("archive_zip64", message, where=where, mend=AGAIN)
