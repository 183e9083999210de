"""Takes over one row of a benefits ledger, or of a table of costs, as its organisation would write it itself. Claims arrive as drafts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.import_adoption import Taken, module_named
from registry.actions.record_baseline import BaselineForm, record_baseline
from registry.actions.record_cost import CostForm, record_cost
from registry.actions.write_claim import write_claim
from registry.benefits.claim_form import ClaimForm
from registry.benefits.models import Baseline, Claim, CostLine, Method
from registry.benefits.money import Money, from_thousands, full
from registry.benefits.reckoning import kept_money
from registry.catalogue.models import Module
from registry.errors import Refused
from registry.imports.money import currency_written
from registry.values.written import period_written

_MONIES = ("rate_per_fte", "service_investment", "total_investment")
_SAME = ("volume", "unit", "minutes_after", "success_rate", "fte", "hours_per_fte", "post", "note", "source")


def import_benefit(*, values: dict[str, Any], organisation: Organisation, by: Viewer) -> Taken:
    """Write the draft, unless the organisation claims it already: the same title, module and period.

    ``values`` are of :data:`registry.imports.columns.BENEFITS`. Raises as :func:`write_claim` and :func:`record_baseline`, or
    :class:`Refused` (``module_unknown``, ``period_missing``, ``programme_unknown``, ``programme_not_one``, ``baseline_half_said``).
    """
    module = module_named(values["module"], by) if values.get("module") else None
    starts_on, ends_on = _period(values)
    theirs = Claim.objects.filter(organisation=organisation, module=module, starts_on=starts_on, ends_on=ends_on)
    if theirs.exclude(state=Claim.State.WITHDRAWN).filter(title__iexact=values["title"]).exists():
        return Taken(False, f"“{values['title']}” is in your ledger for that period already, and stays as it is.")
    programme = programme_named(values["part_of"], organisation) if values.get("part_of") else None
    form = ClaimForm(
        title=values["title"],
        benefit_class=values["benefit_class"],
        starts_on=starts_on,
        ends_on=ends_on,
        module=module.identifier if module else "",
        part_of=programme.pk if programme else None,
        scope=values.get("scope") or Claim.Scope.LINE,
        sharing=values.get("sharing") or Claim.Sharing.SHARED,
        baseline=_baseline(values, module, organisation, by),
        **{name: values[name] for name in _SAME if name in values},
        **_money(values),
    )
    claim = write_claim(organisation=organisation, form=form, by=by)
    return Taken(True, f"{claim.title}, {claim.period}, a draft: {_gives(claim)}")


def import_cost(*, values: dict[str, Any], organisation: Organisation, by: Viewer) -> Taken:
    """Record the line, unless the same table has it already with the same amount.

    ``values`` are of :data:`registry.imports.columns.COSTS`. Raises as :func:`record_cost`, or :class:`Refused` (``programme_unknown``,
    ``programme_not_one``).
    """
    currency, in_thousands = currency_written(values.get("currency", ""))
    amount = values["amount"]
    amount = from_thousands(amount) if in_thousands or values.get("in_thousands") else amount
    programme = programme_named(values["part_of"], organisation) if values.get("part_of") else None
    said = {
        "title": values["title"],
        "year": values["year"],
        "source": values.get("source", ""),
        "price_base": values.get("price_base", ""),
    }
    theirs = CostLine.objects.filter(organisation=organisation, removed_at=None, claim=programme, **said)
    words = f"{said['title']}, {said['year']}" + (f", {said['source']}" if said["source"] else "")
    if theirs.filter(amount=amount, currency=currency).exists():
        return Taken(False, f"{words}: recorded already, and stays as it is.")
    flags = {name: values[name] for name in ("is_at_least", "is_capital") if name in values}
    kind, sharing = values.get("kind") or CostLine.Kind.OTHER, values.get("sharing") or Claim.Sharing.SHARED
    claim = programme.pk if programme else None
    form = CostForm(amount=amount, currency=currency, kind=kind, sharing=sharing, claim=claim, **said, **flags)
    made = record_cost(organisation=organisation, form=form, by=by)
    return Taken(True, f"{words}: {_shown(made.amount, made.currency, made.price_base)}")


def programme_named(title: str, organisation: Organisation) -> Claim:
    """The organisation's one programme of that title; raises :class:`Refused` (``programme_unknown``, ``programme_not_one``)."""
    theirs = Claim.objects.filter(organisation=organisation, scope=Claim.Scope.PROGRAMME, title__iexact=title)
    found = list(theirs.exclude(state=Claim.State.WITHDRAWN)[:2])
    if not found:
        mend = "Put the programme above its parts, or leave it out."
        raise Refused("programme_unknown", f"You have no programme “{title[:60]}”.", where="part_of", mend=mend)
    if len(found) > 1:
        mend = "Leave it out, and choose the programme in the ledger."
        raise Refused("programme_not_one", f"You have more than one programme “{title[:60]}”.", where="part_of", mend=mend)
    return found[0]


def _period(values: dict[str, Any]) -> tuple[date, date]:
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if starts_on and ends_on:
        return starts_on, ends_on
    if starts_on or ends_on:
        where = "ends_on" if starts_on else "starts_on"
        raise Refused("period_missing", "The period has one day only.", where=where, mend="Give its first and its last day.")
    if not values.get("year"):
        raise Refused(
            "period_missing", "Nothing says when it was.", where="year", mend="Give a year, such as 2017 or 2023–24, or both days."
        )
    try:
        return period_written(values["year"])
    except Refused as error:
        raise Refused(error.code, error.message, where="year", mend=error.mend) from error


def _baseline(values: dict[str, Any], module: Module | None, organisation: Organisation, by: Viewer) -> int | None:
    """The baseline that the row gives: recorded now, or the very one that is recorded already."""
    minutes, measured_on = values.get("minutes_before"), values.get("measured_on")
    if minutes is None and measured_on is None and values.get("sample_size") is None:
        return None
    for name, given in (("minutes_before", minutes), ("sample_size", values.get("sample_size")), ("measured_on", measured_on)):
        if given is None:
            mend = "Give minutes, how many items were timed, and when; or none of the three."
            raise Refused("baseline_half_said", "The baseline is half said.", where=name, mend=mend)
    if module is None:
        raise Refused("module_missing", "A baseline is of a module.", where="module", mend="Name the module, or leave the baseline out.")
    assert minutes is not None
    assert measured_on is not None
    said = {"minutes_per_item": minutes, "unit": values.get("unit", ""), "sample_size": values["sample_size"], "measured_on": measured_on}
    method = values.get("method") or Method.TIMED
    theirs = Baseline.objects.filter(organisation=organisation, module=module, method=method, **said)
    known = theirs.values_list("pk", flat=True).first()
    if known is not None:
        return known
    try:
        return record_baseline(organisation=organisation, module=module, form=BaselineForm(method=method, **said), by=by).pk
    except Refused as error:
        where = "minutes_before" if error.where == "minutes_per_item" else error.where
        raise Refused(error.code, error.message, where=where, mend=error.mend) from error


def _money(values: dict[str, Any]) -> dict[str, Any]:
    """The amounts of a row in whole units, savings positive, and how its ledger writes them."""
    currency, is_thousands = currency_written(values.get("currency", ""))
    in_thousands, is_negative = is_thousands or values.get("in_thousands", False), values.get("savings_are_negative", False)
    found = {name: from_thousands(values[name]) if in_thousands else values[name] for name in _MONIES if values.get(name) is not None}
    if values.get("money") is not None:
        if values["money"] < 0 and "savings_are_negative" not in values:
            mend = "Add a column “Savings are negative” that says yes, if your ledger writes savings with a minus."
            raise Refused("sign_unsaid", "The money is below 0.", where="money", mend=mend)
        found["money"] = kept_money(values["money"], in_thousands=in_thousands, savings_are_negative=is_negative)
    ledger = {"in_thousands": in_thousands, "savings_are_negative": is_negative, "price_base": values.get("price_base", "")}
    return {**found, **ledger, "currency": currency}


def _gives(claim: Claim) -> str:
    fte = f"{claim.fte.normalize():f} FTE" if claim.fte is not None else ""
    money = _shown(claim.money, claim.currency, claim.price_base) if claim.money is not None else ""
    return ", ".join(filter(None, (fte, money))) or "no figure yet"


def _shown(amount: Decimal, currency: str, price_base: str) -> str:
    return full(Money(amount, currency, price_base)) + (f" ({price_base})" if price_base else "")
