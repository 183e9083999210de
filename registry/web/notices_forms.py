"""The form by which somebody chooses the mails they get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from accounts.forms import ActionForm
from registry.notices.kinds import CHOICES, KINDS, Kind


class MailForm(ActionForm):
    """A choice for each kind that is not urgent; ``chosen`` is what was chosen before."""

    def __init__(self, *args: Any, chosen: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, kind in KINDS.items():
            if not kind.is_urgent:
                self.fields[code] = forms.ChoiceField(
                    label=kind.name,
                    choices=list(CHOICES.items()),
                    widget=forms.RadioSelect,
                    initial=chosen.get(code, kind.by_mail),
                    error_messages={"required": f"Choose how you are mailed of “{kind.name}”."},
                )

    def rows(self) -> Iterator[tuple[Kind, BoundField | None]]:
        """Every kind, with its field where there is something to choose."""
        for code, kind in KINDS.items():
            yield kind, self[code] if code in self.fields else None
