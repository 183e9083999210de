"""n8n: workflows however they were exported, what stands in them, and credentials that are refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from registry.errors import Unreadable
from registry.formats import inspect, read
from registry.formats.arguments import Argument
from registry.formats.model import Dependency, Inspection, Onward, Step


def node(name: str, kind: str, version: float = 1, **more: Any) -> dict[str, Any]:
    full = kind if "." in kind else f"n8n-nodes-base.{kind}"
    return {"id": f"id-{name}", "name": name, "type": full, "typeVersion": version, "position": [0, 0], "parameters": {}, **more}


def leads(*ways: str | tuple[str, ...]) -> dict[str, Any]:
    """Connections of one node: for each output the nodes it leads to."""
    return {"main": [[{"node": to, "type": "main", "index": 0} for to in ((way,) if isinstance(way, str) else way)] for way in ways]}


def workflow(
    *nodes: dict[str, Any], name: str | None = "Victim update", connections: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    named = {} if name is None else {"name": name}
    return {**named, "nodes": list(nodes), "connections": connections or {}, **more}


def written(tmp_path: Path, document: Any, name: str = "flow.json", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode(encoding))
    return path


def found(tmp_path: Path, document: Any, encoding: str = "utf-8") -> Inspection:
    return inspect(written(tmp_path, document, encoding=encoding))


START, MAIL = node("Every morning", "scheduleTrigger", 1.2), node("Tell", "gmail", 2.1)


def test_a_workflow_is_read(tmp_path: Path) -> None:
    whole = workflow(START, MAIL, node("Note", "stickyNote"), id="abc", versionId="0f", description="Tells victims.")
    read_ = found(tmp_path, whole)
    assert (read_.platform, read_.kind, read_.name, read_.version) == ("n8n", "n8n-workflow", "Victim update", None)
    assert read_.description == "Tells victims."
    assert [point.name for point in read_.entry_points] == ["Every morning"]
    assert [step.name for step in read_.steps] == ["Every morning", "Tell"]
    assert read_.dependencies == (
        Dependency("n8n-node", "n8n-nodes-base.gmail", "2.1"),
        Dependency("n8n-node", "n8n-nodes-base.scheduleTrigger", "1.2"),
        Dependency("n8n-node", "n8n-nodes-base.stickyNote", "1"),
    )
    assert read_.provides == ("abc", "Victim update")
    assert found(tmp_path, workflow(START, name=None)).name is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert found(tmp_path, workflow(START, name="Blækhus"), encoding).name == "Blækhus"


@pytest.mark.parametrize(
    "wrapped",
    [
        [workflow(START)],
        {"data": [workflow(START)], "nextCursor": None},
        {"workflow": workflow(START)},
        {"data": {"workflow": workflow(START, name=None), "name": "Victim update"}},
    ],
)
def test_however_it_was_exported(tmp_path: Path, wrapped: Any) -> None:
    read_ = found(tmp_path, wrapped)
    assert (read_.name, len(read_.entry_points)) == ("Victim update", 1)


def test_several_in_one_export_and_in_a_zip(tmp_path: Path) -> None:
    call = node(
        "Call", "executeWorkflow", parameters={"workflowId": {"__rl": True, "value": "b1", "mode": "list", "cachedResultName": "Letters"}}
    )
    both = [workflow(START, call, id="a1"), workflow(START, MAIL, name="Letters", id="b1")]
    read_ = found(tmp_path, both)
    assert [point.name for point in read_.entry_points] == ["Victim update: Every morning", "Letters: Every morning"]
    assert {step.part for step in read_.steps} == {"Victim update", "Letters"}
    assert Dependency("n8n-workflow", "Letters", included=True) in read_.dependencies
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, one in enumerate(both):
            archive.writestr(f"flows/{number}.json", json.dumps(one))
        archive.writestr("flows/package.json", "{}")
    packed = inspect(written(tmp_path, out.getvalue(), "flows.zip"))
    assert (packed.name, packed.steps, len(packed.files)) == ("Victim update", read_.steps, 3)


@pytest.mark.parametrize(
    ("kind", "is_one"),
    [
        ("webhook", True),
        ("formTrigger", True),
        ("cron", True),
        ("interval", True),
        ("start", True),
        ("emailReadImap", True),
        ("executeWorkflowTrigger", True),
        ("errorTrigger", True),
        ("@n8n/n8n-nodes-langchain.chatTrigger", True),
        ("n8n-nodes-nextcloud.nextcloudTrigger", True),
        ("respondToWebhook", False),
        ("httpRequest", False),
        ("set", False),
    ],
)
def test_what_starts_it(tmp_path: Path, kind: str, is_one: bool) -> None:
    assert [point.name for point in found(tmp_path, workflow(node("X", kind))).entry_points] == (["X"] if is_one else [])


def test_inputs_of_what_others_call_and_of_forms(tmp_path: Path) -> None:
    fields = node("Called", "executeWorkflowTrigger", 1.1, parameters={"workflowInputs": {"values": [{"name": "case", "type": "number"}]}})
    example = node("By example", "executeWorkflowTrigger", parameters={"inputSource": "jsonExample", "jsonExample": '{"a": "x", "b": [1]}'})
    form = node("Form", "formTrigger", parameters={"formFields": {"values": [{"fieldLabel": "Your name", "requiredField": True}]}})
    hook = node("Hook", "webhook", parameters={"path": "/victims", "httpMethod": "POST"})
    points = found(tmp_path, workflow(fields, example, form, hook)).entry_points
    assert [point.inputs for point in points] == [
        (Argument("case", "number"),),
        (Argument("a", "string"), Argument("b", "array")),
        (Argument("Your name", "text", required=True),),
        (),
    ]
    assert points[3].description == "POST /victims"


def test_community_nodes_name_their_package(tmp_path: Path) -> None:
    own = node("A", "@n8n/n8n-nodes-langchain.agent", 1.6), node("B", "CUSTOM.casework")
    theirs = node("C", "n8n-nodes-nextcloud.files"), node("D", "@council/n8n-nodes-cases.open"), node("E", "n8n-nodes-nextcloud.files", 2)
    needs = found(tmp_path, workflow(*own, *theirs)).dependencies
    assert [need.name for need in needs if need.ecosystem == "npm"] == ["@council/n8n-nodes-cases", "n8n-nodes-nextcloud"]
    assert [need.range for need in needs if need.name == "n8n-nodes-nextcloud.files"] == ["2"]


def test_called_workflows(tmp_path: Path) -> None:
    calls = (
        node("Old", "executeWorkflow", parameters={"workflowId": "17"}),
        node("Chosen", "executeWorkflow", parameters={"workflowId": {"value": "={{ $json.id }}"}}),
        node(
            "Tool", "@n8n/n8n-nodes-langchain.toolWorkflow", parameters={"workflowId": {"value": "x9", "cachedResultName": "Find a case"}}
        ),
    )
    needs = found(tmp_path, workflow(*calls, settings={"errorWorkflow": "err1"})).dependencies
    assert [(need.name, need.included) for need in needs if need.ecosystem == "n8n-workflow"] == [
        ("17", False),
        ("Find a case", False),
        ("err1", False),
    ]


def test_what_a_taker_sets_and_what_it_reaches(tmp_path: Path) -> None:
    text = (
        "={{ $env.API_BASE }}/x?k={{ $vars.region }}&s={{ $secrets.vault['key'] }} https://api.example.org/v1{{ $json.id }} a@example.org"
    )
    call = node("Ask", "httpRequest", parameters={"url": text, "file": "C:\\Data\\in.csv"})
    call["credentials"] = {"httpBasicAuth": {"id": "1", "name": "Case system"}, "oAuth2Api": "Old name", "notionApi": "", "x": {"id": "2"}}
    code = node(
        "Sum",
        "code",
        2,
        parameters={
            "jsCode": "return process.env['HOME_AREA'] + $env[\"ZONE\"] + myenv.NOT; p = '\\\\\\\\srv01\\\\in\\\\a.csv'; t = '\\\\hline'"
        },
    )
    note = node("Note", "stickyNote", parameters={"content": "See https://docs.example.org and mail b@example.org"})
    read_ = found(tmp_path, workflow(call, code, note))
    assert read_.to_set.credentials == ("httpBasicAuth: Case system", "oAuth2Api: Old name", "notionApi", "x", "vault.key")
    assert read_.to_set.environment_variables == ("API_BASE", "HOME_AREA", "ZONE")
    assert read_.to_set.assets == ("region",)
    assert (read_.reach.hosts, read_.reach.applications) == (("api.example.org",), ("api.example.org", "docs.example.org"))
    assert (read_.reach.paths, read_.reach.addresses) == (("C:\\Data\\in.csv", "\\\\srv01\\in\\a.csv"), ("a@example.org",))


def test_queues_are_named(tmp_path: Path) -> None:
    brokers = (
        node("In", "rabbitmqTrigger", parameters={"queue": "victims"}),
        node("Out", "kafka", parameters={"topic": "={{ $json.topic }}"}),
        node("Told", "mqtt", parameters={"topic": "letters/sent"}),
        node("Other", "set", parameters={"queue": "no queue"}),
    )
    assert found(tmp_path, workflow(*brokers)).to_set.queues == ("victims", "letters/sent")


@pytest.mark.parametrize(
    ("kind", "parameters", "expected"),
    [
        ("scheduleTrigger", {}, ("start", False, "")),
        ("formTrigger", {}, ("start", True, "")),
        ("if", {}, ("decision", False, "")),
        ("switch", {}, ("decision", False, "")),
        ("filter", {}, ("decision", False, "")),
        ("code", {}, ("code", False, "javascript")),
        ("code", {"language": "pythonNative"}, ("code", False, "python")),
        ("function", {}, ("code", False, "javascript")),
        ("executeCommand", {}, ("code", False, "shell")),
        ("executeWorkflow", {}, ("call", False, "")),
        ("splitInBatches", {}, ("group", False, "")),
        ("stopAndError", {}, ("exception", False, "")),
        ("errorTrigger", {}, ("exception", False, "")),
        ("form", {}, ("human", True, "")),
        ("wait", {}, ("event", False, "")),
        ("wait", {"resume": "form"}, ("human", True, "")),
        ("slack", {"operation": "sendAndWait"}, ("human", True, "")),
        ("slack", {"operation": "post"}, ("action", False, "")),
        ("slackHitlTool", {}, ("human", True, "")),
        ("aiTransform", {}, ("code", False, "javascript")),
    ],
)
def test_kinds_of_steps(tmp_path: Path, kind: str, parameters: dict[str, Any], expected: tuple[str, bool, str]) -> None:
    (step,) = found(tmp_path, workflow(node("X", kind, parameters=parameters))).steps
    assert (step.kind, step.human, step.language) == expected


def test_where_steps_lead(tmp_path: Path) -> None:
    rules = {"rules": {"values": [{"outputKey": "Urgent"}, {}]}, "options": {"fallbackOutput": "extra"}}
    nodes = (
        START,
        node("Asked?", "if", 2.2),
        node("Sort", "switch", 3, parameters=rules),
        node("Each", "splitInBatches", 3),
        node("Send", "httpRequest", 4.2, onError="continueErrorOutput", parameters={"resource": "letter", "operation": "send"}),
        node("Model", "@n8n/n8n-nodes-langchain.lmChatOpenAi"),
        MAIL,
    )
    ai = {"ai_languageModel": [[{"node": "Sort", "type": "ai_languageModel", "index": 0}]]}
    steps = found(
        tmp_path,
        workflow(
            *nodes,
            connections={
                "Every morning": leads(("Asked?", "Gone")),
                "Asked?": leads("Sort", "Tell"),
                "Sort": leads("Tell", "Send", "Each"),
                "Each": leads("Tell", "Send"),
                "Send": leads("Each", "Tell"),
                "Model": ai,
                "Nobody": leads("Tell"),
            },
        ),
    ).steps
    assert [step.onward for step in steps] == [
        (Onward("id-Asked?"),),
        (Onward("id-Sort", "true"), Onward("id-Tell", "false")),
        (Onward("id-Tell", "Urgent"), Onward("id-Send", "1"), Onward("id-Each", "Fallback")),
        (Onward("id-Tell", "done"), Onward("id-Send", "loop")),
        (Onward("id-Each"), Onward("id-Tell", on_error=True)),
        (Onward("id-Sort", "language model"),),
        (Onward(""),),
    ]
    assert steps[4].action == "n8n-nodes-base.httpRequest: letter send"


def test_what_stops_it_raises(tmp_path: Path) -> None:
    (step,) = found(tmp_path, workflow(node("Stop", "stopAndError"))).steps
    assert (step.kind, step.onward) == ("exception", (Onward("", on_error=True),))


def test_missing_and_repeated_ids_and_odd_values(tmp_path: Path) -> None:
    nodes: list[Any] = [
        {"name": "A", "type": "n8n-nodes-base.set"},
        {"name": "A", "type": "n8n-nodes-base.set", "typeVersion": "two"},
        node("B", "set", id="A", parameters=None, credentials=["x"]),
        {"type": "n8n-nodes-base.set", "typeVersion": None, "name": None},
        {"name": "no type"},
        "not a node",
        None,
    ]
    whole = workflow(*nodes, connections={"A": {"main": [None, [None, {"node": 7}, "x"], 3]}, "B": None}, pinData=[], settings="x")
    steps = found(tmp_path, whole).steps
    assert [step.id for step in steps] == ["A", "A (2)", "A (3)", "set"]
    assert all(step.onward == (Onward(""),) for step in steps)
    assert found(tmp_path, workflow(node("Deep", "set", parameters={"a": _deep(150)}))).steps == (
        Step("id-Deep", "Deep", action="n8n-nodes-base.set", part="Victim update", onward=(Onward(""),)),
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [('"name": "A", "name": "B"', "json_duplicate_key"), ('"x": NaN', "json_number"), (f'"x": {"[" * 300 + "]" * 300}', "json_depth")],
)
def test_what_readers_take_in_several_ways_is_refused(tmp_path: Path, more: str, code: str) -> None:
    path = written(tmp_path, f'{{"nodes": [{{"type": "n8n-nodes-base.set", {more}}}], "connections": {{}}}}'.encode(), "flow.json")
    with pytest.raises(Unreadable) as refused:
        inspect(path)
    assert refused.value.code == code


def _deep(levels: int) -> Any:
    value: Any = "https://deep.example.org"
    for _ in range(levels):
        value = [value]
    return value


def test_data_from_a_test_and_nodes_that_are_off_are_told(tmp_path: Path) -> None:
    off = node("Tell", "gmail", disabled=True)
    path = written(tmp_path, workflow(START, off, pinData={"Every morning": [{"json": {"name": "Ida Holm"}}], "Tell": []}))
    inspection, content = read(path)
    assert [(note.code, note.text) for note in inspection.notes] == [
        ("pinned_data", "Data from a test is pinned to Every morning."),
        ("nodes_off", "Switched off: Tell."),
    ]
    assert "Ida" not in str(inspection)
    assert [fact.where for fact in content.of("data")] == ["Node “Every morning”, pinned data"]


SECRET = {"name": "Case system", "type": "httpBasicAuth", "id": "1"}


@pytest.mark.parametrize(
    "document",
    [
        [{**SECRET, "data": "U2FsdGVkX1+abc"}],
        {**SECRET, "data": {"user": "robot", "password": "hunter2hunter2"}},
        {"type": "githubApi", "data": "U2FsdGVkX1+abc"},
        {"type": "githubApi", "data": "hunter2", "nodesAccess": []},
        {"workflows": [workflow(START)], "credentials": [{**SECRET, "data": "hunter2"}]},
    ],
)
def test_credentials_are_refused_and_never_shown(tmp_path: Path, document: Any) -> None:
    with pytest.raises(Unreadable) as refused:
        found(tmp_path, document)
    assert refused.value.code == "n8n_credentials"
    told = f"{refused.value} {refused.value.where} {refused.value.mend}"
    assert not [one for one in ("hunter2", "U2FsdGVkX1", "Case system", "robot") if one in told]


def test_credentials_beside_workflows_in_a_zip(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("flow.json", json.dumps(workflow(START)))
        archive.writestr("secret.json", json.dumps({**SECRET, "data": "U2FsdGVkX1+abc"}))
    with pytest.raises(Unreadable) as refused:
        inspect(written(tmp_path, out.getvalue(), "flows.zip"))
    assert (refused.value.code, refused.value.where) == ("n8n_credentials", "secret.json")


@pytest.mark.parametrize(
    "document",
    [
        ["a", "b"],
        {"nodes": [{"id": "a", "wires": []}], "name": "Of another tool"},
        {"nodes": [{"id": 1}], "edges": []},
        {"type": "FeatureCollection", "features": [], "data": {}},
        {"specversion": "1.0", "type": "x.y", "id": "1", "source": "/a", "data": "text"},
        {"data": {"nodes": 3}},
    ],
)
def test_other_json_is_left_to_others(tmp_path: Path, document: Any) -> None:
    with pytest.raises(Unreadable) as refused:
        found(tmp_path, document)
    assert refused.value.code == "not_recognised"


def test_a_damaged_workflow_is_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        found(tmp_path, json.dumps(workflow(START, MAIL)).encode()[:-9])
    assert refused.value.code == "json_damaged"
