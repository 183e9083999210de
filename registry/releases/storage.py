"""The artefact store: bytes under their SHA-256, written once, on local disk or S3."""

from __future__ import annotations

import base64
import contextlib
import errno
import functools
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol, cast
from urllib.parse import parse_qs, quote, unquote, urlsplit

from django.conf import settings

from registry.values.digests import CHUNK, sha256_of

LINK_SECONDS = 60  # how long a signed link lives: a withdrawn right ends within this time
_DIGEST = re.compile(r"\A[0-9a-f]{64}\Z")


class BlobStore(Protocol):
    """What both stores offer. A digest names the bytes, so writing twice is harmless and nothing is ever overwritten by other bytes."""

    def put(self, path: Path, sha256: str) -> bool:
        """Keep the file's bytes under ``sha256``, which must be theirs; True when they were not there before, or were damaged."""
        ...

    def has(self, sha256: str) -> bool: ...

    def open(self, sha256: str) -> IO[bytes]:
        """The bytes; raises FileNotFoundError."""
        ...

    def size(self, sha256: str) -> int:
        """In bytes; raises FileNotFoundError."""
        ...

    def verify(self, sha256: str) -> bool:
        """Whether bytes are there and have that digest, by reading them all."""
        ...

    def link(self, sha256: str, filename: str, media_type: str) -> str | None:
        """A signed address that serves the bytes as an attachment for a minute, or None where the store has no addresses."""
        ...

    def delete(self, sha256: str) -> None: ...

    def digests(self) -> Iterator[tuple[str, float]]:
        """Every digest kept, with the time it was written (seconds since 1970)."""
        ...

    def forget_unfinished(self, before: float) -> None:
        """Remove what a killed process left of a ``put`` begun before that time (seconds since 1970)."""
        ...


def key_of(sha256: str) -> str:
    """Where the bytes of a digest lie: ``sha256/ab/cd/abcd...``; raises ValueError for anything but a digest."""
    if not _DIGEST.match(sha256):
        raise ValueError("not a SHA-256")
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def disposition(filename: str) -> str:
    """A ``Content-Disposition`` that makes every browser save the file under its own name (RFC 6266)."""
    plain = re.sub(r'[^ !#-\[\]-~]|"', "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


class LocalStore:
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the bytes lie on disk."""
        return self.root / key_of(sha256)

    def put(self, path: Path, sha256: str) -> bool:
        target = self.path(sha256)
        if target.exists():
            if self.verify(sha256):
                return False
            target.unlink(missing_ok=True)  # damaged: heal it with the good bytes at hand
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = target.with_name(f".{secrets.token_hex(8)}")
        try:
            _copy_durably(path, staged)
            os.link(staged, target)
        except FileExistsError:
            return False
        finally:
            staged.unlink(missing_ok=True)
        _sync_folder(target.parent)
        return True

    def has(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def open(self, sha256: str) -> IO[bytes]:
        return self.path(sha256).open("rb")

    def size(self, sha256: str) -> int:
        return self.path(sha256).stat().st_size

    def verify(self, sha256: str) -> bool:
        try:
            return sha256_of(self.path(sha256)) == sha256
        except FileNotFoundError:
            return False

    def link(self, sha256: str, filename: str, media_type: str) -> str | None:
        return None

    def delete(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)

    def digests(self) -> Iterator[tuple[str, float]]:
        for path in self.root.glob("sha256/??/??/*"):
            if _DIGEST.match(path.name):
                with contextlib.suppress(FileNotFoundError):
                    yield path.name, path.stat().st_mtime

    def forget_unfinished(self, before: float) -> None:
        for path in self.root.glob("sha256/??/??/.*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()


def _copy_durably(source: Path, target: Path) -> None:
    """Give ``target`` the bytes of ``source``, on disk when this returns. A hard link where both lie on one file system."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK):
            raise
        shutil.copyfile(source, target)
    target.chmod(0o444)
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class S3Store:
    """Objects of one bucket."""

    def __init__(self, bucket: str, **options: Any) -> None:
        import boto3
        from botocore.config import Config

        self.bucket = bucket
        config = Config(
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 3, "mode": "standard"},
            request_checksum_calculation="when_required",  # older S3 servers refuse the newer default
            response_checksum_validation="when_required",
            s3={"addressing_style": options.pop("addressing_style", "path")},
        )
        self.client = boto3.client("s3", config=config, **options)

    def put(self, path: Path, sha256: str) -> bool:
        if self.has(sha256) and self.size(sha256) == path.stat().st_size and self.verify(sha256):
            return False
        with path.open("rb") as stream:
            if path.stat().st_size <= 8 * CHUNK:
                checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
                self.client.put_object(Bucket=self.bucket, Key=key_of(sha256), Body=stream, ChecksumSHA256=checksum)
            else:
                self.client.upload_fileobj(stream, self.bucket, key_of(sha256))
        return True

    def has(self, sha256: str) -> bool:
        try:
            self.size(sha256)
        except FileNotFoundError:
            return False
        return True

    def open(self, sha256: str) -> IO[bytes]:
        with self._missing(sha256):
            return cast(IO[bytes], self.client.get_object(Bucket=self.bucket, Key=key_of(sha256))["Body"])

    def size(self, sha256: str) -> int:
        with self._missing(sha256):
            return int(self.client.head_object(Bucket=self.bucket, Key=key_of(sha256))["ContentLength"])

    def verify(self, sha256: str) -> bool:
        try:
            with contextlib.closing(self.open(sha256)) as stream:
                digest = hashlib.sha256()
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
        except FileNotFoundError:
            return False
        return digest.hexdigest() == sha256

    def link(self, sha256: str, filename: str, media_type: str) -> str | None:
        parameters = {
            "Bucket": self.bucket,
            "Key": key_of(sha256),
            "ResponseContentDisposition": disposition(filename),
            "ResponseContentType": media_type,
        }
        url: str = self.client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=LINK_SECONDS)
        return url

    def delete(self, sha256: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=key_of(sha256))

    def digests(self) -> Iterator[tuple[str, float]]:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix="sha256/"):
            for item in page.get("Contents", []):
                name = item["Key"].rsplit("/", 1)[-1]
                if _DIGEST.match(name):
                    yield name, item["LastModified"].timestamp()

    def forget_unfinished(self, before: float) -> None:
        """An object is there whole or not at all; parts of a large one are listed apart, and the server keeps them until told."""
        for page in self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket, Prefix="sha256/"):
            for part in page.get("Uploads", []):
                if part["Initiated"].timestamp() < before:
                    self.client.abort_multipart_upload(Bucket=self.bucket, Key=part["Key"], UploadId=part["UploadId"])

    @contextlib.contextmanager
    def _missing(self, sha256: str) -> Iterator[None]:
        from botocore.exceptions import ClientError

        try:
            yield
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(sha256) from error
            raise


@functools.cache
def store_at(url: str) -> BlobStore:
    """The store that ``file:///folder`` or ``s3://bucket?endpoint_url=...&region_name=...`` names; raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return LocalStore(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        return S3Store(parts.netloc, **{key: values[0] for key, values in parse_qs(parts.query).items()})
    raise ValueError(f"STORAGE_URL must begin with file:// or s3://, not {parts.scheme}://")


def store() -> BlobStore:
    """The store that the settings name."""
    return store_at(settings.STORAGE_URL)
