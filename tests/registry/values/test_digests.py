"""Digests: of a file, of a release, and as a header."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from registry.values.digests import CHUNK, digest_header, release_digest, sha256_of

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)


def test_of_files_of_every_size(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    assert sha256_of(path) == EMPTY
    for size in (1, CHUNK - 1, CHUNK, CHUNK + 1):
        path.write_bytes(b"x" * size)
        assert sha256_of(path) == hashlib.sha256(b"x" * size).hexdigest()


@given(digests)
def test_a_release_of_one_file_has_its_digest(digest: str) -> None:
    assert release_digest([digest]) == digest


@given(st.lists(digests, min_size=2, max_size=5, unique=True), st.randoms())
def test_the_order_of_files_does_not_count(found: list[str], chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = found.copy()
    chance.shuffle(shuffled)
    assert release_digest(shuffled) == release_digest(found)


@given(st.lists(digests, min_size=2, max_size=5, unique=True))
def test_every_file_counts(found: list[str]) -> None:
    assert release_digest(found) != release_digest(found[1:])
    assert release_digest([*found, found[0]]) != release_digest(found)


@given(digests)
def test_the_header_holds_the_same_bytes(digest: str) -> None:
    name, _, value = digest_header(digest).partition("=")
    assert name == "sha-256"
    assert base64.b64decode(value, validate=True).hex() == digest
