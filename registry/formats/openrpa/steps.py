"""A workflow's activities as steps: what lies in what, and where branches, flowcharts and handlers lead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from registry.formats.model import Onward, Step
from registry.formats.xml import local_name, namespace

_X = "http://schemas.microsoft.com/winfx/2006/xaml"
_WF = "http://schemas.microsoft.com/netfx/2009/xaml/activities"
_NODES = ("FlowStep", "FlowDecision", "FlowSwitch")
_NO_STEPS = frozenset(
    ["Activity", "ActivityAction", "ActivityFunc", "ActivityBody", "Catch", "Literal", "VisualBasicValue", "VisualBasicReference", "CSharpValue",
     "CSharpReference", "ArgumentValue", "ArgumentReference", "VariableValue", "VariableReference", "LambdaValue", "Variable", "InArgument",
     "OutArgument", "InOutArgument", "DelegateInArgument", "DelegateOutArgument", "ViewStateManager", "ViewStateData", "FlowStep",
     "PickBranch", "State", "Transition", "TextExpression", "AssemblyReference", "NMElement"]
)  # fmt: skip
_DECISIONS = frozenset(["If", "Switch", "FlowDecision", "FlowSwitch", "Pick"])
_GROUPS = frozenset(
    ["Sequence", "Flowchart", "StateMachine", "TryCatch", "Parallel", "ForEach", "ParallelForEach", "While", "DoWhile", "ForEachDataRow",
     "ForEachOf", "BreakableWhile", "BreakableDoWhile", "GetElement", "DatabaseScope", "RetryScope", "TransactionScope"]
)  # fmt: skip
_PLAIN = frozenset(["Assign", "Delay", "WriteLine", "InvokeMethod", "AddToCollection", "RemoveFromCollection", "ClearCollection"])
_CALLS = frozenset(["InvokeOpenRPA", "InvokeRemoteOpenRPA", "InvokeOpenFlow"])
_HUMAN = frozenset(["InvokeForm", "InvokeHTMLForm", "Form", "InvokeAdaptiveForm", "ShowDialog", "InputBox", "MessageBoxQuestion"])
_RAISES = frozenset(["Throw", "Rethrow", "TerminateWorkflow", "ThrowBusinessRuleException"])
_CODE = {"InvokeCode": "", "ExecuteScript": "javascript", "ExecuteAHKScript": "autohotkey", "ExecuteFunction": "autohotkey", "ExecuteNonQuery": "sql",
         "ExecuteQuery": "sql", "ExecuteScalar": "sql"}  # fmt: skip
_LANGUAGES = {"vb": "vbnet", "c#": "csharp", "powershell": "powershell", "python": "python", "autohotkey": "autohotkey"}
_LEFT_OUT = (".Variables", ".ViewState", ".Arguments", ".ViewStateManager", ".NamespacesForImplementation", ".ReferencesForImplementation")
type _Branch = tuple[str, bool, list[etree._Element]]  # its name, whether an error leads there, its activities


def steps_of(part: str, root: etree._Element) -> list[Step]:
    """The steps of the workflow called ``part``; what surrounds a step stands before it. What is commented out is left out."""
    walk = _Walk(part, root)
    walk.run(_tops(root), "")
    return walk.steps


class _Walk:
    def __init__(self, part: str, root: etree._Element) -> None:
        self.steps: list[Step] = []
        self._part = part
        self._named = {name: element for element in root.iter(etree.Element) if (name := element.get(f"{{{_X}}}Name"))}
        self._ids: dict[etree._Element, str] = {}
        self._taken: set[str] = set()

    def run(self, elements: list[etree._Element], within: str, follows: str | None = None) -> None:
        """One after the other. ``follows`` is where the last leads, None where that is told by the step around."""
        for number, element in enumerate(elements):
            is_last = number == len(elements) - 1
            self._emit(element, within, follows if is_last else None, (follows or "") if is_last else self._id(elements[number + 1]))

    def _emit(self, element: etree._Element, within: str, follows: str | None, after: str) -> None:
        name, own = local_name(element), self._id(element)
        leads = () if follows is None else (Onward(follows),)
        if name == "Flowchart":
            self._write(element, within, leads)
            self._flowchart(element, own)
        elif name == "TryCatch":
            self._branches(element, within, list(_attempts(element)), after)
        elif name in ("If", "Switch", "Parallel", "Pick"):
            self._branches(element, within, list(_choices(element, name)), after)
        else:
            self._write(element, within, (Onward("", on_error=True),) if name in _RAISES else leads)
            self.run(_tops(element), own)

    def _branches(self, element: etree._Element, within: str, branches: list[_Branch], after: str) -> None:
        """A step with its branches; the end of each leads to what follows the step, or to the part that is done in any case."""
        own, filled = self._id(element), [branch for branch in branches if branch[2]]
        closing = next((inner[0] for name, _, inner in filled if name == "Finally"), None)
        onward = [Onward(self._id(inner[0]), name, on_error) for name, on_error, inner in filled if name != "Finally"]
        otherwise = {"If": "Else", "Switch": "Default"}.get(local_name(element))
        if otherwise and all(name != otherwise for name, _, _ in filled):
            onward.append(Onward(after, otherwise))
        self._write(element, within, tuple(onward))
        for name, _, inner in filled:
            self.run(inner, own, after if closing is None or name == "Finally" else self._id(closing))

    def _flowchart(self, chart: etree._Element, own: str) -> None:
        """Its nodes from the start on, then those that nothing leads to."""
        nodes = [each for each in chart.iter(*(f"{{{_WF}}}{name}" for name in _NODES)) if _chart_of(each) is chart]
        start = self._target(chart, "StartNode")
        for node in sorted(nodes, key=lambda node: node is not start):
            ways = list(self._ways(node))
            onward = tuple(Onward(self._entry(target), when) for when, target in ways) or (Onward(""),)
            if local_name(node) != "FlowStep":
                self._write(node, own, onward)
            elif inner := _tops(node, but=_NODES):
                self.run(inner, own, onward[0].to)

    def _ways(self, node: etree._Element) -> Iterator[tuple[str, etree._Element | None]]:
        """Name and node of every way out of a flowchart's node."""
        if local_name(node) == "FlowStep":
            if (following := self._target(node, "Next")) is not None:
                yield "", following
        elif local_name(node) == "FlowDecision":
            for way in ("True", "False"):
                yield node.get(f"{way}Label") or way, self._target(node, way)
        else:
            for child in node.iterchildren(etree.Element):
                if "." not in local_name(child) and (case := child.get(f"{{{_X}}}Key")):
                    yield case, self._referred(child)
            yield "Default", self._target(node, "Default")

    def _target(self, node: etree._Element, property_: str) -> etree._Element | None:
        """What a property holds or refers to: a child element, or ``{x:Reference __ReferenceID0}`` in an attribute."""
        if found := re.match(r"^\{x:Reference (?:Name=)?([^}\s]+)\}$", (node.get(property_) or "").strip()):
            return self._named.get(found.group(1))
        holder = next((child for child in node.iterchildren(etree.Element) if local_name(child) == f"{local_name(node)}.{property_}"), None)
        inner = next(holder.iterchildren(etree.Element), None) if holder is not None else None
        return None if inner is None else self._referred(inner)

    def _referred(self, element: etree._Element) -> etree._Element | None:
        if local_name(element) == "Reference":
            return self._named.get((element.text or element.get("Name") or "").strip())
        return element if local_name(element) in _NODES else None

    def _entry(self, node: etree._Element | None) -> str:
        """The step by which a node is entered; one without an activity passes on to the next."""
        seen = set()
        while node is not None and node not in seen and local_name(node) == "FlowStep":
            if inner := _tops(node, but=_NODES):
                return self._id(inner[0])
            seen.add(node)
            node = self._target(node, "Next")
        return self._id(node) if node is not None and local_name(node) in _NODES else ""

    def _write(self, element: etree._Element, within: str, onward: tuple[Onward, ...]) -> None:
        name = local_name(element)
        kind = _kind(name)
        language = _language(element, name) if kind == "code" else ""
        title = " ".join((element.get("DisplayName") or _called(element, name)).split()) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        action = f"OpenRPA {name}" if "OpenRPA" in namespace(element) else name
        self.steps.append(Step(self._id(element), title[:200], kind, action, kind == "human", self._part, within, language, onward))

    def _id(self, element: etree._Element) -> str:
        """What the designer wrote, once in a workflow; else the number of the step."""
        if element not in self._ids:
            given = _id_ref(element)
            own = given if given and given not in self._taken else f"{given or self._part}#{len(self._ids)}"
            self._taken.add(own)
            self._ids[element] = own
        return self._ids[element]


def _id_ref(element: etree._Element) -> str:
    given = next((str(value) for key, value in element.attrib.items() if str(key).endswith("WorkflowViewState.IdRef")), "")
    inner = (child.text or "" for child in element.iterchildren(etree.Element) if local_name(child) == "WorkflowViewState.IdRef")
    return given or next(inner, "").strip()


def _called(element: etree._Element, name: str) -> str:
    """What a call without a title runs; nothing where an expression says it."""
    written = (element.get("workflow") or "").strip('[]" ') if name in _CALLS else ""
    return (
        f"Run workflow: {written.replace(chr(92), '/').rpartition('/')[2]}" if written and "(" not in written and "{" not in written else ""
    )


def _kind(name: str) -> str:
    if name in _HUMAN:
        return "human"
    if name in _RAISES:
        return "exception"
    if name in _CODE:
        return "code"
    if name in _CALLS:
        return "call"
    if name == "Detector":
        return "event"
    return "decision" if name in _DECISIONS else "group" if name in _GROUPS else "action"


def _language(element: etree._Element, name: str) -> str:
    written = (element.get("Language") or "").strip('[]" ').casefold()
    return _CODE[name] or _LANGUAGES.get(written, "" if written.startswith("{") else written)


def _is_step(element: etree._Element) -> bool:
    name, space = local_name(element), namespace(element)
    if "." in name or name in _NO_STEPS or space == _X or (space.startswith("clr-namespace:System.") and "System.Activities" not in space):
        return False
    if space == _WF and name in (*_DECISIONS, *_GROUPS, *_RAISES, *_PLAIN):
        return True
    return bool(_id_ref(element)) or element.get("DisplayName") is not None or ("assembly=OpenRPA" in space and ".Activities" in space)


def _tops(element: etree._Element, but: tuple[str, ...] = ()) -> list[etree._Element]:
    """The steps in ``element`` that no other step of it surrounds, without what lies in elements called as in ``but``."""
    found: list[etree._Element] = []
    later: list[etree._Element] = []
    waiting = list(element.iterchildren(etree.Element, reversed=True))
    while waiting:
        each = waiting.pop()
        name = local_name(each)
        if name in but or name == "CommentOut" or name.endswith(_LEFT_OUT):
            continue
        if name.endswith(".LoopAction"):  # what leads to the next page, written before what is done on each
            later += _tops(each, but)
        elif _is_step(each):
            found.append(each)
        else:
            waiting += each.iterchildren(etree.Element, reversed=True)
    return found + later


def _chart_of(node: etree._Element) -> etree._Element | None:
    """The flowchart a node belongs to; nodes lie in one another, and flowcharts in activities of nodes."""
    return next((above for above in node.iterancestors() if local_name(above) == "Flowchart"), None)


def _choices(element: etree._Element, kind: str) -> Iterator[_Branch]:
    """The branches of a decision by the names the designer gives them; each of what runs side by side is one."""
    for child in element.iterchildren(etree.Element):
        name = local_name(child)
        if name == f"{kind}.Condition" or name.endswith(_LEFT_OUT):
            continue
        if "." in name:
            yield name.partition(".")[2], False, _tops(child)
        else:
            yield child.get(f"{{{_X}}}Key") or "", False, [child] if _is_step(child) else _tops(child)


def _attempts(element: etree._Element) -> Iterator[_Branch]:
    """What is tried, what is done for each kind of exception, and what is done in any case."""
    for part in ("Try", "Catches", "Finally"):
        for child in element.iterchildren(etree.Element):
            if local_name(child) != f"TryCatch.{part}":
                continue
            if part != "Catches":
                yield ("Finally" if part == "Finally" else "", False, _tops(child))
                continue
            for handler in child.iterchildren(etree.Element):
                kind = (handler.get(f"{{{_X}}}TypeArguments") or "").rpartition(":")[2]
                yield kind.rpartition(".")[2], True, _tops(handler)
