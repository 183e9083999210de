"""OpenRPA: what workflows, records and projects say, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect, read
from registry.formats.model import Argument, Dependency, Inspection, Onward, Step
from tests.registry.formats import openrpa_files as rpa
from tests.registry.formats.hostile import zipped


def inspected(data: bytes | str, folder: Path, name: str = "look_up.xaml") -> Inspection:
    path = folder / "file"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return inspect(path, name)


def refused(data: bytes | str, folder: Path) -> Unreadable:
    with pytest.raises(Unreadable) as error:
        inspected(data, folder)
    assert error.value.mend
    return error.value


def steps(*inner: str, folder: Path) -> dict[str, Step]:
    return {step.id: step for step in inspected(rpa.workflow(*inner), folder).steps}


SIGN_IN = rpa.element(
    "Sequence",
    rpa.element("oa:GetCredentials", id="GetCredentials_1", Name="RMS robot", Username="[user]", Password="[password]"),
    rpa.element("on:OpenURL", id="OpenURL_1", Browser="chrome", Url='["https://rms.example.org/login"]'),
    rpa.element(
        "on:GetElement",
        id="GetElement_1",
        Image="/9j/4AAQhttps://never.example.org",
        Selector=rpa.selector({"Selector": "NM", "browser": "edge", "url": "https://cases.example.org/?q=1"}, {"xpath": "//a"}),
    ),
    rpa.element("oa:OpenApplication", id="OpenApplication_1", Selector=rpa.selector({"Selector": "Windows", "filename": "%windir%\\system32\\NOTEPAD.EXE"})),
    rpa.element("oa:PopWorkitem", id="PopWorkitem_1", wiq="Victims"),
    rpa.element("oa:InvokeOpenRPA", id="InvokeOpenRPA_1", workflow="RMS/Write log"),
    rpa.element("os:InvokeCode", id="InvokeCode_1", Language="VB", Code='Dim a = Environment.GetEnvironmentVariable("RMS_HOST")'),
    rpa.element("of:InvokeForm", id="InvokeForm_1", DisplayName="Ask  which case", Form="<form/>"),
    rpa.element("oa:SaveFile", id="SaveFile_1", Filename=r"C:\Robots\out.csv", Notify="rpa@example.org"),
    id="Sequence_1",
    DisplayName="Main",
)  # fmt: skip


def test_a_workflow(tmp_path: Path) -> None:
    arguments = {"reference": "InArgument(x:String)", "found": "OutArgument(scg:List(x:String))", "both": "InOutArgument(x:Int32)"}
    found = inspected(rpa.workflow(SIGN_IN, name="Hampshire.Look_up", arguments=arguments), tmp_path)
    assert (found.platform, found.kind, found.name, found.version) == ("openrpa", "openrpa-xaml", "Look_up", None)
    (point,) = found.entry_points
    assert (point.name, point.inputs, point.outputs) == (
        "Look_up",
        (Argument("reference", "String", False), Argument("both", "Int32", False)),
        (Argument("found", "List<String>", False), Argument("both", "Int32", False)),
    )
    assert found.dependencies == (
        *(Dependency("openrpa-assembly", name) for name in ("OpenRPA", "OpenRPA.Forms", "OpenRPA.NM", "OpenRPA.Script")),
        Dependency("openrpa-workflow", "RMS/Write log"),
    )
    assert found.reach.applications == ("chrome", "edge", "notepad.exe", "rms.example.org", "cases.example.org")
    assert found.reach.hosts == ("rms.example.org", "cases.example.org")
    assert (found.reach.paths, found.reach.addresses) == ((r"C:\Robots\out.csv",), ("rpa@example.org",))
    assert (found.to_set.credentials, found.to_set.queues, found.to_set.environment_variables) == (
        ("RMS robot",),
        ("Victims",),
        ("RMS_HOST",),
    )


def test_steps_of_a_workflow(tmp_path: Path) -> None:
    found = steps(SIGN_IN, folder=tmp_path)
    assert {step.part for step in found.values()} == {"Look_up"}
    assert {step.within for own, step in found.items() if own != "Sequence_1"} == {"Sequence_1"}
    kinds = {own: (step.kind, step.human, step.language) for own, step in found.items()}
    assert kinds["Sequence_1"] == ("group", False, "")
    assert kinds["InvokeOpenRPA_1"] == ("call", False, "")
    assert kinds["InvokeCode_1"] == ("code", False, "vbnet")
    assert kinds["InvokeForm_1"] == ("human", True, "")
    assert kinds["GetCredentials_1"] == ("action", False, "")
    assert (found["InvokeForm_1"].name, found["InvokeForm_1"].action) == ("Ask which case", "OpenRPA InvokeForm")
    assert found["OpenURL_1"].name == "Open URL"
    assert found["InvokeOpenRPA_1"].name == "Run workflow: Write log"
    assert not any(step.onward for step in found.values())


def test_branches_lead_behind_the_decision(tmp_path: Path) -> None:
    found = steps(
        rpa.element(
            "Sequence",
            rpa.element(
                "If",
                rpa.element("If.Then", rpa.element("oa:TypeText", id="Then_1")),
                rpa.element("If.Else", rpa.element("Sequence", rpa.element("oa:ClickElement", id="Click_1"), id="Else_1")),
                id="If_1", Condition="[a]",
            ),
            rpa.element("If", rpa.element("If.Then", rpa.element("Throw", id="Throw_1")), id="If_2"),
            rpa.element("oa:CloseApplication", id="Close_1"),
            id="Sequence_1",
        ),
        folder=tmp_path,
    )  # fmt: skip
    assert (found["If_1"].kind, found["If_1"].onward) == ("decision", (Onward("Then_1", "Then"), Onward("Else_1", "Else")))
    assert (found["Then_1"].within, found["Then_1"].onward, found["Else_1"].onward) == ("If_1", (Onward("If_2"),), (Onward("If_2"),))
    assert (found["Click_1"].within, found["Click_1"].onward) == ("Else_1", ())
    assert found["If_2"].onward == (Onward("Throw_1", "Then"), Onward("Close_1", "Else"))
    assert (found["Throw_1"].kind, found["Throw_1"].onward) == ("exception", (Onward("", on_error=True),))


def test_handlers_are_routes_of_errors(tmp_path: Path) -> None:
    found = steps(
        rpa.element(
            "TryCatch",
            rpa.element("TryCatch.Try", rpa.element("on:OpenURL", id="Open_1")),
            rpa.element(
                "TryCatch.Catches",
                rpa.element("Catch", rpa.element("ActivityAction", rpa.element("oa:SaveFile", id="Save_1")), id="Catch`1_1", x__TypeArguments="s:TimeoutException"),
            ),
            rpa.element("TryCatch.Finally", rpa.element("oa:CloseApplication", id="Close_1")),
            id="Try_1",
        ),
        folder=tmp_path,
    )  # fmt: skip
    assert set(found) == {"Try_1", "Open_1", "Save_1", "Close_1"}
    assert found["Try_1"].onward == (Onward("Open_1"), Onward("Save_1", "TimeoutException", on_error=True))
    assert (found["Open_1"].onward, found["Save_1"].onward, found["Close_1"].onward) == (
        (Onward("Close_1"),),
        (Onward("Close_1"),),
        (Onward(""),),
    )


def test_a_flowchart_leads_where_its_lines_do(tmp_path: Path) -> None:
    found = steps(
        rpa.element(
            "Flowchart",
            rpa.element("Flowchart.StartNode", rpa.element("x:Reference", "__ReferenceID0")),
            rpa.element(
                "FlowStep",
                rpa.element("oa:TypeText", id="Type_1"),
                rpa.element(
                    "FlowStep.Next",
                    rpa.element(
                        "FlowDecision",
                        rpa.element("FlowDecision.True", rpa.element("FlowStep", rpa.element("oa:SaveFile", id="Save_1"), x__Name="__ReferenceID2")),
                        rpa.element("FlowDecision.False", rpa.element("x:Reference", "__ReferenceID0")),
                        id="FlowDecision_1", x__Name="__ReferenceID1",
                    ),
                ),
                x__Name="__ReferenceID0",
            ),
            id="Flowchart_1",
        ),
        folder=tmp_path,
    )  # fmt: skip
    assert found["Type_1"].onward == (Onward("FlowDecision_1"),)
    assert (found["FlowDecision_1"].kind, found["FlowDecision_1"].onward) == (
        "decision",
        (Onward("Save_1", "True"), Onward("Type_1", "False")),
    )
    assert found["Save_1"].onward == (Onward(""),)
    assert {step.within for own, step in found.items() if own != "Flowchart_1"} == {"Flowchart_1"}


def test_states_lead_by_their_transitions(tmp_path: Path) -> None:
    change = rpa.element("Transition", rpa.element("Transition.To", rpa.element("x:Reference", "__ReferenceID1")), DisplayName="Found")
    found = steps(
        rpa.element(
            "StateMachine",
            rpa.element("StateMachine.InitialState", rpa.element("x:Reference", "__ReferenceID0")),
            rpa.element("State", x__Name="__ReferenceID1", id="State_2", IsFinal="True"),
            rpa.element(
                "State",
                rpa.element("State.Entry", rpa.element("WriteLine", id="Write_1")),
                rpa.element("State.Transitions", change),
                x__Name="__ReferenceID0",
                id="State_1",
            ),
            id="StateMachine_1",
        ),
        folder=tmp_path,
    )
    assert list(found) == ["StateMachine_1", "State_1", "Write_1", "State_2"]
    assert found["State_1"].onward == (Onward("State_2", "Found"),)
    assert found["State_1"].kind == "group"
    assert found["Write_1"].within == "State_1"
    assert found["State_2"].onward == (Onward(""),)


def test_what_is_commented_out_is_no_step_and_the_next_page_comes_last(tmp_path: Path) -> None:
    found = steps(
        rpa.element("oa:CommentOut", rpa.element("oa:TypeText", id="Type_1"), id="CommentOut_1"),
        rpa.element(
            "on:GetElement",
            rpa.element("on:GetElement.LoopAction", rpa.element("on:GetElement", id="Next_1")),
            rpa.element("ActivityAction", rpa.element("oa:ClickElement", id="Click_1")),
            id="All_1",
        ),
        folder=tmp_path,
    )
    assert list(found) == ["All_1", "Click_1", "Next_1"]


def test_ids_are_each_one_steps(tmp_path: Path) -> None:
    found = inspected(rpa.workflow(*(rpa.element("oa:TypeText", id="Type_1") for _ in range(3)), rpa.element("oa:ClickElement")), tmp_path)
    assert len({step.id for step in found.steps}) == 4


def test_a_record_of_the_database(tmp_path: Path) -> None:
    parameters = [
        {"name": "reference", "type": "System.String", "direction": "in"},
        {"name": "found", "type": "System.Boolean", "direction": "out"},
    ]
    found = inspected(json.dumps(rpa.record(rpa.workflow(SIGN_IN), Parameters=parameters)), tmp_path, "export.json")
    assert (found.kind, found.name) == ("openrpa-xaml", "Look up")
    (point,) = found.entry_points
    assert (point.inputs, point.outputs) == ((Argument("reference", "String"),), (Argument("found", "Boolean"),))
    assert found.to_set.credentials == ("RMS robot",)


def test_several_records_and_their_project(tmp_path: Path) -> None:
    other = rpa.record(rpa.workflow(rpa.element("oa:SaveFile", id="Save_1"), name="Write_log"), name="Write log")
    records = [
        {"_type": "project", "name": "RMS", "Filename": "rms.rpaproj", "dependencies": {"Hampshire.Rms": "1.2.0"}},
        rpa.record(rpa.workflow(SIGN_IN)),
        other,
    ]
    found = inspected(json.dumps(records), tmp_path, "export.json")
    assert (found.name, [point.name for point in found.entry_points]) == ("RMS", ["Look up", "Write log"])
    assert {step.part for step in found.steps} == {"Look up", "Write log"}
    assert Dependency("openrpa-workflow", "RMS/Write log", None, True) in found.dependencies
    assert Dependency("nuget", "Hampshire.Rms", "1.2.0") in found.dependencies


def test_a_project_in_a_zip(tmp_path: Path) -> None:
    found = inspected(rpa.project({"look_up.xaml": rpa.workflow(SIGN_IN), "log.xaml": rpa.workflow(name="Write_log")}), tmp_path, "rms.zip")
    assert (found.kind, found.name, len(found.files)) == ("openrpa-project", "RMS", 3)
    assert [point.name for point in found.entry_points] == ["Look_up", "Write_log"]
    assert Dependency("nuget", "Hampshire.Rms", "1.2.0") in found.dependencies


def test_what_holds_no_workflow_is_refused(tmp_path: Path) -> None:
    assert refused(json.dumps({"_type": "project", "name": "RMS", "Filename": "rms.rpaproj"}), tmp_path).code == "openrpa_without_workflow"
    assert refused(zipped({"rms.rpaproj": b"[", "a.txt": b"x"}), tmp_path).code == "openrpa_without_workflow"
    assert refused('{"_type": "workflow", "Xaml": "<Activity', tmp_path).code == "json_damaged"
    assert refused(json.dumps(rpa.record("<Activity")), tmp_path).code == "xml_damaged"
    assert refused("<!DOCTYPE a>" + rpa.workflow(), tmp_path).code == "xml_dtd"
    assert refused('{"_type": "workflow", "name": "of another product"}', tmp_path).code == "not_recognised"


def test_windows_and_workflows_of_others_are_left_to_their_reader(tmp_path: Path, corpus: Path) -> None:
    assert refused(rpa.workflow(rpa.element("Sequence"), spaces=("", "x", "sap2010")), tmp_path).code == "xaml_not_uipath"
    with pytest.raises(Unreadable) as error:
        inspect(corpus / "openrpa" / "WPF-view-Snippets.xaml")
    assert error.value.code == "xaml_not_a_workflow"


def test_deep_nesting_stops_nothing(tmp_path: Path) -> None:
    deep = rpa.element("oa:TypeText", id="Type_1")
    for _ in range(100):
        deep = rpa.element("TryCatch", rpa.element("TryCatch.Try", deep))
    found = inspected(rpa.workflow(deep), tmp_path)
    assert len(found.steps) == 101
    assert refused(rpa.workflow("<Sequence>" * 400 + "</Sequence>" * 400), tmp_path).code == "xml_damaged"


def test_code_is_told_in_its_language(tmp_path: Path) -> None:
    path = tmp_path / "look_up.xaml"
    path.write_text(
        rpa.workflow(rpa.element("os:InvokeCode", id="a", DisplayName="Add up", Language="Python", Code="a = 1")), encoding="utf-8"
    )
    content = read(path)[1]
    assert [(one.form, one.language, one.place) for one in content.fragments if one.text == "a = 1"] == [
        ("code", "python", "Activity “Add up”, Code")
    ]
    assert [(fact.what, fact.where) for fact in content.of("code")] == [("python", "Activity “Add up”")]


def test_the_corpus_is_read_as_its_truth_says(corpus: Path) -> None:
    rows = [json.loads(line) for line in (corpus / "TRUTH.jsonl").read_text(encoding="utf-8").splitlines()]
    mine = [row for row in rows if row["truth"]["identify_as"] == "openrpa-xaml"]
    assert mine
    for row in mine:
        found, truth = inspect(corpus / row["path"]), row["truth"]
        assert (found.kind, found.name, found.version) == ("openrpa-xaml", truth["name"], truth["version"])
        assert {need.name for need in found.dependencies} == set(truth["dependencies"]["assemblies"])
        assert [one.name for point in found.entry_points for one in point.inputs] == [name for name, *_ in truth["entry_points"][0]["args"]]
        assert {name for name in truth["target_apps"] if "://" not in name} <= set(found.reach.applications)
        counts = {name: count for name, count in truth["activities"].items() if name not in ("Collection", "Dictionary")}
        told = [step.action.removeprefix("OpenRPA ") for step in found.steps]
        assert {name: told.count(name) for name in counts} == counts


def test_elements_of_the_old_browser_name_no_browser(tmp_path: Path) -> None:
    found = inspected(
        rpa.workflow(rpa.element("oa:OpenApplication", Selector=rpa.selector({"Selector": "IE", "url": "https://rms.example.org/#start"}))),
        tmp_path,
    )
    assert found.reach.applications == ("iexplore.exe", "rms.example.org")
