"""The checks against what was planted for them and against real artefacts: how much is found, and how much is found falsely."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from registry.checks import CHECKS
from registry.checks.reading import read_and_judge
from registry.errors import RegistryError
from tests.registry.checks.planted import PLANTED, SECRETS, Planted
from tests.registry.checks.planted_bots import PLANTED_BOTS

# What secrets and personal data there are in the corpus, after looking at every candidate by eye; everything else that is told is false.
# The three BPMN files carry the bearer token of a demonstration tenant, signed and without an end, with somebody's address in it.
CORPUS = {
    ("bpmn/ARIS_10.2025.07__C.8.0-roundtrip.bpmn", "secret_found"): 1,
    ("bpmn/SAP_Signavio_Process_Manager_19.9.0__C.8.0-roundtrip.bpmn", "secret_found"): 1,
    ("bpmn/Trisotech_Workflow_Modeler_12.6.3__C.8.1-export.bpmn", "secret_found"): 1,
    ("power_automate/AutomationKitInstaller-src.zip", "secret_found"): 1,  # signed addresses that have ended
    ("uipath/CredentialBot.zip", "secret_found"): 1,
    ("uipath/RetailSolution.zip", "secret_found"): 1,
    ("power_automate/Set-Dataverse-Lookups_20221215171538.zip", "personal_contact"): 1,
    ("blueprism/Registration Process.bprelease", "user_folder"): 1,
    ("uipath/REFramework-VB-pt2.zip", "user_folder"): 1,
    ("python/openiap-0.0.37-py3-none-any.whl", "user_folder"): 1,
    ("uipath/FrozenChlorine.zip", "embedded_screenshots"): 1,
    ("openrpa/NM-GoogleSearchPaging.xaml", "embedded_screenshots"): 1,
    ("uipath/Yash.RBC.Activities-project.zip", "embedded_screenshots"): 1,
    ("uipath/movefile-screenshots.zip", "embedded_screenshots"): 1,
    ("uipath/BlankProcess19.1.0.3.nupkg", "stored_test_data"): 2,
    ("uipath/FrozenChlorine.zip", "stored_test_data"): 2,
    ("uipath/REFramework-VB-pt2.zip", "stored_test_data"): 2,
    ("uipath/calculator-project.zip", "stored_test_data"): 1,
    ("robot_framework/dialogs-upload-file.zip", "secret_found"): 1,
    ("robot_framework/robotsparebin-complete.zip", "secret_found"): 1,
    ("robot_framework/dialogs-upload-file.zip", "stored_test_data"): 1,
    ("robot_framework/sema4-action-excel.zip", "stored_test_data"): 1,
    ("robot_framework/sema4-action-excel.zip", "not_read"): 1,  # a sheet of more rows than are looked at
    ("robot_framework/web-store-order-processor.zip", "stored_test_data"): 1,
}
JUDGED = ("secret_found", "personal_number", "personal_contact", "user_folder", "embedded_screenshots", "stored_test_data", "not_read")


def told(path: Path) -> list[dict[str, Any]]:
    return read_and_judge(path, path.name, {"key": "00"})["findings"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("planted", [*PLANTED, *PLANTED_BOTS], ids=lambda planted: planted.name)
def test_all_that_was_planted_is_found_in_its_place_and_nothing_else(planted: Planted, tmp_path: Path) -> None:
    path = tmp_path / planted.filename
    path.write_bytes(planted.data())
    found = told(path)
    left = list(found)
    for code, where in planted.expected:
        one = next((each for each in left if each["code"] == code and where in each["where"]), None)
        assert one is not None, (code, where, [(each["code"], each["where"]) for each in found])
        left.remove(one)
    surplus = [(each["code"], each["where"], each["title"]) for each in left if each["code"] in JUDGED]
    assert not surplus
    for each in found:
        words = " ".join(str(value) for key, value in each.items() if key != "fingerprint")
        assert not [secret for secret in SECRETS if secret in words], "a finding repeats what it found"
        assert each["mend"]
        assert each["severity"] in ("stop", "answer", "note")


def test_the_corpus(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts true and false findings of every check that has a truth, and all findings of the others."""
    true, false, missed, files = Counter[str](), Counter[str](), Counter[str](), 0
    wrong = []
    for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
        name = path.relative_to(corpus).as_posix()
        try:
            counts = Counter(one["code"] for one in told(path))
        except RegistryError:
            continue
        files += 1
        for check in CHECKS:
            expected, there = CORPUS.get((name, check.CODE), 0), counts[check.CODE]
            true[check.CODE] += min(expected, there)
            false[check.CODE] += max(0, there - expected)
            missed[check.CODE] += max(0, expected - there)
            if expected != there and check.CODE in JUDGED:
                wrong.append(f"{name}: {check.CODE} {there} instead of {expected}")
        assert not counts["check_failed"], name
    with capsys.disabled():
        print(f"\n{'check':<24}{'true':>6}{'false':>7}{'missed':>8}   in {files} files of the corpus")
        for check in CHECKS:
            counted = (
                f"{true[check.CODE]:>6}{false[check.CODE]:>7}{missed[check.CODE]:>8}"
                if check.CODE in JUDGED
                else f"{false[check.CODE]:>6} told, to be judged by a reviewer"
            )
            print(f"{check.CODE:<24}{counted}")
        print("\n".join(wrong))
    assert not any(missed.values())
    assert false["secret_found"] <= 2
    assert false["personal_number"] == 0
    assert false["personal_contact"] + false["user_folder"] <= 3
