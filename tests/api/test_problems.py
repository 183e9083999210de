"""Every refusal is a whole problem, whoever raised it."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import exceptions

from api.errors import problem
from registry.errors import Moved, RateLimited, RegistryError
from tests.api.conftest import SIX, Caller


def test_unknown_paths_and_hidden_things(publisher: Caller, is_problem) -> None:
    is_problem(publisher.get("/api/v1/nothing"), 404, "no_such_path")
    is_problem(publisher.call("DELETE", "/api/v1/nothing/at/all"), 404, "no_such_path")
    is_problem(publisher.get("/api/v1/modules/"), 404, "no_such_path")
    is_problem(publisher.get("/api/v1/modules/a/b"), 404, "not_found")
    is_problem(publisher.get("/api/v1/modules/a/b%00"), 404, "no_such_path")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/modules", "GET, HEAD"),
        ("GET", "/api/v1/inspect", "POST"),
        ("PUT", "/api/v1/modules/a/b/releases", "GET, HEAD, POST"),
    ],
)
def test_wrong_methods_name_the_right_ones(publisher: Caller, is_problem, method: str, path: str, allowed: str) -> None:
    response = publisher.call(method, path)
    is_problem(response, 405, "method_not_allowed")
    assert response["Allow"] == allowed


def test_an_error_of_ours_says_a_reference_and_nothing_else(publisher: Caller, is_problem, monkeypatch, caplog) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("the secret place")

    monkeypatch.setattr("registry.index.read.module_detail", broken)
    body = is_problem(publisher.get("/api/v1/modules/a/b"), 500, "internal_error")
    reference = body["detail"].rsplit(" ", 1)[-1].rstrip(".")
    assert reference in caplog.text
    assert "secret place" not in str(body)


def test_a_lost_database_is_unavailable(publisher: Caller, is_problem, monkeypatch) -> None:
    def lost(*_: object) -> None:
        raise OperationalError("connection refused at 10.0.0.1")

    monkeypatch.setattr("api.auth.find_token", lost)
    response = publisher.get("/api/v1/modules")
    body = is_problem(response, 503, "unavailable")
    assert response["Retry-After"] == "5"
    assert "10.0.0.1" not in str(body)


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (exceptions.ParseError(), 400, "malformed"),
        (exceptions.NotAuthenticated(), 401, "token_missing"),
        (exceptions.AuthenticationFailed(), 401, "token_missing"),
        (exceptions.PermissionDenied(), 403, "not_allowed"),
        (exceptions.NotFound(), 404, "no_such_path"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("x/y"), 415, "unsupported_media_type"),
        (exceptions.Throttled(7), 429, "rate_limited"),
        (Http404(), 404, "no_such_path"),
        (PermissionDenied(), 403, "not_allowed"),
        (SuspiciousOperation(), 400, "malformed"),
        (DataError("value too long"), 422, "value_invalid"),
        (RuntimeError("x"), 500, "internal_error"),
    ],
)
def test_what_frameworks_raise(is_problem, raised: Exception, status: int, code: str) -> None:
    response = problem(raised)
    response.json = lambda: json.loads(response.content)
    is_problem(response, status, code)
    assert response.has_header("WWW-Authenticate") == (status == 401)
    assert response.has_header("Retry-After") == (status == 429)


@given(
    st.sampled_from([kind for kind in RegistryError.__subclasses__() if kind not in (Moved, RateLimited)]),
    st.text(),
    st.text(),
    st.text(),
    st.text(),
)
def test_every_problem_has_every_member(kind, code: str, message: str, where: str, mend: str) -> None:
    body = json.loads(problem(kind(code, message, where=where, mend=mend)).content.decode("utf-8", "surrogatepass"))
    assert set(body) == SIX
    assert (body["code"], body["where"], body["mend"], body["status"]) == (code, where, mend, kind.status)


def test_head_answers_like_get_without_the_body(publisher: Caller) -> None:
    got, asked = publisher.get("/api/v1/modules"), publisher.head("/api/v1/modules")
    assert (asked.status_code, asked["ETag"], asked.content) == (200, got["ETag"], b"")
    assert publisher.head("/api/v1/modules/a/b").status_code == 404
