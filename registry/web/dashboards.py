"""Pages about runs: of a module, of an organisation, of the partnership. Each also as a file (C16, O11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.viewer import Viewer, viewer_in
from accounts.views.access import member, signed_in
from registry.index import run_pages as index
from registry.index.read import visible_module
from registry.index.run_figures import UNREACHABLE, Period, Seen, lines, module_runs, period, utc_today
from registry.index.run_files import CSV_TYPE, runs_csv
from registry.web import run_charts as charts

CHOICES = 36  # months to choose from, the latest first
HEADS = ("Runs", "Items", "Completed", "Business exceptions", "System exceptions", "Mean time")


@require_safe
@signed_in
def module(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """How a module runs, and where."""
    viewer, span = viewer_in(request), _span(request)
    found, entry = index.module_page(viewer, publisher, slug, span)
    own_name = _own_name(viewer)
    context = {"module": found, "entry": entry, **_chosen(span), "own_name": own_name}
    if entry:
        context |= {
            "own_chart": charts.own_by_month(entry.months, own_name) if entry.own.runs else None,
            "elsewhere_chart": charts.elsewhere_by_month(entry.months) if entry.elsewhere.runs else None,
            "version_chart": charts.by_version(entry.versions),
        }
    return render(request, "registry/dashboards/module.html", context)


@require_safe
@signed_in
def module_csv(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """The same as a file."""
    viewer, span = viewer_in(request), _span(request)
    found = visible_module(viewer, publisher, slug)
    return _file(request, f"runs-{found.publisher}-{found.slug}", lambda: module_runs(viewer, found, span))


@require_safe
@signed_in
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """What an organisation runs: for its own members and auditors, and for others where it shows its figures under its name."""
    viewer, span = viewer_in(request), _span(request)
    found, entry = index.organisation_page(viewer, slug, span)
    is_own = found.pk in viewer.organisations
    context = {"organisation": found, "entry": entry, **_chosen(span), "is_own": is_own}
    if entry and entry.all.runs:
        by_month = charts.own_by_month(entry.months, _possessive(is_own, found.noun)) if entry.own.runs else None
        context |= {
            "month_chart": by_month or charts.named_by_month(entry.months, found.name),
            "module_chart": charts.by_module(entry.modules),
        }
    return render(request, "registry/dashboards/organisation.html", context)


@require_safe
@signed_in
def organisation_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a file."""
    viewer, span = viewer_in(request), _span(request)
    return _file(request, f"runs-{slug}", lambda: index.organisation_lines(viewer, slug, span))


@require_safe
@member
def partnership(request: HttpRequest) -> HttpResponse:
    """What runs in the partnership, of the modules that the reader sees."""
    viewer, span = viewer_in(request), _span(request)
    entry = index.partnership_page(viewer, span)
    context = {"entry": entry, **_chosen(span), "own_name": _own_name(viewer)}
    if entry and entry.all.runs:
        context |= {
            "month_chart": charts.all_by_month(entry.months),
            "module_chart": charts.by_module(entry.modules),
            "area_chart": charts.by_area(entry.areas),
            "platform_chart": charts.by_platform(entry.platforms),
        }
    return render(request, "registry/dashboards/partnership.html", context)


@require_safe
@member
def partnership_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    viewer, span = viewer_in(request), _span(request)
    return _file(request, "runs-partnership", lambda: index.partnership_lines(viewer, span))


def _span(request: HttpRequest) -> Period:
    """The months asked for; raises :class:`Refused`."""
    return period(request.GET.get("from", ""), request.GET.get("to", ""))


def _chosen(span: Period) -> dict[str, object]:
    """What the form for choosing months shows."""
    now = utc_today().replace(day=1)
    month, choices = now, [now]
    while len(choices) < CHOICES:
        month = date(month.year - (month.month == 1), month.month - 1 or 12, 1)
        choices.append(month)
    return {"span": span, "months": sorted({*choices, span.first, span.last}, reverse=True), "few": charts.FEW, "heads": HEADS}


def _own_name(viewer: Viewer) -> str:
    """Whose runs are shown in full, inside a sentence."""
    if viewer.is_auditor:
        return "all"
    if len(viewer.organisations) > 1 or viewer.organisation is None:
        return "your organisations’"
    return f"your {viewer.organisation.noun}’s"


def _possessive(is_own: bool, noun: str) -> str:
    return f"your {noun}’s" if is_own else "its"


def _file(request: HttpRequest, name: str, found: Callable[[], Seen]) -> HttpResponse:
    """A CSV file, or a page that says the figures cannot be reached (503)."""
    try:
        text = runs_csv(lines(found()))
    except UNREACHABLE:
        return render(request, "registry/dashboards/unavailable.html", status=503)
    return HttpResponse(text, headers={"Content-Type": CSV_TYPE, "Content-Disposition": f'attachment; filename="{name}.csv"'})
