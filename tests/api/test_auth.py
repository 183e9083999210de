"""Who may call: one answer to nobody, one to a bad token, scope before existence, and a token's own organisation and modules."""

from __future__ import annotations

import base64

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiToken, Organisation
from tests.api.conftest import Caller
from tests.make import make_expired, make_release, make_token

PATHS = [
    ("GET", "/api/v1/modules"),
    ("GET", "/api/v1/modules/force-a/there"),
    ("GET", "/api/v1/modules/force-a/not-there"),
    ("GET", "/api/v1/modules/nobody/at-all/releases"),
    ("GET", "/api/v1/modules/force-a/there/releases/1.0.0"),
    ("GET", "/api/v1/modules/force-a/there/releases/1.0.0/artefacts/process.bpmn"),
    ("HEAD", "/api/v1/modules/force-a/there/releases/1.0.0/artefacts/absent.bpmn"),
    ("POST", "/api/v1/modules/force-a/there/releases"),
    ("POST", "/api/v1/modules/force-a/there/releases/1.0.0/yank"),
    ("POST", "/api/v1/modules/force-a/there/deprecate"),
    ("POST", "/api/v1/inspect"),
    ("DELETE", "/api/v1/modules"),
    ("OPTIONS", "/api/v1/modules"),
    ("PUT", "/api/v1/no/such/path"),
    ("GET", "/api/v2"),
    ("GET", "/api/"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_nobody_gets_one_answer_everywhere(anonymous: Caller, method: str, path: str) -> None:
    make_release("force-a/there")
    response = anonymous.call(method, path)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer ")
    reference = anonymous.get("/api/v1/nothing")
    if method != "HEAD":
        assert response.content == reference.content
        assert response.json()["code"] == "token_missing"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*"])
def test_the_answer_to_nobody_does_not_depend_on_accept(anonymous: Caller, accept: str) -> None:
    assert anonymous.get("/api/v1/modules", Accept=accept).json()["code"] == "token_missing"


@pytest.mark.parametrize("secret", ["nonsense", "mh_" + "a" * 49, "mh_\x00"])
def test_a_wrong_token(db, is_problem, secret: str) -> None:
    is_problem(Caller(secret).get("/api/v1/modules"), 401, "token_invalid")


def test_an_expired_and_a_revoked_token(publisher: Caller, is_problem) -> None:
    assert publisher.get("/api/v1/modules").status_code == 200
    token = ApiToken.objects.get()
    make_expired(token)
    is_problem(publisher.get("/api/v1/modules"), 401, "token_invalid")
    secret = make_token("force-a")
    ApiToken.objects.exclude(pk=token.pk).update(revoked_at=token.created_at)
    is_problem(Caller(secret).get("/api/v1/modules"), 401, "token_invalid")


def test_a_token_of_a_closed_organisation(publisher: Caller, is_problem) -> None:
    Organisation.objects.update(is_active=False)
    is_problem(publisher.get("/api/v1/modules"), 401, "token_invalid")


def test_basic_takes_the_token_as_password(db) -> None:
    sent = base64.b64encode(f"anybody:{make_token('force-a')}".encode()).decode()
    assert Caller().get("/api/v1/modules", Authorization=f"Basic {sent}").status_code == 200


@pytest.mark.parametrize("header", ["Basic ???", "Basic " + base64.b64encode(b"nocolon").decode(), "Digest abc", "Bearer", "Basic /w=="])
def test_damaged_headers_are_no_token(db, is_problem, header: str) -> None:
    is_problem(Caller().get("/api/v1/modules", Authorization=header), 401, "token_missing")


def test_the_scope_is_asked_before_existence(db, is_problem) -> None:
    make_release("force-a/there")
    reader, writer = Caller(make_token("force-a", ("read",))), Caller(make_token("force-a", ("publish",)))
    for slug in ("there", "not-there"):
        is_problem(reader.json(f"/api/v1/modules/force-a/{slug}/releases/1.0.0/yank", {"reason": "x"}), 403, "token_scope")
        is_problem(writer.get(f"/api/v1/modules/force-a/{slug}"), 403, "token_scope")
    is_problem(reader.publish(), 403, "token_scope")
    is_problem(reader.call("POST", "/api/v1/inspect"), 403, "token_scope")
    is_problem(Caller(make_token("force-a", ("telemetry",))).get("/api/v1/modules"), 403, "token_scope")


def test_another_organisations_module_is_out_of_scope_whether_or_not_it_exists(neighbour: Caller, is_problem) -> None:
    make_release("force-a/there")
    bodies = [
        is_problem(neighbour.publish(f"{publisher}/{slug}"), 403, "token_out_of_scope")
        for publisher, slug in (("force-a", "there"), ("force-a", "not-there"), ("nobody", "x-y"))
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    for path in ("force-a/there/releases/1.0.0/yank", "force-a/gone/releases/1.0.0/unyank", "force-a/gone/deprecate"):
        is_problem(neighbour.json(f"/api/v1/modules/{path}", {"reason": "x"}), 403, "token_out_of_scope")


def test_a_token_bound_to_a_module_publishes_and_sees_that_one_only(db, is_problem) -> None:
    make_release("force-a/other", visibility="own")
    bound = Caller(make_token("force-a", modules=("update",)))
    assert bound.publish("force-a/update").status_code == 201
    is_problem(bound.publish("force-a/other"), 403, "token_out_of_scope")
    is_problem(bound.get("/api/v1/modules/force-a/other"), 404, "not_found")


def test_finding_the_token_takes_one_statement(publisher: Caller) -> None:
    publisher.get("/api/v1/modules")  # opens the lease and notes the token's use
    with CaptureQueriesContext(connection) as queries:
        publisher.get("/api/v1/nothing")
    assert len(queries) == 1


def test_answers_are_private(publisher: Caller, anonymous: Caller) -> None:
    for response in (publisher.get("/api/v1/modules"), anonymous.get("/api/v1/modules"), publisher.get("/api/v1/modules/x/y")):
        assert "private" in response["Cache-Control"]
        assert "Authorization" in response["Vary"]
        assert not response.cookies
