"""The shapes of what is said of a release's governance, and of access that is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, TypedDict

from registry.governance.models import AccessRequest
from registry.index.governance import AssessmentEntry, GovernanceEntry, OnRequestEntry, PaperEntry


class DataUseShape(TypedDict):
    """Whose data a release handles, and its part in decisions about people."""

    data_categories: Annotated[list[str], "Codes; none means nothing about people"]
    automated_decisions: Annotated[str, "none, assists or decides"]
    law_enforcement: bool
    uses_ai: bool
    declared_at: datetime


class RuleShape(TypedDict):
    """A rule that asks for an assessment."""

    code: str
    title: str
    citation: str
    legal_basis: str


class AnswerShape(TypedDict):
    """One answer of an assessment."""

    code: str
    group: str
    question: str
    answer: str
    public: bool


class AssessmentFileShape(TypedDict):
    """A file kept with an assessment; it is read on the version's governance page."""

    filename: str
    size: Annotated[int, "Bytes"]
    sha256: str
    marking: str
    handling: str


class AssessmentShape(TypedDict):
    """One version of an assessment, as far as the caller may read it."""

    number: int
    version: Annotated[str, "Of the release it was signed for"]
    reference: str
    summary: str
    answers: list[AnswerShape]
    files: list[AssessmentFileShape]
    signed_at: datetime | None
    review_by: Annotated[str, "A day, such as 2027-04-30"]


class PaperShape(TypedDict):
    """One kind of assessment as it stands."""

    kind: Annotated[str, "dpia, eia or atrs"]
    name: str
    state: Annotated[str, "good, missing, unsigned, expired, out_of_date or not_needed"]
    rules: list[RuleShape]
    not_assessed: Annotated[list[str], "What it does not speak of"]
    assessment: AssessmentShape | None


class BlockerShape(TypedDict):
    """A rule that stands against listing, for those who may know."""

    code: str
    detail: str
    where: str
    mend: str


class GovernanceShape(TypedDict):
    """How a release stands with the rules."""

    module: Annotated[str, "publisher/slug"]
    version: str
    marking: str
    handling: str
    data_use: DataUseShape | None
    legal_bases: list[str]
    to_reassess: Annotated[list[str], "Legal bases that changed since the module was looked at"]
    papers: list[PaperShape]
    blockers: list[BlockerShape]


class OnRequestShape(TypedDict):
    """The public part of a module that may be asked for."""

    id: Annotated[str, "publisher/slug"]
    publisher: str
    publisher_name: str
    slug: str
    title: str
    summary: str
    language: str
    marking: str


class OnRequestListShape(TypedDict):
    """Modules that may be asked for; at most 20."""

    results: list[OnRequestShape]


class AccessRequestShape(TypedDict):
    """A request for access, as those who asked see it."""

    number: int
    module: Annotated[str, "publisher/slug"]
    organisation: str
    state: Annotated[str, "pending, approved, declined, withdrawn, revoked or expired"]
    until: Annotated[str, "A day, as asked"]
    created_at: datetime
    expires_at: datetime | None


def governance_shape(entry: GovernanceEntry) -> GovernanceShape:
    """``entry`` whole."""
    use = entry.data_use
    said = (
        DataUseShape(
            data_categories=list(use.categories),
            automated_decisions=use.decisions,
            law_enforcement=use.law_enforcement,
            uses_ai=use.uses_ai,
            declared_at=use.declared_at,
        )
        if use
        else None
    )
    return GovernanceShape(
        module=entry.module.identifier,
        version=entry.release.version,
        marking=entry.marking,
        handling=entry.handling,
        data_use=said,
        legal_bases=[basis.slug for basis in entry.legal_bases],
        to_reassess=[each.change.basis.slug for each in entry.reassessments],
        papers=[_paper(paper) for paper in entry.papers],
        blockers=[BlockerShape(code=each.code, detail=each.message, where=each.where, mend=each.mend) for each in entry.blockers],
    )


def _paper(paper: PaperEntry) -> PaperShape:
    rules = [RuleShape(code=rule.code, title=rule.title, citation=rule.citation, legal_basis=rule.legal_basis) for rule in paper.rules]
    return PaperShape(
        kind=paper.paper,
        name=paper.name,
        state=paper.state,
        rules=rules,
        not_assessed=list(paper.changes),
        assessment=_assessment(paper.signed) if paper.signed else None,
    )


def _assessment(entry: AssessmentEntry) -> AssessmentShape:
    return AssessmentShape(
        number=entry.number,
        version=entry.version,
        reference=entry.reference,
        summary=entry.public_summary,
        answers=[
            AnswerShape(code=each.code, group=each.group, question=each.label, answer=each.text, public=each.is_public)
            for each in entry.answers
        ],
        files=[
            AssessmentFileShape(filename=each.filename, size=each.size, sha256=each.sha256, marking=each.marking, handling=each.handling)
            for each in entry.files
        ],
        signed_at=entry.signed_at,
        review_by=_day(entry.review_by),
    )


def on_request_shape(entries: Iterable[OnRequestEntry]) -> OnRequestListShape:
    """Public parts, and nothing else of the modules."""
    return OnRequestListShape(
        results=[
            OnRequestShape(
                id=entry.id,
                publisher=entry.publisher,
                publisher_name=entry.publisher_name,
                slug=entry.slug,
                title=entry.title,
                summary=entry.summary,
                language=entry.language,
                marking=entry.marking,
            )
            for entry in entries
        ]
    )


def access_request_shape(request: AccessRequest) -> AccessRequestShape:
    """``request`` as it stands now."""
    return AccessRequestShape(
        number=request.pk,
        module=request.module.identifier,
        organisation=request.organisation.slug,
        state=request.state_now,
        until=_day(request.until),
        created_at=request.created_at,
        expires_at=request.expires_at,
    )


def _day(day: date) -> str:
    return day.isoformat()
