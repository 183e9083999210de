"""What the activities of OpenRPA are: which are steps, of which kind, what they are called, in which language."""

from __future__ import annotations

import re

from lxml import etree

from registry.formats.activities_walk import Dialect, X, id_ref
from registry.formats.model import Step
from registry.formats.xml import local_name, namespace

_WF = "http://schemas.microsoft.com/netfx/2009/xaml/activities"
_NO_STEPS = frozenset(
    ["Activity", "ActivityAction", "ActivityFunc", "ActivityBody", "Catch", "Literal", "VisualBasicValue", "VisualBasicReference", "CSharpValue",
     "CSharpReference", "ArgumentValue", "ArgumentReference", "VariableValue", "VariableReference", "LambdaValue", "Variable", "InArgument",
     "OutArgument", "InOutArgument", "DelegateInArgument", "DelegateOutArgument", "ViewStateManager", "ViewStateData", "FlowStep",
     "PickBranch", "Transition", "TextExpression", "AssemblyReference", "NMElement"]
)  # fmt: skip
_DECISIONS = frozenset(["If", "Switch", "FlowDecision", "FlowSwitch", "Pick"])
_GROUPS = frozenset(
    ["Sequence", "Flowchart", "StateMachine", "State", "TryCatch", "Parallel", "ForEach", "ParallelForEach", "While", "DoWhile", "ForEachDataRow",
     "ForEachOf", "BreakableWhile", "BreakableDoWhile", "GetElement", "DatabaseScope", "RetryScope", "TransactionScope"]
)  # fmt: skip
_PLAIN = frozenset(["Assign", "Delay", "WriteLine", "InvokeMethod", "AddToCollection", "RemoveFromCollection", "ClearCollection"])
_CALLS = frozenset(["InvokeOpenRPA", "InvokeRemoteOpenRPA", "InvokeOpenFlow"])
_HUMAN = frozenset(["InvokeForm", "InvokeHTMLForm", "Form", "InvokeAdaptiveForm", "ShowDialog", "InputBox", "MessageBoxQuestion"])
_RAISES = frozenset(["Throw", "Rethrow", "TerminateWorkflow", "ThrowBusinessRuleException"])
_CODE = {"InvokeCode": "", "ExecuteScript": "javascript", "ExecuteAHKScript": "autohotkey", "ExecuteFunction": "autohotkey", "ExecuteNonQuery": "sql",
         "ExecuteQuery": "sql", "ExecuteScalar": "sql"}  # fmt: skip
_LANGUAGES = {"vb": "vbnet", "c#": "csharp", "powershell": "powershell", "python": "python", "autohotkey": "autohotkey"}


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
    if "." in name or name in _NO_STEPS or space == X or (space.startswith("clr-namespace:System.") and "System.Activities" not in space):
        return False
    if space == _WF and name in (*_DECISIONS, *_GROUPS, *_RAISES, *_PLAIN):
        return True
    return bool(id_ref(element)) or element.get("DisplayName") is not None or ("assembly=OpenRPA" in space and ".Activities" in space)


def _told(element: etree._Element) -> Step:
    name = local_name(element)
    kind = _kind(name)
    language = _language(element, name) if kind == "code" else ""
    title = " ".join((element.get("DisplayName") or _called(element, name)).split()) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    action = f"OpenRPA {name}" if "OpenRPA" in namespace(element) else name
    return Step("", title[:200], kind, action, kind == "human", language=language)


DIALECT = Dialect(
    _is_step,
    _told,
    branching={"If": "Else", "Switch": "Default", "Parallel": "", "Pick": ""},
    raising=_RAISES,
    left_out=frozenset({"CommentOut"}),
)
