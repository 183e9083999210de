"""Who was told of a breaking release objects while its notice period runs; its publisher answers. An objection does not veto."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.give_notice import given_words, locked_period, person_of
from registry.actions.telling_sequences import tell_of_answer_to, tell_of_objection
from registry.errors import Conflict, NotAllowed
from registry.lifecycle.models import NoticePeriod, Objection
from registry.permissions import answerer_for, publisher_for


def object_to_release(*, period: NoticePeriod, organisation: Organisation, text: str, by: Viewer) -> Objection:
    """Object for ``organisation``, once. Its publishers and administrators may, and its tokens that may publish.

    Raises :class:`NotAllowed` (``may_not_answer``, ``not_told``), :class:`Refused` (``text_missing``, ``text_too_long``) or :class:`Conflict`
    (``notice_over``, ``objected_already``).
    """
    answerer_for(by, organisation)
    user = person_of(by)
    if not period.told.filter(pk=organisation.pk).exists():
        raise NotAllowed("not_told", f"{organisation} was not asked.", where="organisation", mend="Those who use the module object.")
    text = given_words(text, "text", "Say what it breaks for you, and what would help.")
    with transaction.atomic():
        period = locked_period(period)
        if period.objections.filter(organisation=organisation).exists():
            raise Conflict("objected_already", f"{organisation} has objected already.", where="text", mend="Write to its publisher.")
        objection = Objection.objects.create(notice_period=period, organisation=organisation, text=text, made_by=user)
        tell_of_objection(objection, user)
        record("objection.made", str(period.release), by=by, organisation=organisation, notice_period=period.pk)
    return objection


def answer_objection(*, objection: Objection, answer: str, by: Viewer) -> Objection:
    """Answer for the publisher, once; raises :class:`NotAllowed`, :class:`Refused` (``text_missing``, ``text_too_long``) or :class:`Conflict`
    (``answered_already``)."""
    module = objection.notice_period.module
    publisher_for(by, module.publisher, module.slug)
    user = person_of(by)
    answer = given_words(answer, "answer", "Say what you do about it.")
    with transaction.atomic():
        related = ("notice_period__module__organisation", "notice_period__release", "organisation")
        rows = Objection.objects.select_for_update(of=("self",)).select_related(*related)
        objection = rows.defer("notice_period__module__search").get(pk=objection.pk)
        if objection.answered_at is not None:
            raise Conflict("answered_already", "This objection is answered.", where="answer")
        objection.answer, objection.answered_at, objection.answered_by = answer, timezone.now(), user
        objection.save(update_fields=["answer", "answered_at", "answered_by"])
        tell_of_answer_to(objection, user)
        period = objection.notice_period
        record(
            "objection.answered",
            f"{period.module.identifier}@{period.version}",
            by=by,
            organisation=period.module.organisation,
            notice_period=period.pk,
        )
    return objection
