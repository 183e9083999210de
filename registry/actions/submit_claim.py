"""Hands a claim in for approval by somebody independent, or withdraws it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.viewer import Viewer
from registry.actions.refresh_use import refresh_use
from registry.actions.telling_benefits import tell_deciders
from registry.benefits.arithmetic import Benefit, check_named
from registry.benefits.models import Claim, ClaimEntry
from registry.benefits.moving import OPEN, check_state, locked, log, others_of, person_behind
from registry.benefits.reckoning import inputs_of, reckon
from registry.catalogue.visibility import SHARED, UNLISTED
from registry.errors import Conflict, Refused
from registry.permissions import answerer_for

State, What = Claim.State, ClaimEntry.What


def submit_claim(*, claim: Claim, by: Viewer) -> Claim:
    """Hand it in: from now on others read it where it is shared. Evidence may follow; without any it is not approved.

    Raises :class:`NotAllowed`, :class:`Conflict` (``wrong_state``, ``share_open``, ``claim_kept``, ``module_kept``) or :class:`Refused`
    (``period_open``, ``figure_missing``, ``post_missing``, ``fte_incomputable``).
    """
    answerer_for(by, claim.organisation)
    person = person_behind(by)
    with transaction.atomic():
        claim = locked(claim)
        check_state(claim, *OPEN)
        for gate in GATES:
            gate(claim)
        claim.state, claim.submitted_at, claim.submitted_by = State.SUBMITTED, timezone.now(), by.user
        claim.decided_at = claim.decided_by = claim.decided_for = None
        claim.decision = ""
        claim.save()
        claim.writers.add(person)
        log(claim, What.SUBMITTED, "submitted", by)
        tell_deciders(claim, by)
        if claim.module is not None:
            refresh_use(claim.module)
    return claim


def withdraw_claim(*, claim: Claim, reason: str, by: Viewer) -> Claim:
    """Take it back for good, with the reason in its log. Raises :class:`NotAllowed`, :class:`Refused` (``words_missing``) or :class:`Conflict`."""
    answerer_for(by, claim.organisation)
    reason = reason.strip()
    if not reason or len(reason) > 500 or "\x00" in reason:
        raise Refused("words_missing", "Say why in up to 500 characters.", where="reason", mend="A sentence will do.")
    with transaction.atomic():
        claim = locked(claim)
        check_state(claim, *OPEN, State.SUBMITTED, State.APPROVED)
        claim.state = State.WITHDRAWN
        claim.save()
        log(claim, What.WITHDRAWN, "withdrawn", by, reason)
        if claim.module is not None:
            refresh_use(claim.module)
    return claim


# --- What must hold to hand it in -----------------------------------------------------------------------------------------
def period_is_over(claim: Claim) -> None:
    """A claim says what came of it; what is to come is a forecast."""
    if claim.ends_on > timezone.localdate():
        day = f"{claim.ends_on:%-d %B %Y}"
        raise Refused("period_open", f"Its period ends on {day}.", where="ends_on", mend="Hand it in then, or claim up to today.")


def figure_is_given(claim: Claim) -> None:
    """FTE, money or a measured outcome."""
    if claim.fte is None and claim.money is None and not claim.outcomes.exists():
        raise Refused("figure_missing", "It says no figure yet.", where="fte", mend="Give FTE, money, or an outcome that you measured.")


def saving_names_its_post(claim: Claim) -> None:
    """S0-12: a cashable saving came out of a post or budget line."""
    check_named(Benefit(claim.benefit_class), claim.post)


def fte_follow_from_inputs(claim: Claim) -> None:
    """Whoever gives a baseline and no FTE gives the rest of the sum too."""
    if claim.baseline is None or claim.fte is not None or reckon(inputs_of(claim)) is not None:
        return
    where = "volume" if claim.volume is None else "hours_per_fte"
    words = "how many items there were" if where == "volume" else "how many hours one FTE works in a year"
    raise Refused("fte_incomputable", f"Nothing says {words}.", where=where, mend="Enter it, or state the FTE yourself.")


def shares_are_agreed(claim: Claim) -> None:
    """S0-18: every organisation that has a part in it has said so."""
    waiting = others_of(claim).filter(agreed_at=None).select_related("organisation").order_by("pk").first()
    if waiting is not None:
        raise Conflict("share_open", f"{waiting.organisation} has not agreed to its share.", where="shares", mend="Ask them to answer.")


def somebody_may_decide(claim: Claim) -> None:
    """Nobody outside reads what is kept to oneself, so nobody could approve it."""
    if claim.sharing == Claim.Sharing.OWN:
        mend = "Let everyone who sees the module read it, or keep it as a draft."
        raise Conflict("claim_kept", "You keep it to yourselves, so nobody can approve it.", where="sharing", mend=mend)
    module = claim.module
    if module is not None and (module.status == UNLISTED or module.visibility not in SHARED):
        mend = "Share the module first."
        raise Conflict("module_kept", "Only its publisher sees the module, so nobody else can approve it.", where="module", mend=mend)


GATES: tuple[Callable[[Claim], None], ...] = (
    period_is_over,
    figure_is_given,
    saving_names_its_post,
    fte_follow_from_inputs,
    shares_are_agreed,
    somebody_may_decide,
)
