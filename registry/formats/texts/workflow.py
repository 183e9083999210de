"""Texts of workflows as UiPath Studio and other editors of Windows Workflow save them, with the activity they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from registry.formats.texts import expressions, pieces
from registry.formats.texts.model import Fact, Fragment
from registry.formats.xml import local_name

ROOTS = (
    "{http://schemas.microsoft.com/netfx/2009/xaml/activities}Activity",
    "{http://schemas.microsoft.com/netfx/2009/xaml/activities}ActivityBuilder",
)
# What only the editor reads: sizes, positions, namespaces.
_LAYOUT = re.compile(r"HintSize|IdRef$|ViewState|^Ignorable$|TypeArguments$|^TextExpression\.|^Guid$|^Version$|^ContentHash$")
_PRUNED = frozenset(
    {"TextExpression.NamespacesForImplementation", "TextExpression.ReferencesForImplementation", "WorkflowViewStateService.ViewState"}
)
_EXPRESSIONS = frozenset({"CSharpValue", "VisualBasicValue", "CSharpReference", "VisualBasicReference"})
_WRAPPERS = frozenset({"InArgument", "OutArgument", "InOutArgument", "Literal", "String", "Collection", "Dictionary", *_EXPRESSIONS})
_SCRIPTS = {
    "InvokeCode": "vb",
    "InvokePowerShell": "powershell",
    "InvokePython": "python",
    "InvokeVBScript": "vbscript",
    "InvokeVBA": "vba",
}
_LANGUAGES = {
    "csharp": "c#",
    "c#": "c#",
    "python": "python",
    "powershell": "powershell",
    "autohotkey": "autohotkey",
    "vb": "vb",
    "vbnet": "vb",
}
_SCRIPT_FIELDS = frozenset({"Code", "CommandText", "Script", "Input"})
_COMMANDS = frozenset({"StartProcess", "InvokePowerShell", "InvokeVBScript", "ExecuteScript", "InvokeCom"})
_VALUES = frozenset({"Value", "Default", "Text", "Expression", "To"})


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where the walk is: the nearest activity with a name, the property being given, and the name its author gave the value."""

    activity: str = ""
    kind: str = ""
    field: str = ""
    name: str = ""
    pruned: bool = False
    language: str = ""  # of an activity that runs code


def read(root: etree._Element, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """Attributes and texts of every activity."""
    scopes = [_Scope()]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            scopes.pop()
            continue
        scope = _entered(scopes[-1], element)
        scopes.append(scope)
        if not scope.pruned:
            yield from _texts(element, scope, at, inside)
            yield from _facts(element, scope, at)


def _entered(scope: _Scope, element: etree._Element) -> _Scope:
    tag = local_name(element)
    if scope.pruned or tag in _PRUNED:
        return replace(scope, pruned=True)
    _, _, property_ = tag.partition(".")
    if property_:
        return replace(scope, field=property_, name=scope.name if property_ in _VALUES else "")
    if tag in _WRAPPERS:
        key = element.get("{http://schemas.microsoft.com/winfx/2006/xaml}Key") or ""
        return replace(scope, name=key or scope.name)
    shown = element.get("DisplayName") or element.get("Name") or ""
    name = _assigned(element) if tag in ("Assign", "MultipleAssign", "AssignOperation") else element.get("Name") or ""
    return _Scope(activity=shown or scope.activity or tag, kind=tag, name=name, language=_language(element, tag))


def _language(element: etree._Element, tag: str) -> str:
    """What the activity says of its code, or what it is for."""
    if tag not in _SCRIPTS:
        return ""
    return _LANGUAGES.get((element.get("Language") or "").strip('[]" ').casefold(), _SCRIPTS[tag])


def _assigned(element: etree._Element) -> str:
    """The variable that an assignment sets."""
    to = next((child for child in element if local_name(child).endswith(".To")), None)
    written = "".join(str(part) for part in to.itertext()) if to is not None else element.get("To") or ""
    return written.strip(" \r\n\t[]")[:80]


def _texts(element: etree._Element, scope: _Scope, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    tag = local_name(element)
    for key, written in element.attrib.items():
        field = str(key).rsplit("}", 1)[-1]
        if not _LAYOUT.search(field) and field not in ("DisplayName", "Name", "Class", "Key"):
            yield from _value(str(written), scope, field, at, inside, is_code=field == "ExpressionText")
    if element.text and element.text.strip():
        yield from _value(element.text.strip(), scope, scope.field or tag, at, inside, is_code=tag in _EXPRESSIONS)


def _value(written: str, scope: _Scope, field: str, at: Fragment, inside: pieces.Inside, *, is_code: bool) -> Iterator[Fragment | Fact]:
    text, form = expressions.of_code(written) if is_code else expressions.of_workflow(written)
    if not text:
        return
    inner = field.rsplit(".", 1)[-1]
    name = scope.name if scope.name and (inner in (*_VALUES, scope.field, "ExpressionText")) else inner
    if inner in ("Value", "ExpressionText") and scope.field not in ("", *_VALUES):
        name = scope.name or scope.field
    language = scope.language if inner in _SCRIPT_FIELDS or scope.field in _SCRIPT_FIELDS else ""
    fragment = replace(
        at,
        text=text,
        inside=(*at.inside, f"activity “{scope.activity}”") if scope.activity else at.inside,
        field=scope.field if inner in ("Value", "ExpressionText") and scope.field else inner,
        name=name,
        form="code" if language else form,
        language=language,
    )
    yield from pieces.value(fragment, inside) if form == "literal" else pieces.text(fragment)


def _facts(element: etree._Element, scope: _Scope, at: Fragment) -> Iterator[Fact]:
    tag = local_name(element)
    where = replace(at, inside=(*at.inside, f"activity “{scope.activity}”")).place
    if tag in _COMMANDS:
        yield Fact("command", where, tag)
    if tag in _SCRIPTS:
        yield Fact("code", where, scope.language)
