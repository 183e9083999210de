"""Removes what was only kept for a while: idempotency keys, notices, tables to import, drafts, forgotten uploads, bytes no release names."""

from __future__ import annotations

import contextlib
import time
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from registry.actions.compose_sequence import KEPT_FOR as DRAFTS_FOR
from registry.imports.models import ImportDraft
from registry.notices.models import Notice
from registry.releases.keeping import named, remove_unused
from registry.releases.models import IdempotencyKey
from registry.releases.storage import store
from registry.sequences.models import SequenceDraft

KEYS_FOR = timedelta(days=1)
NOTICES_FOR = timedelta(days=400)
READ_NOTICES_FOR = timedelta(days=180)
UPLOADS_FOR = 6 * 3600  # seconds; no request lasts so long, so its process was killed
BYTES_FOR = 24 * 3600  # seconds of grace for bytes whose transaction may still come


@shared_task
def remove_expired() -> None:
    """Run every hour."""
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEYS_FOR).delete()
    ImportDraft.objects.expired().delete()
    SequenceDraft.objects.filter(changed_at__lt=timezone.now() - DRAFTS_FOR).delete()
    _remove_notices()
    now = time.time()
    for path in settings.UPLOAD_DIR.iterdir():
        with contextlib.suppress(FileNotFoundError):  # its request ended meanwhile
            if path.is_file() and now - path.stat().st_mtime > UPLOADS_FOR:
                path.unlink()
    store().forget_unfinished(now - BYTES_FOR)
    old = [digest for digest, written in store().digests() if now - written > BYTES_FOR]
    for start in range(0, len(old), 1000):
        batch = old[start : start + 1000]
        kept = named(batch)
        for digest in batch:
            if digest not in kept:
                remove_unused(digest)


def _remove_notices() -> None:
    now = timezone.now()
    old = Q(created_at__lt=now - NOTICES_FOR) | Q(created_at__lt=now - READ_NOTICES_FOR, read_at__isnull=False)
    Notice.objects.filter(old).delete()
