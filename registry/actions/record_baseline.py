"""Records how long an item takes by hand, before a robot does it (S0-10). What is recorded stays; a later one stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.adoption.models import Adoption
from registry.benefits.claim_form import FIRST_YEAR, check_choice, checked_number, checked_text
from registry.benefits.models import Baseline, Method
from registry.benefits.moving import person_behind
from registry.catalogue.models import Module
from registry.errors import Missing, Refused
from registry.permissions import answerer_for

MOST_SAMPLE = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineForm:
    """A baseline as it is entered. ``live_on``: when it went live there, where the organisation's adoption does not say."""

    minutes_per_item: Decimal
    unit: str
    sample_size: int
    measured_on: date
    method: str = Method.TIMED
    note: str = ""
    live_on: date | None = None


def record_baseline(*, organisation: Organisation, module: Module, form: BaselineForm, by: Viewer) -> Baseline:
    """Keep it for ``organisation``. One taken after go-live is kept and marked: its claims show it.

    Raises :class:`NotAllowed`, :class:`Missing` for a module that ``by`` does not see, or :class:`Refused` (``minutes_invalid``,
    ``sample_invalid``, ``date_invalid``, ``date_ahead``, and as :mod:`registry.benefits.claim_form`).
    """
    answerer_for(by, organisation)
    if not Module.objects.visible_to(by).filter(pk=module.pk).exists():
        raise Missing("not_found", "We cannot find that. It may have moved, or not be shared with your organisation.")
    minutes = _checked(form)
    with transaction.atomic():
        made = Baseline.objects.create(
            organisation=organisation,
            module=module,
            minutes_per_item=minutes,
            unit=checked_text(form.unit, "unit", 40, needed=True),
            sample_size=form.sample_size,
            measured_on=form.measured_on,
            method=form.method,
            note=checked_text(form.note, "note", 1000),
            live_on=form.live_on or live_since(organisation, module),
            created_by=person_behind(by),
        )
        before = made.is_before_live
        record("baseline.recorded", module.identifier, by=by, organisation=organisation, baseline=made.pk, before_live=before)
    return made


def live_since(organisation: Organisation, module: Module) -> date | None:
    """When the organisation first went live with the module, by its own statements."""
    stated = Adoption.objects.filter(organisation=organisation, module=module, since__isnull=False)
    return stated.order_by("since").values_list("since", flat=True).first()


def _checked(form: BaselineForm) -> Decimal:
    check_choice(form.method, "method", Method.values)
    minutes = checked_number(form.minutes_per_item, "minutes_per_item", Baseline._meta.get_field("minutes_per_item"))
    if minutes is None or minutes <= 0:
        raise Refused("minutes_invalid", "An item takes some time.", where="minutes_per_item", mend="Enter minutes above 0.")
    if not 0 < form.sample_size <= MOST_SAMPLE:
        raise Refused("sample_invalid", "A baseline measures some items.", where="sample_size", mend="Enter how many you timed.")
    if form.measured_on > timezone.localdate():
        raise Refused("date_ahead", "That day is still to come.", where="measured_on", mend="Enter the day it was taken.")
    for name in ("measured_on", "live_on"):
        day = getattr(form, name)
        if day is not None and not FIRST_YEAR <= day.year <= timezone.localdate().year + 10:
            raise Refused("date_invalid", "That day cannot be.", where=name, mend=f"Give a day after {FIRST_YEAR}.")
    return minutes
