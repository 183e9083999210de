"""Lists a release that was signed off: from then on those it is for can see it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import SignOffRole
from accounts.viewer import Viewer
from registry.actions.refresh_module import refresh_module
from registry.actions.refresh_sequence_updates import promise_updates
from registry.actions.telling_adoption import tell_of_newer
from registry.actions.telling_reviews import tell_authors
from registry.catalogue.models import Module, ModuleShare
from registry.errors import Conflict, NotAllowed
from registry.governance.blocking import blockers
from registry.lifecycle.models import NoticePeriod
from registry.permissions import may_publish
from registry.releases.models import Release
from registry.reviews.following import follow, seen_by
from registry.reviews.models import Review, Widening
from registry.reviews.moving import locked, move
from registry.reviews.people import check_reviewer, counting
from registry.reviews.policy import rules_for, unanswered_findings
from registry.reviews.states import Act, check_act
from registry.sequences.seen import check_parts
from registry.values.markings import Visibility, higher


def list_release(*, review: Review, by: Viewer) -> Review:
    """Show the release of ``review`` to those it was signed off for.

    Its publisher or a reviewer may. Raises :class:`NotAllowed`, or :class:`Conflict`: ``wrong_state``, ``findings_open``,
    ``sign_offs_missing``, or the code of the governance rule that stands against it.
    """
    with transaction.atomic():
        review = locked(review)
        _check_right(review, by)
        check_act(Act.LIST, review.state)
        check_ready(review)
        if review.is_widening:
            _widen(review, by)
        make_listed(review.release, review.visibility, review.marking, by=by)
        move(review, Act.LIST, Release.State.LISTED, by, visibility=review.visibility)
        tell_authors(review, by)
    return review


def missing_roles(review: Review) -> list[str]:
    """The roles that must sign and have not, in their fixed order."""
    needed = set(rules_for(review.visibility, review.marking).values_list("role", flat=True))
    return [role for role in SignOffRole.values if role in needed - counting(review).keys()]


def check_ready(review: Review) -> None:
    """Raise :class:`Conflict` for the first thing that stands against listing."""
    _check_not_withdrawn(review.release)
    _check_notice(review.release)
    open_findings = list(unanswered_findings(review.release)[:3])
    if open_findings:
        places = "; ".join(f"{finding.title} ({finding.where})" if finding.where else finding.title for finding in open_findings)
        raise Conflict(
            "findings_open",
            f"Something found in its files is neither mended nor answered: {places}.",
            where="findings",
            mend="Have it mended, or answer it with a reason.",
        )
    if lacking := missing_roles(review):
        words = ", ".join(SignOffRole(role).label.lower() for role in lacking)
        raise Conflict("sign_offs_missing", f"Not signed yet: {words}.", where="sign_offs", mend="It can be listed when all have signed.")
    _check_parts(review)
    for blocker in blockers(review.release, review.visibility, review.marking)[:1]:
        raise Conflict(blocker.code, blocker.message, where=blocker.where, mend=blocker.mend)


def _check_parts(review: Review) -> None:
    """Of a sequence: its parts may have been hidden, marked higher or put in quarantine since it came in."""
    parts = Release.objects.filter(locked_in__lock=review.release_id).select_related("module").defer("inspection", "module__search")
    if parts:
        named = set(review.release.module.shares.filter(expires_at=None).values_list("organisation", flat=True))
        wished = Widening.objects.filter(module=review.release.module, outcome=Widening.Outcome.AGREED, effective_at=None)
        named |= set(wished.filter(share_with__isnull=False).values_list("share_with", flat=True)) if review.is_widening else set()
        check_parts(parts, review.visibility, review.marking, named)


def _check_not_withdrawn(release: Release) -> None:
    if not release.module.organisation.is_active:
        raise Conflict("publisher_inactive", f"{release.module.organisation} is no longer a member.", where="organisation")
    if release.quarantined_at is not None:
        raise Conflict("quarantined", "This version is in quarantine.", where="version", mend="Wait for the inquiry to end.")
    if release.is_yanked:
        raise Conflict("yanked", "Its publisher has withdrawn this version.", where="version", mend="Undo the withdrawal first.")


def _check_notice(release: Release) -> None:
    period = NoticePeriod.objects.running().filter(release=release).first()
    if period is not None:
        raise Conflict(
            "notice_running",
            f"Those whom this version breaks may object until {period.ends_on:%-d %B %Y}.",
            where="notice",
            mend="It can be listed from that day on, or once the notice is withdrawn.",
        )


def make_listed(release: Release, visibility: str, marking: str, *, by: Viewer | None) -> None:
    """List, or show to more, what has been found ready. The caller holds the locks and records it; the database checks the sign-offs again."""
    module, before = release.module, seen_by(release.module)
    release.state, release.visibility, release.marking = Release.State.LISTED, visibility, marking
    if release.listed_at is None:
        release.listed_at, release.listed_by = timezone.now(), by.user if by else None
    release.save(update_fields=["state", "visibility", "marking", "listed_at", "listed_by"])
    module.marking = higher(module.marking, release.marking)
    refresh_module(module)
    follow(module, before, by)
    tell_of_newer(release)
    promise_updates(module)


def _check_right(review: Review, by: Viewer) -> None:
    module = review.release.module
    if may_publish(by, module.publisher, module.slug):
        return
    if by.token is not None:
        raise NotAllowed("token_out_of_scope", "Your token may not list this release.", where="token")
    check_reviewer(review, by)


def _widen(review: Review, by: Viewer) -> None:
    """Let more see the module itself, as was agreed."""
    module: Module = review.release.module
    agreed = Widening.objects.filter(module=module, outcome=Widening.Outcome.AGREED, effective_at=None)
    apply_widening(module, agreed.get(visibility=review.visibility, marking=review.marking), by)


def apply_widening(module: Module, widening: Widening, by: Viewer) -> None:
    """Give the module the visibility, marking and names that ``widening`` asks for; the caller refreshes and records.

    Where everybody is to see it, whoever was named stays named: earlier releases, signed for them alone, stay theirs.
    """
    before = seen_by(module)
    module.visibility, module.marking = widening.visibility, widening.marking
    if widening.visibility != Visibility.PARTNERSHIP:
        ModuleShare.objects.filter(module=module, expires_at=None).exclude(organisation__in=widening.share_with.all()).delete()
    ModuleShare.objects.bulk_create(
        [ModuleShare(module=module, organisation=each) for each in widening.share_with.all()],
        update_conflicts=True,
        unique_fields=["module", "organisation"],
        update_fields=["expires_at"],
    )
    widening.effective_at = timezone.now()
    widening.save(update_fields=["effective_at"])
    follow(module, before, by)
