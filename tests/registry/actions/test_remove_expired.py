"""Only what has expired goes: never a key or an upload still in use, never bytes that an artefact names or a publish holds."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from registry.actions.publish_release import Published, publish_release
from registry.actions.remove_expired import BYTES_FOR, KEYS_FOR, NOTICES_FOR, READ_NOTICES_FOR, UPLOADS_FOR, remove_expired
from registry.notices.models import Notice
from registry.releases.gates import ReleaseForm
from registry.releases.models import Artefact, IdempotencyKey
from registry.releases.storage import LocalStore, store
from registry.releases.upload import spooled
from tests.installation import unique
from tests.make import bpmn, make_member, make_notice, make_organisation, make_release, make_viewer, stored_files
from tests.race import stopped_before_its_rows

DAY = 24 * 3600
MINUTE = 60


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """A store with nothing in it from other tests."""
    settings.STORAGE_URL = (tmp_path / "artefacts").as_uri()


def kept() -> LocalStore:
    here = store()
    assert isinstance(here, LocalStore)
    return here


def aged(path: Path, seconds: float) -> Path:
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def orphan(data: bytes, seconds: float) -> str:
    """Bytes that no release names, written ``seconds`` ago."""
    with spooled([data], "a.bpmn") as upload:
        store().put(upload.path, upload.sha256)
    aged(kept().path(upload.sha256), seconds)
    return upload.sha256


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "is_left"), [(KEYS_FOR + timedelta(minutes=1), False), (KEYS_FOR - timedelta(minutes=1), True)])
def test_idempotency_keys_are_kept_a_day(age: timedelta, is_left: bool) -> None:
    key = IdempotencyKey.objects.create(organisation=make_organisation("hampshire"), key="k", fingerprint="f")
    IdempotencyKey.objects.filter(pk=key.pk).update(created_at=timezone.now() - age)
    remove_expired()
    assert IdempotencyKey.objects.exists() is is_left


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "is_read", "is_left"),
    [
        (READ_NOTICES_FOR - timedelta(minutes=1), True, True),
        (READ_NOTICES_FOR + timedelta(minutes=1), True, False),
        (READ_NOTICES_FOR + timedelta(minutes=1), False, True),
        (NOTICES_FOR - timedelta(minutes=1), False, True),
        (NOTICES_FOR + timedelta(minutes=1), False, False),
    ],
)
def test_notices_are_kept_half_a_year_once_read_and_somewhat_more_than_a_year_at_most(age: timedelta, is_read: bool, is_left: bool) -> None:
    notice = make_notice(make_member("hampshire"))
    at = timezone.now() - age
    Notice.objects.filter(pk=notice.pk).update(created_at=at, read_at=at if is_read else None)
    remove_expired()
    assert Notice.objects.exists() is is_left


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "is_left"), [(UPLOADS_FOR + MINUTE, False), (UPLOADS_FOR - MINUTE, True), (0, True)])
def test_uploads_are_left_until_no_request_can_own_them(age: int, is_left: bool) -> None:
    path = settings.UPLOAD_DIR / "x.upload"
    path.write_bytes(b"half")
    aged(path, age)
    remove_expired()
    assert path.exists() is is_left
    path.unlink(missing_ok=True)


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "is_left"), [(BYTES_FOR + MINUTE, False), (BYTES_FOR - MINUTE, True)])
def test_bytes_without_a_release_go_after_a_day(age: int, is_left: bool) -> None:
    digest = orphan(b"nobody's", age)
    remove_expired()
    assert store().has(digest) is is_left


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "is_left"), [(BYTES_FOR + MINUTE, False), (BYTES_FOR - MINUTE, True)])
def test_a_copy_that_was_cut_off_goes_after_a_day(age: int, is_left: bool) -> None:
    release = make_release("hampshire/victim-update")
    staged = kept().path(release.digest).with_name(".0123456789abcdef")
    staged.write_bytes(b"half")
    aged(staged, age)
    remove_expired()
    assert staged.exists() is is_left
    assert store().verify(release.digest)


@pytest.mark.django_db
def test_bytes_that_a_release_names_stay_however_old() -> None:
    releases = [make_release("hampshire/victim-update", "1.0.0"), make_release("hampshire/held", checked=False)]
    shared = make_release("met/the-same", data=bpmn("hampshire/victim-update 1.0.0"))
    assert shared.digest == releases[0].digest
    for path in stored_files():
        aged(path, BYTES_FOR * 400)
    gone = orphan(b"nobody's", BYTES_FOR * 2)
    remove_expired()
    assert {path.name for path in stored_files()} == {release.digest for release in releases}
    assert all(store().verify(digest) for digest in Artefact.objects.values_list("sha256", flat=True))
    assert not store().has(gone)


@pytest.mark.django_db
def test_a_store_larger_than_one_batch_is_gone_through_to_its_end() -> None:
    release = make_release("hampshire/victim-update")
    aged(kept().path(release.digest), BYTES_FOR * 2)
    for number in range(1200):
        path = kept().path(hashlib.sha256(str(number).encode()).hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        aged(path, BYTES_FOR * 2)
    remove_expired()
    assert [path.name for path in stored_files()] == [release.digest]


@pytest.mark.django_db
def test_twice_is_as_once() -> None:
    make_release("hampshire/victim-update")
    orphan(b"nobody's", BYTES_FOR * 2)
    remove_expired()
    before = stored_files()
    remove_expired()
    assert stored_files() == before


@pytest.mark.django_db(transaction=True)
def test_old_bytes_that_a_publish_is_about_to_name_are_there_when_it_has() -> None:
    """They lie there a day, unnamed, and are published again just when they are removed: the release must not be without them."""
    by, data = make_viewer("hampshire"), bpmn(unique("old"))
    digest = orphan(data, BYTES_FOR * 2)

    def publish() -> Published:
        with spooled([data], "process.bpmn") as upload:
            form = ReleaseForm(version="1.0.0", licence="MIT", summary="Sends letters.")
            return publish_release(publisher="hampshire", slug="old-bytes", uploads=[upload], form=form, by=by)

    with stopped_before_its_rows({digest: publish}) as results:
        kept().delete(digest)  # as the sweep would, a moment before the publish takes its lock
    assert isinstance(results[0], Published), results
    assert store().verify(digest)
    aged(kept().path(digest), BYTES_FOR * 2)
    remove_expired()
    assert store().verify(digest)
