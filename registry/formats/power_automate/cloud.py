"""Definitions of cloud flows, which are workflows of Azure Logic Apps: triggers, actions in actions, connectors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registry.errors import Unreadable
from registry.formats.arguments import Argument
from registry.formats.documents import parse_json
from registry.formats.fragments import addresses_in, hosts_in, mapping, ordered
from registry.formats.model import EntryPoint, Step

MAX_DEPTH = 40
_KINDS = {
    "If": "decision",
    "Switch": "decision",
    "Foreach": "group",
    "Until": "group",
    "Scope": "group",
    "Workflow": "call",
    "Wait": "event",
    "Terminate": "end",
    "Response": "end",
}
_HUMAN_CONNECTORS = ("shared_approvals",)
_HUMAN_OPERATIONS = (
    "StartAndWaitForAnApproval",
    "WaitForAnApproval",
    "PostCardAndWaitForResponse",
    "PostUserAdaptiveCardAndWait",
    "SendApprovalMail",
    "SendMailWithOptions",
)


@dataclass(frozen=True, slots=True)
class Flow:
    """What one definition says."""

    triggers: tuple[EntryPoint, ...]
    connectors: tuple[str, ...]
    references: tuple[str, ...]  # logical names of connection references
    parameters: tuple[str, ...]  # environment variables, by schema name
    steps: tuple[Step, ...]
    hosts: tuple[str, ...]
    addresses: tuple[str, ...]


def load(data: bytes, where: str) -> dict[str, Any]:
    """A JSON object; raises :class:`Unreadable` (``json_...``)."""
    document = parse_json(data, where, mend="Export the flow again.")
    if not isinstance(document, dict):
        raise Unreadable("json_no_object", f"{where} holds no JSON object.", where=where, mend="Export the flow again.")
    return document


def read(document: dict[str, Any], prefix: str = "") -> Flow:
    """Read a flow's JSON, as it stands in solutions and in legacy packages."""
    properties = mapping(document.get("properties"))
    definition = mapping(properties.get("definition"))
    references = mapping(properties.get("connectionReferences"))
    steps, used = [], []
    for step, connector in _actions(mapping(definition.get("actions")), prefix, 0):
        steps.append(step)
        used.append(connector)
    text = json.dumps({key: definition.get(key) for key in ("triggers", "actions", "parameters")}, ensure_ascii=False).replace('\\"', '"')
    return Flow(
        triggers=tuple(_trigger(name, mapping(trigger)) for name, trigger in mapping(definition.get("triggers")).items()),
        connectors=ordered([*(_api(mapping(reference)) for reference in references.values()), *used]),
        references=ordered(_logical_name(mapping(reference)) for reference in references.values()),
        parameters=ordered(_schema_name(mapping(parameter)) for parameter in mapping(definition.get("parameters")).values()),
        steps=tuple(steps),
        hosts=hosts_in(text),
        addresses=addresses_in(text),
    )


def schema_arguments(schema: Any) -> tuple[Argument, ...]:
    """The properties of a JSON Schema, as desktop and cloud flows declare their inputs and outputs."""
    schema = mapping(schema)
    required = schema.get("required") if isinstance(schema.get("required"), list) else []
    found = []
    for key, value in mapping(schema.get("properties")).items():
        shape = mapping(value)
        name = str(shape.get("title") or key) if shape.get("title") and schema.get("$named") else str(key)
        found.append(Argument(name, str(shape.get("type") or ""), key in required, str(shape.get("description") or "")[:500]))
    return tuple(found)


def _trigger(name: str, trigger: dict[str, Any]) -> EntryPoint:
    return EntryPoint(name, schema_arguments(mapping(trigger.get("inputs")).get("schema")))


def _actions(actions: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[Step, str | None]]:
    if depth > MAX_DEPTH:
        raise Unreadable(
            "flow_too_deep", f"The flow's actions are nested deeper than {MAX_DEPTH}.", mend="Move inner parts into child flows."
        )
    for name, value in actions.items():
        action = mapping(value)
        connector, operation = _operation(action)
        kind = "human" if _needs_a_person(connector, operation) else _KINDS.get(str(action.get("type")), "action")
        shown = f"{connector}: {operation}" if connector and operation else connector or operation or str(action.get("type") or "")
        yield Step(f"{prefix}{name}", name.replace("_", " "), kind, shown, human=kind == "human"), connector
        inner = [action.get("actions"), mapping(action.get("else")).get("actions"), mapping(action.get("default")).get("actions")]
        inner += [mapping(case).get("actions") for case in mapping(action.get("cases")).values()]
        for part in inner:
            yield from _actions(mapping(part), f"{prefix}{name}/", depth + 1)


def _operation(action: dict[str, Any]) -> tuple[str | None, str]:
    host = mapping(mapping(action.get("inputs")).get("host"))
    api = host.get("apiId")
    connector = api.rsplit("/", 1)[-1] if isinstance(api, str) and api.startswith("/") else None
    return connector, str(host.get("operationId") or "")


def _needs_a_person(connector: str | None, operation: str) -> bool:
    return operation.startswith(_HUMAN_OPERATIONS) or (connector in _HUMAN_CONNECTORS and "Wait" in operation)


def _api(reference: dict[str, Any]) -> str | None:
    name = mapping(reference.get("api")).get("name") or reference.get("apiName")
    if isinstance(name, str) and name:
        return name
    identifier = reference.get("id")
    return identifier.rsplit("/", 1)[-1] if isinstance(identifier, str) else None


def _schema_name(parameter: dict[str, Any]) -> str | None:
    name = mapping(parameter.get("metadata")).get("schemaName")
    return name if isinstance(name, str) else None


def _logical_name(reference: dict[str, Any]) -> str | None:
    name = mapping(reference.get("connection")).get("connectionReferenceLogicalName")
    return name if isinstance(name, str) else None
