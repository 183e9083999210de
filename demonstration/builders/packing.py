"""What every builder needs: the same bytes each time, from stable identifiers, plain archives and plain XML."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Mapping

from lxml import etree

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:moothall:demonstration")
_WRITTEN_AT = (2026, 1, 5, 9, 0, 0)  # every member's time, so that the bytes do not depend on when they were written


def guid(*parts: str) -> str:
    """A GUID that follows from ``parts`` alone, in lower case with hyphens."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A zip of ``members`` (path to content; text becomes UTF-8), in the order given.

    Members are stored, not deflated: compressed bytes differ from one zlib to the next.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, content in members.items():
            info = zipfile.ZipInfo(path, _WRITTEN_AT)
            info.create_system = 3  # the same on Windows, where zipfile would write 0
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def xml_bytes(root: etree._Element, *, bom: bool = False, declared: bool = True) -> bytes:
    """``root`` as indented UTF-8, with a declaration if ``declared``; ``bom`` writes the mark that Windows editors write."""
    etree.indent(root)
    head = (b"\xef\xbb\xbf" if bom else b"") + (b'<?xml version="1.0" encoding="utf-8"?>\n' if declared else b"")
    return head + etree.tostring(root, encoding="utf-8", xml_declaration=False) + b"\n"


def child(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    """Append ``<tag>`` with attributes and text to ``parent`` and return it."""
    element = etree.SubElement(parent, tag, attributes)
    element.text = text
    return element
