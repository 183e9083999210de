"""Import of tables: sent, shown row by row as they would become, and stored when somebody confirms it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ActionForm
from accounts.viewer import viewer_in
from accounts.views.access import acted_for, member, posted
from registry.actions.import_rows import LANGUAGES, import_rows, keep_import
from registry.errors import RegistryError
from registry.imports.columns import KINDS, Column
from registry.imports.models import ImportDraft
from registry.imports.outcome import Outcome, from_json
from registry.imports.reading import MOST_ROWS
from registry.index import read
from registry.index.imports import draft_of
from registry.index.sheets import CSV, XLSX, as_csv, as_xlsx
from registry.permissions import answerer_for
from registry.releases.receiving import ReceivedFile
from registry.releases.upload import Upload
from registry.web.publishing import METHODS, takes_files

DANISH = "da"
_WRITTEN = {"en-GB": "As in Britain: 1,000.50", DANISH: "As in Denmark: 1.000,50"}
_KIND_HELP = {"adoptions": "What you run", "benefits": "Benefits", "costs": "What it costs"}


class ImportForm(ActionForm):
    """A file, what it holds, and how its numbers are written."""

    kind = forms.ChoiceField(
        label="What is in it?",
        choices=list(_KIND_HELP.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the file holds."},
    )
    language = forms.ChoiceField(
        label="How are its numbers written?",
        help_text="It matters only where a number could be read either way, such as 1.000.",
        choices=[(name, _WRITTEN[name]) for name in LANGUAGES],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how its numbers are written."},
    )
    file = forms.FileField(
        label="File",
        help_text=f"Excel workbook (.xlsx) or CSV, up to 5 MiB and {MOST_ROWS:,} rows. Its first sheet is read.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )

    def clean_file(self) -> Upload:
        """As it was received to disk."""
        file = self.cleaned_data["file"]
        if not isinstance(file, ReceivedFile):
            raise forms.ValidationError(self.fields["file"].error_messages["required"])
        return file.upload


@require_http_methods(METHODS)
@member
@takes_files
def send(request: HttpRequest) -> HttpResponse:
    """Send a table; nothing of it is stored in the registry by that."""
    viewer, organisation = viewer_in(request), acted_for(request)
    answerer_for(viewer, organisation)
    language = DANISH if organisation.language.startswith(DANISH) else "en-GB"
    kind = request.GET.get("kind", "")
    initial = {"language": language, "kind": kind if kind in KINDS else ""}
    form = ImportForm(posted(request), request.FILES or None, initial=initial)
    if form.is_valid():
        upload, said = form.cleaned_data["file"], {name: form.cleaned_data[name] for name in ("kind", "language")}
        try:
            draft = keep_import(organisation=organisation, upload=upload, by=viewer, **said)
        except RegistryError as error:
            place = f"{error.where[:1].upper()}{error.where[1:]}: " if error.where.startswith(("row", "column")) else ""
            form.add_error("file", forms.ValidationError(f"{place}{error.message} {error.mend}".strip(), code=error.code))
        else:
            return redirect("import_preview", draft.pk)
    context = {"form": form, "organisation": organisation, "templates": _templates(), "columns": _described()}
    return render(request, "registry/importing/send.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@member
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row as it would become, with what is wrong; POST stores all of them, or none."""
    viewer = viewer_in(request)
    draft = draft_of(viewer, pk)
    answerer_for(viewer, draft.organisation)
    outcome, status = from_json(draft.preview), 200
    if request.method == "POST" and not outcome.refused:
        outcome = import_rows(draft=draft, by=viewer)
        if not outcome.refused:
            messages.success(request, _done(outcome))
            return redirect(draft.kind)  # the page of what was imported is called like its kind
    if request.method == "POST":
        status = 422
    return render(request, "registry/importing/preview.html", {"draft": draft, "outcome": outcome}, status=status)


@require_safe
@member
def template(request: HttpRequest, name: str) -> HttpResponse:
    """An empty table with the headings and one row as an example: ``adoptions-en.csv``, ``benefits-da.xlsx``."""
    stem, _, form = name.partition(".")
    kind, _, language = stem.partition("-")
    if kind not in KINDS or language not in ("en", DANISH) or form not in ("csv", "xlsx"):
        raise read.missing()
    headings = [column.heading_da if language == DANISH else column.heading for column in KINDS[kind]]
    example = [column.example_da if language == DANISH else column.example for column in KINDS[kind]]
    if form == "xlsx":
        response = HttpResponse(as_xlsx(kind, headings, [example]), content_type=XLSX)
    else:
        response = HttpResponse(as_csv(headings, [example]), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _done(outcome: Outcome) -> str:
    made, known = len(outcome.made), len(outcome.known)
    kept = f" {known} {'was' if known == 1 else 'were'} there already and {'stays' if known == 1 else 'stay'} as before." if known else ""
    return f"Imported: {made} {'row' if made == 1 else 'rows'}.{kept}"


def _templates() -> list[tuple[str, list[tuple[str, str]]]]:
    """For each kind of table, its label and the templates: how each is called, and its address."""
    return [
        (
            label,
            [
                (f"{form.upper()}, {words}", reverse("import_template", args=[f"{kind}-{language}.{form}"]))
                for language, words in (("en", "English"), (DANISH, "Danish"))
                for form in ("xlsx", "csv")
            ],
        )
        for kind, label in ImportDraft.Kind.choices
    ]


def _described() -> list[tuple[str, list[dict[str, Any]]]]:
    return [(label, [_said(column) for column in KINDS[kind]]) for kind, label in ImportDraft.Kind.choices]


_HOLDS = {
    "text": "Text",
    "number": "Number",
    "whole": "Whole number",
    "day": "Day, such as 31-12-2016",
    "share": "Share, such as 70 %",
    "yes": "Yes or no",
    "list": "Names, parted by semicolons",
}


def _said(column: Column) -> dict[str, Any]:
    holds = _HOLDS.get(column.holds) or "One of: " + ", ".join(dict.fromkeys(column.choices.values()))
    return {"heading": column.heading, "heading_da": column.heading_da, "holds": holds, "needed": column.needed}
