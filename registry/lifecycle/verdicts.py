"""Which bytes are denied or allowed, by the latest verdict on their SHA-256."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from registry.errors import Refused
from registry.lifecycle.models import DigestVerdict
from registry.releases.upload import Upload


def verdicts_on(digests: Iterable[str]) -> dict[str, DigestVerdict]:
    """The verdict that counts for each of ``digests`` that has one."""
    latest = DigestVerdict.objects.filter(sha256__in=list(digests)).order_by("sha256", "-pk").distinct("sha256")
    return {verdict.sha256: verdict for verdict in latest}


def denied_among(digests: Iterable[str]) -> list[str]:
    """Those of ``digests`` that are denied now."""
    return sorted(digest for digest, verdict in verdicts_on(digests).items() if verdict.verdict == DigestVerdict.Verdict.DENY)


def check_bytes(uploads: Iterable[Upload]) -> None:
    """Raise :class:`Refused` (``bytes_denied``) where one of ``uploads`` is denied; says why, as it is who has these bytes that asks."""
    by_digest = {upload.sha256: upload for upload in uploads}
    for digest in denied_among(by_digest):
        why = verdicts_on([digest])[digest].reason
        raise Refused(
            "bytes_denied",
            f"{by_digest[digest].filename} was found unsafe, and nobody may publish it. {why}",
            where="artefact",
            mend="Publish a mended file. If you think this is a mistake, write to the stewards.",
        )


def lock_bytes(sha256: str) -> None:
    """Wait for publishes of these bytes to end and keep new ones waiting, until the transaction ends; see :mod:`registry.releases.keeping`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])
