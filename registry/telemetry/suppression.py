"""What may be said of the runs of others: nothing of fewer than five organisations, whatever is subtracted from whatever.

Everything shown of others is a sum of *blocks*. A block is a module's runs in a month, or the part of them of one version or of several
together. The blocks of one reader are disjoint, and the runs in each come from at least five organisations that are neither the reader's
own nor shown by name. A sum or difference of blocks, with any factors, contains each block wholly or not at all: what is left over after
any subtraction still comes from at least five organisations. docs/run-figures.md, "Fewer than five", gives the rule and its limits in full.

Plain Python: what is shown depends on what is given alone. The rule is that of primary and complementary suppression in tables of counts
(Hundepool et al., Statistical Disclosure Control, 2012, chapter 4), made simple by adding up only what may be shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple, Protocol

LEAST: Final = 5  # organisations behind whatever is shown of others
SETTLED_AFTER: Final = timedelta(days=31)  # from a month's end: runs that come later are held apart, so what was shown stays
OTHER_VERSIONS: Final = ""  # stands for the versions that may not be shown one by one


class Run(Protocol):
    """A month of one version of a module at one organisation, as :mod:`registry.telemetry.read` gives it."""

    @property
    def organisation(self) -> str: ...
    @property
    def module(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def month(self) -> date: ...
    @property
    def runs(self) -> int: ...
    @property
    def completed(self) -> int: ...
    @property
    def business(self) -> int: ...
    @property
    def system(self) -> int: ...
    @property
    def items(self) -> int: ...
    @property
    def duration_ms(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Sums:
    """What runs add up to; ``duration_ms`` is of all of them together."""

    runs: int = 0
    completed: int = 0
    business: int = 0
    system: int = 0
    items: int = 0
    duration_ms: int = 0

    @property
    def completed_percent(self) -> int | None:
        """How many of a hundred runs completed, rounded half up; None of no runs."""
        return (200 * self.completed + self.runs) // (2 * self.runs) if self.runs else None

    @property
    def exceptions(self) -> int:
        """Runs that did not complete."""
        return self.business + self.system

    @property
    def mean_seconds(self) -> float | None:
        """How long a run took on average; None of no runs."""
        return self.duration_ms / self.runs / 1000 if self.runs else None

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.runs + other.runs,
            self.completed + other.completed,
            self.business + other.business,
            self.system + other.system,
            self.items + other.items,
            self.duration_ms + other.duration_ms,
        )


class Spell(NamedTuple):
    """Months in which an organisation showed its figures under its name; ``last`` is None while it still does."""

    first: date
    last: date | None

    def holds(self, month: date) -> bool:
        return self.first <= month and (self.last is None or month <= self.last)


@dataclass(frozen=True, slots=True)
class Block:
    """What may be shown of some versions of a module in a month: ``version`` is one, or :data:`OTHER_VERSIONS`."""

    version: str
    organisations: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Cell:
    """What may be shown of a module in a month. ``blocks`` parts it by version and adds up to it; empty where it may not be parted."""

    module: str
    month: date
    organisations: int
    sums: Sums
    blocks: tuple[Block, ...]


def sums_of(run: Run) -> Sums:
    """The figures of one row."""
    return Sums(run.runs, run.completed, run.business, run.system, run.items, run.duration_ms)


def month_after(month: date) -> date:
    """The first day of the month after the one that ``month`` begins."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def is_settled(month: date, today: date) -> bool:
    """Whether the figures of others in the month that ``month`` begins may be shown at all yet."""
    return today >= month_after(month) + SETTLED_AFTER


def is_apart(organisation: str, month: date, named: Mapping[str, Sequence[Spell]]) -> bool:
    """Whether the organisation's runs of that month were shown under its name at some time, and so are never part of a cell again."""
    return any(spell.holds(month) for spell in named.get(organisation, ()))


def may_show(organisations: int) -> bool:
    """Whether a sum over that many organisations that the reader does not know may be shown."""
    return organisations >= LEAST


def _any_version(module: str, version: str) -> bool:
    return True


def cells(
    rows: Iterable[Run],
    *,
    known: Collection[str],
    named: Mapping[str, Sequence[Spell]],
    today: date,
    may_name: Callable[[str, str], bool] = _any_version,
) -> list[Cell]:
    """The cells that may be shown, by module and month, to a reader who knows the figures of the organisations ``known``.

    ``known`` are all organisations that the reader belongs to, whichever is acted for; ``named`` when others showed theirs by name.
    ``rows`` name each module by one name, and no row has no runs. Versions of a module that the reader may not know of, by ``may_name``,
    are among the others; how the rest is parted does not depend on it, so what is named later tells nothing of what was shown before.
    """
    found: dict[tuple[str, date], dict[str, dict[str, Sums]]] = defaultdict(lambda: defaultdict(dict))
    settled: dict[date, bool] = {}
    for row in rows:
        month = row.month
        if month not in settled:
            settled[month] = is_settled(month, today)
        if not settled[month] or row.organisation in known or is_apart(row.organisation, month, named):
            continue
        at = found[row.module, month][row.version]
        at[row.organisation] = at.get(row.organisation, Sums()) + sums_of(row)
    made = (_cell(module, month, versions, may_name) for (module, month), versions in sorted(found.items()))
    return [cell for cell in made if cell is not None]


type _Versions = Mapping[str, Mapping[str, Sums]]  # of each version, by organisation


def _cell(module: str, month: date, versions: _Versions, may_name: Callable[[str, str], bool]) -> Cell | None:
    if not may_show(len(_organisations(versions, versions))):
        return None
    named, others = [], []
    for part in _parted(versions):
        if len(part) == 1 and may_name(module, part[0]):
            named.append(_block(part[0], part, versions))
        else:
            others += part
    blocks = (*named, _block(OTHER_VERSIONS, others, versions)) if named and others else tuple(named)
    whole = _block(OTHER_VERSIONS, list(versions), versions)
    return Cell(module, month, whole.organisations, whole.sums, blocks)


def _parted(versions: _Versions) -> list[list[str]]:
    """``versions`` in parts that have enough organisations each: those with too few together, and with the next smallest if need be."""
    smallest_first = sorted(versions, key=lambda version: (len(versions[version]), version))
    together: list[str] = []
    while smallest_first and (len(versions[smallest_first[0]]) < LEAST or 0 < len(_organisations(together, versions)) < LEAST):
        together.append(smallest_first.pop(0))
    return [*([version] for version in sorted(smallest_first)), *([together] if together else [])]


def _organisations(of: Iterable[str], versions: _Versions) -> set[str]:
    return {name for version in of for name in versions[version]}


def _block(version: str, of: Sequence[str], versions: _Versions) -> Block:
    sums = sum((each for part in of for each in versions[part].values()), Sums())
    return Block(version, len(_organisations(of, versions)), sums)


def added_up(shown: Iterable[Cell], version: str | None = None) -> Sums:
    """The sum of cells; of the blocks of one ``version`` of them where it is given."""
    if version is None:
        return sum((cell.sums for cell in shown), Sums())
    return sum((block.sums for cell in shown for block in cell.blocks if block.version == version), Sums())
