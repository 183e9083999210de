"""One file as an inspector sees it: its name, its first bytes, and archive or XML opened at most once."""

from __future__ import annotations

import io
import re
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from lxml import etree

from registry.errors import Unreadable
from registry.formats import xml
from registry.formats.archive import Archive, open_tar, open_zip

HEAD_BYTES = 64 * 1024
_START_TAG = re.compile(rb"<(?:([A-Za-z_][\w.-]{0,100}):)?([A-Za-z_][\w.-]{0,200})([^<>]{0,8000})")
MAX_TEXT_BYTES = 64 * 1024 * 1024


class Artefact:
    """A file on disk with the name its publisher gave it. Everything is read lazily and cached; use it with ``with``."""

    def __init__(self, path: Path, filename: str | None = None) -> None:
        self.path = path
        self.filename = filename or path.name
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()

    @cached_property
    def size(self) -> int:
        return self.path.stat().st_size

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB."""
        with self.path.open("rb") as stream:
            return stream.read(HEAD_BYTES)

    @property
    def is_zip(self) -> bool:
        return self.head[:4] in (b"PK\x03\x04", b"PK\x05\x06")

    @property
    def is_gzip(self) -> bool:
        return self.head[:2] == b"\x1f\x8b"

    @cached_property
    def archive(self) -> Archive:
        """The zip (or tar.gz) with the limits of :mod:`registry.formats.archive`."""
        stream = self._open.enter_context(self.path.open("rb"))
        return open_tar(stream, self.size) if self.is_gzip else open_zip(stream)

    @cached_property
    def data(self) -> bytes:
        """The whole file, for formats that are one text document."""
        if self.size > MAX_TEXT_BYTES:
            raise Unreadable(
                "file_too_large", f"The file is {self.size} bytes; at most {MAX_TEXT_BYTES} are read as text.", mend="Split the export."
            )
        return self.path.read_bytes()

    @cached_property
    def text(self) -> str:
        """The whole file as text: UTF-8 or UTF-16, with or without a byte order mark; ``text_encoding`` otherwise."""
        return decode(self.data)

    @cached_property
    def root(self) -> etree._Element:
        """The root of an XML file; raises ``xml_*``."""
        return xml.parse_xml(self.data)

    @property
    def looks_like_xml(self) -> bool:
        """Cheap: the first visible character is ``<``."""
        head = self.head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()
        return head.startswith(b"<")

    @cached_property
    def root_tag(self) -> str:
        """Cheap: ``{namespace}local`` of the root element as far as the first 64 KiB tell it, or an empty string.

        Told of damaged XML as well, so that its reader can say what is wrong with it.
        """
        if not self.looks_like_xml:
            return ""
        parser = etree.XMLPullParser(["start"], resolve_entities=False, no_network=True, load_dtd=False)
        try:
            parser.feed(self.head)
            for _, element in parser.read_events():
                return str(element.tag) if isinstance(element, etree._Element) else ""
        except etree.XMLSyntaxError:
            return _tag_by_eye(self.head.replace(b"\0", b""))
        return ""


def _tag_by_eye(head: bytes) -> str:
    found = _START_TAG.search(head)
    if found is None:
        return ""
    prefix, name, attributes = (part.decode("latin-1") if part else "" for part in found.groups())
    declared = re.search(rf"""xmlns{":" if prefix else ""}{re.escape(prefix)}\s*=\s*["']([^"'<]+)["']""", attributes)
    return f"{{{declared.group(1)}}}{name}" if declared else name


def decode(data: bytes, where: str = "") -> str:
    """Text from bytes: UTF-16 by its mark (or by its zero bytes), else UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif data[1:2] == b"\0" and data[3:4] == b"\0":
        encoding = "utf-16-le"
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("text_encoding", "The text is neither UTF-8 nor UTF-16.", where=where, mend="Save the file as UTF-8.") from error


def nested_zip(data: bytes) -> Archive:
    """A zip held inside another file, under the same limits."""
    return open_zip(io.BytesIO(data))
