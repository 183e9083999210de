"""J4 by API: five real modules of four platforms, resolved, published with a lock, taken as one bundle; then an upstream release breaks a step."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest

from accounts.models import Organisation
from demonstration.modules import kobenhavn
from demonstration.modules.brightloop import ENTRIES as BRIGHTLOOP
from registry.actions.check_release import check_release
from registry.actions.refresh_sequence_updates import refresh_sequence_updates
from registry.catalogue.models import Module
from registry.formats.drawn import read_flow
from registry.formats.xml import parse_xml
from registry.releases.models import Release
from registry.sequences.steps import flow_of, steps_of
from tests.api.conftest import Caller
from tests.make import make_organisation, make_release, make_token

pytestmark = pytest.mark.django_db

LETTERS = "kobenhavn/bevillings-og-afslagsbreve"
RELEASES = f"/api/v1/modules/{LETTERS}/releases"
PARTS = {
    "brightloop/sms-gateway": ["1.0.0", "1.1.0"],
    "kobenhavn/datavalidering": ["1.0.0", "1.1.0"],
    "kobenhavn/arkivering": ["1.0.0", "1.1.0"],
    "kobenhavn/brevudsendelse": ["1.0.0", "1.1.0"],
    "kobenhavn/journalisering": ["2.0.0", "2.1.0"],
}


def part(identifier: str, version: str) -> Release:
    """A release of a module of the demonstration, published and listed."""
    entries = [entry for entry in (*BRIGHTLOOP, *kobenhavn.ENTRIES, *kobenhavn.LATER) if entry.identifier == identifier]
    edition = next(edition for entry in entries for edition in entry.editions if edition.version == version)
    file = edition.build(version)[0]
    return make_release(identifier, version, data=file.data, filename=file.name, licence=entries[0].licence)


@pytest.fixture
def developer() -> Caller:
    """The developer of the competence centre, with all five modules listed."""
    for identifier, versions in PARTS.items():
        for version in versions:
            part(identifier, version)
    return Caller(make_token("kobenhavn"))


def steps() -> dict[str, Any]:
    return {
        "name": "Bevillings- og afslagsbreve",
        "steps": [
            {"id": "valider", "name": "Kontroller", "uses": {"module": "kobenhavn/datavalidering", "range": "^1.1"}},
            {
                "id": "afgoer",
                "name": "Afgør",
                "human": True,
                "who": "Sagsbehandler",
                "gives": [{"name": "sagsnummer", "type": "tekst"}, {"name": "mobil", "type": "tekst"}],
                "question": "Bevilget?",
                "next": [{"to": "bevilling", "when": "Ja"}, {"to": "besked", "when": "Nej"}],
            },
            {
                "id": "bevilling",
                "name": "Send brev",
                "uses": {"module": "kobenhavn/brevudsendelse", "range": "~1.1.0", "entry_point": "Send et brev"},
                "inputs": {"Skabelon": {"value": "bevilling.docx"}, "Navn": {"from": "/navn"}},
            },
            {
                "id": "besked",
                "name": "Send besked",
                "uses": {"module": "brightloop/sms-gateway", "range": ">=1.0 <2", "entry_point": "Send Text"},
                "inputs": {"Number": {"from": "afgoer/mobil"}, "Text": {"value": "Se din Digital Post."}},
            },
            {
                "id": "journaliser",
                "name": "Journaliser",
                "uses": {"module": "kobenhavn/journalisering", "range": ">=2", "entry_point": "Journaliser.xaml"},
                "inputs": {"in_Sagsnummer": {"from": "afgoer/sagsnummer"}, "in_Titel": {"value": "Svar"}},
            },
            {"id": "arkiver", "name": "Arkiver", "uses": {"module": "kobenhavn/arkivering", "range": "1.x"}},
        ],
    }


def publish(developer: Caller, told: dict[str, Any], version: str = "1.0.0", **fields: Any) -> Any:
    form = {
        "steps": json.dumps(told),
        "version": version,
        "licence": "EUPL-1.2",
        "summary": "Fører en ansøgning frem til svar.",
        "visibility": "own",
        "data_categories": "none",
        **fields,
    }
    return developer.form(RELEASES, form)


def asked(told: dict[str, Any]) -> dict[str, Any]:
    return {"steps": [{"id": step["id"], **step["uses"]} for step in told["steps"] if "uses" in step]}


def test_from_modules_to_a_broken_step(developer: Caller) -> None:
    resolved = developer.json("/api/v1/sequences/resolve", asked(steps()))
    assert resolved.status_code == 200, resolved.content
    assert resolved.content == developer.json("/api/v1/sequences/resolve", asked(steps())).content
    done = publish(developer, steps())
    assert done.status_code == 201, done.json()
    lock = developer.get(f"{RELEASES}/1.0.0/lock")
    locked(lock.json())
    assert Module.objects.get(slug="bevillings-og-afslagsbreve").kind == "sequence"
    again = publish(developer, steps())
    assert (again.status_code, again.json()["created"]) == (200, False)
    whole(done.json())
    taken(developer, lock.content)
    broken(developer)


def locked(lock: dict[str, Any]) -> None:
    """Exact version and digest of every module, direct and transitive (the archive needs the validation package)."""
    assert {module["module"]: module["version"] for module in lock["modules"]} == {name: versions[-1] for name, versions in PARTS.items()}
    for module in lock["modules"]:
        release = Release.objects.get(
            module__publisher=module["module"].split("/")[0], module__slug=module["module"].split("/")[1], version=module["version"]
        )
        assert module["sha256"] == release.digest
        assert [file["sha256"] for file in module["artefacts"]] == [file.sha256 for file in release.artefacts.all()]
    validation = next(module for module in lock["modules"] if module["module"] == "kobenhavn/datavalidering")
    assert {one["by"] for one in validation["required_by"]} == {"step:valider", "kobenhavn/arkivering@1.1.0"}


def whole(published: dict[str, Any]) -> None:
    """One inspection of all that the parts touch and want set, and the sequence's own inputs; listed, it is found by every platform in it."""
    inspection = published["inspection"]
    assert "ESDH_Robot" in inspection["to_set"]["credentials"]
    assert (
        "shared_sharepointonline" in json.dumps(inspection["to_set"]["connections"])
        or "kk_SharePoint" in inspection["to_set"]["connections"]
    )
    assert [one["name"] for one in inspection["entry_points"][0]["inputs"]] == ["navn"]
    release = Release.objects.get(module__slug="bevillings-og-afslagsbreve")
    check_release(release.pk)
    module = Module.objects.get(pk=release.module_id)
    assert (module.status, module.kind) == ("listed", "sequence")
    assert module.platforms[0] == "bpmn"
    assert set(module.platforms) == {"bpmn", "python", "power_automate", "uipath", "blueprism"}


def taken(developer: Caller, lock: bytes) -> None:
    first, second = (b"".join(developer.get(f"{RELEASES}/1.0.0/bundle").streaming_content) for _ in range(2))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    with zipfile.ZipFile(io.BytesIO(first)) as bundle:
        names = bundle.namelist()
        inner = next(name for name in names if name.endswith("lock.json"))
        assert bundle.read(inner) == lock
        drawn = next(name for name in names if name.endswith(".bpmn"))
        flow = read_flow(parse_xml(bundle.read(drawn), drawn))
        assert steps_of(flow) == steps_of(flow_of(steps()))
        for file in (file for module in json.loads(lock)["modules"] for file in module["artefacts"]):
            held = next(name for name in names if name.endswith(f"/{file['filename']}"))
            assert hashlib.sha256(bundle.read(held)).hexdigest() == file["sha256"]


def broken(developer: Caller) -> None:
    """A release of the filing module that takes other inputs: in the range, and yet step 5 cannot call it."""
    release = part("kobenhavn/journalisering", "3.0.0")
    refresh_sequence_updates(release.module_id)
    updates = developer.get(f"{RELEASES}/1.0.0/updates").json()
    row = next(one for one in updates["results"] if one["module"] == "kobenhavn/journalisering")
    assert (row["locked"], row["newest"], row["verdict"]) == ("2.1.0", "3.0.0", "breaks")
    assert [step["id"] for step in row["steps"]] == ["journaliser"]
    assert "in_Titel" in json.dumps(row["steps"])
    refused = publish(developer, steps(), "1.1.0")
    assert refused.status_code == 422, refused.content
    assert "journaliser" in json.dumps(refused.json())


def test_what_cannot_be_had_together_is_said_in_one_sentence(developer: Caller) -> None:
    told = steps()
    told["steps"][0]["uses"]["range"] = "^2"
    answer = developer.json("/api/v1/sequences/resolve", asked(told))
    assert (answer.status_code, answer.json()["code"]) == (409, "no_solution")
    assert "kobenhavn/datavalidering" in answer.json()["detail"]
    assert "^2" in answer.json()["detail"]
    refused = publish(developer, told)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_solution")
    assert not Module.objects.filter(slug="bevillings-og-afslagsbreve").exists()


def test_two_requirers_in_conflict_are_named(developer: Caller) -> None:
    make_organisation("met")
    token = Caller(make_token("met"))
    make_release("met/fraud-letters", dependencies=("kobenhavn/datavalidering@~1.0.0",))
    told = steps()
    told["steps"][5]["uses"] = {"module": "met/fraud-letters", "range": "^1"}
    answer = token.json("/api/v1/sequences/resolve", asked(told))
    assert answer.status_code == 409, answer.content
    for word in (
        "kobenhavn/datavalidering",
        "^1.1",
        "~1.0.0",
        "met/fraud-letters",
        "Kontroller" if "name" in asked(told)["steps"][0] else "valider",
    ):
        assert word in answer.json()["detail"], answer.json()
    assert answer.json()["mend"]


def test_what_does_not_fit_is_refused(developer: Caller) -> None:
    told = steps()
    told["steps"][1]["gives"] = [{"name": "sagsnummer", "type": "picture"}, {"name": "mobil", "type": "tekst"}]
    answer = publish(developer, told)
    assert answer.status_code == 422, answer.content
    assert "in_Sagsnummer" in json.dumps(answer.json())
    assert not Organisation.objects.filter(modules__slug="bevillings-og-afslagsbreve").exists()


def test_a_sequence_is_seen_by_no_more_than_its_parts(developer: Caller) -> None:
    make_release("kobenhavn/hemmelig", visibility="own")
    told = steps()
    told["steps"][5]["uses"] = {"module": "kobenhavn/hemmelig", "range": "^1"}
    answer = publish(developer, told, visibility="partnership")
    assert (answer.status_code, answer.json()["code"]) == (409, "parts_seen_by_fewer")
    assert publish(developer, told, visibility="own").status_code == 201
