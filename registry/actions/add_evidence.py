"""Adds what shows a claim: a file, or where to find it. Nothing is taken away again."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Organisation, User
from accounts.viewer import Viewer
from registry.actions.keep_attachment import keep_attachment
from registry.benefits.claim_form import checked_text
from registry.benefits.models import Claim, ClaimEntry, ClaimShare, Evidence
from registry.benefits.moving import OPEN, check_state, locked, log
from registry.errors import Conflict, NotAllowed, Refused
from registry.permissions import answerer_for
from registry.releases.upload import Upload
from registry.values.markings import Marking

MOST = 50  # pieces of a claim
State = Claim.State


def add_evidence(
    *,
    claim: Claim,
    caption: str,
    reference: str = "",
    upload: Upload | None = None,
    is_shared: bool = False,
    marking: str = Marking.OFFICIAL,
    by: Viewer,
) -> Evidence:
    """Holder and sharers add it, also once the claim is approved: then its log shows that the approver did not judge it.

    OFFICIAL-SENSITIVE evidence is not shared with everybody who reads the claim. Raises :class:`NotAllowed` (``may_not_answer``,
    ``person_needed``), :class:`Refused` (``evidence_missing``, ``evidence_sensitive``, and as :func:`keep_attachment`) or
    :class:`Conflict` (``wrong_state``, ``evidence_full``).
    """
    organisation, person = adder_for(claim, by)
    caption = checked_text(caption, "caption", 200, needed=True)
    reference = checked_text(reference, "reference", 300)
    if not reference and upload is None:
        raise Refused("evidence_missing", "Nothing shows it yet.", where="evidence", mend="Send a file, or say where it is to be found.")
    if is_shared and upload is not None and marking == Marking.OFFICIAL_SENSITIVE:
        raise Refused(
            "evidence_sensitive",
            "OFFICIAL-SENSITIVE evidence is not for everybody who reads the claim.",
            where="is_shared",
            mend="Keep it to you and your approver.",
        )
    with transaction.atomic():
        claim = locked(claim)
        check_state(claim, *OPEN, State.SUBMITTED, State.APPROVED)
        if claim.evidence.count() >= MOST:
            raise Conflict(
                "evidence_full", f"The claim has {MOST} pieces of evidence.", where="evidence", mend="Name a folder or a report."
            )
        file = keep_attachment(module=claim.module, organisation=organisation, upload=upload, marking=marking, by=by) if upload else None
        made = Evidence.objects.create(claim=claim, caption=caption, reference=reference, file=file, is_shared=is_shared, added_by=person)
        claim.writers.add(person)
        late = "Added after the approval: " if claim.state == State.APPROVED else ""
        log(claim, ClaimEntry.What.EVIDENCE, "evidence_added", by, f"{late}{caption}", evidence=made.pk)
    return made


def adder_for(claim: Claim, by: Viewer) -> tuple[Organisation, User]:
    """The organisation for which ``by`` adds evidence, and the person: the one acted for if it has a part in the claim, else the holder.

    Raises :class:`NotAllowed` (``may_not_answer``, ``person_needed``).
    """
    if by.user is None:
        raise NotAllowed("person_needed", "Only people add evidence.", where="token", mend="Sign in and add it there.")
    acting = by.organisation
    joint = acting is not None and ClaimShare.objects.filter(claim=claim, organisation=acting, agreed_at__isnull=False).exists()
    organisation = acting if joint and acting is not None else claim.organisation
    answerer_for(by, organisation)
    return organisation, by.user
