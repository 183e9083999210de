"""Small readings that several platforms share: hosts, addresses and paths in text, lists without repeats, parts of JSON and TOML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

_URL = re.compile(r"\b(?:https?|ftps?|sftp|wss?)://[^\s\"'<>\\^`{|}\[\]()]+", re.IGNORECASE)
_ADDRESS = re.compile(r"\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\b")
_PATH = re.compile(r"(?:\b[A-Za-z]:\\|\\\\[A-Za-z0-9_.-]+\\)[^\s\"'<>|?*:;,)\]&](?:\(x86\)|[^\"'<>|?*:;,)\]&\r\n]){0,200}")
_PROGRAM = re.compile(r"(?<![\w.-])([\w-]+(?:\.[\w-]+)*\.exe)\b", re.IGNORECASE)
# Addresses of schemas and standards: names, not places that anything connects to.
_SCHEMAS = re.compile(
    r"^(?:schemas?\.|www\.w3\.org$|www\.omg\.org$|json-schema\.org$|purl\.org$|xmlns\.|www\.blueprism\.co\.uk$|bpmn\.io$|camunda\.org$|activiti\.org$)",
    re.IGNORECASE,
)


def ordered(values: Iterable[str | None]) -> tuple[str, ...]:
    """The values that are not empty, each once, in the order of their first coming."""
    return tuple(dict.fromkeys(value.strip() for value in values if value and value.strip()))


def mapping(value: object) -> dict[str, Any]:
    """A JSON object or TOML table; empty where the file holds something else in its place."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """A JSON or TOML array; empty where the file holds something else in its place."""
    return value if isinstance(value, list) else []


def urls_in(text: str) -> tuple[str, ...]:
    """Absolute addresses in a text, without trailing punctuation."""
    return ordered(found.rstrip(".,;:!?&") for found in _URL.findall(text)) if "://" in text else ()


def host_of(url: str) -> str | None:
    """The host name of an address in lower case; None for schemas, placeholders and what has none."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    if not host or _SCHEMAS.match(host) or not re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", host):
        return None
    return host


def hosts_in(text: str) -> tuple[str, ...]:
    """The hosts of every address in a text."""
    return ordered(host_of(url) for url in urls_in(text))


def addresses_in(text: str) -> tuple[str, ...]:
    """Mail addresses in a text."""
    return ordered(_ADDRESS.findall(text)) if "@" in text else ()


def paths_in(text: str) -> tuple[str, ...]:
    """Windows and network paths in a text."""
    return ordered(found.rstrip(" .\\") for found in _PATH.findall(text)) if "\\" in text else ()


def programs_in(text: str) -> tuple[str, ...]:
    """The names of Windows programs in a text, in lower case."""
    return ordered(map(str.lower, _PROGRAM.findall(text))) if ".exe" in text.lower() else ()
