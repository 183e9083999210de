"""What a publisher may leave out of a module's first release because a publiccode.yml among its files says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from registry.checks.model import Reading
from registry.errors import Refused
from registry.formats.model import Words
from registry.releases.gates import ReleaseForm
from registry.values.languages import is_same_language
from registry.values.licences import parse_licence

LANGUAGES = ("en-GB", "da", "cy")  # that a module may be written in
_OWNER, _TITLE, _SUMMARY, _README = 120, 120, 300, 100_000  # characters


@dataclass(frozen=True, slots=True)
class Filled:
    """A field of the form that was left empty, and the file that says it."""

    field: str
    filename: str


def prefilled(form: ReleaseForm, readings: Sequence[Reading], language: str) -> tuple[ReleaseForm, tuple[Filled, ...]]:
    """``form`` with its empty fields filled from the first artefact that speaks of itself in words, and which they are.

    ``language`` is the organisation's, in which the module is written unless the form says another: where the file does not speak it and
    the form has no words of its own, the module takes a language that the file speaks.
    """
    reading = next((one for one in readings if one.inspection.words), None)
    if reading is None:
        return form, ()
    spoken = form.language or _language(form, reading.inspection.words, language)
    said: dict[str, Any] = {name: value for name, value in _said(reading, spoken) if value and not getattr(form, name)}
    if spoken != (form.language or language):
        said["language"] = spoken
    return replace(form, **said), tuple(Filled(name, reading.filename) for name in said)


def _said(reading: Reading, language: str) -> Iterator[tuple[str, str]]:
    inspection = reading.inspection
    words = next((one for one in inspection.words if is_same_language(one.language, language)), Words(language))
    owner = (inspection.owner or "")[:_OWNER]
    yield "licence", _licence(inspection.licence or "")
    yield "title", (words.title or inspection.name or "")[:_TITLE]
    yield "summary", words.summary[:_SUMMARY]
    yield "readme", words.description[:_README]
    yield "ip_owner", owner
    yield "owner_name", owner


def _language(form: ReleaseForm, words: Sequence[Words], own: str) -> str:
    """The module's language: its organisation's, unless nothing is said in that and everything comes from the file."""
    spoken = [one for one in (own, *LANGUAGES) if any(is_same_language(one, said.language) for said in words)]
    return own if form.title or form.summary or form.readme else next(iter(spoken), own)


def _licence(written: str) -> str:
    try:
        return parse_licence(written)
    except Refused:
        return ""
