"""A joint claim is split between organisations, so that it counts once (S0-18); each of them agrees to its part, or leaves."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation, User
from accounts.viewer import Viewer
from registry.actions.refresh_use import refresh_use
from registry.actions.telling_benefits import tell_of_answer, tell_sharers
from registry.benefits.claim_form import checked_number
from registry.benefits.models import Claim, ClaimEntry, ClaimShare
from registry.benefits.moving import OPEN, check_state, locked, log, person_behind, subject_of, take_back
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.permissions import answerer_for

What, State = ClaimEntry.What, Claim.State
MOST = 50  # organisations in one claim


def share_claim(*, claim: Claim, shares: Mapping[str, Decimal], by: Viewer) -> Claim:
    """Split ``claim``: ``shares`` gives each organisation's part by slug, the holder's too, and they add up to exactly 1. Empty: not joint.

    Everybody else must agree anew. What was handed in or approved becomes a draft again. Raises :class:`NotAllowed`, :class:`Conflict`
    (``wrong_state``, ``parts_differ``) or :class:`Refused` (``shares_not_whole``, ``share_invalid``, ``holder_without_share``,
    ``organisation_unknown``, ``organisation_does_not_see``, ``too_many_shares``).
    """
    answerer_for(by, claim.organisation)
    person = person_behind(by)
    with transaction.atomic():
        claim = locked(claim)
        check_state(claim, *OPEN, State.SUBMITTED, State.APPROVED)
        wanted = _wanted(claim, shares)
        if {share.organisation: share.share for share in _of(claim)} == wanted:
            return claim
        _check_parts(claim, wanted)
        ClaimShare.objects.filter(claim=claim).delete()
        for organisation, share in wanted.items():
            agreed = {"agreed_at": timezone.now(), "agreed_by": person} if organisation.pk == claim.organisation_id else {}
            ClaimShare.objects.create(claim=claim, organisation=organisation, share=share, **agreed)
        claim.writers.add(person)
        take_back(claim, by, "Split otherwise.")
        said = ", ".join(f"{organisation} {share.normalize():%}" for organisation, share in wanted.items())
        log(claim, What.CHANGED, "shared", by, f"Split: {said}." if said else "No longer joint.", shares=len(wanted))
        tell_sharers(claim, by)
        _refresh(claim)
    return claim


def agree_share(*, claim: Claim, organisation: Organisation, by: Viewer) -> ClaimShare:
    """Agree to the part of ``organisation`` in ``claim``. Raises :class:`NotAllowed` (a person answers for it), :class:`Conflict`."""
    person = _answering(organisation, by)
    with transaction.atomic():
        claim = locked(claim)
        check_state(claim, *OPEN)
        share = _share(claim, organisation)
        if share.agreed_at is not None:
            raise Conflict("agreed_already", f"{organisation} has agreed already.", where="share")
        share.agreed_at, share.agreed_by = timezone.now(), person
        share.save()
        claim.writers.add(person)
        log(claim, What.AGREED, "share_agreed", by, f"{organisation}: {share.share.normalize():%}.")
        record("claim.share_agreed", subject_of(claim), by=by, organisation=organisation)
        tell_of_answer(share, "agrees to its share of", "", by)
    return share


def decline_share(*, claim: Claim, organisation: Organisation, reason: str, by: Viewer) -> Claim:
    """Take no part, or no part any more: what was ``organisation``'s is the holder's, and must be handed in anew.

    Raises :class:`NotAllowed`, :class:`Refused` (``words_missing``) or :class:`Conflict` (``wrong_state``, ``no_share``).
    """
    _answering(organisation, by)
    reason = reason.strip()
    if not reason or len(reason) > 500 or "\x00" in reason:
        raise Refused("words_missing", "Say why in up to 500 characters.", where="reason", mend="A sentence will do.")
    with transaction.atomic():
        claim = locked(claim)
        check_state(claim, *OPEN, State.SUBMITTED, State.APPROVED)
        share = _share(claim, organisation)
        _check_leaving(claim, organisation)
        share.delete()
        _to_holder(claim, share.share)
        take_back(claim, by, f"{organisation} takes no part.")
        log(claim, What.CHANGED, "share_declined", by, f"{organisation} takes no part: {reason}")
        record("claim.share_declined", subject_of(claim), by=by, organisation=organisation)
        tell_of_answer(share, "takes no part in", reason, by)
        tell_sharers(claim, by)
        _refresh(claim)
    return claim


def _answering(organisation: Organisation, by: Viewer) -> User:
    answerer_for(by, organisation)
    if by.user is None:
        raise NotAllowed("person_needed", "A person must say so for their organisation.", where="token", mend="Sign in and answer there.")
    return by.user


def _of(claim: Claim) -> list[ClaimShare]:
    return list(ClaimShare.objects.filter(claim=claim).select_related("organisation").order_by("pk"))


def _share(claim: Claim, organisation: Organisation) -> ClaimShare:
    share = ClaimShare.objects.filter(claim=claim, organisation=organisation).exclude(organisation=claim.organisation_id).first()
    if share is None:
        raise Conflict("no_share", f"{organisation} has no share in it.", where="share", mend="Open the claim again.")
    share.claim = claim
    return share


def _to_holder(claim: Claim, freed: Decimal) -> None:
    """What is left over is the holder's; where nobody else is left, the claim is not joint."""
    own = ClaimShare.objects.get(claim=claim, organisation=claim.organisation_id)
    if own.share + freed == 1:
        own.delete()
    else:
        own.share += freed
        own.save()


def _wanted(claim: Claim, shares: Mapping[str, Decimal]) -> dict[Organisation, Decimal]:
    if not shares or set(shares) == {claim.organisation.slug}:
        return {}
    if len(shares) > MOST:
        raise Refused("too_many_shares", f"A claim is split between {MOST} at most.", where="shares", mend="Make it several claims.")
    field = ClaimShare._meta.get_field("share")
    parts = {slug: checked_number(part, "shares", field) or Decimal(0) for slug, part in shares.items()}
    if any(not 0 < part <= 1 for part in parts.values()):
        raise Refused("share_invalid", "A share is more than 0% and at most 100%.", where="shares", mend="Leave out who has none.")
    if claim.organisation.slug not in parts:
        raise Refused("holder_without_share", f"{claim.organisation} holds it and has no share.", where="shares", mend="Give it one.")
    if sum(parts.values()) != 1:
        total = sum(parts.values(), Decimal(0)).normalize()
        raise Refused("shares_not_whole", f"The shares add up to {total:%}.", where="shares", mend="Make it 100%: nothing counts twice.")
    return _organisations(claim, parts)


def _organisations(claim: Claim, parts: dict[str, Decimal]) -> dict[Organisation, Decimal]:
    kept = Organisation.objects.filter(slug__in=parts, is_active=True).exclude(kind=Organisation.Kind.PARTNERSHIP)
    found = {each.slug: each for each in kept}
    if unknown := set(parts) - set(found):
        raise Refused(
            "organisation_unknown",
            f"There is no organisation {min(unknown)[:60]} to share with.",
            where="shares",
            mend="Use its short name, such as wiltshire.",
        )
    for organisation in found.values():
        viewer = Viewer(organisations=(organisation.pk,))
        if claim.module and not Module.objects.visible_to(viewer).filter(pk=claim.module.pk).exists():
            raise Refused(
                "organisation_does_not_see",
                f"{organisation} does not see the module.",
                where="shares",
                mend="Share the module with it first.",
            )
    return {found[slug]: parts[slug] for slug in sorted(parts)}


def _check_parts(claim: Claim, wanted: dict[Organisation, Decimal]) -> None:
    """Whose own claims are parts of this programme keeps a share in it. Raises :class:`Conflict` (``parts_differ``)."""
    left = claim.parts.exclude(state=State.WITHDRAWN).exclude(organisation__in=[claim.organisation, *wanted]).first()
    if left is not None:
        raise Conflict("parts_differ", f"“{left.title}” of {left.organisation} is part of it.", where="shares", mend="Leave it a share.")


def _check_leaving(claim: Claim, organisation: Organisation) -> None:
    if claim.parts.exclude(state=State.WITHDRAWN).filter(organisation=organisation).exists():
        raise Conflict("parts_differ", "Claims of yours are part of it.", where="share", mend="Take them out of it first.")


def _refresh(claim: Claim) -> None:
    if claim.module is not None:
        refresh_use(claim.module)
