"""The charts of the pages about runs: each says what it found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import formats

from registry.index.run_pages import GroupFigures, ModuleFigures, MonthFigures, VersionFigures
from registry.telemetry.suppression import LEAST, Sums
from registry.web.charts import TOO_FEW, Bar, Figure, Month, Series, bars, months, plain
from registry.web.words import PLATFORMS

OUTCOMES = (Series("Completed"), Series("Business exceptions", 2), Series("System exceptions", 4))
FEW = f"Fewer than {LEAST} organisations share runs, so we show none."
GAPS = f"– means that fewer than {LEAST} organisations share runs of that month, or that it is not settled yet."
MOST_BARS = 10


def outcomes_by_month(who: str, rows: Sequence[tuple[MonthFigures, Sums | None]], title: str, note: str = "") -> Figure:
    """Runs by month and how they ended; ``who`` says of whom inside a sentence, such as "your force’s runs"."""
    total = sum((sums for _, sums in rows if sums), Sums())
    shown = [Month(each.month, (sums.completed, sums.business, sums.system) if sums is not None else None) for each, sums in rows]
    notes = [GAPS] if any(row.values is None for row in shown) else []
    found = f"{total.completed_percent or 0}% of {who} completed"
    return months(found, OUTCOMES, shown, title=title, note=" ".join(filter(None, [*notes, note])), missing=TOO_FEW)


def own_by_month(rows: Iterable[MonthFigures], who: str) -> Figure:
    """The reader's own."""
    return outcomes_by_month(f"{who} runs", [(row, row.own) for row in rows], "Runs by month and how they ended")


def named_by_month(rows: Iterable[MonthFigures], name: str) -> Figure:
    """Of one organisation that shows its figures under its name."""
    return outcomes_by_month(f"the runs of {name}", [(row, row.named) for row in rows], "Runs by month and how they ended")


def elsewhere_by_month(rows: Iterable[MonthFigures]) -> Figure:
    """Of others, as far as they are shown."""
    return outcomes_by_month(
        "the runs that others share", [(row, row.elsewhere) for row in rows], "Runs of others by month and how they ended"
    )


def all_by_month(rows: Iterable[MonthFigures]) -> Figure:
    """The reader's own and those of others, as far as they are shown."""
    shown = [(row, row.own + (row.elsewhere or Sums()) if row.own.runs or row.elsewhere else None) for row in rows]
    return outcomes_by_month("these runs", shown, "Runs by month and how they ended", _unsettled(shown))


def _unsettled(rows: Sequence[tuple[MonthFigures, Sums | None]]) -> str:
    """That the columns of some months stand for fewer than those before them, which is no fall."""
    names = [formats.date_format(row.month, "M Y") for row, sums in rows if sums is not None and not row.is_settled]
    if not names or all(row.others is None for row, _ in rows):
        return ""
    return f"Lower only because not settled yet: {' and '.join(names)}. Of these, what others share together comes later."


def by_version(rows: Sequence[VersionFigures]) -> Figure | None:
    """Runs by version, newest first; None where there is one alone."""
    if len(rows) < 2:
        return None
    most = max((row for row in rows if row.version), key=lambda row: row.both.runs)
    found = f"Version {most.version} has most runs" if rows[-1].version else f"Of the versions told apart, {most.version} has most runs"
    return _bars(found, [(version_name(row.version), row.both) for row in rows], "Version")


def by_module(rows: Sequence[ModuleFigures]) -> Figure | None:
    """The modules with most runs; None where there is one alone."""
    return _most(rows, [(row.title, row.sums) for row in rows], "Module")


def by_area(rows: Sequence[GroupFigures]) -> Figure | None:
    """Business areas; None where there is one alone."""
    return _most(rows, [(row.name or "No business area", row.sums) for row in rows], "Business area")


def by_platform(rows: Sequence[GroupFigures]) -> Figure | None:
    """Platforms; None where there is one alone."""
    return _most(rows, [(PLATFORMS.get(row.code, row.name), row.sums) for row in rows], "Platform")


def version_name(version: str) -> str:
    """A version, or those that are not told apart."""
    return version or "Other versions"


def _most(rows: Sequence[object], named: Sequence[tuple[str, Sums]], what: str) -> Figure | None:
    return _bars(f"{named[0][0]} has most runs", named, what) if len(rows) > 1 else None


def _bars(found: str, named: Sequence[tuple[str, Sums]], what: str) -> Figure:
    rows = [Bar(name, sums.runs, plain(sums.runs)) for name, sums in named[:MOST_BARS]]
    more = len(named) - len(rows)
    note = f"The {MOST_BARS} with most runs; {more} more have fewer." if more else ""
    return bars(found, rows, title=f"Runs by {what.lower()}", what=what, measure="Runs", note=note)
