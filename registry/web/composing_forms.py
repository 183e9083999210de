"""Forms by which a process sequence is composed. They read what was typed; registry.sequences judges the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from accounts.forms import ActionForm
from registry.actions.compose_sequence import MODULE, NOBODY, PERSON, StepWords
from registry.errors import RegistryError
from registry.formats.arguments import Argument
from registry.releases.receiving import ReceivedFile
from registry.releases.upload import Upload
from registry.sequences.drafts import END, MOST_WAYS, Step
from registry.values.ranges import parse_range

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_EMPTY, _START, _TEXT = "", "start", "text"  # how an input is filled; what an earlier step gives is "step/output"
SPARE = 3  # empty rows of a form whose rows grow
_TYPES = ("text", "number", "whole number", "yes or no", "date", "date and time", "file", "list", "record", "table")  # docs/types.md
LIMITS = {"line": 200, "text": 5000, "value": 1000, "answer": 60}


class LineField(forms.CharField):
    """One line of text that a BPMN file can hold."""

    def __init__(self, label: str, *, limit: int = LIMITS["line"], required: str = "", **options: Any) -> None:
        messages = {"required": required, "max_length": f"Use at most {limit} characters."}
        super().__init__(label=label, max_length=limit, required=bool(required), error_messages=messages, **options)

    def clean(self, value: Any) -> str:
        return " ".join(_writable(str(super().clean(value))).split())


class TextField(LineField):
    """Several lines of it."""

    def __init__(self, label: str, *, rows: int = 3, limit: int = LIMITS["text"], **options: Any) -> None:
        super().__init__(label, limit=limit, widget=forms.Textarea(attrs={"rows": rows}), **options)

    def clean(self, value: Any) -> str:
        text = _writable(str(forms.CharField.clean(self, value)))
        return "\n".join(line.strip() for line in text.strip().splitlines())


def _writable(text: str) -> str:
    if _UNWRITABLE.search(text):
        raise forms.ValidationError("It holds a character that no file can keep. Type it again.", code="text_invalid")
    return text


class DraftForm(ActionForm):
    """A change of a draft as it was when the form was opened."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class TitleForm(ActionForm):
    """What a new sequence is called."""

    title = LineField(
        "What is the process called?",
        limit=120,
        required="Enter a few words, such as “Award and refusal letters”.",
        help_text="A few words, such as “Award and refusal letters”. You can change it later.",
    )


class DrawingForm(ActionForm):
    """A process drawn in another tool."""

    artefact = forms.FileField(
        label="BPMN file",
        help_text="BPMN 2.0 (.bpmn), up to 5 MiB, from any modelling tool.",
        error_messages={"required": "Choose the .bpmn file.", "empty": "The file is empty."},
        widget=forms.FileInput(attrs={"accept": ".bpmn,.xml"}),
    )

    def clean_artefact(self) -> Upload:
        """As it was received to disk."""
        file = self.cleaned_data["artefact"]
        if not isinstance(file, ReceivedFile):
            raise forms.ValidationError(self.fields["artefact"].error_messages["required"])
        return file.upload


class WordsForm(DraftForm):
    """What the whole is called, and what it is for."""

    title = LineField("Title", limit=120, required="Enter a few words that name the process.")
    documentation = TextField(
        "What happens, from end to end",
        rows=6,
        required="",
        help_text="What starts the process, what it comes to, and for whom. It stands in the BPMN file too.",
    )

    def __init__(self, *args: Any, is_drawn: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_drawn:
            del self.fields["documentation"]


class StepForm(DraftForm):
    """What is said of a step."""

    name = LineField(
        "What is done in this step?", required="Say in a few words what is done, such as “Check data”.", help_text="Such as “Check data”."
    )
    does = forms.ChoiceField(
        label="Who or what does it?",
        choices=[(MODULE, "A module"), (PERSON, "A person, who decides or checks something"), (NOBODY, "Nobody yet")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who or what does it."},
    )
    who = LineField(
        "In whose hands is it?", help_text="The lane of the diagram, such as Robot or Caseworker. Left empty, it is Robot or Person."
    )
    documentation = TextField("What is to know about it", help_text="For whoever runs the process: what it does, what can go wrong.")
    hand_over = TextField(
        "How it hands over",
        rows=2,
        help_text="How its work reaches whoever comes next: a queue, a mailbox, a status in the case system.",
    )

    def __init__(self, *args: Any, is_drawn: bool = False, is_human: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_drawn:
            for name in ("name", "who", "documentation"):
                del self.fields[name]
            does = [(PERSON, "A person, as it is drawn")] if is_human else [(MODULE, "A module"), (NOBODY, "No module, or none yet")]
            self.fields["does"].choices = does  # type: ignore[attr-defined]

    def words(self) -> StepWords:
        return StepWords(**{name: value for name, value in self.cleaned_data.items() if name != "revision"})


def words_of(step: Step) -> dict[str, Any]:
    """What a :class:`StepForm` shows of a step."""
    does = MODULE if step.get("uses") else PERSON if step.get("human") else NOBODY
    return {"does": does, **{name: step.get(name, "") for name in ("name", "who", "documentation", "hand_over")}}


class ModuleChoiceForm(DraftForm):
    """The module that does a step, among those found."""

    module = forms.CharField(max_length=200, error_messages={"required": "Choose a module."}, widget=forms.HiddenInput)


class CallForm(DraftForm):
    """Which versions of a module do a step, and where it begins."""

    range = LineField(
        "Which versions may do it?",
        limit=120,
        help_text="^1.4.0 takes 1.4.0 and whatever is compatible with it, ~1.4.0 only its corrections, 1.4.0 itself alone.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "spellcheck": "false"}),
        required="Enter the versions, such as ^1.4.0.",
    )
    entry_point = forms.ChoiceField(label="Where does it begin?", required=False)

    def __init__(self, *args: Any, entry_points: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry_point"].choices = entry_points  # type: ignore[attr-defined]
        if len(entry_points) < 2:
            del self.fields["entry_point"]

    def clean_range(self) -> str:
        typed = str(self.cleaned_data["range"])
        try:
            parse_range(typed)
        except RegistryError as error:
            raise forms.ValidationError(f"{error.message} {error.mend}", code=error.code) from error
        return typed


class RowsForm(DraftForm):
    """A form of numbered rows, each of some fields."""

    def rows(self) -> Iterator[tuple[int, str, list[BoundField]]]:
        """Number, legend and fields of each row."""
        for number, legend in enumerate(self.legends, 1):
            yield number, legend, [self[name] for name in self.fields if name.endswith(f"-{number}")]

    legends: Sequence[str] = ()

    def said(self, name: str, number: int) -> str:
        return str(self.cleaned_data.get(f"{name}-{number}", ""))


@dataclass(frozen=True, slots=True)
class InputRow:
    """An input to fill: ``is_asked`` by the entry point; one without a name is named in the form."""

    argument: Argument
    filled: dict[str, str]
    is_asked: bool = True


class InputsForm(RowsForm):
    """What fills each input of a step."""

    def __init__(self, *args: Any, rows: Sequence[InputRow], sources: Sequence[tuple[str, list[tuple[str, str]]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inputs = rows
        self.legends = [_legend(row) for row in rows]
        choices = [(_EMPTY, "Left empty"), (_START, "Given when the sequence starts"), (_TEXT, "A fixed text"), *sources]
        for number, row in enumerate(rows, 1):
            source, text = _filled(row)
            known = {value for _, group in sources for value, _ in group} | {_EMPTY, _START, _TEXT}
            gone = [] if source in known else [(source, "What is not given any more: choose something else")]
            if not row.argument.name:
                self.fields[f"name-{number}"] = LineField("Name of the input", limit=100)
            self.fields[f"from-{number}"] = forms.ChoiceField(
                label="Filled with", choices=[*choices, *gone], required=False, initial=source
            )
            self.fields[f"text-{number}"] = TextField(
                "The text, or the name under which it is given", rows=1, limit=LIMITS["value"], initial=text
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = [row.argument.name or self.said("name", number) for number, row in enumerate(self.inputs, 1)]
        for number, name in enumerate(names, 1):
            source, text = self.said("from", number), self.said("text", number)
            if not name and source:
                self.add_error(f"name-{number}", "Enter the input’s name as the module knows it.")
            elif name and name in names[: number - 1]:
                self.add_error(f"name-{number}", f"{name} is there already.")
            if source == _TEXT and not text:
                self.add_error(f"text-{number}", f"Enter the text for {name}, or choose “Left empty”.")
            elif source == _START and ("/" in text or "\n" in text or len(text) > 100):
                self.add_error(f"text-{number}", "Enter a name of one line and at most 100 characters, without a slash.")
            elif text and not source:
                self.add_error(f"from-{number}", f"Choose what the text for {name or 'it'} is, or take it out.")
        return cleaned

    def filled(self) -> dict[str, dict[str, str]]:
        """What the action takes."""
        found = {}
        for number, row in enumerate(self.inputs, 1):
            name, source, text = row.argument.name or self.said("name", number), self.said("from", number), self.said("text", number)
            if source == _START:
                found[name] = {"from": f"/{text or name}"}
            elif source == _TEXT:
                found[name] = {"value": text}
            elif source:
                found[name] = {"from": source}
        return found


def _legend(row: InputRow) -> str:
    if not row.argument.name:
        return "Another input"
    told = [row.argument.type, "needed" if row.argument.required else "", "" if row.is_asked else "not asked for any more"]
    words = ", ".join(each for each in told if each)
    return f"{row.argument.name} ({words})" if words else row.argument.name


def _filled(row: InputRow) -> tuple[str, str]:
    """Choice and text of a row as it is now."""
    source = row.filled.get("from", "")
    if source.startswith("/"):
        return _START, "" if source[1:] == row.argument.name else source[1:]
    if source:
        return source, ""
    return (_TEXT, row.filled["value"]) if row.filled.get("value") else (_EMPTY, "")


class GivesForm(RowsForm):
    """What a person's step hands on."""

    def __init__(self, *args: Any, gives: Sequence[Argument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [*gives, *(Argument("") for _ in range(SPARE))]
        self.legends = [f"Handed on, {number}" for number in range(1, len(rows) + 1)]
        for number, row in enumerate(rows, 1):
            types = dict.fromkeys((*_TYPES, *([row.type] if row.type else ())))
            self.fields[f"name-{number}"] = LineField("Name", limit=100, initial=row.name)
            self.fields[f"type-{number}"] = forms.ChoiceField(
                label="What it is", required=False, initial=row.type, choices=[("", "Not said"), *((each, each) for each in types)]
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen = set[str]()
        for number in range(1, len(self.legends) + 1):
            name = self.said("name", number)
            if "/" in name:
                self.add_error(f"name-{number}", "A name has no slash.")
            elif name and name in seen:
                self.add_error(f"name-{number}", f"{name} is there already.")
            elif not name and self.said("type", number):
                self.add_error(f"name-{number}", "Enter its name, or choose “Not said”.")
            seen.add(name)
        return cleaned

    def given(self) -> list[dict[str, str]]:
        """What the action takes."""
        rows = [(self.said("name", number), self.said("type", number)) for number in range(1, len(self.legends) + 1)]
        return [{"name": name, "type": kind} for name, kind in rows if name]


class NextForm(RowsForm):
    """What comes after a step: the next of the list, another one, the end, or what an answer decides."""

    to = forms.ChoiceField(label="It goes on with", required=False)
    question = LineField("The question that is answered, if it is one of several", help_text="Such as “Award?” Its answers follow.")

    def __init__(
        self, *args: Any, step: Step, follower: str, others: Sequence[tuple[str, str]], initial: dict[str, Any], **kwargs: Any
    ) -> None:
        said = step.get("next", [])
        alone = said[0]["to"] if len(said) == 1 else ""
        super().__init__(*args, **kwargs, initial={"to": alone, "question": step.get("question", ""), **initial})  # type: ignore[misc]
        targets = [*others, (END, "Nothing: the process ends")]
        self.fields["to"].choices = [("", follower), *targets]  # type: ignore[attr-defined]
        branches = said if len(said) > 1 else []
        rows = [*branches, *({} for _ in range(min(SPARE, MOST_WAYS - len(branches))))]
        self.legends = [f"Answer {number}" for number in range(1, len(rows) + 1)]
        for number, row in enumerate(rows, 1):
            self.fields[f"when-{number}"] = LineField("Answer", limit=LIMITS["answer"], initial=row.get("when", ""))
            self.fields[f"to-{number}"] = forms.ChoiceField(
                label="Goes on with", required=False, initial=row.get("to", ""), choices=[("", "Choose"), *targets]
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen = set[str]()
        for number in range(1, len(self.legends) + 1):
            when, to = self.said("when", number), self.said("to", number)
            if to and not when:
                self.add_error(f"when-{number}", "Enter the answer by which it goes there.")
            elif when and not to:
                self.add_error(f"to-{number}", f"Choose what comes after “{when}”.")
            elif to and to in seen:
                self.add_error(f"to-{number}", "Two answers lead there. Write both into one line, such as “No or unclear”.")
            seen.add(to)
        branches = self._branches()
        if len(branches) == 1:
            self.add_error("when-2", "Enter a second answer, or none at all.")
        if branches and not self.cleaned_data.get("question"):
            self.add_error("question", "Enter the question that is answered.")
        if not branches and self.cleaned_data.get("question") and not self.errors:
            self.add_error("when-1", "Enter the answers to the question, or take the question out.")
        return cleaned

    def ways(self) -> list[dict[str, str]]:
        """What the action takes."""
        branches = self._branches()
        if branches:
            return branches
        return [{"to": self.cleaned_data["to"]}] if self.cleaned_data["to"] else []

    def _branches(self) -> list[dict[str, str]]:
        rows = [(self.said("to", number), self.said("when", number)) for number in range(1, len(self.legends) + 1)]
        return [{"to": to, "when": when} for to, when in rows if to and when]
