"""Whom claims of benefit concern, and what they are told. Each is called in the transaction of its change."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.viewer import Viewer
from registry.actions.telling_lifecycle import stewards
from registry.benefits.models import Claim, ClaimShare
from registry.benefits.moving import others_of
from registry.notices.telling import people_of, tell


def tell_sharers(claim: Claim, by: Viewer) -> None:
    """The organisations whose consent a joint claim waits for."""
    for share in others_of(claim).filter(agreed_at=None).select_related("organisation").order_by("pk"):
        tell(
            people_of(share.organisation, Permission.PUBLISH),
            "claim_share",
            title=f"{claim.organisation} puts {share.share.normalize():%} of “{claim.title}” down to you",
            text="Agree to your share, or decline it. Nothing counts before all agree.",
            address=reverse("agree_claim_share", args=[claim.pk]),
            organisation=share.organisation,
            module=claim.module,
            but=by.user,
        )


def tell_of_answer(share: ClaimShare, words: str, reason: str, by: Viewer) -> None:
    """Those who answer for the holder: another organisation agreed to its share, or declined it."""
    claim = share.claim
    _tell_holder(claim, "claim_share", f"{share.organisation} {words} “{claim.title}”", reason, by)


def tell_deciders(claim: Claim, by: Viewer) -> None:
    """Stewards: they see to it that somebody decides. Reviewers elsewhere find it in the list, unasked."""
    for partnership, people in stewards():
        tell(
            people,
            "claim_to_decide",
            title=f"“{claim.title}” of {claim.organisation}",
            text=f"A claim for {claim.period} waits for somebody independent to decide.",
            address=reverse("decide_claim", args=[claim.pk]),
            organisation=partnership,
            module=claim.module,
            but=by.user,
        )


def tell_of_decision(claim: Claim, by: Viewer) -> None:
    """Holder and sharers: how it was decided."""
    words = "is approved" if claim.state == Claim.State.APPROVED else "is sent back"
    title = f"“{claim.title}” {words} by {claim.decided_for}"
    _tell_holder(claim, "claim_decided", title, claim.decision, by)
    for share in others_of(claim).select_related("organisation").order_by("pk"):
        _tell(claim, share.organisation, "claim_decided", title, claim.decision, by)


def _tell_holder(claim: Claim, kind: str, title: str, text: str, by: Viewer) -> None:
    _tell(claim, claim.organisation, kind, title, text, by)


def _tell(claim: Claim, organisation: Organisation, kind: str, title: str, text: str, by: Viewer) -> None:
    said: dict[str, Any] = {"title": title, "text": text, "address": reverse("claim", args=[claim.pk])}
    tell(people_of(organisation, Permission.PUBLISH), kind, organisation=organisation, module=claim.module, but=by.user, **said)
