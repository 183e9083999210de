"""One reading in the child process gives inspection and findings; a check that fails is a finding; several files are told apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry import checks
from registry.actions.check_release import judge
from registry.checks import reading as module_under_test
from registry.checks.model import MAX_FOUND, Facts, Found, Reading, Subject, fingerprint, gathered
from registry.checks.reading import read_and_judge, read_in_child
from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.model import Inspection
from registry.formats.texts.model import Content, Fragment
from tests.make import bpmn
from tests.registry.checks.planted import PLANTED

FOLDER = Path(checks.__file__).parent
PARTS = {"__init__", "licence_terms", "malware_found", "model", "names", "reading", "secret_rules"}


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    one = next(one for one in PLANTED if one.name == "Python wheel")
    path = tmp_path / one.filename
    path.write_bytes(one.data())
    return path


def test_every_check_is_listed_under_its_own_name() -> None:
    listed = {check.CODE for check in (*checks.CHECKS, *checks.RELEASE_CHECKS)}
    assert listed == {path.stem for path in FOLDER.glob("*.py")} - PARTS
    for check in (*checks.CHECKS, *checks.RELEASE_CHECKS):
        assert check.__name__.rpartition(".")[2] == check.CODE  # type: ignore[attr-defined]
        assert check.SEVERITY in ("stop", "answer", "note")


def test_the_child_tells_what_the_readers_and_the_checks_tell(wheel: Path) -> None:
    read = read_in_child(wheel, wheel.name, key=b"key")
    told = read_and_judge(wheel, wheel.name, {"key": b"key".hex()})
    assert read == Reading.from_json(told, wheel.name)
    assert read.inspection == inspect(wheel)
    assert [one.severity for one in read.findings] == sorted((one.severity for one in read.findings), key=["stop", "answer", "note"].index)
    assert all(len(one.fingerprint) == 40 for one in read.findings)
    other = read_in_child(wheel, wheel.name, key=b"another installation's")
    assert not {one.fingerprint for one in read.findings} & {one.fingerprint for one in other.findings}


def test_a_refusal_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(Unreadable) as refused:
        read_in_child(path, "sent.zip", key=b"key")
    assert refused.value.code == "archive_damaged"


def test_a_check_that_fails_is_said_and_the_others_are_done(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        CODE, TITLE, SEVERITY = "broken", "Broken", "note"

        def run(self, subject: Subject) -> Iterator[Found]:
            raise ValueError("the contents of the file")

    monkeypatch.setattr(module_under_test, "CHECKS", (Broken(), *checks.CHECKS))
    found = read_and_judge(wheel, wheel.name, {"key": "00"})["findings"]
    failed = next(one for one in found if one["code"] == "check_failed")
    assert failed["severity"] == "answer"
    assert "contents" not in str(failed)
    assert "secret_found" in {one["code"] for one in found}


def test_of_several_files_each_place_names_its_file_and_each_thing_is_told_once() -> None:
    read = Inspection("bpmn", "bpmn")
    one, other = Found("a", "note", "A", "line 1", fingerprint="1"), Found("b", "stop", "B", "", fingerprint="2")
    found = judge([Reading(read, (one,), "x.bpmn"), Reading(read, (one, other), "y.bpmn")], Facts())
    assert [(each.code, each.where) for each in found] == [("b", "y.bpmn"), ("a", "x.bpmn: line 1"), ("nothing_to_start", "")]
    assert next(each.where for each in judge([Reading(read, (one,), "x.bpmn")], Facts())) == "line 1"


def test_a_value_in_many_places_is_one_finding_and_many_values_end() -> None:
    fragments = [Fragment(f"v{number}", f"{number}.txt", line=1) for number in range(MAX_FOUND + 5)]
    fragments += [Fragment("v0", f"again {number}.txt", line=1) for number in range(2)]
    subject = Subject(Inspection("x", "x"), Content(fragments), b"key")
    import re

    hits = [(hit, hit.match.group()) for hit in subject.content.search(re.compile("v[0-9]+"))]
    found = list(gathered(subject, hits, lambda value, hit: Found("c", "note", "Found")))
    assert len(found) == MAX_FOUND + 1
    assert found[0].where == "0.txt, line 1 (and 2 other places)"
    assert found[-1].title == "Found, and 5 more"
    assert len({one.fingerprint for one in found}) == len(found)


def test_a_place_named_after_the_value_does_not_tell_it() -> None:
    subject = Subject(
        Inspection("x", "x"), Content([Fragment("Kite-Marble-77", inside=("stage “Type Kite-Marble-77”",), field="Text")]), b"key"
    )
    import re

    hits = [(hit, hit.match.group()) for hit in subject.content.search(re.compile("Kite.*"))]
    assert [one.where for one in gathered(subject, hits, lambda value, hit: Found("c", "stop", "Found"))] == ["Stage “Type …”, Text"]


def test_versions_in_places_do_not_change_a_fingerprint() -> None:
    assert fingerprint(b"k", "c", "rpa-1.50.0/a.py", "v") == fingerprint(b"k", "c", "rpa-1.51.0/a.py", "v")
    assert fingerprint(b"k", "c", "a.py", "v") != fingerprint(b"k", "c", "b.py", "v") != fingerprint(b"l", "c", "b.py", "v")


def test_a_clean_file_has_no_findings(tmp_path: Path) -> None:
    path = tmp_path / "a.bpmn"
    path.write_bytes(bpmn())
    assert read_in_child(path, path.name, key=b"key").findings == ()
