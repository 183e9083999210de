"""Tells what runs by itself: programs under any name, documents with macros, drawings with scripts."""

from __future__ import annotations

import re

from registry.formats.archive import Archive

PROGRAMS = frozenset(["exe", "com", "scr", "msi", "cpl", "pif", "lnk", "hta", "appx", "msix"])
LIBRARIES = frozenset(["dll", "pyd", "so", "winmd", "sys", "node"])  # parts of packages, loaded by name
OLD_DOCUMENTS = frozenset(["doc", "dot", "xls", "xlt", "xla", "ppt", "pot"])
_MACROS = "_VBA_PROJECT".encode("utf-16-le")  # an entry of the document's directory (MS-OVBA 2.2.1)
_SCRIPT = re.compile(rb"<\s{0,9}script|\son[a-z]{3,30}\s{0,9}=|javascript:", re.IGNORECASE)
_BEGINNINGS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def told(ending: str, data: bytes) -> str:
    """What a file is by its bytes: ``a document with macros``, ``a drawing with a script``, ``a program under another name``, or nothing."""
    if ending in OLD_DOCUMENTS:
        return "a document with macros" if _MACROS in data else ""
    if ending == "svg":
        return "a drawing with a script" if _SCRIPT.search(data) else ""
    disguised = ending not in PROGRAMS | LIBRARIES and data.startswith(_BEGINNINGS) and b"\0" in data[:64]
    return "a program under another name" if disguised else ""


def has_macros(archive: Archive) -> bool:
    """Whether it is a document of Office that holds macros (ECMA-376; the part's name is Microsoft's)."""
    return any(name.rpartition("/")[2].lower() == "vbaproject.bin" for name in archive.names)
