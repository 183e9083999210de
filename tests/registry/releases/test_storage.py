"""The contract of the artefact store, held by the local store and by S3 over a real connection."""

from __future__ import annotations

import gc
import hashlib
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.releases.storage import BlobStore, LocalStore, S3Store, disposition, key_of, store_at
from tests.swift_server import KEY, SECRET, swift


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Store]:
    with swift(tmp_path_factory.mktemp("swift")) as address:
        store = S3Store("artefacts", endpoint_url=address, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1")
        store.client.create_bucket(Bucket="artefacts")
        yield store


@pytest.fixture(params=["local", pytest.param("s3", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "local":
        return LocalStore(tmp_path / "store")
    s3: S3Store = request.getfixturevalue("s3")
    for digest, _ in list(s3.digests()):
        s3.delete(digest)
    return s3


def spool(folder: Path, data: bytes) -> tuple[Path, str]:
    digest = hashlib.sha256(data).hexdigest()
    path = folder / f"in-{digest[:8]}-{len(list(folder.iterdir()))}"
    path.write_bytes(data)
    return path, digest


def test_put_keeps_the_bytes_under_their_digest(store: BlobStore, tmp_path: Path) -> None:
    path, digest = spool(tmp_path, b"robot" * 1000)
    assert store.put(path, digest) is True
    assert store.has(digest)
    assert store.size(digest) == 5000
    assert store.verify(digest)
    with store.open(digest) as stream:
        assert stream.read() == b"robot" * 1000


def test_the_same_bytes_again_change_nothing(store: BlobStore, tmp_path: Path) -> None:
    path, digest = spool(tmp_path, b"once")
    assert store.put(path, digest) is True
    again, _ = spool(tmp_path, b"once")
    assert store.put(again, digest) is False
    assert [kept for kept, _ in store.digests()] == [digest]


def test_what_is_kept_outlives_the_spooled_file(store: BlobStore, tmp_path: Path) -> None:
    path, digest = spool(tmp_path, b"stays")
    store.put(path, digest)
    path.unlink()
    assert store.verify(digest)


def test_absent_bytes(store: BlobStore) -> None:
    digest = "0" * 64
    assert not store.has(digest)
    assert not store.verify(digest)
    with pytest.raises(FileNotFoundError):
        store.open(digest)
    with pytest.raises(FileNotFoundError):
        store.size(digest)
    store.delete(digest)  # harmless


def test_delete_and_list(store: BlobStore, tmp_path: Path) -> None:
    digests = set()
    for number in range(3):
        path, digest = spool(tmp_path, b"%d" % number)
        store.put(path, digest)
        digests.add(digest)
    assert {kept for kept, _ in store.digests()} == digests
    gone = digests.pop()
    store.delete(gone)
    assert {kept for kept, _ in store.digests()} == digests


def test_a_large_file(store: BlobStore, tmp_path: Path) -> None:
    """Above the size at which S3 takes several parts."""
    path, digest = spool(tmp_path, bytes(range(256)) * 80_000)
    store.put(path, digest)
    assert store.size(digest) == 20_480_000
    assert store.verify(digest)


def test_racing_writers_leave_whole_bytes(store: BlobStore, tmp_path: Path) -> None:
    data = b"race" * 50_000
    digest = hashlib.sha256(data).hexdigest()
    failures: list[BaseException] = []

    def write(number: int) -> None:
        path = tmp_path / f"racer-{number}"
        path.write_bytes(data)
        try:
            store.put(path, digest)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert store.verify(digest)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_only_digests_are_keys(store: BlobStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.size(name)


def test_damaged_bytes_are_found_and_healed(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    path, digest = spool(tmp_path, b"good bytes")
    store.put(path, digest)
    kept = store.path(digest)
    kept.unlink()
    kept.write_bytes(b"bad bytes!")
    assert not store.verify(digest)
    good, _ = spool(tmp_path, b"good bytes")
    assert store.put(good, digest) is True
    assert store.verify(digest)


def test_local_files_cannot_be_written_and_leave_nothing_staged(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    path, digest = spool(tmp_path, b"fixed")
    store.put(path, digest)
    assert store.path(digest).stat().st_mode & 0o222 == 0
    assert [file for file in (tmp_path / "store").rglob("*") if file.is_file()] == [store.path(digest)]


@pytest.mark.s3
def test_a_signed_link_serves_an_attachment_and_no_other_object(s3: S3Store, tmp_path: Path) -> None:
    path, digest = spool(tmp_path, b"linked")
    s3.put(path, digest)
    link = s3.link(digest, "Øvelse 1.bprelease", "application/octet-stream")
    assert link is not None
    assert "X-Amz-Expires=60" in link
    with urllib.request.urlopen(link, timeout=10) as answer:
        assert answer.read() == b"linked"
        assert "attachment" in answer.headers["Content-Disposition"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(link.replace(digest, "0" * 64), timeout=10)
    with refused.value as answer:
        assert answer.code in (400, 403)


@pytest.mark.s3
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # botocore drops the refused request's connection unclosed
def test_a_wrong_checksum_is_refused_by_the_server(s3: S3Store, tmp_path: Path) -> None:
    from botocore.exceptions import ClientError

    path, _ = spool(tmp_path, b"these bytes")
    with pytest.raises(ClientError):
        s3.put(path, "a" * 64)
    assert not s3.has("a" * 64)
    gc.collect()  # let the connection go within this test


def test_store_at_reads_addresses(tmp_path: Path) -> None:
    assert store_at((tmp_path / "a b").as_uri()).path("0" * 64) == tmp_path / "a b" / key_of("0" * 64)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="STORAGE_URL"):
        store_at("ftp://example.org")


@pytest.mark.parametrize("name", ['a"b.zip', "Øvelse.zip", "a\r\nSet-Cookie: x.zip", "плохо.zip"])
def test_disposition_is_one_safe_header(name: str) -> None:
    value = disposition(name)
    assert "\r" not in value
    assert "\n" not in value
    value.encode("latin-1")
    assert value.startswith("attachment; filename=")
    assert value.count('"') == 2


def test_what_a_killed_process_left_of_a_put_is_forgotten_after_its_time(store: BlobStore, tmp_path: Path) -> None:
    path, digest = spool(tmp_path, b"kept")
    store.put(path, digest)
    if isinstance(store, LocalStore):
        left = store.path(digest).with_name(".0123456789abcdef")
        left.write_bytes(b"half")
        is_left = left.exists
    else:
        assert isinstance(store, S3Store)
        client, bucket = store.client, store.bucket
        client.create_multipart_upload(Bucket=bucket, Key=key_of("0" * 64))

        def is_left() -> bool:
            return bool(client.list_multipart_uploads(Bucket=bucket).get("Uploads"))

    assert is_left()
    store.forget_unfinished(time.time() - 3600)
    assert is_left()
    store.forget_unfinished(time.time() + 3600)
    assert not is_left()
    assert store.verify(digest)
