"""A file on its way in: spooled to disk with its digest and size taken, and gone when its request ends."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from registry.errors import Refused, TooLarge

MAX_FILENAME = 150
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # names Windows keeps for devices


@dataclass(frozen=True, slots=True)
class Upload:
    """One received file; ``size`` in bytes, ``sha256`` in hexadecimal."""

    path: Path
    filename: str
    size: int
    sha256: str
    media_type: str = "application/octet-stream"


@contextlib.contextmanager
def spooled(chunks: Iterable[bytes], filename: str, media_type: str = "application/octet-stream") -> Iterator[Upload]:
    """Write ``chunks`` to a temporary file under the upload folder, and remove it at the end whatever happens.

    Raises :class:`TooLarge` as soon as more than ``settings.MAX_UPLOAD_BYTES`` have come, :class:`Refused` for a bad name.
    """
    check_filename(filename)
    descriptor, name = tempfile.mkstemp(dir=settings.UPLOAD_DIR, suffix=".upload")
    path = Path(name)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(descriptor, "wb") as stream:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.MAX_UPLOAD_BYTES:
                    raise too_large()
                digest.update(chunk)
                stream.write(chunk)
        yield Upload(path, filename, size, digest.hexdigest(), media_type)
    finally:
        path.unlink(missing_ok=True)


def too_large() -> TooLarge:
    """The refusal of a body above the limit."""
    limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
    return TooLarge(
        "too_large", f"The file is larger than {limit} MiB.", where="artefact", mend="Take recordings and large data files out of it."
    )


def check_filename(name: str) -> str:
    """``name`` when it can be kept and unpacked on any system; raises :class:`Refused` (``filename_invalid``)."""
    if (
        name
        and len(name) <= MAX_FILENAME
        and not _FORBIDDEN.search(name)
        and not _RESERVED.match(name)
        and name == name.strip()
        and not name.endswith(".")
    ):
        return name
    raise Refused(
        "filename_invalid",
        "The file's name is missing, too long, or holds characters that some systems cannot keep.",
        where=name[:60],
        mend=f"Use letters, digits, spaces, dots and hyphens, at most {MAX_FILENAME} characters.",
    )
