"""How far a release's review has come, for machines: what was signed, what is still in the way, and what its author was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organisation, SignOffRole, User
from accounts.viewer import Viewer
from registry.governance.blocking import Blocker, blockers
from registry.index.entries import FindingEntry
from registry.index.read import missing
from registry.releases.models import Release
from registry.reviews.models import Review, ReviewEntry, SignOff
from registry.reviews.policy import rules_for, unanswered_findings
from registry.reviews.states import Act, check_act

MAX_FINDINGS = 100  # named; all are counted
MAX_ENTRIES = 200  # of the log, the newest
# What is said to the author, what the author said to it, and how it ended; who is to look at it is the reviewers' own affair.
TOLD = (Act.CHECK, Act.ASK_AUTHOR, Act.RESUBMIT, Act.REPLACE, Act.SIGN, Act.HOLD, Act.REFUSE, Act.REOPEN, Act.LIST, "withdraw_sign_off")


@dataclass(frozen=True, slots=True)
class NeededSignOff:
    """A role that must sign: ``signer`` is ``any``, ``publisher`` or ``other``, the organisation the signer must come from."""

    role: str
    signer: str
    signed_at: datetime | None = None
    organisation: str = ""  # signed for
    person: str = ""  # to their own organisation and the publisher only


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """One line of what passed between reviewers and author."""

    act: str
    at: datetime
    organisation: str  # empty for what the registry did itself
    person: str
    text: str


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """One review as a publisher's machine follows it. ``kind`` is empty and ``round`` 0 where no review was opened yet, or none is needed."""

    module: str
    version: str
    kind: str
    state: str
    round: int
    digest: str
    visibility: str
    marking: str
    submitted_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    sign_offs: tuple[NeededSignOff, ...]
    findings: tuple[FindingEntry, ...]  # neither mended nor answered
    findings_count: int
    blockers: tuple[Blocker, ...]
    log: tuple[ToldEntry, ...]

    @property
    def may_be_listed(self) -> bool:
        """Whether nothing is in the way any more."""
        return (
            self.state == Release.State.IN_REVIEW
            and not self.findings_count
            and not self.blockers
            and all(one.signed_at for one in self.sign_offs)
        )


def review_status(viewer: Viewer, publisher: str, slug: str, version: str) -> ReviewStatus:
    """The newest review of a release that ``viewer`` sees; to its publisher also how it stands before any. Raises :class:`Missing`."""
    at = {"release__module__publisher": publisher, "release__module__slug": slug, "release__version": version}
    related = ("release__module__organisation",)
    review = (
        Review.objects.visible_to(viewer).filter(**at).select_related(*related).defer("release__module__search").order_by("-pk").first()
    )
    if review is not None:
        return _status(viewer, review.release, review)
    own = Release.objects.visible_to(viewer).filter(module__publisher=publisher, module__slug=slug, version=version)
    if not viewer.is_auditor:
        own = own.filter(module__organisation__in=viewer.organisations)
    release = own.select_related("module__organisation").defer("module__search").first()
    if release is None:
        raise missing()
    return _status(viewer, release, None)


def open_review(viewer: Viewer, release: Release, act: Act) -> Review:
    """The review of ``release`` that is not decided yet; raises :class:`Conflict` (``wrong_state``) where ``act`` has none to be done to."""
    found = Review.objects.visible_to(viewer).still_open().filter(release=release)
    review = found.select_related("release__module__organisation").first()
    if review is None:
        check_act(act, release.state)
        raise missing()
    return review


def _status(viewer: Viewer, release: Release, review: Review | None) -> ReviewStatus:
    judged = (review.visibility, review.marking) if review else (release.module.visibility, release.marking)
    unanswered = unanswered_findings(release)
    return ReviewStatus(
        module=release.module.identifier,
        version=release.version,
        kind=review.kind if review else "",
        state=review.state if review else release.state,
        round=review.round if review else 0,
        digest=review.digest if review else release.digest,
        visibility=judged[0],
        marking=judged[1],
        submitted_at=review.submitted_at if review else None,
        due_at=review.due_at if review else None,
        closed_at=review.closed_at if review else None,
        sign_offs=tuple(_needed(viewer, release, review, *judged)),
        findings=tuple(FindingEntry(one.code, one.severity, one.title, one.where, one.why, one.mend) for one in unanswered[:MAX_FINDINGS]),
        findings_count=unanswered.count(),
        blockers=tuple(blockers(release, *judged)),
        log=tuple(_told(viewer, release, review)) if review else (),
    )


def _needed(viewer: Viewer, release: Release, review: Review | None, visibility: str, marking: str) -> Iterable[NeededSignOff]:
    signed = {
        one.role: one
        for one in SignOff.objects.filter(
            review=review, voided_at=None, digest=release.digest, visibility=visibility, marking=marking
        ).select_related("user", "organisation")
    }
    rules = {rule.role: rule.signer for rule in rules_for(visibility, marking)}
    for role in SignOffRole.values:
        if role not in rules:
            continue
        one = signed.get(role)
        if one is None:
            yield NeededSignOff(role, rules[role])
        else:
            yield NeededSignOff(
                role, rules[role], one.signed_at, one.organisation.name, _named(viewer, release, one.user, one.organisation)
            )


def _told(viewer: Viewer, release: Release, review: Review) -> Iterable[ToldEntry]:
    newest = ReviewEntry.objects.filter(review=review, act__in=TOLD).select_related("user", "organisation").order_by("-pk")[:MAX_ENTRIES]
    for entry in reversed(list(newest)):
        organisation = entry.organisation.name if entry.organisation else ""
        person = _named(viewer, release, entry.user, entry.organisation) if entry.user and entry.organisation else ""
        yield ToldEntry(entry.act, entry.at, organisation, person, entry.text)


def _named(viewer: Viewer, release: Release, user: User, organisation: Organisation) -> str:
    """A person's name to those who may know it: who acts for their organisation, or for the release's publisher."""
    return str(user) if {organisation.pk, release.module.organisation_id} & set(viewer.organisations) else ""
