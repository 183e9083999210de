"""What pages and API show of a release's governance, each part to whom it is for; and of what may be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.search import SearchQuery as TextQuery
from django.contrib.postgres.search import SearchVector
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.catalogue.visibility import named
from registry.errors import Missing
from registry.governance.blocking import Blocker, blockers_of
from registry.governance.facts import Facts
from registry.governance.models import (
    PAPERS,
    AccessRequest,
    Assessment,
    AssessmentPaper,
    AssessmentRule,
    DataCategory,
    DataUse,
    LegalBasis,
    Reassessment,
)
from registry.governance.questions import QUESTIONS
from registry.governance.standing import PaperStanding, rules_hold, standing
from registry.index.read import missing, visible_release
from registry.permissions import may_publish
from registry.releases.models import Release
from registry.reviews.models import Review
from registry.values.markings import Marking, Visibility, higher

MOST_ON_REQUEST = 20  # shown at once
MOST_REQUESTS = 50  # of each side, newest first
_NAMES = dict(PAPERS)


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """One answer of an assessment."""

    code: str
    group: str
    label: str
    text: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class PaperFileEntry:
    """A file kept with an assessment."""

    number: int
    filename: str
    size: int  # bytes
    sha256: str
    marking: str
    handling: str


@dataclass(frozen=True, slots=True)
class AssessmentEntry:
    """One version of an assessment, as far as the viewer may read it. ``marking`` is empty where only the public part is shown."""

    number: int
    version: str  # of the release it was written or signed for
    reference: str
    public_summary: str
    answers: tuple[AnswerEntry, ...]
    files: tuple[PaperFileEntry, ...]
    review_by: date
    is_expired: bool
    signed_at: datetime | None
    written_by: str
    signed_by: str
    marking: str
    handling: str


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """One kind of assessment as it stands; ``draft`` is for insiders."""

    paper: str
    name: str
    state: str
    rules: tuple[AssessmentRule, ...]
    signed: AssessmentEntry | None
    draft: AssessmentEntry | None
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GovernanceEntry:
    """Everything the governance page of a release shows."""

    module: Module
    release: Release
    marking: str
    handling: str
    data_use: DataUse | None
    categories: tuple[DataCategory, ...]
    facts: Facts
    papers: tuple[PaperEntry, ...]
    blockers: tuple[Blocker, ...]  # for insiders
    is_asked: bool  # whether rules hold for who sees it now
    legal_bases: tuple[LegalBasis, ...]
    reassessments: tuple[Reassessment, ...]  # still to be confirmed
    is_insider: bool
    may_publish: bool


@dataclass(frozen=True, slots=True)
class OnRequestEntry:
    """The public part of a module that may be asked for: this and nothing else."""

    id: str  # publisher/slug
    publisher: str
    publisher_name: str
    slug: str
    title: str
    summary: str
    language: str
    marking: str


def governed_release(viewer: Viewer, publisher: str, slug: str, version: str) -> Release:
    """The release, if ``viewer`` sees it or a review of it; raises :class:`Missing`."""
    try:
        return visible_release(viewer, publisher, slug, version)
    except Missing:
        judged = Review.objects.visible_to(viewer).filter(release=OuterRef("pk"))
        found = Release.objects.filter(Exists(judged), module__publisher=publisher, module__slug=slug, version=version)
        release = found.select_related("module", "module__organisation").defer("module__search").first()
        if release is None:
            raise missing() from None
        return release


def is_insider(viewer: Viewer, module: Module) -> bool:
    """Whether ``viewer`` reads what is not public in the module's assessments.

    That are: its own organisation, auditors, whoever sees a review of it as a reviewer or steward, and organisations to which it is shared by
    name or opened for a while.
    """
    if not viewer.is_member:
        return False
    if viewer.is_auditor or module.organisation_id in viewer.organisations:
        return viewer.modules is None or module.slug in viewer.modules
    if Module.objects.visible_to(viewer).filter(named(viewer), pk=module.pk).exists():
        return True
    return (viewer.is_steward or bool(viewer.reviews_at)) and Review.objects.visible_to(viewer).filter(release__module=module).exists()


def governance(viewer: Viewer, publisher: str, slug: str, version: str) -> GovernanceEntry:
    """How a release stands with the rules; raises :class:`Missing`."""
    release = governed_release(viewer, publisher, slug, version)
    module = release.module
    insider = is_insider(viewer, module)
    review = Review.objects.filter(release=release, closed_at=None).first()
    visibility = review.visibility if review else module.visibility
    marking = higher(review.marking if review else release.marking, module.marking)
    # What would be asked were it shared is shown also while it is not; what stands against listing is of who is to see it.
    stands = standing(release, Visibility.NAMED if visibility == Visibility.OWN else visibility, marking)
    is_asked = rules_hold(visibility, marking)
    is_own = module.organisation_id in viewer.organisations
    files = _files([row for paper in stands.papers for row in (paper.signed, paper.draft) if row], insider)
    return GovernanceEntry(
        module=module,
        release=release,
        marking=marking,
        handling=release.handling or module.handling,
        data_use=stands.data_use,
        categories=stands.categories,
        facts=stands.facts,
        papers=tuple(_paper(paper, files, insider, is_own, module.organisation) for paper in stands.papers),
        blockers=tuple(blockers_of(stands)) if insider and is_asked else (),
        is_asked=is_asked,
        legal_bases=tuple(module.legal_bases.all()),
        reassessments=tuple(module.reassessments.filter(confirmed_at=None).select_related("change__basis")[:20]),
        is_insider=insider,
        may_publish=may_publish(viewer, module.publisher, module.slug),
    )


def paper_file(viewer: Viewer, publisher: str, slug: str, version: str, number: int) -> AssessmentPaper:
    """A file of an assessment of the module; raises :class:`Missing` for one that ``viewer`` may not read as for one that is not there.

    Outsiders read what is marked OFFICIAL, of assessments that are signed.
    """
    release = governed_release(viewer, publisher, slug, version)
    papers = AssessmentPaper.objects.filter(pk=number, assessment__module=release.module_id)
    found = papers.select_related("attachment", "assessment").first()
    if found is None or not (is_insider(viewer, release.module) or (_is_open(found.attachment.marking) and found.assessment.is_signed)):
        raise missing()
    return found


def public_part(entry: GovernanceEntry, paper: str) -> AssessmentEntry:
    """The public part of the signed assessment of this kind; raises :class:`Missing` where none is signed."""
    found = next((each.signed for each in entry.papers if each.paper == paper), None)
    if found is None:
        raise missing()
    return found


def _is_open(marking: str) -> bool:
    return marking == Marking.OFFICIAL


def _files(rows: Sequence[Assessment], insider: bool) -> dict[int, list[PaperFileEntry]]:
    found: dict[int, list[PaperFileEntry]] = {}
    for paper in AssessmentPaper.objects.filter(assessment__in=rows).select_related("attachment"):
        kept = paper.attachment
        if insider or _is_open(kept.marking):
            shown = PaperFileEntry(paper.pk, kept.filename, kept.size, kept.sha256, kept.marking, kept.handling)
            found.setdefault(paper.assessment_id, []).append(shown)
    return found


def _paper(
    paper: PaperStanding, files: dict[int, list[PaperFileEntry]], insider: bool, is_own: bool, organisation: Organisation
) -> PaperEntry:
    def entry(row: Assessment | None) -> AssessmentEntry | None:
        return _assessment(row, files.get(row.pk, []), insider, is_own, organisation) if row else None

    return PaperEntry(
        paper=paper.paper,
        name=_NAMES[paper.paper],
        state=paper.state,
        rules=paper.rules,
        signed=entry(paper.signed),
        draft=entry(paper.draft) if insider else None,
        changes=tuple(str(change) for change in paper.changes),
    )


def _assessment(
    row: Assessment, files: Sequence[PaperFileEntry], insider: bool, is_own: bool, organisation: Organisation
) -> AssessmentEntry:
    answers = tuple(
        AnswerEntry(question.code, question.group, question.label, row.body[question.code], question.is_public)
        for question in QUESTIONS[row.paper]
        if row.body.get(question.code) and (insider or question.is_public)
    )
    return AssessmentEntry(
        number=row.number,
        version=row.release.version,
        reference=row.reference,
        public_summary=row.public_summary,
        answers=answers,
        files=tuple(files),
        review_by=row.review_by,
        is_expired=row.is_expired(timezone.localdate()),
        signed_at=row.signed_at,
        written_by=str(row.written_by) if is_own else str(organisation),
        signed_by=(str(row.signed_by) if is_own else f"information assurance, {organisation}") if row.signed_at else "",
        marking=row.marking if insider else "",
        handling=row.handling if insider else "",
    )


# --- What may be asked for ------------------------------------------------------------------------------------------------
_VECTOR = SearchVector("title", "summary", config="moothall_plain")


def on_request(viewer: Viewer, words: Sequence[str] = (), organisation: Organisation | None = None) -> tuple[OnRequestEntry, ...]:
    """The public parts of modules that ``viewer`` may ask for, newest first, at most :data:`MOST_ON_REQUEST`; in one statement.

    ``words`` are each the beginning of a word of title or summary: nothing else of them is searched.
    """
    rows = Module.objects.on_request_for(viewer).select_related("organisation")
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    if words:
        wanted = TextQuery(" & ".join(f"{word}:*" for word in words), config="moothall_plain", search_type="raw")
        rows = rows.annotate(public_words=_VECTOR).filter(public_words=wanted)
    shown = rows.only("publisher", "slug", "title", "summary", "language", "marking", "organisation__name").order_by("title", "pk")
    return tuple(_on_request(module) for module in shown[:MOST_ON_REQUEST])


def on_request_module(viewer: Viewer, publisher: str, slug: str) -> tuple[Module, OnRequestEntry]:
    """The module that ``viewer`` may ask for, for the action, and what may be shown of it; raises :class:`Missing`."""
    rows = Module.objects.on_request_for(viewer).filter(publisher=publisher, slug=slug)
    module = rows.select_related("organisation").defer("search").first()
    if module is None:
        raise missing()
    return module, _on_request(module)


def _on_request(module: Module) -> OnRequestEntry:
    return OnRequestEntry(
        id=module.identifier,
        publisher=module.publisher,
        publisher_name=module.organisation.name,
        slug=module.slug,
        title=module.title,
        summary=module.summary,
        language=module.language,
        marking=module.marking,
    )


def requests_by(viewer: Viewer) -> list[AccessRequest]:
    """What the organisation acted for asked for, newest first. Of a module that was taken back nothing but the public part is known."""
    rows = AccessRequest.objects.filter(organisation=viewer.organisation)
    return list(rows.select_related("module__organisation", "organisation", "created_by").order_by("-pk")[:MOST_REQUESTS])


def requests_of(viewer: Viewer) -> list[AccessRequest]:
    """What others asked of the organisation acted for; what waits comes first."""
    rows = AccessRequest.objects.filter(module__organisation=viewer.organisation)
    related = rows.select_related("module__organisation", "organisation", "created_by", "decided_by")
    waiting = related.filter(state=AccessRequest.State.PENDING).order_by("-pk")[:MOST_REQUESTS]
    decided = related.exclude(state=AccessRequest.State.PENDING).order_by("-pk")[:MOST_REQUESTS]
    return [*waiting, *decided]


def access_request(viewer: Viewer, number: int) -> AccessRequest:
    """A request of or to one of the viewer's organisations, or any to an auditor; raises :class:`Missing`."""
    sides = Q(organisation__in=viewer.organisations) | Q(module__organisation__in=viewer.organisations)
    rows = (
        AccessRequest.objects.filter(Q() if viewer.is_auditor else sides, pk=number) if viewer.is_member else AccessRequest.objects.none()
    )
    related = ("module__organisation", "organisation", "created_by", "decided_by", "ended_by")
    found = rows.select_related(*related).defer("module__search").first()
    if found is None:
        raise missing()
    return found
