"""What every adapter gives: runs as the platform names them, and what could not be read, said without a word of what was sent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from uuid import UUID, uuid5

from registry.errors import Refused

MAX_NAME: Final = 120
MAX_VERSION: Final = 80
MAX_SECONDS: Final = 366 * 24 * 3600  # as in registry/telemetry/events.py, which stands on Django
MAX_ITEMS: Final = 1_000_000_000
MAX_PROBLEMS: Final = 50  # told apart; more are counted
FIRST_YEAR, LAST_YEAR = 2000, 2099

Outcome = Literal["completed", "business_exception", "system_exception"]
Source = Literal["uipath", "uipath_queue", "blueprism", "power_automate", "automation_anywhere", "table", "otlp"]
_VERSION: Final = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,3}(?:-[0-9A-Za-z.-]{1,20})?(?:\+[0-9A-Za-z.-]{1,20})?", re.ASCII)
_NAMESPACE: Final = UUID("6f0c1c39-3f0b-5a4e-9d5c-0f6a5f4f7b11")  # of the ids that we make; never changed


@dataclass(frozen=True, slots=True)
class Seen:
    """One run as a platform reports it. It names a module by ``module`` (``publisher/slug``), else by the platform's own ``name``."""

    where: str  # the row or record it came from
    source: Source
    id: UUID
    started_at: datetime  # with a time zone
    duration_seconds: float
    outcome: Outcome
    items: int = 1
    name: str = ""
    module: str = ""
    version: str = ""  # as the platform writes it, or nothing


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row or record was not taken. Says which field, never what stood there."""

    code: str
    where: str
    message: str
    mend: str


@dataclass(slots=True)
class Read:
    """What a body holds. ``ignored`` counts what is no run, or not ended yet; ``refused`` what could not be read."""

    events: list[Seen] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)  # the first of those refused
    refused: int = 0
    ignored: int = 0

    def refuse(self, problem: Problem) -> None:
        """Count a row or record that could not be read."""
        self.refused += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)


class Unread(Exception):
    """A row or record cannot be read. Caught by the adapter, which knows where it stands."""

    def __init__(self, code: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.code, self.message, self.mend = code, message, mend

    def at(self, where: str) -> Problem:
        """The problem that it is at ``where``."""
        return Problem(self.code, where, self.message, self.mend)


def made_id(organisation: str, source: str, parts: Iterable[object]) -> UUID:
    """The same id for the same run of ``organisation`` (a slug), so that what is sent twice counts once (RFC 9562, version 5)."""
    return uuid5(_NAMESPACE, "\n".join([organisation, source, *(str(part) for part in parts)]))


def plain_name(text: str) -> str:
    """A process's name with its spaces in order. Raises :class:`Unread` for what is none."""
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME or any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn", "Cf") for letter in name):
        raise Unread(
            "name_invalid", f"The name of the process is missing, or over {MAX_NAME} characters.", "Name the process or the module."
        )
    return name


def plain_version(text: str) -> str:
    """A version as the platform writes it, or nothing where it says none. Raises :class:`Unread` for a text that is none: it may be anything."""
    text = text.strip()
    if text and (len(text) > MAX_VERSION or not _VERSION.fullmatch(text)):
        raise Unread("version_invalid", "The version is not one of numbers and points.", "Write it as on the module’s page, such as 1.2.0.")
    return text


def lasted(started_at: datetime, ended_at: datetime) -> float:
    """Seconds from start to end. Raises :class:`Unread`."""
    return whole_duration((ended_at - started_at).total_seconds())


def whole_duration(seconds: float) -> float:
    """``seconds`` where a run can last so long. Raises :class:`Unread`."""
    if not 0 <= seconds <= MAX_SECONDS:
        raise Unread("duration_invalid", "The run ends before it starts, or lasts over a year.", "Check the times of start and end.")
    return seconds


def whole_items(number: int) -> int:
    """``number`` where a run can have so many items. Raises :class:`Unread`."""
    if not 0 <= number <= MAX_ITEMS:
        raise Unread("items_invalid", "The number of items is negative or too large.", "Give a whole number from 0.")
    return number


def fits_century(moment: datetime) -> datetime:
    """``moment`` where it is of this century. Raises :class:`Unread`."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Unread("time_invalid", f"The year is before {FIRST_YEAR} or after {LAST_YEAR}.", "Check the date.")
    return moment


def body_invalid(what: str) -> Refused:
    """That a whole body cannot be read; says nothing of what it holds."""
    return Refused("body_invalid", f"The body is not {what}.", where="body", mend="See /runs/connect for what each platform sends.")
