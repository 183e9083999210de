"""Comparing over the API."""

from __future__ import annotations

import pytest

from tests.api.conftest import Caller
from tests.make import make_release

COMPARE = "/api/v1/compare"


@pytest.fixture
def stocked(neighbour: Caller) -> Caller:
    make_release("force-a/victim-update", licence="MIT")
    make_release("force-c/court-letter", licence="EUPL-1.2")
    make_release("force-a/secret", visibility="own")
    return neighbour


def test_candidates_what_differs_and_what_is_missing(stocked: Caller) -> None:
    named = ["force-a/victim-update", "force-a/secret", "force-c/court-letter@1.0.0", "force-a/nothing"]
    body = stocked.get(f"{COMPARE}?" + "&".join(f"module={name}" for name in named)).json()
    assert [one["asked"] for one in body["candidates"]] == ["force-a/victim-update", "force-c/court-letter@1.0.0"]
    assert body["missing"] == ["force-a/secret", "force-a/nothing"]
    assert "licence" in body["differ"]
    assert "platform" not in body["differ"]
    one = body["candidates"][0]
    assert (one["version"], one["licence"], one["state"], one["steps"]["people"]) == ("1.0.0", "MIT", "listed", 2)
    assert one["url"] == "/api/v1/modules/force-a/victim-update/releases/1.0.0"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "module_missing"),
        ("module=victim-update", "module_invalid"),
        ("modul=a/b", "unknown_parameter"),
        ("&".join(f"module=a/{number}" for number in range(5)), "too_many_modules"),
    ],
)
def test_what_cannot_be_compared_is_said(stocked: Caller, is_problem, query: str, code: str) -> None:
    is_problem(stocked.get(f"{COMPARE}?{query}"), 422, code)
