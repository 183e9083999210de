"""Writes Power Platform solutions with cloud flows, desktop flows, connection references and environment variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from demonstration.builders.packing import child, guid, xml_bytes, zipped

_SCHEMA = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LANGUAGES = {"en-GB": "1033", "da": "1030"}
_ENVIRONMENT_TEXT = "100000000"  # the platform's number for a text variable


@dataclass(frozen=True)
class Variable:
    """An environment variable by schema name; ``default`` may be empty, so that the taker must set it."""

    name: str
    title: str
    description: str
    default: str = ""


@dataclass(frozen=True)
class Flow:
    """A cloud flow: its trigger, and actions in the order they run. Connections map connector (``shared_office365``) to reference."""

    name: str
    trigger: tuple[str, dict[str, Any]]
    actions: Mapping[str, dict[str, Any]]
    connections: Mapping[str, str]
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True)
class DesktopFlow:
    """A desktop flow: Robin text with typed inputs and outputs (name to ``string``, ``number`` or ``boolean``) and its modules."""

    name: str
    script: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    modules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Solution:
    """A solution; ``version`` has four parts; ``needs`` maps another solution's unique name and version to the component used."""

    name: str
    title: str
    description: str
    version: str
    publisher: str
    prefix: str
    flows: tuple[Flow, ...]
    desktop_flows: tuple[DesktopFlow, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    language: str = "en-GB"


def connector_action(connector: str, operation: str, **parameters: Any) -> dict[str, Any]:
    """An action of a connector, such as ``shared_approvals`` and ``StartAndWaitForAnApproval``."""
    host = {"connectionName": connector, "operationId": operation, "apiId": f"/providers/Microsoft.PowerApps/apis/{connector}"}
    return {
        "type": "OpenApiConnectionWebhook" if operation == "StartAndWaitForAnApproval" else "OpenApiConnection",
        "inputs": {"host": host, "parameters": parameters, "authentication": "@parameters('$authentication')"},
    }


def approval(title: str, assigned_to: str, details: str) -> dict[str, Any]:
    """Start and wait for an approval: a person decides."""
    return connector_action(
        "shared_approvals",
        "StartAndWaitForAnApproval",
        approvalType="Basic",
        **{
            "WebhookApprovalCreationInput/title": title,
            "WebhookApprovalCreationInput/assignedTo": assigned_to,
            "WebhookApprovalCreationInput/details": details,
        },
    )


def condition(expression: dict[str, Any], then: Mapping[str, dict[str, Any]], otherwise: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """A condition with actions on either side, each side in order."""
    return {"type": "If", "expression": expression, "actions": _chain(then), "else": {"actions": _chain(otherwise)}}


def run_desktop_flow(flow: str, inputs: Mapping[str, str]) -> dict[str, Any]:
    """Run a desktop flow of the same solution by its name."""
    parameters = {f"item/{name}": value for name, value in inputs.items()}
    return connector_action("shared_uiflow", "RunUIFlow_V2", uiFlowId=guid("flow", flow), runMode="unattended", **parameters)


def solution_file(solution: Solution) -> bytes:
    """An unmanaged solution zip."""
    members: dict[str, bytes | str] = {"solution.xml": _solution_xml(solution), "customizations.xml": _customizations(solution)}
    for flow in solution.flows:
        members[_json_name(flow.name)] = json.dumps(_cloud_flow(solution, flow), indent=2, ensure_ascii=False)
    for desktop in solution.desktop_flows:
        members[_json_name(desktop.name)] = json.dumps(_desktop_json(desktop), ensure_ascii=False)
        members |= _manifest(desktop)
    for variable in _variables(solution):
        folder = f"environmentvariabledefinitions/{variable.name}"
        members[f"{folder}/environmentvariabledefinition.xml"] = _variable_xml(solution, variable)
    members["[Content_Types].xml"] = _content_types()
    return zipped(members)


def _variables(solution: Solution) -> list[Variable]:
    return list({variable.name: variable for flow in solution.flows for variable in flow.variables}.values())


def _json_name(flow: str) -> str:
    plain = "".join(letter for letter in flow if letter.isascii() and letter.isalnum())
    return f"Workflows/{plain}-{guid('flow', flow).upper()}.json"


def _solution_xml(solution: Solution) -> bytes:
    language = _LANGUAGES[solution.language]
    root = etree.Element(
        "ImportExportXml", version="9.2.25012.140", SolutionPackageVersion="9.2", languagecode=language, generatedBy="CrmLive"
    )
    manifest = child(root, "SolutionManifest")
    child(manifest, "UniqueName", solution.name)
    child(child(manifest, "LocalizedNames"), "LocalizedName", description=solution.title, languagecode=language)
    child(child(manifest, "Descriptions"), "Description", description=solution.description, languagecode=language)
    child(manifest, "Version", solution.version)
    child(manifest, "Managed", "0")
    publisher = child(manifest, "Publisher")
    child(publisher, "UniqueName", solution.publisher.replace(" ", ""))
    child(child(publisher, "LocalizedNames"), "LocalizedName", description=solution.publisher, languagecode=language)
    child(publisher, "CustomizationPrefix", solution.prefix)
    components = child(manifest, "RootComponents")
    for name in [flow.name for flow in solution.flows] + [desktop.name for desktop in solution.desktop_flows]:
        child(components, "RootComponent", type="29", id=f"{{{guid('flow', name)}}}", behavior="0")
    for variable in _variables(solution):
        child(components, "RootComponent", type="380", schemaName=variable.name, behavior="0")
    missing = child(manifest, "MissingDependencies")
    for needed, component in solution.needs.items():
        dependency = child(missing, "MissingDependency")
        child(dependency, "Required", type="29", displayName=component, solution=needed)
        child(dependency, "Dependent", type="29", displayName=solution.flows[0].name, id=f"{{{guid('flow', solution.flows[0].name)}}}")
    return xml_bytes(root)


def _customizations(solution: Solution) -> bytes:
    root = etree.Element("ImportExportXml", nsmap={"xsi": _XSI})
    child(root, "Entities")
    child(root, "Roles")
    workflows = child(root, "Workflows")
    for flow in solution.flows:
        workflow = _workflow(workflows, solution, flow.name, "5")
        child(workflow, "PrimaryEntity", "none")
    for desktop in solution.desktop_flows:
        workflow = _workflow(workflows, solution, desktop.name, "6")
        _desktop_facts(workflow, desktop)
    references = child(root, "connectionreferences")
    used = {reference: connector for flow in solution.flows for connector, reference in flow.connections.items()}
    for reference, connector in used.items():
        element = child(references, "connectionreference", connectionreferencelogicalname=reference)
        child(element, "connectionreferencedisplayname", reference)
        child(element, "connectorid", f"/providers/Microsoft.PowerApps/apis/{connector}")
        child(element, "iscustomizable", "1")
    child(child(root, "Languages"), "Language", _LANGUAGES[solution.language])
    return xml_bytes(root)


def _workflow(parent: etree._Element, solution: Solution, name: str, category: str) -> etree._Element:
    workflow = child(parent, "Workflow", WorkflowId=f"{{{guid('flow', name)}}}", Name=name)
    child(workflow, "JsonFileName", f"/{_json_name(name)}")
    for tag, text in (("Type", "1"), ("Subprocess", "0"), ("Category", category), ("Mode", "0"), ("Scope", "4"), ("StateCode", "1")):
        child(workflow, tag, text)
    child(workflow, "IntroducedVersion", "1.0.0.0")
    names = child(workflow, "LocalizedNames")
    child(names, "LocalizedName", languagecode=_LANGUAGES[solution.language], description=name)
    return workflow


def _desktop_facts(workflow: etree._Element, desktop: DesktopFlow) -> None:
    metadata = {"clientversion": "2.52.62.25009", "isvalid": True, "$schema": _SCHEMA, "schemaVersion": "ROBIN_20211012"}
    binaries = [guid("flow", desktop.name, "manifest")]
    dependencies = {"childFlows": [], "workQueues": [], "environmentVariables": [], "requiredBinaries": binaries}
    child(workflow, "UIFlowType", "2")
    child(workflow, "Metadata", json.dumps(metadata))
    child(workflow, "Inputs", json.dumps({"schema": _arguments(desktop.inputs)}, ensure_ascii=False))
    child(workflow, "Outputs", json.dumps({"schema": _arguments(desktop.outputs)}, ensure_ascii=False))
    child(workflow, "Dependencies", json.dumps(dependencies))
    child(workflow, "ConnectionReferences", "[]")
    child(workflow, "Definition", json.dumps(_robin(desktop), ensure_ascii=False))


def _arguments(arguments: Mapping[str, str]) -> dict[str, Any]:
    properties = {name: {"title": name, "description": "", "type": kind, "default": ""} for name, kind in arguments.items()}
    return {"type": "object", "properties": properties}


def _robin(desktop: DesktopFlow) -> str:
    names = {"string": "String", "number": "Number", "boolean": "Bool"}
    lines = ["@@ConnectionString: ''", "@@Type: 'Local'", "@@DesktopType: 'local'", "@@DisplayName: 'Local computer'"]
    for mark, arguments in (("@INPUT", desktop.inputs), ("@OUTPUT", desktop.outputs)):
        for name, kind in arguments.items():
            lines.append(f"{mark} {name} : {{ 'Description': '', 'FriendlyName': '{name}', 'Type': '{names[kind]}' }} ")
    return "\r\n".join([*lines, *desktop.script.strip().splitlines(), ""])


def _desktop_json(desktop: DesktopFlow) -> dict[str, Any]:
    """The newer storage: no package in the flow's own file, its parts under ``desktopflowbinaries``."""
    return {
        "properties": {
            "definition": {"package": ""},
            "inputs": {"schema": _arguments(desktop.inputs)},
            "outputs": {"schema": _arguments(desktop.outputs)},
        },
        "schemaversion": "ROBIN_202208_DVRS",
    }


def _manifest(desktop: DesktopFlow) -> dict[str, bytes | str]:
    identity = guid("flow", desktop.name, "manifest")
    root = etree.Element("desktopflowbinary", desktopflowbinaryid=identity)
    child(root, "data", f"ManifestFile_{identity}.json", mimetype="application/json")
    child(root, "mimetype", "application/json")
    child(root, "name", "Desktop flow manifest file")
    child(child(root, "process"), "workflowid", guid("flow", desktop.name))
    child(root, "reference", "flow.manifest")
    child(root, "type", "ManifestFile")
    version = {"Major": 1, "Minor": 3, "Build": 0, "Revision": 0}
    modules = [
        {"AssemblyName": f"Microsoft.Flow.RPA.Desktop.Modules.{module}.Actions", "Name": module, "Type": 1, "Version": version}
        for module in desktop.modules
    ]
    folder = f"desktopflowbinaries/{identity}"
    return {
        f"{folder}/desktopflowbinary.xml": xml_bytes(root),
        f"{folder}/data/ManifestFile_{identity}.json": json.dumps({"ModuleReferences": modules}),
    }


def _chain(actions: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Each action runs after the one before it."""
    chained: dict[str, Any] = {}
    before: str | None = None
    for name, action in actions.items():
        chained[name] = {"runAfter": {before: ["Succeeded"]} if before else {}, **action}
        before = name
    return chained


def _cloud_flow(solution: Solution, flow: Flow) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "$connections": {"defaultValue": {}, "type": "Object"},
        "$authentication": {"defaultValue": {}, "type": "SecureObject"},
    }
    for variable in flow.variables:
        parameters[f"{variable.title} ({variable.name})"] = {
            "defaultValue": variable.default,
            "type": "String",
            "metadata": {"schemaName": variable.name, "description": variable.description},
        }
    name, trigger = flow.trigger
    return {
        "properties": {
            "connectionReferences": {
                connector: {
                    "runtimeSource": "embedded",
                    "connection": {"connectionReferenceLogicalName": reference},
                    "api": {"name": connector},
                }
                for connector, reference in flow.connections.items()
            },
            "definition": {
                "$schema": _SCHEMA,
                "contentVersion": "1.0.0.0",
                "parameters": parameters,
                "triggers": {name: trigger},
                "actions": _chain(flow.actions),
                "outputs": {},
            },
            "templateName": "",
        },
        "schemaVersion": "1.0.0.0",
    }


def _variable_xml(solution: Solution, variable: Variable) -> bytes:
    language = _LANGUAGES[solution.language]
    root = etree.Element("environmentvariabledefinition", schemaname=variable.name)
    if variable.default:
        child(root, "defaultvalue", variable.default)
    description = child(root, "description", default=variable.description)
    child(description, "label", description=variable.description, languagecode=language)
    title = child(root, "displayname", default=variable.title)
    child(title, "label", description=variable.title, languagecode=language)
    for tag, text in (("introducedversion", "1.0.0.0"), ("isrequired", "0"), ("secretstore", "0"), ("type", _ENVIRONMENT_TEXT)):
        child(root, tag, text)
    return xml_bytes(root)


def _content_types() -> bytes:
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    root = etree.Element(f"{{{namespace}}}Types", nsmap={None: namespace})  # type: ignore[dict-item]
    for extension in ("xml", "json"):
        child(root, f"{{{namespace}}}Default", Extension=extension, ContentType="application/octet-stream")
    return xml_bytes(root)
