"""Version ranges in npm's grammar: ``^1.2``, ``~1.2.3``, ``>=1.2 <2``, ``1.x``, ``1.2 - 1.4``, ``||``; empty or ``*`` means any version.

Source of the rules: the README of npm's own ``semver``. A pre-release lies in a range only if the range names a pre-release of the same numbers,
unless pre-releases are asked for, which is npm's ``includePrerelease``.

On purpose narrower than npm: no build metadata (:func:`registry.values.versions.parse_version` takes none either), one ``v`` or ``=`` at most
before a version, at most :data:`MAX_LENGTH` characters. Wider: numbers of up to :data:`MAX_DIGITS` digits, where npm stops at 2**53 - 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from semver import Version

from registry.errors import Refused
from registry.values.versions import MAX_DIGITS, version_key

MAX_LENGTH = 120
_PART = rf"(?:0|[1-9][0-9]{{0,{MAX_DIGITS - 1}}}|[xX*])"
_LABEL = rf"(?:[0-9]*[A-Za-z-][0-9A-Za-z-]*|0|[1-9][0-9]{{0,{MAX_DIGITS - 1}}})"
_PARTIAL = rf"v?({_PART})(?:\.({_PART})(?:\.({_PART})(?:-({_LABEL}(?:\.{_LABEL})*))?)?)?"
_TERM = re.compile(rf"(\^|~>?|>=|<=|>|<|=)? ?{_PARTIAL}(?: |$)")
_HYPHEN = re.compile(rf"{_PARTIAL} - {_PARTIAL}")
_FIRST = "0"  # the lowest of all pre-releases
_ZERO = Version(0, 0, 0)  # npm leaves ">=0.0.0" away, so that it keeps out no pre-release that is named beside it
_NOTHING = Version(0, 0, 0, prerelease=_FIRST)  # below it there is none


@dataclass(frozen=True, slots=True)
class Bounds:
    """The versions from ``low`` up to but without ``high``; None leaves a side open. ``named`` are the pre-releases that it names."""

    low: Version | None = None
    high: Version | None = None
    named: tuple[Version, ...] = ()

    def holds(self, version: Version, *, prereleases: bool = False) -> bool:
        """Whether ``version`` lies between them; one that is a pre-release only if it is named, or ``prereleases`` are asked for."""
        if (self.low is not None and version < self.low) or (self.high is not None and version >= self.high):
            return False
        return prereleases or not version.prerelease or any(_numbers(each) == _numbers(version) for each in self.named)


@dataclass(frozen=True, slots=True)
class Range:
    """A range as it was written, and the bounds any of which a version must keep; ``wide`` are those where pre-releases are asked for."""

    text: str
    either: tuple[Bounds, ...]
    wide: tuple[Bounds, ...]

    def holds(self, version: str, *, prereleases: bool = False) -> bool:
        """Whether ``version``, SemVer 2.0, is in the range."""
        parsed = Version.parse(version)
        return any(bounds.holds(parsed, prereleases=prereleases) for bounds in (self.wide if prereleases else self.either))

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
        parts = [" ".join(part.split()) for part in text.split("||")]
        return Range(text, *(_either(parts, wide) for wide in (False, True)))
    except ValueError as error:
        raise Refused(
            "range_invalid",
            f"“{text[:MAX_LENGTH]}” is not a range of versions.",
            where="versions",
            mend="Write one such as 1.4.x, ^1.2, >=1.4.0 <1.4.3, or 1.4.0 || 1.4.2.",
        ) from error


def _either(parts: list[str], wide: bool) -> tuple[Bounds, ...]:
    """Where one of several is any version, npm forgets the others, and the pre-releases they name."""
    found = tuple(_alternative(part, wide) for part in parts)
    return (Bounds(),) if Bounds() in found else found


def _alternative(text: str, wide: bool) -> Bounds:
    if (found := _HYPHEN.fullmatch(text)) is not None:
        parts = found.groups()
        return _meet(_compared("from", parts[:4], wide), _compared("to", parts[4:], wide))
    bounds, at = Bounds(), 0
    while at < len(text):
        term = _TERM.match(text, at)
        if term is None:
            raise ValueError(text)
        bounds = _meet(bounds, _compared(term[1] or "", term.groups()[1:], wide))
        at = term.end()
    return bounds


def _compared(operator: str, parts: tuple[str | None, ...], wide: bool) -> Bounds:
    """The bounds of one term; what is left out of its version, or ``x``, stands for any. ``from`` and ``to`` are the sides of a hyphen.

    Where pre-releases are asked for, what is not a whole version begins with the first of them.
    """
    numbers = _written(parts, is_strict=operator in ("", "=", ">", ">=", "<", "<="))
    tail = parts[3] if len(numbers) == 3 else None
    named = (_version(numbers, tail),) if tail else ()
    if not numbers:
        return Bounds(high=_NOTHING) if operator in ("<", ">") else Bounds()
    is_whole = len(numbers) == 3
    least = _version(numbers, tail or (_FIRST if wide and (not is_whole or operator == "from") else None))
    if operator == ">":
        return Bounds(_after(numbers, tail) if is_whole else _bumped(numbers, len(numbers) - 1, least.prerelease), None, named)
    if operator == "<":
        return Bounds(None, least if is_whole else _version(numbers, _FIRST), named)
    is_one = is_whole and operator in ("", "=")
    low = None if operator in ("<=", "to") or (least == _ZERO and not (wide or is_one)) else least
    return Bounds(low, None if operator in (">=", "from") else _end(operator, numbers, tail), named)


def _written(parts: tuple[str | None, ...], *, is_strict: bool) -> list[int]:
    """The numbers before the first that is left out or ``x``; after it npm wants no other, except behind ``^`` and ``~`` and beside a hyphen."""
    numbers: list[int] = []
    for part in parts[:3]:
        if part is None or part in "xX*":
            break
        numbers.append(int(part))
    if is_strict and any(part is not None and part not in "xX*" for part in parts[len(numbers) : 3]):
        raise ValueError
    return numbers


def _end(operator: str, numbers: list[int], tail: str | None) -> Version:
    """The first version beyond a term that ends."""
    if operator == "^":
        return _bumped(numbers, next((index for index, number in enumerate(numbers) if number), len(numbers) - 1))
    if operator.startswith("~"):
        return _bumped(numbers, min(1, len(numbers) - 1))
    return _after(numbers, tail) if len(numbers) == 3 else _bumped(numbers, len(numbers) - 1)


def _after(numbers: list[int], tail: str | None) -> Version:
    """The first version beyond a whole one."""
    return _version(numbers, f"{tail}.0") if tail else _bumped(numbers, 2)


def _bumped(numbers: list[int], index: int, prerelease: str | None = _FIRST) -> Version:
    """``numbers`` cut after ``index`` with that one raised; lower than every pre-release of it, as npm has it, unless another is said."""
    return _version([*numbers[:index], numbers[index] + 1], prerelease)


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
