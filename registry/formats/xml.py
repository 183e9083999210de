"""The only way to parse XML: no DTD, no entities, no network, bounded depth."""

from __future__ import annotations

import re

from lxml import etree

from registry.errors import Unreadable

MAX_XML_BYTES = 64 * 1024 * 1024
# A document type stands before the root element; the same words inside a value or in code are only text. The groups never give back
# what they took, so that a long prologue cannot make the search slow.
_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL | re.IGNORECASE)
MAX_TAGS = 2_000_000  # of both kinds, and instructions: what a child of 512 MiB can hold as a tree
MAX_ATTRIBUTES = 1_500_000
MAX_OWN_ATTRIBUTES = 1_000  # of one element; whoever asks for one by its name goes through them all
_LONG_TAG = re.compile(rb"<[^<]{5000}")  # so many do not fit into less
_TOO_MANY_OWN = etree.XPath(f"boolean(//*[@*[{MAX_OWN_ATTRIBUTES + 1}]])")
_INCLUDE = "{http://www.w3.org/2001/XInclude}*"
_PROLOGUE = 64 * 1024  # bytes in which it is looked for before anything is parsed; what comes later is found in the tree
_ENCODINGS = re.compile(r"utf-?8|utf-?16(?:[bl]e)?|(?:us-)?ascii|iso-8859-\d+|windows-125\d|latin-?1", re.IGNORECASE)


def parse_xml(data: bytes, where: str = "", *, whole: bool = False) -> etree._Element:
    """The root element of ``data``; ``whole`` keeps comments, processing instructions and CDATA, for what is written again.

    Raises :class:`Unreadable`: ``xml_too_large``, ``xml_too_complex``, ``xml_dtd`` (a document type or entity declaration), ``xml_include``, ``xml_damaged`` or
    ``xml_encoding`` (one that other readers, and so the checks of the text, would not see through, such as UTF-7).
    """
    if len(data) > MAX_XML_BYTES:
        raise Unreadable(
            "xml_too_large", f"The XML is {len(data)} bytes; at most {MAX_XML_BYTES} are read.", where=where, mend="Split the export."
        )
    if data.count(b"<") > MAX_TAGS or data.count(b'="') + data.count(b"='") > MAX_ATTRIBUTES:
        raise _too_complex(f"The XML has over {MAX_TAGS} tags or {MAX_ATTRIBUTES} attributes.", where)
    if _DOCTYPE.match(data[:_PROLOGUE].replace(b"\0", b"")):
        raise _dtd(where)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=not whole,
        remove_pis=not whole,
        strip_cdata=not whole,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("xml_damaged", f"The XML is not well-formed: {error}.", where=where, mend="Export the file again.") from error
    document = root.getroottree().docinfo
    if document.internalDTD is not None:
        raise _dtd(where)
    if document.encoding and not _ENCODINGS.fullmatch(document.encoding):
        raise Unreadable("xml_encoding", f"The XML is written in {document.encoding[:40]}.", where=where, mend="Save the file as UTF-8.")
    if _LONG_TAG.search(data) and _TOO_MANY_OWN(root):
        raise _too_complex(f"An element of the XML has over {MAX_OWN_ATTRIBUTES} attributes.", where)
    if next(root.iter(_INCLUDE), None) is not None:
        raise Unreadable(
            "xml_include", "The XML asks for another file to be put into it.", where=where, mend="Save it with everything in one file."
        )
    return root


def _too_complex(message: str, where: str) -> Unreadable:
    return Unreadable("xml_too_complex", message, where=where, mend="Split the export.")


def _dtd(where: str) -> Unreadable:
    return Unreadable("xml_dtd", "The XML declares a document type, which we never accept.", where=where, mend="Remove the DOCTYPE.")


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: etree._Element) -> str:
    """The element's namespace, or an empty string."""
    return str(element.tag).rpartition("}")[0][1:]
