"""An organisation says what it did about a recall."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.errors import Conflict, Refused
from registry.lifecycle.models import RecallNotice
from registry.permissions import answerer_for


def acknowledge_recall(*, notice: RecallNotice, answer: str, text: str = "", by: Viewer) -> RecallNotice:
    """Answer for the organisation that was told. Its publishers and administrators may, and its tokens that may publish.

    Raises :class:`NotAllowed` (``may_not_answer``), :class:`Refused` (``answer_unknown``, ``text_too_long``) or :class:`Conflict`
    (``acknowledged_already``).
    """
    answerer_for(by, notice.organisation)
    if answer not in RecallNotice.Answer.values:
        raise Refused(
            "answer_unknown", "That is not an answer we know.", where="answer", mend=f"Use one of: {', '.join(RecallNotice.Answer)}."
        )
    text = text.strip()
    if len(text) > 2000:
        raise Refused("text_too_long", "The note has over 2000 characters.", where="text", mend="Shorten it.")
    with transaction.atomic():
        notice = RecallNotice.objects.select_for_update(of=("self",)).select_related("recall__module", "organisation").get(pk=notice.pk)
        if notice.acknowledged_at is not None:
            raise Conflict("acknowledged_already", "Your organisation has answered this recall.", where="answer")
        notice.acknowledged_at, notice.acknowledged_by, notice.acknowledged_with = timezone.now(), by.user, by.token
        notice.answer, notice.text = answer, text
        notice.save()
        record(
            "recall.acknowledged",
            notice.recall.module.identifier,
            by=by,
            organisation=notice.organisation,
            recall=notice.recall_id,
            answer=answer,
        )
    return notice
