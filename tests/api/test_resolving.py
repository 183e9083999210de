"""Programs ask what steps resolve to: the lock, or one sentence; what is sent wrongly is named by its place, and nothing is kept."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from django.test import override_settings

from api.rest.sequence_bodies import MAX_BYTES
from registry.releases.models import Release
from registry.sequences.models import SequenceLock
from tests.api.conftest import SIX, Caller
from tests.make import make_release, make_token

pytestmark = pytest.mark.django_db
RESOLVE = "/api/v1/sequences/resolve"


@pytest.fixture
def kent(db: None) -> Caller:
    return Caller(make_token("kent", ("read",)))


@pytest.fixture
def parts(db: None) -> None:
    make_release("met/records", "1.4.0")
    make_release("met/records", "2.0.0")
    make_release("hampshire/fetch", "1.3.0", dependencies=("met/records@^1",))


def step(module: str, text: str = "", **more: Any) -> dict[str, Any]:
    return {"module": module, **({"range": text} if text else {}), **more}


def test_steps_get_their_lock(kent: Caller, parts: None) -> None:
    sent = {"steps": [step("hampshire/fetch", "^1", id="fetch", name="Fetch", entry_point="Main"), step("met/records")]}
    response = kent.json(RESOLVE, sent)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    data = response.json()
    assert data["steps"] == [
        {"id": "fetch", "module": "hampshire/fetch", "range": "^1", "entry_point": "Main", "version": "1.3.0"},
        {"id": "2", "module": "met/records", "range": "", "entry_point": "", "version": "1.4.0"},
    ]
    digest = Release.objects.get(module__slug="records", version="1.4.0").digest
    assert (data["modules"][1]["sha256"], data["outside"]) == (digest, [])
    assert response.content.decode() == json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    assert kent.json(RESOLVE, sent).content == response.content
    assert not SequenceLock.objects.exists()
    schema = kent.get("/api/v1/openapi.json").json()
    jsonschema.validate(data, {"$ref": "#/components/schemas/Lock", "components": schema["components"]})


def test_a_conflict_names_both_and_what_would_free_it(kent: Caller, parts: None) -> None:
    asked = [step("hampshire/fetch", "^1", name="Fetch"), step("met/records", "^2", name="Check data")]
    response = kent.json(RESOLVE, {"steps": asked})
    assert (response.status_code, response["Content-Type"]) == (409, "application/problem+json")
    problem = response.json()
    assert set(problem) == SIX | {"code"}
    assert (problem["code"], problem["where"]) == ("no_solution", "steps")
    assert problem["detail"] == (
        "Step 2 (Check data) asks for met/records ^2, and hampshire/fetch 1.3.0, which step 1 (Fetch) asks for, needs met/records ^1:"
        " no version is both."
    )
    assert problem["mend"] == "Ask for met/records ^1.4.0 in step 2 (Check data)."
    asked[1]["range"] = "^1.4.0"
    assert kent.json(RESOLVE, {"steps": asked}).status_code == 200


def test_pre_releases_come_when_they_are_asked_for(kent: Caller, parts: None) -> None:
    make_release("met/records", "3.0.0-rc.1")
    for said, version in ({}, "2.0.0"), ({"prereleases": False}, "2.0.0"), ({"prereleases": True}, "3.0.0-rc.1"):
        assert kent.json(RESOLVE, {"steps": [step("met/records")], **said}).json()["steps"][0]["version"] == version


FINE = {"module": "met/records"}
WRONG: list[tuple[Any, str, str]] = [
    ([], "body_invalid", "body"),
    ({}, "steps_invalid", "steps"),
    ({"steps": []}, "steps_invalid", "steps"),
    ({"steps": {}}, "steps_invalid", "steps"),
    ({"steps": [FINE] * 501}, "steps_invalid", "steps"),
    ({"steps": ["met/records"]}, "steps_invalid", "steps[0]"),
    ({"steps": [FINE], "prerelease": True}, "unknown_field", "prerelease"),
    ({"steps": [FINE], "prereleases": "yes"}, "flag_invalid", "prereleases"),
    ({"steps": [FINE, FINE, {**FINE, "rnage": "^1"}]}, "unknown_field", "steps[2].rnage"),
    ({"steps": [FINE, {"range": "^1"}]}, "field_missing", "steps[1].module"),
    ({"steps": [FINE, FINE, {**FINE, "range": "latest"}]}, "range_invalid", "steps[2].range"),
    ({"steps": [{"module": "met"}]}, "identifier_invalid", "steps[0].module"),
    ({"steps": [{**FINE, "range": 1}]}, "text_invalid", "steps[0].range"),
    ({"steps": [{**FINE, "range": None}]}, "text_invalid", "steps[0].range"),
    ({"steps": [{**FINE, "range": "1" * 121}]}, "text_invalid", "steps[0].range"),
    ({"steps": [{**FINE, "name": "a\0b"}]}, "text_invalid", "steps[0].name"),
    ({"steps": [{**FINE, "name": "\ud800"}]}, "text_invalid", "steps[0].name"),
    ({"steps": [{**FINE, "id": "2"}, FINE]}, "field_twice", "steps[1].id"),
]


@pytest.mark.parametrize(("body", "code", "where"), WRONG, ids=[f"{code} {where}" for _, code, where in WRONG])
def test_what_is_sent_wrongly_is_named_by_its_place(kent: Caller, body: Any, code: str, where: str) -> None:
    response = kent.json(RESOLVE, body)
    assert (response.status_code, response.json()["code"], response.json()["where"]) == (422, code, where)
    assert response.json()["mend"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "json_invalid"),
        (b"[" * 100_000, 400, "json_invalid"),
        (b"\xff", 400, "json_invalid"),
        (b'{"steps": [], "steps": []}', 422, "field_twice"),
        (b" " * (MAX_BYTES + 1), 413, "body_too_large"),
    ],
)
def test_what_cannot_be_read_is_refused(kent: Caller, body: bytes, status: int, code: str) -> None:
    response = kent.call("POST", RESOLVE, body, "application/json")
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_it_needs_a_token_that_reads(parts: None) -> None:
    body = {"steps": [FINE]}
    assert Caller().json(RESOLVE, body).status_code == 401
    for scopes, status in (("read",), 200), (("publish",), 403), (("telemetry",), 403):
        assert Caller(make_token("kent", scopes)).json(RESOLVE, body).status_code == status


def test_what_is_not_shared_answers_as_what_is_not_there(kent: Caller) -> None:
    make_release("met/hidden", visibility="own")
    hidden = kent.json(RESOLVE, {"steps": [step("met/hidden", "^1")]})
    absent = kent.json(RESOLVE, {"steps": [step("met/absent", "^1")]})
    assert hidden.status_code == absent.status_code == 409
    assert hidden.content.replace(b"hidden", b"absent") == absent.content
    assert Caller(make_token("met", ("read",))).json(RESOLVE, {"steps": [step("met/hidden", "^1")]}).status_code == 200


def test_it_is_limited_as_what_takes_long(kent: Caller, parts: None) -> None:
    with override_settings(RATES={"read": 100, "publish": 1, "anonymous": 100}):
        assert [kent.json(RESOLVE, {"steps": [FINE]}).status_code for _ in range(2)] == [200, 429]
