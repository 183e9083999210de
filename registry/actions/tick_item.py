"""Ticks an item of a review's checklist, with what shows it."""

from __future__ import annotations

from django.db import transaction

from accounts.viewer import Viewer
from registry.actions.keep_attachment import keep_attachment
from registry.errors import Refused
from registry.releases.models import Attachment, Release
from registry.releases.upload import Upload
from registry.reviews.models import ChecklistAnswer, ChecklistItem, Review
from registry.reviews.moving import given_words, locked, move
from registry.reviews.people import signing_for
from registry.reviews.states import Act, check_act
from registry.values.markings import Marking


def tick_item(
    *,
    review: Review,
    item: ChecklistItem,
    note: str = "",
    evidence: Attachment | None = None,
    upload: Upload | None = None,
    marking: str = Marking.OFFICIAL,
    by: Viewer,
) -> ChecklistAnswer:
    """Say that one has looked at ``item``; whoever may sign for its role may. Again replaces what was said.

    What shows it is kept already (``evidence``), or comes along as ``upload`` with its ``marking``. Raises :class:`NotAllowed`,
    :class:`Refused` (``evidence_missing``, or whatever :func:`keep_attachment` refuses) or :class:`Conflict` (``wrong_state``).
    """
    note = given_words(note, "note", needed=False, limit=1000)
    with transaction.atomic():
        review = locked(review)
        organisation = signing_for(review, item.role, by)
        assert by.user is not None  # or it would have refused
        check_act(Act.TICK, review.state)
        if evidence is not None and evidence.module_id != review.release.module_id:
            raise Refused("evidence_missing", "That belongs to another module.", where="evidence", mend="Attach it to this review.")
        if upload is not None:
            evidence = keep_attachment(module=review.release.module, organisation=organisation, upload=upload, marking=marking, by=by)
        before = ChecklistAnswer.objects.filter(review=review, item=item, digest=review.digest).first()
        evidence = evidence or (before.evidence if before else None)
        if item.needs_evidence and evidence is None:
            raise Refused("evidence_missing", "A picture or file must show this.", where="evidence", mend="Attach one.")
        answer, _ = ChecklistAnswer.objects.update_or_create(
            review=review, item=item, digest=review.digest, defaults={"note": note, "evidence": evidence, "user": by.user}
        )
        move(review, Act.TICK, Release.State.IN_REVIEW, by, note, item=f"{item.role}/{item.code}")
    return answer
