"""What the activities of Windows Workflow and UiPath are: which are steps, of which kind, whose work, in which language."""

from __future__ import annotations

import re

from lxml import etree

from registry.formats.activities_walk import Dialect, X
from registry.formats.model import Step
from registry.formats.xml import local_name, namespace

_UIPATH = "http://schemas.uipath.com/workflow/activities"
_DECISIONS = frozenset(
    {"If", "IfElse", "IfElseIf", "IfElseIfV2", "FlowDecision", "Switch", "FlowSwitch", "ElementExists", "NCheckState", "PickBranch"}
)
_CALLS = frozenset({"InvokeWorkflowFile", "InvokeProcess", "RunJob", "InvokeWorkflowInteractive", "StartJob"})
_EXCEPTIONS = frozenset({"TryCatch", "Throw", "Rethrow", "TerminateWorkflow", "GlobalExceptionHandler"})
_LANGUAGES = {
    "InvokeCode": "vbnet",  # unless it says otherwise
    "InvokePowerShell": "powershell",
    "InvokePython": "python",
    "PythonScope": "python",
    "RunScript": "python",
    "InvokeVBA": "vba",
    "InvokeVBScript": "vbscript",
    "InjectJsScript": "javascript",
    "NInjectJsScript": "javascript",
    "ExecuteQuery": "sql",
    "ExecuteNonQuery": "sql",
    "ExecuteDatabaseQuery": "sql",
    "InvokeMethod": "",
    "StartProcess": "",
}
_CODE_LANGUAGES = {"csharp": "csharp", "vbnet": "vbnet", "vb": "vbnet"}
_GROUPS = frozenset(
    {
        "Sequence",
        "Flowchart",
        "StateMachine",
        "State",
        "ForEach",
        "ForEachRow",
        "While",
        "DoWhile",
        "RetryScope",
        "NApplicationCard",
        "BrowserScope",
        "WindowScope",
        "OpenBrowser",
        "Parallel",
        "ParallelForEach",
        "Pick",
        "ForEachFileX",
        "InterruptibleWhile",
        "InterruptibleDoWhile",
        "CommentOut",
    }
)
# Tasks in Action Center, forms, stations where somebody validates, dialogs that wait for an answer.
_HUMAN = re.compile(
    r"(?:Create|WaitFor|Assign|Forward)\w*(?:FormTask|ExternalTask|AppTask|UserTask|UserAction|UserInput|ValidationAction|ClassificationAction)"
    r"\w*|CreateTask|Present\w+Station|InputDialog|CustomInput|CallForm|ShowForm|FormActivity|BrowseFor(?:File|Folder)|SelectFile|SelectFolder"
)
_PLUMBING = frozenset(
    {
        "Collection",
        "List",
        "Dictionary",
        "Activity",
        "Members",
        "Property",
        "ViewStateManager",
        "ViewStateData",
        "ActivityAction",
        "ActivityFunc",
        "DelegateInArgument",
        "Variable",
        "Literal",
        "TextExpression",
        "ArgumentsBridge",
        "TargetAnchorable",
        "Target",
        "FlowStep",
        "Catch",
        "Transition",
        "IfElseIfBlock",
        "ImageTarget",
        "CursorPosition",
        "Argument",
        "TargetApp",
        "VerifyExecutionOptions",
        "ActivityBody",
        "CSharpValue",
        "CSharpReference",
        "VisualBasicValue",
        "VisualBasicReference",
    }
)


def attributes_of(element: etree._Element) -> dict[str, str]:
    """The element's attributes without their namespaces."""
    return {str(key).rsplit("}", 1)[-1]: str(value) for key, value in element.attrib.items()}


def is_step(element: etree._Element) -> bool:
    """Whether the editor shows the element as a step: an activity, and nothing that only holds its parts."""
    name, space = local_name(element), namespace(element)
    if "." in name or name in _PLUMBING or element.getparent() is None or space == X or space.startswith("clr-namespace:System"):
        return False
    if space.startswith(_UIPATH):
        return True
    return any(str(key).rpartition("}")[2] in ("DisplayName", "WorkflowViewState.IdRef") for key in element.attrib)


def kind_of(name: str, attributes: dict[str, str]) -> str:
    """The kind of step that an activity is, by its name; ``human`` for a person's decision or work."""
    if _HUMAN.fullmatch(name) or (name == "MessageBox" and _asks(attributes)):
        return "human"
    for kind, names in (("decision", _DECISIONS), ("call", _CALLS), ("code", _LANGUAGES), ("group", _GROUPS), ("exception", _EXCEPTIONS)):
        if name in names:
            return kind
    return "action"


def _asks(attributes: dict[str, str]) -> bool:
    """A message box with more than one button waits for a choice; with one it only tells something."""
    return attributes.get("Buttons", "Ok").lower() not in ("ok", "{x:null}", "")


def language_of(name: str, attributes: dict[str, str]) -> str:
    """The language of a code activity, or an empty string."""
    if name == "InvokeCode":
        return _CODE_LANGUAGES.get(attributes.get("Language", "").lower(), "vbnet")
    return _LANGUAGES.get(name, "")


def action_of(name: str, element: etree._Element) -> str:
    """The activity by its own name."""
    return f"UiPath {name}" if namespace(element).startswith(_UIPATH) else name


def shown_name(name: str, attributes: dict[str, str]) -> str:
    """What the editor calls the activity; of a call also what is called, where that is written out."""
    shown = " ".join((attributes.get("DisplayName") or name).split())
    called = (attributes.get("WorkflowFileName") or attributes.get("ProcessName") or "").replace("\\", "/")
    if name not in _CALLS or not called or called.startswith(("[", "{")) or called in shown:
        return shown
    return f"{shown}: {called}"


def _told(element: etree._Element) -> Step:
    name, attributes = local_name(element), attributes_of(element)
    kind = kind_of(name, attributes)
    language = language_of(name, attributes)
    return Step("", shown_name(name, attributes), kind, action_of(name, element), kind == "human", language=language)


DIALECT = Dialect(
    is_step,
    _told,
    branching={"If": "Else", "IfElse": "Else", "IfElseIf": "Else", "IfElseIfV2": "Else", "Switch": "Default"}
    | dict.fromkeys(("NCheckState", "Parallel", "Pick"), ""),
    raising=frozenset({"Throw", "Rethrow", "TerminateWorkflow"}),
)
