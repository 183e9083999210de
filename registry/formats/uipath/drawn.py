"""A workflow's activities as steps: what lies in what, and where each leads (sequences, branches, flowcharts, state machines, handlers)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from registry.formats.model import Onward, Step
from registry.formats.uipath.activities import X, action_of, attributes_of, is_step, kind_of, language_of
from registry.formats.xml import local_name

_NODES = ("FlowStep", "FlowDecision", "FlowSwitch")
_BRANCHING = ("If", "IfElse", "IfElseIf", "IfElseIfV2", "Switch", "NCheckState", "Parallel", "Pick")
_OTHERWISE = {"If": "Else", "IfElse": "Else", "IfElseIf": "Else", "IfElseIfV2": "Else", "Switch": "Default"}
_ERROR = re.compile(r"\b(?:exception|error)s?\b", re.IGNORECASE)
_NO_ERROR = re.compile(r"\b(?:no|without)\b", re.IGNORECASE)
_UNDRAWN = (".Variables", ".ViewState", ".Arguments")
type _Branch = tuple[str, bool, list[etree._Element]]  # its name, whether an error leads there, its activities


def steps_of(path: str, root: etree._Element) -> list[Step]:
    """The steps of the workflow in ``path``, in the order in which they come; what surrounds a step stands before it."""
    walk = _Walk(path, root)
    walk.run(_tops(root), "")
    return walk.steps


class _Walk:
    def __init__(self, path: str, root: etree._Element) -> None:
        self.steps: list[Step] = []
        self._path = path
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
            self._branches(element, within, _attempts(element), after)
        elif name in _BRANCHING:
            self._branches(element, within, list(_choices(element, name)), after)
        else:
            raises = name in ("Throw", "Rethrow", "TerminateWorkflow")
            self._write(element, within, (Onward("", on_error=True),) if raises else _leads(follows))
            self.run(_tops(element), own)

    def _branches(self, element: etree._Element, within: str, branches: list[_Branch], after: str) -> None:
        """A step with its branches; the end of each leads to what follows the step, or to the part that is done in any case."""
        own, filled = self._id(element), [branch for branch in branches if branch[2]]
        closing = next((inner for name, _, inner in filled if name == "Finally"), None)
        onward = [Onward(self._id(inner[0]), name, on_error) for name, on_error, inner in filled if inner is not closing]
        otherwise = _OTHERWISE.get(local_name(element))
        if otherwise and all(name != otherwise for name, _, _ in filled):
            onward.append(Onward(after, otherwise))
        self._write(element, within, tuple(onward))
        for _, _, inner in filled:
            self.run(inner, own, self._id(closing[0]) if closing and inner is not closing else after)

    def _flowchart(self, chart: etree._Element, own: str) -> None:
        """Its nodes from the start on, and then those that nothing leads to."""
        nodes = list(_below(chart, _NODES))
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
            elif inner := _tops(node, but=_NODES):
                self.run(inner, own, leads[0].to if leads else "")

    def _onward(self, node: etree._Element) -> Iterator[tuple[str, etree._Element | None]]:
        """Name and node of every way out of a flowchart's node."""
        if local_name(node) == "FlowStep":
            if (following := self._target(node, "Next")) is not None:
                yield "", following
        elif local_name(node) == "FlowDecision":
            labels = {
                str(each.get(f"{{{X}}}Key")): (each.text or "").strip() for each in node.iter(f"{{{X}}}String") if _owner(each) is node
            }
            for way in ("True", "False"):
                yield labels.get(f"{way}Label") or way, self._target(node, way)
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
            if inner := _tops(node, but=_NODES):
                return self._id(inner[0])
            seen.add(node)
            node = self._target(node, "Next")
        return self._id(node) if node is not None and local_name(node) in _NODES else ""

    def _states(self, machine: etree._Element, own: str) -> None:
        states = list(_below(machine, ("State",)))
        start = self._target(machine, "InitialState")
        for state in sorted(states, key=lambda state: state is not start):
            onward = []
            for change in _below(state, ("Transition",), through=("State",)):
                name = (change.get("DisplayName") or "").strip()
                target = self._target(change, "To")
                on_error = bool(_ERROR.search(name)) and not _NO_ERROR.search(name)
                onward += [Onward(self._id(target), name, on_error)] if target is not None else []
            self._write(state, own, tuple(onward) or (Onward(""),))
            self.run(_tops(state, but=("State",)), self._id(state))

    def _write(self, element: etree._Element, within: str, onward: tuple[Onward, ...]) -> None:
        name, attributes = local_name(element), attributes_of(element)
        kind = kind_of(name, attributes)
        self.steps.append(
            Step(
                self._id(element),
                " ".join((attributes.get("DisplayName") or name).split()),
                kind,
                action_of(name, element, attributes),
                kind == "human",
                self._path,
                within,
                language_of(name, attributes),
                onward,
            )
        )

    def _id(self, element: etree._Element) -> str:
        """What Studio wrote, once in a file; else the number of the step."""
        if element not in self._ids:
            given = attributes_of(element).get("WorkflowViewState.IdRef") or _text_of(element, "WorkflowViewState.IdRef")
            own = given if given and given not in self._taken else f"{given or self._path}#{len(self._ids)}"
            self._taken.add(own)
            self._ids[element] = own
        return self._ids[element]


def _leads(follows: str | None) -> tuple[Onward, ...]:
    return () if follows is None else (Onward(follows),)


def _tops(element: etree._Element, but: tuple[str, ...] = ()) -> list[etree._Element]:
    """The steps in ``element`` that no other step of it surrounds, without what lies in elements called as in ``but``."""
    found: list[etree._Element] = []
    waiting = list(element.iterchildren(etree.Element, reversed=True))
    while waiting:
        each = waiting.pop()
        name = local_name(each)
        if name in but or name.endswith(_UNDRAWN):
            continue
        if is_step(each):
            found.append(each)
        else:
            waiting += each.iterchildren(etree.Element, reversed=True)
    return found


def _below(element: etree._Element, names: tuple[str, ...], through: tuple[str, ...] = ()) -> Iterator[etree._Element]:
    """The elements so called below ``element`` that lie in no activity; those that lie in one another as well, but not in ``through``."""
    waiting = list(element.iterchildren(etree.Element, reversed=True))
    while waiting:
        each = waiting.pop()
        name = local_name(each)
        if name in names:
            yield each
        elif name in through or is_step(each):
            continue
        waiting += each.iterchildren(etree.Element, reversed=True) if name in names or "." in name or name == "Transition" else ()


def _choices(element: etree._Element, kind: str) -> Iterator[_Branch]:
    """The branches of a decision by the names the editor gives them; each of what runs side by side is one."""
    for child in element.iterchildren(etree.Element):
        name = local_name(child)
        if name == f"{kind}.Condition" or name.endswith(_UNDRAWN):
            continue
        if "." in name and name.endswith("ElseIfs"):
            for block in child.iter(etree.Element):
                if local_name(block) == "IfElseIfBlock":
                    yield "Else if", False, _tops(block)
        elif "." in name:
            yield name.partition(".")[2], False, _tops(child)
        else:
            yield _key(child), False, [child] if is_step(child) else _tops(child)


def _attempts(element: etree._Element) -> list[_Branch]:
    """What is tried, what is done for each kind of exception, and what is done in any case."""
    found: list[_Branch] = []
    for child in element.iterchildren(etree.Element):
        name = local_name(child)
        if name == "TryCatch.Catches":
            for handler in child.iter(etree.Element):
                if local_name(handler) == "Catch" and handler.getparent() is child:
                    kind = (handler.get(f"{{{X}}}TypeArguments") or "").rpartition(":")[2]
                    found.append((kind.rpartition(".")[2], True, _tops(handler)))
        elif name in ("TryCatch.Try", "TryCatch.Finally"):
            found.append(("Finally" if name.endswith("Finally") else "", False, _tops(child)))
    return sorted(found, key=lambda branch: (branch[0] == "Finally", branch[1]))


def _key(element: etree._Element) -> str:
    """The case an element stands for: ``x:Key``, as an attribute or as a child."""
    return (element.get(f"{{{X}}}Key") or _text_of(element, "Key")).strip()


def _text_of(element: etree._Element, name: str) -> str:
    inner = next((child for child in element.iterchildren(etree.Element) if local_name(child) == name), None)
    return (inner.text or "").strip() if inner is not None else ""


def _owner(element: etree._Element) -> etree._Element | None:
    """The activity or flowchart node whose view state ``element`` belongs to."""
    above: Iterable[etree._Element] = element.iterancestors()
    return next((each for each in above if local_name(each) in _NODES or is_step(each)), None)
