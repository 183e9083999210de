"""The activities of Windows Workflow as steps: what lies in what, and where each leads (sequences, branches, flowcharts, state machines, handlers)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lxml import etree

from registry.formats.model import Onward, Step
from registry.formats.xml import local_name

X = "http://schemas.microsoft.com/winfx/2006/xaml"
_NODES = ("FlowStep", "FlowDecision", "FlowSwitch")
_ERROR = re.compile(r"\b(?:exception|error)s?\b", re.IGNORECASE)
_NO_ERROR = re.compile(r"\b(?:no|without)\b", re.IGNORECASE)
_UNDRAWN = (".Variables", ".ViewState", ".Arguments", ".ViewStateManager", ".NamespacesForImplementation", ".ReferencesForImplementation")
type _Branch = tuple[str, bool, list[etree._Element]]  # its name, whether an error leads there, its activities


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a product makes of Windows Workflow: its own activities, and how it shows them."""

    is_step: Callable[[etree._Element], bool]
    told: Callable[[etree._Element], Step]  # what an activity says of itself; its id and place are the walk's
    branching: dict[str, str]  # activities with branches, each with the name of the branch for all else, or an empty string
    raising: frozenset[str]
    left_out: frozenset[str] = frozenset()  # elements that are no part of the workflow, with all in them


def steps_of(part: str, root: etree._Element, dialect: Dialect) -> list[Step]:
    """The steps of the workflow called ``part``, in the order in which they come; what surrounds a step stands before it."""
    walk = _Walk(part, root, dialect)
    walk.run(walk.tops(root), "")
    return walk.steps


def id_ref(element: etree._Element) -> str:
    """The id that the designer gave the element, as an attribute or as a child."""
    given = next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == "WorkflowViewState.IdRef"), "")
    return given or _text_of(element, "WorkflowViewState.IdRef")


class _Walk:
    def __init__(self, part: str, root: etree._Element, dialect: Dialect) -> None:
        self.steps: list[Step] = []
        self._part = part
        self._dialect = dialect
        self._named = {name: element for element in root.iter(etree.Element) if (name := element.get(f"{{{X}}}Name"))}
        self._ids: dict[etree._Element, str] = {}
        self._taken: set[str] = set()

    def run(self, elements: list[etree._Element], within: str, follows: str | None = None) -> None:
        """One after the other. ``follows`` is where the last leads, None where that is told by the step around."""
        ids = [self._id(element) for element in elements]
        for element, following in zip(elements, [*ids[1:], ""], strict=False):
            self._emit(element, within, None if following else follows, following)

    def _emit(self, element: etree._Element, within: str, follows: str | None, following: str = "") -> None:
        """Write a step and what lies in it; ``following`` is the step after it where ``follows`` does not say another."""
        name, after = local_name(element), following if follows is None else follows
        own = self._id(element)
        if name == "Flowchart":
            self._write(element, within, _leads(follows))
            self._flowchart(element, own)
        elif name == "StateMachine":
            self._write(element, within, _leads(follows))
            self._states(element, own)
        elif name == "TryCatch":
            self._branches(element, within, self._attempts(element), after)
        elif name in self._dialect.branching:
            self._branches(element, within, list(self._choices(element, name)), after)
        else:
            self._write(element, within, (Onward("", on_error=True),) if name in self._dialect.raising else _leads(follows))
            self.run(self.tops(element), own)

    def _branches(self, element: etree._Element, within: str, branches: list[_Branch], after: str) -> None:
        """A step with its branches; the end of each leads to what follows the step, or to the part that is done in any case."""
        own, filled = self._id(element), [branch for branch in branches if branch[2]]
        closing = next((inner for name, _, inner in filled if name == "Finally"), None)
        onward = [Onward(self._id(inner[0]), name, on_error) for name, on_error, inner in filled if inner is not closing]
        otherwise = self._dialect.branching.get(local_name(element))
        if otherwise and all(name != otherwise for name, _, _ in filled):
            onward.append(Onward(after, otherwise))
        self._write(element, within, tuple(onward))
        for _, _, inner in filled:
            self.run(inner, own, self._id(closing[0]) if closing and inner is not closing else after)

    def _flowchart(self, chart: etree._Element, own: str) -> None:
        """Its nodes from the start on, and then those that nothing leads to."""
        nodes = list(self._below(chart, _NODES))
        start = self._target(chart, "StartNode")
        waiting, done = [node for node in [start, *nodes] if node is not None and node in nodes][::-1], set()
        while waiting:
            node = waiting.pop()
            if node in done:
                continue
            done.add(node)
            onward = list(self._onward(node))
            waiting += [target for _, target in onward[::-1] if target is not None]
            leads = tuple(Onward(self._entry(target), when) for when, target in onward)
            if local_name(node) != "FlowStep":
                self._write(node, own, leads or (Onward(""),))
            elif inner := self.tops(node, but=_NODES):
                self.run(inner, own, leads[0].to if leads else "")

    def _onward(self, node: etree._Element) -> Iterator[tuple[str, etree._Element | None]]:
        """Name and node of every way out of a flowchart's node."""
        if local_name(node) == "FlowStep":
            if (following := self._target(node, "Next")) is not None:
                yield "", following
        elif local_name(node) == "FlowDecision":
            labels = {
                str(each.get(f"{{{X}}}Key")): (each.text or "").strip() for each in node.iter(f"{{{X}}}String") if self._owner(each) is node
            }
            for way in ("True", "False"):
                yield labels.get(f"{way}Label") or node.get(f"{way}Label") or way, self._target(node, way)
        else:
            for child in node:
                if "." not in local_name(child) and (case := _key(child)):
                    yield case, self._referred(child)
            yield "Default", self._target(node, "Default")

    def _target(self, node: etree._Element, property_: str) -> etree._Element | None:
        """What a property holds or refers to: a child element, or ``{x:Reference __ReferenceID0}`` in an attribute."""
        written = node.get(property_)
        if written and (found := re.match(r"^\{x:Reference (?:Name=)?([^}\s]+)\}$", written.strip())):
            return self._named.get(found.group(1))
        holder = next((child for child in node if local_name(child) == f"{local_name(node)}.{property_}"), None)
        inner = next(holder.iterchildren(etree.Element), None) if holder is not None else None
        return self._referred(inner) if inner is not None else None

    def _referred(self, element: etree._Element) -> etree._Element | None:
        if local_name(element) == "Reference":
            return self._named.get((element.text or element.get("Name") or "").strip())
        return element if local_name(element) in (*_NODES, "State") else None

    def _entry(self, node: etree._Element | None) -> str:
        """The step by which a node is entered; one without an activity passes on to the next."""
        seen = set()
        while node is not None and node not in seen and local_name(node) == "FlowStep":
            if inner := self.tops(node, but=_NODES):
                return self._id(inner[0])
            seen.add(node)
            node = self._target(node, "Next")
        return self._id(node) if node is not None and local_name(node) in _NODES else ""

    def _states(self, machine: etree._Element, own: str) -> None:
        states = list(self._below(machine, ("State",)))
        start = self._target(machine, "InitialState")
        for state in sorted(states, key=lambda state: state is not start):
            onward = []
            for change in self._below(state, ("Transition",), through=("State",)):
                name = (change.get("DisplayName") or "").strip()
                target = self._target(change, "To")
                on_error = bool(_ERROR.search(name)) and not _NO_ERROR.search(name)
                onward += [Onward(self._id(target), name, on_error)] if target is not None else []
            self._write(state, own, tuple(onward) or (Onward(""),))
            self.run(self.tops(state, but=("State",)), self._id(state))

    def _write(self, element: etree._Element, within: str, onward: tuple[Onward, ...]) -> None:
        self.steps.append(replace(self._dialect.told(element), id=self._id(element), part=self._part, within=within, onward=onward))

    def _id(self, element: etree._Element) -> str:
        """What the designer wrote, once in a workflow; else the number of the step."""
        if element not in self._ids:
            given = id_ref(element)
            own = given if given and given not in self._taken else f"{given or self._part}#{len(self._ids)}"
            self._taken.add(own)
            self._ids[element] = own
        return self._ids[element]

    def tops(self, element: etree._Element, but: tuple[str, ...] = ()) -> list[etree._Element]:
        """The steps in ``element`` that no other step of it surrounds, without what lies in elements called as in ``but``."""
        found: list[etree._Element] = []
        later: list[etree._Element] = []
        waiting = list(element.iterchildren(etree.Element, reversed=True))
        while waiting:
            each = waiting.pop()
            name = local_name(each)
            if name in but or self._is_left_out(name):
                continue
            if name.endswith(".LoopAction"):  # what leads to the next page, written before what is done on each
                later += self.tops(each, but)
            elif self._dialect.is_step(each):
                found.append(each)
            else:
                waiting += each.iterchildren(etree.Element, reversed=True)
        return found + later

    def _is_left_out(self, name: str) -> bool:
        return name in self._dialect.left_out or name.endswith(_UNDRAWN)

    def _below(self, element: etree._Element, names: tuple[str, ...], through: tuple[str, ...] = ()) -> Iterator[etree._Element]:
        """The elements so called below ``element`` that lie in no activity; those that lie in one another as well, but not in ``through``."""
        waiting = list(element.iterchildren(etree.Element, reversed=True))
        while waiting:
            each = waiting.pop()
            name = local_name(each)
            if name in names:
                yield each
            elif name in through or self._dialect.is_step(each):
                continue
            waiting += each.iterchildren(etree.Element, reversed=True) if name in names or "." in name or name == "Transition" else ()

    def _choices(self, element: etree._Element, kind: str) -> Iterator[_Branch]:
        """The branches of a decision by the names the editor gives them; each of what runs side by side is one."""
        for child in element.iterchildren(etree.Element):
            name = local_name(child)
            if name == f"{kind}.Condition" or self._is_left_out(name):
                continue
            if "." in name and name.endswith("ElseIfs"):
                for block in child.iter(etree.Element):
                    if local_name(block) == "IfElseIfBlock":
                        yield "Else if", False, self.tops(block)
            elif "." in name:
                yield name.partition(".")[2], False, self.tops(child)
            else:
                yield _key(child), False, [child] if self._dialect.is_step(child) else self.tops(child)

    def _attempts(self, element: etree._Element) -> list[_Branch]:
        """What is tried, what is done for each kind of exception, and what is done in any case."""
        found: list[_Branch] = []
        for child in element.iterchildren(etree.Element):
            name = local_name(child)
            if name == "TryCatch.Catches":
                for handler in child.iter(etree.Element):
                    if local_name(handler) == "Catch" and handler.getparent() is child:
                        kind = (handler.get(f"{{{X}}}TypeArguments") or "").rpartition(":")[2]
                        found.append((kind.rpartition(".")[2], True, self.tops(handler)))
            elif name in ("TryCatch.Try", "TryCatch.Finally"):
                found.append(("Finally" if name.endswith("Finally") else "", False, self.tops(child)))
        return sorted(found, key=lambda branch: (branch[0] == "Finally", branch[1]))

    def _owner(self, element: etree._Element) -> etree._Element | None:
        """The activity or flowchart node whose view state ``element`` belongs to."""
        return next((each for each in element.iterancestors() if local_name(each) in _NODES or self._dialect.is_step(each)), None)


def _leads(follows: str | None) -> tuple[Onward, ...]:
    return () if follows is None else (Onward(follows),)


def _key(element: etree._Element) -> str:
    """The case an element stands for: ``x:Key``, as an attribute or as a child."""
    return (element.get(f"{{{X}}}Key") or _text_of(element, "Key")).strip()


def _text_of(element: etree._Element, name: str) -> str:
    inner = next((child for child in element.iterchildren(etree.Element) if local_name(child) == name), None)
    return (inner.text or "").strip() if inner is not None else ""
