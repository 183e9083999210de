"""Workflows of Windows Workflow Foundation as UiPath Studio saves them: arguments, activities, selectors, and what a taker must set."""

from __future__ import annotations

import html
import ntpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from registry.errors import Unreadable
from registry.formats.activities_walk import X, steps_of
from registry.formats.arguments import Argument
from registry.formats.artefact import Artefact
from registry.formats.collected import Collected
from registry.formats.fragments import addresses_in, host_of, hosts_in, ordered, paths_in
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Reach, Step
from registry.formats.uipath.activities import DIALECT, attributes_of
from registry.formats.xml import local_name, parse_xml

MAX_STEPS = 5_000
_SAP = "http://schemas.microsoft.com/netfx/2010/xaml/activities/presentation"
_SELECTORS = ("Selector", "FullSelectorArgument", "ScopeSelectorArgument", "FuzzySelectorArgument", "ScopeSelector")
_APP = re.compile(r"\bapp\s*=\s*(?:'([^']*)'|\"([^\"]*)\")", re.IGNORECASE)
_SHARED = "http://schemas.uipath.com/workflow/activities"
_PACKAGE = re.compile(r"UiPath\.[\w.]*Activities[\w.]*")
_BROWSERS = {"ie": "iexplore.exe", "chrome": "chrome.exe", "edge": "msedge.exe", "firefox": "firefox.exe"}
_STARTING = ("FileName", "FilePath", "ApplicationPath")
_URL_ATTRIBUTES = (
    "Url",
    "URL",
    "BrowserURL",
    "BrowserUrl",
    "TargetUrl",
    "EndPoint",
    "Endpoint",
    "BaseUrl",
    "RequestUrl",
    "SiteUrl",
    "ServerUrl",
)
_ASSETS = {"GetRobotAsset": ("AssetName",), "GetAsset": ("AssetName",), "SetAsset": ("AssetName",), "OrchestratorAsset": ("AssetName",)}
_CREDENTIALS = {
    "GetRobotCredential": ("AssetName", "CredentialName"),
    "GetCredential": ("AssetName", "CredentialName"),
    "SetCredential": ("CredentialName", "AssetName"),
    "GetSecureCredential": ("Target", "CredentialName"),
    "OrchestratorCredential": ("AssetName",),
}
_QUEUES = dict.fromkeys(
    ("AddQueueItem", "AddTransactionItem", "GetQueueItem", "GetQueueItems", "BulkAddQueueItems", "WaitQueueItem"),
    ("QueueType", "QueueName"),
)


@dataclass
class Workflow(Collected):
    """What the files of a project say together."""

    called: list[str | None] = field(default_factory=list)
    assemblies: list[str | None] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    entry_points: dict[str, EntryPoint] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)

    @property
    def reach(self) -> Reach:
        """Programs from selectors and hosts from addresses; both are target applications, hosts in other texts are not."""
        text = "\n".join(self.texts)
        applications = ordered([*self.applications, *self.hosts])
        return Reach(applications, ordered([*self.hosts, *hosts_in(text)]), paths_in(text), addresses_in(text))

    @property
    def notes(self) -> tuple[Note, ...]:
        notes = [Note("xaml_damaged", f"{name} cannot be read and is left out.") for name in self.damaged[:20]]
        if len(self.steps) > MAX_STEPS:
            notes.append(Note("steps_cut", f"There are {len(self.steps)} activities; the first {MAX_STEPS} are shown."))
        return tuple(notes)


def inspect_single(artefact: Artefact) -> Inspection:
    """One workflow by itself: its name is its class, its dependencies the UiPath assemblies it names."""
    read = Workflow()
    name = (artefact.root.get(f"{{{X}}}Class") or "").rsplit(".", 1)[-1] or None
    read_workflow(read, artefact.filename, artefact.root)
    return Inspection(
        platform="uipath",
        kind="uipath-xaml",
        name=name,
        entry_points=tuple(read.entry_points.values()),
        dependencies=tuple(Dependency("nuget", package) for package in ordered(read.assemblies)),
        reach=read.reach,
        to_set=read.to_set,
        steps=tuple(read.steps[:MAX_STEPS]),
        notes=read.notes,
    )


def read_files(read: Workflow, files: Iterable[tuple[str, bytes]]) -> None:
    """Add every workflow of ``files`` (path, bytes); one that cannot be read is noted."""
    for name, data in files:
        try:
            root = parse_xml(data, name)
        except Unreadable as error:
            if error.code == "xml_dtd":
                raise
            read.damaged.append(name)
            continue
        read_workflow(read, name, root)


def read_workflow(read: Workflow, path: str, root: etree._Element) -> None:
    """Add one workflow: arguments, activities in document order, selectors, settings."""
    arguments = tuple(_arguments(root))
    read.entry_points[path] = EntryPoint(
        path,
        inputs=tuple(argument for direction, argument in arguments if direction in ("In", "InOut")),
        outputs=tuple(argument for direction, argument in arguments if direction in ("Out", "InOut")),
        description=(root.get(f"{{{_SAP}}}Annotation.AnnotationText") or "")[:500],
    )
    read.assemblies += _assemblies(root)
    read.steps += steps_of(path, root, DIALECT)
    for element in root.iter(etree.Element):
        name = local_name(element)
        if "." not in name:
            _activity(read, name, element)
        elif name.endswith((".AssetName", ".CredentialName", ".QueueType", ".QueueName")):
            _setting_element(read, name, element)


def _activity(read: Workflow, name: str, element: etree._Element) -> None:
    attributes = attributes_of(element)
    for key in _SELECTORS:
        read.applications += _applications(attributes.get(key, ""))
    read.applications.append(_BROWSERS.get(_literal(attributes.get("BrowserType", "")).strip("[]").rpartition(".")[2].lower()))
    read.applications += [_program(_literal(attributes[key])) for key in _STARTING if key in attributes]
    for key in _URL_ATTRIBUTES:
        read.hosts.append(host_of(_literal(attributes.get(key, ""))))
    for kinds, into in ((_ASSETS, read.assets), (_CREDENTIALS, read.credentials), (_QUEUES, read.queues)):
        into += [_setting(attributes[key]) for key in kinds.get(name, ()) if key in attributes]
    if name == "InvokeWorkflowFile":
        read.called.append(attributes.get("WorkflowFileName"))
    if attributes.get("ConnectionId") and not attributes["ConnectionId"].startswith("{"):
        read.connections.append(name)
    read.texts += [value for key, value in attributes.items() if "\\" in value or "@" in value or "://" in value if key not in _SELECTORS]
    if (
        element.text
        and ("://" in element.text or "\\" in element.text)
        and name in ("Literal", "InArgument", "String", "VisualBasicValue", "CSharpValue", "TextExpression")
    ):
        read.texts.append(element.text)


def _arguments(root: etree._Element) -> Iterator[tuple[str, Argument]]:
    """``<x:Property Name="in_Config" Type="InArgument(x:String)"/>`` as direction and argument."""
    for element in root.iter(f"{{{X}}}Property"):
        found = re.match(r"^(InOut|In|Out)Argument\((.*)\)$", element.get("Type") or "")
        if found:
            required = any(local_name(child) == "RequiredArgumentAttribute" for child in element.iter(etree.Element))
            note = element.get(f"{{{_SAP}}}Annotation.AnnotationText") or ""
            yield found.group(1), Argument(element.get("Name") or "", type_name(found.group(2)), required, note[:500])


def type_name(written: str) -> str:
    """A .NET type without prefixes and assemblies: ``scg:Dictionary(x:String, x:Object)`` is ``Dictionary<String, Object>``."""
    plain = re.sub(r"\b[A-Za-z_]\w*:", "", written).replace("(", "<").replace(")", ">")
    plain = re.sub(r",\s*(?:mscorlib|System[\w.]*|UiPath[\w.]*|Microsoft[\w.]*|netstandard)(?:,\s*\w+=[^,\]]*)*", "", plain)
    plain = re.sub(r"`\d+", "", plain).replace("[[", "<").replace("]]", ">").replace("],[", ", ").replace("[", "<").replace("<>", "[]")
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", plain).strip()


def _applications(selector: str) -> Iterator[str | None]:
    for quoted, double in _APP.findall(html.unescape(selector)):
        program = ntpath.basename((quoted or double).strip())
        if program and "*" not in program and "{{" not in program:
            yield program.lower()


def _program(path: str) -> str | None:
    """The program that a path leads to; None for other files and for what is put together when it runs."""
    return ntpath.basename(path).lower() if re.fullmatch(r"[^\"*|<>&+()\[\]]{1,300}\.exe", path, re.IGNORECASE) else None


def _setting(value: str) -> str | None:
    """The name a setting has, or the expression that gives it; ``{x:Null}`` and empty ones are nothing."""
    text = _literal(value)
    return None if not text or text == "{x:Null}" else text


def _setting_element(read: Workflow, name: str, element: etree._Element) -> None:
    """The same settings where Studio writes them as child elements."""
    kind, _, attribute = name.partition(".")
    text = " ".join("".join(str(part) for part in element.itertext()).split())
    value = text or next((child.get("Value") or "" for child in element.iter(etree.Element) if child.get("Value")), "")
    for kinds, into in ((_ASSETS, read.assets), (_CREDENTIALS, read.credentials), (_QUEUES, read.queues)):
        if attribute in kinds.get(kind, ()):
            into.append(_setting(value))


def _literal(value: str) -> str:
    """A literal written as an expression (``["Name"]``) as its text; any other expression as it is."""
    value = value.strip()
    found = re.match(r'^\[?"([^"]*)"\]?$', value)
    return found.group(1) if found else value


def _assemblies(root: etree._Element) -> Iterator[str]:
    """Packages named by namespace declarations anywhere (``clr-namespace:...;assembly=UiPath.Excel.Activities``).

    Several packages share the address ``http://schemas.uipath.com/workflow/activities``; then the list of assemblies tells which.
    """
    declared = dict.fromkeys(str(uri) for _, (_, uri) in etree.iterwalk(root, events=("start-ns",)))
    names = [uri.partition("assembly=")[2] for uri in declared]
    if _SHARED in declared:
        names += [(element.text or "").strip() for element in root.iter(etree.Element) if local_name(element) == "AssemblyReference"]
    for name in names:
        if (found := _PACKAGE.match(name)) and not name.endswith(".Design"):
            yield found.group()
