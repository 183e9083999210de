"""Forms by which people warn, recall, answer, pass on and retire. They read what was typed; the rules are in values and actions."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import ActionForm
from accounts.models import Organisation
from registry.actions.publish_advisory import AdvisoryForm
from registry.adoption.models import Stage
from registry.lifecycle.models import Advisory, DigestVerdict
from registry.releases.models import Release
from registry.releases.receiving import ReceivedFile
from registry.releases.upload import Upload
from registry.values.severities import Severity
from registry.web import words

LEVELS = [(each.value, words.LEVELS[each.value][1]) for each in Severity]


def _text(label: str, *, help_text: str = "", required: str = "", rows: int = 3, limit: int = 2000) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        max_length=limit,
        error_messages={"required": required},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _line(label: str, *, help_text: str = "", required: str = "", limit: int = 120, **attributes: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        max_length=limit,
        error_messages={"required": required},
        widget=forms.TextInput(attrs=attributes),
    )


def _choice(label: str, choices: list[tuple[str, str]], required: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages={"required": required})


def _day(label: str, *, help_text: str = "", required: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text or "Such as 2027-03-31.",
        required=bool(required),
        error_messages={"required": required, "invalid": "Enter a day, such as 2027-03-31."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ReasonForm(ActionForm):
    """Why something is done."""

    reason = _text("Why", required="Say in a sentence why.", limit=500)

    def __init__(self, *args: Any, help_text: str = "", label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text
        self.fields["reason"].label = label or self.fields["reason"].label


class ReportForm(ActionForm):
    reason = _text(
        "What looks unsafe",
        help_text="Say what you saw and where: a stage, a page, a line. Its publisher and the stewards read this.",
        required="Say what looks unsafe, and where.",
        rows=5,
    )


class VerdictForm(ActionForm):
    sha256 = _line(
        "SHA-256 of the file",
        help_text="64 digits and letters, as shown beside each file.",
        required="Enter the SHA-256.",
        spellcheck="false",
    )
    verdict = _choice(
        "Decision",
        [("deny", "Deny: refuse it, and quarantine what holds it"), ("allow", "Allow: it was looked at and is sound")],
        "Choose a decision.",
    )
    reason = _text("Why", help_text="Whoever tries to publish denied bytes reads this.", required="Say in a sentence why.", limit=500)


class RecallForm(ActionForm):
    versions = _line(
        "Versions",
        help_text="A range, such as 1.4.x or >=1.4.0 <1.4.3. What you publish later is not recalled by it.",
        required="Enter the versions.",
        spellcheck="false",
    )
    severity = _choice("How bad is it?", LEVELS, "Choose how bad it is.")
    reason = _text(
        "What is wrong",
        help_text="And what may happen. Every organisation that uses one of these versions reads this.",
        required="Say what is wrong.",
        rows=4,
    )
    workaround = _text("What to do meanwhile", help_text="If anything helps short of stopping it.")
    days = forms.IntegerField(
        label="Days to answer in",
        help_text="Leave empty for 1, 3, 7 or 14 days, by how bad it is.",
        required=False,
        error_messages={"invalid": "Enter a whole number of days."},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class AnswerForm(ActionForm):
    answer = _choice("What did you do?", list(words.RECALL_ANSWERS.items()), "Choose what you did.")
    text = _text("Anything its publisher should know")


class RecordForm(ActionForm):
    """Brings a record of use in line with the answer to a recall: by one of two buttons."""

    do = forms.ChoiceField(choices=[("retire", ""), ("move", "")])
    remedy: Release | None = None  # the version to move to, where there is one

    def clean(self) -> None:
        if self.cleaned_data.get("do") == "move" and self.remedy is None:
            raise forms.ValidationError("No version is named to move to yet. Retire the record, or wait.", code="remedy_unknown")

    def move(self) -> dict[str, Any]:
        """As :func:`move_adoption` takes it."""
        if self.cleaned_data["do"] == "move":
            return {"release": self.remedy, "reason": "The version before was recalled."}
        return {"stage": Stage.RETIRED, "reason": "The version was recalled."}


class OverrideForm(ActionForm):
    reason = _text(
        "Why you need exactly this version",
        help_text="Kept on record. Its publisher and the stewards read it.",
        required="Say why you need exactly this version.",
        limit=500,
    )


class RemedyForm(ActionForm):
    version = _line("Version to move to", required="Enter a version.", spellcheck="false")


class CloseForm(ActionForm):
    reason = _text("Why it can end", help_text="Needed while answers are outstanding.", limit=500)


class AdvisoryEditForm(ActionForm):
    summary = _line("What is wrong, in one sentence", required="Say in one sentence what is wrong.", limit=200)
    details = _text(
        "What may happen, to whom, and how to tell", help_text="Markdown works.", required="Say what may happen.", rows=6, limit=20_000
    )
    severity = forms.ChoiceField(
        label="How bad is it?",
        help_text="Needed unless you give a CVSS 3 vector.",
        choices=[("", "As the CVSS vector says"), *LEVELS],
        required=False,
    )
    cvss = _line(
        "CVSS vector", help_text="If you have one, such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H.", limit=240, spellcheck="false"
    )
    ranges = _line(
        "Affected versions, as a range",
        help_text="Such as >=1.4.0 <1.4.3; the second number is the version that mends it.",
        spellcheck="false",
    )
    versions = _line("Affected versions beside the range", help_text="Parted by commas.", limit=500, spellcheck="false")
    workaround = _text("What to do meanwhile", limit=20_000)
    aliases = _line("Known elsewhere as", help_text="Such as CVE-2026-12345, parted by commas.", limit=500, spellcheck="false")
    credits = _line("Found by", help_text="Parted by commas.", limit=500)

    def advisory_form(self) -> AdvisoryForm:
        """What the action takes."""
        said = dict(self.cleaned_data)
        lists = {
            name: tuple(part.strip() for part in said.pop(name).split(",") if part.strip()) for name in ("versions", "aliases", "credits")
        }
        return AdvisoryForm(**said, **lists)  # type: ignore[arg-type]  # its fields, by their names


def said_by(advisory: Advisory) -> dict[str, Any]:
    """What the fields of :class:`AdvisoryEditForm` hold for ``advisory``."""
    plain = {name: getattr(advisory, name) for name in ("summary", "details", "severity", "cvss", "ranges", "workaround")}
    return plain | {name: ", ".join(getattr(advisory, name)) for name in ("versions", "aliases", "credits")}


class TransferForm(ActionForm):
    receiver = forms.ChoiceField(label="Who takes it over?", error_messages={"required": "Choose an organisation."})
    reason = _text("Why", help_text="The other organisation reads this.", required="Say in a sentence why.", limit=500)

    def __init__(self, *args: Any, owner: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organisation.objects.filter(is_active=True).exclude(pk=owner.pk).exclude(kind=Organisation.Kind.PARTNERSHIP)
        self.fields["receiver"].choices = [("", "Choose one"), *others.order_by("name").values_list("slug", "name")]  # type: ignore[attr-defined]


class SupportForm(ActionForm):
    support_by = _line("Who keeps it working", help_text="A team or a firm. Leave both empty to promise nothing.")
    support_until = _day("Until when")


class RetireForm(ActionForm):
    ends_on = _day("Last day of service", required="Enter the last day of service.")
    reason = _text("Why", help_text="Everybody who sees the module reads this.", required="Say in a sentence why.", limit=500)
    successor = _line("The module to move to", help_text="If there is one, such as thames-valley/victim-letters.", spellcheck="false")


class EvidenceForm(ActionForm):
    """One thing done, and what shows it."""

    item = forms.CharField(widget=forms.HiddenInput)
    evidence = forms.FileField(
        label="What shows it",
        help_text="A picture, PDF, office document or text, up to 20 MB.",
        error_messages={"required": "Choose a file that shows it."},
    )
    note = _text("Note", rows=2, limit=500)

    def clean_evidence(self) -> Upload:
        """As it was received to disk."""
        file = self.cleaned_data["evidence"]
        if not isinstance(file, ReceivedFile):
            raise forms.ValidationError(self.fields["evidence"].error_messages["required"])
        return file.upload


VERDICTS = dict(DigestVerdict.Verdict.choices)
