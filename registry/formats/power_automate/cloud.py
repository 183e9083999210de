"""Definitions of cloud flows, which are workflows of Azure Logic Apps: triggers, actions in actions, connectors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from registry.errors import Unreadable
from registry.formats.arguments import Argument
from registry.formats.documents import parse_json
from registry.formats.fragments import addresses_in, hosts_in, mapping, ordered
from registry.formats.model import EntryPoint, Step
from registry.formats.power_automate.actions import steps_of


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
    flows: tuple[str, ...]  # child flows, by identifier


def load(data: bytes, where: str) -> dict[str, Any]:
    """A JSON object; raises :class:`Unreadable` (``json_...``)."""
    document = parse_json(data, where, mend="Export the flow again.")
    if not isinstance(document, dict):
        raise Unreadable("json_no_object", f"{where} holds no JSON object.", where=where, mend="Export the flow again.")
    return document


def read(document: dict[str, Any], name: str, prefix: str) -> Flow:
    """Read a flow's JSON, as it stands in solutions and in legacy packages; ``prefix`` goes before the ids of its steps."""
    properties = mapping(document.get("properties"))
    definition = mapping(properties.get("definition"))
    references = mapping(properties.get("connectionReferences"))
    told = list(steps_of(definition, name, prefix))
    text = json.dumps({key: definition.get(key) for key in ("triggers", "actions", "parameters")}, ensure_ascii=False).replace('\\"', '"')
    return Flow(
        triggers=tuple(_trigger(name, mapping(trigger)) for name, trigger in mapping(definition.get("triggers")).items()),
        connectors=ordered([*(_api(mapping(reference)) for reference in references.values()), *(called.connector for _, called in told)]),
        references=ordered(_logical_name(mapping(reference)) for reference in references.values()),
        parameters=ordered(_schema_name(mapping(parameter)) for parameter in mapping(definition.get("parameters")).values()),
        steps=tuple(step for step, _ in told),
        flows=ordered(called.flow for _, called in told),
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
