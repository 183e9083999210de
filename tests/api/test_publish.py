"""Publishing over the API: made, repeated, refused; trying files; what is said about each."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from jsonschema import Draft4Validator

from accounts.models import AuditEvent
from api.docs import schema
from registry.catalogue.models import Module
from registry.releases.models import Release
from tests.api.conftest import Caller
from tests.make import bpmn, make_organisation, stored_files


def assert_shape(body: object, name: str) -> None:
    """``body`` is what the published schema says."""
    Draft4Validator({"$ref": f"#/components/schemas/{name}", "components": _plain(schema()["components"])}).validate(body)


def _plain(part: Any) -> Any:
    """OpenAPI 3.0 says null by ``nullable``, which plain JSON Schema does not know."""
    if isinstance(part, list):
        return [_plain(one) for one in part]
    if not isinstance(part, dict):
        return part
    inner = {name: _plain(one) for name, one in part.items() if name != "nullable"}
    return {"anyOf": [inner, {"type": "null"}]} if part.get("nullable") is True else inner


def test_a_first_release_makes_its_module(publisher: Caller) -> None:
    response = publisher.publish(changes="First.", owner_name="Automation team")
    body = response.json()
    assert response.status_code == 201, body
    assert (body["module"], body["version"], body["created"], body["dry_run"]) == ("force-a/update", "1.0.0", True, False)
    assert body["artefacts"][0]["sha256"] == hashlib.sha256(bpmn()).hexdigest()
    assert response["Location"] == body["url"] == "/api/v1/modules/force-a/update/releases/1.0.0"
    assert body["inspection"]["platform"] == "bpmn"
    assert publisher.get(body["url"]).status_code == 200
    module = Module.objects.get()
    assert (module.identifier, module.owner_name, module.releases.get().created_with.name) == ("force-a/update", "Automation team", "test")


def test_the_same_bytes_again_are_fine_and_other_bytes_are_not(publisher: Caller, is_problem) -> None:
    first = publisher.publish()
    again = publisher.publish(filename="renamed.bpmn")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["created"] is False
    assert again.json()["artefacts"] == first.json()["artefacts"]
    is_problem(publisher.publish(data=bpmn("Other")), 409, "version_exists")
    assert Release.objects.count() == 1


def test_a_dry_run_keeps_nothing(publisher: Caller) -> None:
    before, events = stored_files(), AuditEvent.objects.count()
    response = publisher.publish(dry_run="true")
    body = response.json()
    assert response.status_code == 200, body
    assert (body["dry_run"], body["created"], body["state"], body["url"]) == (True, False, None, None)
    assert body["artefacts"][0]["filename"] == "update.bpmn"
    assert (stored_files(), Module.objects.count(), AuditEvent.objects.count()) == (before, 0, events)


def test_a_dry_run_tells_each_file_by_its_own_kind(publisher: Caller) -> None:
    files = [SimpleUploadedFile("a.bpmn", bpmn("A")), SimpleUploadedFile("b.tag", b"https://www.example.org\nclick Search\n")]
    answer = publisher.publish(artefact=files, dry_run="true").json()
    assert [file["kind"] for file in answer["artefacts"]] == ["bpmn", "tagui-flow"]


def test_several_files_and_repeated_fields(publisher: Caller) -> None:
    make_organisation("force-c")
    files = [SimpleUploadedFile("a.bpmn", bpmn("A")), SimpleUploadedFile("b.bpmn", bpmn("B"))]
    response = publisher.publish(artefact=files, systems=["Niche RMS@>=6.8 <7", "Outlook"], share_with=["force-c"], visibility="named")
    assert response.status_code == 201, response.json()
    assert [file["filename"] for file in response.json()["artefacts"]] == ["a.bpmn", "b.bpmn"]
    assert sorted(Module.objects.get().systems.values_list("system__name", "versions")) == [("Niche RMS", ">=6.8 <7"), ("Outlook", "")]


REFUSALS = [
    ({"license": "MIT"}, "unknown_field", "license", "licence"),
    ({"visibilty": "own"}, "unknown_field", "visibilty", "visibility"),
    ({"system": "Outlook"}, "unknown_field", "system", "systems"),
    ({"zzzzzzzz": "1"}, "unknown_field", "zzzzzzzz", "licence"),
    ({"version": ["1.0.0", "1.0.0"]}, "field_twice", "version", "once"),
    ({"dry_run": "perhaps"}, "dry_run_invalid", "dry_run", "true or false"),
    ({"artefact": "text"}, "artefact_missing", "artefact", "-F artefact=@file"),
    ({"title": "a\x00b"}, "text_invalid", "title", "UTF-8"),
    ({"version": "one"}, "version_invalid", "version", ""),
    ({"licence": None}, "licence_missing", "licence", ""),
    ({"summary": None}, "summary_missing", "summary", ""),
    ({"visibility": "everybody"}, "visibility_unknown", "visibility", "partnership"),
    ({"marking": "SECRET"}, "marking_unknown", "marking", "OFFICIAL"),
]


@pytest.mark.parametrize(("fields", "code", "where", "mend"), REFUSALS)
def test_a_refusal_names_code_place_and_cure_and_keeps_nothing(
    publisher: Caller, is_problem, fields, code: str, where: str, mend: str
) -> None:
    before = stored_files()
    body = is_problem(publisher.publish(**fields), 422, code)
    assert body["where"] == where
    assert mend in body["mend"]
    assert (Module.objects.count(), stored_files()) == (0, before)


def test_text_that_is_no_utf8_is_refused_rather_than_changed(publisher: Caller, is_problem) -> None:
    parts = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nK\xf8benhavn\r\n'
    parts += b'--x\r\nContent-Disposition: form-data; name="artefact"; filename="a.bpmn"\r\n\r\n' + bpmn() + b"\r\n--x--\r\n"
    response = publisher.call("POST", "/api/v1/modules/force-a/update/releases", parts, "multipart/form-data; boundary=x")
    is_problem(response, 422, "text_invalid")


@pytest.mark.parametrize("name", ["../up.bpmn", "a/b.bpmn", "C:\\x.bpmn", "con.bpmn", "a\x01.bpmn", "x" * 200 + ".bpmn", "ends."])
def test_a_bad_file_name_is_refused_as_it_was_sent(publisher: Caller, is_problem, name: str) -> None:
    body = f'--x\r\nContent-Disposition: form-data; name="artefact"; filename="{name.replace(chr(92), chr(92) * 2)}"\r\n\r\n'.encode()
    body += bpmn() + b"\r\n--x--\r\n"
    is_problem(publisher.call("POST", "/api/v1/inspect", body, "multipart/form-data; boundary=x"), 422, "filename_invalid")


def test_a_slug_that_cannot_be_one_gets_a_suggestion(publisher: Caller, is_problem) -> None:
    assert "victim-update" in is_problem(publisher.publish("force-a/Victim_Update"), 422, "slug_invalid")["mend"]


def test_a_file_nobody_recognises(publisher: Caller, is_problem) -> None:
    is_problem(publisher.publish(data=b"hello"), 422, "not_recognised")
    is_problem(publisher.publish(data=b""), 422, "empty_file")


def test_inspecting_keeps_nothing(publisher: Caller, is_problem) -> None:
    before = stored_files()
    response = publisher.form("/api/v1/inspect", {"artefact": SimpleUploadedFile("update.bpmn", bpmn())})
    body = response.json()
    assert response.status_code == 200
    assert body["inspection"]["kind"] == "bpmn"
    assert isinstance(body["findings"], list)
    assert stored_files() == before
    is_problem(publisher.form("/api/v1/inspect", {"artefact": SimpleUploadedFile("x.txt", b"hello")}), 422, "not_recognised")
    is_problem(publisher.form("/api/v1/inspect", {"artefact": SimpleUploadedFile("a.bpmn", bpmn()), "version": "1"}), 422, "unknown_field")
    is_problem(publisher.form("/api/v1/inspect", {"artifact": SimpleUploadedFile("a.bpmn", bpmn())}), 422, "unknown_field")


def test_answers_have_the_published_shapes(publisher: Caller) -> None:
    assert_shape(publisher.publish().json(), "Published")
    assert_shape(publisher.form("/api/v1/inspect", {"artefact": SimpleUploadedFile("a.bpmn", bpmn())}).json(), "Inspected")
    assert_shape(publisher.publish(version="x").json(), "Problem")
    assert_shape(publisher.get("/api/v1/modules").json(), "Page")
    assert_shape(publisher.get("/api/v1/modules/force-a/update").json(), "ModuleDetail")
    assert_shape(publisher.get("/api/v1/modules/force-a/update/releases").json(), "Releases")
    assert_shape(publisher.get("/api/v1/modules/force-a/update/releases/1.0.0").json(), "ReleaseDetail")
