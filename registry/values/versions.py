"""Release versions: SemVer 2.0, a text key that sorts like them, and the rule that makes one of what an artefact carries."""

from __future__ import annotations

import re

from semver import Version

from registry.errors import Refused

MAX_LENGTH = 80
MAX_DIGITS = 18
_LONG_NUMBER = re.compile(rf"\d{{{MAX_DIGITS + 1}}}")
_NUMBERS = re.compile(r"^(\d+(?:\.\d+)*)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$")
_BUILT = re.compile(r"-(?:19|20)\d{6}-\d{6}\s*$")  # yyyymmdd-hhmmss


def parse_version(text: str) -> Version:
    """The version ``text`` names.

    Raises :class:`Refused`: ``version_invalid`` with a suggestion where one can be made, ``version_build`` for build metadata, which
    SemVer leaves out of precedence, so that two releases could not be told apart by it.
    """
    text = text.strip()
    try:
        version = Version.parse(text)
    except (ValueError, TypeError):
        version = None
    if version is None or len(text) > MAX_LENGTH or _LONG_NUMBER.search(text):
        suggestion = suggest(text)
        raise Refused(
            "version_invalid",
            f"“{text[:MAX_LENGTH]}” is not a version with three numbers, such as 1.3.0.",
            where="version",
            mend=f"Use {suggestion}." if suggestion else "Enter a version with three numbers, such as 1.3.0.",
        )
    if version.build:
        raise Refused(
            "version_build",
            f"“{text}” carries build metadata after “+”, which does not tell versions apart.",
            where="version",
            mend=f"Use {text.split('+')[0]}.",
        )
    return version


def from_artefact(text: str | None) -> str | None:
    """The release version that the version written in an artefact stands for, or None where none can be made without a person.

    Three parts stay as they are; two parts get ``.0``; four parts whose fourth is zero lose it (INTERFACES, *Versions*). The build date
    that Automation 360 puts behind a package's version (FORMATS 3.4) looks like a pre-release and is none: a person says which it is.
    """
    found = _NUMBERS.match((text or "").strip())
    if not found or _BUILT.search(text or ""):
        return None
    parts, tail = found.group(1).split("."), found.group(2) or ""
    if len(parts) == 2:
        parts.append("0")
    if len(parts) == 4 and int(parts[3]) == 0:
        parts.pop()
    candidate = ".".join(parts) + tail
    return candidate if len(parts) == 3 and Version.is_valid(candidate) and len(candidate) <= MAX_LENGTH else None


def suggest(text: str | None) -> str | None:
    """The nearest version with three numbers to what somebody wrote, or None."""
    found = re.match(r"^\D{0,3}(\d{1,9})(?:[._](\d{1,9}))?(?:[._](\d{1,9}))?[.\d]*(.*)$", (text or "").strip())
    if not found:
        return None
    core = ".".join(str(int(part or 0)) for part in found.groups()[:3])
    tail = re.match(r"^[-._]?(a|b|rc|alpha|beta|dev|pre)[-._]?(\d*)", found.group(4), re.IGNORECASE)
    if not tail:
        return core
    word = {"a": "alpha", "b": "beta"}.get(tail.group(1).lower(), tail.group(1).lower())
    return f"{core}-{word}.{int(tail.group(2) or 0)}"


def next_after(version: str | None) -> str:
    """A version to offer for the next release."""
    return str(Version.parse(version).bump_minor()) if version and Version.is_valid(version) else "1.0.0"


def version_key(version: str) -> str:
    """A text that sorts, by bytes, as SemVer 2.0 section 11 orders versions.

    Numbers carry their length in front; ``~`` after the numbers puts a release behind its pre-releases; ``!`` (below every character
    of an identifier) parts identifiers, so that fewer come first; numeric identifiers (``1``) come before the others (``2``).
    """
    parsed = Version.parse(version)
    core = "".join(_number(part) for part in (parsed.major, parsed.minor, parsed.patch))
    if not parsed.prerelease:
        return core + "~"
    return core + "!" + "!".join(_identifier(part) for part in parsed.prerelease.split("."))


def _number(value: int) -> str:
    return f"{len(str(value)):02d}{value}"


def _identifier(text: str) -> str:
    return "1" + _number(int(text)) if text.isdigit() else "2" + text
