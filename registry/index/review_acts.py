"""What somebody may do to a review now, found by the functions that the actions themselves go by."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import SignOffRole
from accounts.viewer import Viewer
from registry.errors import NotAllowed, RegistryError
from registry.governance.blocking import Blocker
from registry.index.review_entries import Acts, ReviewFinding
from registry.index.waiting import Desk
from registry.permissions import may_publish
from registry.releases.models import Release
from registry.reviews.models import Review, SignOff
from registry.reviews.people import check_reviewer, signing_for
from registry.reviews.states import Act, may_follow


def reasons_not_to_sign(viewer: Viewer, review: Review, desk: Desk, to_come: Sequence[str]) -> dict[str, str]:
    """For each role that is to come and that the viewer signs as somewhere: why not here, or an empty text where they may."""
    reasons = {}
    for role in to_come:
        if role in desk.roles:
            try:
                signing_for(review, role, viewer)
                reasons[role] = ""
            except RegistryError as error:
                reasons[role] = f"{error.message} {error.mend}".strip()
    return reasons


def acts_of(
    viewer: Viewer,
    review: Review,
    signed: Sequence[SignOff],
    to_come: Sequence[str],
    reasons: dict[str, str],
    open_findings: Sequence[ReviewFinding],
    stands: Sequence[Blocker],
) -> Acts:
    """The acts that lie open to ``viewer``; all are absent once the review is closed."""
    module = review.release.module
    publishes = may_publish(viewer, module.publisher, module.slug)
    why_not_review = _why_not_review(viewer, review)
    reviews = not why_not_review
    if not review.is_open:
        return Acts(why_not_review="This review is closed.", why_not_list="This review is closed.")

    def can(act: Act) -> bool:
        return may_follow(act, review.state)

    is_mine = viewer.user is not None and review.assignee_id == viewer.user.pk
    own = next((each.role for each in signed if viewer.user is not None and each.user_id == viewer.user.pk), "")
    why_not_list = _why_not_list(review, to_come, open_findings, stands)
    held = any(each.finding.severity == "stop" for each in open_findings)
    return Acts(
        claim=reviews and can(Act.CLAIM) and review.assignee_id is None,
        put_back=reviews and can(Act.CLAIM) and review.assignee_id is not None and (is_mine or viewer.is_steward),
        assign=reviews and can(Act.CLAIM) and viewer.is_steward,
        ask=reviews and can(Act.ASK_AUTHOR),
        resubmit=publishes and can(Act.RESUBMIT),
        files=publishes and not review.is_widening and can(Act.REPLACE),
        answer=reviews and can(Act.ANSWER),
        signs=tuple(role for role, reason in reasons.items() if not reason) if can(Act.SIGN) else (),
        withdraw=own if reviews and can(Act.SIGN) else "",
        hold=reviews and can(Act.HOLD),
        refuse=reviews and can(Act.REFUSE),
        reopen=reviews and can(Act.REOPEN) and not held,
        list=(publishes or reviews) and can(Act.LIST) and not why_not_list,
        publishes=publishes,
        why_not_review=why_not_review,
        why_not_list=why_not_list,
    )


def _why_not_review(viewer: Viewer, review: Review) -> str:
    try:
        check_reviewer(review, viewer)
    except NotAllowed as error:
        return f"{error.message} {error.mend}".strip()
    return ""


def _why_not_list(review: Review, to_come: Sequence[str], open_findings: Sequence[ReviewFinding], stands: Sequence[Blocker]) -> str:
    """The first thing that stands against listing, as the action would say it."""
    if review.state != Release.State.IN_REVIEW:
        return "It can be listed only while it is in review."
    if open_findings:
        return f"{len(open_findings)} found in its files {'is' if len(open_findings) == 1 else 'are'} neither mended nor answered."
    if to_come:
        return f"To come: {', '.join(SignOffRole(role).label.lower() for role in to_come)}."
    return stands[0].message if stands else ""
