"""Runs as a reader may see them: its own in full, those shown by name one by one, everybody else's as sums of five or more.

Read from the monthly rollups, so the time does not grow with the number of runs. All that is shown of others is made of what
:func:`registry.telemetry.suppression.cells` lets through; nothing else of others leaves this file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from accounts.models import Membership
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.errors import Refused
from registry.index.entries import ModuleEntry
from registry.lifecycle.names import names_had, names_of
from registry.releases.models import Release
from registry.telemetry import read
from registry.telemetry.naming import spells
from registry.telemetry.read import MonthRow
from registry.telemetry.summing import summed_cells
from registry.telemetry.suppression import OTHER_VERSIONS, Cell, Spell, Sums, added_up, cells, is_apart, month_after, sums_of

MONTHS = 12  # shown unless others are asked for, the current one included
MOST_MONTHS = 120
OWN, NAMED, OTHERS = "own", "named", "others"
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")  # the years that run events have
UNREACHABLE = (OperationalError, InterfaceError)


@dataclass(frozen=True, slots=True)
class Period:
    """The months from ``first`` to ``last``, both named by their first day."""

    first: date
    last: date

    @property
    def months(self) -> tuple[date, ...]:
        found = [self.first]
        while found[-1] < self.last:
            found.append(month_after(found[-1]))
        return tuple(found)

    def __contains__(self, month: date) -> bool:
        return self.first <= month <= self.last


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose figures a viewer sees in full (``own``; None: everybody's) and those it knows besides, or could by another sign-in."""

    own: frozenset[str] | None
    known: frozenset[str]

    def owns(self, organisation: str) -> bool:
        return self.own is None or organisation in self.own


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader may see of some modules in a period. ``named`` is of those that show theirs now; no row is in two of the three."""

    own: tuple[MonthRow, ...] = ()
    named: tuple[MonthRow, ...] = ()
    others: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class RunLine:
    """A row of a file or feed: a month of a module, of one organisation or of ``organisations`` together."""

    month: date
    module: str
    shown_as: str  # own named others
    organisation: str  # its slug; empty of others
    version: str  # empty: of others all of them, where they may not be told apart
    is_other_versions: bool  # all that are not named in rows of their own
    organisations: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class RunSignal:
    """The runs of a module in the last twelve months, in one line: everything the viewer may add up."""

    sums: Sums
    own: Sums
    named: int  # organisations shown by name
    others: int  # organisations at least, of those only shown together; 0 where nothing is


def period(first: str, last: str, today: date | None = None) -> Period:
    """The period from the month ``first`` to ``last``, each like ``2026-11`` or empty: then a year that ends with the other, or now.

    Raises :class:`Refused`: ``month_invalid``, ``period_backwards`` or ``period_too_long``.
    """
    now = (today or utc_today()).replace(day=1)
    end = _month(last, "to") if last else None
    start = _month(first, "from") if first else None
    end = end or (min(_plus(start, MONTHS - 1), max(now, start)) if start else now)
    start = start or _plus(end, 1 - MONTHS)
    if start > end:
        raise Refused("period_backwards", "The first month is after the last.", where="from", mend="Choose an earlier first month.")
    if _plus(start, MOST_MONTHS) <= end:
        raise Refused("period_too_long", f"That is over {MOST_MONTHS} months.", where="from", mend="Choose fewer months.")
    return Period(start, end)


def utc_today() -> date:
    """The day by which months end: telemetry's days are of UTC."""
    return timezone.now().astimezone(UTC).date()


def _month(text: str, where: str) -> date:
    if not _MONTH.fullmatch(text):
        raise Refused("month_invalid", f"{text[:20]} is no month from 2000 on.", where=where, mend="Write it like 2026-11.")
    return date(int(text[:4]), int(text[5:]), 1)


def _plus(month: date, number: int) -> date:
    years, month_of_year = divmod(month.year * 12 + month.month - 1 + number, 12)
    return date(years, month_of_year + 1, 1)


def reader_of(viewer: Viewer) -> Reader:
    """Whose figures ``viewer`` knows. For a person all memberships count, whichever is acted for, and for a token also those of its maker.

    One and the same person would otherwise see sums with and without an organisation whose figures it knows, and could subtract.
    """
    if viewer.is_auditor:
        return Reader(None, frozenset())
    own = frozenset(each.organisation.slug for each in viewer.memberships)
    if viewer.token is None:
        return Reader(own, own)
    own |= {viewer.token.organisation.slug}
    makers = Membership.objects.filter(user=viewer.token.created_by_id, organisation__is_active=True) if viewer.token.created_by_id else ()
    return Reader(own, own | {each.organisation.slug for each in makers.select_related("organisation")} if makers else own)


def names_in(modules: Iterable[Module]) -> dict[str, str]:
    """Every identifier that ``modules``, whose former ones are loaded, have or had, and the one each has now."""
    return {
        name: module.identifier
        for module in modules
        for name in (module.identifier, *(f"{former.publisher}/{former.slug}" for former in module.former_identifiers.all()))
    }


def seen(viewer: Viewer, names: Mapping[str, str], span: Period, may_name: Callable[[str, str], bool] | None = None) -> Seen:
    """What ``viewer`` may see of the runs of modules: ``names`` leads from every identifier they have or had to the one they have now.

    Versions that ``may_name`` does not let through, by module and version, are not named of others; without it all are. Raises what
    :data:`UNREACHABLE` holds.
    """
    reader, named, may_name = reader_of(viewer), spells(), may_name or _any_version
    rows = [row._replace(module=names[row.module]) for row in read.monthly(None, list(names), span.first, span.last)]
    own = tuple(row for row in rows if reader.owns(row.organisation))
    if reader.own is None:
        return Seen(own)
    others = [row for row in rows if not reader.owns(row.organisation)]
    shown = cells(others, known=reader.known, named=named, today=utc_today(), may_name=may_name)
    return Seen(own, tuple(_by_name(others, named, may_name)), tuple(shown))


def seen_summed(viewer: Viewer, names: Mapping[str, str], span: Period) -> Seen:
    """As :func:`seen`, for very many modules: what is shown of others is added up in the database and not parted by version."""
    reader, named = reader_of(viewer), spells()
    own_and_named = None if reader.own is None else {*reader.own, *(slug for slug, each in named.items() if _is_shown(each))}
    rows = [row._replace(module=names[row.module]) for row in read.monthly(own_and_named, list(names), span.first, span.last)]
    own = tuple(row for row in rows if reader.owns(row.organisation))
    if reader.own is None:
        return Seen(own)
    by_name = tuple(row for row in rows if not reader.owns(row.organisation) and _shows(row, named))
    return Seen(own, by_name, tuple(summed_cells(names, span.months, reader.known, utc_today())))


def seen_at(
    viewer: Viewer, organisation: str, names: Mapping[str, str], span: Period, may_name: Callable[[str, str], bool] | None = None
) -> Seen:
    """What ``viewer`` may see of the runs at one organisation: all of its own, else what is shown by name, of modules in ``names`` alone.

    ``organisation`` is its slug. Raises what :data:`UNREACHABLE` holds.
    """
    is_own = reader_of(viewer).owns(organisation) and viewer.modules is None
    rows = read.monthly([organisation], None if is_own else list(names), span.first, span.last)
    rows = [row._replace(module=names.get(row.module, row.module)) for row in rows]
    return Seen(own=tuple(rows)) if is_own else Seen(named=tuple(_by_name(rows, spells(), may_name or _any_version)))


def _any_version(module: str, version: str) -> bool:
    return True


def _by_name(rows: Iterable[MonthRow], named: Mapping[str, Sequence[Spell]], may_name: Callable[[str, str], bool]) -> Iterator[MonthRow]:
    """The rows that are shown by name, without versions that may not be named."""
    for row in rows:
        if _shows(row, named):
            yield row if may_name(row.module, row.version) else row._replace(version=OTHER_VERSIONS)


def shows_by_name(organisation: str) -> bool:
    """Whether the organisation of that slug shows its figures under its name now."""
    return _is_shown(spells().get(organisation, ()))


def _is_shown(of: Sequence[Spell]) -> bool:
    return any(spell.last is None for spell in of)


def _shows(row: MonthRow, named: Mapping[str, Sequence[Spell]]) -> bool:
    """Whether the row is shown by name: of a month in which its organisation once said so, and says so now."""
    return is_apart(row.organisation, row.month, named) and _is_shown(named[row.organisation])


def visible_versions(viewer: Viewer, modules: Iterable[Module] | None = None) -> Callable[[str, str], bool]:
    """Whether ``viewer`` may know that a version of a module, named by its identifier, is there. One query."""
    releases = Release.objects.visible_to(viewer)
    if modules is not None:
        releases = releases.filter(module__in=modules)
    found = {
        (f"{publisher}/{slug}", version)
        for publisher, slug, version in releases.values_list("module__publisher", "module__slug", "version")
    }
    return lambda module, version: (module, version) in found


def total(rows: Iterable[MonthRow]) -> Sums:
    """What rows add up to."""
    return sum(map(sums_of, rows), Sums())


def lines(found: Seen) -> Iterator[RunLine]:
    """The rows of files and feeds: own and named ones by version, those of others by version where they may be parted."""
    for shown_as, rows in ((OWN, found.own), (NAMED, found.named)):
        for row in rows:
            yield RunLine(row.month, row.module, shown_as, row.organisation, row.version, not row.version, 1, sums_of(row))
    for cell in found.others:
        for block in cell.blocks:
            is_other = block.version == OTHER_VERSIONS
            yield RunLine(cell.month, cell.module, OTHERS, "", block.version, is_other, block.organisations, block.sums)
        if not cell.blocks:
            yield RunLine(cell.month, cell.module, OTHERS, "", "", False, cell.organisations, cell.sums)


def module_runs(viewer: Viewer, module: Module, span: Period) -> Seen:
    """What ``viewer``, who sees ``module``, may see of its runs. Raises what :data:`UNREACHABLE` holds."""
    names = dict.fromkeys(names_of(module), module.identifier)
    return seen(viewer, names, span, visible_versions(viewer, [module]))


def run_signal(viewer: Viewer, module: ModuleEntry) -> RunSignal | None:
    """The signal of a module's page; None where there is nothing to show, or the figures cannot be reached. Three queries."""
    try:
        found = seen(viewer, dict.fromkeys(names_had(module.key, module.id), module.id), period("", ""))
    except UNREACHABLE:
        return None
    own, named = total(found.own), total(found.named)
    sums = own + named + added_up(found.others)
    others = max((cell.organisations for cell in found.others), default=0)
    return RunSignal(sums, own, len({row.organisation for row in found.named}), others) if sums.runs else None
