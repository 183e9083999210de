"""The only way to parse YAML: text, lists and mappings; no tags, no repeated keys, aliases that cannot grow, bounded depth and size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from registry.errors import Unreadable

MAX_YAML_CHARACTERS = 2 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 100_000  # with what aliases stand for counted again at each of them
_AGAIN = "Mend the file and send it again."
# The core schema of YAML 1.2: in YAML 1.1 the key ``no`` (Norwegian) would be false and the version 1.10 the number 1.1.
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where the installation has it


def parse_yaml(text: str, where: str = "") -> object:
    """The one document in ``text``: ``None``, ``bool``, ``str``, ``list`` and ``dict`` with ``str`` keys; ``None`` where there is none.

    Numbers and dates stay the text they are written as, so that 1.10 is not 1.1; ``null``, ``true`` and ``false`` are values unless
    quoted. ``<<`` merges. ``where`` names the file. Raises :class:`Unreadable`: ``yaml_too_large``, ``yaml_too_deep``, ``yaml_damaged``,
    ``yaml_duplicate_key``, ``yaml_key`` (one that is not text), ``yaml_tag``, ``yaml_alias`` (that grows, or holds itself) or
    ``yaml_several`` (documents).
    """
    if len(text) > MAX_YAML_CHARACTERS:
        raise Unreadable(
            "yaml_too_large", f"The YAML has {len(text)} characters; at most {MAX_YAML_CHARACTERS} are read.", where=where, mend=_AGAIN
        )
    try:
        return _Reader(text, where).document()
    except yaml.YAMLError as error:
        raise Unreadable("yaml_damaged", f"The YAML cannot be read: {_said(error)}.", where=where, mend=_AGAIN) from error
    except ValueError as error:  # half a surrogate pair, which has no bytes
        raise Unreadable("yaml_damaged", "The YAML has characters that no file can hold.", where=where, mend=_AGAIN) from error


def _said(error: yaml.YAMLError) -> str:
    """What is wrong and where, without the lines of the file, which may hold a secret."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem}, line {error.problem_mark.line + 1}"
    return "it holds a character that YAML does not allow"


class _Reader:
    """Builds plain values from the parser's events, and counts as it goes: nothing is built that is then thrown away."""

    def __init__(self, text: str, where: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
        self._where = where
        self._nodes = 0
        self._anchors: dict[str, tuple[object, int] | None] = {}  # value and number of nodes; None while it is being read

    def document(self) -> object:
        value: object = None
        seen = False
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    self._refuse(event, "yaml_several", "The YAML holds several documents")
                value, seen = self._node(next(self._events), 0), True
        return value

    def _node(self, event: yaml.Event, depth: int) -> object:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        assert isinstance(event, yaml.NodeEvent)
        before = self._nodes
        self._count(event, 1)
        if getattr(event, "tag", None) is not None:
            self._refuse(event, "yaml_tag", "The YAML has a tag, which we never accept")
        if depth > MAX_DEPTH:
            self._refuse(event, "yaml_too_deep", f"The YAML is nested more than {MAX_DEPTH} deep")
        if event.anchor:
            self._anchors[event.anchor] = None
        value = self._value(event, depth)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._nodes - before)
        return value

    def _value(self, event: yaml.Event, depth: int) -> object:
        if isinstance(event, yaml.ScalarEvent):
            text = str(event.value)
            return text if event.style is not None and event.style != "" else _WORDS.get(text, text)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                items.append(self._node(event, depth + 1))
            return items
        return self._mapping(depth)

    def _mapping(self, depth: int) -> dict[str, object]:
        own: dict[str, object] = {}
        merged: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            value = self._node(next(self._events), depth + 1)
            if key == "<<" and not getattr(event, "style", None):
                for source in value if isinstance(value, list) else [value]:
                    merged = {**source, **merged} if isinstance(source, dict) else merged
            elif key in own:
                self._refuse(event, "yaml_duplicate_key", f"The YAML has the key {key[:80]} twice in one place")
            else:
                own[key] = value
        return {**merged, **own}

    def _key(self, event: yaml.Event) -> str:
        key = self._alias(event) if isinstance(event, yaml.AliasEvent) else None
        if isinstance(event, yaml.ScalarEvent):
            self._node(event, 0)  # counted, its anchor kept
            key = str(event.value)  # as written: ``no`` and ``true`` are names here
        if not isinstance(key, str):
            self._refuse(event, "yaml_key", "The YAML has a key that is not text")
        return key

    def _alias(self, event: yaml.AliasEvent) -> object:
        name = str(event.anchor)
        if name not in self._anchors:
            self._refuse(event, "yaml_alias", "The YAML refers to an anchor that does not stand before it")
        known = self._anchors[name]
        if known is None:
            self._refuse(event, "yaml_alias", "The YAML has a part that contains itself")
        self._count(event, known[1])
        return known[0]

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            code = "yaml_alias" if isinstance(event, yaml.AliasEvent) else "yaml_too_large"
            self._refuse(event, code, f"The YAML stands for more than {MAX_NODES} values")

    def _refuse(self, event: yaml.Event, code: str, sentence: str) -> NoReturn:
        at = f", line {event.start_mark.line + 1}" if event.start_mark is not None else ""
        raise Unreadable(code, f"{sentence}{at}.", where=self._where, mend=_AGAIN)
