"""Gives the auditor the audit, or a part of it, to take away; that somebody did so is an event itself."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from accounts.audit import record
from accounts.chain import entries, head
from accounts.export import FORMATS, exported
from accounts.models import AuditEvent
from accounts.viewer import Viewer
from registry.errors import NotAllowed, Refused


def export_audit(*, chosen: dict[str, str], form: str, reason: str, by: Viewer) -> Iterator[str]:
    """The lines of an export of the events ``chosen`` (see :meth:`accounts.models.AuditEvents.matching`), oldest first.

    The event of the export itself comes after all that is exported. Raises :class:`NotAllowed` and :class:`Refused` (``reason_missing``,
    ``text_too_long``, ``unknown_format``).
    """
    if not by.is_auditor:
        raise NotAllowed("not_an_auditor", "Only an auditor of the partnership may export the audit.")
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", "No reason is given.", where="reason", mend="Say in a sentence what the export is for.")
    if len(reason) > 500:
        raise Refused("text_too_long", "The reason has over 500 characters.", where="reason", mend="Shorten it.")
    if form not in FORMATS:
        raise Refused("unknown_format", "There is no such format.", where="form", mend=f"Choose one of: {', '.join(FORMATS)}.")
    with transaction.atomic():
        last = head()
        kept = {name: value for name, value in chosen.items() if value}
        record("audit.exported", f"events 1 to {last.number}", by=by, organisation=by.organisation, reason=reason, form=form, chosen=kept)
    events = AuditEvent.objects.matching(**chosen).filter(number__lte=last.number).order_by("number")
    return exported(entries(events), form)
