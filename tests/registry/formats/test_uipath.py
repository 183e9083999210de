"""UiPath: each fact from the smallest file that carries it, what is recognised and not wanted, and what is missing or odd."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.arguments import Argument
from registry.formats.model import Dependency, Inspection, Step, ToSet
from registry.formats.sandbox import inspect_in_child
from tests.registry.formats.hostile import zipped

ACTIVITIES = "http://schemas.microsoft.com/netfx/2009/xaml/activities"
UI = "http://schemas.uipath.com/workflow/activities"
X = "http://schemas.microsoft.com/winfx/2006/xaml"
DTD = "<!DOCTYPE Activity>"


def read(folder: Path, data: bytes | str, name: str = "sent") -> Inspection:
    path = folder / "sent"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return inspect(path, name)


def xaml(inside: str = "", members: str = "", attributes: str = 'x:Class="Main"') -> str:
    return (
        f'<Activity {attributes} xmlns="{ACTIVITIES}" xmlns:ui="{UI}" xmlns:x="{X}" '
        'xmlns:e="clr-namespace:UiPath.Excel;assembly=UiPath.Excel.Activities" '
        'xmlns:sap2="http://schemas.microsoft.com/netfx/2010/xaml/activities/presentation">'
        f'<x:Members>{members}</x:Members><Sequence DisplayName="Main Sequence">{inside}</Sequence></Activity>'
    )


def document(**more: Any) -> dict[str, Any]:
    """The smallest ``project.json`` that is UiPath's."""
    return {"name": "Fines", "projectVersion": "1.0.3", "studioVersion": "24.10.1.0", "dependencies": {}, "main": "Main.xaml", **more}


def project(written: dict[str, Any], files: dict[str, str] | None = None) -> bytes:
    members = {"Main.xaml": xaml(), **(files or {})}
    return zipped({"project.json": json.dumps(written).encode(), **{name: text.encode() for name, text in members.items()}})


def nuspec(metadata: str) -> str:
    return f'<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>{metadata}</metadata></package>'


NAMED = "<id>Fines</id><version>1.0.3</version>"


def package(metadata: str = NAMED, files: dict[str, str] | None = None) -> bytes:
    """A package whose manifest is called as NuGet calls it: after its id."""
    named = re.search(r"<id>([\w.-]+)</id>", metadata)
    own = {f"{named.group(1) if named else 'Fines'}.nuspec": nuspec(metadata).encode(), "[Content_Types].xml": b"<Types/>"}
    return zipped({**own, **{name: text.encode() for name, text in (files or {}).items()}})


def studio(written: dict[str, Any], files: dict[str, str] | None = None, metadata: str = NAMED) -> bytes:
    return package(metadata, {"content/project.json": json.dumps(written), "content/Main.xaml": xaml(), **(files or {})})


# Single workflows


def test_a_workflow(tmp_path: Path) -> None:
    members = (
        '<x:Property Name="in_Config" Type="InArgument(scg:Dictionary(x:String, x:Object))" sap2:Annotation.AnnotationText="What to read"/>'
        '<x:Property Name="out_Sum" Type="OutArgument(x:Int32)"/>'
        '<x:Property Name="io_Row" Type="InOutArgument(sd:DataRow)"><x:Property.Attributes><RequiredArgumentAttribute/></x:Property.Attributes></x:Property>'
        '<x:Property Name="Other" Type="x:String"/><x:Property/>'
    )
    found = read(tmp_path, xaml(members=members, attributes='x:Class="Fines.Pay" sap2:Annotation.AnnotationText="Pays"'), "Pay.xaml")
    assert (found.platform, found.kind, found.name, found.version) == ("uipath", "uipath-xaml", "Pay", None)
    (point,) = found.entry_points
    assert (point.name, point.description) == ("Pay.xaml", "Pays")
    assert point.inputs == (
        Argument("in_Config", "Dictionary<String, Object>", False, "What to read"),
        Argument("io_Row", "DataRow", True),
    )
    assert point.outputs == (Argument("out_Sum", "Int32", False), Argument("io_Row", "DataRow", True))
    assert found.dependencies == (Dependency("nuget", "UiPath.Excel.Activities"),)


def test_the_list_of_assemblies_tells_the_packages_behind_uipaths_one_address(tmp_path: Path) -> None:
    listed = ("mscorlib", "UiPath.Excel", "UiPath.Mail.Activities", "UiPath.Mail.Activities.Design", "UiPath.System.Activities")
    references = "".join(f"<AssemblyReference>{name}</AssemblyReference>" for name in listed)
    own = xaml(references)
    assert {need.name for need in read(tmp_path, own).dependencies} >= {"UiPath.Mail.Activities", "UiPath.System.Activities"}
    assert not {need.name for need in read(tmp_path, own).dependencies} & {"UiPath.Excel", "UiPath.Mail.Activities.Design"}


def test_programs_that_are_opened_without_a_selector(tmp_path: Path) -> None:
    inside = (
        '<ui:OpenBrowser BrowserType="IE" Url="[in_Url]"/><ui:OpenBrowser BrowserType="[BrowserType.Edge]"/><ui:StartProcess FileName="C:\\Apps\\Rms.exe"/>'
        '<ui:StartProcess FileName="[in_Program + &quot;.exe&quot;]"/><ui:ReadTextFile FileName="C:\\list.txt"/>'
    )
    assert read(tmp_path, xaml(inside)).reach.applications == ("iexplore.exe", "msedge.exe", "rms.exe")


def test_a_workflow_of_openrpa_is_not_uipaths(tmp_path: Path) -> None:
    assert read(tmp_path, f'<Activity xmlns="{ACTIVITIES}" xmlns:o="clr-namespace:O;assembly=OpenRPA"/>').platform == "openrpa"


def test_steps_and_who_does_them(tmp_path: Path) -> None:
    inside = (
        '<ui:NClick DisplayName="Press Pay"/><If DisplayName="Paid?"><If.Then><ui:LogMessage/></If.Then></If>'
        '<ui:InvokeWorkflowFile WorkflowFileName="Pay.xaml"/><ui:InvokeCode/><ui:CreateFormTask DisplayName="Ask the officer"/>'
        "<ui:MessageBox/><x:String>no step</x:String><ui:Target/>"
    )
    found = read(tmp_path, xaml(inside), "Main.xaml")
    assert [(step.name, step.kind, step.action, step.human) for step in found.steps] == [
        ("Main Sequence", "group", "Sequence", False),
        ("Press Pay", "action", "UiPath NClick", False),
        ("Paid?", "decision", "If", False),
        ("LogMessage", "action", "UiPath LogMessage", False),
        ("InvokeWorkflowFile: Pay.xaml", "call", "UiPath InvokeWorkflowFile", False),
        ("InvokeCode", "code", "UiPath InvokeCode", False),
        ("Ask the officer", "human", "UiPath CreateFormTask", True),
        ("MessageBox", "action", "UiPath MessageBox", False),
    ]
    assert len({step.id for step in found.steps}) == len(found.steps)
    assert {step.part for step in found.steps} == {"Main.xaml"}


def steps_by_name(folder: Path, inside: str) -> dict[str, Step]:
    return {step.name: step for step in read(folder, xaml(inside), "Main.xaml").steps}


def leads(steps: dict[str, Step], name: str) -> list[tuple[str, str, bool]]:
    """Where a step leads, by names: to, when, on error."""
    names = {step.id: step.name for step in steps.values()}
    return [(names.get(one.to, ""), one.when, one.on_error) for one in steps[name].onward]


def test_branches_lead_on_to_what_follows_the_decision(tmp_path: Path) -> None:
    inside = (
        '<If DisplayName="Paid?"><If.Condition><ui:Test DisplayName="Asked"/></If.Condition>'
        '<If.Then><Sequence DisplayName="Close"><ui:LogMessage DisplayName="Log"/></Sequence></If.Then><If.Else><ui:Go DisplayName="Remind"/></If.Else></If>'
        '<Switch DisplayName="Which?"><Switch.Default><ui:Go DisplayName="Other"/></Switch.Default><ui:Go x:Key="A" DisplayName="First"/></Switch>'
        '<ForEach DisplayName="Each"><ForEach.Body><ActivityAction><ui:Go DisplayName="One"/></ActivityAction></ForEach.Body></ForEach>'
        '<If DisplayName="Last?"><If.Then><ui:Go DisplayName="Yes"/></If.Then></If>'
    )
    steps = steps_by_name(tmp_path, inside)
    assert leads(steps, "Paid?") == [("Close", "Then", False), ("Remind", "Else", False)]
    assert leads(steps, "Close") == leads(steps, "Remind") == [("Which?", "", False)]
    assert leads(steps, "Which?") == [("Other", "Default", False), ("First", "A", False)]
    assert leads(steps, "Log") == leads(steps, "One") == leads(steps, "Each") == []
    assert leads(steps, "Last?") == [("Yes", "Then", False), ("", "Else", False)]
    around = {step.id: step.name for step in steps.values()}
    assert [around.get(steps[name].within) for name in ("Paid?", "Close", "Log", "One")] == ["Main Sequence", "Paid?", "Close", "Each"]
    assert "Asked" not in steps


def test_what_is_tried_leads_to_its_handlers(tmp_path: Path) -> None:
    inside = (
        '<TryCatch DisplayName="Try"><TryCatch.Finally><ui:Go DisplayName="Tidy"/></TryCatch.Finally>'
        '<TryCatch.Try><Sequence DisplayName="Work"><Throw DisplayName="Stop"/></Sequence></TryCatch.Try>'
        '<TryCatch.Catches><Catch x:TypeArguments="s:Exception"><ActivityAction><ui:Go DisplayName="Mend"/></ActivityAction></Catch>'
        '<Catch x:TypeArguments="ui:BusinessRuleException"><ActivityAction/></Catch></TryCatch.Catches></TryCatch><ui:Go DisplayName="After"/>'
    )
    steps = steps_by_name(tmp_path, inside)
    assert steps["Try"].kind == steps["Stop"].kind == "exception"
    assert leads(steps, "Try") == [("Work", "", False), ("Mend", "Exception", True)]
    assert leads(steps, "Work") == leads(steps, "Mend") == [("Tidy", "", False)]
    assert leads(steps, "Tidy") == [("After", "", False)]
    assert leads(steps, "Stop") == [("", "", True)]


def test_a_flowchart_leads_from_its_start_by_named_branches(tmp_path: Path) -> None:
    inside = (
        '<Flowchart DisplayName="Chart" StartNode="{x:Reference __ReferenceID0}">'
        '<FlowStep x:Name="__ReferenceID2"><ui:Go DisplayName="Pay"/><FlowStep.Next><x:Reference>__ReferenceID1</x:Reference></FlowStep.Next></FlowStep>'
        '<FlowStep x:Name="__ReferenceID0"><ui:Go DisplayName="Look"/><FlowStep.Next>'
        '<FlowDecision x:Name="__ReferenceID1" DisplayName="Due?"><FlowDecision.True><x:Reference>__ReferenceID2</x:Reference></FlowDecision.True>'
        '<FlowDecision.False><FlowSwitch DisplayName="Kind"><FlowSwitch.Default><FlowStep><ui:Go DisplayName="File"/></FlowStep></FlowSwitch.Default>'
        "<x:Reference>__ReferenceID2<x:Key>Fine</x:Key></x:Reference></FlowSwitch></FlowDecision.False></FlowDecision></FlowStep.Next></FlowStep>"
        '<FlowStep><ui:Go DisplayName="Lost"/></FlowStep></Flowchart>'
    )
    steps = steps_by_name(tmp_path, inside)
    assert list(steps) == ["Main Sequence", "Chart", "Look", "Due?", "Pay", "Kind", "File", "Lost"]
    assert leads(steps, "Look") == [("Due?", "", False)]
    assert leads(steps, "Due?") == [("Pay", "True", False), ("Kind", "False", False)]
    assert leads(steps, "Pay") == [("Due?", "", False)]
    assert leads(steps, "Kind") == [("Pay", "Fine", False), ("File", "Default", False)]
    assert leads(steps, "File") == [("", "", False)]
    assert {steps[name].within for name in ("Look", "Pay", "Lost")} == {steps["Chart"].id}


def test_a_state_machine_leads_by_its_transitions(tmp_path: Path) -> None:
    inside = (
        '<StateMachine DisplayName="Machine" InitialState="{x:Reference __ReferenceID1}">'
        '<State x:Name="__ReferenceID0" DisplayName="End" IsFinal="True"/>'
        '<State x:Name="__ReferenceID1" DisplayName="Begin"><State.Entry><ui:Go DisplayName="Enter"/></State.Entry><State.Transitions>'
        '<Transition DisplayName="System Exception"><Transition.To><x:Reference>__ReferenceID0</x:Reference></Transition.To></Transition>'
        '<Transition DisplayName="No error"><Transition.Action><ui:Go DisplayName="Pass"/></Transition.Action>'
        '<Transition.To><State DisplayName="Middle"/></Transition.To></Transition></State.Transitions></State></StateMachine>'
    )
    steps = steps_by_name(tmp_path, inside)
    assert list(steps) == ["Main Sequence", "Machine", "Begin", "Enter", "Pass", "End", "Middle"]
    assert leads(steps, "Begin") == [("End", "System Exception", True), ("Middle", "No error", False)]
    assert leads(steps, "End") == [("", "", False)]
    assert steps["Middle"].within == steps["Machine"].id
    assert steps["Pass"].within == steps["Begin"].id


def test_code_in_its_language_and_dialogs_that_wait_for_a_choice(tmp_path: Path) -> None:
    inside = (
        '<ui:InvokeCode DisplayName="a" Language="CSharp"/><ui:InvokeCode DisplayName="b" Language="VBNet"/><ui:InvokePowerShell DisplayName="c"/>'
        '<ui:MessageBox DisplayName="d" Buttons="YesNo"/><ui:MessageBox DisplayName="e" Buttons="Ok"/><ui:WaitForFormTaskAndResume DisplayName="f"/>'
        '<ui:PresentValidationStation DisplayName="g"/><ui:CreateFile DisplayName="h"/>'
    )
    steps = steps_by_name(tmp_path, inside)
    assert [steps[name].language for name in "abc"] == ["csharp", "vbnet", "powershell"]
    assert [steps[name].human for name in "defgh"] == [True, False, True, True, False]


def test_ids_are_studios_and_one_steps_own(tmp_path: Path) -> None:
    inside = '<ui:Go sap2:WorkflowViewState.IdRef="Go_1"/><ui:Go sap2:WorkflowViewState.IdRef="Go_1"/><ui:Go><sap2:WorkflowViewState.IdRef>Go_2</sap2:WorkflowViewState.IdRef></ui:Go>'
    assert [step.id for step in read(tmp_path, xaml(inside)).steps[1:]] == ["Go_1", "Go_1#2", "Go_2"]


CODED = """
using UiPath.CodedWorkflows;
namespace Fines {
    // [Workflow] public int Old(string no) {}
    public class Pay : CodedWorkflow {
        [Workflow]
        public (string out_Letter, Dictionary<string, int> out_Sums) Execute(string in_Case, Dictionary<string, int> in_Rates = null) {
            try {
                var limit = system.GetAsset("Limit");
                var login = system.GetCredential("Register");
                system.AddQueueItem("Letters", "x");
                RunWorkflow("Framework\\Send.xaml");
                workflows.Remind(in_Case);
                tasks.CreateFormTask("Ask");
            } catch (BusinessRuleException problem) { Log(problem.Message); }
        }
    }
}
"""


def test_coded_workflows_of_a_projects_own_base_class(tmp_path: Path) -> None:
    derived = CODED.replace("Pay : CodedWorkflow", "Pay : FinesWorkflow").replace("public (string", "public override (string")
    points = [{"filePath": "Pay.cs"}]
    (point,) = read(tmp_path, project(document(entryPoints=points), {"Pay.cs": derived})).entry_points
    assert [argument.name for argument in point.inputs] == ["in_Case", "in_Rates"]
    other = derived.replace("using UiPath.CodedWorkflows;", "using NUnit.Framework;")
    (point,) = read(tmp_path, project(document(entryPoints=points), {"Pay.cs": other})).entry_points
    assert not point.inputs


def test_coded_workflows(tmp_path: Path) -> None:
    points = [{"filePath": "Pay.cs", "input": [], "output": []}]
    found = read(tmp_path, project(document(entryPoints=points), {"Pay.cs": CODED, "Rates.cs": "class Rates {}"}))
    (point,) = found.entry_points
    assert point.inputs == (Argument("in_Case", "string", True), Argument("in_Rates", "Dictionary<string, int>", False))
    assert point.outputs == (Argument("out_Letter", "string"), Argument("out_Sums", "Dictionary<string, int>"))
    assert (found.to_set.assets, found.to_set.credentials, found.to_set.queues) == (("Limit",), ("Register",), ("Letters",))
    coded = [step for step in found.steps if step.part.endswith(".cs")]
    assert [(step.name, step.kind, step.within, step.language) for step in coded] == [
        ("Pay", "code", "", "csharp"),
        ("Framework\\Send.xaml", "call", "Pay.cs", ""),
        ("Remind", "call", "Pay.cs", ""),
        ("CreateFormTask", "human", "Pay.cs", ""),
        ("catch BusinessRuleException", "exception", "Pay.cs", ""),
        ("Rates.cs", "code", "", "csharp"),
    ]


@pytest.mark.parametrize(
    "text", ["[Workflow" * 40_000, "[Workflow] public " * 20_000, "class a : " * 40_000, "/*" * 100_000, "a.b" * 80_000]
)
def test_code_in_which_patterns_lose_themselves(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sent"
    path.write_bytes(project(document(), {"Pay.cs": text}))
    assert inspect_in_child(path).steps[-1].name == "Pay.cs"


def test_what_must_be_set_locally(tmp_path: Path) -> None:
    inside = (
        '<ui:GetRobotAsset AssetName="Share"/><ui:GetRobotAsset AssetName="[&quot;Folder&quot;]"/><ui:GetRobotAsset AssetName="[row(1)]"/>'
        '<ui:GetRobotAsset AssetName="{x:Null}"/><ui:GetRobotAsset/><ui:LogMessage AssetName="No asset"/>'
        '<ui:GetRobotCredential AssetName="Register" Password="{x:Null}"/><ui:AddQueueItem QueueType="Fines"/>'
        "<ui:GetRobotAsset><ui:GetRobotAsset.AssetName><InArgument>Limit</InArgument></ui:GetRobotAsset.AssetName></ui:GetRobotAsset>"
        '<ui:GetEmails ConnectionId="4b43"/>'
    )
    found = read(tmp_path, xaml(inside)).to_set
    assert found.assets == ("Share", "Folder", "[row(1)]", "Limit")
    assert found.credentials == ("Register",)
    assert found.queues == ("Fines",)
    assert found.connections == ("GetEmails",)


def test_applications_and_hosts(tmp_path: Path) -> None:
    inside = (
        "<ui:Target Selector=\"&lt;html app='chrome.exe' title='A' /&gt;\"/><ui:TargetAnchorable FullSelectorArgument=\"&lt;wnd app='C:\\x\\EXCEL.EXE'/&gt;\"/>"
        "<ui:TargetAnchorable ScopeSelectorArgument=\"&lt;wnd app='*'/&gt;&lt;wnd app='{{app}}'/&gt;\"/>"
        '<ui:OpenBrowser Url="[&quot;https://Fines.example.org/start&quot;]"/><ui:OpenBrowser Url="[address]"/>'
        '<ui:ReadRange Path="\\\\server01\\fines\\in.xlsx"/><ui:SendMail To="team@example.org"/>'
    )
    found = read(tmp_path, xaml(inside)).reach
    assert found.applications == ("chrome.exe", "excel.exe", "fines.example.org")
    assert found.hosts == ("fines.example.org",)
    assert found.paths == ("\\\\server01\\fines\\in.xlsx",)
    assert found.addresses == ("team@example.org",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<Window xmlns="http://schemas.microsoft.com/winfx/2006/xaml/presentation"/>', "xaml_not_a_workflow"),
        ('<Page xmlns="http://schemas.microsoft.com/winfx/2006/xaml/presentation"/>', "xaml_not_a_workflow"),
        (f'<Activity xmlns="{ACTIVITIES}"/>', "xaml_not_uipath"),
        ('<Activity xmlns="urn:other"/>', "not_recognised"),
        (xaml()[:-5], "xml_damaged"),
        (DTD + xaml(), "xml_dtd"),
    ],
)
def test_xaml_that_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, text)
    assert refused.value.code == code
    assert refused.value.mend


def test_ui_path_is_known_by_its_assemblies_too(tmp_path: Path) -> None:
    text = f'<Activity xmlns="{ACTIVITIES}" xmlns:e="clr-namespace:A;assembly=UiPath.Mail.Activities"/>'
    assert read(tmp_path, text).dependencies == (Dependency("nuget", "UiPath.Mail.Activities"),)


# Projects


def test_a_project(tmp_path: Path) -> None:
    written = document(
        description="Pays them",
        dependencies={"UiPath.System.Activities": "[24.10.6]", "UiPath.Mail.Activities": "1.0"},
        entryPoints=[
            {
                "filePath": "Sub\\Pay.xaml",
                "input": [{"name": "in_Case", "type": "System.String, mscorlib", "required": True}],
                "output": [{"name": "out_Sum", "type": "System.Int32"}],
            },
            {"filePath": "Main.xaml"},
        ],
    )
    found = read(tmp_path, project(written, {"Sub/Pay.xaml": xaml()}))
    assert (found.kind, found.name, found.version, found.description) == ("uipath-project-zip", "Fines", "1.0.3", "Pays them")
    assert found.platform_version == "24.10.1.0"
    assert found.dependencies == (
        Dependency("nuget", "UiPath.System.Activities", "[24.10.6]"),
        Dependency("nuget", "UiPath.Mail.Activities", "1.0"),
    )
    assert [point.name for point in found.entry_points] == ["Sub/Pay.xaml", "Main.xaml"]
    assert found.entry_points[0].inputs == (Argument("in_Case", "String", True),)
    assert found.entry_points[0].outputs == (Argument("out_Sum", "Int32"),)


def test_arguments_come_from_the_workflow_where_the_project_has_none(tmp_path: Path) -> None:
    text = xaml(members='<x:Property Name="in_Case" Type="InArgument(x:String)"/>')
    (point,) = read(tmp_path, project(document(), {"Main.xaml": text})).entry_points
    assert (point.name, [argument.name for argument in point.inputs]) == ("Main.xaml", ["in_Case"])


def test_bindings_tell_assets_queues_and_connections(tmp_path: Path) -> None:
    bindings = {
        "resources": [
            {"resource": "asset", "key": "Share.Folder"},
            {"resource": "queue", "key": "Fines.Folder"},
            {"resource": "Connection", "key": "a.b"},
            {"resource": "process", "key": "Other"},
            {"key": 1},
            {},
            None,
        ]
    }
    found = read(tmp_path, project(document(), {"bindings_v2.json": json.dumps(bindings)})).to_set
    assert (found.assets, found.queues) == (("Share",), ("Fines",))


def test_what_studio_keeps_for_itself_is_not_read(tmp_path: Path) -> None:
    files = {f"{folder}/Old.xaml": xaml('<ui:GetRobotAsset AssetName="Old"/>') for folder in (".local", ".screenshots", ".tmh", "a/.local")}
    assert read(tmp_path, project(document(), files)).to_set.assets == ()


def test_a_damaged_workflow_is_said_and_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, project(document(), {"Sub/Broken.xaml": "<Activity", "Sub/Empty.xaml": ""}))
    assert [note.code for note in found.notes] == ["xaml_damaged", "xaml_damaged"]
    assert "Sub/Broken.xaml" in found.notes[0].text


def test_a_document_type_in_a_workflow_refuses_the_whole(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, project(document(), {"Sub/Evil.xaml": DTD + xaml()}))
    assert (refused.value.code, refused.value.where) == ("xml_dtd", "Sub/Evil.xaml")


def test_a_project_one_folder_down(tmp_path: Path) -> None:
    data = zipped({"fines-main/project.json": json.dumps(document()).encode(), "fines-main/Main.xaml": xaml().encode()})
    found = read(tmp_path, data)
    assert (found.kind, [point.name for point in found.entry_points]) == ("uipath-project-zip", ["Main.xaml"])


def test_a_solution(tmp_path: Path) -> None:
    data = zipped(
        {
            "Fines.uipx": b'{"DocVersion": "1", "Projects": []}',
            "A/project.json": json.dumps(document(name="A", dependencies={"B": "1.0", "X": "[2]"}, description="One")).encode(),
            "A/Main.xaml": xaml('<ui:GetRobotAsset AssetName="Share"/>').encode(),
            "B/project.json": json.dumps(document(name="B", studioVersion="25.1", dependencies={"X": "[2]"})).encode(),
            "B/Main.xaml": xaml().encode(),
        }
    )
    found = read(tmp_path, data)
    assert (found.kind, found.name, found.version, found.description) == ("uipath-solution-zip", "Fines", None, "One")
    assert found.platform_version == "25.1"
    assert [point.name for point in found.entry_points] == ["A/Main.xaml", "B/Main.xaml"]
    assert found.dependencies == (Dependency("nuget", "B", "1.0", included=True), Dependency("nuget", "X", "[2]"))
    assert found.to_set.assets == ("Share",)


def test_a_solution_without_projects(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, zipped({"Fines.uipx": b"{}"}))
    assert refused.value.code == "uipath_solution_empty"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ({}, None),
        ({"name": "x", "version": "1"}, None),
        ({"dependencies": {}}, None),
        ({"dependencies": {}, "projectId": "1"}, "uipath-project-zip"),
    ],
)
def test_only_a_project_of_ui_path_is_one(tmp_path: Path, written: dict[str, Any], read_as: str | None) -> None:
    data = zipped({"project.json": json.dumps(written).encode()})
    if read_as:
        assert read(tmp_path, data).kind == read_as
        return
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data)
    assert refused.value.code == "not_recognised"


ODD: list[Any] = [None, 1, "x", [], {}, [1], ["x"], [None], [[]], {"a": 1}, {"a": {}}, True, "a\0b\ud800"]
KEYS = ["name", "projectVersion", "description", "studioVersion", "main", "entryPoints", "designOptions", "dependencies", "projectType"]


@pytest.mark.parametrize("key", KEYS)
def test_values_of_another_shape_are_left_out(tmp_path: Path, key: str) -> None:
    for value in ODD:
        for data in (project(document(**{key: value})), studio(document(**{key: value}))):
            found = read(tmp_path, data)
            assert found.platform == "uipath"
            json.dumps(found.as_json(), ensure_ascii=False).encode()


@pytest.mark.parametrize("key", ["outputType", "libraryOptions", "fileInfoCollection", "processOptions"])
def test_so_are_they_among_the_design_options(tmp_path: Path, key: str) -> None:
    for value in (*ODD, {"privateWorkflows": 1}, {"privateWorkflows": [1, {}]}, [{"fileName": 1}]):
        for kind in ("Process", "Library", "Tests"):
            found = read(tmp_path, project(document(main=None, designOptions={"outputType": kind, key: value})))
            assert found.kind == "uipath-project-zip"


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "1", '{"resources": 1}', '{"resources": {"a": 1}}', '{"resources": [[], {"key": []}]}', "{" * 100_000]
)
def test_bindings_of_another_shape(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, project(document(), {"bindings_v2.json": text})).to_set.assets == ()


# Packages


def test_a_process_as_studio_publishes_it(tmp_path: Path) -> None:
    metadata = (
        "<id>Fines</id><version>1.0.3-beta.1</version><title>Pay fines</title><description>Pays</description>"
        "<authors>Hampshire County Council, ada.byron, HANTS\\ada</authors><license type='expression'>MIT</license>"
        "<dependencies><group targetFramework='net8.0'><dependency id='UiPath.System.Activities' version='[24.10.6]'/></group>"
        "<group targetFramework='net461'><dependency id='UiPath.System.Activities' version='[24.10.6]'/><dependency/></group></dependencies>"
    )
    found = read(tmp_path, studio(document(name="Not this", projectVersion="9.9.9"), metadata=metadata))
    assert (found.kind, found.name, found.version, found.title) == ("uipath-nupkg-process", "Fines", "1.0.3-beta.1", "Pay fines")
    assert found.authors == ("Hampshire County Council",)  # Windows accounts name people by accident
    assert (found.licence, found.description) == ("MIT", "Pays")
    assert found.dependencies == (Dependency("nuget", "UiPath.System.Activities", "[24.10.6]"),)
    assert [point.name for point in found.entry_points] == ["Main.xaml"]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({}, "uipath-nupkg-process"),
        ({"designOptions": {"outputType": "Process"}}, "uipath-nupkg-process"),
        ({"designOptions": {"outputType": "Library"}}, "uipath-nupkg-library"),
        ({"designOptions": {"outputType": "Tests"}}, "uipath-nupkg-tests"),
        ({"projectType": "TestAutomation"}, "uipath-nupkg-tests"),
        ({"projectType": "Workflow"}, "uipath-nupkg-process"),
    ],
)
def test_kinds_of_packages(tmp_path: Path, written: dict[str, Any], kind: str) -> None:
    assert read(tmp_path, studio(document(**written))).kind == kind


def test_projects_of_before_2018(tmp_path: Path) -> None:
    old = {"Description": "Pays", "Version": "1.0.0.0", "MainWorkflow": "Pay.xaml", "Id": "Fines", "Dependencies": {"UiPath.Core": "[1.0]"}}
    found = read(tmp_path, project(old, {"Pay.xaml": xaml()}))
    assert (found.kind, found.name, found.version, found.description) == ("uipath-project-zip", "Fines", "1.0.0.0", "Pays")
    assert [point.name for point in found.entry_points] == ["Pay.xaml"]
    packed = read(tmp_path, package(files={"lib/net45/project.json": json.dumps(old), "lib/net45/Pay.xaml": xaml()}))
    assert [point.name for point in packed.entry_points] == ["Pay.xaml"]
    assert packed.dependencies == found.dependencies == (Dependency("nuget", "UiPath.Core", "[1.0]"),)


def test_packages_of_before_2022(tmp_path: Path) -> None:
    found = read(tmp_path, package(files={"lib/net45/project.json": json.dumps(document()), "lib/net45/Main.xaml": xaml()}))
    assert (found.kind, [point.name for point in found.entry_points]) == ("uipath-nupkg-process", ["Main.xaml"])


def test_a_librarys_public_activities(tmp_path: Path) -> None:
    written = document(
        designOptions={"outputType": "Library", "libraryOptions": {"privateWorkflows": ["Sub\\Inner.xaml"]}},
        entryPoints=[{"filePath": "NewActivity.xaml"}],
    )
    files = {
        "content/Pay.xaml": xaml(),
        "content/Sub/Inner.xaml": xaml(),
        "content/Pay.xaml.json": "{}",
        "content/Sub/Inner.xaml.json": "{}",
    }
    assert [point.name for point in read(tmp_path, studio(written, files)).entry_points] == ["Pay.xaml"]


def test_tests_are_the_entry_points_of_their_package(tmp_path: Path) -> None:
    written = document(designOptions={"outputType": "Tests", "fileInfoCollection": [{"fileName": "Test1.xaml"}, {}, 1]})
    assert [point.name for point in read(tmp_path, studio(written)).entry_points] == ["Test1.xaml"]


PYTHON = {
    "content/operate.json": "{}",
    "content/pyproject.toml": '[project]\nname = "fines"\nrequires-python = ">=3.11"\ndependencies = ["uipath>=2", "not ! one"]',
    "content/main.py": "URL = 'https://api.example.org/'",
}


def test_a_package_of_python(tmp_path: Path) -> None:
    points = {
        "entryPoints": [
            {
                "filePath": "main",
                "input": {"properties": {"case": {"type": "string", "description": "its number"}, "odd": 1}, "required": ["case"]},
                "output": {"properties": {"sum": {"type": "number"}}},
            },
            {"filePath": "../../samples/other"},
            {},
            1,
        ]
    }
    bindings = {"resources": [{"resource": "asset", "key": "Share"}, {"resource": "queue", "key": "Fines"}, 1, {"key": 1}]}
    files = {**PYTHON, "content/entry-points.json": json.dumps(points), "content/bindings_v2.json": json.dumps(bindings)}
    found = read(tmp_path, package(files=files))
    assert (found.kind, found.name, found.platform_version) == ("uipath-nupkg-python", "Fines", "Python >=3.11")
    assert [point.name for point in found.entry_points] == ["main", "../../samples/other"]
    assert found.entry_points[0].inputs == (Argument("case", "string", True, "its number"), Argument("odd", "", False))
    assert found.entry_points[0].outputs == (Argument("sum", "number", False),)
    assert found.dependencies == (Dependency("pypi", "uipath", ">=2"),)
    assert (found.to_set.assets, found.to_set.queues, found.reach.hosts) == (("Share",), ("Fines",), ("api.example.org",))


def test_a_package_of_python_without_entry_points_says_so(tmp_path: Path) -> None:
    assert [note.code for note in read(tmp_path, package(files=PYTHON)).notes] == ["entry_points_missing"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("entry-points.json", json.dumps({"entryPoints": value})) for value in (1, "x", {"a": 1}, [{"filePath": 1}], [{"filePath": "m", "input": 1}])),
        ("entry-points.json", json.dumps({"entryPoints": [{"filePath": "m", "input": {"properties": {"a": 1}, "required": 1}}]})),
        ("entry-points.json", json.dumps({"entryPoints": [{"filePath": "m", "input": {"properties": 1}}]})),
        *(("bindings_v2.json", json.dumps({"resources": value})) for value in (1, "x", {"a": 1}, [{"key": "a", "resource": []}])),
        ("pyproject.toml", "project = 1"),
        ("pyproject.toml", "[project]\ndependencies = 1"),
        ("pyproject.toml", "[project]\ndependencies = [1]\nrequires-python = 3"),
        ("pyproject.toml", ""),
    ],
)  # fmt: skip
def test_a_package_of_python_with_values_of_another_shape(tmp_path: Path, name: str, text: str) -> None:
    assert read(tmp_path, package(files={**PYTHON, f"content/{name}": text})).kind == "uipath-nupkg-python"


def test_activities_in_dotnet(tmp_path: Path) -> None:
    by_name = package("<id>Acme.Excel.Activities</id><version>1.0</version>", {"lib/net6.0/Acme.dll": "MZ"})
    by_need = package(NAMED + "<dependencies><dependency id='UiPath.Activities.Api'/></dependencies>", {"lib/net6.0/Acme.dll": "MZ"})
    by_code = package(NAMED, {"lib/net6.0/Acme.dll": "MZ\0System.Activities\0"})
    assert [read(tmp_path, data).kind for data in (by_name, by_need, by_code)] == ["nupkg-dotnet-activities"] * 3


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (package(files={"lib/net6.0/Newtonsoft.Json.dll": "MZ"}), "nuget_plain_package"),
        (package(files={"tools/install.ps1": "rm"}), "nuget_plain_package"),
        (package(), "nuget_plain_package"),
        (package("<id>Acme.Activities</id><version>1.0</version>"), "nuget_plain_package"),
        (package(files={"content/project.json": "{}"}), "nuget_plain_package"),
        (package(files={"Other.nuspec": nuspec(NAMED)}), "nuspec_several"),
        (zipped({"a.nuspec": b"<package/>"}), "nuspec_metadata_missing"),
        (zipped({"a.nuspec": b"no XML"}), "xml_damaged"),
        (zipped({"a.nuspec": f"<!DOCTYPE package>{nuspec(NAMED)}".encode()}), "xml_dtd"),
        (package("<version>1.0</version>"), "nuspec_id"),
        (package("<id/><version>1.0</version>"), "nuspec_id"),
        (package("<id>../../x</id><version>1.0</version>"), "nuspec_id"),
        (package("<id>a b</id><version>1.0</version>"), "nuspec_id"),
        (package("<id>Fines</id>"), "nuspec_version"),
        (package("<id>Fines</id><version> </version>"), "nuspec_version"),
        (package(files={"content/project.json": "{"}), "json_damaged"),
        (package(files={**PYTHON, "content/pyproject.toml": "[project"}), "pyproject_damaged"),
        (package(files={**PYTHON, "content/entry-points.json": "["}), "json_damaged"),
    ],
)
def test_packages_that_are_refused(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data)
    assert refused.value.code == code
    assert refused.value.mend


def test_the_name_of_the_file_counts_for_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, studio(document()), "BlankProcess19.1.0.3.nupkg")
    assert (found.name, found.version) == ("Fines", "1.0.3")


def test_names_that_no_database_keeps_are_replaced(tmp_path: Path) -> None:
    told = read(tmp_path, project(document(name="a\0b", description="\ud83d!", dependencies={"x\0": "1"}))).as_json()
    assert (told["name"], told["description"]) == ("a\ufffdb", "\ufffd!")
    assert told["dependencies"][0]["name"] == "x\ufffd"


def workbook(sheets: dict[str, list[tuple[str, ...]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


CONFIGURED = (
    '<ui:GetRobotAsset AssetName="[row(&quot;Asset&quot;).ToString]"/>'
    '<ui:AddQueueItem QueueName="[in_Config(&quot;OrchestratorQueueName&quot;).ToString]"/>'
    '<ui:GetRobotCredential AssetName="[in_Config(&quot;Login&quot;).ToString]"/><ui:GetRobotAsset AssetName="[in_Config(&quot;Other&quot;).ToString]"/>'
)
SHEETS: dict[str, list[tuple[str, ...]]] = {
    "Settings": [("Name", "Value", "Description"), ("OrchestratorQueueName", "Fines", "x"), ("Password", "hunter2-hunter2", "")],
    "Constants": [("Name", "Value"), ("Login", "Fines login")],
    "Assets": [("Name", "Asset", "Folder"), ("Url", "Fines address", "Shared"), ("Unfilled", "", "")],
}


def configured(folder: Path, data: bytes, name: str = "Data/Config.xlsx") -> ToSet:
    members = {"project.json": json.dumps(document()).encode(), "Main.xaml": xaml(CONFIGURED).encode(), name: data}
    return read(folder, zipped(members)).to_set


def test_names_that_workflows_look_up_stand_in_the_projects_workbook(tmp_path: Path) -> None:
    told = configured(tmp_path, workbook(SHEETS))
    assert told.queues == ("Fines",)
    assert told.credentials == ("Fines login",)
    assert told.assets == ('[in_Config("Other").ToString]', "Fines address")
    assert "hunter2" not in str(told)


@pytest.mark.parametrize(("data", "name"), [(b"PK no workbook", "Data/Config.xlsx"), (workbook(SHEETS), ".local/Config.xlsx")])
def test_without_a_workbook_that_can_be_read_the_expressions_stay(tmp_path: Path, data: bytes, name: str) -> None:
    assert configured(tmp_path, data, name).queues == ('[in_Config("OrchestratorQueueName").ToString]',)
