"""The text of an artefact in pieces with their places, and facts about it that are no text: what the content checks judge."""

from __future__ import annotations

import bisect
import itertools
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

MAX_FRAGMENTS = 300_000
MAX_BYTES = 64 * 1024 * 1024  # of memory that all fragments together take
MAX_FACTS = 5_000
MAX_HITS = 2_000  # of one pattern in one artefact
_BETWEEN = "\n\x1e\n"  # stands between two fragments where all are searched at once; no pattern runs over it
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
_SEGMENT = 1_000_000  # letters


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text and its place.

    ``inside`` are the parts of the place as the platform's editor names them, outermost first; ``field`` is what the text is there, ``name``
    the name its author gave it (a data item's, a variable's, a key's). ``form`` is ``literal``, ``expression`` (in the platform's syntax),
    ``code`` or ``prose``; ``type`` is ``password`` where the platform declares the value secret. ``line`` is the first one's number, 0 where
    lines mean nothing.
    """

    text: str
    file: str = ""
    inside: tuple[str, ...] = ()
    field: str = ""
    name: str = ""
    form: str = "literal"
    type: str = ""
    language: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """Where it stands, without a line: the same in the next release that leaves it there."""
        return place(self.file, *self.inside, self.field)

    def at(self, position: int) -> str:
        """The place of the character at ``position``, with its line where there are lines."""
        return f"{self.place}, line {self.line + self.text.count(chr(10), 0, position)}" if self.line else self.place


def place(*parts: str) -> str:
    """The parts that are not empty as one line of text, beginning with a capital unless it begins with a file."""
    told = ", ".join(_CONTROL.sub(" ", part)[:120] for part in parts if part)
    return told if parts and parts[0] else told[:1].upper() + told[1:]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a check must know that is no text.

    ``kind`` is ``active`` (a program, macros or a script in a drawing), ``image`` (a picture of a screen), ``data`` (stored rows or values), ``code`` (``what`` is the language), ``command`` (a program
    or script that is started) or ``unread`` (a part that could not be looked into).
    """

    kind: str
    where: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A match of a pattern in a fragment; ``start`` counts in the fragment's text."""

    fragment: Fragment
    match: re.Match[str]
    start: int

    @property
    def where(self) -> str:
        return self.fragment.at(self.start)


@dataclass(frozen=True, slots=True)
class _Segment:
    """Some fragments as one text: ``first`` is the number of the first, ``starts`` where each begins. ``lowered`` is the same letter for letter."""

    first: int
    starts: list[int]
    text: str
    lowered: str


class Content:
    """All that was read, searchable at once: a pass over a few long texts instead of one over each of many thousand fragments."""

    def __init__(self, fragments: Sequence[Fragment] = (), facts: Sequence[Fact] = ()) -> None:
        self.fragments = tuple(fragments)
        self.facts = tuple(facts)

    @cached_property
    def _segments(self) -> tuple[_Segment, ...]:
        """Of about a million letters each: one rare letter makes a whole text take four bytes a letter."""
        segments, first, length = [], 0, 0
        for number, fragment in enumerate(self.fragments, 1):
            length += len(fragment.text)
            if length >= _SEGMENT or number == len(self.fragments):
                segments.append(_segment(first, self.fragments[first:number]))
                first, length = number, 0
        return tuple(segments)

    def of(self, kind: str) -> tuple[Fact, ...]:
        """The facts of one kind."""
        return tuple(fact for fact in self.facts if fact.kind == kind)

    def search(self, pattern: re.Pattern[str]) -> Iterator[Hit]:
        """Every match in every fragment, at most :data:`MAX_HITS`."""
        found = ((segment, match) for segment in self._segments for match in pattern.finditer(segment.text))
        return (self._hit(segment, match) for segment, match in itertools.islice(found, MAX_HITS))

    def after(self, needles: Sequence[str], pattern: re.Pattern[str]) -> Iterator[Hit]:
        """Matches that begin at one of ``needles`` (lower case), at most :data:`MAX_HITS`: far faster than a search where they are rare."""
        found = ((segment, match) for segment in self._segments for match in _after(segment, needles, pattern))
        return (self._hit(segment, match) for segment, match in itertools.islice(found, MAX_HITS))

    def _hit(self, segment: _Segment, match: re.Match[str]) -> Hit:
        number = bisect.bisect_right(segment.starts, match.start()) - 1
        return Hit(self.fragments[segment.first + number], match, match.start() - segment.starts[number])


def _segment(first: int, fragments: Sequence[Fragment]) -> _Segment:
    text = _BETWEEN.join(fragment.text for fragment in fragments)
    lengths = (len(fragment.text) + len(_BETWEEN) for fragment in fragments)
    starts = list(itertools.accumulate(lengths, initial=0))[:-1]
    return _Segment(first, starts, text, text.replace("\u0130", "I").lower())  # the one letter that would become two


def _after(segment: _Segment, needles: Sequence[str], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for needle in needles:
        position = segment.lowered.find(needle)
        while position >= 0:
            match = pattern.match(segment.text, position)
            if match:
                yield match
            position = segment.lowered.find(needle, max(position + len(needle), match.end() if match else 0))


def collected(parts: Iterable[Fragment | Fact]) -> Content:
    """What a reader gives, up to the limits; that they were passed is a fact of its own."""
    fragments: list[Fragment] = []
    facts: list[Fact] = []
    left = MAX_BYTES
    for part in parts:
        if isinstance(part, Fact):
            facts.append(part)
        elif part.text.strip():
            left -= sys.getsizeof(part.text)
            fragments.append(part)
        if left < 0 or len(fragments) >= MAX_FRAGMENTS or len(facts) >= MAX_FACTS:
            facts.append(Fact("unread", fragments[-1].place if fragments else "", "everything after this place"))
            break
    return Content(fragments, facts)
