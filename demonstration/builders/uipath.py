"""Writes UiPath packages as Studio packs them: nuspec, project.json and workflows in XAML, without compiled assemblies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from demonstration.builders.packing import child, guid, xml_bytes, zipped

STUDIO_VERSION = "24.10.1.0"
FRAMEWORK = "net6.0-windows7.0"
_ACTIVITIES = "http://schemas.microsoft.com/netfx/2009/xaml/activities"
_X = "http://schemas.microsoft.com/winfx/2006/xaml"
_UI = "http://schemas.uipath.com/workflow/activities"
_PERSISTENCE = "clr-namespace:UiPath.Persistence.Activities.FormTask;assembly=UiPath.Persistence.Activities"
_PRESENTATION = "http://schemas.microsoft.com/netfx/2010/xaml/activities/presentation"
_NUSPEC = "http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"
_XAML_TYPES = {
    "String": "x:String", "Int32": "x:Int32", "Boolean": "x:Boolean", "DataTable": "sd:DataTable", "QueueItem": "ui:QueueItem",
    "SecureString": "ss:SecureString", "FormTaskData": "upaf:FormTaskData",
}  # fmt: skip
_CLR_TYPES = {
    "String": "System.String, System.Private.CoreLib, Version=6.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e",
    "Int32": "System.Int32, System.Private.CoreLib, Version=6.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e",
    "Boolean": "System.Boolean, System.Private.CoreLib, Version=6.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e",
    "DataTable": "System.Data.DataTable, System.Data.Common, Version=6.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a",
}
_NAMESPACES = {
    None: _ACTIVITIES,
    "sap2010": _PRESENTATION,
    "sd": "clr-namespace:System.Data;assembly=System.Data.Common",
    "ss": "clr-namespace:System.Security;assembly=System.Private.CoreLib",
    "ui": _UI,
    "upaf": _PERSISTENCE,
    "x": _X,
}


@dataclass(frozen=True)
class Argument:
    """An argument of a workflow: ``direction`` is ``In`` or ``Out``, ``type`` one of ``String Int32 Boolean DataTable``."""

    name: str
    type: str = "String"
    direction: str = "In"
    required: bool = False
    tooltip: str = ""


@dataclass(frozen=True)
class Activity:
    """One activity: its tag in Clark notation, plain properties, arguments written as elements, and activities inside."""

    tag: str
    title: str
    properties: Mapping[str, str] = field(default_factory=dict)
    values: tuple[tuple[str, str, str, str], ...] = ()  # property, direction, type, expression; ``Property[key]`` for a dictionary
    bodies: tuple[tuple[str, tuple[Activity, ...]], ...] = ()  # property ("Body", "Then", "Else", or "" for plain content) and activities
    selector: str = ""


@dataclass(frozen=True)
class Workflow:
    """One XAML file; ``public`` ones are a library's activities."""

    path: str
    title: str
    steps: tuple[Activity, ...]
    arguments: tuple[Argument, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)  # name to type
    public: bool = True
    namespaces: Mapping[str, str] = field(default_factory=dict)  # prefix to the library whose activities are used


@dataclass(frozen=True)
class Package:
    """A NuGet package of workflows; ``output`` is ``Process`` or ``Library``."""

    id: str
    version: str
    description: str
    authors: str
    workflows: tuple[Workflow, ...]
    dependencies: Mapping[str, str]
    licence: str = ""
    output: str = "Process"
    entry_points: tuple[str, ...] = ("Main.xaml",)
    attended: bool = False


def credential(title: str, asset: str, user: str, secret: str) -> Activity:
    """Get Credential: the asset's user name and password into variables."""
    return Activity(f"{{{_UI}}}GetRobotCredential", title, {"AssetName": asset, "Username": f"[{user}]", "Password": f"[{secret}]"})


def asset(title: str, name: str, into: str, kind: str = "String") -> Activity:
    """Get Asset."""
    return Activity(f"{{{_UI}}}GetRobotAsset", title, {"AssetName": name}, (("Value", "Out", kind, into),))


def get_item(title: str, queue: str, into: str) -> Activity:
    """Get Transaction Item."""
    return Activity(f"{{{_UI}}}GetQueueItem", title, {"QueueType": queue, "TransactionItem": f"[{into}]"})


def add_item(title: str, queue: str, content: Mapping[str, str], priority: str = "Normal") -> Activity:
    """Add Queue Item with ``content`` (key to expression)."""
    values = tuple((f"ItemInformation[{key}]", "In", "String", expression) for key, expression in content.items())
    return Activity(f"{{{_UI}}}AddQueueItem", title, {"QueueType": queue, "Priority": priority}, values)


def set_status(title: str, item: str, status: str, reason: str = "") -> Activity:
    """Set Transaction Status to ``Successful`` or ``Failed``."""
    properties = {"TransactionItem": f"[{item}]", "Status": status}
    if status == "Failed":
        properties |= {"ErrorType": "Business", "Reason": reason}
    return Activity(f"{{{_UI}}}SetTransactionStatus", title, properties)


def invoke(title: str, path: str, inputs: Mapping[str, str], outputs: Mapping[str, str] | None = None) -> Activity:
    """Invoke Workflow File with text arguments."""
    values = [(f"Arguments[{name}]", "In", "String", expression) for name, expression in inputs.items()]
    values += [(f"Arguments[{name}]", "Out", "String", variable) for name, variable in (outputs or {}).items()]
    return Activity(f"{{{_UI}}}InvokeWorkflowFile", title, {"WorkflowFileName": path}, tuple(values))


def browser(title: str, url: str, *steps: Activity) -> Activity:
    """Open Browser: ``url`` is an expression in brackets, or plain text."""
    return Activity(f"{{{_UI}}}OpenBrowser", title, {"BrowserType": "Edge", "Url": url}, bodies=(("Body", steps),))


def window(title: str, selector: str, *steps: Activity) -> Activity:
    """Attach Window."""
    return Activity(f"{{{_UI}}}WindowScope", title, {"Selector": selector}, bodies=(("Body", steps),))


def click(title: str, selector: str) -> Activity:
    return Activity(f"{{{_UI}}}Click", title, {"ClickType": "CLICK_SINGLE"}, selector=selector)


def type_into(title: str, selector: str, expression: str) -> Activity:
    return Activity(f"{{{_UI}}}TypeInto", title, {"Text": f"[{expression}]", "EmptyField": "True"}, selector=selector)


def type_secret(title: str, selector: str, variable: str) -> Activity:
    return Activity(f"{{{_UI}}}TypeSecureText", title, {"SecureText": f"[{variable}]"}, selector=selector)


def sign_in(
    user: str, secret: str, *, web: bool, titles: tuple[str, str, str] = ("Enter user name", "Enter secret", "Press Sign in")
) -> tuple[Activity, ...]:
    """The three steps of signing in to a page (``web``) or a window, with variables that hold a credential."""
    if web:
        boxes = "<webctrl tag='INPUT' name='user' />", "<webctrl tag='INPUT' type='password' />", "<webctrl tag='BUTTON' id='sign-in' />"
    else:
        boxes = (
            "<ctrl name='User' role='editable text' />",
            "<ctrl name='Secret' role='editable text' />",
            "<ctrl name='Sign in' role='push button' />",
        )
    return type_into(titles[0], boxes[0], user), type_secret(titles[1], boxes[1], secret), click(titles[2], boxes[2])


def get_text(title: str, selector: str, into: str) -> Activity:
    return Activity(f"{{{_UI}}}GetValue", title, values=(("Value", "Out", "String", into),), selector=selector)


def when(title: str, condition: str, then: Iterable[Activity], otherwise: Iterable[Activity] = ()) -> Activity:
    """If: ``condition`` is a Visual Basic expression."""
    bodies = (("Then", tuple(then)), ("Else", tuple(otherwise)))
    return Activity(f"{{{_ACTIVITIES}}}If", title, {"Condition": f"[{condition}]"}, bodies=tuple(body for body in bodies if body[1]))


def assign(title: str, variable: str, expression: str) -> Activity:
    return Activity(f"{{{_ACTIVITIES}}}Assign", title, values=(("To", "Out", "String", variable), ("Value", "In", "String", expression)))


def log(title: str, message: str) -> Activity:
    """Log Message: ``message`` is an expression."""
    return Activity(f"{{{_UI}}}LogMessage", title, {"Level": "Info", "Message": f"[{message}]"})


def form_task(title: str, catalogue: str, into: str) -> tuple[Activity, Activity]:
    """A task for a person in Action Center, and the wait for the answer."""
    return (
        Activity(f"{{{_PERSISTENCE}}}CreateFormTask", title, {"TaskCatalog": catalogue, "TaskTitle": title, "TaskOutput": f"[{into}]"}),
        Activity(f"{{{_PERSISTENCE}}}WaitForFormTaskAndResume", f"Wait: {title}", {"TaskInput": f"[{into}]"}),
    )


def outlook_mail(title: str, to: str, subject: str) -> Activity:
    """Send Outlook Mail Message: ``to`` and ``subject`` are expressions."""
    return Activity(f"{{{_UI}}}SendOutlookMail", title, {"To": f"[{to}]", "Subject": f"[{subject}]"})


def library(title: str, package: str, activity: str, **arguments: str) -> Activity:
    """An activity of another package: its arguments as expressions."""
    return Activity(
        f"{{clr-namespace:{package};assembly={package}}}{activity}", title, {name: f"[{value}]" for name, value in arguments.items()}
    )


def package_file(package: Package) -> bytes:
    """A ``.nupkg``."""
    core = f"package/services/metadata/core-properties/{guid('uipath', package.id, package.version).replace('-', '')}.psmdcp"
    members: dict[str, bytes | str] = {"_rels/.rels": _relations(package, core), f"{package.id}.nuspec": _nuspec(package)}
    members["content/project.json"] = json.dumps(_project(package), indent=2)
    for workflow in package.workflows:
        members[f"content/{workflow.path}"] = _xaml(workflow)
        if package.output == "Library" and workflow.public:
            members[f"content/{workflow.path}.json"] = json.dumps(_activity_metadata(workflow), indent=2)
    members["[Content_Types].xml"] = _content_types()
    members[core] = _core_properties(package)
    return zipped(members)


def _tags(package: Package) -> str:
    return "VisualBasic VB UiPathStudioProcess" if package.output == "Process" else "VisualBasic VB UiPathActivities UiPathStudioLibrary"


def _nuspec(package: Package) -> bytes:
    root = etree.Element(f"{{{_NUSPEC}}}package", nsmap={None: _NUSPEC})  # type: ignore[dict-item]
    metadata = child(root, f"{{{_NUSPEC}}}metadata")
    for tag, text in (("id", package.id), ("version", package.version), ("title", package.id), ("authors", package.authors)):
        child(metadata, f"{{{_NUSPEC}}}{tag}", text)
    if package.licence:
        child(metadata, f"{{{_NUSPEC}}}license", package.licence, type="expression")
    child(metadata, f"{{{_NUSPEC}}}requireLicenseAcceptance", "false")
    child(metadata, f"{{{_NUSPEC}}}description", package.description)
    child(metadata, f"{{{_NUSPEC}}}tags", _tags(package))
    group = child(child(metadata, f"{{{_NUSPEC}}}dependencies"), f"{{{_NUSPEC}}}group", targetFramework=FRAMEWORK)
    for name, wanted in package.dependencies.items():
        child(group, f"{{{_NUSPEC}}}dependency", id=name, version=wanted)
    return xml_bytes(root, bom=True)


def _relations(package: Package, core: str) -> bytes:
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    root = etree.Element(f"{{{namespace}}}Relationships", nsmap={None: namespace})  # type: ignore[dict-item]
    for kind, target in (
        ("http://schemas.microsoft.com/packaging/2010/07/manifest", f"/{package.id}.nuspec"),
        (f"{namespace}/metadata/core-properties", f"/{core}"),
    ):
        child(root, f"{{{namespace}}}Relationship", Type=kind, Target=target, Id="R" + guid(target).replace("-", "")[:16].upper())
    return xml_bytes(root)


def _content_types() -> bytes:
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    root = etree.Element(f"{{{namespace}}}Types", nsmap={None: namespace})  # type: ignore[dict-item]
    for extension, kind in (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("psmdcp", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("json", "application/octet"),
        ("xaml", "application/octet"),
        ("nuspec", "application/octet"),
    ):
        child(root, f"{{{namespace}}}Default", Extension=extension, ContentType=kind)
    return xml_bytes(root)


def _core_properties(package: Package) -> bytes:
    namespace, dc = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties", "http://purl.org/dc/elements/1.1/"
    root = etree.Element(f"{{{namespace}}}coreProperties", nsmap={None: namespace, "dc": dc})  # type: ignore[dict-item]
    child(root, f"{{{dc}}}creator", package.authors)
    child(root, f"{{{dc}}}description", package.description)
    child(root, f"{{{dc}}}identifier", package.id)
    child(root, f"{{{namespace}}}version", package.version)
    child(root, f"{{{namespace}}}keywords", _tags(package))
    return xml_bytes(root)


def _project(package: Package) -> dict[str, Any]:
    by_path = {workflow.path: workflow for workflow in package.workflows}
    points = [_entry_point(package, by_path[path]) for path in package.entry_points]
    return {
        "name": package.id,
        "projectId": guid("uipath", package.id),
        "description": package.description,
        "main": package.entry_points[0],
        "dependencies": dict(package.dependencies),
        "webServices": [],
        "entitiesStores": [],
        "schemaVersion": "4.0",
        "studioVersion": STUDIO_VERSION,
        "projectVersion": package.version,
        "runtimeOptions": {
            "isAttended": package.attended,
            "requiresUserInteraction": True,
            "supportsPersistence": "UiPath.Persistence.Activities" in package.dependencies,
            "excludedLoggedData": ["Private:*", "*password*"],
            "executionType": "Workflow",
            "mustRestoreAllDependencies": True,
        },
        "designOptions": {
            "projectProfile": "Developement",  # so spelt by Studio
            "outputType": package.output,
            "libraryOptions": {
                "includeOriginalXaml": True,
                "privateWorkflows": [workflow.path for workflow in package.workflows if not workflow.public],
            },
            "processOptions": {"ignoredFiles": []},
            "fileInfoCollection": [],
        },
        "expressionLanguage": "VisualBasic",
        "entryPoints": points,
        "isTemplate": False,
        "targetFramework": "Windows",
    }


def _entry_point(package: Package, workflow: Workflow) -> dict[str, Any]:
    def listed(direction: str) -> list[dict[str, Any]]:
        return [
            {"name": argument.name, "type": _CLR_TYPES[argument.type], "required": argument.required, "hasDefault": not argument.required}
            for argument in workflow.arguments
            if argument.direction == direction
        ]

    return {
        "filePath": workflow.path,
        "uniqueId": guid("uipath", package.id, workflow.path),
        "input": listed("In"),
        "output": listed("Out"),
    }


def _activity_metadata(workflow: Workflow) -> dict[str, Any]:
    return {
        "DisplayName": workflow.title,
        "Tooltip": workflow.title,
        "HelpLink": None,
        "Arguments": [
            {
                "Name": argument.name,
                "DisplayName": argument.name.partition("_")[2] or argument.name,
                "Category": "Input" if argument.direction == "In" else "Output",
                "Tooltip": argument.tooltip,
                "IsRequired": argument.required,
            }
            for argument in workflow.arguments
        ],
    }


def _xaml(workflow: Workflow) -> bytes:
    name = workflow.path.removesuffix(".xaml").rpartition("/")[2]
    used = {prefix: f"clr-namespace:{package};assembly={package}" for prefix, package in workflow.namespaces.items()}
    root = etree.Element(f"{{{_ACTIVITIES}}}Activity", {f"{{{_X}}}Class": name}, nsmap={**_NAMESPACES, **used})  # type: ignore[dict-item]
    if workflow.arguments:
        members = child(root, f"{{{_X}}}Members")
        for argument in workflow.arguments:
            kind = f"{argument.direction}Argument({_XAML_TYPES[argument.type]})"
            child(members, f"{{{_X}}}Property", Name=argument.name, Type=kind)
    writer = _XamlWriter()
    sequence = writer.sequence(root, workflow.title, ())
    if workflow.variables:
        listed = etree.Element(f"{{{_ACTIVITIES}}}Sequence.Variables")
        for variable, kind in workflow.variables.items():
            child(listed, f"{{{_ACTIVITIES}}}Variable", Name=variable).set(f"{{{_X}}}TypeArguments", _XAML_TYPES[kind])
        sequence.insert(0, listed)
    writer.activities(sequence, workflow.steps)
    return xml_bytes(root)


class _XamlWriter:
    """Writes activities, numbering them as the designer does (``Click_1``, ``Click_2``)."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def sequence(self, parent: etree._Element, title: str, steps: tuple[Activity, ...]) -> etree._Element:
        sequence = self._element(parent, f"{{{_ACTIVITIES}}}Sequence", title)
        self.activities(sequence, steps)
        return sequence

    def activities(self, parent: etree._Element, steps: tuple[Activity, ...]) -> None:
        for step in steps:
            element = self._element(parent, step.tag, step.title)
            for name, value in step.properties.items():
                element.set(name, value)
            if step.selector:
                target = child(child(element, f"{step.tag}.Target"), f"{{{_UI}}}Target", Selector=step.selector)
                target.set("Id", guid("target", step.title, step.selector))
            self._values(element, step)
            for name, inside in step.bodies:
                self._body(element, step, name, inside)

    def _element(self, parent: etree._Element, tag: str, title: str) -> etree._Element:
        local = etree.QName(tag).localname
        self._counts[local] = self._counts.get(local, 0) + 1
        element = child(parent, tag, DisplayName=title)
        element.set(f"{{{_PRESENTATION}}}WorkflowViewState.IdRef", f"{local}_{self._counts[local]}")
        return element

    def _values(self, element: etree._Element, step: Activity) -> None:
        holders: dict[str, etree._Element] = {}
        for name, direction, kind, expression in step.values:
            holder, _, key = name.removesuffix("]").partition("[")
            if holder not in holders:
                holders[holder] = child(element, f"{step.tag}.{holder}")
            argument = child(holders[holder], f"{{{_ACTIVITIES}}}{direction}Argument", f"[{expression}]")
            argument.set(f"{{{_X}}}TypeArguments", _XAML_TYPES[kind])
            if key:
                argument.set(f"{{{_X}}}Key", key)

    def _body(self, element: etree._Element, step: Activity, name: str, inside: tuple[Activity, ...]) -> None:
        holder = child(element, f"{step.tag}.{name}")
        if name == "Body":
            action = child(holder, f"{{{_ACTIVITIES}}}ActivityAction")
            action.set(f"{{{_X}}}TypeArguments", "x:Object")
            argument = child(
                child(action, f"{{{_ACTIVITIES}}}ActivityAction.Argument"), f"{{{_ACTIVITIES}}}DelegateInArgument", Name="ContextTarget"
            )
            argument.set(f"{{{_X}}}TypeArguments", "x:Object")
            holder = action
        self.sequence(holder, "Do" if name == "Body" else name, inside)
