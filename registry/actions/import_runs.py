"""Takes runs as platforms export or log them, once the organisation has opted in: what leads to a release it sees is stored, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from django.db import transaction

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.naming_runs import sort_runs
from registry.actions.record_runs import SCOPE
from registry.errors import NotAllowed, Refused
from registry.formats.tables import read_table
from registry.permissions import runs_keeper_for
from registry.telemetry.adapters import otlp, table, times
from registry.telemetry.adapters.model import MAX_PROBLEMS, Problem, Read
from registry.telemetry.events import MAX_EVENTS
from registry.telemetry.ingest import Stored, accepting, store
from registry.telemetry.sources import note_unknown


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of what was sent."""

    accepted: int
    duplicates: int
    held: int
    ignored: int  # no runs, or not ended yet, or of names that are left out on purpose
    refused: int  # could not be read, or name a module that is not there
    unknown: Counter[str]  # names that lead to no release, with their number of runs
    problems: tuple[Problem, ...]  # the first of those refused


def import_runs(*, path: Path, filename: str, zone: str, dates: str, by: Viewer) -> Imported:
    """Take the runs of the CSV or XLSX file at ``path``; its times are of ``zone``, its dates written in the order ``dates``.

    Raises :class:`NotAllowed` (``token_scope``, ``may_not_keep_runs``, ``runs_not_opted_in``), and :class:`Refused` and its kin for a file
    that is no table of runs, or for a ``zone`` or order that is not offered (``value_invalid``).
    """
    organisation, bound = _reporter(by)
    with accepting(organisation.slug):
        pass  # before anything is read: nothing of an organisation that did not opt in is looked at
    read = table.read(read_table(path, filename, table.BOUNDS), organisation.slug, *_clock(zone, dates))
    with transaction.atomic(), accepting(organisation.slug):
        done = take_runs(organisation, read, bound)
        if by.user is not None:  # what a machine sends is its own record, as in record_runs
            record("runs.imported", organisation.slug, by=by, organisation=organisation, accepted=done.accepted, refused=done.refused)
    return done


def import_logs(*, body: bytes, by: Viewer) -> Imported:
    """Take the runs that OpenTelemetry's log records in ``body`` tell of. Not audited, as :func:`record_runs` is not.

    Raises :class:`NotAllowed` (``token_scope``, ``runs_not_opted_in``) and :class:`Refused` (``body_invalid``).
    """
    if by.token is None:
        raise _scope()
    organisation, bound = _reporter(by)
    with accepting(organisation.slug):
        pass
    read = otlp.read(body, organisation.slug)
    with accepting(organisation.slug):
        return take_runs(organisation, read, bound)


def take_runs(organisation: Organisation, read: Read, bound: Collection[str] | None = None) -> Imported:
    """Store those of ``read`` that lead to a release. To be called inside :func:`accepting`, by whoever asked who may."""
    found = sort_runs(organisation, read.events, bound)
    stored = [store(organisation.slug, found.events[at : at + MAX_EVENTS]) for at in range(0, len(found.events), MAX_EVENTS)]
    note_unknown(organisation.slug, found.unknown)
    total = Stored(*(sum(getattr(each, name) for each in stored) for name in ("accepted", "duplicates", "held")))
    unknown: Counter[str] = Counter()
    for (_, name, version, has_module), number in found.unknown.items():
        unknown[f"{name} {version}".strip() if has_module else name] += number
    return Imported(
        accepted=total.accepted,
        duplicates=total.duplicates,
        held=total.held,
        ignored=read.ignored + found.left_out,
        refused=read.refused + len(found.problems),
        unknown=unknown,
        problems=tuple((read.problems + found.problems)[:MAX_PROBLEMS]),
    )


def _reporter(by: Viewer) -> tuple[Organisation, Collection[str] | None]:
    """For whom runs are reported, and of which modules alone: by its token, or by somebody who answers for it."""
    if by.organisation is None:
        raise _scope()
    if by.token is None:
        return runs_keeper_for(by), None
    if SCOPE not in by.token.scopes:
        raise _scope()
    slug = by.organisation.slug
    return by.organisation, None if by.modules is None else {name if "/" in name else f"{slug}/{name}" for name in by.modules}


def _scope() -> NotAllowed:
    return NotAllowed("token_scope", "Runs are reported with a token of the scope telemetry.", where="token", mend="Issue one.")


def _clock(zone: str, dates: str) -> tuple[tzinfo, times.Order]:
    order = next((each for each in times.ORDERS if each == dates), None)
    if zone not in times.ZONES or order is None:
        wrong, offered = ("dates", times.ORDERS) if zone in times.ZONES else ("timezone", times.ZONES)
        raise Refused("value_invalid", f"We do not know that value of {wrong}.", where=wrong, mend=f"Use {', '.join(offered)}.")
    return times.zone_of(zone), order
