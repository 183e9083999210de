"""Signs an assessment: from then on it counts, for as long as the module reaches and handles no more than now."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Membership, SignOffRole, User
from accounts.viewer import Viewer
from registry.actions.refresh_module import refresh_module
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed
from registry.governance.models import Assessment, DataUse
from registry.governance.standing import release_facts
from registry.releases.models import Release
from registry.reviews.people import REVIEWING


def signer_of(module: Module, by: Viewer) -> User:
    """The information assurance officer of the module's publisher who acts; raises :class:`NotAllowed` (``not_an_assurance_officer``)."""
    role = SignOffRole.INFORMATION_ASSURANCE
    held = Membership.objects.filter(
        user=by.user, organisation=module.organisation_id, organisation__is_active=True, role__in=REVIEWING, signs__contains=[role]
    )
    if by.user is None or not held.exists():
        raise NotAllowed(
            "not_an_assurance_officer",
            f"Only those sign who sign as information assurance for {module.organisation}.",
            mend="An administrator of that organisation can change that on the page of its members.",
        )
    return by.user


def sign_assessment(*, assessment: Assessment, release: Release, by: Viewer) -> Assessment:
    """Sign ``assessment`` as holding for ``release``, whose facts become its baseline.

    Raises :class:`NotAllowed` (``not_an_assurance_officer``, ``own_work``) or :class:`Conflict` (``assessment_signed``, ``data_use_missing``,
    ``assessment_expired``).
    """
    user = signer_of(release.module, by)
    with transaction.atomic():
        module = Module.objects.select_for_update().select_related("organisation").get(pk=release.module_id)
        assessment = Assessment.objects.select_for_update().get(pk=assessment.pk, module=module)
        if assessment.is_signed:
            raise Conflict("assessment_signed", "It is signed already.", where="assessment")
        if assessment.writers.filter(pk=user.pk).exists():
            raise NotAllowed("own_work", "You had a hand in this assessment, so somebody else must sign it.")
        if assessment.is_expired(timezone.localdate()):
            raise Conflict(
                "assessment_expired", "The day by which to look at it again is past.", where="review_by", mend="Set a later day."
            )
        use = DataUse.objects.filter(release=release).first()
        if use is None:
            raise Conflict("data_use_missing", "Nobody has said what data it handles.", where="data_categories", mend="Declare it first.")
        facts = release_facts(release, use).as_json()
        assessment.signed_at, assessment.signed_by, assessment.baseline, assessment.release = timezone.now(), user, facts, release
        assessment.save()
        refresh_module(module)  # its assurance goes by this too
        record("assessment.signed", str(assessment), by=by, organisation=module.organisation, version=release.version, baseline=facts)
    return assessment
