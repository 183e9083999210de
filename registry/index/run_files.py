"""Runs as a file that spreadsheets and Power BI read: one row for each month, module, and organisation or group of organisations."""

from __future__ import annotations

import io
from collections.abc import Iterable

from defusedcsv import csv

from registry.index.run_figures import RunLine

COLUMNS = (
    "month",
    "module",
    "shown_as",
    "organisation",
    "version",
    "organisations",
    "runs",
    "completed",
    "business_exceptions",
    "system_exceptions",
    "items",
    "duration_seconds",
)
ALL_VERSIONS, OTHER_VERSIONS = "all", "other"  # no version is so called: versions begin with a number
CSV_TYPE = "text/csv; charset=utf-8"


def version_of(line: RunLine) -> str:
    """The version, ``other`` for those that are not told apart from one another, ``all`` where none is."""
    return line.version or (OTHER_VERSIONS if line.is_other_versions else ALL_VERSIONS)


def runs_csv(lines: Iterable[RunLine]) -> bytes:
    """The file, as RFC 4180 has it; ``duration_seconds`` is of all runs of the row together."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        of = line.sums
        figures = (of.runs, of.completed, of.business, of.system, of.items, f"{of.duration_ms / 1000:.3f}")
        named = (line.month.isoformat(), line.module, line.shown_as, line.organisation, version_of(line), line.organisations)
        writer.writerow([*named, *figures])
    return text.getvalue().encode()
