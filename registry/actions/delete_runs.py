"""Deletes everything that an organisation reported: what is shown at once, single runs soon after."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.consent_runs import consent_of
from registry.errors import Conflict
from registry.permissions import runs_keeper_for
from registry.telemetry.keeping import forget_events, forget_rollups
from registry.telemetry.models import RunConsent
from registry.telemetry.naming import note_naming
from registry.telemetry.sources import forget_sources


def delete_runs(*, by: Viewer) -> None:
    """Opt out, and remove all figures, names and the webhook now, and all single runs in the background.

    What stays is when the organisation showed figures under its name, without which sums shown to others could be taken apart.
    Raises :class:`NotAllowed` and :class:`Conflict`.
    """
    organisation = runs_keeper_for(by)
    with consent_of(organisation) as consent:
        if consent.deletion_asked_at is not None:
            raise Conflict("runs_being_deleted", "It is being deleted already.", mend="Look again in some minutes.")
        now = timezone.now()
        consent.opted_out_at, consent.deletion_asked_at = consent.opted_out_at or now, now
        consent.shows_own = False
        consent.save()
        note_naming(organisation.slug, False, now.date())
        forget_sources(organisation.slug)
        forget_rollups(organisation.slug)
        record("runs.deletion_asked", organisation.slug, by=by, organisation=organisation)
        transaction.on_commit(delete_asked_runs.delay, robust=True)


@shared_task
def delete_asked_runs() -> int:
    """Run when somebody asks, and every five minutes for what was not finished; safe by several at once. Returns for how many it finished."""
    asked = RunConsent.objects.exclude(deletion_asked_at=None).values_list("organisation", flat=True)
    return sum(_finish(Organisation.objects.get(slug=slug)) for slug in list(asked))


def _finish(organisation: Organisation) -> int:
    removed = forget_events(organisation.slug)
    with consent_of(organisation) as consent:
        if consent.deletion_asked_at is None:
            return 0  # another worker was faster
        forget_rollups(organisation.slug)  # again: what was being added up when it was asked
        consent.deletion_asked_at = None
        consent.save()
        record("runs.deleted", organisation.slug, by=None, organisation=organisation, **removed)
    return 1
