"""Has the demonstration's publishers write the assessments that the rules ask for, and their officers sign them, by the same acts as anybody's."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import SignOffRole, User
from accounts.viewer import Viewer, viewer_of
from demonstration.people import PEOPLE
from registry.actions.list_public_part import list_public_part
from registry.actions.sign_assessment import sign_assessment
from registry.actions.write_assessment import add_paper, write_assessment
from registry.governance.models import PAPERS
from registry.governance.questions import QUESTIONS, Question
from registry.governance.standing import standing
from registry.releases.models import Release
from registry.releases.upload import spooled
from registry.values.markings import Marking, Visibility

SAID = {
    "purpose": "To spare officers the copying of what other systems already hold, so that records are complete the same day.",
    "lawful-basis": "Data Protection Act 2018, sections 35 and 42: strictly necessary for the administration of justice.",
    "necessity": "Only the record in hand is read. Nothing is kept by the robot; its log holds reference numbers alone.",
    "consulted": "Information assurance and rights unit, custody officers, the force’s ethics panel.",
    "risks": "A marker set on the wrong person (unlikely, grave). A marker not set (unlikely, grave).",
    "mitigations": "A person confirms each change. Two identifiers must agree. A daily sample is checked.",
    "residual": "Low.",
    "advice": "To go ahead, and to look at it again when another source is added. Followed.",
    "aim": "The same people are served; staff type less.",
    "evidence": "A run of 400 closed records, compared by age, sex and ethnicity: no difference in what was left out.",
}


def assess(release: Release, by: Viewer) -> None:
    """Write and have signed whatever the rules ask of ``release`` and nobody has assessed, where its publisher has an officer who signs."""
    officer = next(
        (each for each in PEOPLE if each.organisation == release.module.publisher and SignOffRole.INFORMATION_ASSURANCE in each.signs), None
    )
    if officer is None:
        return
    signer = viewer_of(User.objects.get(email=officer.email), acting_for=officer.organisation)
    for paper in standing(release, Visibility.NAMED, release.marking).papers:
        if paper.state in ("good", "not_needed"):
            continue
        written = write_assessment(
            release=release,
            paper=paper.paper,
            public_summary="Looked at with those concerned. It reads and writes no more than the clerk did, and a person confirms each change.",
            answers={question.code: _answer(question) for question in QUESTIONS[paper.paper]},
            review_by=timezone.localdate() + timedelta(days=365),
            reference=f"IA/{release.pk}/{paper.paper.upper()}",
            marking=Marking.OFFICIAL_SENSITIVE,
            by=by,
        )
        text = f"{dict(PAPERS)[paper.paper]}\nThe minutes of the meeting at which it was agreed.\n"
        with spooled([text.encode()], f"minutes-{paper.paper}.txt", "text/plain") as upload:
            add_paper(assessment=written, upload=upload, marking=Marking.OFFICIAL_SENSITIVE, by=by)
        sign_assessment(assessment=written, release=release, by=signer)


def offer(release: Release, by: Viewer) -> None:
    """Let those with whom it is not shared know that it is there."""
    list_public_part(module=release.module, listed=True, by=by)


def _answer(question: Question) -> str:
    return SAID.get(question.code, "None found." if question.group else "None.")
