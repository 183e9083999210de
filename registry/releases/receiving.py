"""Receives uploaded files straight to disk, taking digest and size while the bytes come; shared by the API and the web form."""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from registry.releases.upload import Upload, check_filename, too_large

DEFAULT_MEDIA_TYPE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]{1,40}/[\w!#$&^.+-]{1,59}", re.ASCII)  # RFC 6838, short enough for its column


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]
    """A received file as Django's forms know it; closing it, which Django does at the request's end, removes it from disk."""

    def __init__(self, file: Any, name: str, media_type: str, size: int, sha256: str) -> None:
        super().__init__(file, name, media_type, size)
        self._path = str(file.name)
        self.sha256 = sha256

    @property
    def upload(self) -> Upload:
        """What the actions take; valid until this file is closed."""
        return Upload(Path(self._path), self.name or "", self.size or 0, self.sha256, self.content_type or DEFAULT_MEDIA_TYPE)


class ReceivingHandler(FileUploadHandler):
    """An upload handler for ``FILE_UPLOAD_HANDLERS`` or ``request.upload_handlers``.

    Raises :class:`TooLarge` before reading when the announced length is over the limit and as soon as the files together pass it,
    :class:`Refused` for a file name that cannot be kept. A file lives no longer than the handler or its :class:`ReceivedFile`.
    """

    chunk_size = 256 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0  # bytes of all files so far
        self.file: Any = None
        self._open: list[Any] = []

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None) -> None:
        check_announced(content_length)

    def new_file(self, field_name: str, file_name: str, content_type: str, *others: Any, **more: Any) -> None:
        super().new_file(field_name, check_filename(file_name), content_type, *others, **more)
        self.file = tempfile.NamedTemporaryFile(dir=settings.UPLOAD_DIR, suffix=".upload")  # noqa: SIM115 - closed by whoever reads it
        self._open.append(self.file)
        self._digest = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.MAX_UPLOAD_BYTES:
            self.discard()
            raise too_large()
        self._digest.update(raw_data)
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> ReceivedFile:
        self.file.flush()
        self.file.seek(0)
        said = self.content_type or ""
        media_type = said if _MEDIA_TYPE.fullmatch(said) else DEFAULT_MEDIA_TYPE
        return ReceivedFile(self.file, self.file_name or "", media_type, file_size, self._digest.hexdigest())

    def upload_interrupted(self) -> None:
        self.discard()

    def discard(self) -> None:
        """Remove every file received; safe to repeat."""
        for file in self._open:
            file.close()


def check_announced(content_length: int) -> None:
    """Raise :class:`TooLarge` for a body whose announced length, in bytes, no permitted upload can have."""
    if content_length > longest_body():
        raise too_large()


def longest_body() -> int:
    """The bytes a multipart body may have: the files' limit and the text fields' limit."""
    return int(settings.MAX_UPLOAD_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class NoFilesHandler(FileUploadHandler):
    """Ends the reading of a body at its first file: for every page that takes none, so that nobody fills the disk through it."""

    def new_file(self, *arguments: Any, **more: Any) -> None:
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called."""

    def file_complete(self, file_size: int) -> None:
        """Never called."""
