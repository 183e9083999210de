"""Texts of n8n workflows, by node as its editor names them: parameters, code, notes, and data kept from a test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from registry.formats.fragments import mapping
from registry.formats.n8n import nodes
from registry.formats.n8n.steps import name_of
from registry.formats.n8n.workflows import Workflow, workflows_in
from registry.formats.texts import pieces
from registry.formats.texts.model import Fact, Fragment

_CODE = ("jsCode", "pythonCode", "functionCode", "code")
_KEPT = {"pinData": "pinned data", "staticData": "static data"}
_PROSE = ("description", "notes")


def is_export(document: Any) -> bool:
    """Whether a JSON document holds a workflow."""
    return any(True for _ in workflows_in(document))


def read(document: Any, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """Everything in the workflows of an export."""
    workflows = list(workflows_in(document))
    for workflow in workflows:
        words = (f"workflow “{workflow.name}”",) if len(workflows) > 1 and workflow.name else ()
        yield from _workflow(workflow, replace(at, inside=(*at.inside, *words)), inside)


def _workflow(workflow: Workflow, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    for node in workflow.nodes:
        yield from _node(node, replace(at, inside=(*at.inside, f"node “{name_of(node)}”")), inside)
    for name, rows in mapping(workflow.document.get("pinData")).items():
        if rows:
            yield from _kept(rows, replace(at, inside=(*at.inside, f"node “{name}”"), field="pinned data"), inside)
    if static := workflow.document.get("staticData"):
        yield from _kept(static, replace(at, field="static data"), inside)
    rest = {key: value for key, value in workflow.document.items() if key not in ("nodes", "connections", *_KEPT, *_PROSE)}
    yield from pieces.document_of(rest, at, inside)
    yield from _prose(workflow.document, at)


def _kept(rows: Any, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """Data that was kept from a run: real rows as often as not."""
    count = len(rows) if isinstance(rows, list) else 1
    yield Fact("data", at.place, f"{count} row{'' if count == 1 else 's'} kept from a test")
    yield from pieces.document_of(rows, replace(at, inside=(*at.inside, at.field), field=""), inside)


def _node(node: dict[str, Any], at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    parameters = mapping(node.get("parameters"))
    if nodes.type_of(node) == nodes.NOTE:
        yield from _text(parameters.get("content"), replace(at, field="note", form="prose"))
        return
    yield from _prose(node, at)
    language = nodes.language_of(node)
    if language == "shell":
        yield Fact("command", at.place, nodes.type_of(node))
        yield from _text(parameters.get("command"), replace(at, field="command", form="code", language="shell", line=1))
    elif language:
        yield Fact("code", at.place, language)
        for key in _CODE:
            yield from _text(parameters.get(key), replace(at, field="code", form="code", language=language, line=1))
    written = ("command",) if language == "shell" else _CODE if language else ()
    yield from pieces.document_of({key: value for key, value in parameters.items() if key not in written}, at, inside)


def _prose(holder: dict[str, Any], at: Fragment) -> Iterator[Fragment]:
    for key in _PROSE:
        yield from _text(holder.get(key), replace(at, field=key, form="prose"))


def _text(written: object, at: Fragment) -> Iterator[Fragment]:
    if isinstance(written, str) and written.strip():
        yield from pieces.text(replace(at, text=written))
