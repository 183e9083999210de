"""Records what one currency is worth in another on a day, by whose word. Currencies are added at such rates alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.benefits.claim_form import FIRST_YEAR, checked_number, checked_text
from registry.benefits.models import ExchangeRate
from registry.benefits.money import Money, Rate
from registry.errors import Conflict, Refused
from registry.permissions import steward_for


def record_rate(*, base: str, quote: str, rate: Decimal, on: date, source: str, by: Viewer) -> ExchangeRate:
    """One unit of ``base`` is ``rate`` of ``quote``. Stewards record it, for everybody.

    Raises :class:`NotAllowed` (``stewards_only``), :class:`Refused` (``currency_invalid``, ``rate_invalid``, ``date_ahead``,
    ``words_missing``) or :class:`Conflict` (``rate_known``).
    """
    steward = steward_for(by)
    base, quote = (Money(Decimal(0), each.strip().upper()).currency for each in (base, quote))
    source = checked_text(source, "source", 160, needed=True)
    kept = checked_number(rate, "rate", ExchangeRate._meta.get_field("rate")) or Decimal(0)
    Rate(base, quote, kept, on, source)  # refuses what is no rate
    if not on.year >= FIRST_YEAR or on > timezone.localdate():
        raise Refused("date_ahead", "That is no day of a known rate.", where="on", mend="Give today or an earlier day.")
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = ExchangeRate.objects.create(base=base, quote=quote, rate=kept, on=on, source=source, recorded_by=steward)
        except IntegrityError as error:
            raise Conflict(
                "rate_known", "That source has a rate for that day.", where="on", mend="Use that one, or name another source."
            ) from error
        record("rate.recorded", f"{base}/{quote} {on}", by=by, organisation=by.organisation, rate=str(kept))
    return made
