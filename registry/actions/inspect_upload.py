"""Reads an uploaded file and checks its content in a child process, and stores nothing."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from registry.checks.model import Reading
from registry.checks.reading import read_in_child
from registry.releases.upload import Upload


def inspect_upload(*, upload: Upload) -> Reading:
    """What the file says and what the checks notice in it; raises :class:`Unreadable` for one that cannot be read or is not wanted."""
    return read_in_child(upload.path, upload.filename, key=findings_key())


def findings_key() -> bytes:
    """The key of this installation's fingerprints of findings. With another SECRET_KEY answered findings are asked about again."""
    return salted_hmac("registry.findings", "", algorithm="sha256").digest()
