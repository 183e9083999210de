"""Whether an organisation reports its runs, and whether its figures are shown under its name.

Each change and its audit line belong to one transaction; where telemetry has a database of its own, its change is committed first, so that
no line is ever written of what was not done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.errors import Conflict
from registry.permissions import runs_keeper_for
from registry.telemetry.database import atomic
from registry.telemetry.models import RunConsent
from registry.telemetry.naming import note_naming


def opt_in_runs(*, shows_own: bool, by: Viewer) -> RunConsent:
    """Take runs of the organisation ``by`` acts for from now on. Raises :class:`NotAllowed` and :class:`Conflict`."""
    organisation = runs_keeper_for(by)
    with consent_of(organisation, make=True) as consent:
        if consent.deletion_asked_at is not None:
            raise Conflict("runs_being_deleted", "What you reported before is still being deleted.", mend="Opt in again in some minutes.")
        if consent.is_active:
            raise Conflict("runs_opted_in", f"{organisation} reports its runs already.")
        consent.opted_in_at, consent.opted_out_at, consent.shows_own = timezone.now(), None, shows_own
        consent.save()
        note_naming(organisation.slug, shows_own, timezone.now().date())
        record("runs.opted_in", organisation.slug, by=by, organisation=organisation, shows_own=shows_own)
    return consent


def opt_out_runs(*, by: Viewer) -> RunConsent:
    """Take no runs from now on, and name the organisation no longer; what was reported stays.

    Raises :class:`NotAllowed` and :class:`Conflict`.
    """
    organisation = runs_keeper_for(by)
    with consent_of(organisation) as consent:
        check_active(consent, organisation)
        consent.opted_out_at, consent.shows_own = timezone.now(), False
        consent.save()
        note_naming(organisation.slug, False, timezone.now().date())
        record("runs.opted_out", organisation.slug, by=by, organisation=organisation)
    return consent


def show_runs(*, shows_own: bool, by: Viewer) -> RunConsent:
    """Show the organisation's figures under its name to those who see the module, or no longer. Raises as above."""
    organisation = runs_keeper_for(by)
    with consent_of(organisation) as consent:
        check_active(consent, organisation)
        if consent.shows_own != shows_own:
            consent.shows_own = shows_own
            consent.save()
            note_naming(organisation.slug, shows_own, timezone.now().date())
            record("runs.shown" if shows_own else "runs.hidden", organisation.slug, by=by, organisation=organisation)
    return consent


@contextmanager
def consent_of(organisation: Organisation, *, make: bool = False) -> Iterator[RunConsent]:
    """What ``organisation`` said, in a transaction and locked: batches that are being stored end first, and none begins before the end.

    Raises :class:`Conflict` where it never said anything, unless ``make``.
    """
    with transaction.atomic(), atomic():
        if make:
            now = timezone.now()
            RunConsent.objects.get_or_create(organisation=organisation.slug, defaults={"opted_in_at": now, "opted_out_at": now})
        consent = RunConsent.objects.select_for_update().filter(organisation=organisation.slug).first()
        if consent is None:
            raise Conflict("runs_never_opted_in", f"{organisation} has never reported any runs.")
        yield consent


def check_active(consent: RunConsent, organisation: Organisation) -> None:
    """Raises :class:`Conflict` unless runs are taken now."""
    if not consent.is_active:
        raise Conflict("runs_not_opted_in", f"{organisation} does not report its runs.", mend="Opt in first.")
