"""Forms by which an organisation connects what it runs."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import ActionForm
from registry.formats.tables import MAX_BYTES
from registry.telemetry.adapters import times
from registry.telemetry.adapters.model import MAX_NAME
from registry.telemetry.sources import Platform

OPEN, RENEW, CLOSE = "open", "renew", "close"
MODULE, LEAVE_OUT = "module", "leave_out"


class UploadForm(ActionForm):
    """A table of runs."""

    file = forms.FileField(
        label="File",
        help_text=f"CSV or Excel workbook (.xlsx), at most {MAX_BYTES >> 20} MiB and 50,000 rows, with its row of headings.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty. Choose another."},
    )
    zone = forms.ChoiceField(
        label="Times in the file are of",
        choices=[(zone, zone.replace("Europe/", "")) for zone in times.ZONES],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the times are of."},
    )
    dates = forms.ChoiceField(
        label="Dates with figures only",
        help_text="How 03/11/2026 is meant. Dates such as 2026-11-03 are read either way.",
        choices=[("dmy", "Day first: 3 November"), ("mdy", "Month first: 11 March")],
        initial="dmy",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how dates are written."},
    )


class RunNameForm(ActionForm):
    """What a platform's name stands for."""

    source = forms.ChoiceField(label="What the name is", choices=Platform.choices, error_messages={"required": "Choose what the name is."})
    name = forms.CharField(
        label="Name",
        help_text="As the platform writes it.",
        max_length=MAX_NAME,
        error_messages={"required": "Enter the name as the platform writes it."},
    )
    stands_for = forms.ChoiceField(
        label="What are its runs?",
        choices=[(MODULE, "Runs of a module"), (LEAVE_OUT, "Not ours to report: leave them out")],
        initial=MODULE,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what its runs are."},
    )
    module = forms.CharField(label="Module", help_text="As on its page, such as hampshire/victim-update.", required=False, max_length=121)
    version = forms.CharField(
        label="Version",
        help_text="Leave empty to take the one that the platform says or, where it says none, the one that you state you run.",
        required=False,
        max_length=80,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("stands_for") == LEAVE_OUT:
            given["module"] = given["version"] = ""
        elif not given.get("module") and "module" not in self.errors:
            self.add_error("module", forms.ValidationError("Enter the module, such as hampshire/victim-update.", code="module_missing"))
        return given

    def meaning(self) -> dict[str, str]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("source", "name", "module", "version")}


class HookForm(ActionForm):
    """What is to become of the webhook."""

    become = forms.ChoiceField(
        label="What shall become of it?", widget=forms.RadioSelect, error_messages={"required": "Choose what shall become of it."}
    )

    def __init__(self, *args: Any, is_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        renewed = (RENEW, "Make another secret: the one you have counts no more, at once")
        choices = [renewed, (CLOSE, "Close it: nothing is taken there any more")] if is_open else [(OPEN, "Open an address")]
        self.fields["become"].choices = choices  # type: ignore[attr-defined]
        self.fields["become"].initial = choices[0][0] if not is_open else None
