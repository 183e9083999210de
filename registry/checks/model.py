"""What a check is given and what it reports."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from registry.formats.model import Inspection, inspection_from_json
from registry.formats.texts.model import Content, Hit

GROUPED = "\0"  # begins what hits are gathered by where that is no value that was found
MAX_FOUND = 50  # of one check in one artefact; the last one says how many there are besides
_VERSION = re.compile(r"\d{1,9}(?:\.\d{1,9})+")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing a check noticed: ``severity`` is ``note``, ``answer`` (before partners see it) or ``stop`` (to mend, or to answer by a second
    person); ``where`` is a place in the artefact.

    ``fingerprint`` is the same for the same thing in the next release, so that an answer carries over. It is a keyed digest: without the
    installation's key nobody can try values against it.
    """

    code: str
    severity: str
    title: str
    where: str = ""
    why: str = ""
    mend: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one artefact says, and what the checks of it noticed."""

    inspection: Inspection
    findings: tuple[Found, ...] = ()
    filename: str = ""

    @classmethod
    def from_json(cls, data: dict[str, Any], filename: str) -> Reading:
        """The inverse of what the child process tells."""
        return cls(inspection_from_json(data["inspection"]), tuple(Found(**one) for one in data["findings"]), filename)


@dataclass(frozen=True, slots=True)
class Need:
    """Something a release needs, directly or through others: ``status`` is ``included``, ``registry`` (held here), ``vendor`` or ``missing``.

    ``licence`` is the expression of the module that is held here; ``through`` names the modules between, outermost first.
    """

    name: str
    status: str
    ecosystem: str = ""
    held_by: str = ""
    licence: str = ""
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """The licence that one artefact of a release declares, as it writes it."""

    filename: str
    platform: str
    licence: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the form and the database know of a release. ``licence`` and ``summary`` are None where nobody was asked for them."""

    licence: str | None = None
    summary: str | None = None
    language: str = "en-GB"
    needs: tuple[Need, ...] = ()
    declared: tuple[Declared, ...] = ()  # by its artefacts


@dataclass(frozen=True, slots=True)
class Subject:
    """One artefact as a check of content sees it."""

    inspection: Inspection
    content: Content
    key: bytes = field(default=b"", repr=False)


class Check(Protocol):
    """What the file of a check of content offers; its code is the file's name. It runs in the child process."""

    CODE: str
    TITLE: str
    SEVERITY: str

    def run(self, subject: Subject) -> Iterator[Found]: ...


class ReleaseCheck(Protocol):
    """What the file of a check of a whole release offers: of what was read from all its artefacts, and of what the registry knows."""

    CODE: str
    TITLE: str
    SEVERITY: str

    def run(self, inspection: Inspection, facts: Facts) -> Iterator[Found]: ...


def fingerprint(key: bytes, code: str, place: str, value: str = "") -> str:
    """A digest of what was found where. Version numbers in the place (a folder's name) do not count."""
    told = "\0".join((code, _VERSION.sub("#", place), value))
    return hmac.new(key, told.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:40]


def gathered(subject: Subject, hits: Iterable[tuple[Hit, str]], told: Callable[[str, Hit], Found]) -> Iterator[Found]:
    """One finding for each value, at its first place, with the number of the others.

    ``hits`` are places with the value found there; ``told`` words the finding. The value itself never gets into one, not even where a
    place is named after it.
    """
    places: dict[str, list[Hit]] = {}
    for hit, value in hits:
        places.setdefault(value, []).append(hit)
    for value, found in list(places.items())[:MAX_FOUND]:
        one = told(value, found[0])
        where = found[0].where.replace(value, "…") if value else found[0].where
        others = len({(hit.fragment.place, hit.start) for hit in found}) - 1
        more = f" (and {others} other place{'s' if others > 1 else ''})" if others else ""
        yield replace(one, where=f"{where[:260]}{more}", fingerprint=fingerprint(subject.key, one.code, found[0].fragment.place, value))
    if len(places) > MAX_FOUND:
        one = told("", next(iter(places.values()))[0])
        yield replace(
            one, title=f"{one.title}, and {len(places) - MAX_FOUND} more", where="", fingerprint=fingerprint(subject.key, one.code, "more")
        )
