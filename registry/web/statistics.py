"""A module's statistics, for the organisation that publishes it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.viewer import viewer_in
from accounts.views.access import signed_in
from registry.index import read
from registry.index.sheets import CSV, Cell, as_csv
from registry.index.statistics import Statistics, statistics
from registry.web.charts import Bar, Figure, Month, Series, Table, bars, months

MONTHS = 12  # the latest of the downloads that are drawn; the CSV has every one
VERSIONS = 12  # the highest that are drawn


@require_safe
@signed_in
def page(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Downloads, adopters, who is behind, and what is still unanswered."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    found = statistics(viewer, module)
    figures = {"taken": taken_figure(found), "used": used_figure(found), "uptake": uptake_figure(found)}
    return render(request, "registry/statistics.html", {"module": module, "statistics": found, "figures": figures})


@require_safe
@signed_in
def export(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """The figures as CSV: downloads, or with ``of=versions`` who uses which version."""
    viewer = viewer_in(request)
    found = statistics(viewer, read.visible_module(viewer, publisher, slug))
    name = "versions" if request.GET.get("of") == "versions" else "downloads"
    columns, rows = version_rows(found) if name == "versions" else download_rows(found)
    response = HttpResponse(as_csv(columns, rows), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{slug}-{name}.csv"'
    return response


def download_rows(found: Statistics) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """Columns and rows of the downloads: organisations × days, by month and version."""
    return ("month", "version", "people", "programs"), [(row.month, row.version, row.people, row.programs) for row in found.taken]


def version_rows(found: Statistics) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """Columns and rows of the versions."""
    columns = ("version", "listed_on", "newer_versions", "live", "assessing_or_pilot", "taken_by_people", "taken_by_programs")
    rows: list[tuple[Cell, ...]] = [
        (
            row.version,
            timezone.localdate(row.listed_at) if row.listed_at else None,
            row.newer,
            row.live,
            row.trying,
            row.people,
            row.programs,
        )
        for row in found.versions
    ]
    return columns, rows


def taken_figure(found: Statistics) -> Figure | None:
    """Downloads of the last twelve months."""
    by_month: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for row in found.taken:
        by_month[row.month][0] += row.people
        by_month[row.month][1] += row.programs
    shown = [Month(month, (by_month[month][0], by_month[month][1])) for month in _latest_months()]
    people, programs = (sum(int(row.values[at]) for row in shown if row.values) for at in (0, 1))
    if not people + programs:
        return None
    caption = f"Taken {_times(people)} by people and {_times(programs)} by programs in the last {MONTHS} months"
    drawn = months(
        caption,
        [Series("People", 1), Series("Programs", 2)],
        shown,
        title="Downloads by month",
        note="An organisation counts once a day and version, however often it comes; people and programs apart; your own not at all.",
    )
    latest = shown[0].first
    rows = tuple((f"{row.month:%B %Y}", row.version, str(row.people), str(row.programs)) for row in found.taken if row.month >= latest)
    return replace(drawn, table=Table(("Month", "Version", "People", "Programs"), rows))


def used_figure(found: Statistics) -> Figure | None:
    """Adopters by version, highest first."""
    used = [row for row in found.versions if row.adopters][:VERSIONS]
    if not used:
        return None
    on_newest = next((row.adopters for row in used if row.version == found.newest), 0)
    caption = f"{on_newest} of {_organisations(found.adopters)} {'uses' if on_newest == 1 else 'use'} the newest version, {found.newest}"
    rows = [Bar(row.version, row.adopters, _organisations(row.adopters), tone=1 if not row.newer else 2) for row in used]
    return bars(caption, rows, title="Organisations by version", what="Version", measure="Organisations")


def uptake_figure(found: Statistics) -> Figure | None:
    """How the newest version spread."""
    if not found.uptake or not found.newest:
        return None
    now = found.uptake[-1]
    caption = f"{now.newest} of {_organisations(now.newest + now.older)} had moved to {found.newest} by today"
    rows = [Month(row.month, (row.newest, row.older)) for row in found.uptake]
    series = [Series(f"Use {found.newest}", 1), Series("Use older versions only", 2)]
    return months(caption, series, rows, title=f"Uptake of {found.newest}", note="At the end of each month; of this month today.")


def _latest_months() -> list[date]:
    index = timezone.localdate().year * 12 + timezone.localdate().month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(index - MONTHS + 1, index + 1)]


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _organisations(count: int) -> str:
    return f"{count:,} organisation{'' if count == 1 else 's'}"
