"""The 22 kinds of tar.gz that are turned away."""

from __future__ import annotations

import gzip
import tarfile
from functools import partial

from tests.registry.formats.hostile import sdist, tar_gz, tar_member, tarred
from tests.registry.formats.malformed.kind import Kind

MEBIBYTE = 1 << 20
_tar = partial(Kind, "TAR.GZ", filename="thing-1.0.tar.gz")


def spoilt(data: bytes) -> bytes:
    """The second header's checksum broken."""
    return data[: 1024 + 148] + b"7777777" + data[1024 + 155 :]


def pax(records: bytes, then: bytes | None = None) -> bytes:
    """A tar whose first member is described by these PAX records as well."""
    info = tar_member(tarfile.XHDTYPE, "pax")
    info.size = len(records)
    return info.tobuf(tarfile.USTAR_FORMAT) + records.ljust(512, b"\0") + (tarred(sdist()) if then is None else then)


KINDS: tuple[Kind, ...] = (
    _tar("not gzip", lambda: tarred(sdist()), "not_recognised"),
    _tar("bad gzip CRC", lambda: tar_gz(sdist())[:-8] + b"\1\2\3\4" + tar_gz(sdist())[-4:], "archive_damaged"),
    _tar("truncated", lambda: tar_gz(sdist())[:-20], "archive_damaged"),
    _tar("trailing bytes", lambda: tar_gz(sdist()) + b"and more", "archive_damaged"),
    _tar("trailing tar", lambda: gzip.compress(tarred(sdist()) + tarred(sdist())), "archive_trailing_data"),
    _tar("bad header checksum", lambda: gzip.compress(spoilt(tarred(sdist(("thing-1.0/a.py", b"x" * 2000))))), "archive_trailing_data"),
    _tar("missing end blocks", lambda: gzip.compress(tarred(sdist())[:1024]), "archive_damaged"),
    _tar("one end block", lambda: gzip.compress(tarred(sdist())[:1536]), "archive_damaged"),
    _tar("hard link", lambda: tar_gz(sdist(tar_member(tarfile.LNKTYPE, target="thing-1.0/PKG-INFO"))), "archive_link"),
    _tar("symlink", lambda: tar_gz(sdist(tar_member(tarfile.SYMTYPE, target="/etc/passwd"))), "archive_link"),
    _tar("character device", lambda: tar_gz(sdist(tar_member(tarfile.CHRTYPE))), "archive_link"),
    _tar("block device", lambda: tar_gz(sdist(tar_member(tarfile.BLKTYPE))), "archive_link"),
    _tar("FIFO", lambda: tar_gz(sdist(tar_member(tarfile.FIFOTYPE))), "archive_link"),
    _tar("contiguous", lambda: tar_gz(sdist(tar_member(tarfile.CONTTYPE))), "archive_link"),
    _tar("sparse", lambda: tar_gz(sdist(tar_member(tarfile.GNUTYPE_SPARSE))), "archive_link"),
    _tar("unknown type", lambda: tar_gz(sdist(tar_member(b"Z"))), "archive_link"),
    _tar("PAX and header size mismatch", lambda: gzip.compress(pax(b"9 size=3\n")), "archive_header_mismatch"),
    _tar("malformed PAX", lambda: gzip.compress(pax(b"9999999999 size=1\n")), "archive_damaged"),
    _tar("absolute path", lambda: tar_gz(sdist(("/etc/pay.py", b"x"))), "archive_bad_path"),
    _tar("parent path", lambda: tar_gz(sdist(("thing-1.0/../../pay.py", b"x"))), "archive_bad_path"),
    _tar("non-UTF-8", lambda: gzip.compress(tarred(sdist(("thing-1.0/p\udcff.py", b"x")), form=tarfile.GNU_FORMAT)), "archive_bad_name"),
    _tar("several top folders", lambda: tar_gz(sdist(("other/a.py", b"x"))), "sdist_several_folders"),
    _tar("duplicates", lambda: tar_gz(sdist(("thing-1.0/a.py", b"x"), ("thing-1.0/a.py", b"y"))), "archive_duplicate"),
    _tar("bomb", lambda: tar_gz(sdist(("thing-1.0/a.py", b"\0" * 20 * MEBIBYTE))), "archive_bomb"),
    _tar("entry limit", lambda: tar_gz([tar_member(tarfile.DIRTYPE, f"thing-1.0/{number}") for number in range(20_001)]), "archive_too_many_files"),
)  # fmt: skip
