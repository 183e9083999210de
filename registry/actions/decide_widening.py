"""The second person's answer to a wish that more may see a module."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.roles import Permission, may
from accounts.viewer import Viewer
from registry.actions.list_release import apply_widening, make_listed
from registry.actions.refresh_module import refresh_module
from registry.actions.refresh_sequence_updates import promise_updates
from registry.actions.telling_reviews import tell_of_widening, tell_reviewers
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed
from registry.governance.blocking import blockers
from registry.releases.models import Release
from registry.reviews.models import Review, SignOff, Widening
from registry.reviews.moving import begin, given_words, log
from registry.reviews.people import note_contributor
from registry.reviews.policy import rules_for
from registry.values.markings import is_wider


def decide_widening(*, widening: Widening, agree: bool, text: str = "", by: Viewer) -> Widening:
    """Agree or decline. Where the rules ask for sign-offs that the latest release has not, it goes into review for those who are to see it.

    Somebody else of its publisher must decide; who asked may only take it back, by declining. Raises :class:`NotAllowed` (``second_person``,
    ``not_of_publisher``), :class:`Refused` (``words_missing``) or :class:`Conflict` (``decided_already``, ``not_listed_yet``, ``review_open``,
    or the code of the governance rule that stands against it).
    """
    text = given_words(text, needed=not agree, limit=500)
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=widening.module_id)
        widening = Widening.objects.select_for_update().get(pk=widening.pk)
        is_own = _check_right(module, widening, agree, by)
        if widening.decided_at is not None:
            raise Conflict("decided_already", "That was decided already.", where="widening")
        widening.outcome = Widening.Outcome.AGREED if agree else Widening.Outcome.WITHDRAWN if is_own else Widening.Outcome.DECLINED
        widening.decided_at, widening.decided_by, widening.decision = timezone.now(), by.user, text
        widening.save()
        record(f"widening.{widening.outcome}", module.identifier, by=by, organisation=module.organisation, visibility=widening.visibility)
        if agree:
            _carry_out(module, widening, by)
        tell_of_widening(widening, by)
    return widening


def _check_right(module: Module, widening: Widening, agree: bool, by: Viewer) -> bool:
    """Whether whoever acts is who asked."""
    if not any(may(by.user, permission, module.organisation) for permission in (Permission.PUBLISH, Permission.REVIEW)):
        raise NotAllowed("not_of_publisher", f"Only publishers and reviewers of {module.organisation} decide this.")
    is_own = by.user is not None and by.user.pk == widening.requested_by_id
    if is_own and agree:
        raise NotAllowed("second_person", "You asked for this, so somebody else must agree.", mend="Ask another publisher or reviewer.")
    return is_own


def _carry_out(module: Module, widening: Widening, by: Viewer) -> None:
    release = _latest(module)
    release.module = module
    covered = release.marking == widening.marking and not is_wider(widening.visibility, release.visibility)
    if covered or _is_signed(release, widening):
        for blocker in blockers(release, widening.visibility, widening.marking)[:1]:
            raise Conflict(blocker.code, blocker.message, where=blocker.where, mend=blocker.mend)
        apply_widening(module, widening, by)
        if covered:
            refresh_module(module)
            promise_updates(module)
        else:
            make_listed(release, widening.visibility, widening.marking, by=by)
        return
    if Review.objects.filter(release=release, closed_at=None).exists():
        raise Conflict("review_open", "Its latest version is in review already.", where="widening", mend="Wait for that review to end.")
    note_contributor(release, widening.requested_by)
    review = begin(
        release, Release.State.IN_REVIEW, by=by, kind=Review.Kind.WIDENING, visibility=widening.visibility, marking=widening.marking
    )
    log(review, "widening", by, widening.reason)
    tell_reviewers(review, by.user)


def _latest(module: Module) -> Release:
    listed = module.releases.filter(version=module.latest_version, state=Release.State.LISTED, quarantined_at=None)
    release = listed.select_for_update(of=("self",)).first()
    if release is None or module.status == Module.Status.DRAFT:
        raise Conflict("not_listed_yet", "Nothing of it is listed yet.", where="widening")
    return release


def _is_signed(release: Release, widening: Widening) -> bool:
    """Whether everything the rules ask for was signed of these bytes for whom the wish names."""
    needed = set(rules_for(widening.visibility, widening.marking).values_list("role", flat=True))
    signed = SignOff.objects.filter(
        review__release=release,
        voided_at=None,
        digest=release.digest,
        visibility=widening.visibility,
        marking=widening.marking,
        review__state=Release.State.LISTED,
    )
    return needed <= set(signed.values_list("role", flat=True))
