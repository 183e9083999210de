"""Version ranges in npm's grammar: ``^1.2``, ``~1.2.3``, ``>=1.2 <2``, ``1.x``, ``1.2 - 1.4``, ``||``; empty or ``*`` means any version.

Source of the rules: the README of npm's own ``semver``. A pre-release lies in a range only if the range names a pre-release of the same numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from semver import Version

from registry.errors import Refused
from registry.values.versions import MAX_DIGITS, version_key

MAX_LENGTH = 120
_PART = rf"(?:0|[1-9]\d{{0,{MAX_DIGITS - 1}}}|[xX*])"
_PARTIAL = rf"v?({_PART})(?:\.({_PART})(?:\.({_PART})(?:-([0-9A-Za-z.-]+))?)?)?"
_TERM = re.compile(rf"(\^|~>?|>=|<=|>|<|=)?\s*{_PARTIAL}")
_HYPHEN = re.compile(rf"\s*{_PARTIAL}\s+-\s+{_PARTIAL}\s*")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The versions from ``low`` up to but without ``high``; None leaves a side open. ``named`` are the pre-releases that it names."""

    low: Version | None = None
    high: Version | None = None
    named: tuple[Version, ...] = ()

    def holds(self, version: Version) -> bool:
        """Whether ``version`` lies between them."""
        if (self.low is not None and version < self.low) or (self.high is not None and version >= self.high):
            return False
        return not version.prerelease or any(_numbers(each) == _numbers(version) for each in self.named)


@dataclass(frozen=True, slots=True)
class Range:
    """A range as it was written, and the bounds any of which a version must keep."""

    text: str
    either: tuple[Bounds, ...]

    def holds(self, version: str) -> bool:
        """Whether ``version``, SemVer 2.0, is in the range."""
        parsed = Version.parse(version)
        return any(bounds.holds(parsed) for bounds in self.either)

    def events(self) -> list[dict[str, str]]:
        """The range as OSV's events ``introduced`` and ``fixed``, in order (OSV schema 1.6, *affected[].ranges[].events*)."""
        spans = sorted(
            {
                (str(each.low or "0"), str(each.high) if each.high else "")
                for each in self.either
                if each.low is None or each.high is None or each.low < each.high
            },
            key=lambda span: version_key(span[0]) if span[0] != "0" else "",
        )
        return [event for low, high in spans for event in ({"introduced": low}, *([{"fixed": high}] if high else []))]


def parse_range(text: str) -> Range:
    """The range that ``text`` writes; raises :class:`Refused` (``range_invalid``)."""
    text = text.strip()
    try:
        if len(text) > MAX_LENGTH:
            raise ValueError
        return Range(text, tuple(_alternative(part) for part in text.split("||")))
    except ValueError as error:
        raise Refused(
            "range_invalid",
            f"“{text[:MAX_LENGTH]}” is not a range of versions.",
            where="versions",
            mend="Write one such as 1.4.x, ^1.2, >=1.4.0 <1.4.3, or 1.4.0 || 1.4.2.",
        ) from error


def _alternative(text: str) -> Bounds:
    if (found := _HYPHEN.fullmatch(text)) is not None:
        parts = found.groups()
        return _meet(_compared(">=", parts[:4]), _compared("<=", parts[4:]))
    bounds, at = Bounds(), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        term = _TERM.match(text, at)
        if term is None or (term.end() < len(text) and not text[term.end()].isspace()):
            raise ValueError(text)
        bounds = _meet(bounds, _compared(term[1] or "", term.groups()[1:]))
        at = term.end()
    return bounds


def _compared(operator: str, parts: tuple[str | None, ...]) -> Bounds:
    """The bounds of one term; what is left out of its version, or ``x``, stands for any."""
    numbers = []
    for part in parts[:3]:
        if part is None or part in "xX*":
            break
        numbers.append(int(part))
    tail = parts[3] if len(numbers) == 3 else None
    least = _version(numbers, tail)
    named = (least,) if tail else ()
    if not numbers:
        return Bounds(high=Version(0, 0, 0, prerelease="0")) if operator in ("<", ">") else Bounds()
    after = _after(numbers, least)
    if operator == ">":
        return Bounds(after, None, named)
    if operator == ">=":
        return Bounds(least, None, named)
    if operator == "<":
        return Bounds(None, least, named)
    if operator == "<=":
        return Bounds(None, after, named)
    if operator == "^":
        kept = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
        return Bounds(least, _bumped(numbers, kept), named)
    if operator.startswith("~"):
        return Bounds(least, _bumped(numbers, min(1, len(numbers) - 1)), named)
    return Bounds(least, after, named)


def _after(numbers: list[int], least: Version) -> Version:
    """The first version beyond those that begin with ``numbers``, or beyond ``least`` itself where it is whole."""
    if len(numbers) < 3:
        return _bumped(numbers, len(numbers) - 1)
    if least.prerelease:
        return least.replace(prerelease=f"{least.prerelease}.0")
    return Version(numbers[0], numbers[1], numbers[2] + 1, prerelease="0")


def _bumped(numbers: list[int], index: int) -> Version:
    """``numbers`` cut after ``index`` with that one raised; lower than every pre-release of it, as npm has it."""
    raised = [*numbers[:index], numbers[index] + 1]
    return _version(raised, "0")


def _version(numbers: list[int], prerelease: str | None) -> Version:
    """``numbers`` with noughts for what they lack."""
    major, minor, patch = [*numbers, 0, 0, 0][:3]
    return Version(major, minor, patch, prerelease=prerelease)


def _meet(one: Bounds, other: Bounds) -> Bounds:
    lows = [each.low for each in (one, other) if each.low is not None]
    highs = [each.high for each in (one, other) if each.high is not None]
    return Bounds(max(lows, default=None), min(highs, default=None), one.named + other.named)


def _numbers(version: Version) -> tuple[int, int, int]:
    return (version.major, version.minor, version.patch)
