"""Records what a programme costs, by the table it stands in. Two tables that disagree are both kept (S4-5)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.benefits.claim_form import check_choice, checked_number, checked_text
from registry.benefits.models import Claim, CostLine
from registry.benefits.money import Money
from registry.benefits.moving import person_behind
from registry.errors import Conflict, Refused
from registry.permissions import answerer_for


@dataclass(frozen=True, slots=True, kw_only=True)
class CostForm:
    """A cost line as it is entered. ``amount`` is in whole units and positive; ``claim`` is the key of the programme it is part of."""

    title: str
    year: str
    amount: Decimal
    currency: str
    kind: str = CostLine.Kind.OTHER
    price_base: str = ""
    is_at_least: bool = False
    is_capital: bool = False
    source: str = ""
    sharing: str = Claim.Sharing.SHARED
    claim: int | None = None


def record_cost(*, organisation: Organisation, form: CostForm, by: Viewer) -> CostLine:
    """Keep it for ``organisation``. Raises :class:`NotAllowed` or :class:`Refused` (``amount_invalid``, ``programme_unknown``,
    ``currency_invalid``, and as :mod:`registry.benefits.claim_form`).
    """
    answerer_for(by, organisation)
    check_choice(form.kind, "kind", CostLine.Kind.values)
    check_choice(form.sharing, "sharing", Claim.Sharing.values)
    amount = checked_number(form.amount, "amount", CostLine._meta.get_field("amount"))
    if amount is None or amount <= 0:
        raise Refused("amount_invalid", "A cost is more than 0.", where="amount", mend="Write it without a minus.")
    price_base = checked_text(form.price_base, "price_base", 20)
    with transaction.atomic():
        made = CostLine.objects.create(
            organisation=organisation,
            claim=_programme(form.claim, organisation),
            title=checked_text(form.title, "title", 120, needed=True),
            kind=form.kind,
            year=checked_text(form.year, "year", 20, needed=True),
            amount=amount,
            currency=Money(amount, form.currency.strip().upper(), price_base).currency,
            price_base=price_base,
            is_at_least=form.is_at_least,
            is_capital=form.is_capital,
            source=checked_text(form.source, "source", 160),
            sharing=form.sharing,
            created_by=person_behind(by),
        )
        record("cost.recorded", f"{organisation.slug} {made.pk}", by=by, organisation=organisation, year=made.year, kind=made.kind)
    return made


def remove_cost(*, cost: CostLine, by: Viewer) -> CostLine:
    """Leave it out of every sum from now on; the row stays. Raises :class:`NotAllowed` or :class:`Conflict` (``removed_already``)."""
    answerer_for(by, cost.organisation)
    with transaction.atomic():
        cost = CostLine.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=cost.pk)
        if cost.removed_at is not None:
            raise Conflict("removed_already", "Somebody has taken it out.", where="cost", mend="Open the list again.")
        cost.removed_at = timezone.now()
        cost.save()
        record("cost.removed", f"{cost.organisation.slug} {cost.pk}", by=by, organisation=cost.organisation)
    return cost


def _programme(key: int | None, organisation: Organisation) -> Claim | None:
    if key is None:
        return None
    theirs = Claim.objects.filter(pk=key, organisation=organisation, scope=Claim.Scope.PROGRAMME).exclude(state=Claim.State.WITHDRAWN)
    found = theirs.first()
    if found is None:
        raise Refused("programme_unknown", "We cannot find that programme.", where="claim", mend="Choose one of your organisation’s.")
    return found
