"""Callers of the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from api import throttles
from tests.make import bpmn, make_token

SIX = {"type", "title", "status", "detail", "code", "where", "mend"}


class Caller:
    """A client that sends one token."""

    def __init__(self, secret: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=self.headers | headers)

    def head(self, path: str, **headers: str) -> Any:
        return self.client.head(path, headers=self.headers | headers)

    def call(self, method: str, path: str, body: bytes = b"", media_type: str = "application/octet-stream", **headers: str) -> Any:
        return self.client.generic(method, path, body, content_type=media_type, headers=self.headers | headers)

    def json(self, path: str, data: Any, **headers: str) -> Any:
        return self.client.post(path, json.dumps(data), content_type="application/json", headers=self.headers | headers)

    def form(self, path: str, data: dict[str, Any], **headers: str) -> Any:
        return self.client.post(path, data, headers=self.headers | headers)

    def publish(
        self, identifier: str = "force-a/update", data: bytes | None = None, *, filename: str = "update.bpmn", key: str = "", **fields: Any
    ) -> Any:
        """Publish one file with everything a first release needs."""
        form = {"version": "1.0.0", "licence": "MIT", "summary": "Sends victims an update.", "visibility": "partnership"}
        form |= {"data_categories": "none", **fields}
        form = {name: value for name, value in form.items() if value is not None}
        form.setdefault("artefact", SimpleUploadedFile(filename, bpmn() if data is None else data))
        headers = {"Idempotency-Key": key} if key else {}
        return self.form(f"/api/v1/modules/{identifier}/releases", form, **headers)


@pytest.fixture(autouse=True)
def _no_leases() -> Iterator[None]:
    """Requests leased by one test are gone from the next one's database."""
    throttles._leases._left.clear()
    yield
    throttles._leases._left.clear()


@pytest.fixture
def publisher(db: None) -> Caller:
    """A token of force-a that reads and publishes."""
    return Caller(make_token("force-a"))


@pytest.fixture
def neighbour(db: None) -> Caller:
    """A token of force-b that reads and publishes."""
    return Caller(make_token("force-b"))


@pytest.fixture
def anonymous(db: None) -> Caller:
    """Nobody."""
    return Caller()


@pytest.fixture
def is_problem() -> Callable[[Any, int, str], dict[str, Any]]:
    """Asserts that an answer is a whole problem of this status and code, and gives its body."""

    def check(response: Any, status: int, code: str) -> dict[str, Any]:
        assert response["Content-Type"] == "application/problem+json", response.content
        body: dict[str, Any] = response.json()
        assert (response.status_code, body["code"]) == (status, code), body
        assert set(body) >= SIX
        assert body["status"] == status
        assert body["title"]
        assert body["detail"]
        assert body["type"].startswith("http")
        return body

    return check
