"""What n8n's nodes are: triggers, decisions, code, people's work, and the names of their outputs (n8n's own node descriptions)."""

from __future__ import annotations

import math
from typing import Any

from registry.formats.fragments import mapping, sequence

NOTE = "stickyNote"
OWN_PACKAGES = ("n8n-nodes-base", "@n8n/n8n-nodes-langchain", "CUSTOM")
_STARTS = frozenset({"webhook", "cron", "interval", "start", "emailreadimap"})
_KINDS = {
    "if": "decision",
    "switch": "decision",
    "filter": "decision",
    "textClassifier": "decision",
    "sentimentAnalysis": "decision",
    "guardrails": "decision",
    "splitInBatches": "group",
    "executeWorkflow": "call",
    "toolWorkflow": "call",
    "retrieverWorkflow": "call",
    "stopAndError": "exception",
    "errorTrigger": "exception",
    "form": "human",
    "wait": "event",
    "respondToWebhook": "end",
    "code": "code",
    "toolCode": "code",
    "function": "code",
    "functionItem": "code",
    "executeCommand": "code",
    "ssh": "code",
}
_LANGUAGES = {"executeCommand": "shell", "ssh": "shell"}
_ASKS = frozenset({"sendandwait", "sendandwaitforresponse"})
_OUTPUTS = {
    "if": ("true", "false"),
    "compareDatasets": ("In A only", "Same", "Different", "In B only"),
    "sentimentAnalysis": ("Positive", "Neutral", "Negative"),
    "guardrails": ("Pass", "Fail"),
}


def type_of(node: dict[str, Any]) -> str:
    """The node's type without its package: ``n8n-nodes-base.httpRequest`` is ``httpRequest``."""
    return str(node.get("type") or "").rpartition(".")[2]


def package_of(kind: str) -> str | None:
    """The npm package of a community node's type; None for n8n's own and for what a server has in a folder of its own."""
    package = kind.rpartition(".")[0]
    return package if package and package not in OWN_PACKAGES else None


def version_of(node: dict[str, Any]) -> float:
    """``typeVersion`` as a number; 1 where it is none."""
    try:
        number = float(node.get("typeVersion") or 1)
    except (TypeError, ValueError, OverflowError):
        return 1.0
    return number if math.isfinite(number) else 1.0


def is_trigger(node: dict[str, Any]) -> bool:
    """What starts a workflow: a node called a trigger, or one of those that came before that rule."""
    kind = type_of(node).casefold()
    return kind.endswith("trigger") or kind in _STARTS


def is_human(node: dict[str, Any]) -> bool:
    """A person fills in a form, approves, or answers a message for which the workflow waits."""
    kind, parameters = type_of(node), mapping(node.get("parameters"))
    if kind in ("form", "formTrigger") or "humanintheloop" in kind.casefold():
        return True
    waits = kind == "wait" and parameters.get("resume") == "form"
    return waits or str(parameters.get("operation") or "").casefold() in _ASKS


def kind_of(node: dict[str, Any]) -> str:
    """The kind of step that a node is, in the words of :class:`registry.formats.model.Step`."""
    kind = type_of(node)
    if kind in _KINDS and not (kind == "wait" and is_human(node)):
        return _KINDS[kind]
    if is_trigger(node):
        return "start"
    return "human" if is_human(node) else "action"


def language_of(node: dict[str, Any]) -> str:
    """The language of a code step; empty for any other."""
    kind = type_of(node)
    if _KINDS.get(kind) != "code":
        return ""
    written = str(mapping(node.get("parameters")).get("language") or "").casefold()
    return _LANGUAGES.get(kind) or ("python" if "python" in written else "javascript")


def action_of(node: dict[str, Any]) -> str:
    """The type, and what the node is told to do where its editor offers a choice: ``n8n-nodes-base.gmail: message send``."""
    parameters = mapping(node.get("parameters"))
    chosen = [value for key in ("resource", "operation") if isinstance(value := parameters.get(key), str) and value[:1] not in ("", "=")]
    return f"{node.get('type')}: {' '.join(chosen)}"[:300] if chosen else str(node.get("type"))[:300]


def outputs_of(node: dict[str, Any]) -> tuple[str, ...]:
    """The names of a node's outputs in order, as its editor shows them; one without a name for most nodes."""
    kind = type_of(node)
    if kind == "switch":
        return _switch(node)
    if kind == "splitInBatches" and version_of(node) >= 2:
        return ("done", "loop") if version_of(node) >= 3 else ("loop", "done")
    if kind == "textClassifier":
        categories = sequence(mapping(mapping(node.get("parameters")).get("categories")).get("categories"))
        return tuple(str(mapping(one).get("category") or number) for number, one in enumerate(categories)) or ("",)
    return _OUTPUTS.get(kind, ("",))


def _switch(node: dict[str, Any]) -> tuple[str, ...]:
    """One output for each rule, by the name its author gave it, and one for the rest where that is asked for."""
    parameters = mapping(node.get("parameters"))
    options = mapping(parameters.get("options"))
    if parameters.get("mode") == "expression":
        number = parameters.get("numberOutputs", parameters.get("outputsAmount", 4))
        return tuple(str(one) for one in range(number if isinstance(number, int) and 0 < number <= 100 else 4))
    rules = mapping(parameters.get("rules"))
    ways = [mapping(rule) for rule in sequence(rules.get("values")) or sequence(rules.get("rules"))]
    names = [str(way.get("outputKey") or number) for number, way in enumerate(ways)]
    if version_of(node) < 3 and not any(way.get("outputKey") for way in ways):
        return ("0", "1", "2", "3")
    if "extra" in (options.get("fallbackOutput"), parameters.get("fallbackOutput")):
        names.append(str(options.get("renameFallbackOutput") or "Fallback"))
    return tuple(names) or ("",)
