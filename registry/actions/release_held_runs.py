"""Lets runs that were held apart count, or throws them away."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.errors import Refused
from registry.permissions import runs_keeper_for
from registry.telemetry import holding
from registry.telemetry.database import atomic
from registry.telemetry.holding import HeldKind
from registry.telemetry.ingest import accepting


def release_held_runs(*, kinds: Collection[HeldKind], by: Viewer) -> int:
    """Let the held runs of ``kinds`` count, but those in the future and those too old to be kept; returns how many.

    Raises :class:`NotAllowed`, also after opting out, and :class:`Refused` (``kinds_missing``, ``none_to_release``).
    """
    organisation = runs_keeper_for(by)
    _check(kinds)
    now, done = timezone.now(), 0
    with transaction.atomic(), accepting(organisation.slug):
        for kind in sorted(kinds):
            if count := holding.release(organisation.slug, kind, now):
                record("runs.released", _subject(kind), by=by, organisation=organisation, reason=kind.reason, count=count)
                done += count
    if not done:
        raise Refused(
            "none_to_release",
            "None of them can count: they are in the future, or older than 13 months.",
            where="kinds",
            mend="Discard them, or wait until their time has come.",
        )
    return done


def discard_held_runs(*, kinds: Collection[HeldKind], by: Viewer) -> int:
    """Throw the held runs of ``kinds`` away for good; returns how many. Raises :class:`NotAllowed` and :class:`Refused` (``kinds_missing``)."""
    organisation = runs_keeper_for(by)
    _check(kinds)
    done = 0
    with transaction.atomic(), atomic():
        for kind in sorted(kinds):
            if count := holding.discard(organisation.slug, kind):
                record("runs.discarded", _subject(kind), by=by, organisation=organisation, reason=kind.reason, count=count)
                done += count
    return done


def _check(kinds: Collection[HeldKind]) -> None:
    if not kinds:
        raise Refused("kinds_missing", "Choose at least one row.", where="kinds")


def _subject(kind: HeldKind) -> str:
    return f"{kind.module}@{kind.version}"[:200]
