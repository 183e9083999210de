"""Ticks an item of a review's checklist, with what shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.keep_attachment import keep_attachment
from registry.errors import Refused
from registry.releases.models import Attachment
from registry.releases.upload import Upload
from registry.reviews.models import ChecklistAnswer, ChecklistItem, Review
from registry.reviews.moving import given_words, locked, log
from registry.reviews.people import signing_for
from registry.reviews.states import Act, check_act
from registry.values.markings import Marking


@dataclass(frozen=True, slots=True)
class Tick:
    """That one has looked at ``item``, with a note, and what shows it: kept already (``evidence``) or coming along as ``upload``."""

    item: ChecklistItem
    note: str = ""
    evidence: Attachment | None = None
    upload: Upload | None = None
    marking: str = Marking.OFFICIAL


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

    Raises :class:`NotAllowed`, :class:`Refused` (``evidence_missing``, or whatever :func:`keep_attachment` refuses) or
    :class:`Conflict` (``wrong_state``).
    """
    return tick_items(review=review, ticks=[Tick(item, note, evidence, upload, marking)], by=by)[0]


def tick_items(*, review: Review, ticks: Sequence[Tick], by: Viewer) -> list[ChecklistAnswer]:
    """As :func:`tick_item`, several at once: all of them or none."""
    answers = []
    with transaction.atomic():
        review = locked(review)
        organisations = {role: signing_for(review, role, by) for role in dict.fromkeys(tick.item.role for tick in ticks)}
        check_act(Act.TICK, review.state)
        for tick in ticks:
            answers.append(_tick(review, tick, organisations[tick.item.role], by))
    return answers


def _tick(review: Review, tick: Tick, organisation: Organisation, by: Viewer) -> ChecklistAnswer:
    assert by.user is not None  # or signing would have been refused
    item, note, evidence = tick.item, given_words(tick.note, "note", needed=False, limit=1000), tick.evidence
    if evidence is not None and evidence.module_id != review.release.module_id:
        raise Refused("evidence_missing", "That belongs to another module.", where="evidence", mend="Attach it to this review.")
    if tick.upload is not None:
        module = review.release.module
        evidence = keep_attachment(module=module, organisation=organisation, upload=tick.upload, marking=tick.marking, by=by)
    before = ChecklistAnswer.objects.filter(review=review, item=item, digest=review.digest).first()
    evidence = evidence or (before.evidence if before else None)
    if item.needs_evidence and evidence is None:
        raise Refused("evidence_missing", "A picture or file must show this.", where="evidence", mend="Attach one.")
    said = {"note": note, "evidence": evidence, "user": by.user}
    answer, _ = ChecklistAnswer.objects.update_or_create(review=review, item=item, digest=review.digest, defaults=said)
    log(review, Act.TICK, by, note, item=f"{item.role}/{item.code}")
    return answer
