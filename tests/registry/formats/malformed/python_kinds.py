"""The 14 kinds of Python distribution that are turned away."""

from __future__ import annotations

import base64
import hashlib
from functools import partial

from tests.registry.formats.hostile import tar_gz, zipped
from tests.registry.formats.malformed.kind import Kind

INFO = "thing-1.0.dist-info"
METADATA = "Metadata-Version: 2.4\nName: thing\nVersion: 1.0\n"
_wheel = partial(Kind, "Python", filename="thing-1.0-py3-none-any.whl")
_sdist = partial(Kind, "Python", filename="thing-1.0.tar.gz")


def wheel(
    metadata: str = METADATA,
    files: dict[str, str] | None = None,
    *,
    unlisted: dict[str, str] | None = None,
    changed: str = "",
    without: str = "",
) -> bytes:
    """A wheel whose RECORD is right, but for what is ``unlisted`` and the bytes of the file that is ``changed``."""
    members = {"thing.py": "import os\n", f"{INFO}/METADATA": metadata, f"{INFO}/WHEEL": "Wheel-Version: 1.0\n", **(files or {})}
    rows = [f"{name},sha256={_digest(text)},{len(text)}" for name, text in members.items()]
    members[f"{INFO}/RECORD"] = "\n".join([*rows, f"{INFO}/RECORD,,\n"])
    members |= unlisted or {}
    return zipped({name: (text + "#" if name == changed else text).encode() for name, text in members.items() if name != without})


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def sdist(metadata: str = METADATA, name: str = "PKG-INFO") -> bytes:
    return tar_gz([(f"thing-1.0/{name}", metadata.encode()), ("thing-1.0/thing.py", b"import os\n")])


KINDS: tuple[Kind, ...] = (
    _wheel("file name not PEP 427", wheel, "wheel_filename", filename="thing.whl"),
    _sdist("file name not PEP 625", sdist, "sdist_filename", filename="thing.tar.gz"),
    _wheel("name mismatch", wheel, "wheel_name_differs", filename="other-1.0-py3-none-any.whl"),
    _sdist("name mismatch, source", sdist, "sdist_name_differs", filename="other-1.0.tar.gz"),
    _wheel("version mismatch", wheel, "wheel_name_differs", filename="thing-1.1-py3-none-any.whl"),
    _sdist("version mismatch, source", sdist, "sdist_name_differs", filename="thing-1.1.tar.gz"),
    _wheel("METADATA missing", lambda: wheel(without=f"{INFO}/METADATA"), "wheel_metadata_missing"),
    _wheel("WHEEL missing", lambda: wheel(without=f"{INFO}/WHEEL"), "wheel_wheel_missing"),
    _wheel("RECORD missing", lambda: wheel(without=f"{INFO}/RECORD"), "wheel_record_missing"),
    _wheel("RECORD hash mismatch", lambda: wheel(changed="thing.py"), "wheel_record_digest"),
    _wheel("unlisted file", lambda: wheel(unlisted={"evil.py": "import os"}), "wheel_file_unlisted"),
    _wheel("bad entry points", lambda: wheel(files={f"{INFO}/entry_points.txt": "[console_scripts]\nrun = rm -rf /\n"}), "wheel_entry_points"),
    _wheel("unknown metadata version", lambda: wheel(METADATA.replace("2.4", "3.0")), "metadata_unknown_version"),
    _sdist("PKG-INFO missing", lambda: sdist(name="README"), "sdist_pkg_info_missing"),
    _wheel("listed licence file missing", lambda: wheel(f"{METADATA}License-File: LICENCE\n"), "metadata_licence_file"),
    _sdist("listed licence file missing, source", lambda: sdist(f"{METADATA}License-File: LICENCE\n"), "metadata_licence_file"),
)  # fmt: skip
