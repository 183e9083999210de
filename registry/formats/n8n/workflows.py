"""Finds the workflows in a JSON document of n8n, however it was exported, and tells its exported credentials."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registry.formats.fragments import mapping, sequence

MAX_WRAPPED = 3  # objects around a workflow: the public API and the template library each put one or two
_WRAPPERS = ("workflow", "workflows", "data")
_OWN = ("n8n-nodes-", "@n8n/", "CUSTOM.")
_ENCRYPTED = "U2FsdGVkX1"  # base64 of OpenSSL's "Salted__", which n8n's encryption puts first


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow: its JSON, its own name (of the object around it, where it has none), and the member of the archive it stands in."""

    document: dict[str, Any]
    name: str = ""
    file: str = ""

    @property
    def id(self) -> str:
        return _text(self.document.get("id"))

    @property
    def nodes(self) -> tuple[dict[str, Any], ...]:
        """What is a node in the list of nodes; anything else in it is passed over."""
        return tuple(node for node in sequence(self.document.get("nodes")) if isinstance(node, dict) and node.get("type"))

    @property
    def connections(self) -> dict[str, Any]:
        return mapping(self.document.get("connections"))


def parsed(text: str) -> Any:
    """The JSON in a text, to see whose it is; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def workflows_in(document: Any, file: str = "", name: str = "", depth: int = 0) -> Iterator[Workflow]:
    """The workflows of an export: one object, a list of them, or either inside an object of the API or the template library."""
    if isinstance(document, list):
        for one in document:
            if isinstance(one, dict):
                yield from workflows_in(one, file, name, depth)
    elif isinstance(document, dict):
        own = _text(document.get("name")) or name
        if _is_workflow(document):
            yield Workflow(document, own, file)
        elif depth < MAX_WRAPPED:
            for key in _WRAPPERS:
                yield from workflows_in(document.get(key), file, own, depth + 1)


def _is_workflow(document: dict[str, Any]) -> bool:
    """A list of nodes with types, and connections by the nodes' names; nodes of n8n's own packages are enough by themselves."""
    if not isinstance(document.get("nodes"), list):
        return False
    nodes = [node for node in document["nodes"] if isinstance(node, dict) and isinstance(node.get("type"), str)]
    if any(node["type"].startswith(_OWN) for node in nodes):
        return True
    if not isinstance(document.get("connections"), dict):
        return False
    return any("typeVersion" in node or "parameters" in node for node in nodes) or not document["nodes"]


def holds_credentials(document: Any) -> bool:
    """An export of credentials, encrypted or not, or one among what the document holds."""
    if isinstance(document, list):
        return any(isinstance(one, dict) and _is_credential(one) for one in document)
    if not isinstance(document, dict):
        return False
    return _is_credential(document) or any(_is_credential(one) for one in sequence(document.get("credentials")) if isinstance(one, dict))


def _is_credential(document: dict[str, Any]) -> bool:
    kind, data = document.get("type"), document.get("data")
    if "nodes" in document or not isinstance(kind, str) or not isinstance(data, str | dict):
        return False
    if "nodesAccess" in document or (isinstance(data, str) and data.startswith(_ENCRYPTED)):
        return True
    return isinstance(document.get("name"), str) and (isinstance(data, str) or "id" in document)


def _text(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int) and not isinstance(value, bool) else ""
