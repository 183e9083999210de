"""What travels badly, and that nothing is kept of what is turned away: no row, no bytes, no file in flight (the fixture of all tests looks).

Uploads come in one piece: there is no door for chunks that are put together later, so no gap, overlap or commit of other bytes between them.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from registry.releases.storage import store
from tests.api.conftest import Caller
from tests.api.test_receiving import FORM, INSPECT, multipart
from tests.make import bpmn
from tests.registry.formats.malformed.all_kinds import KINDS
from tests.registry.formats.malformed.kind import Kind

PUBLISH = "/api/v1/modules/force-a/update/releases"
FIELDS = {
    "version": "1.0.0",
    "licence": "MIT",
    "summary": "Sends victims an update.",
    "visibility": "partnership",
    "data_categories": "none",
}


def kept() -> dict[str, Any]:
    """How many rows each table has, but for those that a refused request may write, and which bytes are stored."""
    with_rows = {model._meta.label: model._default_manager.count() for model in apps.get_models() if model._meta.app_label == "registry"}
    return {**with_rows, "bytes": sorted(digest for digest, _ in store().digests())}


def told_digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sent_twice(name: str) -> bytes:
    """A form with this text field twice."""
    field = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n1.0.0\r\n'.encode()
    return field * 2 + multipart()


TRANSPORT: dict[str, tuple[Callable[[Caller], Any], int, str]] = {
    "no file": (lambda caller: caller.form(PUBLISH, FIELDS), 422, "artefact_missing"),
    "two of one file": (lambda caller: caller.form(PUBLISH, {**FIELDS, "artefact": [a_file(), a_file()]}), 422, "artefact_twice"),
    "bad file name": (lambda caller: caller.call("POST", PUBLISH, multipart(filename="../../a.bpmn"), FORM), 422, "filename_invalid"),
    "file name of a device": (lambda caller: caller.call("POST", PUBLISH, multipart(filename="NUL.bpmn"), FORM), 422, "filename_invalid"),
    "wrong media type": (lambda caller: caller.call("POST", PUBLISH, multipart(), "application/zip"), 415, "unsupported_media_type"),
    "no boundary": (lambda caller: caller.call("POST", PUBLISH, multipart(), "multipart/form-data"), 400, "malformed"),
    "truncated body": (lambda caller: caller.call("POST", PUBLISH, multipart()[:-20], FORM), 400, "body_truncated"),
    "over size": (lambda caller: caller.publish(data=b"x" * 20_000), 413, "too_large"),
    "length mismatch": (lambda caller: caller.call("POST", PUBLISH, multipart(), FORM, **{"Content-Length": "99"}), 400, "body_truncated"),
    "digest mismatch": (lambda caller: caller.call("POST", PUBLISH, multipart(), FORM, **{"Content-Digest": told_digest(b"other")}), 400, "digest_mismatch"),
    "digest that is none": (lambda caller: caller.call("POST", PUBLISH, multipart(), FORM, **{"Content-Digest": "sha-256=:?:"}), 400, "malformed"),
    "duplicate form key": (lambda caller: caller.call("POST", PUBLISH, sent_twice("version"), FORM), 422, "field_twice"),
    "unknown form key": (lambda caller: caller.call("POST", PUBLISH, sent_twice("license"), FORM), 422, "unknown_field"),
    "compressed request body": (lambda caller: caller.call("POST", PUBLISH, multipart(), FORM, **{"Content-Encoding": "gzip"}), 415, "content_encoding_unsupported"),
    "name of another body": (lambda caller: caller.publish("force-b/update"), 403, "token_out_of_scope"),
}  # fmt: skip


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.bpmn", bpmn())


@override_settings(MAX_UPLOAD_BYTES=10_000)
@pytest.mark.parametrize(("send", "status", "code"), TRANSPORT.values(), ids=list(TRANSPORT))
def test_what_travels_badly(
    publisher: Caller, neighbour: Caller, is_problem: Any, send: Callable[[Caller], Any], status: int, code: str
) -> None:
    before = kept()
    is_problem(send(publisher), status, code)
    assert kept() == before


def test_a_digest_that_is_right_is_taken(publisher: Caller) -> None:
    body = multipart()
    assert publisher.call("POST", INSPECT, body, FORM, **{"Content-Digest": f"md5=:x:, {told_digest(body)}"}).status_code == 200


def sample(family: str) -> list[Kind]:
    """Every fourth kind of a family that is refused, and the last."""
    kinds = [
        kind
        for kind in KINDS
        if kind.family == family and not kind.sound and (not kind.found or kind.code in ("secret_found", "personal_number"))
    ]
    return [*kinds[:-1:4], kinds[-1]]


@pytest.mark.parametrize("family", ["ZIP", "TAR.GZ", "NuGet", "Python", "XML", "JSON", "Content"])
def test_nothing_is_kept_of_a_malformed_file(publisher: Caller, is_problem: Any, family: str) -> None:
    assert publisher.publish().status_code == 201  # so that there are rows and bytes to be compared
    before = kept()
    for kind in sample(family):
        data = kind.build()
        code = kind.code
        is_problem(publisher.publish("force-a/other", data, filename=kind.filename), 422, code)
        if not kind.found:
            is_problem(publisher.form(INSPECT, {"artefact": SimpleUploadedFile(kind.filename, data)}), 422, code)
        assert kept() == before
