"""Papers and pictures are kept beside a module, and nothing else is."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from accounts.models import AuditEvent
from accounts.tokens import issue_token
from accounts.viewer import Viewer, viewer_of_token
from registry.actions.keep_attachment import MAX_BYTES, keep_attachment
from registry.actions.remove_expired import remove_expired
from registry.catalogue.models import Module
from registry.releases.models import Attachment, StoredBytes
from registry.releases.storage import store
from registry.releases.upload import spooled
from tests.make import PICTURE, make_module, make_viewer
from tests.unchanged import audit_refuses, refuses, unchanged


@pytest.fixture
def module() -> Module:
    return make_module("hampshire/letters", visibility="own")


def keep(module: Module, data: bytes = PICTURE, name: str = "shown.png", by: Viewer | None = None, **more: str) -> Attachment:
    with spooled([data], name) as upload:
        return keep_attachment(module=module, organisation=module.organisation, upload=upload, by=by or make_viewer("hampshire"), **more)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (PICTURE, "a.png"),
        (b"\xff\xd8\xff\xe0 picture", "a.jpg"),
        (b"GIF89a picture", "a.gif"),
        (b"%PDF-1.7 paper", "a.pdf"),
        (b"PK\x03\x04 document", "a.docx"),
        ("We looked. Vi så efter.".encode() * 400, "a.txt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_papers_and_pictures_are_kept(module: Module, data: bytes, name: str) -> None:
    before = StoredBytes.objects.get().total
    kept = keep(module, data, name, marking="OFFICIAL-SENSITIVE", handling="Police only")
    assert (kept.filename, kept.size, kept.marking, kept.handling) == (name, len(data), "OFFICIAL-SENSITIVE", "Police only")
    assert store().verify(kept.sha256)
    assert StoredBytes.objects.get().total == before  # the quota is of artefacts
    event = AuditEvent.objects.get(action="attachment.kept")
    assert event.detail == {"sha256": kept.sha256, "marking": "OFFICIAL-SENSITIVE"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data", [b"MZ\x90\x00\x03", b"\x7fELF\x02\x01\x00", b"\x00\x01\x02", b" \n", bytes([0xC3, 0x28, 0xA0, 0xA1])], ids=range(5)
)
def test_programs_and_what_is_no_paper_are_not(module: Module, data: bytes) -> None:
    by = make_viewer("hampshire")
    with refuses("attachment_kind", "evidence"):
        keep(module, data, "a.txt", by)


@pytest.mark.django_db
def test_what_else_it_refuses(module: Module) -> None:
    by = make_viewer("hampshire")
    with refuses("attachment_too_large", "evidence"):
        keep(module, PICTURE + bytes(MAX_BYTES), by=by)
    with refuses("marking_unknown", "marking"):
        keep(module, marking="SECRET", by=by)
    token, _ = issue_token(organisation=module.organisation, name="Robot", scopes=["publish"], days=9, by=None)
    with refuses("person_needed"):
        keep(module, by=viewer_of_token(token))


@pytest.mark.django_db
def test_without_its_audit_line_neither_row_nor_bytes_are_kept(module: Module) -> None:
    by = make_viewer("hampshire")
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        keep(module, b"A paper of its own.", "a.txt", by)


@pytest.mark.django_db
def test_its_bytes_are_not_swept_and_are_held_against_the_store(module: Module, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    kept = keep(module, b"A paper that will be lost.", "a.txt")
    monkeypatch.setattr("registry.actions.remove_expired.BYTES_FOR", -1)
    remove_expired()
    assert store().has(kept.sha256)
    store().delete(kept.sha256)
    capsys.readouterr()
    with pytest.raises(SystemExit):
        call_command("check_storage", "--json", "--grace", "0")
    found = json.loads(capsys.readouterr().out)["problems"]
    assert [(each["problem"], each["filename"]) for each in found if each["sha256"] == kept.sha256] == [("missing", "a.txt")]
