"""One bot of Automation 360: the JSON document that the Control Room keeps without an ending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registry.errors import Unreadable
from registry.formats.arguments import Argument
from registry.formats.artefact import decode
from registry.formats.automation_anywhere.steps import called_by, is_off, steps_of, title_of
from registry.formats.automation_anywhere.values import take
from registry.formats.collected import Collected
from registry.formats.documents import parse_json
from registry.formats.fragments import mapping, ordered, sequence
from registry.formats.model import Step

MAX_DEPTH = 80
MAX_BYTES = 32 * 1024 * 1024  # of one bot; recordings make large ones of 5 MB
_AGAIN = "Export the bot again in the Control Room."


@dataclass(frozen=True, slots=True)
class Bot:
    """What one bot says. ``packages`` are names with exact versions, ``calls`` paths of bots in the Control Room."""

    inputs: tuple[Argument, ...]
    outputs: tuple[Argument, ...]
    packages: tuple[tuple[str, str | None], ...]
    calls: tuple[str, ...]
    steps: tuple[Step, ...]
    description: str
    triggers: tuple[str, ...]  # in words: what starts it by itself
    version: str | None

    @property
    def started(self) -> str:
        """What starts the bot besides a person or a schedule, as a sentence; empty for nothing."""
        return f"Starts by itself on: {', '.join(self.triggers)}." if self.triggers else ""


def looks_like(head: bytes) -> bool:
    """Cheap: a JSON object with the keys of a bot among its first."""
    try:
        text = decode(head[: len(head) // 2 * 2])
    except Unreadable:
        text = head.decode("utf-8", "ignore")  # the cut may lie within a letter
    if text.lstrip("\ufeff \r\n\t")[:1] != "{" or '"nodes"' not in text:
        return False
    return ('"commandName"' in text and '"packageName"' in text) or ('"packages"' in text and '"variables"' in text)


def is_bot(document: object) -> bool:
    """A JSON object that is a bot, API task or process: a list of nodes that are actions, or none of them and the rest of a bot's keys."""
    given = mapping(document)
    nodes = given.get("nodes")
    if not isinstance(nodes, list):
        return False
    if nodes:
        return any("commandName" in mapping(node) for node in nodes)
    return "packages" in given and "variables" in given


def load(data: bytes, where: str) -> dict[str, Any]:
    """A bot's document; raises :class:`Unreadable` (``bot_damaged``, ``json_*``)."""
    if len(data) > MAX_BYTES:
        raise Unreadable(
            "bot_damaged", f"{where} has {len(data)} bytes; at most {MAX_BYTES} are read.", where=where, mend="Divide the bot."
        )
    document = parse_json(data, where, mend=_AGAIN)
    if not is_bot(document):
        raise Unreadable("bot_damaged", f"{where} holds no bot.", where=where, mend=_AGAIN)
    return mapping(document)


def read(document: dict[str, Any], part: str, told: Collected) -> Bot:
    """Read a bot that is shown as ``part``, and add what its values say to ``told``; raises :class:`Unreadable` (``bot_too_deep``)."""
    variables = [mapping(each) for each in sequence(document.get("variables"))]
    nodes = list(_nodes(document))
    for node in nodes:
        take(told, node.get("attributes"))
    for variable in variables:
        take(told, variable.get("defaultValue"), _string(variable.get("name")) or "")
    properties = mapping(document.get("properties"))
    return Bot(
        inputs=tuple(_argument(each) for each in variables if each.get("input") is True and _string(each.get("name"))),
        outputs=tuple(_argument(each) for each in variables if each.get("output") is True and _string(each.get("name"))),
        packages=packages_of(document),
        calls=ordered(called_by(node) for node in nodes),
        steps=tuple(steps_of(part, document)),
        description=_string(document.get("description")) or "",
        triggers=ordered(title_of(each) for each in map(mapping, sequence(document.get("triggers"))) if each and not is_off(each)),
        version=_string(properties.get("botCodeVersion")) or _string(document.get("codeVersion")),
    )


def packages_of(document: dict[str, Any]) -> tuple[tuple[str, str | None], ...]:
    """Names and exact versions of the packages a bot or a manifest lists."""
    listed = (mapping(each) for each in sequence(document.get("packages")))
    return tuple(dict.fromkeys((name, _string(each.get("version"))) for each in listed if (name := _string(each.get("name")))))


def _nodes(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every trigger and action that is switched on, with those in actions that are."""
    waiting = [(node, 0) for key in ("nodes", "triggers") for node in reversed(sequence(document.get(key)))]
    while waiting:
        node, depth = waiting.pop()
        if not isinstance(node, dict) or is_off(node) or depth > MAX_DEPTH:
            continue
        yield node
        inner = [*sequence(node.get("children")), *sequence(node.get("branches"))]
        waiting += [(child, depth + 1) for child in reversed(inner)]


def _argument(variable: dict[str, Any]) -> Argument:
    return Argument(
        _string(variable.get("name")) or "", _string(variable.get("type")) or "", None, (_string(variable.get("description")) or "")[:500]
    )


def _string(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None
