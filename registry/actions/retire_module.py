"""Takes a module out of service: who uses it is told, shows that nothing of it is left running, and then it is gone from search (C13)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.deprecate_module import heir_of
from registry.actions.keep_attachment import keep_attachment
from registry.actions.refresh_module import refresh_module
from registry.actions.telling_lifecycle import tell_of_retirement
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.lifecycle.holding import adopters_of
from registry.lifecycle.models import Retirement, RetirementItem
from registry.permissions import answerer_for, leader_for, publisher_for, steward_for
from registry.releases.upload import Upload


def start_retirement(*, module: Module, ends_on: date, reason: str, successor: str = "", by: Viewer) -> Retirement:
    """Announce the end, tell every organisation that uses any version, and give each its checklist.

    Raises :class:`NotAllowed`, :class:`Refused` (``reason_missing``, ``date_past``, ``successor_unknown``) or :class:`Conflict`
    (``retiring_already``).
    """
    publisher_for(by, module.publisher, module.slug)
    reason = given_reason(reason)
    if ends_on < timezone.now().date():
        raise Refused("date_past", "That day is over.", where="ends_on", mend="Give today or a later day.")
    heir = heir_of(module, successor, by) if successor else None
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        if Retirement.objects.filter(module=module).exists():
            raise Conflict("retiring_already", "Its retirement has begun already.", where="module")
        made = Retirement.objects.create(module=module, ends_on=ends_on, reason=reason, started_by=by.user)
        module.deprecated_at = module.deprecated_at or timezone.now()
        module.deprecated_by, module.deprecated_reason = by.user, reason
        module.successor = heir or module.successor
        refresh_module(module)
        record("retirement.started", module.identifier, by=by, organisation=module.organisation, ends_on=str(ends_on), reason=reason)
        tell_holders_of(made)
    return made


def tell_holders_of(retirement: Retirement) -> list[Organisation]:
    """Give every organisation that uses any version its checklist; returns those that are new. Safe to repeat, in a transaction.

    Unlike a recall this goes to nobody who uses only what needs the module: the checklist names it, and they may not see it.
    """
    fresh = list(adopters_of(retirement.module).exclude(pk__in=retirement.items.values("organisation")))
    RetirementItem.objects.bulk_create(
        RetirementItem(retirement=retirement, organisation=holder, item=item) for holder in fresh for item in RetirementItem.Item.values
    )
    for holder in fresh:
        record("retirement.told", retirement.module.identifier, by=None, organisation=holder)
        tell_of_retirement(retirement, holder)
    return fresh


def tick_retirement_item(*, item: RetirementItem, upload: Upload, note: str = "", by: Viewer) -> RetirementItem:
    """Say for the holder that one thing is done, and show it.

    Raises :class:`NotAllowed` (``may_not_answer``, ``person_needed``), whatever :func:`keep_attachment` refuses, or :class:`Conflict`
    (``retirement_closed``, ``done_already``).
    """
    answerer_for(by, item.organisation)
    note = note.strip()
    if len(note) > 500:
        raise Refused("text_too_long", "The note has over 500 characters.", where="note", mend="Shorten it.")
    with transaction.atomic():
        retirement = Retirement.objects.select_for_update(of=("self",)).select_related("module").get(pk=item.retirement_id)
        item = RetirementItem.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=item.pk)
        if retirement.closed_at is not None:
            raise Conflict("retirement_closed", "That retirement is over.", where="item")
        if item.done_at is not None:
            raise Conflict("done_already", "That is ticked already.", where="item")
        item.evidence = keep_attachment(module=retirement.module, organisation=item.organisation, upload=upload, by=by)
        item.done_at, item.done_by, item.note = timezone.now(), by.user, note
        item.save()
        record("retirement.item_done", retirement.module.identifier, by=by, organisation=item.organisation, item=item.item)
    return item


def close_retirement(*, retirement: Retirement, override_reason: str = "", by: Viewer) -> Retirement:
    """Retire the module: when every holder's checklist is done, or when a steward says why not all need be.

    Raises :class:`NotAllowed` (``stewards_only``), :class:`Refused` (``reason_missing``) or :class:`Conflict` (``retirement_closed``,
    ``items_open``).
    """
    leader_for(by, retirement.module)
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=retirement.module_id)
        retirement = Retirement.objects.select_for_update(of=("self",)).get(pk=retirement.pk)
        if retirement.closed_at is not None:
            raise Conflict("retirement_closed", "That retirement is over.", where="retirement")
        retirement.module = module
        tell_holders_of(retirement)  # whoever came to use it meanwhile has a checklist too
        waiting = retirement.items.filter(done_at=None).count()
        if waiting:
            override_reason = _overridden(override_reason, waiting, by)
        retirement.closed_at, retirement.closed_by = timezone.now(), by.user
        retirement.override_reason = override_reason if waiting else ""
        retirement.save()
        module.retired_at = timezone.now()
        refresh_module(module)
        record(
            "retirement.closed", module.identifier, by=by, organisation=module.organisation, items_open=waiting, override=override_reason
        )
    return retirement


def _overridden(reason: str, waiting: int, by: Viewer) -> str:
    if not reason.strip():
        raise Conflict(
            "items_open",
            f"{waiting} things on the holders’ checklists are not done.",
            where="override_reason",
            mend="Wait for them; a steward may say why they need not be done.",
        )
    try:
        steward_for(by)
    except NotAllowed as error:
        raise NotAllowed(
            error.code, "Only a steward closes it with things still to do.", where="override_reason", mend=error.mend
        ) from error
    return given_reason(reason)
