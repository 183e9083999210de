"""Forms by which an organisation decides on its runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.forms import ActionForm
from registry.telemetry.holding import HeldKind, HeldRuns
from registry.web.templatetags.moothall import day, plural

RELEASE, DISCARD = "release", "discard"
_SHOWN = (
    "Others see figures only where at least 5 organisations share theirs. Under your name, those who see the module see yours alone too."
)


class ShowForm(ActionForm):
    """Whether the figures are shown under the organisation's name."""

    shows_own = forms.BooleanField(label="Show our figures under our name", help_text=_SHOWN, required=False)


class DeleteForm(ActionForm):
    """A deletion that nobody asks for by mistake."""

    sure = forms.BooleanField(
        label="Delete everything we reported", error_messages={"required": "Tick the box to delete everything you reported."}
    )


class HeldForm(ActionForm):
    """Which kinds of held runs, and what is to become of them."""

    kinds = forms.MultipleChoiceField(
        label="Runs",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one row.", "invalid_choice": "One of these is no longer held. Choose again."},
    )
    become = forms.ChoiceField(
        label="What shall become of them?",
        choices=[(RELEASE, "Count them: they are right"), (DISCARD, "Throw them away for good")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what shall become of them."},
    )

    def __init__(self, *args: Any, held: Iterable[HeldRuns], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kinds = {" ".join(each.kind): each.kind for each in held}
        self.fields["kinds"].choices = [(" ".join(each.kind), said_of(each)) for each in held]  # type: ignore[attr-defined]

    def chosen(self) -> list[HeldKind]:
        """The kinds that were ticked."""
        return [self._kinds[key] for key in self.cleaned_data["kinds"]]


def said_of(runs: HeldRuns) -> str:
    """A kind of held runs in a sentence."""
    first, last = day(runs.first_started_at, "j M Y"), day(runs.last_started_at, "j M Y")
    when = f"started {first}" if first == last else f"started from {first} to {last}"
    late = "" if runs.to_release == runs.number else f" {plural(runs.number - runs.to_release, 'run')} of them cannot count."
    return (
        f"{runs.kind.module} {runs.kind.version}: {plural(runs.number, 'run')}, {when}, at most {plural(runs.most_items, 'item')} "
        f"and {_long(runs.longest_ms)} each. {runs.why}.{late}"
    )


def _long(milliseconds: int) -> str:
    """A duration as precisely as people need it."""
    minutes = round(milliseconds / 60_000)
    return f"{milliseconds / 3_600_000:.1f} hours" if minutes >= 120 else plural(max(minutes, 1), "minute")
