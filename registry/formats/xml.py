"""The only way to parse XML: no DTD, no entities, no network, bounded depth."""

from __future__ import annotations

import re

from lxml import etree

from registry.errors import Unreadable

MAX_XML_BYTES = 64 * 1024 * 1024
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\0!\0D\0O\0C\0T", re.IGNORECASE)


def parse_xml(data: bytes, where: str = "") -> etree._Element:
    """The root element of ``data``.

    Raises :class:`Unreadable`: ``xml_too_large``, ``xml_dtd`` (a document type or entity declaration) or ``xml_damaged``.
    """
    if len(data) > MAX_XML_BYTES:
        raise Unreadable(
            "xml_too_large", f"The XML is {len(data)} bytes; at most {MAX_XML_BYTES} are read.", where=where, mend="Split the export."
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("xml_damaged", f"The XML is not well-formed: {error}.", where=where, mend="Export the file again.") from error
    if root.getroottree().docinfo.internalDTD is not None or _DOCTYPE.search(data[:4096]):
        raise Unreadable("xml_dtd", "The XML declares a document type, which we never accept.", where=where, mend="Remove the DOCTYPE.")
    return root


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    """The element's namespace, or an empty string."""
    return etree.QName(element).namespace or ""
