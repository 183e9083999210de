"""The score of the readers: of small made corpora, and of the shared one against its floors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry.errors import Unreadable
from registry.formats import INSPECTORS
from registry.formats.arguments import Argument
from registry.formats.model import Dependency, EntryPoint, Inspection, Reach, Step, ToSet, Words
from registry.formats.scoring import ALL, Score, below, score, table
from registry.formats.scoring.truth import REFUSED, expected

FLOORS = Path(__file__).with_name("floors.json")
DECISION = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="{name}" namespace="urn:x">{decisions}</definitions>'


def table_of(*decisions: str, name: str = "Fees") -> bytes:
    return DECISION.format(name=name, decisions="".join(f'<decision id="d{n}" name="{one}"/>' for n, one in enumerate(decisions))).encode()


def corpus_of(folder: Path, *files: tuple[str, bytes | None, dict[str, Any]], platform: str = "dmn") -> Path:
    """A corpus of files with their truth; None as content leaves the file away."""
    for name, data, _ in files:
        if data is not None:
            (folder / name).write_bytes(data)
    lines = [json.dumps({"path": name, "platform": platform, "truth": truth}) for name, _, truth in files]
    (folder / "TRUTH.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def counted(result: Score, name: str, platform: str = ALL) -> tuple[int, int, int, int]:
    count = result.counts[platform][name]
    return count.there, count.found, count.told, count.right


def scored(tmp_path: Path, truth: dict[str, Any], told: Inspection) -> Score:
    """One file of which a reader says ``told``."""
    return score(corpus_of(tmp_path, ("file", b"x", truth)), lambda _: told)


def test_what_is_missing_and_what_is_too_much_are_told_apart(tmp_path: Path) -> None:
    truth = {"identify_as": "dmn", "name": "Fees", "version": None, "entry_points": ["Amount", "Discount"], "target_apps": []}
    result = score(corpus_of(tmp_path, ("fees.dmn", table_of("Amount", "Waiver", "Refund"), truth)))
    assert counted(result, "kind") == counted(result, "name") == counted(result, "version") == (1, 1, 1, 1)
    assert counted(result, "entry_points") == counted(result, "entry_points", "dmn") == (2, 1, 3, 1)
    assert result.wrong == ["fees.dmn: entry points: missing ['discount'], too much ['refund', 'waiver']"]
    assert "dependencies" not in result.counts[ALL]  # of which the truth does not speak
    text = "\n".join(table(result))
    assert "entry points   found     1/2       50.0%   right     1/3       33.3%" in text


def test_another_kind_name_and_version(tmp_path: Path) -> None:
    truth = {"identify_as": "bpmn", "name": "Charges", "version": "1.0"}
    result = score(corpus_of(tmp_path, ("fees.dmn", table_of(), truth)))
    assert counted(result, "kind") == counted(result, "name") == counted(result, "version") == (1, 0, 1, 0)
    assert result.wrong[0] == "fees.dmn: kind: dmn, not bpmn"


@pytest.mark.parametrize(("kind", "right"), [("json-plain", 1), ("xaml-wpf", 0), ("n8n-credentials", 0)])
def test_a_refusal_needs_its_own_code(tmp_path: Path, kind: str, right: int) -> None:
    result = score(corpus_of(tmp_path, ("list.json", b"{}", {"identify_as": kind, "name": "List", "version": "1"})))
    assert counted(result, "kind") == (1, right, 1, right)
    assert "name" not in result.counts[ALL]
    assert bool(result.wrong) != bool(right)


def test_what_is_read_but_was_to_be_refused(tmp_path: Path) -> None:
    result = score(corpus_of(tmp_path, ("fees.dmn", table_of(), {"identify_as": "json-plain"})))
    assert counted(result, "kind") == (1, 0, 1, 0)
    assert "dmn read, which is to be refused" in result.wrong[0]


def test_what_was_to_be_read_but_is_refused_counts_as_nothing_found(tmp_path: Path) -> None:
    truth = {"identify_as": "dmn", "name": "Fees", "version": None, "entry_points": ["Amount"], "dependencies": {"import": ["x"]}}
    result = score(corpus_of(tmp_path, ("fees.dmn", b"\0\0\0\0", truth)))
    assert counted(result, "kind") == (1, 0, 1, 0)
    assert counted(result, "version") == counted(result, "entry_points") == counted(result, "dependencies") == (1, 0, 0, 0)


def test_a_reader_that_crashes_is_told_and_the_other_files_are_scored(tmp_path: Path) -> None:
    def read(path: Path) -> Inspection:
        if path.name == "a":
            raise ZeroDivisionError
        return Inspection("dmn", "dmn")

    result = score(corpus_of(tmp_path, ("a", b"x", {"identify_as": "dmn"}), ("b", b"x", {"identify_as": "dmn"})), read)
    assert counted(result, "kind") == (2, 1, 2, 1)
    assert result.wrong == ["a: kind: the reader crashed with ZeroDivisionError()"]


def test_an_unknown_kind_and_unknown_keys_are_told_and_scored(tmp_path: Path) -> None:
    truth = {"identify_as": "abbyy-project", "dependencies": {"skills": ["Invoice"]}, "entry_points": None, "detail": 7, "projects": [None]}
    result = scored(tmp_path, truth, Inspection("abbyy", "abbyy-project", dependencies=(Dependency("skill", "Invoice"),)))
    assert counted(result, "kind") == counted(result, "dependencies") == (1, 1, 1, 1)
    assert result.unknown == ["file: the kind abbyy-project", "file: dependencies.skills"]


def test_a_missing_file_and_a_damaged_line_are_errors_of_the_corpus(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, ("gone.dmn", None, {"identify_as": "dmn"}))
    with (corpus / "TRUTH.jsonl").open("a") as stream:
        stream.write('{"path": "x"}\nnot json\n')
    result = score(corpus)
    assert not result.files
    assert [error.partition(":")[0] for error in result.errors] == ["gone.dmn", "TRUTH.jsonl, line 2", "TRUTH.jsonl, line 3"]


def test_without_a_truth_there_is_no_score(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        score(tmp_path)
    assert refused.value.code == "truth_missing"


@pytest.mark.parametrize(
    ("kind", "truth", "names", "ecosystems"),
    [
        ("python-wheel", {"pypi": ["A_b.c[x] >=1; python_version<'4'", "pip (>=1)"]}, {"a-b-c", "pip"}, {"pypi"}),
        ("robocorp-robot-zip", {"conda": ["python=3.7.5"], "pip": ["rpaframework==6.7.*", "-r more.txt"]}, {"python", "rpaframework"}, {"conda", "pypi"}),
        ("sema4-action-zip", {"conda-forge": ["uv=0.6.11"], "pypi": ["pydantic=2.11.7"]}, {"uv", "pydantic"}, {"conda", "pypi"}),
        ("openrpa-xaml", {"assemblies": ["OpenRPA.NM"]}, {"openrpa.nm"}, {"openrpa-assembly"}),
        ("n8n-workflow", {"node_types": ["n8n-nodes-base.code", "@n8n/x.agent"]}, {"n8n-nodes-base.code", "@n8n/x.agent"}, {"n8n-node"}),
        ("tagui-flow", {"flows": ["other.tag"]}, {"other.tag"}, {"tagui-flow", "powerplatform-flow"}),
        ("publiccode", {"open": [{"name": "PostgreSQL", "versionMin": 14}], "hardware": [{"name": "NFC Reader"}]}, {"postgresql", "nfc reader"}, {"software"}),
        ("powerplatform-solution", {"connectors": ["shared_teams"], "missing": [["A part", "CreatorKit (1.0)"]]}, {"shared_teams", "creatorkit"}, {"powerplatform-connector", "powerplatform-solution"}),
        ("uipath-project-zip", {"UiPath.Excel.Activities": "[2.24.1]"}, {"uipath.excel.activities"}, {"nuget"}),
        ("blueprism-release", {"MS Excel VBO": "NOT in release"}, {"ms excel vbo"}, {"blueprism"}),
        ("a360-bot-export", {"Folder": "6.8.0"}, {"folder"}, {"a360-package"}),
        ("a360-taskbot", {"packages": [["Folder", "6.8.0"], {"name": "Loop"}]}, {"folder", "loop"}, {"a360-package"}),
    ],
)  # fmt: skip
def test_dependencies_as_each_platform_writes_them(kind: str, truth: dict[str, Any], names: set[str], ecosystems: set[str]) -> None:
    known = expected({"identify_as": kind, "dependencies": truth})
    assert known.dependencies == names
    assert known.ecosystems == ecosystems
    assert not known.unknown


def test_libraries_of_a_robot_are_dependencies_and_its_vault_is_to_be_set(tmp_path: Path) -> None:
    truth = {
        "identify_as": "robocorp-robot-zip",
        "dependencies": {"pip": ["x==1"]},
        "libraries": ["RPA.Browser"],
        "vault_secrets": ["swaglabs"],
    }
    needs = (Dependency("pypi", "X"), Dependency("robot-library", "RPA.Browser"), Dependency("robot-resource", "keywords.robot"))
    told = Inspection("robot_framework", "robocorp-robot-zip", dependencies=needs, to_set=ToSet(credentials=("swaglabs",)))
    result = scored(tmp_path, truth, told)
    assert counted(result, "dependencies") == (2, 2, 2, 2)  # of resources the truth does not speak
    assert counted(result, "to_set") == (1, 1, 1, 1)


def test_decisions_that_a_process_calls_are_not_spoken_of(tmp_path: Path) -> None:
    needs = (Dependency("dmn", "risk_check"), Dependency("dmn", "Fees.dmn"), Dependency("bpmn", "Refund"))
    truth = {"identify_as": "bpmn", "dependencies": {"callActivity": [], "import": ["Fees.dmn"]}}
    assert counted(scored(tmp_path, truth, Inspection("bpmn", "bpmn", dependencies=needs)), "dependencies") == (1, 1, 2, 1)


def test_arguments_of_entry_points_without_a_name(tmp_path: Path) -> None:
    truth = {"identify_as": "openrpa-xaml", "entry_points": [{"args": [["test", "In", "x:String"], ["all", "InOut", "x:Object"]]}]}
    point = EntryPoint("Search", inputs=(Argument("test"), Argument("all")), outputs=(Argument("result"),))
    result = scored(tmp_path, truth, Inspection("openrpa", "openrpa-xaml", entry_points=(point,)))
    assert counted(result, "entry_points") == (1, 1, 1, 1)
    assert counted(result, "arguments") == (3, 2, 3, 2)
    assert result.wrong == ["file: arguments: missing [('#0', 'out', 'all')], too much [('#0', 'out', 'result')]"]


def test_a_solution_starts_with_the_entry_points_of_its_projects(tmp_path: Path) -> None:
    project = {
        "path": "Dispatcher/project.json",
        "dependencies": {"UiPath.System.Activities": "[24.10.5]"},
        "entry_points": [{"file": "Main.xaml"}],
    }
    told = Inspection(
        "uipath",
        "uipath-solution-zip",
        entry_points=(EntryPoint("Dispatcher/Main.xaml"),),
        dependencies=(Dependency("nuget", "uipath.system.activities"),),
    )
    result = scored(tmp_path, {"identify_as": "uipath-solution-zip", "projects": [project]}, told)
    assert counted(result, "entry_points") == counted(result, "dependencies") == (1, 1, 1, 1)


def test_applications_are_programs_hosts_and_connectors_and_more_of_them_is_not_wrong(tmp_path: Path) -> None:
    apps = [
        "chrome",
        "https://www.example.org/?a=1&amp;b=2",
        "YOURSITE.org",
        {"type": "HTMLAttach", "process": "iexplore", "url": ["https://x.example"]},
    ]
    reach = Reach(applications=("chrome.exe", "IEXPLORE.EXE", "extra.exe"), hosts=("www.example.org", "yoursite.org"))
    result = scored(tmp_path, {"identify_as": "openrpa-xaml", "target_apps": apps}, Inspection("openrpa", "openrpa-xaml", reach=reach))
    assert counted(result, "applications") == (5, 4, 4, 4)
    assert result.wrong == ["file: applications: missing ['x.example']"]


def test_credentials_by_name_or_else_by_type_and_expressions_are_left_out(tmp_path: Path) -> None:
    truth = {"identify_as": "n8n-workflow", "credentials": [["gmailOAuth2", "Gmail account"], ["airtableTokenApi", ""]], "xaml": {"assets": ["[row(\"Asset\")]", "Url"]}}  # fmt: skip
    told = Inspection("n8n", "n8n-workflow", to_set=ToSet(credentials=("gmailOAuth2: Gmail account", "airtableTokenApi")))
    assert counted(scored(tmp_path, truth, told), "to_set") == (3, 2, 2, 2)


def test_steps_go_by_name_or_action_and_furniture_is_none(tmp_path: Path) -> None:
    truth = {"identify_as": "uipath-xaml", "xaml": {"activities": {"NClick": 2, "Collection": 4, "TargetAnchorable": 1, "Assign": 1}}}
    steps = (Step("1", "Press the button", action="UiPath NClick"),)
    assert counted(scored(tmp_path, truth, Inspection("uipath", "uipath-xaml", steps=steps)), "steps") == (2, 1, 1, 1)


def test_owner_licence_and_languages(tmp_path: Path) -> None:
    truth = {"identify_as": "publiccode", "owner": "Hampshire", "licence": "MIT", "description": "Two\n words ", "languages": ["da", "en"]}
    told = Inspection(
        "publiccode", "publiccode", owner="Hampshire", licence="EUPL-1.2", description="Two words", words=(Words("da"), Words("de"))
    )
    result = scored(tmp_path, truth, told)
    assert counted(result, "owner") == counted(result, "description") == (1, 1, 1, 1)
    assert counted(result, "licence") == (1, 0, 1, 0)
    assert counted(result, "languages") == (2, 1, 1, 1)


def test_floors(tmp_path: Path) -> None:
    truth = {"identify_as": "dmn", "name": "Fees", "entry_points": ["Amount", "Discount"]}
    result = score(corpus_of(tmp_path, ("fees.dmn", table_of("Amount"), truth)))
    assert below(result, {"dmn": {"kind": 1, "name": 1, "entry_points": 0.5}}) == []
    assert below(result, {ALL: {"entry_points": 0.6}}) == ["all: entry_points found 50.0%, floor 60.0%"]
    assert below(result, {"uipath": {"kind": 0.1}}) == ["uipath: no file"]


def test_the_command_ends_with_1_below_a_floor_and_where_a_file_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors = tmp_path / "floors.json"
    floors.write_text('{"dmn": {"name": 1.0}}')
    corpus_of(tmp_path, ("fees.dmn", table_of(), {"identify_as": "dmn", "name": "Charges"}))
    call_command("score_inspectors", tmp_path)
    with pytest.raises(SystemExit) as ended:
        call_command("score_inspectors", tmp_path, floors=floors, json=True)
    assert ended.value.code == 1
    printed = capsys.readouterr().out
    document = json.loads(printed[printed.index("\n{") :])
    assert document["below"] == ["dmn: name found 0.0%, floor 100.0%", "dmn: name right 0.0%, floor 100.0%"]
    assert document["platforms"]["dmn"]["name"] == {"there": 1, "found": 0, "found_share": 0.0, "told": 1, "right": 0, "right_share": 0.0}
    corpus_of(tmp_path, ("gone.dmn", None, {"identify_as": "dmn"}))
    with pytest.raises(SystemExit):
        call_command("score_inspectors", tmp_path)
    assert "error: gone.dmn: the file is missing" in capsys.readouterr().out


def test_the_command_needs_a_corpus_and_floors_it_can_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no TRUTH\.jsonl"):
        call_command("score_inspectors", tmp_path)
    with pytest.raises(CommandError, match="floors cannot be read"):
        call_command("score_inspectors", tmp_path, floors=tmp_path / "none.json")


def test_the_corpus_reaches_its_floors(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    lines = (corpus / "TRUTH.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["platform"] for line in lines} == set(floors)
    read = {inspector.PLATFORM for inspector in INSPECTORS}  # a platform that nothing reads yet has no floors to reach
    held = tmp_path / "floors.json"
    held.write_text(json.dumps({platform: floor for platform, floor in floors.items() if platform in read}))
    with capsys.disabled():
        call_command("score_inspectors", corpus, floors=held)


def test_every_kind_of_the_corpus_is_understood(corpus: Path) -> None:
    truths = [json.loads(line)["truth"] for line in (corpus / "TRUTH.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [part for truth in truths for part in expected(truth).unknown] == []
    assert {truth["identify_as"] for truth in truths if expected(truth).codes is not None} <= set(REFUSED)
