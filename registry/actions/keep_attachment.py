"""Keeps a paper or picture that belongs to a module: evidence of a reviewer, an assessment of its publisher."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.errors import NotAllowed, Refused
from registry.releases.keeping import hold_bytes, release_bytes
from registry.releases.models import Attachment
from registry.releases.storage import store
from registry.releases.upload import Upload, check_filename
from registry.values.markings import Marking

MAX_BYTES = 20 * 1024**2
# What people attach to show something, told by its first bytes: pictures, PDF, and office documents (zip); plain text has none.
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"%PDF-", b"PK\x03\x04", b"RIFF")


def keep_attachment(
    *, module: Module | None, organisation: Organisation, upload: Upload, marking: str = Marking.OFFICIAL, handling: str = "", by: Viewer
) -> Attachment:
    """Store ``upload`` for ``organisation``, beside ``module`` where it is one's. Whether ``by`` may attach anything the act it belongs to asks.

    Raises :class:`NotAllowed` for tokens, :class:`Refused` (``attachment_too_large``, ``attachment_kind``, ``marking_unknown``).
    """
    if by.user is None:
        raise NotAllowed("person_needed", "Only people attach papers.")
    check_filename(upload.filename)
    if upload.size > MAX_BYTES:
        raise Refused(
            "attachment_too_large", f"The file has over {MAX_BYTES // 1024**2} MiB.", where="evidence", mend="Send a smaller one."
        )
    if marking not in list(Marking):
        raise Refused("marking_unknown", "That is not a marking we know.", where="marking", mend="Use OFFICIAL or OFFICIAL-SENSITIVE.")
    if not _is_paper(upload):
        raise Refused(
            "attachment_kind", "The file is no picture, PDF, office document or text.", where="evidence", mend="Send one of those."
        )
    try:
        store().put(upload.path, upload.sha256)
        with transaction.atomic():
            hold_bytes([upload])
            kept = Attachment.objects.create(
                module=module,
                organisation=organisation,
                filename=upload.filename,
                size=upload.size,
                sha256=upload.sha256,
                media_type=upload.media_type,
                marking=marking,
                handling=handling,
                created_by=by.user,
            )
            record(
                "attachment.kept",
                f"{module or organisation.slug} {kept.pk}",
                by=by,
                organisation=organisation,
                sha256=kept.sha256,
                marking=marking,
            )
    except BaseException:
        release_bytes([upload])
        raise
    return kept


def _is_paper(upload: Upload) -> bool:
    with upload.path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(_STARTS):
        return True
    try:
        return bool(head.strip()) and "\0" not in head.decode(errors="strict" if len(head) < 4096 else "ignore")
    except UnicodeDecodeError:
        return False
