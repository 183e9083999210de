"""Reads an uploaded file in a child process, and stores nothing."""

from __future__ import annotations

from registry.formats.model import Inspection
from registry.formats.sandbox import inspect_in_child
from registry.releases.upload import Upload


def inspect_upload(*, upload: Upload) -> Inspection:
    """What the file says; raises :class:`Unreadable` for one that cannot be read or is not wanted."""
    return inspect_in_child(upload.path, upload.filename)
