"""Connecting what an organisation runs already: its webhook, its exports, and what its platforms' names stand for."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import viewer_in
from accounts.views.access import acted_for, member, posted
from registry.actions.import_runs import Imported, import_runs
from registry.actions.map_run_name import map_run_name, unmap_run_name
from registry.actions.open_run_hook import close_run_hook, open_run_hook, renew_run_hook
from registry.index.run_sources import has_hook, run_name, run_sources
from registry.permissions import runs_keeper_for
from registry.releases.receiving import ReceivedFile
from registry.telemetry.adapters import table, uipath
from registry.telemetry.sources import DAYS_UNKNOWN, MAX_UNKNOWN
from registry.web.acting import Ask, ask, carried_out
from registry.web.publishing import METHODS, takes_files
from registry.web.run_snippets import snippets
from registry.web.run_sources_forms import CLOSE, LEAVE_OUT, MODULE, OPEN, RENEW, HookForm, RunNameForm, UploadForm
from registry.web.runs import needs_telemetry


@require_safe
@member
@needs_telemetry
def connect(request: HttpRequest) -> HttpResponse:
    """How each platform is connected without writing code, and what its names stand for."""
    context = {
        "sources": run_sources(viewer_in(request), acted_for(request)),
        "snippets": snippets(settings.BASE_URL),
        "deliveries": uipath.WANTED,
        "template": table.TEMPLATE,
        "max_unknown": MAX_UNKNOWN,
        "days_unknown": DAYS_UNKNOWN,
    }
    return render(request, "registry/runs/connect.html", context)


@require_http_methods(METHODS)
@member
@needs_telemetry
@takes_files
def upload(request: HttpRequest) -> HttpResponse:
    """Take the runs of an exported table, and say what became of every row."""
    viewer = viewer_in(request)
    organisation = runs_keeper_for(viewer)
    usual = {"da": "Europe/Copenhagen", "en": "Europe/London"}.get(organisation.language[:2], "UTC")
    form = UploadForm(posted(request), request.FILES if request.method == "POST" else None, initial={"zone": usual})
    done: list[Imported] = []
    if form.is_valid() and carried_out(form, lambda: done.append(_imported(request, form))):
        return render(request, "registry/runs/uploaded.html", {"done": done[0], "names": done[0].unknown.most_common(MAX_UNKNOWN)})
    context = {"form": form, "template": table.TEMPLATE}
    return render(request, "registry/runs/upload.html", context, status=422 if form.errors else 200)


def _imported(request: HttpRequest, form: UploadForm) -> Imported:
    file: UploadedFile = form.cleaned_data["file"]  # type: ignore[type-arg]
    assert isinstance(file, ReceivedFile)
    sent = file.upload
    return import_runs(
        path=sent.path, filename=sent.filename, zone=form.cleaned_data["zone"], dates=form.cleaned_data["dates"], by=viewer_in(request)
    )


@require_http_methods(METHODS)
@member
@needs_telemetry
def hook(request: HttpRequest) -> HttpResponse:
    """Open the webhook, make another secret, or close it."""
    viewer = viewer_in(request)
    organisation = runs_keeper_for(viewer)
    is_open = has_hook(organisation)
    said = Ask(
        heading="Webhook of UiPath Orchestrator",
        lead=f"Orchestrator sends there what ended, and signs it with a secret. It counts for {organisation} alone.",
        button="Do it" if is_open else "Open it",
        back=reverse("runs_connect"),
        is_grave=is_open,
    )
    form = HookForm(posted(request), is_open=is_open)
    acts: dict[str, tuple[Callable[..., object], str]] = {
        OPEN: (open_run_hook, "The address is open. Copy it and its secret into Orchestrator."),
        RENEW: (renew_run_hook, "There is another secret. Copy it into Orchestrator: the former counts no more."),
        CLOSE: (close_run_hook, "The address is closed."),
    }
    act, word = acts[form.cleaned_data["become"]] if form.is_valid() else acts[OPEN]
    return ask(request, said, form, lambda: act(by=viewer), word, reverse("runs_connect"))


@require_http_methods(METHODS)
@member
@needs_telemetry
def name(request: HttpRequest) -> HttpResponse:
    """Say what a platform's name stands for."""
    viewer = viewer_in(request)
    organisation = runs_keeper_for(viewer)
    said = Ask(
        heading="What a name stands for",
        lead=f"Runs that come under this name from now on count so. It holds for {organisation} alone.",
        points=("Runs that came before were not kept. Send an export of them again to count them.",),
        button="Save",
        back=reverse("runs_connect"),
    )
    form = RunNameForm(
        posted(request), initial={"stands_for": MODULE, "source": request.GET.get("source"), "name": request.GET.get("name")}
    )
    left_out = form.is_valid() and form.cleaned_data["stands_for"] == LEAVE_OUT
    done = "Runs under that name are left out." if left_out else "Runs under that name count from now on."
    return ask(request, said, form, lambda: map_run_name(by=viewer, **form.meaning()), done, reverse("runs_connect"))


@require_http_methods(["POST"])
@member
@needs_telemetry
def forget_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what a name stands for."""
    viewer = viewer_in(request)
    row = run_name(viewer, pk)
    unmap_run_name(row=row, by=viewer)
    messages.success(request, "That is taken back. What came under the name stays counted.")
    return redirect("runs_connect")
