"""An organisation writes down what it got out of an automation; and changes that, which ends any approval of what stood there before."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.refresh_use import refresh_use
from registry.actions.telling_benefits import tell_sharers
from registry.benefits.claim_form import COLUMNS, ClaimForm, checked
from registry.benefits.models import Baseline, Claim, ClaimEntry
from registry.benefits.moving import OPEN, check_state, lock_modules, locked, log, person_behind, take_back
from registry.benefits.reckoning import held_against, inputs_of, reckon
from registry.catalogue.models import Module
from registry.errors import Conflict, Refused
from registry.permissions import answerer_for

__all__ = ["ClaimForm", "change_claim", "write_claim"]

What, State = ClaimEntry.What, Claim.State
# What an approver does not judge: changing it leaves an approval standing.
_APART = {"sharing", "language"}


def write_claim(*, organisation: Organisation, form: ClaimForm, by: Viewer) -> Claim:
    """A draft for ``organisation``. Its publishers and administrators write it, or its token that may publish.

    Raises :class:`NotAllowed` (``may_not_answer``, ``token_without_person``) or :class:`Refused`: whatever
    :func:`registry.benefits.claim_form.checked` says, ``module_unknown``, ``module_missing``, ``baseline_unknown``, ``programme_unknown``,
    ``programme_is_no_part``, ``programme_currency``, ``programme_period``.
    """
    answerer_for(by, organisation)
    person, values = person_behind(by), checked(form, organisation.language)
    with transaction.atomic():
        claim = Claim(organisation=organisation, created_by=person, **values)
        _refer(claim, form, by)
        note = _settle(claim)
        claim.save()
        claim.writers.add(person)
        log(claim, What.CREATED, "written", by, note, benefit_class=claim.benefit_class, period=claim.period)
    return claim


def change_claim(*, claim: Claim, form: ClaimForm, by: Viewer) -> Claim:
    """Let ``claim`` say what ``form`` says. What was handed in or approved becomes a draft again, and its approval is void.

    Only who reads it changes without that. Raises as :func:`write_claim`, or :class:`Conflict` (``wrong_state``, ``parts_differ``).
    """
    answerer_for(by, claim.organisation)
    person = person_behind(by)
    with transaction.atomic():
        claim = locked(claim, form.part_of, module=_key(form.module))
        check_state(claim, *OPEN, State.SUBMITTED, State.APPROVED)
        values, before = checked(form, claim.organisation.language), _said(claim)
        former = claim.module
        for name, value in values.items():
            setattr(claim, name, value)
        _refer(claim, form, by)
        note = _settle(claim)
        _check_parts(claim)
        changed = sorted(name for name, value in _said(claim).items() if before[name] != value)
        if not changed:
            return claim
        claim.writers.add(person)
        _store(claim, changed, by)
        log(claim, What.CHANGED, "changed", by, note or f"Changed: {', '.join(changed)}.", changed=changed)
        for module in {each.pk: each for each in (former, claim.module) if each}.values():
            refresh_use(module)
    return claim


def _store(claim: Claim, changed: list[str], by: Viewer) -> None:
    if _APART.issuperset(changed):
        claim.save()
        return
    take_back(claim, by, f"Changed: {', '.join(changed)}.")
    tell_sharers(claim, by)


def _said(claim: Claim) -> dict[str, Any]:
    columns = {name: getattr(claim, name) for name in COLUMNS}
    return columns | {"module": claim.module_id, "part_of": claim.part_of_id, "baseline": claim.baseline_id}


def _settle(claim: Claim) -> str:
    """Reckon the FTE where none are stated and the inputs allow it; says so, or that what is stated is something else."""
    reckoned = reckon(inputs_of(claim))
    if reckoned is None:
        return ""
    if claim.fte is None:
        claim.fte = reckoned.fte
        return f"FTE reckoned from its inputs: {reckoned.fte.normalize():f}."
    check = held_against(claim.fte, inputs_of(claim))
    if check is None or not check.is_material:
        return ""
    return f"FTE kept as stated, {claim.fte.normalize():f}; its inputs come to {reckoned.fte.normalize():f}."


# --- What it refers to ----------------------------------------------------------------------------------------------------
def _refer(claim: Claim, form: ClaimForm, by: Viewer) -> None:
    programme = _programme(claim, form, by) if form.part_of is not None else None
    if programme is None and not form.module and form.scope == Claim.Scope.LINE:
        raise Refused(
            "module_missing", "Nothing says which module it is about.", where="module", mend="Choose one, or claim for a programme."
        )
    claim.part_of = programme
    claim.module = _module(form.module, claim, by) if form.module else None
    claim.baseline = _baseline(form.baseline, claim) if form.baseline is not None else None


def _key(identifier: str) -> int | None:
    """Of the module so named, whoever sees it."""
    publisher, _, slug = identifier.strip().partition("/")
    named = Module.objects.filter(organisation__slug=publisher, slug=slug) if "\x00" not in identifier else Module.objects.none()
    return named.values_list("pk", flat=True).first()


def _module(identifier: str, claim: Claim, by: Viewer) -> Module:
    """The module, locked: one that ``by`` sees, or that the claim is about already."""
    key = _key(identifier)
    if key is None or (key != claim.module_id and not Module.objects.visible_to(by).filter(pk=key).exists()):
        raise Refused("module_unknown", "We cannot find that module.", where="module", mend="Use its identifier: publisher/name.")
    return lock_modules([key])[key]


def _baseline(key: int, claim: Claim) -> Baseline:
    found = Baseline.objects.filter(pk=key, organisation=claim.organisation_id, module=claim.module_id).first()
    if found is None or claim.module_id is None:
        raise Refused(
            "baseline_unknown", "We cannot find that baseline.", where="baseline", mend="Choose one of this module, taken by you."
        )
    if claim.minutes_after is not None and claim.minutes_after >= found.minutes_per_item:
        raise Refused(
            "nothing_saved",
            f"An item took {found.minutes_per_item.normalize():f} minutes before.",
            where="minutes_after",
            mend="Enter fewer minutes, or choose another baseline.",
        )
    if claim.unit and claim.unit.casefold() != found.unit.casefold():
        raise Refused("units_differ", f"The baseline counts {found.unit}.", where="unit", mend=f"Count {found.unit} here too.")
    return found


def _programme(claim: Claim, form: ClaimForm, by: Viewer) -> Claim:
    """The programme it is part of, locked: one's own organisation's, or a joint one in which that has a share."""
    if form.scope == Claim.Scope.PROGRAMME:
        raise Refused("programme_is_no_part", "A programme is no part of another.", where="part_of", mend="Choose none.")
    holders = Viewer(organisations=(claim.organisation_id,))
    theirs = Claim.objects.of(holders).filter(pk=form.part_of or 0, scope=Claim.Scope.PROGRAMME).exclude(state=State.WITHDRAWN)
    found = theirs.select_for_update(of=("self",)).first()
    if found is None:
        raise Refused("programme_unknown", "We cannot find that programme.", where="part_of", mend="Choose one of your organisation’s.")
    check_part(found, claim)
    return found


def check_part(programme: Claim, part: Claim) -> None:
    """Raises :class:`Refused` (``programme_currency``, ``programme_period``): what is set against a whole must be of its money and time."""
    if part.money is not None and programme.money is not None and part.currency != programme.currency:
        raise Refused(
            "programme_currency",
            f"The programme is in {programme.currency}.",
            where="currency",
            mend=f"State it in {programme.currency}, or as no part of it.",
        )
    if part.starts_on > programme.ends_on or part.ends_on < programme.starts_on:
        raise Refused(
            "programme_period",
            f"The programme is about {programme.period}.",
            where="starts_on",
            mend="Choose the programme of that period, or none.",
        )


def _check_parts(claim: Claim) -> None:
    """A programme stays fit for its parts. Raises :class:`Conflict` (``parts_differ``)."""
    for part in claim.parts.exclude(state=State.WITHDRAWN):
        try:
            check_part(claim, part)
        except Refused as refusal:
            mend = "Change the parts first, or withdraw them."
            raise Conflict("parts_differ", f"“{part.title}” would not fit in it.", where=refusal.where, mend=mend) from refusal
        if claim.scope != Claim.Scope.PROGRAMME:
            raise Conflict("parts_differ", "It has parts, so it is a programme.", where="scope", mend="Withdraw the parts first.")
