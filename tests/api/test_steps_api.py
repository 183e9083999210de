"""Process sequences as JSON steps over the API: published, written as BPMN, read again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from jsonschema import Draft4Validator, ValidationError

from api.rest.steps import EXAMPLE, MAX_BYTES
from api.rest.steps_shapes import STEPS_SCHEMA, TOLD_SCHEMA
from registry.catalogue.models import Module
from registry.releases.models import Release
from registry.releases.storage import store
from registry.sequences.steps import flow_of, steps_of
from registry.sequences.writing import bpmn_of
from tests.api.conftest import Caller
from tests.make import bpmn, make_release, stored_files
from tests.registry.sequences.samples import chain, letters

pytestmark = pytest.mark.django_db
WRITE = "/api/v1/sequences/bpmn"
RELEASES = "/api/v1/modules/force-a/letters/releases"
DMN = b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="Fees"><decision id="d" name="Fee"/></definitions>'


def bound_steps() -> dict[str, Any]:
    """The sample, of a module that is there."""
    make_release("force-a/part", "1.0.0", data=DMN, filename="fees.dmn")
    found = letters()
    for step in found["steps"]:
        if "uses" in step:
            step["uses"] = {"module": "force-a/part", "range": "^1.0"}
            del step["inputs"]
    return found


def publish(caller: Caller, steps: Any, *, key: str = "", path: str = RELEASES, **fields: Any) -> Any:
    form = {"version": "1.0.0", "licence": "MIT", "summary": "Sends letters.", "visibility": "own", "data_categories": "none"}
    form |= {"steps": steps if isinstance(steps, str) else json.dumps(steps), **fields}
    return caller.form(path, form, **({"Idempotency-Key": key} if key else {}))


def test_published_by_steps(publisher: Caller) -> None:
    steps = bound_steps()
    response = publish(publisher, steps)
    body = response.json()
    assert response.status_code == 201, body
    assert [(file["filename"], file["media_type"]) for file in body["artefacts"]] == [("letters.bpmn", "application/xml")]
    kept = Release.objects.get(module__slug="letters").artefacts.get()
    with store().open(kept.sha256) as stream:
        assert stream.read() == bpmn_of(flow_of(steps))
    assert kept.kind == "bpmn"
    assert Module.objects.get(slug="letters").title == "Award and refusal letters"


def test_the_same_steps_again_are_fine_and_others_are_not(publisher: Caller, is_problem) -> None:
    steps = bound_steps()
    assert publish(publisher, steps).status_code == 201
    spaced = json.dumps(steps, indent=3)
    assert (publish(publisher, spaced).status_code, publish(publisher, spaced).json()["created"]) == (200, False)
    as_file = SimpleUploadedFile("letters.bpmn", bpmn_of(flow_of(steps)))
    assert publisher.publish("force-a/letters", artefact=as_file, visibility="own").status_code == 200, "the same bytes as a file"
    steps["steps"][0]["name"] = "Check it"
    is_problem(publish(publisher, steps), 409, "version_exists")


def test_idempotent_as_files_are(publisher: Caller, is_problem) -> None:
    steps = bound_steps()
    first, again = publish(publisher, steps, key="k1"), publish(publisher, steps, key="k1")
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert again.content == first.content
    steps["steps"][0]["name"] = "Check it"
    is_problem(publish(publisher, steps, key="k1"), 422, "idempotency_key_reused")


def test_a_dry_run_keeps_nothing(publisher: Caller) -> None:
    steps = bound_steps()
    before = stored_files()
    body = publish(publisher, steps, dry_run="true").json()
    assert (body["dry_run"], body["artefacts"][0]["filename"]) == (True, "letters.bpmn")
    assert stored_files() == before
    assert not Module.objects.filter(slug="letters").exists()


@pytest.mark.parametrize(
    ("steps", "fields", "code", "where"),
    [
        ("", {}, "artefact_missing", "artefact"),
        ("{", {}, "steps_invalid", "steps"),
        ("[" * 100_000, {}, "steps_invalid", "steps"),
        ("9" * 5000, {}, "steps_invalid", "steps"),
        ("[]", {}, "steps_invalid", ""),
        ('{"steps": [], "steps": []}', {}, "name_twice", "steps"),
        ('{"steps": [{"id": "a", "name": "A", "input": {}}]}', {}, "unknown_member", "steps[0].input"),
        (chain(1), {"artefact": SimpleUploadedFile("a.bpmn", bpmn())}, "artefact_and_steps", "steps"),
        (chain(1), {"artefact": "text", "step": "x"}, "unknown_field", "artefact"),
    ],
)
def test_refused_and_nothing_kept(publisher: Caller, is_problem, steps: Any, fields: dict[str, Any], code: str, where: str) -> None:
    before = stored_files()
    assert is_problem(publish(publisher, steps, **fields), 422, code)["where"] == where
    assert (Module.objects.count(), stored_files()) == (0, before)


def test_neither_file_nor_steps(publisher: Caller, is_problem) -> None:
    is_problem(publisher.form(RELEASES, {"version": "1.0.0"}), 422, "artefact_missing")


def test_a_slug_that_cannot_be_one(publisher: Caller, is_problem) -> None:
    is_problem(publish(publisher, chain(1), path="/api/v1/modules/force-a/Two_Words/releases"), 422, "slug_invalid")


def test_trying_files_takes_no_steps(publisher: Caller, is_problem) -> None:
    is_problem(publisher.form("/api/v1/inspect", {"steps": json.dumps(chain(1))}), 422, "artefact_missing")


def test_another_organisation_publishes_nothing(neighbour: Caller, is_problem) -> None:
    is_problem(publish(neighbour, chain(1)), 403, "token_out_of_scope")


def test_steps_as_bpmn(publisher: Caller) -> None:
    before = stored_files()
    response = publisher.json(WRITE, letters())
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    assert response["Content-Disposition"].startswith("attachment")
    assert "award-and-refusal-letters.bpmn" in response["Content-Disposition"]
    assert response.content == bpmn_of(flow_of(letters())) == publisher.json(WRITE, letters()).content
    assert (stored_files(), Module.objects.count()) == (before, 0)


def test_no_name_makes_a_file_all_the_same(publisher: Caller) -> None:
    assert "sequence.bpmn" in publisher.json(WRITE, {**letters(), "name": "案"})["Content-Disposition"]


def test_what_is_no_steps_is_told_where(publisher: Caller, is_problem) -> None:
    steps = letters()
    steps["steps"][2]["inputs"]["in_Svar"] = {"from": "nobody/x"}
    assert is_problem(publisher.json(WRITE, steps), 422, "from_unknown")["where"] == "steps[2].inputs.in_Svar.from"
    is_problem(publisher.json(WRITE, [1]), 422, "steps_invalid")
    is_problem(publisher.call("POST", WRITE, b"{", "application/json"), 422, "steps_invalid")
    is_problem(publisher.call("POST", WRITE, b"\xff", "application/json"), 422, "steps_invalid")
    is_problem(publisher.call("POST", WRITE, b"<a/>", "application/xml"), 415, "unsupported_media_type")
    is_problem(publisher.call("POST", WRITE, b" " * (MAX_BYTES + 1), "application/json"), 413, "body_too_large")


def test_the_steps_of_a_release_are_told_and_can_be_sent_again(publisher: Caller) -> None:
    steps = bound_steps()
    publish(publisher, steps)
    told = publisher.get(f"{RELEASES}/1.0.0/steps")
    assert told.status_code == 200
    body = told.json()
    assert body.pop("composed") is True
    assert body == steps == steps_of(flow_of(steps))
    assert publisher.get(f"{RELEASES}/1.0.0/steps", **{"If-None-Match": told["ETag"]}).status_code == 304
    body["steps"][0]["name"] = "Check it all"
    assert publish(publisher, body, version="1.1.0").status_code == 201


def test_what_steps_cannot_say_is_told_as_tasks(publisher: Caller) -> None:
    make_release("force-a/letters", data=bpmn("Drawn"), visibility="own")
    body = publisher.get(f"{RELEASES}/1.0.0/steps").json()
    assert body == {
        "composed": False,
        "name": "Drawn",
        "steps": [{"id": "t0", "name": "Read the record", "human": True}, {"id": "t1", "name": "Tell the victim", "human": True}],
    }
    Draft4Validator(TOLD_SCHEMA).validate(body)


def test_what_is_no_sequence_has_no_steps(publisher: Caller, neighbour: Caller, is_problem) -> None:
    make_release("force-a/letters", data=DMN, filename="fees.dmn", visibility="own")
    is_problem(publisher.get(f"{RELEASES}/1.0.0/steps"), 404, "not_found")


def test_hidden_steps_are_absent(publisher: Caller, neighbour: Caller, is_problem) -> None:
    publish(publisher, bound_steps())
    hidden = is_problem(neighbour.get(f"{RELEASES}/1.0.0/steps"), 404, "not_found")
    absent = is_problem(neighbour.get("/api/v1/modules/force-a/nothing/releases/1.0.0/steps"), 404, "not_found")
    assert hidden == absent


def test_the_published_schema_takes_what_we_take() -> None:
    for steps in (EXAMPLE, letters(), chain(3)):
        Draft4Validator(STEPS_SCHEMA).validate(steps)
        assert flow_of(steps)
    for wrong in ({}, {"steps": [{"id": "a"}]}, {"steps": [{"id": "a", "name": "A", "input": {}}]}, {"steps": []}):
        with pytest.raises(ValidationError):
            Draft4Validator(STEPS_SCHEMA).validate(wrong)
