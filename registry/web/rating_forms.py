"""Forms by which adopters rate, publishers reply, and stewards judge. They read what was typed; the rules are in the actions."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import ActionForm
from registry.actions.rate_release import MAX_EFFORT, MAX_WORDS, MIN_WORDS
from registry.actions.reply_rating import MAX_REPLY
from registry.actions.report_rating import MAX_REASON
from registry.curation.models import CRITERIA, Rating

POINTS = [("5", "5, very good"), ("4", "4, good"), ("3", "3, fair"), ("2", "2, poor"), ("1", "1, very poor")]


class RateForm(ActionForm):
    """Each criterion from 1 to 5, none chosen beforehand; then words, and what it took."""

    words = forms.CharField(
        label="In your words",
        help_text="What went well, what did not, what the next one should know. Name no person and no case.",
        min_length=MIN_WORDS,
        max_length=MAX_WORDS,
        error_messages={
            "required": "Say what went well and what did not.",
            "min_length": f"Say it in {MIN_WORDS} characters or more.",
        },
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    effort_days = forms.IntegerField(
        label="Working days from download to live",
        help_text="All people together. Leave it empty if nobody counted.",
        required=False,
        min_value=0,
        max_value=MAX_EFFORT,
        error_messages={
            "invalid": "Enter a whole number of days.",
            "min_value": "Enter a number of days, 0 or more.",
            "max_value": f"Enter {MAX_EFFORT:,} days or fewer.",
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label, question in CRITERIA:
            self.fields[code] = forms.TypedChoiceField(
                label=label,
                help_text=question,
                choices=POINTS,
                coerce=int,
                widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
                error_messages={"required": f"Rate “{label}” from 1 to 5."},
            )
        self.order_fields([*(code for code, _, _ in CRITERIA), "words", "effort_days"])

    def said(self) -> dict[str, Any]:
        """What the action takes."""
        given = dict(self.cleaned_data)
        return {"words": given.pop("words"), "effort_days": given.pop("effort_days"), "points": given}


def said_in(rating: Rating) -> dict[str, Any]:
    """What the fields of :class:`RateForm` hold for ``rating``."""
    return {name: getattr(rating, name) for name in (*(code for code, _, _ in CRITERIA), "words", "effort_days")}


class ReplyForm(ActionForm):
    text = forms.CharField(
        label="Your reply",
        help_text="Whoever sees the rating reads it, under the name of your organisation.",
        max_length=MAX_REPLY,
        error_messages={"required": "Enter a reply."},
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class RatingReportForm(ActionForm):
    reason = forms.CharField(
        label="What is wrong with it",
        help_text="The stewards read this. The organisation that rated does not.",
        max_length=MAX_REASON,
        error_messages={"required": "Say what is wrong with it."},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RatingDecisionForm(ActionForm):
    hide = forms.TypedChoiceField(
        label="Decision",
        choices=[("no", "The rating stays"), ("yes", "Hide the rating")],
        coerce=lambda chosen: chosen == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a decision."},
    )
    reason = forms.CharField(
        label="Why",
        help_text="If you hide it, both organisations read this.",
        max_length=500,
        error_messages={"required": "Say in a sentence why."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
