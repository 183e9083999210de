"""Forms of the account pages. They read what was typed; the rules are in the actions."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Organisation, Role, SignOffRole
from accounts.roles import PERMISSIONS, Permission, roles_for
from accounts.tokens import DAYS, PUBLISH_DAYS, SCOPES
from registry.errors import RegistryError


class ActionForm(forms.Form):
    """A form that can show what an action refused."""

    def refuse(self, error: RegistryError) -> None:
        """Put ``error`` beside the field it names, or above all of them."""
        sentence = f"{error.message} {error.mend}".strip()
        self.add_error(error.where if error.where in self.fields else None, forms.ValidationError(sentence, code=error.code))


class NameForm(ActionForm):
    name = forms.CharField(
        label="Your name",
        max_length=150,
        error_messages={"required": "Enter your full name."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class JoinForm(ActionForm):
    """Makes an account out of an invitation."""

    name = forms.CharField(
        label="Full name",
        max_length=150,
        error_messages={"required": "Enter your full name."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Password",
        help_text="At least 12 characters. Three words that have nothing to do with each other make a good one.",
        strip=False,
        error_messages={"required": "Enter a password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ActForForm(ActionForm):
    """Chooses the organisation acted for."""

    organisation = forms.ChoiceField(
        label="Organisation you act for", widget=forms.RadioSelect, error_messages={"required": "Choose an organisation."}
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(each.slug, each.name) for each in organisations]  # type: ignore[attr-defined]


class InviteForm(ActionForm):
    """Asks somebody into one of ``organisations``."""

    organisation = forms.ChoiceField(label="Organisation")
    email = forms.EmailField(
        label="E-mail address",
        help_text="We send a link to this address. It works for 14 days, and for this address alone.",
        error_messages={
            "required": "Enter an e-mail address.",
            "invalid": "Enter an e-mail address in the correct format, such as name@example.org.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect, error_messages={"required": "Choose a role."})

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(each.slug, each.name) for each in organisations]  # type: ignore[attr-defined]
        roles = {role for each in organisations for role in roles_for(each)}
        self.fields["role"].choices = [(role, role.label) for role in Role if role in roles]  # type: ignore[attr-defined]
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = organisations[0].slug


class RoleForm(ActionForm):
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect, error_messages={"required": "Choose a role."})
    signs = forms.MultipleChoiceField(
        label="Signs off as",
        help_text="In reviews of modules. Counts for reviewers and stewards only; tick what they are fit to judge.",
        choices=SignOffRole.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role, role.label) for role in roles_for(organisation)]  # type: ignore[attr-defined]

    def chosen_signs(self) -> list[str]:
        """What was ticked, as far as the chosen role signs anything: a browser sends what was ticked before."""
        reviews = Permission.REVIEW in PERMISSIONS[self.cleaned_data["role"]]
        return list(self.cleaned_data["signs"]) if reviews else []


class EndMembershipForm(ActionForm):
    revoke_tokens = forms.BooleanField(
        label="Revoke the tokens they made",
        help_text="They know those tokens. Kept, the tokens still read, and can no longer publish.",
        required=False,
        initial=True,
    )


class FindEventsForm(forms.Form):
    """Which audit events to show; what makes no sense is said beside its field and otherwise left out."""

    organisation = forms.ChoiceField(label="Organisation", required=False)
    action = forms.CharField(label="Action", help_text="How it begins, such as release. or member.joined", required=False, max_length=60)
    subject = forms.CharField(label="Subject", help_text="How it begins, such as hampshire/victim-update", required=False, max_length=200)
    person = forms.ChoiceField(label="Done by", choices=[("", "Anybody"), ("nobody", "No person")], required=False)

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "All"), *((each.slug, each.name) for each in organisations)]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What makes sense of what was given."""
        self.is_valid()
        return dict(self.cleaned_data)

    def in_words(self) -> list[tuple[str, str]]:
        """Label and value of everything that is chosen."""
        choices = {name: dict(getattr(self.fields[name], "choices", [])) for name in self.fields}
        return [(str(self.fields[name].label), str(choices[name].get(value, value))) for name, value in self.chosen().items() if value]


class ExportAuditForm(ActionForm):
    """What an export of the audit is for."""

    reason = forms.CharField(
        label="What is it for?",
        help_text="Kept in the audit, with your name.",
        max_length=500,
        error_messages={"required": "Say in a sentence what the export is for."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    form = forms.ChoiceField(
        label="Format",
        choices=[("jsonl", "JSON Lines, which can be verified"), ("csv", "CSV, for a spreadsheet")],
        initial="jsonl",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a format."},
    )


class TokenForm(ActionForm):
    """Describes a new API token."""

    name = forms.CharField(
        label="Name",
        help_text="Where the token will be used, such as “build server”.",
        max_length=80,
        error_messages={"required": "Enter a name that says where the token will be used."},
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing the token may do."},
    )
    modules = forms.CharField(
        label="Modules",
        help_text=(
            "The short names of the only modules it may publish, such as victim-update, parted by spaces. For a token that reports runs also "
            "others’ modules, such as hampshire/victim-update. Leave empty for all."
        ),
        required=False,
        max_length=2000,
    )
    days = forms.IntegerField(
        label="Days it is valid",
        help_text=f"At most {PUBLISH_DAYS} for a token that can publish, otherwise {DAYS}.",
        initial=PUBLISH_DAYS,
        error_messages={"required": "Enter a number of days.", "invalid": "Enter a whole number of days."},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def clean_modules(self) -> list[str]:
        return str(self.cleaned_data["modules"]).replace(",", " ").split()
