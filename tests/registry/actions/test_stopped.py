"""Files with a secret in them are refused at the door, unless their publisher says why it is none; then a second person decides."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEvent, Role
from api.rest import shapes
from registry.actions.check_release import check_release
from registry.actions.publish_release import publish_release
from registry.catalogue.models import Module
from registry.releases.gates import ReleaseForm, Stopped
from registry.releases.models import Artefact, OutboxEntry, Release
from registry.releases.storage import store
from registry.releases.upload import spooled
from tests.make import bpmn, make_member, make_release, make_token, make_viewer, stored_files

pytestmark = pytest.mark.django_db
SECRET = "Kite-Marble-77"
LEAKING = bpmn().replace(
    b'<startEvent id="s"',
    f'<scriptTask id="k" name="Sign in"><script>password = "{SECRET}"</script></scriptTask><startEvent id="s"'.encode(),
)
FIELDS = {"version": "1.0.0", "licence": "MIT", "summary": "Sends victims an update.", "visibility": "partnership"}
REASON = "The word is the name of a test room, not a password."


def publish(data: bytes = LEAKING, *, dry_run: bool = False, **form: str) -> Any:
    by = make_viewer("hampshire")
    with spooled([data], "p.bpmn") as upload:
        return publish_release(
            publisher="hampshire", slug="victim-update", uploads=[upload], form=ReleaseForm(**{**FIELDS, **form}), by=by, dry_run=dry_run
        )


def everything() -> tuple[object, ...]:
    return (*(model.objects.count() for model in (Module, Release, Artefact, OutboxEntry, AuditEvent)), stored_files())


@pytest.mark.parametrize("dry_run", [False, True])
def test_it_is_refused_with_its_place_and_nothing_is_stored(dry_run: bool) -> None:
    before = everything()
    with pytest.raises(Stopped) as refused:
        publish(dry_run=dry_run)
    assert (refused.value.code, refused.value.status) == ("secret_found", 422)
    assert refused.value.where == "ScriptTask “Sign in”, script, line 1"
    assert refused.value.message.startswith("A secret is kept in the files.")
    assert refused.value.mend
    assert SECRET not in str(vars(refused.value))
    assert everything() == before


def test_with_a_reason_it_is_stored_and_held_and_nobody_else_sees_it() -> None:
    done = publish(contested=REASON)
    assert [one.code for one in done.findings if one.severity == "stop"] == ["secret_found"]
    release = done.release
    assert release.contested == REASON
    check_release(release.pk)
    release.refresh_from_db()
    assert release.state == Release.State.HELD
    finding = release.findings.get(code="secret_found")
    assert finding.fingerprint == next(one.fingerprint for one in done.findings if one.code == "secret_found")


def test_a_dry_run_with_a_reason_tells_the_findings() -> None:
    done = publish(dry_run=True, contested=REASON)
    assert done.release is None
    assert "secret_found" in [one.code for one in done.findings]


def test_the_same_bytes_again_are_not_refused() -> None:
    publish(contested=REASON)
    again = publish()
    assert (again.created, again.release.version) == (False, "1.0.0")


def test_the_same_finding_in_the_next_version_has_the_same_fingerprint_and_another_value_has_not() -> None:
    def print_of(data: bytes, version: str) -> str:
        done = publish(data, version=version, contested=REASON)
        return str(next(one.fingerprint for one in done.findings if one.code == "secret_found"))

    first = print_of(LEAKING, "1.0.0")
    assert first == print_of(LEAKING.replace(b"<script>", b"<script>\n\n"), "1.1.0"), "lines may move"
    assert first != print_of(LEAKING.replace(SECRET.encode(), b"Lake-Trombone-8"), "1.2.0")
    assert first != print_of(LEAKING.replace(b"Sign in", b"Sign out"), "1.3.0")


def test_the_worker_judges_the_stored_bytes_and_not_what_was_said_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the reading at the door was: the bytes in the store decide."""
    release = make_release("hampshire/victim-update", data=LEAKING, contested=REASON, checked=False)
    assert release.inspection["steps"]
    monkeypatch.setattr("registry.actions.check_release.inspect_upload", _counted := _Counted())
    check_release(release.pk)
    assert _counted.digests == [release.artefacts.get().sha256]
    assert release.findings.filter(code="secret_found").exists()


class _Counted:
    def __init__(self) -> None:
        self.digests: list[str] = []

    def __call__(self, *, upload: Any) -> Any:
        from registry.actions.inspect_upload import inspect_upload

        self.digests.append(upload.sha256)
        return inspect_upload(upload=upload)


def test_missing_bytes_leave_it_unchecked() -> None:
    release = make_release("hampshire/victim-update", checked=False)
    store().delete(release.artefacts.get().sha256)
    with pytest.raises(FileNotFoundError):
        check_release(release.pk)
    release.refresh_from_db()
    assert release.state == Release.State.CHECKING
    assert OutboxEntry.objects.filter(subject=release.pk).exists()


def test_over_the_api(client: Client) -> None:
    token = make_token("hampshire")
    sent = {**FIELDS, "artefact": SimpleUploadedFile("p.bpmn", LEAKING)}
    address, head = "/api/v1/modules/hampshire/victim-update/releases", {"authorization": f"Bearer {token}"}
    refused = client.post(address, sent, headers=head)
    assert refused.status_code == 422
    problem = refused.json()
    assert (problem["code"], problem["where"]) == ("secret_found", "ScriptTask “Sign in”, script, line 1")
    assert SECRET not in refused.content.decode()
    taken = client.post(address, {**sent, "artefact": SimpleUploadedFile("p.bpmn", LEAKING), "contested": REASON}, headers=head)
    assert taken.status_code == 201, taken.content
    assert "secret_found" in [one["code"] for one in taken.json()["findings"]]
    inspected = client.post("/api/v1/inspect", {"artefact": SimpleUploadedFile("p.bpmn", LEAKING)}, headers=head)
    assert inspected.status_code == 200
    assert "secret_found" in [one["code"] for one in inspected.json()["findings"]]
    assert set(inspected.json()["findings"][0]) == set(shapes.FindingShape.__annotations__)


def test_on_the_page_the_reason_is_asked_for_once_there_is_something_to_contest(client: Client) -> None:
    client.force_login(make_member("hampshire", Role.PUBLISHER))
    sent = {**FIELDS, "slug": "victim-update", "marking": "OFFICIAL", "language": "en-GB", "do": "publish"}
    assert "contested" not in client.get("/publish").content.decode()
    refused = client.post("/publish", {**sent, "artefact": SimpleUploadedFile("p.bpmn", LEAKING)})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "ScriptTask “Sign in”, script, line 1" in page
    assert 'name="contested"' in page
    assert SECRET not in page
    assert not Module.objects.exists()
    taken = client.post("/publish", {**sent, "contested": REASON, "artefact": SimpleUploadedFile("p.bpmn", LEAKING)})
    assert taken.status_code == 302, taken.content.decode()[:2000]
    assert Release.objects.get().contested == REASON
