"""The audit, for auditors alone: what was done, newest first, and its export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.export_audit import export_audit
from accounts.chain import head
from accounts.export import FORMATS
from accounts.forms import ExportAuditForm, FindEventsForm
from accounts.models import AuditEvent, Organisation
from accounts.viewer import viewer_in
from accounts.views.access import auditor, posted
from registry.errors import RegistryError

PAGE = 50  # events
LONGEST_NUMBER = 18  # digits: what the column holds


@require_safe
@auditor
def audit(request: HttpRequest) -> HttpResponse:
    """A page of events, those before the number ``before`` where one is given."""
    find = _find(request)
    events = AuditEvent.objects.matching(**find.chosen()).select_related("organisation", "user", "token").order_by("-number")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) <= LONGEST_NUMBER:
        events = events.filter(number__lt=int(before))
    shown = list(events[: PAGE + 1])
    context = {
        "find": find,
        "events": [(event, list(_said(event.detail))) for event in shown[:PAGE]],
        "older": shown[PAGE - 1].number if len(shown) > PAGE else None,
        "is_first_page": not before,
        "head": head(),
    }
    return render(request, "accounts/audit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@auditor
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask what for, then send the events that the address chooses, as a file."""
    find, form = _find(request), ExportAuditForm(posted(request))
    if form.is_valid():
        try:
            lines = export_audit(chosen=find.chosen(), by=viewer_in(request), **form.cleaned_data)
        except RegistryError as error:
            form.refuse(error)
        else:
            kind = form.cleaned_data["form"]
            name = f'attachment; filename="audit.{kind}"'
            return StreamingHttpResponse(lines, content_type=FORMATS[kind], headers={"Content-Disposition": name})
    context = {"form": form, "find": find, "chosen": find.in_words()}
    return render(request, "accounts/audit_export.html", context, status=422 if form.errors else 200)


def _find(request: HttpRequest) -> FindEventsForm:
    return FindEventsForm(request.GET, organisations=list(Organisation.objects.order_by("name")), auto_id="find_%s")


def _said(detail: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in detail.items():
        yield name.replace("_", " "), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
