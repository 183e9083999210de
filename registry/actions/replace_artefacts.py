"""Gives a version that was never listed other files: the author mends what reviewers asked for. Whatever was signed is void."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.inspect_upload import inspect_upload
from registry.actions.publish_release import fill, whole_of
from registry.actions.submit_release import promise_check
from registry.errors import Conflict
from registry.formats.model import merged
from registry.lifecycle.verdicts import check_bytes
from registry.permissions import publisher_for
from registry.releases.gates import (
    GATES,
    GATES_OF_THE_WHOLE,
    Candidate,
    ReleaseForm,
    release_bump,
    release_licence,
    release_version,
    version_is_new,
)
from registry.releases.keeping import hold_bytes, release_bytes
from registry.releases.models import Dependency, Release
from registry.releases.storage import store
from registry.releases.upload import Upload
from registry.reviews.moving import given_words, locked_release, move, open_review, rebind
from registry.reviews.people import add_contributor
from registry.reviews.states import Act, check_act
from registry.sequences.composed import Composed
from registry.sequences.models import SequenceLock
from registry.values.digests import release_digest


def replace_artefacts(*, release: Release, uploads: Sequence[Upload], text: str = "", contested: str = "", by: Viewer) -> Release:
    """Put ``uploads`` in the place of the files of ``release``, which is a draft, held, or waiting for its author.

    Raises :class:`NotAllowed`, whatever a gate refuses, or :class:`Conflict`: ``wrong_state``, ``files_unchanged``. Nothing is kept then.
    """
    module = release.module
    organisation = publisher_for(by, module.publisher, module.slug)
    text, contested = given_words(text, needed=False), given_words(contested, "contested", needed=False, limit=500)
    check_act(Act.REPLACE, release.state)
    check_bytes(uploads)
    readings = tuple(inspect_upload(upload=upload) for upload in uploads)
    digest = release_digest([upload.sha256 for upload in uploads])
    declared = release.dependencies.filter(source=Dependency.Source.DECLARED)
    needs = tuple(f"{need.name}@{need.range}" if need.range else need.name for need in declared)
    form = ReleaseForm(version=release.version, licence=release.licence, dependencies=needs, contested=contested)
    inspections = tuple(reading.inspection for reading in readings)
    candidate = Candidate(organisation, module.slug, module, form, uploads, inspections, digest, readings)
    for gate in GATES:
        if gate is not version_is_new:
            gate(candidate)
    release_version(candidate)
    if digest == release.digest:
        raise Conflict("files_unchanged", "These are the files it has already.", where="artefact", mend="Answer in words instead.")
    whole = whole_of(candidate)
    candidate = dataclasses.replace(candidate, bump=release_bump(candidate, whole.inspection if whole else merged(inspections)))
    for gate in GATES_OF_THE_WHOLE:
        gate(candidate)
    try:
        for upload in uploads:
            store().put(upload.path, upload.sha256)
        with transaction.atomic():
            hold_bytes(uploads)
            check_bytes(uploads)  # they may have been denied while they were read
            return _replace(release, candidate, whole, text, by)
    except BaseException:
        release_bytes(uploads)
        raise


def _replace(release: Release, candidate: Candidate, whole: Composed | None, text: str, by: Viewer) -> Release:
    release = locked_release(release)
    check_act(Act.REPLACE, release.state)
    before = release.digest
    for rows in (release.artefacts, release.dependencies, release.provides):
        rows.all().delete()
    SequenceLock.objects.filter(release=release).delete()
    fill(release, candidate, release_licence(candidate), whole)
    add_contributor(release, by)
    review = open_review(release)
    if review is None:
        record("release.files_replaced", str(release), by=by, organisation=candidate.organisation, before=before, digest=release.digest)
        return release
    rebind(review, digest=release.digest, reason="the files were replaced")
    move(review, Act.REPLACE, Release.State.CHECKING, by, text, before=before)
    promise_check(release)
    return release
