"""Forms of the pages of reviews. They read what was typed; the rules are in the actions."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import ActionForm
from accounts.models import Organisation
from registry.errors import RegistryError
from registry.releases.receiving import ReceivedFile
from registry.releases.upload import Upload
from registry.reviews.models import FindingAnswer
from registry.values.markings import Marking, Visibility
from registry.web import words
from registry.web.publishing_forms import artefact_field

NARROW = {"rows": 3}


class ReviewForm(ActionForm):
    """One of several forms of a page: its ids are its own, and what an action says of a hidden field stands above all of them."""

    key = ""  # in front of its ids

    def __init__(self, *args: Any, about: int = 0, **kwargs: Any) -> None:
        key = f"{self.key}-{about}" if about else self.key
        super().__init__(*args, **kwargs)
        self.auto_id = f"{key}-%s"
        self.about = about

    def refuse(self, error: RegistryError) -> None:
        """Put ``error`` beside a field that can be seen, or above them."""
        field = self.fields.get(error.where)
        shown = error.where if field is not None and not field.widget.is_hidden else None
        self.add_error(shown, f"{error.message} {error.mend}".strip())


def _said(label: str, *, help_text: str = "", required: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        error_messages={"required": required},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class DecideForm(ReviewForm):
    """What a reviewer makes of a review: ``sign:<role>``, ``ask``, ``hold``, ``refuse`` or ``reopen``. Which of them can be had the page
    knows, and the actions see to it."""

    key = "decide"
    decision = forms.CharField(label="Your decision", max_length=40, error_messages={"required": "Choose what you decide."})
    text = _said("Reason, shown in the log", help_text="Needed for everything but a signature.")
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class SignForm(ReviewForm):
    key = "sign"
    role = forms.CharField(label="Role", max_length=24, error_messages={"required": "Choose the role you sign as."})
    comment = _said("Comment")
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class WordsForm(ReviewForm):
    """Words that go with asking, holding, refusing, reopening, answering or taking back."""

    key = "words"
    text = _said("Reason, shown in the log")


class AnswerAuthorForm(ReviewForm):
    key = "resubmit"
    text = _said("Your answer", help_text="The files stay as they are, and so does what was signed.")


class FilesOfReviewForm(ReviewForm):
    """The author's mended files."""

    key = "files"
    artefact = artefact_field()
    text = _said("What you mended", rows=2)
    contested = forms.CharField(
        label="What need not be mended, and why",
        help_text="If something found is not what it seems, say so: a reviewer answers it.",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ClaimForm(ReviewForm):
    """Takes a review, puts it back, or gives it to somebody."""

    key = "claim"
    do = forms.ChoiceField(choices=[("take", "Take it"), ("back", "Put it back"), ("give", "Give it")])
    assignee = forms.IntegerField(label="Give it to", required=False, widget=forms.Select)

    def __init__(self, *args: Any, reviewers: tuple[tuple[int, str], ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].widget.choices = [("", "Choose a reviewer"), *reviewers]


class FindingForm(ReviewForm):
    """Says that what was found need not be mended."""

    key = "finding"
    verdict = forms.ChoiceField(
        label="Your answer",
        choices=FindingAnswer.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer."},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="Kept for good, and counts for the same finding in later versions. Do not repeat what was found.",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EvidenceField(forms.FileField):
    """One file as it was received, or none."""

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        return data.upload if isinstance(data, ReceivedFile) else None


class TickForm(ReviewForm):
    """Says that one has looked at an item of the checklist, with what shows it."""

    key = "tick"
    item = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label="Note", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    evidence = EvidenceField(label="Picture or file that shows it", required=False)
    marking = forms.ChoiceField(
        label="Marking of the file", choices=[(each.value, each.value) for each in Marking], required=False, initial=Marking.OFFICIAL
    )


class WithdrawSignOffForm(ReviewForm):
    key = "withdraw"
    role = forms.CharField(widget=forms.HiddenInput, max_length=24)
    text = _said("Why you take it back")


class ListForm(ReviewForm):
    key = "list"


class WidenForm(ReviewForm):
    """Asks that more may see a module."""

    key = "widen"
    visibility = forms.ChoiceField(
        label="Who is to see it",
        choices=[(each.value, words.VISIBILITIES[each.value]) for each in Visibility],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who is to see it."},
    )
    share_with = forms.MultipleChoiceField(
        label="Organisations, if you name them",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="All that are to see it, those that do already too.",
    )
    marking = forms.ChoiceField(
        label="Security marking",
        choices=[(each.value, each.value) for each in Marking],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a marking."},
    )
    reason = forms.CharField(
        label="Why more are to see it",
        help_text="Read by the second person, who agrees or declines.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence or two why more are to see it."},
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organisation.objects.filter(is_active=True).exclude(pk=organisation.pk).order_by("name").values_list("slug", "name")
        self.fields["share_with"].choices = list(others)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Names of organisations count only where the module is to be shared by name."""
        cleaned = super().clean() or {}
        by_name = cleaned.get("visibility") == Visibility.NAMED or (
            cleaned.get("visibility") == Visibility.PARTNERSHIP and cleaned.get("marking") == Marking.OFFICIAL_SENSITIVE
        )
        if not by_name:
            cleaned["share_with"] = []
        elif not cleaned.get("share_with") and "share_with" not in self.errors:
            self.add_error("share_with", "Tick at least one organisation, or choose another answer to who is to see it.")
        return cleaned


class DecideWideningForm(ReviewForm):
    key = "widening"
    agree = forms.ChoiceField(
        label="Your answer",
        choices=[("yes", "Agree"), ("no", "Decline")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer."},
    )
    text = forms.CharField(
        label="Your words", help_text="Needed to decline.", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
