"""What the pages of reviews render: frozen rows, built by :mod:`registry.index.reviews` and :mod:`registry.index.review_page`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.governance.blocking import Blocker
from registry.index.entries import FindingEntry, ModuleEntry, ReleaseDetail
from registry.releases.differences import Differences


@dataclass(frozen=True, slots=True)
class RoleState:
    """Whether one of the sign-offs that a review needs is there."""

    role: str
    label: str
    is_signed: bool


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A review as the queue shows it. ``days`` is how long it has waited, ``days_left`` until it is late; negative when it is."""

    pk: int
    module: str  # publisher/slug
    publisher: str
    slug: str
    publisher_name: str
    title: str
    language: str
    version: str
    kind: str  # new | update | widening
    state: str
    visibility: str
    marking: str
    assignee: str
    is_mine: bool
    submitted_at: datetime
    due_at: datetime
    closed_at: datetime | None
    days: int
    limit: int
    days_left: int
    roles: tuple[RoleState, ...]
    open_findings: int

    @property
    def is_late(self) -> bool:
        return self.closed_at is None and self.days_left < 0

    @property
    def to_come(self) -> tuple[RoleState, ...]:
        """The sign-offs that are needed and not there."""
        return tuple(role for role in self.roles if not role.is_signed)


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What was asked of the queue; an empty text asks nothing."""

    show: str = "open"  # open | waiting (for whoever asks) | closed
    state: str = ""
    kind: str = ""
    assignee: str = ""  # mine | nobody
    publisher: str = ""  # slug
    role: str = ""  # that the viewer may sign, and is still to come
    late: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue, with what its filters can be set to."""

    filters: QueueFilters
    count: int
    page: int
    pages: int
    entries: tuple[QueueEntry, ...]
    waiting: int
    publishers: tuple[tuple[str, str], ...]  # slug, name
    roles: tuple[tuple[str, str], ...]  # that the viewer signs as: value, label
    widenings: tuple[WideningEntry, ...]  # that the viewer may decide


@dataclass(frozen=True, slots=True)
class SignOffState:
    """One of the four sign-offs: who signed, or what is to come; ``reason`` says why the viewer may not, where they might expect to."""

    role: str
    label: str
    is_needed: bool
    is_yours: bool = False
    by: str = ""
    is_by_you: bool = False
    organisation: str = ""
    at: datetime | None = None
    comment: str = ""
    signer: str = "any"  # any | publisher | other
    reason: str = ""

    @property
    def is_signed(self) -> bool:
        return self.at is not None


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """A second person's answer to a finding."""

    verdict: str
    reason: str
    by: str
    organisation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewFinding:
    """What was found in the files under review, with its answer."""

    pk: int
    finding: FindingEntry
    answer: AnswerEntry | None

    @property
    def is_open(self) -> bool:
        """To be mended or answered, and neither."""
        return self.answer is None and self.finding.severity in ("stop", "answer")


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """A picture or file that shows something; only where the viewer may see it."""

    pk: int
    filename: str
    marking: str
    handling: str


@dataclass(frozen=True, slots=True)
class ChecklistEntry:
    """One thing to be looked at: what the registry read itself (``tone`` as states have it), and what somebody said."""

    pk: int
    code: str
    text: str
    needs_evidence: bool
    tone: str
    machine: str
    by: str = ""
    is_by_you: bool = False
    at: datetime | None = None
    note: str = ""
    evidence: EvidenceEntry | None = None

    @property
    def is_ticked(self) -> bool:
        return self.at is not None


@dataclass(frozen=True, slots=True)
class Checklist:
    """The list of one role; ``is_yours`` tells that the viewer may tick it now."""

    role: str
    label: str
    items: tuple[ChecklistEntry, ...]
    is_yours: bool

    @property
    def done(self) -> int:
        return sum(item.is_ticked for item in self.items)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of what was done and said."""

    act: str
    by: str  # empty for the registry itself
    is_by_you: bool
    organisation: str
    text: str
    at: datetime
    digest: str
    role: str = ""
    findings: int | None = None
    assignee: str = ""
    times: int = 1  # how often in a row, without words


@dataclass(frozen=True, slots=True)
class BarredEntry:
    """Somebody who may not sign, and why."""

    name: str
    why: str
    is_you: bool


@dataclass(frozen=True, slots=True)
class AudienceEntry:
    """Who would see a module: organisations beside its publisher, and how many people belong to them; ``new`` are those who do not now."""

    organisations: tuple[str, ...]
    people: int
    new: tuple[str, ...] = ()
    new_people: int = 0


@dataclass(frozen=True, slots=True)
class Acts:
    """What the viewer may do to a review now, found by the same functions that the actions go by; where not, why not."""

    claim: bool = False
    put_back: bool = False
    assign: bool = False
    ask: bool = False
    resubmit: bool = False
    files: bool = False
    answer: bool = False
    signs: tuple[str, ...] = ()  # roles to be signed now
    withdraw: str = ""  # the role signed
    hold: bool = False
    refuse: bool = False
    reopen: bool = False
    list: bool = False
    publishes: bool = False
    why_not_review: str = ""
    why_not_list: str = ""

    @property
    def decides(self) -> bool:
        """Whether there is anything to decide for a reviewer."""
        return bool(self.signs) or self.ask or self.hold or self.refuse or self.reopen


@dataclass(frozen=True, slots=True)
class NextEntry:
    """Another review that waits for the viewer."""

    pk: int
    title: str
    language: str
    version: str
    kind: str
    days_left: int


@dataclass(frozen=True, slots=True)
class ReviewDetail:
    """Everything one review's page shows."""

    entry: QueueEntry
    module: ModuleEntry
    release: ReleaseDetail
    handling: str
    digest: str
    round: int
    contested: str
    is_quarantined: bool
    sign_offs: tuple[SignOffState, ...]
    findings: tuple[ReviewFinding, ...]
    blockers: tuple[Blocker, ...]
    listed_version: str  # that it is compared with, or empty
    differences: Differences
    adopters: int  # organisations that assess, pilot or run it, but for those that keep it to themselves
    used_by: tuple[str, ...]
    checklists: tuple[Checklist, ...]
    log: tuple[LogEntry, ...]
    barred: tuple[BarredEntry, ...]
    audience: AudienceEntry
    reviewers: tuple[tuple[int, str], ...]  # whom a steward may give it to
    acts: Acts
    waiting: tuple[NextEntry, ...]  # for the viewer, the most pressing first

    @property
    def asked(self) -> LogEntry | None:
        """What its author is to answer or mend, while it waits for them or is held."""
        if self.entry.state not in ("awaiting_author", "held"):
            return None
        return next((line for line in self.log if line.act in ("ask_author", "hold")), None)

    @property
    def open_findings(self) -> tuple[ReviewFinding, ...]:
        return tuple(each for each in self.findings if each.is_open)


@dataclass(frozen=True, slots=True)
class WideningEntry:
    """That more are to see a module, as asked, with who they are."""

    pk: int
    module: str
    publisher: str
    slug: str
    title: str
    language: str
    visibility: str
    marking: str
    visibility_now: str
    marking_now: str
    reason: str
    asked_by: str
    asked_at: datetime
    is_asked_by_you: bool
    outcome: str
    decided_by: str = ""
    decided_at: datetime | None = None
    decision: str = ""
    effective_at: datetime | None = None
    review: int | None = None  # in which it is signed off for them, where the viewer sees it
    audience: AudienceEntry | None = None
    may_decide: bool = False
    why_not: str = ""
