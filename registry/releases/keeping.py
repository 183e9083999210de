"""Bytes in the artefact store and the rows that name them: nobody removes what a row names or a publish is about to name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from registry.releases.models import Artefact, Attachment
from registry.releases.storage import store
from registry.releases.upload import Upload


def named(digests: Iterable[str]) -> set[str]:
    """Those of ``digests`` that some row names."""
    wanted = list(digests)
    found = (model.objects.filter(sha256__in=wanted).values_list("sha256", flat=True) for model in (Artefact, Attachment))
    return {digest for each in found for digest in each}


def hold_bytes(uploads: Sequence[Upload]) -> None:
    """Until the transaction ends nobody may remove these bytes; put them again if somebody just did."""
    with connection.cursor() as cursor:
        for upload in sorted(uploads, key=lambda upload: upload.sha256):
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_lock_key(upload.sha256)])
            if not store().has(upload.sha256):
                store().put(upload.path, upload.sha256)


def release_bytes(uploads: Sequence[Upload]) -> None:
    """Whoever wrote them: of several losers with the same bytes only the last finds them held by nobody."""
    for upload in uploads:
        remove_unused(upload.sha256)


def remove_unused(sha256: str) -> bool:
    """Remove bytes that no row names, while no publish holds them. True when they were removed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_key(sha256)])
        row = cursor.fetchone()
        if not (row and row[0]) or named([sha256]):
            return False
        store().delete(sha256)
        return True


def _lock_key(sha256: str) -> int:
    return int(sha256[:15], 16)
