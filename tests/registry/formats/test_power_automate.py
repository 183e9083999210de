"""Power Automate: each fact from the smallest file that carries it, and what is missing or odd."""

from __future__ import annotations

import base64
import json
from html import escape
from pathlib import Path
from typing import Any

import pytest

from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.arguments import Argument
from registry.formats.model import Dependency, Inspection
from registry.formats.sandbox import inspect_in_child
from tests.registry.formats.hostile import Entry, raw_zip, zipped

GUID = "11111111-2222-3333-4444-555555555555"
MANIFEST = "<UniqueName>Fines</UniqueName><Version>1.1.12501.241</Version>"
APPROVAL = "/providers/Microsoft.PowerApps/apis/shared_approvals"
ODD: list[Any] = [None, 1, "x", [], {}, [1], ["x"], [None], {"a": 1}, {"a": {}}, {"a": []}, True]


def read(folder: Path, data: bytes | str) -> Inspection:
    path = folder / "sent"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return inspect(path)


def manifest(inside: str = MANIFEST, version: str = "9.2") -> str:
    return f'<ImportExportXml version="{version}"><SolutionManifest>{inside}</SolutionManifest></ImportExportXml>'


def solution(customizations: str = "", files: dict[str, str] | None = None, inside: str = MANIFEST) -> bytes:
    members = {"solution.xml": manifest(inside), "customizations.xml": f"<ImportExportXml>{customizations}</ImportExportXml>"}
    return zipped({name: text.encode() for name, text in {**members, **(files or {})}.items()})


def workflow(category: int, name: str = "Pay", path: str = "/Workflows/Pay.json", inside: str = "") -> str:
    shown = f"<JsonFileName>{path}</JsonFileName>" if path else ""
    return f'<Workflow WorkflowId="{{{GUID}}}" Name="{name}"><Category>{category}</Category>{shown}{inside}</Workflow>'


def flow(definition: Any = None, references: Any = None) -> dict[str, Any]:
    return {"properties": {"definition": definition or {}, "connectionReferences": references or {}}}


def cloud(folder: Path, definition: Any = None, references: Any = None, *more: str) -> Inspection:
    """A solution of one cloud flow."""
    return read(folder, solution(workflow(5) + "".join(more), {"Workflows/Pay.json": json.dumps(flow(definition, references))}))


def desktop(folder: Path, script: str, inside: str = "") -> Inspection:
    """A solution of one desktop flow."""
    return read(folder, solution(workflow(6, path="", inside=f"<Definition>{escape(json.dumps(script))}</Definition>{inside}")))


# Solutions


def test_a_solution(tmp_path: Path) -> None:
    inside = (
        MANIFEST + '<LocalizedNames><LocalizedName description="Pay fines"/></LocalizedNames>'
        '<Descriptions><Description description="Pays them"/></Descriptions>'
        '<Publisher><UniqueName>hcc</UniqueName><LocalizedNames><LocalizedName description="Hampshire"/></LocalizedNames></Publisher>'
        '<MissingDependencies><MissingDependency><Required solution="CreatorKitCore (1.0.2)"/></MissingDependency>'
        '<MissingDependency><Required solution="Other"/></MissingDependency><MissingDependency><Required solution="Active"/></MissingDependency>'
        '<MissingDependency><Required solution="CreatorKitCore (1.0.2)"/><Required/></MissingDependency></MissingDependencies>'
    )
    found = read(tmp_path, solution(inside=inside))
    assert (found.platform, found.kind, found.name, found.version) == ("power_automate", "powerplatform-solution", "Fines", "1.1.12501.241")
    assert (found.title, found.description, found.authors, found.platform_version) == ("Pay fines", "Pays them", ("Hampshire",), "9.2")
    assert found.dependencies == (
        Dependency("powerplatform-solution", "CreatorKitCore", "1.0.2"),
        Dependency("powerplatform-solution", "Other"),
    )


def test_connection_references_and_variables(tmp_path: Path) -> None:
    references = (
        '<connectionreferences><connectionreference connectionreferencelogicalname="hcc_mail">'
        "<connectorid>/providers/Microsoft.PowerApps/apis/shared_office365</connectorid></connectionreference>"
        "<connectionreference/></connectionreferences>"
    )
    variables = {
        "environmentvariabledefinitions/hcc_share/environmentvariabledefinition.xml": (
            '<environmentvariabledefinition schemaname="hcc_share"><defaultvalue>hunter2</defaultvalue></environmentvariabledefinition>'
        ),
        "environmentvariabledefinitions/hcc_share/environmentvariablevalues.json": '{"value": "hunter2"}',
    }
    found = read(tmp_path, solution(references, variables))
    assert found.to_set.connections == ("hcc_mail",)
    assert found.to_set.environment_variables == ("hcc_share",)
    assert found.dependencies == (Dependency("powerplatform-connector", "shared_office365"),)
    assert "hunter2" not in str(found.as_json())


def test_what_is_tried_leads_past_its_handler_where_nothing_failed(tmp_path: Path) -> None:
    actions = {
        "Try": {"type": "Scope"},
        "Catch": {"type": "Scope", "runAfter": {"Try": ["Failed", "TimedOut"]}},
        "Finally": {"type": "Scope", "runAfter": {"Catch": ["Succeeded", "Failed", "Skipped", "TimedOut"]}},
    }
    tried = next(step for step in cloud(tmp_path, {"actions": actions}).steps if step.name == "Try")
    assert [(one.to, one.on_error) for one in tried.onward] == [("Pay/Finally", False), ("Pay/Catch", True)]


def test_a_cloud_flow(tmp_path: Path) -> None:
    definition = {
        "triggers": {
            "When_asked": {
                "inputs": {"schema": {"properties": {"case": {"type": "string", "description": "its number"}}, "required": ["case"]}}
            }
        },
        "actions": {
            "Ask_the_officer": {
                "type": "OpenApiConnection",
                "inputs": {"host": {"apiId": APPROVAL, "operationId": "StartAndWaitForAnApproval"}},
            },
            "Is_it_paid": {
                "type": "If",
                "actions": {"Get": {"type": "Http", "inputs": {"uri": "https://api.example.org/x"}}},
                "else": {"actions": {"Stop": {"type": "Terminate"}}},
            },
            "Which": {
                "type": "Switch",
                "cases": {"A": {"actions": {"Wait": {"type": "Wait"}}}},
                "default": {"actions": {"Call": {"type": "Workflow"}}},
            },
        },
        "parameters": {"Share (hcc_share)": {"metadata": {"schemaName": "hcc_share"}}, "$connections": {}},
    }
    references = {
        "shared_office365": {"api": {"name": "shared_office365"}, "connection": {"connectionReferenceLogicalName": "hcc_mail"}},
        "other": {"id": "/providers/Microsoft.PowerApps/apis/shared_sql"},
    }
    found = cloud(tmp_path, definition, references)
    (point,) = found.entry_points
    assert (point.name, point.description) == ("Pay", "Started by When asked")
    assert point.inputs == (Argument("case", "string", True, "its number"),)
    assert [(step.id, step.kind, step.human) for step in found.steps] == [
        ("Pay/When_asked", "start", False),
        ("Pay/Ask_the_officer", "human", True),
        ("Pay/Is_it_paid", "decision", False),
        ("Pay/Is_it_paid/Get", "action", False),
        ("Pay/Is_it_paid/Stop", "end", False),
        ("Pay/Which", "decision", False),
        ("Pay/Which/Wait", "event", False),
        ("Pay/Which/Call", "call", False),
    ]
    assert found.steps[1].action == "shared_approvals: StartAndWaitForAnApproval"
    assert {need.name for need in found.dependencies} == {"shared_office365", "shared_sql", "shared_approvals"}
    assert found.reach.hosts == ("api.example.org",)
    assert found.to_set.environment_variables == ("hcc_share",)
    assert found.to_set.connections == ("hcc_mail",)


def test_actions_lead_to_what_runs_after_them(tmp_path: Path) -> None:
    """They stand in the file in no order."""
    definition = {
        "triggers": {"Daily": {"type": "Recurrence"}},
        "actions": {
            "Catch": {"type": "Scope", "runAfter": {"Try": ["Failed", "TimedOut"]}, "actions": {"Tell": {"type": "Compose"}}},
            "Close": {"type": "Compose", "runAfter": {"Paid": ["Succeeded"]}},
            "Paid": {"type": "If", "runAfter": {"Try": ["Succeeded"]}, "actions": {"Log": {"type": "Compose"}}},
            "Try": {
                "type": "Scope",
                "actions": {
                    "Second": {"type": "Terminate", "inputs": {"runStatus": "Failed"}, "runAfter": {"First": ["Succeeded"]}},
                    "First": {"type": "JavaScriptCode"},
                    "Beside": {"type": "Compose"},
                },
            },
        },
    }
    steps = {step.name: step for step in cloud(tmp_path, definition).steps}
    assert list(steps) == ["Daily", "Try", "First", "Second", "Beside", "Catch", "Tell", "Paid", "Log", "Close"]
    names = {step.id: step.name for step in steps.values()}
    leads = {name: [(names.get(one.to, ""), one.when, one.on_error) for one in step.onward] for name, step in steps.items()}
    assert leads["Daily"] == [("Try", "", False)]
    assert leads["Try"] == [("Paid", "", False), ("Catch", "", True)]
    assert leads["First"] == []
    assert leads["Second"] == [("", "", True)]
    assert leads["Paid"] == [("Log", "Yes", False), ("Close", "No", False)]
    assert leads["Log"] == [("Close", "", False)]
    assert leads["Catch"] == [("", "", False)]
    assert {steps[name].within for name in ("First", "Second")} == {"Pay/Try"}
    assert {step.part for step in steps.values()} == {"Pay"}
    assert (steps["Second"].kind, steps["First"].language) == ("exception", "javascript")


def test_a_child_flow_is_needed_by_its_identifier(tmp_path: Path) -> None:
    definition = {"actions": {"Call": {"type": "Workflow", "inputs": {"host": {"workflowReferenceName": "other-flow"}}}}}
    assert cloud(tmp_path, definition).dependencies == (Dependency("powerplatform-flow", "other-flow"),)
    desktop_run = {"host": {"apiId": "/apis/shared_uiflow", "operationId": "RunUIFlow_V2"}, "parameters": {"uiFlowId": "robot"}}
    found = cloud(tmp_path, {"actions": {"Run": {"type": "OpenApiConnection", "inputs": desktop_run}}})
    assert Dependency("powerplatform-flow", "robot") in found.dependencies
    assert found.steps[0].kind == "call"


@pytest.mark.parametrize(
    ("action", "is_human"),
    [
        (
            {"type": "OpenApiConnection", "inputs": {"host": {"apiId": "/apis/shared_teams", "operationId": "PostCardAndWaitForResponse"}}},
            True,
        ),
        (
            {"type": "OpenApiConnection", "inputs": {"host": {"apiId": "/apis/shared_teams", "operationId": "PostCardToConversation"}}},
            False,
        ),
        (
            {
                "type": "ApiConnectionWebhook",
                "inputs": {"host": {"connection": {"name": "@parameters('$connections')['shared_approvals_1']['connectionId']"}}},
            },
            True,
        ),
        (
            {
                "type": "ApiConnection",
                "inputs": {"host": {"connection": {"name": "@parameters('$connections')['shared_office365']['connectionId']"}}},
            },
            False,
        ),
    ],
)
def test_what_waits_for_a_person(tmp_path: Path, action: dict[str, Any], is_human: bool) -> None:
    (step,) = cloud(tmp_path, {"actions": {"Do": action}}).steps
    assert step.human is is_human


def test_a_flow_nested_too_deep(tmp_path: Path) -> None:
    definition: dict[str, Any] = {}
    for _ in range(60):
        definition = {"actions": {"a": {"type": "Scope", **definition}}}
    with pytest.raises(Unreadable) as refused:
        cloud(tmp_path, definition)
    assert refused.value.code == "flow_too_deep"


SCRIPT = """\
@INPUT Case : { 'Description': 'its number', 'FriendlyName': 'Case', 'Type': 'String' }
@INPUT Note : { 'Description': '', 'Type': 'String', 'IsOptional': 'true' }
@OUTPUT Sum : { 'Description': '', 'Type': 'Number' }
/# WebAutomation.LaunchChrome Url: $'''https://comment.example.org/''' #/
WebAutomation.LaunchEdge Url: $'''https://fines.example.org/start''' WindowState: 1
System.RunApplication.RunApplication ApplicationPath: $'''C:\\Program Files\\Fines\\Fines.exe'''
IF Case = 1 THEN
    CALL Pay
END
Display.InputDialog Title: $'''Which?''' UserInput=> Answer
External.RunFlow FlowId: '1111'
LOOP FOREACH Row IN Rows
END
"""


def test_a_desktop_flow(tmp_path: Path) -> None:
    needs = {"childFlows": [GUID, "other-flow"], "environmentVariables": ["hcc_share", GUID]}
    found = desktop(tmp_path, SCRIPT, f"<Dependencies>{escape(json.dumps(needs))}</Dependencies>")
    (point,) = found.entry_points
    assert (point.name, point.inputs) == ("Pay", (Argument("Case", "String", True, "its number"), Argument("Note", "String", False)))
    assert point.outputs == (Argument("Sum", "Number"),)
    assert [(step.kind, step.action) for step in found.steps] == [
        ("action", "WebAutomation.LaunchEdge"),
        ("action", "System.RunApplication.RunApplication"),
        ("decision", "IF Case = 1 THEN"),
        ("call", "CALL Pay"),
        ("human", "Display.InputDialog"),
        ("call", "External.RunFlow"),
        ("group", "LOOP FOREACH Row IN Rows"),
    ]
    assert found.reach.applications == ("fines.exe", "msedge.exe")
    assert found.reach.hosts == ("fines.example.org",)  # what is commented out reaches nothing
    assert found.to_set.environment_variables == ("hcc_share",)
    assert found.dependencies == (Dependency("powerplatform-flow", "other-flow"),)  # the other is in the solution


def test_the_schema_of_a_desktop_flow_comes_before_its_script(tmp_path: Path) -> None:
    schema = {"schema": {"properties": {"in": {"type": "string"}}, "required": []}}
    found = desktop(tmp_path, SCRIPT, f"<Inputs>{escape(json.dumps(schema))}</Inputs>")
    assert found.entry_points[0].inputs == (Argument("in", "string", False),)


def packed(script: bytes) -> str:
    """The older generation: a zip in base64 in JSON."""
    return json.dumps(flow({"package": base64.b64encode(script).decode()}))


def test_a_desktop_flow_of_the_older_generation(tmp_path: Path) -> None:
    inner = zipped({"script.robin": SCRIPT.encode("utf-16")})
    found = read(tmp_path, solution(workflow(6), {"Workflows/Pay.json": packed(inner)}))
    assert [argument.name for argument in found.entry_points[0].inputs] == ["Case", "Note"]


@pytest.mark.parametrize(
    ("package", "code"),
    [
        (packed(raw_zip([Entry(b"../script.robin")])), "archive_bad_path"),
        (packed(raw_zip([Entry(b"script.robin", b"\0" * (4 << 20))])), "archive_bomb"),
        (packed(b"no zip"), "archive_damaged"),
        (packed(zipped({"script.robin": b"\xff\xfa\xff"})), "text_encoding"),
        (json.dumps(flow({"package": "no base64!"})), "desktop_flow_damaged"),
        (json.dumps(flow({"package": "\u00e6"})), "desktop_flow_damaged"),
        ("{", "json_damaged"),
        ("[]", "json_no_object"),
        ("[" * 100_000, "json_depth"),
    ],
)
def test_what_is_packed_inside_has_the_same_limits(tmp_path: Path, package: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, solution(workflow(6), {"Workflows/Pay.json": package}))
    assert refused.value.code == code
    assert refused.value.mend


def test_classic_workflows_are_said_and_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, solution(workflow(0, path="") + workflow(2, name="", path="")))
    assert [note.code for note in found.notes] == ["workflow_left_out"]
    assert found.entry_points == ()


@pytest.mark.parametrize("path", ["Workflows/none.json", "../../etc/passwd", "/", ""])
def test_a_flow_whose_file_is_not_there(tmp_path: Path, path: str) -> None:
    found = read(tmp_path, solution(workflow(5, path=path)))
    assert [point.name for point in found.entry_points] == ["Pay"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped({"solution.xml": b"<a/>"}), "solution_incomplete"),
        (solution(inside=""), "solution_incomplete"),
        (solution(inside="<UniqueName> </UniqueName>"), "solution_incomplete"),
        (zipped({"solution.xml": b"no XML"}), "xml_damaged"),
        (zipped({"solution.xml": manifest().encode(), "customizations.xml": b"<a"}), "xml_damaged"),
        (zipped({"solution.xml": f"<!DOCTYPE a>{manifest()}".encode()}), "xml_dtd"),
        (solution(files={"e/environmentvariabledefinition.xml": "<!DOCTYPE a><a/>"}), "xml_dtd"),
        (zipped({"Solutions.xml": manifest().encode()}), "not_recognised"),
    ],
)
def test_solutions_that_are_refused(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data)
    assert refused.value.code == code
    assert refused.value.mend


def test_unpacked_sources(tmp_path: Path) -> None:
    data = zipped(
        {
            "src/Other/Solution.xml": manifest().encode(),
            "src/Other/Customizations.xml": b"<ImportExportXml/>",
            f"src/Workflows/PayFines-{GUID}.json": json.dumps(flow({"triggers": {"manual": {}}})).encode(),
            f"src/Workflows/PayFines-{GUID}.json.data.xml": workflow(5, name="Pay fines").encode(),
            "elsewhere/Workflows/Other.json": b"no JSON",
        }
    )
    found = read(tmp_path, data)
    assert (found.kind, found.name) == ("powerplatform-solution-src", "Fines")
    assert [(point.name, point.description) for point in found.entry_points] == [("PayFines", "Pay fines. Started by manual")]


@pytest.mark.parametrize("key", ["triggers", "actions", "parameters", "$schema"])
def test_definitions_of_another_shape(tmp_path: Path, key: str) -> None:
    for value in (*ODD, {"a": {"metadata": {"schemaName": 1}}}, {"a": {"type": [], "inputs": {"host": {"apiId": 1, "operationId": []}}}}):
        assert cloud(tmp_path, {key: value}).name == "Fines"


def test_references_of_another_shape(tmp_path: Path) -> None:
    for value in (*ODD, {"a": {"api": {"name": 1}, "id": 2, "connection": {"connectionReferenceLogicalName": 3}}}):
        assert cloud(tmp_path, {}, value).name == "Fines"
        data = solution(workflow(5), {"Workflows/Pay.json": json.dumps({"properties": value})})
        assert read(tmp_path, data).name == "Fines"


@pytest.mark.parametrize("element", ["Inputs", "Outputs", "Dependencies"])
def test_schemas_of_another_shape(tmp_path: Path, element: str) -> None:
    for value in (*ODD, {"schema": 1}, {"schema": {"properties": [1], "required": 1}}, {"childFlows": 1}, {"environmentVariables": 1}):
        assert desktop(tmp_path, "CALL Pay", f"<{element}>{escape(json.dumps(value))}</{element}>").name == "Fines"
    assert desktop(tmp_path, "CALL Pay", f"<{element}>no JSON</{element}>").name == "Fines"


# Packages of a single flow


def legacy(definition: Any = None, **more: Any) -> bytes:
    written = {"schema": "1.0", "details": {"displayName": "Pay"}, "resources": {}, **more}
    return zipped(
        {
            "manifest.json": json.dumps(written).encode(),
            "Microsoft.Flow/flows/manifest.json": b"{}",
            f"Microsoft.Flow/flows/{GUID}/definition.json": json.dumps(flow(definition)).encode(),
        }
    )


def test_a_legacy_package(tmp_path: Path) -> None:
    resources = {
        "1": {"type": "Microsoft.PowerApps/apis", "name": "shared_sql"},
        "2": {"type": "Microsoft.PowerApps/apis/connections", "details": {"displayName": "ada@example.org"}},
        "3": 1,
    }
    details = {"displayName": "Pay", "description": "Pays", "creator": "N/A"}
    found = read(tmp_path, legacy({"triggers": {"manual": {}}}, details=details, resources=resources))
    assert (found.kind, found.name, found.description, found.version, found.authors) == ("flow-legacy-package", "Pay", "Pays", None, ())
    assert [point.name for point in found.entry_points] == ["manual"]
    assert found.dependencies == (Dependency("powerplatform-connector", "shared_sql"),)
    assert [note.code for note in found.notes] == ["flow_legacy_package"]
    assert "ada@example.org" not in str(found.as_json())  # a connection is named after its owner


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"manifest.json": b"{}"}, "flow_definition_missing"),
        ({}, "flow_manifest_missing"),
        ({"manifest.json": b"{"}, "json_damaged"),
        ({"manifest.json": b"{}", f"Microsoft.Flow/flows/{GUID}/definition.json": b"[]"}, "json_no_object"),
    ],
)
def test_legacy_packages_that_are_refused(tmp_path: Path, members: dict[str, bytes], code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, zipped({"Microsoft.Flow/flows/manifest.json": b"{}", **members}))
    assert refused.value.code == code
    assert refused.value.mend


@pytest.mark.parametrize("key", ["details", "resources", "schema"])
def test_manifests_of_another_shape(tmp_path: Path, key: str) -> None:
    for value in (*ODD, {"displayName": 1, "creator": []}, {"a": {"type": "Microsoft.PowerApps/apis", "name": 1}}):
        assert read(tmp_path, legacy(**{key: value})).kind == "flow-legacy-package"


# Text copied out of the designer


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_text_of_a_desktop_flow(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, SCRIPT.encode(encoding))
    assert (found.kind, found.name, found.version) == ("pad-robin", None, None)
    assert [argument.name for argument in found.entry_points[0].inputs] == ["Case", "Note"]
    assert found.dependencies == (
        Dependency("pad-module", "WebAutomation"),
        Dependency("pad-module", "System"),
        Dependency("pad-module", "Display"),
    )
    assert [note.code for note in found.notes] == ["name_not_in_file"]


def test_subflows_are_the_entry_points_of_text(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "FUNCTION Pay GLOBAL\nDisplay.ShowMessage Title: $'''x'''\nEND FUNCTION\nFUNCTION 'Send it' GLOBAL\nCALL Pay\nEND FUNCTION\n",
    )
    assert [point.name for point in found.entry_points] == ["Pay", "Send it"]
    assert [(step.part, step.name) for step in found.steps] == [("Pay", "Display.ShowMessage"), ("Send it", "CALL Pay")]


def test_the_handler_of_a_statement_that_is_off_is_nobodys(tmp_path: Path) -> None:
    script = (
        "WebAutomation.GoToWebPage BrowserInstance: Browser\nDISABLE WebAutomation.ExtractData BrowserInstance: Browser\n\n"
        "ON ERROR\n    CALL Tell\nEND\nWebAutomation.CloseWebBrowser BrowserInstance: Browser\n"
    )
    found = read(tmp_path, script)
    assert [(step.action, step.within, step.onward) for step in found.steps] == [
        ("WebAutomation.GoToWebPage", "", ()),
        ("WebAutomation.CloseWebBrowser", "", ()),
    ]


ASKING = """\
/# What it does:
opens the portal#/
WebAutomation.LaunchEdge.LaunchEdge Url: $'''https://portal.example/#/login''' BrowserInstance=> Browser
WebAutomation.LaunchChrome.AttachToChromeByUrl TabUrl: $fx'pay.example.org/start' BrowserInstance=> Other
WAIT (UIAutomation.WaitForWindow.ToOpenByTitleClass Title: $'''Pay*''' Class: $'''''') FOR 30
ON ERROR
    EXIT FUNCTION
END
IF (File.IfFile.DoesNotExist File: Form) THEN
    EXIT FUNCTION
END
LOOP WHILE (WorkQueues.ProcessWorkQueueItem.ProcessWorkQueueItem WorkQueue: $'''Claims''' WorkQueueItem=> Item)
    CALL Pay
END
"""


def test_waits_browsers_queues_and_addresses_of_single_pages(tmp_path: Path) -> None:
    found = read(tmp_path, ASKING)
    assert found.reach.applications == ("msedge.exe", "chrome.exe")
    assert found.reach.hosts == ("portal.example", "pay.example.org")
    assert found.to_set.queues == ("Claims",)
    wait, rescue, left = (step for step in found.steps if step.kind in ("event", "exception", "end") and not step.within.startswith("8"))
    assert (wait.action, wait.onward[1].to) == ("UIAutomation.WaitForWindow.ToOpenByTitleClass", rescue.id)
    assert (left.within, [one.to for one in left.onward]) == (rescue.id, [""])
    assert [step.name for step in found.steps][-1] == "CALL Pay"


ROBIN = """\
CALL Init
BLOCK
ON BLOCK ERROR all
    CALL Tidy
END
    Scripting.RunPowershellScript.RunPowershellScript Script: $'''if ($a) {
IF Nothing = 1 THEN
}''' ScriptOutput=> Out
    ON ERROR REPEAT 2 TIMES WAIT 2
        GOTO Done
    END
    IF Case = 1 THEN
        CALL Pay
    ELSE IF Case = 2 THEN
        THROW ERROR
    ELSE
        CALL Remind
    END
    SWITCH Kind
    CASE = $'''Fine'''
        WebAutomation.ExecuteJavascript Script: $'''x'''
    END
    LOOP FOREACH Row IN Rows
        Display.SelectFromListDialog.SelectFromList Title: $'''Which?'''
    END
END
LABEL Done
CALL Close
FUNCTION Init GLOBAL
EXIT Code: 0
END FUNCTION
"""


def test_statements_lead_on_by_branches_and_on_errors(tmp_path: Path) -> None:
    found = read(tmp_path, ROBIN)
    names = {step.id: step.name.split(".")[-1] for step in found.steps}
    told = [
        (names[step.id], step.kind, names.get(step.within, ""), [(names.get(one.to, ""), one.when, one.on_error) for one in step.onward])
        for step in found.steps
        if step.part == "Main"
    ]
    assert told == [
        ("CALL Init", "call", "", []),
        ("BLOCK", "exception", "", [("RunPowershellScript", "", False), ("ON BLOCK ERROR all", "", True)]),
        ("ON BLOCK ERROR all", "exception", "BLOCK", [("CALL Close", "", False)]),
        ("CALL Tidy", "call", "ON BLOCK ERROR all", []),
        ("RunPowershellScript", "code", "BLOCK", [("IF Case = 1 THEN", "", False), ("ON ERROR REPEAT 2 TIMES WAIT 2", "", True)]),
        ("ON ERROR REPEAT 2 TIMES WAIT 2", "exception", "BLOCK", []),
        ("GOTO Done", "action", "ON ERROR REPEAT 2 TIMES WAIT 2", [("CALL Close", "", False)]),
        (
            "IF Case = 1 THEN",
            "decision",
            "BLOCK",
            [("CALL Pay", "Then", False), ("THROW ERROR", "ELSE IF Case = 2", False), ("CALL Remind", "Else", False)],
        ),
        ("CALL Pay", "call", "IF Case = 1 THEN", [("SWITCH Kind", "", False)]),
        ("THROW ERROR", "exception", "IF Case = 1 THEN", [("", "", True)]),
        ("CALL Remind", "call", "IF Case = 1 THEN", [("SWITCH Kind", "", False)]),
        ("SWITCH Kind", "decision", "BLOCK", [("ExecuteJavascript", "Fine", False), ("LOOP FOREACH Row IN Rows", "Default", False)]),
        ("ExecuteJavascript", "code", "SWITCH Kind", [("LOOP FOREACH Row IN Rows", "", False)]),
        ("LOOP FOREACH Row IN Rows", "group", "BLOCK", [("CALL Close", "", False)]),
        ("SelectFromList", "human", "LOOP FOREACH Row IN Rows", []),
        ("CALL Close", "call", "", []),
    ]
    assert [step.language for step in found.steps if step.kind == "code"] == ["powershell", "javascript"]
    assert [(step.part, step.kind) for step in found.steps][-1] == ("Init", "end")


def test_a_path_that_ends_with_a_backslash_ends_its_text_too(tmp_path: Path) -> None:
    text = (
        "Folder.Create FolderPath: $'''C:\\\\Temp\\\\'''\n"
        "Display.ShowMessage Message: $'''It is\nText.ToNumber Text: no step,\nsays \\'he\\''''\nFile.Delete Files: x\n"
    )
    assert [step.action for step in read(tmp_path, text).steps] == ["Folder.Create", "Display.ShowMessage", "File.Delete"]


def test_statements_nested_too_deep(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, "CALL Pay\n" * 3 + "IF a = 1 THEN\n" * 100)
    assert refused.value.code == "flow_too_deep"


def test_credentials_and_variables_of_text(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "System.GetEnvironmentVariable.GetEnvironmentVariable Name: $'''FINES_HOME''' Value=> Home\n"
        "PowerAutomateSecretVariables.GetCredential CredentialName: $'''Register''' Credential=> C\n",
    )
    assert (found.to_set.environment_variables, found.to_set.credentials) == (("FINES_HOME",), ("Register",))


def test_a_suite_of_robot_framework_is_not_taken_for_a_flow(tmp_path: Path) -> None:
    assert read(tmp_path, "*** Settings ***\nLibrary  Display.ShowMessage Title: x\n").platform == "robot_framework"


@pytest.mark.parametrize(
    "text",
    [
        "Dear Ada,\nCALL me tomorrow.\nAda",
        "IF you want THEN\nand more",
        "import os\nos.path.join('a')\n",
        '{"Display.ShowMessage Title: x": 1}',
        "SELECT a.b FROM c\n",
        "\n\n\n",
    ],
)
def test_other_text_is_not_taken_for_a_flow(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, text)
    assert refused.value.code == "not_recognised"


@pytest.mark.parametrize(
    "text",
    [
        "/# " * 200_000,
        "@INPUT a : {" * 20_000,
        "GetCredential " * 20_000,
        "GetCredential" * 20_000,
        "GetEnvironmentVariable." * 20_000,
        "'" * 200_000,
        "Url: $'''C:\\" * 20_000,
        "\n" * 200_000,
        "\n \t" * 100_000,
    ],
    ids=lambda text: text[:14],
)
def test_text_in_which_patterns_lose_themselves(tmp_path: Path, text: str) -> None:
    """Read in the child, whose time is short: a pattern that goes over the rest of the text at each place would need minutes."""
    path = tmp_path / "sent"
    path.write_text("CALL Pay\nCALL Pay\nCALL Pay\n" + text)
    assert [step.action for step in inspect_in_child(path).steps] == ["CALL Pay"] * 3


@pytest.mark.parametrize("text", ["\n" * 70_000, " \n" * 40_000, "IF " * 30_000, "A." * 40_000])
def test_nor_in_text_that_is_no_flow(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sent"
    path.write_text(text)
    with pytest.raises(Unreadable) as refused:
        inspect_in_child(path)
    assert refused.value.code == "not_recognised"
