"""What every reader of texts uses: long texts in pieces, JSON and XML walked with names and places, what is packed inside a string."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from registry.formats.texts import expressions, robin
from registry.formats.texts.model import Fact, Fragment, place

MAX_DEPTH = 60
MAX_INNER = 4  # strings in strings in archives
_PIECE = 256 * 1024
_OVERLAP = 1024
_VALUES = frozenset({"value", "defaultvalue", "default", "currentvalue", "text", "#text", "content"})
_NAMES = ("name", "key", "Name", "Key", "schemaname", "SchemaName", "id")
_SECRET_TYPES = frozenset({"securestring", "secureobject", "password", "secret"})
_IMAGES = {"iVBORw0KGgo": "PNG", "/9j/": "JPEG", "R0lGOD": "GIF", "Qk0": "BMP"}
_DATA_URL = re.compile(r"^data:image/\w{2,8}(?:\+xml)?;base64,")
_BASE64 = re.compile(r"[A-Za-z0-9+/\r\n]+={0,2}\s*")
_LONG = 80  # characters from which a string may hold something packed

Packed = Callable[[bytes, Fragment, int], Iterator[Fragment | Fact]]


@dataclass(frozen=True, slots=True)
class Inside:
    """How deep a reader is, and what opens an archive it meets."""

    unpack: Packed
    depth: int = 0

    def deeper(self) -> Inside:
        return replace(self, depth=self.depth + 1)


def text(whole: Fragment) -> Iterator[Fragment]:
    """A long text in pieces of a quarter of a MiB, cut between lines; without lines they overlap, so that no value is cut in two."""
    if len(whole.text) <= _PIECE:
        yield whole
        return
    start, line = 0, whole.line
    while start < len(whole.text):
        end = min(start + _PIECE, len(whole.text))
        cut = whole.text.rfind("\n", start + _OVERLAP, end) + 1 if end < len(whole.text) else end
        end = cut or end
        yield replace(whole, text=whole.text[start:end], line=line)
        line += whole.text.count("\n", start, end) if whole.line else 0
        start = end if cut else end - _OVERLAP


def value(fragment: Fragment, inside: Inside) -> Iterator[Fragment | Fact]:
    """A string: itself, or the picture, archive, JSON or script that it holds."""
    if len(fragment.text) < _LONG or inside.depth >= MAX_INNER:
        yield fragment
        return
    head = _DATA_URL.sub("", fragment.text[:40]).lstrip()
    kind = next((kind for mark, kind in _IMAGES.items() if head.startswith(mark)), "")
    if kind and _BASE64.fullmatch(_DATA_URL.sub("", fragment.text)):
        yield Fact("image", fragment.place, f"{kind}, {len(fragment.text) * 3 // 4096 + 1} KiB")
    elif head.startswith("UEsDB"):
        try:
            data = base64.b64decode(fragment.text, validate=True)
        except (binascii.Error, ValueError):
            yield from text(fragment)
            return
        yield from inside.unpack(data, fragment, inside.depth + 1)
    elif head[:1] in ("{", "[", '"') and (document := loaded(fragment.text)) is not None:
        yield from document_of(document, fragment, inside.deeper())
    elif robin.looks_like(fragment.text):
        yield from robin.read(fragment)
    else:
        yield from text(fragment)


def loaded(written: str) -> Any:
    """The JSON in a text, or None."""
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None


def document_of(document: Any, at: Fragment, inside: Inside) -> Iterator[Fragment | Fact]:
    """Every string of a JSON document, with the keys above it; in flows with the action or trigger it belongs to."""
    yield from _node(document, replace(at, text="", field="", name="", line=0), (), inside)


def _node(node: Any, at: Fragment, keys: tuple[str, ...], inside: Inside) -> Iterator[Fragment | Fact]:
    if len(keys) > MAX_DEPTH:
        yield Fact("unread", at.place, "what is nested deeper")
    elif isinstance(node, dict):
        yield from _object(node, at, keys, inside)
    elif isinstance(node, list):
        for one in node:
            yield from _node(one, at, (*keys, ""), inside)
    elif isinstance(node, str) and node:
        yield from value(_string(node, at, keys), inside)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield _string(str(node), at, keys)


def _string(node: str, at: Fragment, keys: tuple[str, ...]) -> Fragment:
    own = [key for key in keys if key]
    name = own[-1] if own else ""
    if name.casefold() in _VALUES:
        name = at.name or (own[-2] if len(own) > 1 else name)
    # Not ``replace``, which takes three times as long: large documents have ten thousands of strings.
    return Fragment(node, at.file, at.inside, ".".join(own[-2:]), name, expressions.of_json(node), at.type, at.language, at.line)


def _object(node: dict[str, Any], at: Fragment, keys: tuple[str, ...], inside: Inside) -> Iterator[Fragment | Fact]:
    """A member called ``value`` goes by the name that stands beside it, or by the key above."""
    named = next((node[key] for key in _NAMES if isinstance(node.get(key), str) and node[key]), "")
    secret = str(node.get("type") or node.get("Type") or "").casefold() in _SECRET_TYPES
    plain = replace(at, name="", type="") if at.name or at.type else at
    here = replace(plain, name=named[:80], type="password" if secret else "") if named or secret else plain
    within = keys[-1] if keys else ""
    for key, child in node.items():
        if within in ("actions", "triggers") and isinstance(child, dict):
            words = f"{within.removesuffix('s')} “{key.replace('_', ' ')}”"
            yield from _node(child, replace(at, inside=(*at.inside[:1], words), name="", type=""), (), inside)
        else:
            given = here if isinstance(child, str) and key.casefold() in _VALUES else plain
            yield from _node(child, given, (*keys, str(key)), inside)


def picture(name: str, size: int) -> Fact:
    """A file that is a picture of a screen."""
    return Fact("image", place(name), f"{name.rpartition('.')[2].upper()}, {size // 1024 + 1} KiB")
