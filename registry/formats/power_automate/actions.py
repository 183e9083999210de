"""The actions of a cloud flow as steps: what lies in what, what runs after what, and after which errors."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registry.errors import Unreadable
from registry.formats.fragments import mapping, sequence
from registry.formats.model import Onward, Step

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
    "JavaScriptCode": "code",
}
_SQL = ("ExecutePassThroughNativeQuery", "ExecuteNativeQuery")  # operations that carry a query
_DESKTOP = "RunUIFlow"  # the operation that runs a desktop flow
_HUMAN_CONNECTORS = ("shared_approvals", "shared_advancedapproval", "shared_humanintheloop")
_HUMAN = re.compile(r"AndWait|WaitFor(?:An?)?(?:Response|Approval)|^(?:CreateAnApproval|SendApproval|SendMailWithOptions|SendOptions)")
_CONNECTION = re.compile(r"\['(shared_[a-z0-9]+?)(?:_\d+)?'\]")  # how actions of before 2021 name their connector
type _Branch = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Called:
    """What an action needs that stands in the action itself: a connector, another flow by its identifier."""

    connector: str | None = None
    flow: str | None = None


def steps_of(definition: dict[str, Any], flow: str, prefix: str) -> Iterator[tuple[Step, Called]]:
    """Every trigger and action with what it calls; ``flow`` is their part, ``prefix`` goes before their ids.

    Raises ``flow_too_deep``.
    """
    actions = mapping(definition.get("actions"))
    begin = tuple(Onward(one) for one in _Level(actions, prefix).first)
    for name, value in mapping(definition.get("triggers")).items():
        own = f"{prefix}{name}" if name not in actions else f"{prefix}trigger/{name}"
        yield Step(own, _shown(name), "start", _action(mapping(value)), part=flow, onward=begin), Called()
    for step, called in _emitted(actions, prefix, "", None, 0):
        yield dataclasses.replace(step, part=flow), called


class _Level:
    """Actions side by side: in which order they run, and what runs after each."""

    def __init__(self, actions: dict[str, Any], prefix: str) -> None:
        self.actions = {name: mapping(value) for name, value in actions.items()}
        self._prefix = prefix
        self._waits = {name: [one for one in mapping(value.get("runAfter")) if one in self.actions] for name, value in self.actions.items()}
        self.after: dict[str, list[Onward]] = {name: [] for name in self.actions}
        self._followers: dict[str, list[str]] = {name: [] for name in self.actions}
        for name, before in self._waits.items():
            for one in before:
                self.after[one].append(_onward(self.id(name), sequence(mapping(self.actions[name]["runAfter"]).get(one))))
                self._followers[one].append(name)
        self._lead_past_the_skipped()

    def _lead_past_the_skipped(self) -> None:
        """What runs only after an error is skipped where there is none; then whatever runs after it though it was skipped is next."""
        for name, before in self._waits.items():
            for one in before:
                if "skipped" not in self._outcomes(name, one):
                    continue
                for earlier in self._waits[one]:
                    known = {onward.to for onward in self.after[earlier] if not onward.on_error}
                    if "succeeded" not in self._outcomes(one, earlier) and self.id(name) not in known:
                        self.after[earlier].append(Onward(self.id(name)))

    def _outcomes(self, name: str, before: str) -> set[str]:
        """The outcomes of the action ``before`` after which the action ``name`` runs."""
        return {str(status).lower() for status in sequence(mapping(self.actions[name].get("runAfter")).get(before))} or {"succeeded"}

    @property
    def first(self) -> tuple[str, ...]:
        """The ids of those that wait for none."""
        return tuple(self.id(name) for name, before in self._waits.items() if not before)

    def id(self, name: str) -> str:
        return f"{self._prefix}{name}"

    def order(self) -> list[str]:
        """By name, each behind all that it waits for; what waits for itself, which no engine takes, stands at the end."""
        missing = {name: len(before) for name, before in self._waits.items()}
        waiting = [name for name, count in missing.items() if not count][::-1]
        found: dict[str, None] = {}
        while waiting:
            name = waiting.pop()
            found[name] = None
            for following in reversed(self._followers[name]):
                missing[following] -= 1
                if not missing[following]:
                    waiting.append(following)
        return [*found, *(name for name in self.actions if name not in found)]


def _onward(to: str, statuses: list[Any]) -> Onward:
    """By the outcomes of an action after which the next runs."""
    outcomes = {str(status).lower() for status in statuses}
    if not outcomes or "succeeded" in outcomes:
        return Onward(to)
    if "failed" in outcomes or "timedout" in outcomes:
        return Onward(to, "" if "failed" in outcomes else "timed out", on_error=True)
    return Onward(to, "skipped")


def _emitted(
    actions: dict[str, Any], prefix: str, within: str, follows: tuple[Onward, ...] | None, depth: int
) -> Iterator[tuple[Step, Called]]:
    """Actions in the order in which they run; ``follows`` is where their ends lead, None where that is told by the step around."""
    if depth > MAX_DEPTH:
        raise Unreadable(
            "flow_too_deep", f"The flow's actions are nested deeper than {MAX_DEPTH}.", mend="Move inner parts into child flows."
        )
    level = _Level(actions, prefix)
    order = level.order()
    for name, following in zip(order, [*order[1:], ""], strict=False):
        action, own = level.actions[name], level.id(name)
        branches = _branches(action)
        good = tuple(one for one in level.after[name] if not one.on_error)
        bad = tuple(one for one in level.after[name] if one.on_error)
        ends = good or (follows if follows is not None else (Onward(""),))
        onward = (*_ways(branches, own, ends), *bad) if branches else (*good, *bad)
        if not good and not branches and (following or follows is not None):
            onward = (*ends, *bad)
        if onward == (Onward(level.id(following)),) and following:
            onward = ()
        yield _step(own, name, action, within, onward), _called(action)
        for _, inner in branches:
            yield from _emitted(inner, f"{own}/", own, ends, depth + 1)
        if not branches:
            yield from _emitted(mapping(action.get("actions")), f"{own}/", own, None, depth + 1)


def _branches(action: dict[str, Any]) -> list[_Branch]:
    """Of a decision, with those in which nothing is done."""
    if action.get("type") == "If":
        return [("Yes", mapping(action.get("actions"))), ("No", mapping(mapping(action.get("else")).get("actions")))]
    if action.get("type") != "Switch":
        return []
    cases = [
        (str(mapping(case).get("case") or name), mapping(mapping(case).get("actions")))
        for name, case in mapping(action.get("cases")).items()
    ]
    return [*cases, ("Default", mapping(mapping(action.get("default")).get("actions")))]


def _ways(branches: list[_Branch], own: str, ends: tuple[Onward, ...]) -> Iterator[Onward]:
    for label, inner in branches:
        if inner:
            yield from (Onward(one, label) for one in _Level(inner, f"{own}/").first)
        else:
            yield from (Onward(end.to, label) for end in ends)


def _step(own: str, name: str, action: dict[str, Any], within: str, onward: tuple[Onward, ...]) -> Step:
    connector, operation = _operation(action)
    kind = _KINDS.get(str(action.get("type")), "action")
    language = "javascript" if kind == "code" else "sql" if operation.startswith(_SQL) else ""
    if _needs_a_person(action, connector, operation):
        kind = "human"
    elif language:
        kind = "code"
    elif operation.startswith(_DESKTOP):
        kind = "call"
    elif kind == "end" and action.get("type") == "Terminate":
        fails = mapping(action.get("inputs")).get("runStatus") == "Failed"
        kind, onward = ("exception" if fails else "end"), (Onward("", on_error=fails),)
    return Step(own, _shown(name), kind, _action(action), kind == "human", within=within, language=language, onward=onward)


def _shown(name: str) -> str:
    return name.replace("_", " ")


def _action(action: dict[str, Any]) -> str:
    connector, operation = _operation(action)
    return f"{connector}: {operation}" if connector and operation else connector or operation or str(action.get("type") or "")


def _host(action: dict[str, Any]) -> dict[str, Any]:
    return mapping(mapping(action.get("inputs")).get("host"))


def _operation(action: dict[str, Any]) -> tuple[str | None, str]:
    host = _host(action)
    api = host.get("apiId")
    named = _CONNECTION.search(str(mapping(host.get("connection")).get("name") or ""))
    connector = api.rsplit("/", 1)[-1] if isinstance(api, str) and api.startswith("/") else named.group(1) if named else None
    return connector, str(host.get("operationId") or "")


def _called(action: dict[str, Any]) -> Called:
    connector, operation = _operation(action)
    flow = _host(action).get("workflowReferenceName") if action.get("type") == "Workflow" else None
    if operation.startswith(_DESKTOP):
        flow = mapping(mapping(action.get("inputs")).get("parameters")).get("uiFlowId")
    return Called(connector, flow if isinstance(flow, str) and flow else None)


def _needs_a_person(action: dict[str, Any], connector: str | None, operation: str) -> bool:
    """One that waits for somebody's answer; the old form of approvals is told by its kind of action."""
    if _HUMAN.search(operation):
        return True
    return connector in _HUMAN_CONNECTORS and ("Wait" in operation or str(action.get("type")).endswith("ConnectionWebhook"))
