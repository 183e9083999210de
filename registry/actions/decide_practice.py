"""A steward who does not belong to a module's publisher confirms how well its practice works, or does not (C10)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Membership, User
from accounts.viewer import Viewer
from registry.actions.telling_ratings import tell_of_confirmation
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.curation.models import PracticeRecord
from registry.errors import Conflict, NotAllowed
from registry.permissions import steward_for


def decide_practice(*, practice: PracticeRecord, confirm: bool, reason: str, as_of: datetime, by: Viewer) -> PracticeRecord:
    """Confirm what is proposed; or decline it, or take back what was confirmed: then it is untested. ``as_of`` is ``changed_at`` as it was read.

    Raises :class:`NotAllowed` (``stewards_only``, ``not_independent``), :class:`Refused` (``reason_missing``, ``text_too_long``) or
    :class:`Conflict` (``changed_meanwhile``, ``nothing_proposed``).
    """
    user = independent_of(by, practice.module)
    reason = given_reason(reason)
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=practice.module_id)
        practice = PracticeRecord.objects.select_for_update(of=("self",)).get(pk=practice.pk)
        practice.module = module
        if practice.changed_at != as_of:
            raise Conflict("changed_meanwhile", "The record has changed since you opened it.", where="reason", mend="Read it again.")
        title = _decided(practice, user, confirm=confirm)
        practice.save()
        action = "practice.confirmed" if confirm else "practice.declined"
        record(action, module.identifier, by=by, organisation=module.organisation, does_it_work=practice.does_it_work, reason=reason)
        tell_of_confirmation(practice, title, reason, user)
    return practice


def independent_of(by: Viewer, module: Module) -> User:
    """The steward who decides, no member of the publisher now; raises :class:`NotAllowed` (``stewards_only``, ``not_independent``)."""
    user = steward_for(by)
    if Membership.objects.filter(user=user, organisation=module.organisation_id).exists():
        raise NotAllowed("not_independent", "You belong to its publisher, so another steward must decide.")
    return user


def _decided(practice: PracticeRecord, user: User, *, confirm: bool) -> str:
    """Write the decision on the record, without saving it. What its publisher is told of it."""
    words = PracticeRecord.Works(practice.wanted).label
    name = practice.module.identifier
    if confirm:
        if not practice.proposed:
            raise Conflict("nothing_proposed", "Nothing is proposed that could be confirmed.", where="reason")
        practice.does_it_work, practice.proposed = practice.proposed, ""
        practice.confirmed_at, practice.confirmed_by = timezone.now(), user
        return f"“{words}” is confirmed for {name}"
    if practice.wanted == PracticeRecord.Works.UNTESTED:
        raise Conflict("nothing_proposed", "Nothing is proposed or confirmed that could be declined.", where="reason")
    practice.does_it_work, practice.proposed = PracticeRecord.Works.UNTESTED, ""
    practice.confirmed_at, practice.confirmed_by = None, None
    return f"“{words}” is not confirmed for {name}"
