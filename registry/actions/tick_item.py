"""Ticks an item of a review's checklist, with what shows it."""

from __future__ import annotations

from django.db import transaction

from accounts.viewer import Viewer
from registry.errors import Refused
from registry.releases.models import Attachment, Release
from registry.reviews.models import ChecklistAnswer, ChecklistItem, Review
from registry.reviews.moving import given_words, locked, move
from registry.reviews.people import signing_for
from registry.reviews.states import Act


def tick_item(*, review: Review, item: ChecklistItem, note: str = "", evidence: Attachment | None = None, by: Viewer) -> ChecklistAnswer:
    """Say that one has looked at ``item``; whoever may sign for its role may. Again replaces what was said.

    Raises :class:`NotAllowed`, :class:`Refused` (``evidence_missing``) or :class:`Conflict` (``wrong_state``).
    """
    note = given_words(note, "note", needed=False, limit=1000)
    with transaction.atomic():
        review = locked(review)
        signing_for(review, item.role, by)
        if evidence is not None and evidence.module_id != review.release.module_id:
            raise Refused("evidence_missing", "That belongs to another module.", where="evidence", mend="Attach it to this review.")
        before = ChecklistAnswer.objects.filter(review=review, item=item, digest=review.digest).first()
        evidence = evidence or (before.evidence if before else None)
        if item.needs_evidence and evidence is None:
            raise Refused("evidence_missing", "A picture or file must show this.", where="evidence", mend="Attach one.")
        answer, _ = ChecklistAnswer.objects.update_or_create(
            review=review, item=item, digest=review.digest, defaults={"note": note, "evidence": evidence, "user": by.user}
        )
        move(review, Act.TICK, Release.State.IN_REVIEW, by, note, item=f"{item.role}/{item.code}")
    return answer
