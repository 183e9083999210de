"""The only way to open an archive: limits first, and two records of each member must agree."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from registry.errors import Unreadable
from registry.formats.framing import AGAIN, check_framing, entries_told
from registry.formats.model import FileRecord

MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 256 * 1024 * 1024
MAX_TOTAL_BYTES = 1024 * 1024 * 1024
MAX_READ_BYTES = 64 * 1024 * 1024  # one member held in memory
MAX_RATIO = 200  # uncompressed to compressed; PyPI refuses above 50, but BPMN and XAML text compresses better than code
MAX_PATH = 400
# Names that open a device instead of a file on Windows, whatever ending they bear.
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[1-9\u00b9\u00b2\u00b3])(?:[ .].*)?", re.IGNORECASE)
_PADDING = 1 << 20  # zeros that may follow a tar file's end; GNU tar writes up to 10 KiB
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # reverse what is shown: ``exe.txt`` for ``txt.exe``


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


def open_zip(source: IO[bytes]) -> Archive:
    """Open a zip file given as a seekable binary stream, which its caller closes after reading."""
    if (told := entries_told(source)) > MAX_MEMBERS:
        raise Unreadable("archive_too_many_files", f"The archive has {told} files; at most {MAX_MEMBERS} are accepted.", mend="Split it.")
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise Unreadable(
            "archive_damaged", f"The zip file cannot be opened: {error}.", mend="Export or build the package again."
        ) from error
    check_framing(archive)
    names: dict[str, int] = {}
    members: dict[str, zipfile.ZipInfo | tarfile.TarInfo] = {}
    seen: set[str] = set()
    total = 0
    for info in archive.infolist():
        _check_second_name(info)
        name = _clean(info.filename)
        if info.filename.endswith(("/", "\\")) and not info.file_size:
            continue
        _check_zip_member(info, name)
        _check_twice(name, seen)
        total = _check_total(total + info.file_size)
        _check_ratio("The archive", total, archive.start_dir)
        names[name], members[name] = info.file_size, info
    _check_folders(names, seen)
    return Archive(names, _Opener(archive, members))


def open_tar(source: IO[bytes], packed: int) -> Archive:
    """Open a gzip-compressed tar file (a Python source distribution) of ``packed`` bytes; its caller closes the stream after reading."""
    names: dict[str, int] = {}
    members: dict[str, zipfile.ZipInfo | tarfile.TarInfo] = {}
    seen: set[str] = set()
    total = 0
    try:
        archive = tarfile.open(fileobj=source, mode="r:gz", errorlevel=2)  # noqa: SIM115 - the archive stays open as long as its reader
        for count, info in enumerate(archive):
            if count >= MAX_MEMBERS:
                raise Unreadable("archive_too_many_files", f"The archive has more than {MAX_MEMBERS} files.", mend="Split it.")
            name = _clean(info.name)
            if info.isdir():
                continue
            _check_tar_member(name, info)
            _check_twice(name, seen)
            _check_size(name, info.size)
            total = _check_total(total + info.size)
            _check_ratio(name, total, packed)
            names[name], members[name] = info.size, info
        _check_tar_end(archive)
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        raise Unreadable("archive_damaged", f"The tar.gz file cannot be opened: {error}.", mend="Build the distribution again.") from error
    _check_folders(names, seen)
    return Archive(names, _Opener(archive, members))


def _check_tar_member(name: str, info: tarfile.TarInfo) -> None:
    if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or info.issparse():
        raise Unreadable("archive_link", f"{name} is a link or a device, not a file.", where=name, mend="Pack regular files only.")
    if "size" in info.pax_headers and info.size <= MAX_MEMBER_BYTES:  # only what the header itself cannot say needs a second size
        raise Unreadable("archive_header_mismatch", f"{name} has two sizes in the tar file.", where=name, mend=AGAIN)


def _check_tar_end(archive: tarfile.TarFile) -> None:
    """Two blocks of zeros, and nothing but zeros, follow the last member; reading them lets gzip compare its checksum too."""
    stream = archive.fileobj
    assert stream is not None
    length = stream.tell() - archive.offset  # tarfile has read the first block
    while chunk := stream.read(1 << 16):
        length += len(chunk)
        if length > _PADDING or chunk.strip(b"\0"):
            raise Unreadable("archive_trailing_data", "There is data after the end of the tar file.", mend=AGAIN)
    if length < 2 * tarfile.BLOCKSIZE:
        raise Unreadable("archive_damaged", "The tar file ends without its end.", mend=AGAIN)


def _check_second_name(info: zipfile.ZipInfo) -> None:
    """The name as written, which zipfile cuts at a zero byte or replaces by a Unicode path field: both must do no harm."""
    if info.orig_filename != info.filename:
        _clean(info.orig_filename)
        if info.orig_filename.isascii() and "#U" not in info.orig_filename:  # Info-ZIP escapes so what ASCII cannot say
            where = info.orig_filename[:120]
            raise Unreadable("archive_header_mismatch", f"{where} has two names in the zip file.", where=where, mend=AGAIN)


def _clean(name: str) -> str:
    """The path with ``/``, without ``./`` and doubled slashes; a folder's ends with a slash."""
    where = name[:120]
    if not name or any(unicodedata.category(character) in ("Cc", "Cs") or character in _TURNING for character in name):
        raise Unreadable(
            "archive_bad_name", "A file name is empty or holds control characters.", where=ascii(where), mend="Rename the file."
        )
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or path[1:2] == ":":
        raise Unreadable("archive_bad_path", f"{where} points outside the archive.", where=where, mend="Pack with relative paths.")
    if ":" in path:
        raise Unreadable("archive_bad_name", f"{where} holds a colon, which Windows cannot unpack.", where=where, mend="Rename the file.")
    if any(_DEVICES.fullmatch(part) for part in parts):
        raise Unreadable("archive_bad_name", f"{where} is the name of a device on Windows.", where=where, mend="Rename the file.")
    clean = "/".join(parts)
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
    _check_ratio(name, info.file_size, info.compress_size)


def _check_size(name: str, size: int) -> None:
    if size > MAX_MEMBER_BYTES:
        raise Unreadable("archive_member_too_large", f"{name} unpacks to {size} bytes.", where=name, mend="Take it out.")


def _check_ratio(name: str, size: int, packed: int) -> None:
    if size > 1 << 20 and size > MAX_RATIO * max(packed, 1):
        raise Unreadable("archive_bomb", f"{name} unpacks to over {MAX_RATIO} times its size.", where=name, mend="Take it out.")


def _check_total(total: int) -> int:
    if total > MAX_TOTAL_BYTES:
        raise Unreadable("archive_too_large", f"The archive unpacks to more than {MAX_TOTAL_BYTES} bytes.", mend="Split it.")
    return total


def _check_twice(name: str, seen: set[str]) -> None:
    """The same name twice, or two that a Windows robot could not tell apart, would unpack to one file."""
    folded = _folded(name)
    if folded in seen:
        raise Unreadable("archive_duplicate", f"{name} stands twice in the archive.", where=name, mend="Pack each file once.")
    seen.add(folded)


def _check_folders(names: dict[str, int], seen: set[str]) -> None:
    """No file may have the name of a folder in which another file lies."""
    for parent in {f"{name.rpartition('/')[0]}/" for name in names}:
        folder = parent
        while folder := folder.rpartition("/")[0]:
            if _folded(folder) in seen:
                raise Unreadable("archive_duplicate", f"{folder} is a file and a folder.", where=folder, mend="Rename one of them.")


def _folded(name: str) -> str:
    """What Windows makes of a name: no case, one Unicode form, no dots or spaces at the end of a part."""
    return "/".join(part.rstrip(" .") for part in unicodedata.normalize("NFC", name).casefold().split("/"))
