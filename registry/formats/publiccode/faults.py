"""Looks a publiccode.yml's values over one kind at a time and keeps what is wrong, each by its key."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:[^\s]+", re.IGNORECASE)
_YES_NO = frozenset({"yes", "no", "on", "off", "y", "n"})  # truth values of YAML 1.1, in which many of these files are written
_SHOWN = 60  # characters of a wrong value that are shown


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that breaks the standard; ``key`` is its path (``maintenance.contacts[0].name``). ``grave`` where nothing can be made of it."""

    key: str
    sentence: str
    mend: str
    grave: bool = False


class Section:
    """A mapping of the file under the path of its key. What is wrong in it goes into ``faults``, shared by all sections."""

    def __init__(self, values: dict[str, Any], path: str, faults: list[Fault]) -> None:
        self.values = values
        self.path = path
        self.faults = faults

    def key(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def fault(self, name: str, sentence: str, mend: str, *, grave: bool = False) -> None:
        self.faults.append(Fault(self.key(name), f"{self.key(name)} {sentence}.", mend, grave))

    def section(self, name: str, *, required: bool = False) -> Section | None:
        """The mapping under ``name``; None where there is none."""
        value = self.values.get(name)
        if isinstance(value, dict):
            return Section(value, self.key(name), self.faults)
        if value is not None:
            self.fault(name, "is not a section with keys of its own", f"Write the keys of {name} below it, indented.", grave=True)
        elif required:
            self.fault(name, "is missing", f"Add the section {self.key(name)}.")
        return None

    def sections(self, name: str) -> Iterator[Section]:
        """Each mapping of the list under ``name``."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, list):
            self.fault(name, "is not a list", f"Write {name} as a list, each entry after a dash.", grave=True)
        for number, one in enumerate(value if isinstance(value, list) else []):
            if isinstance(one, dict):
                yield Section(one, f"{self.key(name)}[{number}]", self.faults)
            else:
                self.fault(f"{name}[{number}]", "has no keys of its own", "Write name: and what it is called.", grave=True)

    def text(self, name: str, *, required: bool = False, grave: bool = False, least: int = 0, most: int = 0) -> str:
        """The text under ``name``, stripped; empty where there is none. ``least`` and ``most`` count characters."""
        value = self.values.get(name)
        if isinstance(value, dict | list):
            self.fault(name, "is not text", f"Write one value after {name}:.", grave=True)
            return ""
        written = "" if value is None else str(value).strip()
        if not written and required:
            self.fault(name, "is missing", f"Add the key {self.key(name)}.", grave=grave)
        elif written and len(written) < least:
            self.fault(name, f"has {len(written)} characters; at least {least} are asked for", "Say more.")
        elif most and len(written) > most:
            self.fault(name, f"has {len(written)} characters; at most {most} are allowed", "Shorten it.")
        return written

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """The texts of the list under ``name``; one text alone counts as a list of one where ``required`` lists may be written so."""
        value = self.values.get(name)
        if value is None or value == []:
            if required or value == []:
                self.fault(name, "is empty" if value == [] else "is missing", f"List at least one value under {self.key(name)}.")
            return ()
        if not isinstance(value, list):
            self.fault(name, "is not a list", f"Write {name} as a list, each value after a dash.", grave=True)
            return ()
        if any(isinstance(one, dict | list) for one in value):
            self.fault(name, "holds something else than text", "Write one value after each dash.", grave=True)
        return tuple(str(one).strip() for one in value if one is not None and not isinstance(one, dict | list))

    def one_of(self, name: str, allowed: tuple[str, ...], *, required: bool = False) -> str:
        written = self.text(name, required=required)
        if written and written not in allowed:
            self.fault(name, f"is “{written[:_SHOWN]}”, which the standard does not know", f"Write one of {', '.join(allowed)}.")
        return written

    def each(self, name: str, is_right: Callable[[str], bool], mend: str, *, required: bool = False) -> None:
        """Every text of the list under ``name`` must satisfy ``is_right``."""
        for number, written in enumerate(self.texts(name, required=required)):
            if not is_right(written):
                self.fault(f"{name}[{number}]", f"is “{written[:_SHOWN]}”, which the standard does not know", mend)

    def that(
        self, name: str, is_right: Callable[[str], bool], what: str, mend: str, *, required: bool = False, grave: bool = False
    ) -> None:
        """The text under ``name``, where there is one, must satisfy ``is_right``; its value is not shown."""
        written = self.text(name, required=required, grave=grave)
        if written and not is_right(written):
            self.fault(name, f"is not {what}", mend, grave=grave)

    def yes_no(self, name: str, *, required: bool = False) -> None:
        value = self.values.get(name)
        if value is None and required:
            self.fault(name, "is missing", f"Write {name}: true or {name}: false.")
        elif value is not None and not isinstance(value, bool) and str(value).casefold() not in _YES_NO:
            self.fault(name, "is neither true nor false", f"Write {name}: true or {name}: false.", grave=True)

    def web(self, name: str) -> None:
        self.that(name, is_web_address, "a web address", "Write the whole address, beginning with https://.")

    def date(self, name: str, *, required: bool = False) -> None:
        self.that(name, is_date, "a date", "Write it as 2026-01-31: year, month and day.", required=required)

    def mail(self, name: str) -> None:
        self.that(name, lambda text: _MAIL.fullmatch(text) is not None, "a mail address", "Write it as name@example.org.")


def is_address(text: str) -> bool:
    """An absolute address with a scheme and a host."""
    try:
        parts = urlsplit(text)
        return bool(parts.scheme and parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        return False


def is_web_address(text: str) -> bool:
    return is_address(text) and urlsplit(text).scheme.lower() in ("http", "https")


def is_body(text: str) -> bool:
    """What names an organisation: an address or a URN."""
    return _URN.fullmatch(text) is not None if text[:4].lower() == "urn:" else is_address(text)


def is_date(text: str) -> bool:
    try:
        return _DATE.fullmatch(text) is not None and datetime.date.fromisoformat(text) is not None
    except ValueError:
        return False
