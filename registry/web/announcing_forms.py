"""Forms by which a breaking release is announced, objected to and answered for."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import ActionForm
from accounts.models import Organisation
from registry.actions.give_notice import LONGEST, MAX_WORDS, SHORTEST


def _text(label: str, *, help_text: str, required: str, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=MAX_WORDS,
        error_messages={"required": required},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class NoticeForm(ActionForm):
    days = forms.IntegerField(
        label="Days before it is listed",
        help_text=f"From {SHORTEST} to {LONGEST}. Those it hits can object until then.",
        initial=30,
        error_messages={"required": "Enter a number of days.", "invalid": "Enter a whole number of days."},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    why = _text(
        "Why it must break, and what they have to do",
        help_text="Everybody who is told reads this, though they do not see the version yet.",
        required="Say why it must break, and what they have to do.",
    )


class ObjectionForm(ActionForm):
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label="For which organisation?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose an organisation.", "invalid_choice": "Choose one of these organisations."},
    )
    text = _text(
        "What speaks against it",
        help_text="Say what it breaks for you, and what would help: more time, another way. Its publisher and reviewers read it.",
        required="Say what speaks against it.",
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["organisation"]
        chooser.queryset = Organisation.objects.filter(pk__in=[each.pk for each in organisations])  # type: ignore[attr-defined]
        if len(organisations) == 1:
            chooser.widget = forms.HiddenInput()
            chooser.initial = organisations[0].pk


class AnswerObjectionForm(ActionForm):
    """One of several on a page: ``about`` is the key of its objection, and part of the names of its fields."""

    answer = _text("Your answer", help_text="The organisation that objected, and reviewers, read it.", required="Write an answer.", rows=3)

    def __init__(self, *args: Any, about: int, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"id-{about}-%s", **kwargs})
        self.about = about
