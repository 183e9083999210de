"""The steps of an n8n workflow and where each leads: nodes in the order of the file, connections by the names of nodes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from registry.formats.fragments import mapping, sequence
from registry.formats.model import Onward, Step
from registry.formats.n8n import nodes
from registry.formats.n8n.workflows import Workflow


def steps_of(workflow: Workflow, part: str) -> Iterator[Step]:
    """Each node but the sticky notes. Connections to nodes that are not there are passed over, as n8n does."""
    drawn = [node for node in workflow.nodes if nodes.type_of(node) != nodes.NOTE]
    ids = distinct(str(node.get("id") or "") or name_of(node) for node in drawn)
    by_name: dict[str, str] = {}
    for node, id in zip(drawn, ids, strict=True):
        by_name.setdefault(str(node.get("name") or ""), id)
    for node, id in zip(drawn, ids, strict=True):
        outputs = workflow.connections.get(str(node.get("name") or "")) or workflow.connections.get(id)
        yield Step(
            id=id,
            name=name_of(node),
            kind=nodes.kind_of(node),
            action=nodes.action_of(node),
            human=nodes.is_human(node),
            part=part,
            language=nodes.language_of(node),
            onward=tuple(dict.fromkeys(_onward(node, mapping(outputs), by_name))),
        )


def name_of(node: dict[str, Any]) -> str:
    """The node's name on one line; its type where it has none."""
    return " ".join(str(node.get("name") or "").split()) or nodes.type_of(node)


def distinct(names: Iterable[str]) -> list[str]:
    """The same names in the same order, numbered where one stands twice."""
    taken: dict[str, None] = {}
    for name in names:
        numbers = itertools.count(2)
        own = name
        while own in taken:
            own = f"{name} ({next(numbers)})"
        taken[own] = None
    return list(taken)


def _onward(node: dict[str, Any], outputs: dict[str, Any], by_name: dict[str, str]) -> Iterator[Onward]:
    for sort, ways in outputs.items():
        listed = sequence(ways)
        names = _names(node, len(listed)) if sort == "main" else ()
        for number, targets in enumerate(listed):
            fails = sort == "error" or (sort == "main" and number >= len(names))
            when = _words(sort) if sort not in ("main", "error") else "" if fails else names[number]
            for target in sequence(targets):
                name = str(mapping(target).get("node") or "")
                if name and (to := by_name.get(name)):
                    yield Onward(to, when, on_error=fails)


def _names(node: dict[str, Any], count: int) -> tuple[str, ...]:
    """The names of the outputs that are no error output. That is the last one, where the node is told to go on from it when it fails."""
    known = nodes.outputs_of(node)
    if node.get("onError") == "continueErrorOutput":
        return known if len(known) > 1 else ("",) * max(1, count - 1)
    return known + ("",) * (count - len(known))


def _words(sort: str) -> str:
    """``ai_languageModel`` is the agent's language model."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", sort.removeprefix("ai_")).lower()
