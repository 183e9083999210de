"""Forms by which people publish, describe and withdraw. They read what was typed; the rules are in values, gates and actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from accounts.forms import ActionForm
from accounts.models import Organisation
from registry.catalogue.models import BusinessArea, Module
from registry.checks.model import Found
from registry.errors import RegistryError
from registry.governance.models import DECISIONS, DataCategory, DataUse
from registry.releases.bumps import Judgement
from registry.releases.gates import ReleaseForm, split_at
from registry.releases.receiving import ReceivedFile
from registry.releases.upload import Upload
from registry.values.data_uses import Decisions
from registry.values.identifiers import check_slug, split_identifier
from registry.values.licences import parse_licence
from registry.values.markings import Marking, Visibility
from registry.values.versions import parse_version
from registry.web import words

UNSAID = ("", "Not said")
DATA_FIELDS = ("data_categories", "automated_decisions", "law_enforcement", "uses_ai")
LANGUAGES = [("en-GB", "English"), ("da", "Danish"), ("cy", "Welsh")]


class FilesInput(forms.FileInput):
    """Takes several files in one field, as every browser does without JavaScript."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> list[Any]:
        """Every file sent under ``name``."""
        return files.getlist(name)


class FilesField(forms.FileField):
    """One file or more, as they were received."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """The uploads; Django's own checks of single files have nothing to add to the gates."""
        received = [file for file in data or () if isinstance(file, ReceivedFile)]
        if not received:
            raise forms.ValidationError(self.error_messages["required"])
        return [file.upload for file in received]


def artefact_field() -> FilesField:
    return FilesField(
        label="Files",
        help_text="As your platform exports them: .bprelease, .bpobject, .nupkg, solution .zip, .whl, .bpmn and the like. Several make one release.",
        error_messages={"required": "Choose the file to publish."},
    )


def _line(label: str, *, help_text: str = "", required: str = "", **attributes: str) -> forms.CharField:
    """A line of text; ``required`` is the sentence for when it is left empty. Lengths are told by the gates, which say where and how."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        error_messages={"required": required},
        widget=forms.TextInput(attrs=attributes),
    )


def _text(label: str, *, help_text: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=False, widget=forms.Textarea(attrs={"rows": rows}))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _ruled(form: ActionForm, name: str, rule: Callable[[str], object]) -> str:
    """What was typed into the field ``name``, unless ``rule`` refuses it: all that can be told before the files are read is told at once."""
    typed = str(form.cleaned_data[name]).strip()
    try:
        if typed:
            rule(typed)
    except RegistryError as error:
        raise forms.ValidationError(f"{error.message} {error.mend}".strip()) from error
    return typed


class FilesForm(ActionForm):
    """What is to be checked, and nothing else."""

    artefact = artefact_field()


class VersionForm(ActionForm):
    """A release of a module that is there already. ``stopped`` is what was found in the files that must be mended, ``bump`` why its version
    says too little."""

    stopped: tuple[Found, ...] = ()
    bump: Judgement | None = None
    artefact = artefact_field()
    version = _line("Version", help_text="Leave empty to take it from the file. Three numbers, such as 1.3.0.", spellcheck="false")
    changes = _text("What changed", help_text="For those who run an earlier version. Markdown works.", rows=4)
    licence = _line(
        "Licence",
        help_text="An SPDX expression, such as MIT, EUPL-1.2 or OGL-UK-3.0.",
        required="Enter a licence, such as MIT or OGL-UK-3.0.",
        spellcheck="false",
    )
    dependencies = _text("Other modules it needs", help_text="One on a line, such as hampshire/send-letter@^1.2.", rows=2)
    contested = _text(
        "Why what was found is no secret",
        help_text="Only if nothing of it is: another person reads this and decides. Otherwise mend the files. At most 500 characters.",
    )
    data_categories = forms.MultipleChoiceField(
        label="Whose data it handles",
        help_text="Tick all that it reads or writes when it runs. Needed before others see it; you may also say it later.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    automated_decisions = forms.ChoiceField(
        label="Its part in decisions about people", choices=DECISIONS, required=False, widget=forms.RadioSelect, initial=Decisions.NONE
    )
    law_enforcement = forms.BooleanField(
        label="It processes for law enforcement", help_text="Part 3 of the Data Protection Act 2018.", required=False
    )
    uses_ai = forms.BooleanField(label="It uses artificial intelligence", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = DataCategory.objects.filter(is_active=True).values_list("code", "name")
        self.fields["data_categories"].choices = list(categories)  # type: ignore[attr-defined]
        self._contested = self.fields.pop("contested")  # asked for once there is something to contest
        if "contested" in self.data:
            self.ask_for_reason()

    def ask_for_reason(self) -> None:
        """Show the field for why what was found is no secret."""
        self.fields["contested"] = self._contested

    def clean_version(self) -> str:
        return _ruled(self, "version", parse_version)

    def clean_licence(self) -> str:
        return _ruled(self, "licence", parse_licence)

    def clean_dependencies(self) -> tuple[str, ...]:
        return _lines(_ruled(self, "dependencies", _check_identifiers))

    def release_form(self) -> ReleaseForm:
        """What the action takes. With no category ticked nothing is said of its data."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("artefact", "slug")}
        if not given["data_categories"]:
            given = {name: value for name, value in given.items() if name not in DATA_FIELDS}
        return ReleaseForm(**given | ({"data_categories": tuple(given["data_categories"])} if "data_categories" in given else {}))


class DescriptionForm(ActionForm):
    """What a module's page says, and who sees it."""

    title = _line("Title", help_text="A few words, such as “Victim updates”. Left empty, it is taken from the file.")
    summary = _line(
        "What it does, in one sentence",
        help_text="Plain language, beginning with a verb: “Sends victims an update when their crime record changes.”",
        required="Write one plain sentence that says what it does.",
    )
    business_area = forms.ChoiceField(label="Business area", required=False)
    systems = _text(
        "Systems it works in",
        help_text="Your line-of-business systems, one on a line, with versions where you know them: Niche RMS@&gt;=6.8 &lt;7.",
        rows=3,
    )
    readme = _text(
        "How to use it",
        help_text="For the analyst who takes it: what it does, what to prepare, what it does not do, whom to ask. Markdown works.",
        rows=8,
    )
    language = forms.ChoiceField(label="Language of these texts", choices=LANGUAGES)
    owner_name = _line("Who answers for it", help_text="A post or a team, so that it outlives a leaver.")
    owner_email = forms.EmailField(
        label="Their shared mailbox",
        required=False,
        error_messages={"invalid": "Enter an e-mail address in the correct format, such as automation@example.org."},
        widget=forms.EmailInput(attrs={"spellcheck": "false"}),
    )
    ip_owner_type = forms.ChoiceField(label="Who owns the rights in it", required=False, choices=[UNSAID, *Module.OwnerType.choices])
    ip_owner = _line("The owner’s name")
    reuse = forms.ChoiceField(label="What takers may do", required=False, choices=[UNSAID, *Module.Reuse.choices])
    visibility = forms.ChoiceField(
        label="Who sees it",
        choices=[(each.value, words.VISIBILITIES[each.value]) for each in Visibility],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who sees it."},
    )
    share_with = forms.MultipleChoiceField(
        label="Organisations, if you name them",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="They see it and may take it.",
    )
    marking = forms.ChoiceField(
        label="Security marking",
        choices=[(each.value, each.value) for each in Marking],
        widget=forms.RadioSelect,
        help_text="Nothing above OFFICIAL-SENSITIVE may be put here.",
        error_messages={"required": "Choose a marking."},
    )
    handling = _line("Handling caveat", help_text="Such as “Do not share with suppliers”. Shown wherever the module is.")

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = BusinessArea.objects.values_list("slug", "name")
        others = Organisation.objects.filter(is_active=True).exclude(pk=organisation.pk).order_by("name").values_list("slug", "name")
        self.fields["business_area"].choices = [("", "Choose one"), *areas]  # type: ignore[attr-defined]
        self.fields["share_with"].choices = list(others)  # type: ignore[attr-defined]

    def clean_systems(self) -> tuple[str, ...]:
        return _lines(self.cleaned_data["systems"])

    def clean_share_with(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["share_with"])

    def clean(self) -> dict[str, Any]:
        """Names of organisations count only where the module is shared by name: a browser sends what was ticked before."""
        cleaned = super().clean() or {}
        if cleaned.get("visibility") != Visibility.NAMED:
            cleaned["share_with"] = ()
        elif not cleaned.get("share_with") and "share_with" not in self.errors:
            self.add_error("share_with", "Tick at least one organisation, or choose another answer to who sees it.")
        return cleaned

    def release_form(self) -> ReleaseForm:
        """What the action takes."""
        return ReleaseForm(**self.cleaned_data)

    def emptied(self) -> frozenset[str]:
        """The fields left empty: to be emptied in the module too, where they may be."""
        return frozenset(name for name, value in self.cleaned_data.items() if not value)


class ModuleForm(VersionForm, DescriptionForm):
    """A module and its first release. Fields come in the order of :attr:`sections`."""

    slug = _line(
        "Short name",
        help_text="Part of its address, and never changed: small letters, digits and hyphens, such as victim-update.",
        required="Enter a short name, such as victim-update.",
        spellcheck="false",
    )

    sections: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("The files", ("artefact", "contested", "version", "changes")),
        ("What it is", ("slug", "title", "summary", "business_area", "systems", "language")),
        ("Taking it", ("licence", "ip_owner_type", "ip_owner", "reuse", "owner_name", "owner_email")),
        ("What data it handles", DATA_FIELDS),
        ("Who sees it", ("visibility", "share_with", "marking", "handling")),
        ("More, if you have it", ("readme", "dependencies")),
    )

    field_order = tuple(name for _, names in sections for name in names)

    def clean_slug(self) -> str:
        return _ruled(self, "slug", check_slug)

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings, as the page shows them."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.sections]


class DraftVersionForm(VersionForm):
    """A release of what was composed here: its file is written from the draft, and has no version of its own."""

    artefact = None  # type: ignore[assignment]
    version = _line(
        "Version",
        help_text="Three numbers, such as 1.3.0.",
        required="Enter a version with three numbers, such as 1.3.0.",
        spellcheck="false",
    )


class DraftModuleForm(DraftVersionForm, ModuleForm):
    """A sequence composed here, and its first release."""

    sections = (("The version", ("contested", "version", "changes")), *ModuleForm.sections[1:])
    field_order = tuple(name for _, names in sections for name in names)


class WithdrawForm(ActionForm):
    """Why a release is withdrawn or put back."""

    reason = forms.CharField(
        label="Why",
        help_text="Everybody who sees the module reads this. Say what to use instead.",
        error_messages={"required": "Say in a sentence why."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeprecateForm(WithdrawForm):
    """Why a module should no longer be taken, and what in its place."""

    successor = _line("The module to move to", help_text="If there is one, such as thames-valley/victim-letters.", spellcheck="false")

    def clean_successor(self) -> str:
        return _ruled(self, "successor", split_identifier)


def description_of(module: Module) -> dict[str, Any]:
    """What the fields of :class:`DescriptionForm` hold for ``module``."""
    names = ("title", "summary", "readme", "language", "owner_name", "owner_email", "ip_owner_type", "ip_owner", "reuse", "visibility")
    systems = module.systems.order_by("system__name").values_list("system__name", "versions")
    return {
        **{name: getattr(module, name) for name in names},
        "business_area": module.area,
        "marking": module.marking,
        "handling": module.handling,
        "systems": "\n".join(f"{name}@{versions}" if versions else name for name, versions in systems),
        "share_with": list(module.shares.filter(expires_at=None).values_list("organisation__slug", flat=True)),
    }


def data_fields(use: DataUse | None) -> dict[str, Any]:
    """What the fields about data hold where ``use`` is declared."""
    if use is None:
        return {}
    said = (use.categories, use.decisions, use.law_enforcement, use.uses_ai)
    return dict(zip(DATA_FIELDS, said, strict=True))


def _check_identifiers(text: str) -> None:
    for line in _lines(text):
        split_identifier(split_at(line)[0])
