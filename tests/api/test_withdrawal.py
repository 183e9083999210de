"""Yank, unyank, deprecate."""

from __future__ import annotations

import pytest

from registry.catalogue.models import Module
from registry.releases.models import Release
from tests.api.conftest import Caller
from tests.make import make_release

RELEASE = "/api/v1/modules/force-a/update/releases/1.0.0"
MODULE = "/api/v1/modules/force-a/update"


@pytest.fixture
def owner(publisher: Caller) -> Caller:
    make_release("force-a/update")
    return publisher


def test_yank_and_take_it_back(owner: Caller, is_problem) -> None:
    response = owner.json(f"{RELEASE}/yank", {"reason": "Sends the letter twice."})
    assert response.status_code == 200, response.json()
    assert (response.json()["is_yanked"], response.json()["yanked_reason"]) == (True, "Sends the letter twice.")
    is_problem(owner.json(f"{RELEASE}/yank", {"reason": "Again."}), 409, "already_yanked")
    assert owner.get(RELEASE).json()["is_yanked"] is True
    response = owner.form(f"{RELEASE}/unyank", {"reason": "It was the printer."})
    assert (response.status_code, response.json()["is_yanked"]) == (200, False)
    is_problem(owner.json(f"{RELEASE}/unyank", {"reason": "Again."}), 409, "not_yanked")


def test_deprecate_with_a_successor(owner: Caller, is_problem) -> None:
    make_release("force-b/better")
    make_release("force-b/hidden", visibility="own")
    response = owner.json(f"{MODULE}/deprecate", {"reason": "No longer kept up.", "successor": "force-b/better"})
    assert response.status_code == 200, response.json()
    assert response.json()["deprecated"]["successor"] == "force-b/better"
    for unknown in ("force-b/hidden", "force-b/absent"):
        is_problem(owner.json(f"{MODULE}/deprecate", {"reason": "x", "successor": unknown}), 422, "successor_unknown")


BODIES = [
    ({}, 422, "reason_missing"),
    ({"reason": " "}, 422, "reason_missing"),
    ({"reason": "x" * 501}, 422, "text_too_long"),
    ({"reason": 7}, 422, "text_invalid"),
    ({"reason": None}, 422, "text_invalid"),
    ({"reason": "a\x00"}, 422, "text_invalid"),
    ({"reason": "\ud800"}, 422, "text_invalid"),
    ({"reason": "x", "sucessor": "y"}, 422, "unknown_field"),
    (["reason"], 422, "body_invalid"),
    ("reason", 422, "body_invalid"),
]


@pytest.mark.parametrize(("data", "status", "code"), BODIES)
def test_what_a_body_may_not_be(owner: Caller, is_problem, data: object, status: int, code: str) -> None:
    for path in (f"{RELEASE}/yank", f"{RELEASE}/unyank", f"{MODULE}/deprecate"):
        is_problem(owner.json(path, data), status, code)
    assert not Release.objects.exclude(yanked_at=None).exists()
    assert not Module.objects.exclude(deprecated_at=None).exists()


def test_bodies_that_cannot_be_read(owner: Caller, is_problem) -> None:
    yank = f"{RELEASE}/yank"
    is_problem(owner.call("POST", yank, b"{", "application/json"), 400, "malformed")
    is_problem(owner.call("POST", yank, b"[" * 200_000, "application/json"), 400, "malformed")
    is_problem(owner.call("POST", yank, b"\xff\xfe", "application/json"), 400, "malformed")
    is_problem(owner.call("POST", yank, b"<a/>", "application/xml"), 415, "unsupported_media_type")
    is_problem(owner.call("POST", yank, b"{}", "application/json", **{"Content-Encoding": "gzip"}), 415, "content_encoding_unsupported")
    is_problem(owner.call("POST", yank, b"reason=a&reason=b", "application/x-www-form-urlencoded"), 422, "field_twice")
    is_problem(owner.call("POST", yank, b'{"reason":"' + b"x" * 3_000_000 + b'"}', "application/json"), 413, "too_large")


def test_what_is_absent_from_ones_own_organisation(owner: Caller, is_problem) -> None:
    is_problem(owner.json("/api/v1/modules/force-a/update/releases/2.0.0/yank", {"reason": "x"}), 404, "not_found")
    is_problem(owner.json("/api/v1/modules/force-a/absent/deprecate", {"reason": "x"}), 404, "not_found")
