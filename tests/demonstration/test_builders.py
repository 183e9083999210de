"""The demonstration's artefacts, read by second readers: lxml, packaging, importlib and Python itself."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from email.parser import BytesParser
from importlib.metadata import PathDistribution
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from demonstration.builders.packing import guid, zipped
from demonstration.modules import ENTRIES, Edition, Entry, File

CASES = [pytest.param(entry, edition, id=f"{entry.identifier}@{edition.version}") for entry in ENTRIES for edition in entry.editions]
FILES: list[tuple[str, File]] = [
    (f"{entry.identifier}@{edition.version}", file)
    for entry in ENTRIES
    for edition in entry.editions
    for file in edition.build(edition.version)
]


def chosen(*endings: str) -> list:  # type: ignore[type-arg]
    """The files whose names end so, as parameters."""
    return [pytest.param(file, id=f"{release} {file.name}") for release, file in FILES if file.name.endswith(endings)]


def opened(file: File) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(file.data))


@pytest.mark.parametrize(("entry", "edition"), CASES)
def test_building_twice_gives_the_same_bytes(entry: Entry, edition: Edition) -> None:
    assert edition.build(edition.version) == edition.build(edition.version)


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.identifier) for entry in ENTRIES])
def test_no_two_releases_of_a_module_are_the_same(entry: Entry) -> None:
    built = [edition.build(edition.version) for edition in entry.editions]
    assert len(set(built)) == len(built)


def test_a_zip_does_not_tell_when_it_was_written() -> None:
    members = zipfile.ZipFile(io.BytesIO(zipped({"a.txt": "å", "b/c.bin": b"\0"}))).infolist()
    assert {member.date_time for member in members} == {(2026, 1, 5, 9, 0, 0)}
    assert [member.file_size for member in members] == [2, 1]


def test_a_guid_follows_from_its_parts() -> None:
    assert guid("a", "b") == guid("a", "b") != guid("a", "c")


@pytest.mark.parametrize(("release", "file"), [pytest.param(*case, id=f"{case[0]} {case[1].name}") for case in FILES])
def test_every_host_and_address_is_made_up(release: str, file: File) -> None:
    texts = [opened(file).read(name) for name in opened(file).namelist()] if zipfile.is_zipfile(io.BytesIO(file.data)) else [file.data]
    vendors = ("schemas.microsoft.com", "schemas.uipath.com", "schemas.openxmlformats.org", "purl.org", "www.w3.org", "www.omg.org",
               "www.blueprism.co.uk", "schema.management.azure.com")  # fmt: skip
    hosts = {host.decode() for text in texts for host in re.findall(rb"https?://([\w.-]+)", text)} - set(vendors)
    addresses = {found.decode() for text in texts for found in re.findall(rb"[\w.]+@[a-z][\w-]*\.[\w.-]+", text)}
    assert all(host.endswith(".example") for host in hosts), hosts
    assert all(address.endswith(".example") for address in addresses), addresses


# --- Blue Prism ----------------------------------------------------------------------------------------------------------
def processes(file: File) -> list[etree._Element]:
    root = etree.fromstring(file.data)
    return [element for element in root.iter() if etree.QName(element).localname == "process" and element.get("bpversion")]


@pytest.mark.parametrize("file", chosen(".bprelease", ".xml"))
def test_every_stage_of_a_page_is_reached_and_leads_on(file: File) -> None:
    for process in processes(file):
        pages: dict[str, dict[str, etree._Element]] = {}
        for stage in process.iter("{*}stage"):
            page = stage.findtext("{*}subsheetid") or ""
            assert stage.get("stageid") not in pages.setdefault(page, {})
            pages[page][stage.get("stageid")] = stage
        subsheets = {sheet.get("subsheetid") for sheet in process.iter("{*}subsheet")}
        assert set(pages) == subsheets | {""}
        for stages in pages.values():
            reached = walk(stages)
            flow = {key for key, stage in stages.items() if stage.get("type") not in ("Data", "Collection", "ProcessInfo", "SubSheetInfo")}
            assert reached == flow
            places = [
                (stage.find("{*}display").get("x"), stage.find("{*}display").get("y")) for key, stage in stages.items() if key in flow
            ]
            assert len(set(places)) == len(places)


def walk(stages: dict[str, etree._Element]) -> set[str]:
    start = next(key for key, stage in stages.items() if stage.get("type") == "Start")
    reached, waiting = set(), [start]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += [target.text for tag in ("onsuccess", "ontrue", "onfalse") for target in stages[key].findall(f"{{*}}{tag}")]
    return reached


@pytest.mark.parametrize("file", chosen(".bprelease", ".xml"))
def test_every_element_and_data_item_a_stage_uses_exists(file: File) -> None:
    for process in processes(file):
        elements = {element.findtext("{*}id") for element in process.iter("{*}element") if element.get("name")}
        items: dict[str, set[str]] = {}
        for stage in process.iter("{*}stage"):
            if stage.get("type") in ("Data", "Collection"):
                items.setdefault(stage.findtext("{*}subsheetid") or "", set()).add(stage.get("name"))
        for stage in process.iter("{*}stage"):
            known = items.get(stage.findtext("{*}subsheetid") or "", set())
            assert {element.get("id") for element in stage.iter("{*}element")} <= elements
            assert {user.get("stage") for user in stage.iter() if user.get("stage")} <= known
            expressions = " ".join(part.get(name, "") for part in stage.iter() for name in ("expr", "expression"))
            assert set(re.findall(r"\[([\w ]+)\]", expressions)) <= known, (process.get("name"), stage.get("name"))


# --- UiPath --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file", chosen(".nupkg"))
def test_a_package_agrees_with_itself(file: File) -> None:
    archive = opened(file)
    nuspec = etree.fromstring(archive.read(next(name for name in archive.namelist() if name.endswith(".nuspec"))))
    project = json.loads(archive.read("content/project.json"))
    assert (nuspec.findtext(".//{*}id"), nuspec.findtext(".//{*}version")) == (project["name"], project["projectVersion"])
    assert {need.get("id"): need.get("version") for need in nuspec.iter("{*}dependency")} == project["dependencies"]
    assert file.name == f"{project['name']}.{project['projectVersion']}.nupkg"
    for point in project["entryPoints"]:
        assert f"content/{point['filePath']}" in archive.namelist()


@pytest.mark.parametrize("file", chosen(".nupkg"))
def test_a_workflow_uses_only_what_it_declares(file: File) -> None:
    archive = opened(file)
    project = json.loads(archive.read("content/project.json"))
    for name in (name for name in archive.namelist() if name.endswith(".xaml")):
        root = etree.fromstring(archive.read(name))
        variables = {variable.get("Name") for variable in root.iter("{*}Variable")}
        arguments = {argument.get("Name") for argument in root.iter("{*}Property")}
        written = {text.text[1:-1] for text in root.iter("{*}OutArgument")}
        written |= {
            value[1:-1]
            for step in root.iter()
            for key in ("TransactionItem", "Username", "Password", "TaskOutput")
            if (value := step.get(key))
        }
        assert written <= variables | arguments, name
        read = {
            found
            for step in root.iter()
            for value in [*step.attrib.values(), step.text or ""]
            for found in re.findall(r"\b(?:in|out)_\w+", value)
        }
        passed = {step.get("{http://schemas.microsoft.com/winfx/2006/xaml}Key") for step in root.iter()}
        libraries = [step for step in root.iter() if (etree.QName(step).namespace or "").startswith("clr-namespace:ThamesValley")]
        passed |= {key for step in libraries for key in step.attrib}
        assert read <= arguments | passed, name
        assert {f"content/{step.get('WorkflowFileName')}" for step in root.iter("{*}InvokeWorkflowFile")} <= set(archive.namelist())
        for step in libraries:
            assert (etree.QName(step).namespace or "").rpartition("=")[2] in project["dependencies"]


# --- Power Platform ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file", [case for case in chosen(".zip") if "solution.xml" in opened(case.values[0]).namelist()])
def test_a_solution_agrees_with_itself(file: File) -> None:
    archive = opened(file)
    solution, custom = etree.fromstring(archive.read("solution.xml")), etree.fromstring(archive.read("customizations.xml"))
    workflows = {workflow.get("WorkflowId"): workflow for workflow in custom.iter("Workflow")}
    assert {component.get("id") for component in solution.iter("RootComponent") if component.get("type") == "29"} == set(workflows)
    references = {reference.get("connectionreferencelogicalname") for reference in custom.iter("connectionreference")}
    for workflow in workflows.values():
        content = json.loads(archive.read(workflow.findtext("JsonFileName").lstrip("/")))
        if workflow.findtext("Category") == "5":
            check_cloud_flow(content, references, archive)
        else:
            script = json.loads(workflow.findtext("Definition"))
            assert set(re.findall(r"@INPUT (\w+)", script)) == set(json.loads(workflow.findtext("Inputs"))["schema"]["properties"])
            assert set(re.findall(r"CALL (\w+)", script)) <= set(re.findall(r"FUNCTION (\w+)", script))


def check_cloud_flow(content: dict, references: set[str], archive: zipfile.ZipFile) -> None:  # type: ignore[type-arg]
    properties = content["properties"]
    connections = properties["connectionReferences"]
    assert {connection["connection"]["connectionReferenceLogicalName"] for connection in connections.values()} <= references
    text = json.dumps(properties["definition"], ensure_ascii=False)
    assert set(re.findall(r'"connectionName": "([^"]+)"', text)) <= set(connections)
    known = {name.replace("''", "'") for name in properties["definition"]["parameters"]}
    assert {name.replace("''", "'") for name in re.findall(r"parameters\('((?:[^']|'')+)'\)", text)} <= known
    for schema in re.findall(r'"schemaName": "(\w+)"', text):
        assert f"environmentvariabledefinitions/{schema}/environmentvariabledefinition.xml" in archive.namelist()


# --- Python --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file", chosen(".whl"))
def test_a_wheel_says_what_its_name_says(file: File) -> None:
    name, version, build, tags = parse_wheel_filename(file.name)
    archive = opened(file)
    raw = archive.read(next(path for path in archive.namelist() if path.endswith("METADATA")))
    metadata = Metadata.from_email(raw, validate=True)
    assert (canonicalize_name(metadata.name), metadata.version, build) == (name, version, ())
    assert metadata.metadata_version == "2.4"
    assert metadata.license_expression in ("MIT", "EUPL-1.2", "Apache-2.0")
    wheel = BytesParser().parsebytes(archive.read(next(path for path in archive.namelist() if path.endswith("/WHEEL"))))
    assert {wheel["Tag"]} == {str(tag) for tag in tags}


@pytest.mark.parametrize("file", chosen(".whl"))
def test_a_wheels_record_holds_for_every_file(file: File) -> None:
    archive = opened(file)
    record = next(path for path in archive.namelist() if path.endswith("RECORD"))
    rows = list(csv.reader(archive.read(record).decode().splitlines()))
    assert sorted(row[0] for row in rows) == sorted(archive.namelist())
    for path, digest, size in rows:
        if path != record:
            content = archive.read(path)
            expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert (digest, size) == (f"sha256={expected}", str(len(content)))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newest of every wheel, unpacked where Python finds it."""
    folder = tmp_path_factory.mktemp("site")
    for _, file in FILES:
        if file.name.endswith(".whl"):
            for info in folder.glob(file.name.split("-")[0] + "-*.dist-info"):
                for path in info.iterdir():
                    path.unlink()
                info.rmdir()
            opened(file).extractall(folder)
    return folder


@pytest.mark.parametrize(
    ("command", "given", "status", "said"),
    [
        ("case-references", "see 44/26/0001234 and PL/2026/123", 0, "occurrence\t44260001234\nplanning\tPL/2026/00123\n"),
        ("case-references", "nothing here", 1, ""),
        ("action-fraud-triage", "reference;loss;vulnerable;suspect\nNFRC000000000123;80,000;yes;\nNFRC-000000000124;60000;no;\n", 0,
         "NFRC000000000123\tsafeguarding\nNFRC000000000124\teconomic crime unit\n"),
        ("action-fraud-triage", "reference;loss;vulnerable;suspect\nnone;1;no;\n", 1, ""),
        ("propose-redactions", "She wrote to witness@home.example from SO23 8UJ.", 0, "13\t33\te-mail\n39\t47\tpostcode\n"),
        ("kk-valider", "cvr;dato\n64942212;31-12-2026\n12345678;31-02-2026\n", 1, "linje 3: cvr er ikke et CVR-nummer\nlinje 3: dato er ikke en dato\n"),
    ],
)  # fmt: skip
def test_a_wheels_command_does_what_its_readme_says(installed: Path, command: str, given: str, status: int, said: str) -> None:
    points = {point.name: point for info in installed.glob("*.dist-info") for point in PathDistribution(info).entry_points}
    module, _, function = points[command].value.partition(":")
    code = f"import sys; sys.path.insert(0, {str(installed)!r}); from {module} import {function}; sys.exit({function}())"
    done = subprocess.run([sys.executable, "-I", "-c", code], input=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (status, said), done.stderr


def test_wheels_that_need_each_other_find_each_other(installed: Path) -> None:
    distributions = {canonicalize_name(found.name): found for info in installed.glob("*.dist-info") if (found := PathDistribution(info))}
    needs = [(name, Requirement(need)) for name, found in distributions.items() for need in found.requires or []]
    assert {name for name, _ in needs} == {"tvp-action-fraud", "met-statement-redaction", "kk-arkivering"}
    for _, need in needs:
        assert need.specifier.contains(distributions[canonicalize_name(need.name)].version)


# --- BPMN ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file", chosen(".bpmn"))
def test_a_diagram_draws_every_node_and_flow(file: File) -> None:
    root = etree.fromstring(file.data)
    process = root.find("{*}process")
    nodes = {node.get("id") for node in process if etree.QName(node).localname not in ("laneSet", "sequenceFlow", "documentation")}
    flows = {flow.get("id"): flow for flow in process.findall("{*}sequenceFlow")}
    shapes = {shape.get("bpmnElement"): shape.find("{*}Bounds") for shape in root.iter("{*}BPMNShape")}
    edges = {edge.get("bpmnElement"): edge.findall("{*}waypoint") for edge in root.iter("{*}BPMNEdge")}
    assert nodes <= set(shapes)
    assert set(edges) == set(flows)
    assert {reference.text for reference in process.iter("{*}flowNodeRef")} == nodes
    for key, flow in flows.items():
        first, last = edges[key][0], edges[key][-1]
        source, target = shapes[flow.get("sourceRef")], shapes[flow.get("targetRef")]
        assert float(first.get("x")) == float(source.get("x")) + float(source.get("width"))
        assert float(last.get("x")) == float(target.get("x"))


@pytest.mark.parametrize("file", chosen(".bpmn"))
def test_a_diagrams_shapes_do_not_cover_one_another_and_lead_to_the_end(file: File) -> None:
    root = etree.fromstring(file.data)
    process = root.find("{*}process")
    nodes = {
        node.get("id"): etree.QName(node).localname
        for node in process
        if node.get("id") and etree.QName(node).localname not in ("laneSet", "sequenceFlow")
    }
    boxes = [shape.find("{*}Bounds") for shape in root.iter("{*}BPMNShape") if shape.get("bpmnElement") in nodes]
    sides = [tuple(float(box.get(name)) for name in ("x", "y", "width", "height")) for box in boxes]
    for index, (x, y, width, height) in enumerate(sides):
        for other_x, other_y, other_width, other_height in sides[index + 1 :]:
            assert x + width <= other_x or other_x + other_width <= x or y + height <= other_y or other_y + other_height <= y
    targets: dict[str, set[str]] = {}
    for flow in process.findall("{*}sequenceFlow"):
        targets.setdefault(flow.get("sourceRef"), set()).add(flow.get("targetRef"))
    assert set(nodes) - set(targets) == {key for key, kind in nodes.items() if kind == "endEvent"}
    assert "userTask" in nodes.values()


@pytest.mark.parametrize("file", chosen(".bpmn"))
def test_no_line_of_a_diagram_runs_through_a_task(file: File) -> None:
    root = etree.fromstring(file.data)
    process = root.find("{*}process")
    lanes = {lane.get("id") for lane in process.iter("{*}lane")} | {pool.get("id") for pool in root.iter("{*}participant")}
    boxes = {
        shape.get("bpmnElement"): shape.find("{*}Bounds") for shape in root.iter("{*}BPMNShape") if shape.get("bpmnElement") not in lanes
    }
    flows = {flow.get("id"): {flow.get("sourceRef"), flow.get("targetRef")} for flow in process.findall("{*}sequenceFlow")}
    for edge in root.iter("{*}BPMNEdge"):
        points = [(float(point.get("x")), float(point.get("y"))) for point in edge.findall("{*}waypoint")]
        for (x1, y1), (x2, y2) in pairwise(points):
            for key, box in boxes.items():
                left, top = float(box.get("x")), float(box.get("y"))
                right, bottom = left + float(box.get("width")), top + float(box.get("height"))
                crosses = min(x1, x2) < right and max(x1, x2) > left and min(y1, y2) < bottom and max(y1, y2) > top
                assert not crosses or key in flows[edge.get("bpmnElement")], (edge.get("bpmnElement"), key)
