"""The address to which an organisation's Orchestrator sends: opened, given another secret, closed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.errors import Conflict
from registry.permissions import runs_keeper_for
from registry.telemetry.database import atomic
from registry.telemetry.sources import RunHook, raised


def open_run_hook(*, by: Viewer) -> RunHook:
    """Open the webhook of the organisation acted for. Raises :class:`NotAllowed`, :class:`Conflict` (``run_hook_open``)."""
    organisation = runs_keeper_for(by)
    with transaction.atomic(), atomic():
        hook, is_new = RunHook.objects.get_or_create(organisation=organisation.slug, defaults={"opened_at": timezone.now()})
        if not is_new:
            raise Conflict("run_hook_open", "There is an address already.", mend="Make another secret, or close it.")
        record("run_hook.opened", organisation.slug, by=by, organisation=organisation)
    return hook


def renew_run_hook(*, by: Viewer) -> RunHook:
    """Make another secret; what the former signed counts no more. Raises :class:`NotAllowed`, :class:`Conflict` (``run_hook_closed``)."""
    organisation = runs_keeper_for(by)
    with transaction.atomic(), atomic():
        hook = _held(organisation)
        raised(hook)
        hook.refresh_from_db()
        record("run_hook.renewed", organisation.slug, by=by, organisation=organisation, generation=hook.generation)
    return hook


def close_run_hook(*, by: Viewer) -> None:
    """Close it: its address answers as if it never was. Raises :class:`NotAllowed`, :class:`Conflict` (``run_hook_closed``)."""
    organisation = runs_keeper_for(by)
    with transaction.atomic(), atomic():
        _held(organisation).delete()
        record("run_hook.closed", organisation.slug, by=by, organisation=organisation)


def _held(organisation: Organisation) -> RunHook:
    hook = RunHook.objects.select_for_update().filter(organisation=organisation.slug).first()
    if hook is None:
        raise Conflict("run_hook_closed", "There is no address.", mend="Open one first.")
    return hook
