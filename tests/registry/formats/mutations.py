"""Mutations of real files: of their bytes, of the members of their archives, and of the XML, JSON and lines they are written in."""

from __future__ import annotations

import base64
import copy
import hashlib
import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from lxml import etree

Chance = random.Random
Mutate = Callable[[bytes, Chance], bytes]

WORDS = ("", " ", "x" * 3000, "\ud83d", "\0", "null", "../../x", "C:\\Users\\a.b\\x", "https://a.example/x?sig=1", "{{", "${x", "[\"", "=1+", "1e999", "-1", "9" * 400,
         "é\u202e", "a@b.example", "<![CDATA[", "&amp;", "InArgument(", "PK\3\4", "UEsDBA==", "$'''", "%x%", "@{", "(" * 200, "\n" * 50, "password=hunter2x")  # fmt: skip
VALUES: tuple[Any, ...] = (None, True, 0, -1, 10**30, 1e308, "", [], {}, [[]], {"": ""}, [None], {"a": {"b": []}}, *WORDS)
_PLAIN = [word.encode("utf-8", "replace") for word in WORDS]
_NUMBER = re.compile(rb"\d+")


def mutated(data: bytes, others: Sequence[bytes], chance: Chance) -> tuple[str, bytes]:
    """The name of a mutation and what it makes of ``data``; ``others`` give the pieces that are spliced in."""
    if data[:4] == b"PK\3\4" and chance.random() < 0.75:
        return "member", _member(data, others, chance)
    if chance.random() < 0.7:
        return "structure", _structured(data, chance)
    return "bytes", _bytes(data, others, chance)


def _bytes(data: bytes, others: Sequence[bytes], chance: Chance) -> bytes:
    start, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    way = chance.randrange(8)
    if way == 0:
        return _flipped(data, chance)
    if way == 1:
        return data[:start]
    if way == 2:
        return data[start:]
    if way == 3:
        return data[:end] + data[start:]  # doubled
    if way == 4:
        return data[:start] + data[end:]  # taken out
    if way == 5:
        other = chance.choice(others)
        place = chance.randrange(len(other) + 1)
        return data[:start] + other[place : place + chance.randrange(1, 2000)] + data[chance.choice((start, end)) :]
    if way == 6:
        return data[:start] + chance.choice(_PLAIN) + data[start:]
    return data[:start] + b"\0" * chance.randrange(1, 600) + data[start:]


def _flipped(data: bytes, chance: Chance) -> bytes:
    spoilt = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 40))):
        if spoilt:
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _member(data: bytes, others: Sequence[bytes], chance: Chance) -> bytes:
    """The zip written anew with one member changed, left out, renamed or given the bytes of another file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        return _bytes(data, others, chance)
    texts = [name for name, held in members.items() if b"\0" not in held[:200] or held[:2] in (b"\xff\xfe", b"\xfe\xff")]
    name = chance.choice(texts if texts and chance.random() < 0.9 else list(members) or [""])
    way, held = chance.random(), members.get(name, b"")
    if way < 0.7:
        members[name] = _structured(held, chance)
    elif way < 0.8:
        members[name] = _bytes(held, others, chance)
    elif way < 0.86:
        members[name] = chance.choice((b"", b"[]", b"null", b"<a/>", b"\xff\xfe", *others))
    elif way < 0.92:
        members.pop(name, None)
    else:
        members[chance.choice((name.upper(), name.rpartition("/")[2], f"a/{name}", f"{name}.json", "x" * 90, "bl\u00e5.xaml"))] = (
            members.pop(name, b"")
        )
    _list_anew(members, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path, held in members.items():
            archive.writestr(path or "x", held)
    return out.getvalue()


def _list_anew(members: dict[str, bytes], chance: Chance) -> None:
    """A wheel's RECORD made right again, mostly: else no change of a wheel would get past it."""
    record = next((name for name in members if name.endswith(".dist-info/RECORD")), None)
    if record and chance.random() < 0.9:
        digests = {
            name: base64.urlsafe_b64encode(hashlib.sha256(held).digest()).decode().rstrip("=")
            for name, held in members.items()
            if name != record
        }
        members[record] = (
            "".join(f'"{name}",sha256={digest},\n' for name, digest in digests.items()).encode("utf-8", "replace")
            + f"{record},,\n".encode()
        )


def _structured(data: bytes, chance: Chance) -> bytes:
    """As the language it is written in allows, else line by line."""
    start = data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    if start in (b"{", b"["):
        try:
            return json.dumps(_json(json.loads(data.decode("utf-8-sig")), chance)).encode()
        except (ValueError, RecursionError):
            pass
    elif start == b"<" or data[:2] == b"\xff\xfe":
        try:
            return _xml(data, chance)
        except (etree.LxmlError, ValueError):
            pass
    return _lines(data, chance)


def _json(document: Any, chance: Chance) -> Any:
    """One place of the document of another shape."""
    places = _places(document)
    if not places:
        return chance.choice(VALUES)
    holder, key = chance.choice(places)
    way = chance.randrange(7)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, dict):
        holder[chance.choice(WORDS)] = holder.pop(key)
    elif way == 2:
        holder[key] = _deep(holder[key], chance.choice((3, 40, 150, 400)), chance)
    elif way == 3:
        other, place = chance.choice(places)
        holder[key] = copy.deepcopy(other[place])
    elif way == 4 and isinstance(holder[key], list):
        holder[key] = holder[key] * chance.choice((2, 50))
    else:
        holder[key] = chance.choice(VALUES)
    return document


def _places(document: Any) -> list[tuple[Any, Any]]:
    found, waiting = [], [document]
    while waiting and len(found) < 5000:
        node = waiting.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            found.append((node, key))
            waiting.append(node[key])
    return found


def _deep(value: Any, depth: int, chance: Chance) -> Any:
    key = chance.choice(("", "a", "actions", "else", "cases", "children"))
    for _ in range(depth):
        value = {key: value} if key else [value]
    return value


def _xml(data: bytes, chance: Chance) -> bytes:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True))
    elements = list(root.iter(etree.Element))[:5000]
    element, other = chance.choice(elements), chance.choice(elements)
    parent, way = element.getparent(), chance.randrange(9)
    if way == 0 and parent is not None:
        parent.remove(element)
    elif way == 1:
        element.append(copy.deepcopy(other))
    elif way == 2 and element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]
    elif way == 3 and element.attrib:
        element.set(chance.choice(list(element.attrib)), _word(chance))
    elif way == 4:
        element.text = _word(chance)
    elif way == 5:
        element.tag = chance.choice((other.tag, "x", "{urn:x}y"))
    elif way == 6:
        inner = element
        for _ in range(chance.choice((5, 60, 240))):
            inner = etree.SubElement(inner, element.tag, dict(element.attrib))
    elif way == 7 and element.text:
        element.text = _lines(element.text.encode(), chance).decode("utf-8", "replace").translate(_CLEAN)
    else:
        for key in list(element.attrib):
            element.set(key, _word(chance))
    return etree.tostring(root, encoding=chance.choice(("utf-8", "utf-8", "utf-16", "iso-8859-1")))


_CLEAN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(55296, 57344), 65534, 65535))


def _word(chance: Chance) -> str:
    return chance.choice(WORDS).translate(_CLEAN)


def _lines(data: bytes, chance: Chance) -> bytes:
    lines = data.split(b"\n")
    number, way = chance.randrange(len(lines)), chance.randrange(9)
    line = lines[number]
    if way == 0:
        del lines[number]
    elif way == 1:
        lines.insert(chance.randrange(len(lines)), line)
    elif way == 2:
        lines[number] = chance.choice((b"  ", b"\t", b"    ")) + line
    elif way == 3:
        lines[number] = line.strip()
    elif way == 4:
        found = list(_NUMBER.finditer(line))
        if found:
            one = chance.choice(found)
            lines[number] = line[: one.start()] + chance.choice((b"", b"-1", b"9" * 400, b"1e999", b"x")) + line[one.end() :]
    elif way == 5:
        mark = re.search(rb"[:=]", line)
        lines[number] = (
            (line[: mark.end()] if mark else line)
            + b" "
            + chance.choice((*_PLAIN, b"[", b"{a: ", b"&a [*a]", b"!!python/object:os.system x", b"|", b"- - - -"))
        )
    elif way == 6:
        lines[number] = line * chance.choice((2, 200))
    elif way == 7:
        lines[number] = line.translate(None, chance.choice((b"\"'", b"()", b"[]", b":", b" ", b"<>")))
    else:
        lines[number:number] = [chance.choice(_PLAIN)] * chance.choice((1, 30))
    return b"\n".join(lines)
