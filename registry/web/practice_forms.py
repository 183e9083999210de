"""Forms of the record of practice. They read what was typed; the rules are in the actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from accounts.forms import ActionForm
from registry.actions.record_practice import PracticeForm
from registry.curation import terms
from registry.curation.models import PracticeRecord
from registry.releases.receiving import ReceivedFile
from registry.releases.upload import Upload

_LISTS = {"topics": terms.TOPICS, "partners": terms.PARTNERS, "target_groups": terms.TARGET_GROUPS}


def _line(label: str, limit: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, help_text=help_text, required=False)


def _several(label: str, usual: tuple[str, ...]) -> forms.MultipleChoiceField:
    choices = [(each, each) for each in usual]
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


def _others(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, help_text="One on each line.", required=False, max_length=2500, widget=forms.Textarea(attrs={"rows": 2})
    )


class PracticeEditForm(ActionForm):
    """Everything a publisher records, with the practice bank's usual terms to tick and room for others."""

    stage_of_practice = forms.ChoiceField(
        label="Stage of practice",
        choices=PracticeRecord.StageOfPractice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the stage of practice."},
    )
    scale = forms.ChoiceField(
        label="Scale of initiative",
        choices=PracticeRecord.Scale.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the scale."},
    )
    does_it_work = forms.ChoiceField(
        label="Does it work?",
        help_text="Whatever is not “Untested” is a proposal until a steward confirms it, also when you change its basis or evidence.",
        choices=PracticeRecord.Works.choices,
        initial=PracticeRecord.Works.UNTESTED,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how well it works."},
    )
    basis = _line("Who rated it so, and when", 120, "Such as College of Policing, March 2024. Needed unless it is untested.")
    evidence_reference = _line("What shows it", 300, "A report or a page, such as an HMICFRS report with its date.")
    evidence = forms.FileField(
        label="Or a file that shows it",
        help_text="A picture, PDF, office document or text, up to 20 MB. Everybody who sees the module can open it.",
        required=False,
    )
    drops_evidence = forms.BooleanField(label="Take away the file that is kept so far", required=False)
    focus = forms.ChoiceField(label="Focus", choices=[("", "None"), *((each, each) for each in terms.FOCUSES)], required=False)
    topics = _several("Topic", terms.TOPICS)
    other_topics = _others("Other topics")
    partners = _several("Partners", terms.PARTNERS)
    other_partners = _others("Other partners")
    target_groups = _several("Target group", terms.TARGET_GROUPS)
    other_target_groups = _others("Other target groups")
    region = _line("Region", 80, "Such as South East.")
    contact_name = _line("Contact", 120, "A post or team, not a person. Without one, the owner on the module’s page is shown.")
    contact_email = forms.EmailField(
        label="E-mail address of the contact",
        required=False,
        error_messages={"invalid": "Enter an e-mail address in the correct format, such as name@example.org."},
        widget=forms.EmailInput(attrs={"spellcheck": "false"}),
    )
    started_on = forms.DateField(
        label="Start date",
        help_text="Such as 2020-09-01.",
        required=False,
        error_messages={"invalid": "Enter a day, such as 2020-09-01."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    problem = forms.CharField(
        label="Aim",
        help_text="The problem it answers, and what it is to achieve.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, has_file: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_file:
            del self.fields["drops_evidence"]

    def clean_evidence(self) -> Upload | None:
        """As it was received to disk."""
        file = self.cleaned_data["evidence"]
        return file.upload if isinstance(file, ReceivedFile) else None

    def practice_form(self) -> PracticeForm:
        """What the action takes."""
        said = dict(self.cleaned_data)
        said.pop("evidence")
        lists = {name: (*said.pop(name), *said.pop(f"other_{name}").splitlines()) for name in _LISTS}
        return PracticeForm(**said, **lists)  # type: ignore[arg-type]  # its fields, by their names


def said_in(record: PracticeRecord) -> dict[str, Any]:
    """What the fields of :class:`PracticeEditForm` hold for ``record``."""
    plain = ("stage_of_practice", "scale", "basis", "evidence_reference", "focus", "region", "contact_name", "contact_email", "started_on")
    said = {name: getattr(record, name) for name in (*plain, "problem")} | {"does_it_work": record.wanted}
    for name, usual in _LISTS.items():
        values = getattr(record, name)
        said[name] = [each for each in values if each in usual]
        said[f"other_{name}"] = "\n".join(each for each in values if each not in usual)
    return said


class PracticeDecisionForm(ActionForm):
    """A steward's decision on what they read: ``as_of`` is when that was written."""

    as_of = forms.CharField(widget=forms.HiddenInput)
    confirm = forms.TypedChoiceField(
        label="Decision",
        choices=[("yes", "Confirm it"), ("no", "Do not confirm it: it is shown as untested")],
        coerce=lambda chosen: chosen == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a decision."},
    )
    reason = forms.CharField(
        label="Why",
        help_text="Its publisher reads this.",
        max_length=500,
        error_messages={"required": "Say in a sentence why."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_as_of(self) -> datetime:
        try:
            return datetime.fromisoformat(self.cleaned_data["as_of"])
        except ValueError:
            raise forms.ValidationError("Open the page again.") from None
