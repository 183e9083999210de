"""Forms by which organisations say what they run. They read what was typed; the rules are in the actions."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import ActionForm
from registry.actions.state_adoption import AdoptionForm
from registry.adoption.models import Sharing, Stage
from registry.index.use_entries import OwnAdoption

SHARING = [
    (Sharing.NAMED, "By name: everyone who sees the module reads that you run it, which version and since when"),
    (Sharing.COUNTED, "Counted: they read that one more organisation runs it and in which version, not who"),
    (Sharing.KEPT, "Kept to yourselves: nobody else reads it, and it counts nowhere"),
]
SHARING_HELP = (
    "Whatever you choose, we tell you of a recall, and the module’s publisher then reads that you were told. "
    "Where few see a module, others may guess who is counted."
)


def _line(label: str, *, help_text: str = "", limit: int, width: str = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"class": f"govuk-input--width-{width}"} if width else {})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=limit, widget=widget)


def _text(label: str, *, help_text: str = "", limit: int, rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}))


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text="Needed once it is live. Such as 2026-03-31.",
        required=False,
        error_messages={"invalid": "Enter a day, such as 2026-03-31."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _tick(label: str, *, initial: bool = False) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, initial=initial)


def _owner() -> forms.CharField:
    return _line("Who answers for it", help_text="The post or team at your organisation, not a person. Needed once it is live.", limit=120)


def _stage(stages: list[Stage]) -> forms.ChoiceField:
    says = {
        Stage.INTERESTED: "Interested: you may want it",
        Stage.ASSESSING: "Assessing: you have a version and look into it",
        Stage.PILOT: "Pilot: you try it on real work",
        Stage.LIVE: "Live: it does real work every day",
    }
    return forms.ChoiceField(
        label="How far are you?",
        choices=[(stage.value, says[stage]) for stage in stages],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how far you are."},
    )


class _WithVersion(ActionForm):
    version = forms.ChoiceField(label="Version", required=False)

    def offer(self, versions: list[str], *, empty: str) -> None:
        """Let one of ``versions`` be chosen, or ``empty``."""
        self.fields["version"].choices = [("", empty), *((each, each) for each in versions)]  # type: ignore[attr-defined]


class DetailsForm(ActionForm):
    """What a record says beside stage and version."""

    since = _day("Live since")
    owner = _owner()
    volume = forms.IntegerField(
        label="How many a year",
        help_text="Items it works through at your organisation, if you know. A number without points or commas.",
        required=False,
        error_messages={"invalid": "Enter a whole number, such as 35000."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
    )
    unit = _line("Of what", help_text="In the plural, such as case files.", limit=40, width="20")
    shares_volume = _tick("Whoever reads your name reads the volume too", initial=True)
    systems = _text("Systems it works in at your organisation", help_text="One a line. Only your organisation reads this.", limit=1700)
    objective = _text("What it is to achieve", help_text="Only your organisation reads this.", limit=300)
    blockers = _text("What stands in the way", help_text="While it is not live. Only your organisation reads this.", limit=1000)
    is_adapted = _tick("You changed it for yourselves")
    sharing = forms.ChoiceField(
        label="Who reads this?",
        choices=SHARING,
        help_text=SHARING_HELP,
        initial=Sharing.NAMED,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who reads this."},
    )

    def adoption_form(self) -> AdoptionForm:
        """What the action takes."""
        said = {name: self.cleaned_data[name] for name in DetailsForm.base_fields}
        systems = tuple(line.strip() for line in said.pop("systems").splitlines() if line.strip())
        return AdoptionForm(systems=systems, **said)


class StateForm(_WithVersion, DetailsForm):
    """A new record."""

    stage = _stage([Stage.INTERESTED, Stage.ASSESSING, Stage.PILOT, Stage.LIVE])
    field_order = ("stage", "version")

    def __init__(self, *args: Any, versions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(versions, empty="None yet")


class MoveForm(_WithVersion):
    """Another stage, another version, or both."""

    stage = _stage([Stage.INTERESTED, Stage.ASSESSING, Stage.PILOT, Stage.LIVE])
    since = _day("Live since")
    owner = _owner()
    reason = _text("Why", help_text="Needed to go back a stage. Only your organisation reads this.", limit=500)
    field_order = ("stage", "version")

    def __init__(self, *args: Any, versions: list[str], held: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer([each for each in versions if each != held], empty=f"As it is: {held}" if held else "None yet")


class RetireForm(ActionForm):
    """That it is given up, and why."""

    reason = forms.CharField(
        label="Why do you give it up?",
        max_length=500,
        error_messages={"required": "Say in a sentence why you give it up."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    shares_reason = _tick("Others may read why, where they read your name")


def details_of(entry: OwnAdoption) -> dict[str, Any]:
    """What the fields of :class:`DetailsForm` hold for ``entry``."""
    plain = {name: getattr(entry, name) for name in DetailsForm.base_fields if name != "systems"}
    return {**plain, "systems": "\n".join(entry.systems)}
