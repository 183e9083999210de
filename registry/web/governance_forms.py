"""Forms of governance: what data, which papers, who signs, and access."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.forms import ActionForm
from registry.governance.models import DECISIONS, DataCategory, LegalBasis
from registry.governance.questions import QUESTIONS, field_name
from registry.releases.receiving import ReceivedFile
from registry.releases.upload import Upload
from registry.values.markings import Marking

MARKINGS = [(each.value, each.value) for each in Marking]
DAY_HELP = "Such as 2027-04-30."


def day_field(label: str, *, help_text: str = DAY_HELP, in_days: int | None = None, required: str = "Enter a day.") -> forms.DateField:
    """A day, which a browser may offer to pick."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        initial=(lambda: timezone.localdate() + timedelta(days=in_days)) if in_days else None,
        error_messages={"required": required, "invalid": f"Enter a day as year, month, day. {DAY_HELP}"},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def text_field(label: str, *, help_text: str = "", rows: int = 3, required: str = "") -> forms.CharField:
    """Some sentences; ``required`` is what is said when there are none."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        error_messages={"required": required},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def marking_field(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=MARKINGS, widget=forms.RadioSelect, initial=Marking.OFFICIAL)


class DataUseForm(ActionForm):
    """Whose data a release handles, and the laws its process stands on."""

    data_categories = forms.MultipleChoiceField(
        label="Whose data it handles",
        help_text="Tick all that it reads or writes when it runs.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one; if it handles nothing about people, tick that."},
    )
    automated_decisions = forms.ChoiceField(
        label="Its part in decisions about people",
        choices=DECISIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose its part in decisions."},
    )
    law_enforcement = forms.BooleanField(
        label="It processes for law enforcement", help_text="Part 3 of the Data Protection Act 2018.", required=False
    )
    uses_ai = forms.BooleanField(label="It uses artificial intelligence", required=False)
    legal_bases = forms.MultipleChoiceField(
        label="Laws and schemes the process stands on",
        help_text="When one of them changes, you are told to look at this module again.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = DataCategory.objects.filter(is_active=True)
        self.fields["data_categories"].choices = [  # type: ignore[attr-defined]
            (each.code, f"{each.name}: {each.words[:1].lower()}{each.words[1:]}") for each in categories
        ]
        self.fields["legal_bases"].choices = list(  # type: ignore[attr-defined]
            LegalBasis.objects.filter(is_active=True).values_list("slug", "name")
        )


class AssessmentForm(ActionForm):
    """One assessment, with the questions of its kind, and a paper to keep with it."""

    public_summary = text_field(
        "Summary for everybody who sees the module",
        help_text="What was found and decided, without confidential facts or advice.",
        required="Write a summary that partners may read.",
    )
    reference = forms.CharField(label="Your reference", help_text="The number it has in your own files, if any.", required=False)
    review_by = day_field("To be looked at again by", in_days=365, required="Enter the day by which it is to be looked at again.")
    marking = marking_field("Marking of what is not public in it")
    handling = forms.CharField(label="Handling caveat", required=False)
    artefact = forms.FileField(
        label="A paper to keep with it",
        help_text="The document itself, advice, a consultation: PDF, office document, picture or text. You can add more later.",
        required=False,
        allow_empty_file=True,
    )
    paper_marking = marking_field("Marking of that paper")
    paper_handling = forms.CharField(label="Handling caveat of that paper", required=False)

    def __init__(self, *args: Any, paper: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = QUESTIONS[paper]
        for question in self.questions:
            kept = "" if question.is_public else "Not public: your organisation, reviewers, auditors and those it is shared with by name."
            about = f"{question.group}: {question.label}" if question.group else question.label
            needed = f"Answer “{about}”; “none” is an answer." if question.is_needed else ""
            help_text = " ".join(filter(None, (question.hint, kept)))
            self.fields[field_name(question)] = text_field(about, help_text=help_text, rows=2, required=needed)
        own = ["public_summary", *(field_name(question) for question in self.questions)]
        self.order_fields([*own, "reference", "review_by", "marking", "handling", "artefact", "paper_marking", "paper_handling"])

    def answers(self) -> dict[str, str]:
        """What was answered, by question code."""
        return {question.code: self.cleaned_data[field_name(question)] for question in self.questions}

    def upload(self) -> Upload | None:
        """The paper sent along, if any."""
        file = self.cleaned_data.get("artefact")
        return file.upload if isinstance(file, ReceivedFile) else None


class SignForm(ActionForm):
    """Says that an assessment was read."""

    read = forms.BooleanField(
        label="I have read it in full, and it fits what this version reaches and handles",
        error_messages={"required": "Tick this once you have read it."},
    )


class OutcomeForm(ActionForm):
    """What looking at a module again came to."""

    outcome = text_field(
        "What you found",
        help_text="What changed in the module, or why nothing had to.",
        required="Say in a sentence or two what you found.",
    )


class LawChangeForm(ActionForm):
    """That a law changed."""

    what = text_field("What changed", help_text="Everybody whose modules stand on it reads this.", required="Say what changed.")
    from_day = day_field("From when it holds", required="Enter the day from which it holds.")


class AskForm(ActionForm):
    """Why an organisation wants to see a module."""

    reason = text_field("Why you ask", required="Say why you ask.")
    purpose = text_field("What you will use it for", required="Say what you will use it for.")
    until = day_field("Until when you need it", help_text=f"At most a year from now. {DAY_HELP}", in_days=90)


class ApproveForm(ActionForm):
    """How long access is given for."""

    until = day_field("Until the end of", help_text=f"At most a year from now. Access ends by itself. {DAY_HELP}")
    text = text_field("A word to those who asked", rows=2)


class WhyForm(ActionForm):
    """Why access is declined or taken back."""

    text = text_field("Why", help_text="Those who asked read this.", required="Say why in a sentence.")
