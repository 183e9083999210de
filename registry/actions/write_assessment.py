"""Writes an assessment of a module, or the next version of one that was signed; it counts once somebody else has signed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import SignOffRole, User
from accounts.roles import Permission
from accounts.viewer import Viewer
from registry.actions.keep_attachment import keep_attachment
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.governance.models import PAPERS, Assessment, AssessmentPaper
from registry.governance.questions import MAX_ANSWER, QUESTIONS, field_name
from registry.notices.telling import people_of, tell
from registry.permissions import publisher_for
from registry.releases.models import Release
from registry.releases.upload import Upload
from registry.reviews.moving import given_words
from registry.values.markings import Marking

LONGEST = timedelta(days=3 * 366)  # until an assessment must be looked at again
MAX_PAPERS = 20


def write_assessment(
    *,
    release: Release,
    paper: str,
    public_summary: str,
    answers: Mapping[str, str],
    review_by: date | None,
    reference: str = "",
    marking: str = Marking.OFFICIAL,
    handling: str = "",
    by: Viewer,
) -> Assessment:
    """Save the unsigned assessment of this kind, beginning version 1 or the one after the last signed; ``answers`` are by question code.

    Raises :class:`NotAllowed` (``person_needed``), or :class:`Refused`: ``paper_unknown``, ``words_missing``, ``text_too_long``,
    ``answer_missing``, ``review_by_invalid``, ``marking_unknown``.
    """
    user = _writer(release, by)
    if paper not in QUESTIONS:
        raise Refused("paper_unknown", "That is no assessment we know.", where="paper", mend=f"Use one of: {', '.join(QUESTIONS)}.")
    if marking not in list(Marking):
        raise Refused("marking_unknown", "That is not a marking we know.", where="marking", mend="Use OFFICIAL or OFFICIAL-SENSITIVE.")
    columns = {
        "public_summary": given_words(public_summary, "public_summary"),
        "body": _body(paper, answers),
        "review_by": _review_by(review_by),
        "reference": given_words(reference, "reference", needed=False, limit=80),
        "marking": marking,
        "handling": given_words(handling, "handling", needed=False, limit=200),
    }
    with transaction.atomic():
        module = Module.objects.select_for_update().select_related("organisation").get(pk=release.module_id)
        assessment = _unsigned(module, paper, user)
        is_new = assessment.pk is None
        for name, value in columns.items():
            setattr(assessment, name, value)
        assessment.release, assessment.written_by = release, user
        assessment.save()
        assessment.writers.add(user)
        if is_new:
            _tell_signers(assessment, module)
        record(
            "assessment.written", f"{module} {paper} {assessment.number}", by=by, organisation=module.organisation, version=release.version
        )
    return assessment


def add_paper(
    *, assessment: Assessment, upload: Upload, marking: str = Marking.OFFICIAL, handling: str = "", by: Viewer
) -> AssessmentPaper:
    """Keep a file with an assessment that is not signed yet. Raises :class:`NotAllowed`, :class:`Refused` or :class:`Conflict`."""
    module = assessment.module
    user = _writer(assessment.release, by)
    if assessment.is_signed:
        raise Conflict("assessment_signed", "It was signed, and never changes.", where="artefact", mend="Write the next version of it.")
    if assessment.papers.count() >= MAX_PAPERS:
        raise Conflict("too_many_papers", f"It has {MAX_PAPERS} papers already.", where="artefact", mend="Put several into one file.")
    kept = keep_attachment(
        module=module,
        organisation=module.organisation,
        upload=upload,
        marking=marking,
        handling=given_words(handling, "paper_handling", needed=False, limit=200),
        by=by,
    )
    with transaction.atomic():
        paper = AssessmentPaper.objects.create(assessment=assessment, attachment=kept)
        assessment.writers.add(user)
        record("assessment.paper_added", str(assessment), by=by, organisation=module.organisation, marking=marking, sha256=kept.sha256)
    return paper


def _writer(release: Release, by: Viewer) -> User:
    publisher_for(by, release.module.publisher, release.module.slug)
    if by.user is None:
        raise NotAllowed("person_needed", "A person must write this.", where="token")
    return by.user


def _tell_signers(assessment: Assessment, module: Module) -> None:
    """Those who may sign it, of the module's publisher."""
    officers = people_of(module.organisation, Permission.REVIEW).filter(
        memberships__organisation=module.organisation, memberships__signs__contains=[SignOffRole.INFORMATION_ASSURANCE]
    )
    tell(
        officers,
        "review_waiting",
        title=f"{dict(PAPERS)[assessment.paper]} of {module.title} to sign",
        text=f"Written for version {assessment.release.version}.",
        address=f"/modules/{module.identifier}/{assessment.release.version}/governance/{assessment.paper}/sign",
        organisation=module.organisation,
        module=module,
        but=assessment.written_by,
    )


def _unsigned(module: Module, paper: str, user: User) -> Assessment:
    last = Assessment.objects.filter(module=module, paper=paper).order_by("-number").first()
    if last is not None and not last.is_signed:
        return last
    return Assessment(module=module, paper=paper, number=last.number + 1 if last else 1, written_by=user)


def _body(paper: str, answers: Mapping[str, str]) -> dict[str, str]:
    body = {}
    for question in QUESTIONS[paper]:
        where = field_name(question)
        said = given_words(answers.get(question.code, ""), where, needed=False, limit=MAX_ANSWER)
        if question.is_needed and not said:
            about = f"{question.group}: {question.label}" if question.group else question.label
            raise Refused("answer_missing", f"Nothing is said under “{about}”.", where=where, mend="Answer it; “none” is an answer.")
        if said:
            body[question.code] = said
    return body


def _review_by(day: date | None) -> date:
    today = timezone.localdate()
    if day is None or not today < day <= today + LONGEST:
        raise Refused(
            "review_by_invalid",
            "It must be looked at again on a day to come, within three years.",
            where="review_by",
            mend=f"Give a day, such as {today + timedelta(days=365)}.",
        )
    return day
