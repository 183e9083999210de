"""The shapes of answers about reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypedDict

from api.rest.shapes import FindingShape, finding_shapes, release_url
from registry.index.review_status import ReviewStatus


class NeededSignOffShape(TypedDict):
    """A role that must sign, and whether somebody has signed these very files."""

    role: Annotated[str, "technical, business_owner, information_assurance or licence"]
    signer: Annotated[str, "any, publisher or other: the organisation the signer must come from"]
    signed_at: datetime | None
    organisation: Annotated[str, "Signed for, or empty"]
    person: Annotated[str, "To their own organisation and the publisher, else empty"]


class BlockerShape(TypedDict):
    """A rule that is not met, and how to meet it."""

    code: str
    message: str
    where: str
    mend: str


class ReviewEntryShape(TypedDict):
    """One line of what passed between reviewers and author."""

    act: Annotated[str, "check, ask_author, resubmit, replace, sign, withdraw_sign_off, hold, refuse, reopen or list"]
    at: datetime
    organisation: Annotated[str, "Empty for what the registry did itself"]
    person: Annotated[str, "To their own organisation and the publisher, else empty"]
    text: str


class ReviewShape(TypedDict):
    """How far a version has come."""

    module: Annotated[str, "publisher/slug"]
    version: str
    kind: Annotated[str, "new, update, widening, or empty before any review"]
    state: Annotated[str, "draft, checking, in_review, awaiting_author, listed, held or refused"]
    round: Annotated[int, "One more whenever what is judged changes; 0 before any review"]
    digest: Annotated[str, "Of the files judged; every sign-off is of these"]
    visibility: Annotated[str, "Judged for: own, named or partnership"]
    marking: Annotated[str, "OFFICIAL or OFFICIAL-SENSITIVE"]
    submitted_at: datetime | None
    due_at: Annotated[datetime | None, "When reviewers should have decided"]
    closed_at: datetime | None
    may_be_listed: Annotated[bool, "Whether nothing is in the way of listing it now"]
    sign_offs: Annotated[list[NeededSignOffShape], "All that are needed"]
    findings: Annotated[list[FindingShape], "Neither mended nor answered; at most 100"]
    findings_count: int
    blockers: Annotated[list[BlockerShape], "What else stands in the way of listing it"]
    log: Annotated[list[ReviewEntryShape], "The newest 200, oldest first"]
    url: Annotated[str, "Of the release"]


def review_shape(status: ReviewStatus) -> ReviewShape:
    """How far a review has come."""
    return ReviewShape(
        module=status.module,
        version=status.version,
        kind=status.kind,
        state=status.state,
        round=status.round,
        digest=status.digest,
        visibility=status.visibility,
        marking=status.marking,
        submitted_at=status.submitted_at,
        due_at=status.due_at,
        closed_at=status.closed_at,
        may_be_listed=status.may_be_listed,
        sign_offs=[
            NeededSignOffShape(role=one.role, signer=one.signer, signed_at=one.signed_at, organisation=one.organisation, person=one.person)
            for one in status.sign_offs
        ],
        findings=finding_shapes(status.findings),
        findings_count=status.findings_count,
        blockers=[BlockerShape(code=one.code, message=one.message, where=one.where, mend=one.mend) for one in status.blockers],
        log=[
            ReviewEntryShape(act=one.act, at=one.at, organisation=one.organisation, person=one.person, text=one.text) for one in status.log
        ],
        url=release_url(status.module, status.version),
    )
