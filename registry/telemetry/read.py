"""What runs add up to, read from the rollups: constant time in the number of events.

These rows name single organisations. They are for trusted callers: whatever others than those organisations are shown of them goes
through ``registry.telemetry.suppression`` first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError

from registry.telemetry.database import alias, cursor
from registry.telemetry.models import RunConsent

log = logging.getLogger(__name__)


class MonthRow(NamedTuple):
    """A month of one version of a module at one organisation."""

    organisation: str  # its slug
    module: str  # "publisher/slug", as it was named when the runs were sent
    version: str
    month: date  # its first day
    runs: int
    completed: int
    business: int
    system: int
    items: int
    duration_ms: int  # of all runs together


class DayRow(NamedTuple):
    """A day (UTC) of one version of a module at one organisation."""

    organisation: str
    module: str
    version: str
    day: date
    runs: int
    completed: int
    business: int
    system: int
    items: int
    duration_ms: int


class Consent(NamedTuple):
    """What an organisation said of its runs."""

    organisation: str
    opted_in_at: datetime
    opted_out_at: datetime | None
    shows_own: bool  # its figures may be shown under its name, to those who see the module

    @property
    def is_active(self) -> bool:
        """Whether it reports its runs now."""
        return self.opted_out_at is None


def monthly(organisations: Collection[str] | None, modules: Collection[str] | None, since: date, until: date) -> list[MonthRow]:
    """The months from the one of ``since`` to the one of ``until``, both included; None means all organisations, or all modules.

    A module that passed on has runs under each of its names: give them all. Sorted by month, module, version and organisation.
    """
    return list(map(MonthRow._make, _rows("telemetry_monthlyruns", "month", organisations, modules, since.replace(day=1), until)))


def daily(organisations: Collection[str] | None, modules: Collection[str] | None, since: date, until: date) -> list[DayRow]:
    """The days from ``since`` to ``until``, both included; otherwise as :func:`monthly`."""
    return list(map(DayRow._make, _rows("telemetry_dailyruns", "day", organisations, modules, since, until)))


def consents() -> dict[str, Consent]:
    """What each organisation said, by its slug; those that never said anything are not in it."""
    found = RunConsent.objects.values_list("organisation", "opted_in_at", "opted_out_at", "shows_own")
    return {row[0]: Consent(*row) for row in found}


def when_available[T](work: Callable[[], T]) -> T | None:
    """What ``work`` gives, or None while the database of telemetry does not answer: a page stands without figures of runs."""
    try:
        return work()
    except (OperationalError, InterfaceError) as error:
        if alias() == DEFAULT_DB_ALIAS:  # then nothing answers, and the page cannot stand
            raise
        log.warning("Telemetry does not answer: %s", error)
        return None


def _rows(
    table: str, period: str, organisations: Collection[str] | None, modules: Collection[str] | None, since: date, until: date
) -> list[tuple[object, ...]]:
    """``table`` and ``period`` are our own constants."""
    where, values = [f"{period} BETWEEN %s AND %s"], [since, until]
    for column, wanted in (("organisation", organisations), ("module", modules)):
        if wanted is not None:
            where.append(f"{column} = ANY(%s)")
            values.append(sorted(wanted))  # type: ignore[arg-type]
    with cursor() as run:
        run.execute(
            f"SELECT organisation, module, version, {period}, runs, completed, business_exceptions, system_exceptions, items, duration_ms"
            f" FROM {table} WHERE {' AND '.join(where)} ORDER BY {period}, module, version, organisation",
            values,
        )
        return list(run.fetchall())
