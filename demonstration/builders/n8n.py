"""Writes n8n workflows as its editor downloads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from demonstration.builders.packing import guid


@dataclass(frozen=True)
class Node:
    """One node: ``credentials`` maps a credential's type to the name it has here; ``to`` names what follows each of its outputs."""

    name: str
    type: str
    version: float
    parameters: Mapping[str, Any] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    to: tuple[tuple[str, ...], ...] = ()
    on_error: str = ""


def workflow_file(name: str, nodes: tuple[Node, ...]) -> bytes:
    """The workflow as JSON, nodes from left to right."""
    return json.dumps(
        {
            "name": name,
            "nodes": [_node(name, node, place) for place, node in enumerate(nodes)],
            "connections": {node.name: {"main": [[_link(other) for other in output] for output in node.to]} for node in nodes if node.to},
            "settings": {"executionOrder": "v1"},
            "pinData": {},
            "active": False,
            "meta": {},
            "tags": [],
        },
        indent=2,
        ensure_ascii=False,
    ).encode()


def _node(workflow: str, node: Node, place: int) -> dict[str, Any]:
    return {
        "parameters": dict(node.parameters),
        "id": guid("n8n", workflow, node.name),
        "name": node.name,
        "type": node.type,
        "typeVersion": node.version,
        "position": [220 * place, 300],
        **({"onError": node.on_error} if node.on_error else {}),
        **({"credentials": {kind: {"id": guid(kind, called)[:16], "name": called} for kind, called in node.credentials.items()}} if node.credentials else {}),
    }  # fmt: skip


def _link(name: str) -> dict[str, Any]:
    return {"node": name, "type": "main", "index": 0}
