"""Downloading: the exact bytes, their digest, ranges, the web server's and the store's ways of sending, and the count."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import override_settings

from registry.releases.models import Download
from registry.releases.storage import key_of, store
from tests.api.conftest import Caller
from tests.make import bpmn, make_release

PATH = "/api/v1/modules/force-a/update/releases/1.0.0/artefacts/process.bpmn"
DATA = bpmn("Update")
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def taker(neighbour: Caller) -> Caller:
    """An organisation that may take force-a/update."""
    make_release("force-a/update", data=DATA)
    return neighbour


def bytes_of(response: Any) -> bytes:
    """The body; read to its end, the test client closes the answer."""
    return b"".join(response.streaming_content)


def test_an_answer_given_up_before_its_first_byte_leaves_no_open_file(taker: Caller, monkeypatch) -> None:
    opened = []
    real = type(store()).open
    monkeypatch.setattr(type(store()), "open", lambda self, sha256: opened.append(real(self, sha256)) or opened[-1])
    response = taker.get(PATH)
    request_finished.disconnect(close_old_connections)  # the test's own connection stays
    response.close()
    request_finished.connect(close_old_connections)
    assert [stream.closed for stream in opened] == [True]


def test_the_bytes_as_an_attachment_with_their_digest(taker: Caller) -> None:
    response = taker.get(PATH)
    assert bytes_of(response) == DATA
    assert response["Content-Length"] == str(len(DATA))
    assert response["ETag"] == f'"{SHA256}"'
    assert response["Digest"] == "sha-256=" + base64.b64encode(bytes.fromhex(SHA256)).decode()
    assert response["Content-Disposition"].startswith('attachment; filename="process.bpmn"')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"


def test_who_has_it_already_gets_no_bytes(taker: Caller) -> None:
    response = taker.get(PATH, **{"If-None-Match": f'"{SHA256}"'})
    assert (response.status_code, response.content) == (304, b"")
    assert not Download.objects.exists()


def test_head_describes_and_counts_nothing(taker: Caller) -> None:
    response = taker.head(PATH)
    assert (response.status_code, response["Content-Length"], response["ETag"]) == (200, str(len(DATA)), f'"{SHA256}"')
    assert not Download.objects.exists()


def test_an_organisation_counts_once_a_day_and_as_a_machine(taker: Caller) -> None:
    bytes_of(taker.get(PATH))
    bytes_of(taker.get(PATH))
    assert [(row.organisation.slug, row.by_token) for row in Download.objects.all()] == [("force-b", True)]


def test_hidden_absent_and_misnamed_files_answer_alike(taker: Caller, is_problem) -> None:
    make_release("force-a/secret", visibility="own")
    bodies = [
        is_problem(taker.get(PATH.replace(old, new)), 404, "not_found")
        for old, new in (("update", "secret"), ("update", "absent"), ("1.0.0", "9.9.9"), ("process", "other"))
    ]
    assert all(body == bodies[0] for body in bodies)


RANGES = [
    ("bytes=0-3", DATA[:4]),
    ("bytes=4-", DATA[4:]),
    ("bytes=-5", DATA[-5:]),
    ("bytes=10-99999999", DATA[10:]),
    (f"bytes=-{len(DATA) + 10}", DATA),
]


@pytest.mark.parametrize(("asked", "data"), RANGES)
def test_a_range(taker: Caller, asked: str, data: bytes) -> None:
    response = taker.get(PATH, Range=asked)
    assert bytes_of(response) == data
    assert response.status_code == (206 if data != DATA else 200)
    assert response["Content-Length"] == str(len(data))
    if data != DATA:
        first = DATA.rindex(data) if asked.startswith("bytes=-") or asked == "bytes=4-" or "999" in asked else 0
        assert response["Content-Range"] == f"bytes {first}-{first + len(data) - 1}/{len(DATA)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=9-3", "bytes=a-b"])
def test_a_range_that_we_do_not_understand_means_everything(taker: Caller, asked: str) -> None:
    response = taker.get(PATH, Range=asked)
    assert (response.status_code, bytes_of(response)) == (200, DATA)


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0"])
def test_a_range_that_the_file_has_not(taker: Caller, is_problem, asked: str) -> None:
    response = taker.get(PATH, Range=asked)
    is_problem(response, 416, "range_not_satisfiable")
    assert response["Content-Range"] == f"bytes */{len(DATA)}"


def test_a_range_of_another_version_of_the_file_means_everything(taker: Caller) -> None:
    assert bytes_of(taker.get(PATH, Range="bytes=0-3", **{"If-Range": '"other"'})) == DATA
    assert bytes_of(taker.get(PATH, Range="bytes=0-3", **{"If-Range": f'"{SHA256}"'})) == DATA[:4]


@override_settings(ACCEL_REDIRECT="/artefacts/")
def test_the_web_server_in_front_sends_the_bytes(taker: Caller) -> None:
    response = taker.get(PATH)
    assert response["X-Accel-Redirect"] == f"/artefacts/{key_of(SHA256)}"
    assert (response.content, response["ETag"]) == (b"", f'"{SHA256}"')
    assert Download.objects.count() == 1


def test_a_store_with_addresses_is_pointed_to(taker: Caller, monkeypatch) -> None:
    monkeypatch.setattr(type(store()), "link", lambda self, sha256, filename, media_type: f"https://store.example/{sha256}?signed")
    response = taker.get(PATH)
    assert (response.status_code, response["Location"]) == (302, f"https://store.example/{SHA256}?signed")
    assert response["Cache-Control"] == "private, no-store"
    assert response["Digest"].startswith("sha-256=")
    assert Download.objects.count() == 1


def test_lost_bytes_are_our_fault(taker: Caller, is_problem) -> None:
    store().delete(SHA256)
    is_problem(taker.get(PATH), 503, "bytes_missing")
    assert not Download.objects.exists()
