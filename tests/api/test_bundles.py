"""Taking a sequence with all its modules by API: the whole of it or a reason, described beforehand and counted for every part."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from typing import Any

import pytest

from registry.actions.recall_releases import recall_releases
from registry.catalogue.models import Module
from registry.lifecycle.models import RecallOverride
from registry.releases.models import Download, Release
from registry.releases.storage import store
from registry.sequences.models import SequenceLock
from tests.api.conftest import Caller
from tests.make import bpmn, make_release, make_sequence, make_steward, make_viewer

BASE = "/api/v1/modules/kobenhavn/letters/releases/1.0.0"
BUNDLE, LOCK = f"{BASE}/bundle", f"{BASE}/lock"


@pytest.fixture
def taker(neighbour: Caller) -> Caller:
    """An organisation that may take kobenhavn/letters and all its parts."""
    make_sequence()
    return neighbour


def bytes_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def recall(slug: str) -> Release:
    release = Release.objects.select_related("module").get(module__slug=slug)
    by = make_viewer(release.module.publisher)
    recall_releases(module=release.module, by=by, severity="high", versions="1.0.0", reason="It writes to the wrong person.", workaround="")
    return release


def test_the_bundle_as_an_attachment_described_beforehand(taker: Caller) -> None:
    response = taker.get(BUNDLE)
    data = bytes_of(response)
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert response["Content-Length"] == str(len(data))
    assert response["Content-Type"] == "application/zip"
    assert response["ETag"] == f'"{hashlib.sha256(archive.read("letters-1.0.0/SHA256SUMS")).hexdigest()}"'
    assert response["Content-Disposition"].startswith('attachment; filename="letters-1.0.0.zip"')
    assert (response["X-Marking"], response["X-Content-Type-Options"]) == ("OFFICIAL", "nosniff")
    assert response["Cache-Control"] == "private, no-cache"
    assert bytes_of(taker.get(BUNDLE)) == data


def test_every_part_counts_as_taken(taker: Caller) -> None:
    bytes_of(taker.get(BUNDLE))
    assert sorted(Download.objects.values_list("release__module__slug", flat=True)) == ["check", "letters", "send"]
    assert all(row.by_token for row in Download.objects.all())


def test_head_describes_and_counts_nothing(taker: Caller) -> None:
    response = taker.head(BUNDLE)
    assert (response.status_code, int(response["Content-Length"]) > 1000, response.content if not response.streaming else b"") == (
        200,
        True,
        b"",
    )
    assert not Download.objects.exists()


def test_who_has_it_already_gets_no_bytes(taker: Caller) -> None:
    etag = taker.head(BUNDLE)["ETag"]
    assert taker.get(BUNDLE, **{"If-None-Match": etag}).status_code == 304
    assert not Download.objects.exists()


def test_the_lock_byte_for_byte_with_its_digest(taker: Caller) -> None:
    lock = SequenceLock.objects.get()
    response = taker.get(LOCK)
    assert response.content.decode() == lock.content
    assert response["ETag"] == f'"{hashlib.sha256(response.content).hexdigest()}"'
    assert response["Digest"] == "sha-256=" + base64.b64encode(hashlib.sha256(response.content).digest()).decode()
    assert taker.get(LOCK, **{"If-None-Match": response["ETag"]}).status_code == 304


def test_a_part_that_is_not_shared_keeps_all_back_and_is_not_named(taker: Caller, is_problem) -> None:
    Module.objects.filter(slug="send").update(visibility="own")
    for path in (BUNDLE, LOCK):
        body = is_problem(taker.get(path), 409, "part_not_shared")
        assert "send" not in str(body)
        assert "odense" not in str(body)
    assert not Download.objects.exists()


def test_hidden_and_absent_sequences_answer_alike(taker: Caller, is_problem) -> None:
    make_sequence("kobenhavn/secret", visibility="own")
    for what in ("bundle", "lock"):
        bodies = [
            is_problem(taker.get(f"/api/v1/modules/kobenhavn/{slug}/releases/1.0.0/{what}"), 404, "not_found")
            for slug in ("secret", "absent")
        ]
        assert bodies[0] == bodies[1]


def test_a_module_has_neither(taker: Caller, is_problem) -> None:
    make_release("kobenhavn/plain", data=bpmn())
    for what in ("bundle", "lock"):
        is_problem(taker.get(f"/api/v1/modules/kobenhavn/plain/releases/1.0.0/{what}"), 409, "no_lock")


def test_a_recalled_part_is_had_only_for_a_reason_which_is_kept(taker: Caller, is_problem) -> None:
    make_steward()
    recall("send")
    body = is_problem(taker.get(BUNDLE), 409, "recalled")
    assert "It writes to the wrong person." in body["detail"]
    assert taker.head(BUNDLE, **{"X-Recall-Override": "We look into it."}).status_code == 200
    assert not RecallOverride.objects.exists()
    notice = zipfile.ZipFile(io.BytesIO(bytes_of(taker.get(BUNDLE, **{"X-Recall-Override": "We look into it."})))).read(
        "letters-1.0.0/NOTICE.md"
    )
    assert [(row.reason, row.artefact.release.module.slug) for row in RecallOverride.objects.all()] == [("We look into it.", "send")]
    assert b"`odense/send@1.0.0`: recalled (high): It writes to the wrong person." in notice


def test_bytes_that_are_gone_are_said_to_be_before_anything_is_sent(taker: Caller, is_problem, monkeypatch) -> None:
    gone = Release.objects.get(module__slug="send").artefacts.get().sha256
    monkeypatch.setattr(type(store()), "has", lambda self, sha256: sha256 != gone)
    is_problem(taker.get(BUNDLE), 503, "bytes_missing")
    assert not Download.objects.exists()
