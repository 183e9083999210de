"""Ranges as NuGet and Python write them, in our own grammar; what has no counterpart in it is any version."""

from __future__ import annotations

import re
from itertools import product

from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet

from registry.errors import Refused
from registry.values.ranges import MAX_LENGTH, parse_range

ANY = "*"
_NUMBERS = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,18}))?(?:\.([0-9]{1,18}))?(?:\.0+)?(-[0-9A-Za-z.-]+)?")
_INTERVAL = re.compile(r"([\[(])\s*([^,\s]*)\s*(?:(,)\s*([^,\s]*)\s*)?([\])])")
_FLOATING = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,18})?)\.\*")
_UNWRITTEN = "\0"  # where a version has no counterpart


def our_range(ecosystem: str, text: str) -> str:
    """``text``, a range of ``ecosystem``, as npm would write it; ``*`` for what cannot be put so."""
    text = text.strip()
    found = _WRITTEN.get(ecosystem, _of_none)(text)
    if not found or len(found) > MAX_LENGTH or _UNWRITTEN in found:
        return ANY
    try:
        return parse_range(found).text
    except Refused:
        return ANY


def _version(text: str) -> str:
    """``text`` with three numbers; a fourth only where it is nought, as releases are named here (INTERFACES, *Versions*)."""
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return _UNWRITTEN
    return ".".join(str(int(part or 0)) for part in found.groups()[:3]) + (found[4] or "")


def _of_nuget(text: str) -> str:
    """Source: NuGet's *Package versioning*: a bare version is the lowest; brackets include, parentheses do not."""
    if (floating := _FLOATING.fullmatch(text)) is not None:
        return f">={_version(floating[1])}"  # NuGet takes what is newer where a floating version is not there
    interval = _INTERVAL.fullmatch(text)
    if interval is None:
        return f">={_version(text)}" if text not in ("", "*") else ANY
    opening, low, comma, high, closing = interval.groups()
    if not comma:
        return _version(low) if (opening, closing) == ("[", "]") else _UNWRITTEN
    least = f"{'>=' if opening == '[' else '>'}{_version(low)}" if low else ""
    most = f"{'<=' if closing == ']' else '<'}{_version(high)}" if high else ""
    return f"{least} {most}".strip()


def _of_python(text: str) -> str:
    """Source: PEP 440, *Version specifiers*."""
    try:
        every = [_specified(each) for each in sorted(SpecifierSet(text), key=str)]
    except InvalidSpecifier:
        return ANY
    return " || ".join(" ".join(some) for some in product(*every))


def _specified(each: Specifier) -> list[str]:
    """What any of must hold."""
    if each.version.endswith(".*"):
        begun = each.version.removesuffix(".*")
        if each.operator == "!=" or begun.count(".") > 1:
            return [_UNWRITTEN]
        return [f"{begun}.x"]
    version = _version(each.version)
    if each.operator == "~=":
        parts = each.version.split(".")
        return [f">={version} <{int(parts[0]) + 1}.0.0" if len(parts) == 2 else f"~{version}"]
    if each.operator == "!=":
        return [f"<{version}", f">{version}"]
    return [version if each.operator in ("==", "===") else f"{each.operator}{version}"]


def _of_ours(text: str) -> str:
    return text


def _of_none(text: str) -> str:
    return ANY


_WRITTEN = {"nuget": _of_nuget, "pypi": _of_python, "moothall": _of_ours}
