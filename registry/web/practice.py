"""The record of practice: read by whoever sees the module, written by its publisher, confirmed by a steward, taken away in three forms."""

from __future__ import annotations

import csv
import io
import json

from defusedcsv import csv as safe_csv
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import viewer_in
from accounts.views.access import posted, signed_in
from registry.actions.decide_practice import decide_practice, independent_of
from registry.actions.record_practice import record_practice
from registry.catalogue.models import Module
from registry.index import practice as found
from registry.index import read
from registry.index.practice import PracticeEntry
from registry.permissions import publisher_for, shown_as_publisher
from registry.values.markings import marking_headers
from registry.web.acting import Ask, ask
from registry.web.files import handed
from registry.web.practice_forms import PracticeDecisionForm, PracticeEditForm, said_in
from registry.web.publishing import METHODS, takes_files


@require_safe
@signed_in
def practice(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """What a module or sequence is in practice, in the fields of the practice bank."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    context = {
        "module": module,
        "practice": found.practice_entry(viewer, module.publisher, module.slug),
        "may_edit": shown_as_publisher(viewer, module),
    }
    return render(request, "registry/practice.html", context)


@require_http_methods(METHODS)
@signed_in
@takes_files
def edit(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Write the record."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    publisher_for(viewer, publisher, slug)
    record = found.practice_of(viewer, module.publisher, module.slug)
    said = Ask(
        heading="Practice record",
        lead="In the terms of the College of Policing’s practice bank, so that you can hand it in there without writing it again. "
        "Everybody who sees the module reads it.",
        button="Save",
        back=_address(module),
        module=module,
        takes_files=True,
    )
    file = record.evidence if record else None
    files = request.FILES if request.method == "POST" else None
    form = PracticeEditForm(posted(request), files, initial=said_in(record) if record else None, has_file=file is not None)
    if file is not None:
        form.fields["drops_evidence"].label = f"Take away {file.filename}, which is kept so far"
    done = "The practice record is saved. What it says of whether it works counts once a steward has confirmed it."

    def save() -> None:
        record_practice(module=module, form=form.practice_form(), evidence=form.cleaned_data["evidence"], by=viewer)

    return ask(request, said, form, save, done, said.back)


@require_http_methods(METHODS)
@signed_in
def decide(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Confirm how well it works, or do not."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    independent_of(viewer, module)
    record = found.practice_of(viewer, module.publisher, module.slug)
    if record is None:
        raise read.missing()
    waits = "proposes" if record.proposed else "was confirmed for"
    words = record.Works(record.wanted).label
    shown = [record.evidence_reference, f"the file {record.evidence.filename} on its page" if record.evidence else ""]
    said = Ask(
        heading="Decide whether it works",
        lead=f"“{words}” is what {module.organisation} {waits} it.",
        points=(f"Rated so by: {record.basis or 'nobody named'}", f"Shown by: {', '.join(filter(None, shown)) or 'nothing'}"),
        button="Save the decision",
        back=_address(module),
        module=module,
    )
    form = PracticeDecisionForm(posted(request), initial={"as_of": record.changed_at.isoformat()})
    return ask(
        request, said, form, lambda: decide_practice(practice=record, by=viewer, **form.cleaned_data), "Your decision is kept.", said.back
    )


@require_safe
@signed_in
def export(request: HttpRequest, publisher: str, slug: str, form: str) -> HttpResponse:
    """The record as JSON, CSV or plain text, in the order of the practice bank's fields; what is empty is left out."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    entry = found.existing_practice(viewer, module)
    if form not in _FORMS:
        raise read.missing()
    media_type, written = _FORMS[form]
    response = HttpResponse(written(entry), content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{module.publisher}-{module.slug}-practice.{form}"'
    for name, value in marking_headers(module.marking, module.handling).items():
        response[name] = value
    return response


@require_safe
@signed_in
def evidence(request: HttpRequest, publisher: str, slug: str) -> HttpResponseBase:
    """The file that shows how well it works, for whoever sees the module."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    record = found.practice_of(viewer, module.publisher, module.slug)
    if record is None or record.evidence is None:
        raise read.missing()
    response = handed(record.evidence, is_whole=request.method == "GET")
    for name, value in marking_headers(record.evidence.marking, record.evidence.handling).items():
        response[name] = value
    return response


def _address(module: Module) -> str:
    return reverse("practice", args=[module.publisher, module.slug])


def _as_json(entry: PracticeEntry) -> str:
    fields = [{"field": field.code, "label": field.label, "values": list(field.values)} for field in entry.fields]
    return json.dumps({"module": entry.module, "fields": fields}, ensure_ascii=False, indent=1) + "\n"


def _as_csv(entry: PracticeEntry) -> str:
    """One row below the names of its fields; several values of one are parted by semicolons. No cell is taken for a formula."""
    text = io.StringIO()
    rows = safe_csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    rows.writerow([field.label for field in entry.fields])
    rows.writerow(["; ".join(field.values) for field in entry.fields])
    return text.getvalue()


def _as_text(entry: PracticeEntry) -> str:
    return "\n\n".join("\n".join((field.label, *field.values)) for field in entry.fields) + "\n"


_FORMS = {"json": ("application/json", _as_json), "csv": ("text/csv", _as_csv), "txt": ("text/plain", _as_text)}
