"""Somebody independent approves a claim on its evidence, or sends it back (J7: a claimant does not approve their own)."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction

from accounts.viewer import Viewer
from registry.actions.refresh_use import refresh_use
from registry.actions.submit_claim import shares_are_agreed
from registry.actions.telling_benefits import tell_of_decision
from registry.benefits.claim_form import checked_text
from registry.benefits.models import Claim, ClaimEntry
from registry.benefits.moving import check_state, decided, latest_entry, locked, log
from registry.errors import Conflict, Missing
from registry.permissions import decider_for

State, What = Claim.State, ClaimEntry.What


class Decision(StrEnum):
    """How a claim is decided."""

    APPROVE = "approve"
    RETURN = "return"


def decide_claim(*, claim: Claim, decision: Decision, note: str = "", seen: int | None = None, by: Viewer) -> Claim:
    """Approve, with a note on how it was checked, or send back with a reason.

    ``seen`` is the key of the newest line in its log when the approver read it: what changed since must be read first. Raises
    :class:`Missing` for whoever does not see the claim, :class:`NotAllowed` (:func:`registry.permissions.decider_for`), :class:`Refused`
    (``words_missing``) or :class:`Conflict` (``wrong_state``, ``claim_changed``, ``claim_unevidenced``, ``share_open``).
    """
    note = checked_text(note, "note", 1000, needed=decision is Decision.RETURN)
    with transaction.atomic():
        claim = locked(claim)
        if not Claim.objects.visible_to(by).filter(pk=claim.pk).exists():
            raise Missing("not_found", "We cannot find that. It may have moved, or not be shared with your organisation.")
        person, organisation = decider_for(by, claim)
        check_state(claim, State.SUBMITTED)
        if seen is not None and latest_entry(claim) != seen:
            raise Conflict("claim_changed", "The claim has changed since you opened it.", where="seen", mend="Read it again, then decide.")
        approves = decision is Decision.APPROVE
        if approves:
            _check_evidence(claim)
            shares_are_agreed(claim)
        decided(claim, State.APPROVED if approves else State.RETURNED, note, person, organisation)
        what = What.APPROVED if approves else What.RETURNED
        log(claim, what, claim.state, by, note, decided_for=organisation.slug)
        tell_of_decision(claim, by)
        if claim.module is not None:
            refresh_use(claim.module)
    return claim


def _check_evidence(claim: Claim) -> None:
    if not claim.evidence.exists():
        raise Conflict("claim_unevidenced", "Nothing shows the claim yet.", where="evidence", mend="Send it back and ask for evidence.")
