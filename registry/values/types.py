"""Whether what one platform gives can be fed into what another takes.

A type is first read for what it means, then meanings are compared. What nobody can tell from the names is allowed and said; what is refused
would need a step in between. docs/types.md shows both tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Final

from registry.values.type_names import NAMES, Meaning, T

MAX_WRITTEN = 300  # characters of a type that are read
_DEEPEST = 4  # types within types
_WRAPPER = re.compile(r"(?:in|out|inout|nullable|optional|required|annotated)(?:argument)?", re.IGNORECASE)
_PREFIX = re.compile(r"\b[A-Za-z_]\w*:(?=\S)|\b(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])")
_OPEN, _CLOSE = "<[(", ">])"

_YES: Final = {"true", "false", "yes", "no", "ja", "nej"}


class Answer(StrEnum):
    """Whether one type can be fed into another."""

    YES = "yes"
    CONVERTED = "converted"  # it can, with a conversion that is said
    UNKNOWN = "unknown"  # nobody can tell from the names
    NO = "no"


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer; ``how`` is the conversion in words, or why it does not fit."""

    answer: Answer
    how: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A type as its platform writes it."""

    platform: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a type means; ``of`` is what a list holds, where that is told."""

    meaning: Meaning
    of: Meaning = Meaning.UNKNOWN

    @property
    def words(self) -> str:
        """Such as ``list of text``; empty where it is not known."""
        if self.meaning is T.UNKNOWN:
            return ""
        return f"{self.meaning} of {self.of}" if self.of is not T.UNKNOWN else str(self.meaning)


# (what is given, what is taken) -> the conversion in words. What stands in neither table does not fit.
CONVERSIONS: Final[Mapping[tuple[Meaning, Meaning], str]] = {
    **dict.fromkeys([(T.WHOLE, T.TEXT), (T.NUMBER, T.TEXT)], "the number is written out as text"),
    (T.YES_NO, T.TEXT): "yes or no is written out as text",
    **dict.fromkeys([(T.DATE, T.TEXT), (T.TIME, T.TEXT), (T.DATE_TIME, T.TEXT), (T.DURATION, T.TEXT)], "it is written out as text"),
    **dict.fromkeys([(T.TABLE, T.TEXT), (T.LIST, T.TEXT), (T.RECORD, T.TEXT)], "it is written out as JSON"),
    **dict.fromkeys([(T.TEXT, T.WHOLE), (T.TEXT, T.NUMBER)], "the text must be a number"),
    (T.TEXT, T.YES_NO): "the text must be True or False",
    (T.TEXT, T.DATE): "the text must be a date",
    (T.TEXT, T.TIME): "the text must be a time",
    (T.TEXT, T.DATE_TIME): "the text must be a date and time",
    (T.TEXT, T.DURATION): "the text must be a duration",
    (T.TEXT, T.FILE): "the text must be the path of the file",
    (T.FILE, T.TEXT): "the path of the file is handed on",
    (T.TEXT, T.SECRET): "it was readable before: fetch a secret from the platform’s own store where you can",
    **dict.fromkeys([(T.TEXT, T.BYTES), (T.BYTES, T.TEXT)], "both sides must agree on the encoding"),
    (T.NUMBER, T.WHOLE): "a fraction would be lost",
    (T.DATE, T.DATE_TIME): "the time becomes midnight",
    (T.DATE_TIME, T.DATE): "the time of day is lost",
    (T.DATE_TIME, T.TIME): "the day is lost",
    **dict.fromkeys([(T.TIME, T.DURATION), (T.DURATION, T.TIME)], "counted from midnight"),
    (T.TABLE, T.LIST): "each row becomes one item",
    (T.LIST, T.TABLE): "each item becomes one row",
    (T.RECORD, T.TABLE): "it becomes a table of one row",
    (T.TABLE, T.RECORD): "only the first row is handed on",
    **dict.fromkeys([(T.FILE, T.BYTES), (T.PICTURE, T.BYTES)], "its content is handed on"),
    **dict.fromkeys([(T.BYTES, T.FILE), (T.PICTURE, T.FILE)], "it is saved as a file first"),
    **dict.fromkeys([(T.FILE, T.PICTURE), (T.BYTES, T.PICTURE)], "the content must be a picture"),
}
PLAIN: Final = frozenset({(T.WHOLE, T.NUMBER)})  # beside the same meaning, and anything as what is taken


def fits(source: Typed, target: Typed) -> Fit:
    """Whether what is given as ``source`` can be fed into ``target``."""
    if source.written and source.platform == target.platform and source.written.casefold() == target.written.casefold():
        return Fit(Answer.YES)
    given, taken = kind_of(source.platform, source.written), kind_of(target.platform, target.written)
    fit = _compared(given.meaning, taken.meaning)
    if fit.answer is not Answer.YES or (given.meaning, taken.meaning) != (T.LIST, T.LIST) or T.UNKNOWN in (given.of, taken.of):
        return fit
    of = _compared(given.of, taken.of)
    return Fit(of.answer, f"of each item: {of.how}" if of.how else "")


def _compared(given: Meaning, taken: Meaning) -> Fit:
    if T.UNKNOWN in (given, taken):
        return Fit(Answer.UNKNOWN, "what it is cannot be told from its type")
    if taken is T.ANYTHING:
        return Fit(Answer.YES) if given is not T.SECRET else Fit(Answer.NO, "a secret would be readable from there on")
    if given is T.ANYTHING:
        return Fit(Answer.UNKNOWN, f"it may be anything, and must be {article(taken)}")
    if given is taken or (given, taken) in PLAIN:
        return Fit(Answer.YES)
    if how := CONVERSIONS.get((given, taken)):
        return Fit(Answer.CONVERTED, how)
    why = "a secret would be readable from there on" if given is T.SECRET else f"{article(given)} is not {article(taken)}"
    return Fit(Answer.NO, why)


def article(meaning: Meaning) -> str:
    """The meaning with its article: ``a table``."""
    if meaning in (T.YES_NO, T.BYTES, T.ANYTHING):
        return str(meaning)
    return f"a {meaning}"


def value_fits(value: str, target: Typed) -> Fit:
    """Whether a value as it is written can be what ``target`` takes."""
    meaning = kind_of(target.platform, target.written).meaning
    if meaning is T.SECRET:
        return Fit(Answer.NO, "a secret would stand in the file for all to read")
    if meaning not in _READABLE or _READABLE[meaning](value.strip()):
        return Fit(Answer.YES)
    return Fit(Answer.UNKNOWN, f"“{value[:40]}” does not look like {article(meaning)}")


def _is_date(value: str) -> bool:
    return _reads(date.fromisoformat, value) or bool(re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}", value))


def _is_moment(value: str) -> bool:
    return _reads(datetime.fromisoformat, value) or _is_date(value)


def _reads(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


_READABLE: Final[Mapping[Meaning, Callable[[str], bool]]] = {
    T.WHOLE: lambda value: bool(re.fullmatch(r"[+-]?\d{1,30}", value)),
    T.NUMBER: lambda value: bool(re.fullmatch(r"[+-]?\d{1,30}(?:[.,]\d{1,30})?", value)),
    T.YES_NO: lambda value: value.casefold() in _YES,
    T.DATE: _is_date,
    T.TIME: lambda value: _reads(time.fromisoformat, value),
    T.DATE_TIME: _is_moment,
}


@lru_cache(maxsize=4_096)
def kind_of(platform: str, written: str) -> Kind:
    """What a type of ``platform`` means, as far as its name tells."""
    return _kind(platform, _PREFIX.sub("", written[:MAX_WRITTEN]).strip(), 0)


def _kind(platform: str, written: str, depth: int) -> Kind:
    if depth > _DEEPEST or not written:
        return Kind(T.UNKNOWN)
    known = _MEANINGS.get(platform, {})
    if meaning := known.get(written.casefold()):
        return Kind(meaning)
    if " of " in written:
        return _of(known, *(part.strip() for part in written.split(" of ", 1)), platform=platform, depth=depth)
    if re.search(r"\|\s*None$|\?$", written):
        return _kind(platform, re.sub(r"\s*(?:\|\s*None|\?)$", "", written), depth + 1)
    if written.endswith("[]"):
        item = _kind(platform, written[:-2].strip(), depth + 1)
        return Kind(T.BYTES) if written[:-2].strip().casefold() == "byte" else Kind(T.LIST, item.meaning)
    head, inner = _generic(written)
    if inner and _WRAPPER.fullmatch(head):
        return _kind(platform, inner, depth + 1)
    return _of(known, head, inner, platform=platform, depth=depth)


def _of(known: Mapping[str, Meaning], head: str, inner: str, *, platform: str, depth: int) -> Kind:
    meaning = known.get(head.casefold(), T.UNKNOWN)
    if meaning is not T.LIST or not inner:
        return Kind(meaning)
    return Kind(meaning, _kind(platform, inner.removesuffix(", ..."), depth + 1).meaning)


def _generic(written: str) -> tuple[str, str]:
    """``List<String>`` as ``List`` and ``String``, in whichever brackets."""
    start = next((at for at, character in enumerate(written) if character in _OPEN), None)
    if start is None or written[-1] not in _CLOSE:
        return written, ""
    return written[:start].strip(), written[start + 1 : -1].strip()


def _by_name(names: Mapping[Meaning, str]) -> dict[str, Meaning]:
    """Our own words too: a sequence says of its inputs what they mean."""
    own = {str(meaning): meaning for meaning in Meaning}
    return own | {name.strip().casefold(): meaning for meaning, listed in names.items() for name in listed.split(",")}


_MEANINGS: Final = {platform: _by_name(names) for platform, names in NAMES.items()}
