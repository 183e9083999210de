"""Artefacts in a plain archive: the one inside is read, several of one platform together, and limits hold over all of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect, wrapped
from registry.formats.model import Inspection
from tests.registry.formats.hostile import zipped

DMN = b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="Fees"><decision id="fee" name="Fee"/></definitions>'
PROJECT = {"name": "Fines", "projectVersion": "1.0.3", "studioVersion": "24.10.1.0", "dependencies": {}, "main": "Main.xaml"}


def an_object(name: str, called: str = "") -> bytes:
    stage = f'<stage stageid="a" name="Do" type="Action"><resource object="{called}" action="Run"/></stage>' if called else ""
    return f'<process name="{name}" type="object" bpversion="6.10.0.1">{stage}</process>'.encode()


def read(folder: Path, members: dict[str, bytes]) -> Inspection:
    path = folder / "sent.zip"
    path.write_bytes(zipped(members))
    return inspect(path)


def refusal(folder: Path, members: dict[str, bytes]) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read(folder, members)
    assert refused.value.mend
    return refused.value


def test_the_one_artefact_inside_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, {"to you/Fines.bpobject": an_object("Fines"), "to you/Read me.txt": b"Dear Ada", "to you/licence.json": b"{}"})
    assert (found.kind, found.name) == ("blueprism-object", "Fines")
    assert [(note.code, note.text) for note in found.notes] == [("read_from_archive", "Read from to you/Fines.bpobject in the archive.")]
    assert [record.path for record in found.files] == ["to you/Fines.bpobject", "to you/Read me.txt", "to you/licence.json"]


def test_archives_in_archives_are_read_to_a_depth(tmp_path: Path) -> None:
    inner = zipped({"project.json": json.dumps(PROJECT).encode()})
    for depth in range(1, 5):
        inner = zipped({f"a{depth}.zip": inner})
        (tmp_path / "sent.zip").write_bytes(inner)
        if depth <= wrapped.MAX_DEPTH:
            found = inspect(tmp_path / "sent.zip")
            assert (found.kind, found.name, found.version) == ("uipath-project-zip", "Fines", "1.0.3")
        else:
            with pytest.raises(Unreadable) as refused:
                inspect(tmp_path / "sent.zip")
            assert refused.value.code == "not_recognised"


def test_several_of_one_platform_are_read_together(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.xml": an_object("Pay", "Send"), "b.xml": an_object("Send"), "c.xml": b"<other/>"})
    assert (found.platform, found.name) == ("blueprism", None)
    assert [(need.name, need.included) for need in found.dependencies] == [("Send", True)]
    assert set(found.provides) == {"Pay", "Send"}
    assert found.notes[-1].text == "Read together, from the archive: a.xml, b.xml."


def test_one_that_cannot_be_read_is_left_out_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.xml": an_object("Pay"), "b.xml": b'<process bpversion="6"/>'})
    assert found.name == "Pay"
    assert found.notes[-1].code == "left_out"
    assert "b.xml" in found.notes[-1].text


def test_what_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, {"a.xml": an_object("Pay"), "b.dmn": DMN}).code == "archive_mixed"
    assert refusal(tmp_path, {"a.txt": b"Dear Ada"}).code == "not_recognised"
    assert refusal(tmp_path, {"a.xml": b"<other/>", "b.zip": zipped({"c.txt": b"x"})}).code == "not_recognised"
    alone = refusal(tmp_path, {"a/b.xml": b'<process bpversion="6"/>'})
    assert alone.code == "blueprism_incomplete"
    assert alone.where.startswith("a/b.xml")
    assert refusal(tmp_path, {"a.xml": an_object("Pay"), "b.dmn": b"<!DOCTYPE a>" + DMN}).code == "xml_dtd"


def test_limits_hold_over_everything_inside(tmp_path: Path) -> None:
    inner = zipped({f"{number}.xml": b"<a/>" for number in range(wrapped.MAX_LOOKED * 2 // 3)})
    assert refusal(tmp_path, {"a.zip": inner}).code == "not_recognised"
    error = refusal(tmp_path, {"a.zip": inner, "b.zip": inner})
    assert error.code == "archive_too_much_inside"
    assert error.where.startswith("b.zip/")


def test_a_damaged_archive_inside_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, {"a.zip": zipped({"b.xml": b"<a/>"})[:-10]}).code == "archive_damaged"


def test_a_decision_model_in_a_zip(tmp_path: Path) -> None:
    assert read(tmp_path, {"Fees.dmn": DMN}).kind == "dmn"


def test_a_solution_one_folder_down(tmp_path: Path) -> None:
    manifest = (
        b"<ImportExportXml><SolutionManifest><UniqueName>Fines</UniqueName><Version>1.0.0.0</Version></SolutionManifest></ImportExportXml>"
    )
    workflow = b'<ImportExportXml><Workflow WorkflowId="{1}" Name="Pay"><Category>5</Category><JsonFileName>\\Workflows\\Pay.json</JsonFileName></Workflow></ImportExportXml>'
    definition = json.dumps({"properties": {"definition": {"actions": {"Look": {"type": "Compose"}}}}}).encode()
    found = read(tmp_path, {"Top/solution.xml": manifest, "Top/customizations.xml": workflow, "Top/Workflows/Pay.json": definition})
    assert (found.kind, found.name) == ("powerplatform-solution", "Fines")
    assert [step.name for step in found.steps] == ["Look"]
