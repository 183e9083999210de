"""Our runs: whether we report them, what they add up to, what is held apart, taking everything out and deleting it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps

from defusedcsv import csv
from django.conf import settings
from django.contrib import messages
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ActionForm
from accounts.roles import Permission
from accounts.viewer import viewer_in
from accounts.views.access import Page, acted_for, member, posted
from registry.actions.consent_runs import opt_in_runs, opt_out_runs, show_runs
from registry.actions.delete_runs import delete_runs
from registry.actions.release_held_runs import discard_held_runs, release_held_runs
from registry.index import read
from registry.index.runs import held_runs, own_runs
from registry.permissions import runs_keeper_for
from registry.telemetry import events, exporting, ingest, partitions
from registry.telemetry.database import alias
from registry.web.acting import Ask, ask, carried_out
from registry.web.publishing import METHODS
from registry.web.runs_forms import DISCARD, DeleteForm, HeldForm, ShowForm
from registry.web.templatetags.moothall import plural

EXPORTS: dict[str, tuple[tuple[str, ...], Callable[[str], Iterator[exporting.Row]]]] = {
    "runs.csv": (exporting.EVENT_HEADER, exporting.events),
    "days.csv": (exporting.DAY_HEADER, exporting.days),
    "held.csv": (exporting.HELD_HEADER, exporting.held),
}


def needs_telemetry(page: Page) -> Page:
    """A page of which nothing is left while the database of telemetry does not answer; it says so (503)."""

    @wraps(page)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return page(request, *args, **kwargs)
        except (OperationalError, InterfaceError):
            if alias() == DEFAULT_DB_ALIAS:
                raise
            return render(request, "registry/runs/away.html", status=503)

    return shown


@require_safe
@member
@needs_telemetry
def runs(request: HttpRequest) -> HttpResponse:
    """What we report, and what it adds up to."""
    viewer, organisation = viewer_in(request), acted_for(request)
    context = {"runs": own_runs(viewer, organisation), "may_decide": viewer.may(Permission.PUBLISH, organisation.pk)}
    return render(request, "registry/runs/runs.html", context)


@require_http_methods(METHODS)
@member
@needs_telemetry
def opt_in(request: HttpRequest) -> HttpResponse:
    """Begin to report."""
    viewer = viewer_in(request)
    organisation = runs_keeper_for(viewer)
    said = Ask(
        heading="Report our runs",
        lead=f"Your systems may then send what {organisation} runs, with a token of the scope telemetry. Of each run we take:",
        points=(
            "which module and version ran, when it started and how long it took",
            "how it ended: completed, business exception or system exception",
            "how many items it worked on",
            "never a case, a person or any text: such fields are refused",
        ),
        button="Opt in",
        back=reverse("runs"),
    )
    form = ShowForm(posted(request))
    done = "Your runs are taken from now on."
    return ask(request, said, form, lambda: opt_in_runs(by=viewer, **form.cleaned_data), done, reverse("runs"))


@require_http_methods(METHODS)
@member
@needs_telemetry
def opt_out(request: HttpRequest) -> HttpResponse:
    """Report no longer."""
    viewer = viewer_in(request)
    runs_keeper_for(viewer)
    said = Ask(
        heading="Stop reporting our runs",
        lead="From this moment no run of yours is taken: whatever is sent is refused. Figures are no longer shown under your name. "
        "What you reported stays until you delete it.",
        button="Opt out",
        back=reverse("runs"),
    )
    form = ActionForm(posted(request))
    return ask(request, said, form, lambda: opt_out_runs(by=viewer), "No runs of yours are taken any more.", reverse("runs"))


@require_http_methods(METHODS)
@member
@needs_telemetry
def show(request: HttpRequest) -> HttpResponse:
    """Choose whether figures are shown under our name."""
    viewer = viewer_in(request)
    organisation = runs_keeper_for(viewer)
    said = Ask(heading="Figures under our name", lead=f"For all modules that {organisation} runs.", button="Save", back=reverse("runs"))
    consent = own_runs(viewer, organisation).consent
    form = ShowForm(posted(request), initial={"shows_own": consent is not None and consent.shows_own})
    return ask(request, said, form, lambda: show_runs(by=viewer, **form.cleaned_data), "Saved.", reverse("runs"))


@require_http_methods(METHODS)
@member
@needs_telemetry
def delete(request: HttpRequest) -> HttpResponse:
    """Delete everything we reported."""
    viewer = viewer_in(request)
    organisation = runs_keeper_for(viewer)
    said = Ask(
        heading="Delete our runs",
        lead=f"Everything {organisation} ever reported goes, for good:",
        points=(
            "no more runs are taken, as after opting out",
            "your figures leave every page at once, also where they were counted with others’",
            "single runs, those held apart and their ids are removed within minutes",
            "that you asked for it stays in the audit",
        ),
        button="Delete everything",
        back=reverse("runs"),
        is_grave=True,
    )
    form = DeleteForm(posted(request))
    done = "Your figures are gone. Single runs are being removed now."
    return ask(request, said, form, lambda: delete_runs(by=viewer), done, reverse("runs"))


@require_http_methods(METHODS)
@member
@needs_telemetry
def held(request: HttpRequest) -> HttpResponse:
    """Runs that are held apart, and what shall become of them."""
    viewer, organisation = viewer_in(request), acted_for(request)
    rows = held_runs(organisation)
    form = HeldForm(posted(request), held=rows)
    if request.method == "POST":
        runs_keeper_for(viewer)
        done: list[int] = []
        if form.is_valid() and carried_out(form, lambda: done.append(_become(form)(kinds=form.chosen(), by=viewer))):
            what = "thrown away" if form.cleaned_data["become"] == DISCARD else "counted within two minutes"
            messages.success(request, f"{plural(done[0], 'run')} {'is' if done[0] == 1 else 'are'} {what}.")
            return redirect("held_runs")
    context = {"held": rows, "form": form, "may_decide": viewer.may(Permission.PUBLISH, organisation.pk)}
    return render(request, "registry/runs/held.html", context, status=422 if form.errors else 200)


def _become(form: HeldForm) -> Callable[..., int]:
    return discard_held_runs if form.cleaned_data["become"] == DISCARD else release_held_runs


@require_safe
@member
@needs_telemetry
def export(request: HttpRequest, filename: str) -> HttpResponseBase:
    """Everything of ours as CSV."""
    organisation = acted_for(request)
    if filename not in EXPORTS:
        raise read.missing()
    header, rows = EXPORTS[filename]
    lines = _lines(header, rows(organisation.slug) if request.method == "GET" else iter(()))
    name = f'attachment; filename="{organisation.slug}-{filename}"'
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """What is taken of a run and what never is, for how long, and who sees what. Public."""
    parts = events.json_schema()["$defs"]["RunEvent"]["properties"]
    context = {
        "fields": [(name, _kind(part), part["description"]) for name, part in parts.items()],
        "base_url": settings.BASE_URL,
        "max_events": events.MAX_EVENTS,
        "max_mib": events.MAX_BYTES // (1024 * 1024),
        "months": partitions.MONTHS_KEPT,
        "late_days": ingest.LATE.days,
        "future_minutes": ingest.FUTURE.seconds // 60,
        "longest_hours": ingest.LONGEST_MS // 3_600_000,
        "most_items": ingest.MOST_ITEMS,
        "compared_items": ingest.COMPARED_ITEMS,
        "factor": ingest.FACTOR,
    }
    return render(request, "registry/runs/schema.html", context)


def _kind(part: dict[str, object]) -> str:
    """A field's type and limits in words."""
    if "enum" in part:
        return " or ".join(str(value) for value in part["enum"])  # type: ignore[attr-defined]
    kind = {"uuid": "UUID", "date-time": "date and time"}.get(
        str(part.get("format")), {"string": "text"}.get(str(part["type"]), part["type"])
    )
    limits = [f"from {part['minimum']} to {part['maximum']:,}"] if "minimum" in part else []
    limits += [f"at most {part['maxLength']} characters"] if "maxLength" in part else []
    return ", ".join([str(kind), *limits])


class _Echo:
    """What a CSV writer writes, handed on line by line."""

    def write(self, line: str) -> str:
        return line


def _lines(header: tuple[str, ...], rows: Iterator[exporting.Row]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow(row)
