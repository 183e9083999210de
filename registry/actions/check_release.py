"""Runs the checks over a release's stored bytes, then lists it, has it reviewed or holds it. Safe to run twice."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from registry.actions.inspect_upload import findings_key, inspect_upload
from registry.actions.list_release import make_listed
from registry.actions.telling_reviews import tell_authors, tell_reviewers
from registry.catalogue.models import Module
from registry.checks import RELEASE_CHECKS, malware_found
from registry.checks.model import Declared, Facts, Found, Reading, fingerprint
from registry.errors import RegistryError
from registry.formats.model import inspection_from_json, merged
from registry.lifecycle.models import NoticePeriod
from registry.releases.dependencies import facts_for
from registry.releases.malware import ScannerAway, scan
from registry.releases.models import Artefact, Finding, OutboxEntry, Release
from registry.releases.storage import store
from registry.releases.upload import spooled
from registry.reviews.models import Review
from registry.reviews.moving import begin, log, move, open_review
from registry.reviews.policy import decide, rules_for, unanswered_findings
from registry.reviews.states import Act
from registry.sequences.noticing import notes_on
from registry.values.digests import CHUNK
from registry.values.markings import higher

_log = logging.getLogger(__name__)
_ORDER = {"stop": 0, "answer": 1, "note": 2}


def judge(readings: Sequence[Reading], facts: Facts) -> list[Found]:
    """Everything the checks notice in the artefacts of a release or of a candidate, what must be mended first; each thing once."""
    found = [_placed(one, reading, several=len(readings) > 1) for reading in readings for one in reading.findings]
    inspection, key = merged([reading.inspection for reading in readings]), findings_key()
    facts = replace(facts, declared=tuple(_declared(readings)))
    for check in RELEASE_CHECKS:
        found += [replace(one, fingerprint=fingerprint(key, one.code, one.where)) for one in check.run(inspection, facts)]
    first: dict[str, Found] = {}
    for one in found:
        first.setdefault(one.fingerprint, one)
    return sorted(first.values(), key=lambda one: _ORDER[one.severity])


def _declared(readings: Sequence[Reading]) -> Iterator[Declared]:
    for reading in readings:
        if reading.inspection.licence:
            yield Declared(reading.filename, reading.inspection.platform, reading.inspection.licence)


def _placed(found: Found, reading: Reading, *, several: bool) -> Found:
    return replace(found, where=f"{reading.filename}: {found.where}".removesuffix(": ")) if several else found


@shared_task
def check_release(release_id: int) -> None:
    """Check the release with this key, unless that is done. Without the virus scanner it stays as it is, and the sweeper asks again."""
    release = Release.objects.select_related("module__organisation").filter(pk=release_id).first()
    if release is None:
        return
    try:
        found = judged(release) if release.state == Release.State.CHECKING else []
    except ScannerAway as error:
        _log.warning("release %s waits for the virus scanner: %s", release_id, error)
        return
    digest = release.digest
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=release.module_id)
        release = Release.objects.select_for_update(of=("self",)).select_related("created_by", "created_with").get(pk=release_id)
        release.module = module
        if release.state == Release.State.CHECKING:
            if release.digest != digest:  # other files came meanwhile: their own promise of a check is still open
                return
            _conclude(release, found)
        OutboxEntry.objects.filter(task=check_release.name, subject=release_id).delete()


def judged(release: Release) -> list[Found]:
    """What is noticed in the stored bytes of a release now; raises :class:`ScannerAway`, and FileNotFoundError where bytes are missing."""
    readings, infected = [], []
    for artefact in release.artefacts.all():
        with spooled(_stored(artefact), artefact.filename, artefact.media_type) as upload:
            if upload.sha256 != artefact.sha256:
                raise FileNotFoundError(f"the bytes of {artefact.sha256} are damaged")
            with upload.path.open("rb") as stream:
                signature = scan(stream)
            infected += [malware_found.told(artefact.filename, signature)] if signature else []
            try:
                readings.append(inspect_upload(upload=upload))
            except RegistryError as error:
                readings.append(_not_read(release, artefact, error))
    infected = [replace(one, fingerprint=fingerprint(findings_key(), one.code, one.where, one.why)) for one in infected]
    if not readings:
        raise FileNotFoundError("the release has no files")
    return infected + judge(readings, release_facts(release)) + notes_on(release, findings_key())


def release_facts(release: Release) -> Facts:
    """What the checks of a whole release must know of one that is stored."""
    module = release.module
    return facts_for(
        module.organisation,
        list(release.dependencies.order_by("pk")),
        visibility=module.visibility,
        licence=release.licence,
        summary=module.summary,
        language=module.language,
    )


def _stored(artefact: Artefact) -> Iterator[bytes]:
    with store().open(artefact.sha256) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _not_read(release: Release, artefact: Artefact, error: RegistryError) -> Reading:
    """A file that could be read when it came and cannot be now: nothing has judged it."""
    found = Found(
        "not_read",
        "stop",
        "The file could not be read again",
        where=artefact.filename,
        why=error.message,
        mend=error.mend,
        fingerprint=fingerprint(findings_key(), "not_read", artefact.filename, error.code),
    )
    return Reading(inspection_from_json(release.inspection), (found,), artefact.filename)


def _conclude(release: Release, found: list[Found]) -> None:
    Finding.objects.bulk_create(
        Finding(
            release=release,
            digest=release.digest,
            fingerprint=one.fingerprint,
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
    if review is None and NoticePeriod.objects.running().filter(release=release).exists():
        outcome = outcome if outcome != Release.State.LISTED else Release.State.IN_REVIEW  # somebody lists it when its notice is over
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
    else:
        release.state = outcome
        release.save(update_fields=["state"])
        review = begin(release, outcome, by=None)
        log(review, Act.CHECK, None, findings=findings)
    if review.state == Release.State.HELD:
        tell_authors(review, None)
    tell_reviewers(review)
