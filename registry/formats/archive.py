"""The only way to open an archive: limits first, and two records of each member must agree."""

from __future__ import annotations

import hashlib
import io
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from registry.errors import Unreadable
from registry.formats.model import FileRecord

MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 256 * 1024 * 1024
MAX_TOTAL_BYTES = 1024 * 1024 * 1024
MAX_READ_BYTES = 64 * 1024 * 1024  # one member held in memory
MAX_RATIO = 200  # uncompressed to compressed; PyPI refuses above 50, but BPMN and XAML text compresses better than code
MAX_PATH = 400
_EOCD = b"PK\x05\x06"


class Archive:
    """A zip or tar.gz opened read-only. Names use ``/`` and have no leading ``./``.

    Raises :class:`Unreadable` (``archive_*`` codes) for anything damaged, hostile or above the limits.
    """

    def __init__(self, names: dict[str, int], opener: _Opener) -> None:
        self._sizes = names
        self._open = opener

    @property
    def names(self) -> list[str]:
        """Paths of the regular files, in the archive's own order."""
        return list(self._sizes)

    def size(self, name: str) -> int:
        """Uncompressed size of a member in bytes."""
        return self._sizes[name]

    def has(self, name: str) -> bool:
        return name in self._sizes

    def read(self, name: str, limit: int = MAX_READ_BYTES) -> bytes:
        """A member's bytes; ``archive_member_too_large`` above ``limit`` bytes."""
        if name not in self._sizes:
            raise Unreadable("archive_member_missing", f"The archive has no file {name}.", where=name, mend="Export the package again.")
        if self._sizes[name] > limit:
            raise Unreadable(
                "archive_member_too_large",
                f"{name} is {self._sizes[name]} bytes; at most {limit} are read.",
                where=name,
                mend="Take large data files out of the package.",
            )
        return b"".join(self._open(name))

    def files(self) -> tuple[FileRecord, ...]:
        """Every member with its size and digest, reading the whole archive once."""
        return tuple(self._record(name) for name in self._sizes)

    def _record(self, name: str) -> FileRecord:
        digest, size = hashlib.sha256(), 0
        for chunk in self._open(name):
            digest.update(chunk)
            size += len(chunk)
        return FileRecord(name, size, digest.hexdigest())


class _Opener:
    """Yields a member's bytes in chunks, and turns every library's complaint into ours."""

    def __init__(self, archive: zipfile.ZipFile | tarfile.TarFile, members: dict[str, zipfile.ZipInfo | tarfile.TarInfo]) -> None:
        self._archive = archive
        self._members = members

    def __call__(self, name: str) -> Iterator[bytes]:
        try:
            with self._stream(name) as stream:
                while chunk := stream.read(1 << 20):
                    yield chunk
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Unreadable(
                "archive_member_damaged", f"{name} cannot be unpacked: {error}.", where=name, mend="Export or build the package again."
            ) from error

    def _stream(self, name: str) -> IO[bytes]:
        member = self._members[name]
        if isinstance(self._archive, zipfile.ZipFile):
            return self._archive.open(member)  # type: ignore[arg-type]
        stream = self._archive.extractfile(member)  # type: ignore[arg-type]
        return stream if stream is not None else io.BytesIO()


def open_zip(source: str | IO[bytes]) -> Archive:
    """Open a zip file given by path or as a seekable binary stream."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise Unreadable(
            "archive_damaged", f"The zip file cannot be opened: {error}.", mend="Export or build the package again."
        ) from error
    _check_framing(archive)
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise Unreadable(
            "archive_too_many_files", f"The archive has {len(infos)} files; at most {MAX_MEMBERS} are accepted.", mend="Split it."
        )
    names: dict[str, int] = {}
    members: dict[str, zipfile.ZipInfo | tarfile.TarInfo] = {}
    seen: set[str] = set()
    total = 0
    for info in infos:
        name = _clean(info.filename)
        if info.is_dir():
            continue
        _check_zip_member(info, name)
        _check_twice(name, seen)
        total = _check_total(total + info.file_size)
        names[name], members[name] = info.file_size, info
    return Archive(names, _Opener(archive, members))


def open_tar(path: str) -> Archive:
    """Open a gzip-compressed tar file (a Python source distribution)."""
    names: dict[str, int] = {}
    members: dict[str, zipfile.ZipInfo | tarfile.TarInfo] = {}
    seen: set[str] = set()
    total = 0
    try:
        archive = tarfile.open(path, "r:gz", errorlevel=2)  # noqa: SIM115 - the archive stays open as long as its reader
        for count, info in enumerate(archive):
            if count >= MAX_MEMBERS:
                raise Unreadable("archive_too_many_files", f"The archive has more than {MAX_MEMBERS} files.", mend="Split it.")
            name = _clean(info.name)
            if info.isdir():
                continue
            if not info.isreg():
                raise Unreadable("archive_link", f"{name} is a link or a device, not a file.", where=name, mend="Pack regular files only.")
            _check_twice(name, seen)
            _check_size(name, info.size)
            total = _check_total(total + info.size)
            names[name], members[name] = info.size, info
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        raise Unreadable("archive_damaged", f"The tar.gz file cannot be opened: {error}.", mend="Build the distribution again.") from error
    return Archive(names, _Opener(archive, members))


def _check_framing(archive: zipfile.ZipFile) -> None:
    """Nothing may stand before the first member or after the end record: two readers would see two archives."""
    stream = archive.fp
    assert stream is not None
    stream.seek(0, 2)
    size = stream.tell()
    tail = min(size, 22 + 65_535)
    stream.seek(size - tail)
    data = stream.read(tail)
    end = data.rfind(_EOCD)
    comment = int.from_bytes(data[end + 20 : end + 22], "little") if end >= 0 else 0
    if end < 0 or size - tail + end + 22 + comment != size:
        raise Unreadable("archive_trailing_data", "There is data after the end of the zip file.", mend="Build the archive again.")
    stream.seek(0)
    if archive.infolist() and stream.read(4) != b"PK\x03\x04":
        raise Unreadable("archive_leading_data", "There is data before the start of the zip file.", mend="Build the archive again.")


def _clean(name: str) -> str:
    where = name[:120]
    if "\x00" in name or any(unicodedata.category(character) == "Cc" for character in name):
        raise Unreadable("archive_bad_name", "A file name holds control characters.", where=repr(where), mend="Rename the file.")
    clean = name.replace("\\", "/")
    while clean.startswith("./"):
        clean = clean[2:]
    parts = clean.split("/")
    if clean.startswith("/") or ".." in parts or (len(clean) > 1 and clean[1] == ":"):
        raise Unreadable("archive_bad_path", f"{where} points outside the archive.", where=where, mend="Pack with relative paths.")
    if len(clean) > MAX_PATH:
        raise Unreadable(
            "archive_path_too_long", f"A path has {len(clean)} characters; at most {MAX_PATH}.", where=where, mend="Shorten it."
        )
    return clean


def _check_zip_member(info: zipfile.ZipInfo, name: str) -> None:
    if info.flag_bits & 0x1:
        raise Unreadable("archive_encrypted", f"{name} is encrypted.", where=name, mend="Pack without a password.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable("archive_method", f"{name} uses an unusual compression.", where=name, mend="Pack with deflate.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Unreadable("archive_link", f"{name} is a link, not a file.", where=name, mend="Pack regular files only.")
    _check_size(name, info.file_size)
    if info.file_size > 1 << 20 and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise Unreadable("archive_bomb", f"{name} unpacks to over {MAX_RATIO} times its size.", where=name, mend="Take it out.")


def _check_size(name: str, size: int) -> None:
    if size > MAX_MEMBER_BYTES:
        raise Unreadable("archive_member_too_large", f"{name} unpacks to {size} bytes.", where=name, mend="Take it out.")


def _check_total(total: int) -> int:
    if total > MAX_TOTAL_BYTES:
        raise Unreadable("archive_too_large", f"The archive unpacks to more than {MAX_TOTAL_BYTES} bytes.", mend="Split it.")
    return total


def _check_twice(name: str, seen: set[str]) -> None:
    """The same name twice, or two that a Windows robot could not tell apart, would unpack to one file."""
    folded = unicodedata.normalize("NFC", name).casefold()
    if folded in seen:
        raise Unreadable("archive_duplicate", f"{name} stands twice in the archive.", where=name, mend="Pack each file once.")
    seen.add(folded)
