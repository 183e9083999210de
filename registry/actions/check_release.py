"""Runs the content checks over a release's files, then lists it, has it reviewed or holds it. Safe to run twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from registry.actions.list_release import make_listed
from registry.catalogue.models import Module
from registry.checks import CHECKS
from registry.checks.model import Found
from registry.formats.model import Inspection, inspection_from_json
from registry.releases.models import Finding, OutboxEntry, Release
from registry.reviews.models import Review
from registry.reviews.moving import begin, log, move, open_review
from registry.reviews.policy import decide, rules_for, unanswered_findings
from registry.reviews.states import Act
from registry.values.markings import higher


def judge(inspection: Inspection) -> Iterator[Found]:
    """Everything the checks notice in what was read."""
    for check in CHECKS:
        yield from check.run(inspection)


@shared_task
def check_release(release_id: int) -> None:
    """Check the release with this key, unless that is done."""
    with transaction.atomic():
        release = Release.objects.filter(pk=release_id).first()
        if release is None:
            return
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=release.module_id)
        release = Release.objects.select_for_update(of=("self",)).select_related("created_by", "created_with").get(pk=release_id)
        release.module = module
        if release.state == Release.State.CHECKING:
            _conclude(release, list(judge(inspection_from_json(release.inspection))))
        OutboxEntry.objects.filter(task=check_release.name, subject=release_id).delete()


def _conclude(release: Release, found: list[Found]) -> None:
    Finding.objects.bulk_create(
        Finding(
            release=release,
            digest=release.digest,
            fingerprint=hashlib.sha256(f"{one.code}\0{one.where}\0{one.title}".encode()).hexdigest(),
            code=one.code,
            severity=one.severity,
            title=one.title[:200],
            where=one.where[:300],
            why=one.why,
            mend=one.mend,
        )
        for one in found
    )
    release.checked_at = timezone.now()
    release.marking = higher(release.marking, release.module.marking)  # the module's may have been raised since it came in
    release.save(update_fields=["checked_at", "marking"])
    review = open_review(release)
    visibility, marking = (review.visibility, review.marking) if review else (release.module.visibility, release.marking)
    outcome = decide(unanswered_findings(release), rules_for(visibility, marking))
    if review is None and outcome == Release.State.LISTED:
        make_listed(release, visibility, marking, by=None)
        organisation = release.module.organisation
        record("release.listed", str(release), by=None, organisation=organisation, visibility=visibility, findings=len(found))
    else:
        _hand_over(release, review, outcome, len(found))


def _hand_over(release: Release, review: Review | None, outcome: Release.State, findings: int) -> None:
    """To those who review it. One that was reviewed before goes back to them even where nobody need sign any more."""
    if review is not None:
        move(review, Act.CHECK, Release.State.IN_REVIEW if outcome == Release.State.LISTED else outcome, None, findings=findings)
        return
    release.state = outcome
    release.save(update_fields=["state"])
    log(begin(release, outcome, by=None), Act.CHECK, None, findings=findings)
