"""Says what else came of it: one of the eight outcomes, measured before and after (S0-5, S0-9, C9)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts.viewer import Viewer
from registry.actions.refresh_use import refresh_use
from registry.actions.telling_benefits import tell_sharers
from registry.benefits.claim_form import check_choice, checked_number, checked_text
from registry.benefits.models import Claim, ClaimEntry, Outcome, OutcomeMeasure
from registry.benefits.moving import OPEN, check_state, locked, log, person_behind, take_back
from registry.errors import Conflict, Refused
from registry.permissions import answerer_for

MOST = 40  # measures of a claim
State = Claim.State


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureForm:
    """One measure. Before and after in numbers where there are any, else in words; ``change_percent`` only where it is all that is known."""

    outcome: str
    measure: str
    unit: str = ""
    before: Decimal | None = None
    before_text: str = ""
    after: Decimal | None = None
    after_text: str = ""
    change_percent: Decimal | None = None


def measure_outcome(*, claim: Claim, form: MeasureForm, by: Viewer) -> OutcomeMeasure:
    """Add a measure; an approval of the claim is void by it. Raises :class:`NotAllowed`, :class:`Refused` (``measure_empty``,
    ``measure_twice``, and as :mod:`registry.benefits.claim_form`) or :class:`Conflict` (``measure_known``, ``measures_full``, ``wrong_state``).
    """
    answerer_for(by, claim.organisation)
    made = _checked(form)
    with transaction.atomic():
        claim = _opened(claim)
        if claim.outcomes.count() >= MOST:
            raise Conflict("measures_full", f"The claim has {MOST} measures.", where="measure", mend="Make it several claims.")
        made.claim = claim
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as error:
            raise Conflict("measure_known", "The claim has that measure.", where="measure", mend="Take it out first.") from error
        _changed(claim, by, f"Measured: {made.measure}.")
    return made


def remove_outcome(*, measure: OutcomeMeasure, by: Viewer) -> Claim:
    """Take a measure out again; an approval of the claim is void by it. Raises :class:`NotAllowed` or :class:`Conflict`."""
    answerer_for(by, measure.claim.organisation)
    with transaction.atomic():
        claim = _opened(measure.claim)
        if not OutcomeMeasure.objects.filter(pk=measure.pk).delete()[0]:
            raise Conflict("measure_gone", "Somebody has taken it out.", where="measure", mend="Open the claim again.")
        _changed(claim, by, f"No longer measured: {measure.measure}.")
    return claim


def _opened(claim: Claim) -> Claim:
    claim = locked(claim)
    check_state(claim, *OPEN, State.SUBMITTED, State.APPROVED)
    return claim


def _changed(claim: Claim, by: Viewer, note: str) -> None:
    claim.writers.add(person_behind(by))
    take_back(claim, by, note)
    log(claim, ClaimEntry.What.CHANGED, "changed", by, note, changed=["outcomes"])
    tell_sharers(claim, by)
    if claim.module is not None:
        refresh_use(claim.module)


def _checked(form: MeasureForm) -> OutcomeMeasure:
    check_choice(form.outcome, "outcome", Outcome.values)
    columns = {name: OutcomeMeasure._meta.get_field(name) for name in ("before", "after", "change_percent")}
    numbers = {name: checked_number(getattr(form, name), name, column) for name, column in columns.items()}
    texts = {name: checked_text(getattr(form, name), name, 120) for name in ("before_text", "after_text")}
    for name in ("before", "after"):
        if numbers[name] is not None and texts[f"{name}_text"]:
            raise Refused("measure_twice", "It is said in numbers and in words.", where=name, mend="Use one of the two.")
    if numbers["after"] is None and not texts["after_text"] and numbers["change_percent"] is None:
        raise Refused("measure_empty", "Nothing says how it is now.", where="after", mend="Say how it is now, or by how much it changed.")
    if numbers["after"] is not None and numbers["before"] is not None and numbers["change_percent"] is not None:
        raise Refused("measure_twice", "The change follows from the numbers.", where="change_percent", mend="Leave it empty.")
    return OutcomeMeasure(
        outcome=form.outcome,
        measure=checked_text(form.measure, "measure", 160, needed=True),
        unit=checked_text(form.unit, "unit", 40),
        **numbers,
        **texts,
    )
