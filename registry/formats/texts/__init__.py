"""Reads the text of an artefact for the content checks: every member, whatever its platform, with the place its editor would name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.artefact import Artefact, decode, nested_zip
from registry.formats.texts import active, blueprism, documents, flows, n8n, pieces, robin, sheets, suites, taskbot, workflow
from registry.formats.texts.model import Content, Fact, Fragment, collected, place
from registry.formats.xml import parse_xml

MAX_MEMBER = 24 * 1024 * 1024  # bytes of a member that is looked into
_MAX_JSON = 8 * 1024 * 1024  # bytes parsed as JSON; more is read as plain text
_BINARY = frozenset(
    [
        "dll",
        "exe",
        "pdb",
        "so",
        "pyd",
        "pyc",
        "class",
        "pdf",
        "ico",
        "ttf",
        "woff",
        "woff2",
        "eot",
        "otf",
        "mp3",
        "mp4",
        "avi",
        "db",
        "sqlite",
        "cache",
        "doc",
        "xls",
        "msi",
        "snk",
        "p7s",
        "hash",
        "searchhash",
    ]
)
_IMAGES = frozenset(["png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff"])
_ZIPS = frozenset(["zip", "nupkg", "xlsx", "xlsm", "jar", "whl", "bprelease", "msapp"])
_LANGUAGES = {
    "py": "python",
    "cs": "c#",
    "vb": "vb",
    "ps1": "powershell",
    "psm1": "powershell",
    "bat": "batch",
    "cmd": "batch",
    "js": "javascript",
    "mjs": "javascript",
    "ts": "javascript",
    "vbs": "vbscript",
    "bas": "vba",
    "sh": "shell",
    "sql": "sql",
    "java": "java",
}
_PROSE = frozenset(["md", "rst", "html", "htm", "pkg-info", "metadata", "licence", "license"])
_SCREENS = re.compile(
    r"(?:^|/)\.(?:screenshots|tmh)/|screen-?_?(?:shot|print|dump)|imagerepo|^(?:[^/]+/)?automation anywhere/.*metadata/", re.IGNORECASE
)
_OWN_FILES = re.compile(r"(?:^|/)\.local/")
_DATA = re.compile(
    r"(?:^|/)(?:test_?-?data|data/(?:input|output|temp|test\w*))(?:/|[^/]*\.(?:json|csv|txt|xml)$)|\.TestData\.json$", re.IGNORECASE
)
_DATA_KIND = re.compile(r"\.(?:csv|tsv|json|xml|txt|eml|msg|pdf|docx?)$", re.IGNORECASE)


def read_texts(artefact: Artefact) -> Content:
    """Everything in the artefact that can be read as text, and what else checks must know of it.

    Never raises for a part that cannot be read: that is a fact of kind ``unread``.
    """
    if artefact.is_zip or artefact.is_gzip:
        return collected(_archive(artefact.archive, Fragment(""), _INSIDE))
    root = artefact.root if artefact.looks_like_xml else None
    if root is not None:
        return collected(_xml(root, Fragment(""), _INSIDE))
    return collected(_text(artefact.text, Fragment(""), artefact.filename, artefact.filename.lower().rpartition(".")[2], _INSIDE))


def _unpacked(data: bytes, at: Fragment, depth: int) -> Iterator[Fragment | Fact]:
    """An archive inside a string or another archive."""
    try:
        yield from _archive(nested_zip(data), at, pieces.Inside(_unpacked, depth))
    except Unreadable:
        yield Fact("unread", at.place, "the archive in it")


_INSIDE = pieces.Inside(_unpacked)


def _archive(archive: Archive, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    if at.file and active.has_macros(archive):
        yield Fact("active", at.place, "a document with macros")
    if at.file and sheets.is_workbook(archive):
        yield from sheets.read(archive, at)
        return
    own = [name for name in archive.names if _OWN_FILES.search(name)]
    if own:
        yield Fact("data", place(own[0].partition(".local/")[0] + ".local/"), f"Studio's own working files, {len(own)} of them")
    for name in archive.names:
        here = replace(at, file=name) if not at.file else replace(at, inside=(*at.inside, f"file {name}"), field="", name="")
        try:
            yield from _member(archive, name, here, inside)
        except (Unreadable, etree.LxmlError, ValueError, KeyError, RecursionError):
            yield Fact("unread", here.place, "its text")


def _member(archive: Archive, name: str, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    ending, size = name.rpartition("/")[2].lower().rpartition(".")[2], archive.size(name)
    if ending in _IMAGES:
        if _SCREENS.search(name):
            yield pieces.picture(name, size)
        return
    if size and _DATA.search(name) and _DATA_KIND.search(name) and "placeholder" not in name:
        yield Fact("data", at.place, f"{size // 1024 + 1} KiB")
    if size and ending in active.PROGRAMS:
        yield Fact("active", at.place, "a program")
    if not size or (ending in _BINARY and ending not in active.OLD_DOCUMENTS):
        return
    if size > MAX_MEMBER:
        yield Fact("unread", at.place, "it is too large")
        return
    data = archive.read(name)
    if what := active.told(ending, data):
        yield Fact("active", at.place, what)
    yield from _opened(data, name, at, ending, inside)


def _opened(data: bytes, name: str, at: Fragment, ending: str, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """What a member's bytes hold, by how they begin."""
    if data[:4] == b"PK\x03\x04":
        if inside.depth < pieces.MAX_INNER:
            yield from _unpacked(data, at, inside.depth + 1)
        else:
            yield Fact("unread", at.place, "it is packed too deeply")
        return
    if _is_binary(data):
        return
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\0")[:1] == b"<" and ending not in ("html", "htm", "md", "svg"):
        try:
            yield from _xml(parse_xml(data, name), at, inside)
        except Unreadable:
            yield from _plain(_decoded(data), at, name)
        return
    yield from _text(_decoded(data), at, name, ending, inside)


def _is_binary(data: bytes) -> bool:
    """Zero bytes that no encoding of text explains."""
    head = data[:4096]
    return b"\0" in head and not (head[:2] in (b"\xff\xfe", b"\xfe\xff") or (head[1:2] == b"\0" and head[3:4] == b"\0"))


def _decoded(data: bytes) -> str:
    try:
        return decode(data)
    except Unreadable:
        return data.decode("latin-1")


def _text(text: str, at: Fragment, name: str, ending: str, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    if text.lstrip()[:1] in ("{", "[") and len(text) <= _MAX_JSON and (document := pieces.loaded(text)) is not None:
        if taskbot.is_bot(document):
            yield from taskbot.read(document, at, inside)
        elif n8n.is_export(document):
            yield from n8n.read(document, at, inside)
        else:
            yield from _workflows(document, at, inside)
            yield from pieces.document_of(document, at, inside)
    else:
        yield from _plain(text, at, name)


def _workflows(document: Any, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """Workflows that the records of OpenRPA's database hold as text; they are taken out of the records, so that nothing is read twice."""
    for record in document if isinstance(document, list) else [document]:
        written = record.get("Xaml") if isinstance(record, dict) else None
        if isinstance(written, str) and (root := _parsed(written)) is not None:
            del record["Xaml"]
            name = record.get("name")
            here = replace(at, inside=(*at.inside, f"workflow “{name}”")) if isinstance(name, str) and name else at
            yield from _xml(root, here, inside)


def _parsed(written: str) -> etree._Element | None:
    try:
        return parse_xml(written.encode("utf-8", "surrogatepass"))
    except Unreadable:
        return None


def _plain(text: str, at: Fragment, name: str) -> Iterator[Fragment | Fact]:
    """Source code, settings, scripts and prose, line by line."""
    ending = name.rpartition("/")[2].lower().rpartition(".")[2]
    if ending in ("robot", "resource") or (ending not in _LANGUAGES and ending not in _PROSE and suites.looks_like(text)):
        yield from suites.read(replace(at, text=text))
    elif ending == "tag":
        yield from flows.read(replace(at, text=text))
    elif ending in _LANGUAGES:
        yield from pieces.text(replace(at, text=text, form="code", language=_LANGUAGES[ending], line=1))
    elif ending == "robin" or (ending not in _PROSE and robin.looks_like(text)):
        yield from robin.read(replace(at, text=text))
    else:
        yield from pieces.text(replace(at, text=text, form="prose" if ending in _PROSE else "settings", line=1))


def _xml(root: etree._Element, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    if root.tag in workflow.ROOTS:
        yield from workflow.read(root, at, inside)
    elif root.tag == blueprism.RELEASE or (root.tag == "process" and root.get("bpversion") is not None):
        yield from blueprism.read(root, at, inside)
    else:
        yield from documents.read(root, at, inside)
