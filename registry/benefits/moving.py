"""Locks a claim, logs what is done to it, and takes back an approval when what was approved changes. Actions decide whether; this does it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.viewer import Viewer
from registry.benefits.models import Claim, ClaimEntry, ClaimShare
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed

State = Claim.State
OPEN = (State.DRAFT, State.RETURNED)  # being written
NOTE = 1000


def locked(claim: Claim, *others: int | None, module: int | None = None) -> Claim:
    """The claim as it is now, locked until the transaction ends, with the claims ``others`` in the order of their keys; then its module.

    ``module`` is the key of one that it is to be about from now on.

    Always claims first and modules after them, and a module before any row that names it: otherwise two changes could wait crosswise.
    """
    keys = {claim.pk, *(key for key in others if key is not None)}
    rows = Claim.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    found = {row.pk: row for row in rows.select_related("organisation", "baseline")}[claim.pk]
    found.module = lock_modules([found.module_id, module]).get(found.module_id or 0)
    return found


def lock_modules(keys: Iterable[int | None]) -> dict[int, Module]:
    """Those modules, locked in the order of their keys."""
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    found = Module.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    return {module.pk: module for module in found.select_related("organisation")}


def person_behind(by: Viewer) -> User:
    """Who answers for what is written: the person, or who made the token. Raises :class:`NotAllowed` (``token_without_person``)."""
    person = by.user or (by.token.created_by if by.token else None)
    if person is None:
        raise NotAllowed(
            "token_without_person", "Nobody answers for that token any more.", where="token", mend="Issue a token of your own."
        )
    return person


def check_state(claim: Claim, *allowed: str) -> None:
    """Raises :class:`Conflict` (``wrong_state``) unless ``claim`` is in one of those states."""
    if claim.state not in allowed:
        words = claim.get_state_display().lower()
        raise Conflict("wrong_state", f"That cannot be done now: the claim is {words}.", where="claim", mend="Open the claim again.")


def subject_of(claim: Claim) -> str:
    """How the audit names a claim."""
    return f"{claim.module.identifier if claim.module else claim.organisation.slug} {claim.pk}"


def log(claim: Claim, what: str, act: str, by: Viewer, note: str = "", **detail: Any) -> None:
    """A line in the claim's log and one in the audit, which holds none of its words."""
    ClaimEntry.objects.create(claim=claim, what=what, note=note[:NOTE], by=person_behind(by))
    record(f"claim.{act}", subject_of(claim), by=by, organisation=claim.organisation, state=claim.state, **detail)


def take_back(claim: Claim, by: Viewer, why: str) -> None:
    """Make a claim that was handed in or approved a draft again, as what it says has changed. Saves it, and asks those who share in it anew."""
    if claim.state == State.APPROVED:
        ClaimEntry.objects.create(claim=claim, what=ClaimEntry.What.VOIDED, note=why, by=person_behind(by))
    if claim.state in (State.APPROVED, State.SUBMITTED):
        claim.state, claim.submitted_at, claim.submitted_by = State.DRAFT, None, None
        claim.decided_at = claim.decided_by = claim.decided_for = None
        claim.decision = ""
    claim.save()
    others_of(claim).update(agreed_at=None, agreed_by=None)


def others_of(claim: Claim) -> Any:
    """The shares of the organisations that do not hold it."""
    return ClaimShare.objects.filter(claim=claim).exclude(organisation=claim.organisation_id)


def decided(claim: Claim, state: str, note: str, person: User, organisation: Any) -> None:
    """Write a decision into the claim."""
    claim.state, claim.decision = state, note
    claim.decided_at, claim.decided_by, claim.decided_for = timezone.now(), person, organisation
    claim.save()


def latest_entry(claim: Claim) -> int:
    """The key of the newest line in the claim's log."""
    return int(ClaimEntry.objects.filter(claim=claim).order_by("-pk").values_list("pk", flat=True)[0])
