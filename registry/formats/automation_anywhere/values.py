"""What a bot's values say: the tagged objects (``{"type": "STRING", "string": "..."}``) in which Automation 360 keeps every setting."""

from __future__ import annotations

import ntpath
import re
from typing import Any
from urllib.parse import unquote

from registry.formats.collected import Collected
from registry.formats.fragments import host_of, mapping, sequence

MAX_DEPTH = 40  # values in values; the deepest seen are lists of records, four levels
REPOSITORY = "repository:///"
_PAYLOADS = ("expression", "string", "number")
_UNREAD = frozenset(["blob", "capture", "thumbnail", "screenshot", "uid", "credential"])  # pictures, and what is told elsewhere
_BROWSERS = {
    "CHROME": "chrome.exe",
    "EDGE": "msedge.exe",
    "FIREFOX": "firefox.exe",
    "IE": "iexplore.exe",
    "INTERNET_EXPLORER": "iexplore.exe",
}
_HOST_NAMES = re.compile(
    r"^(?:server|db|database|smtp|ftp|sftp|remote)?_?(?:host|hostname|hostaddress|server|servername|serverhost|address)$", re.I
)
_HOST = re.compile(r"^(?:[a-z]{2,10}://)?([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+)(?::\d+)?(?:/.*)?$", re.IGNORECASE)
_QUEUES = ("queuename", "workqueue", "queue")


def text_of(value: object) -> str:
    """The text of a value, literal or expression; empty for one of another kind."""
    given = mapping(value)
    return next((str(given[key]) for key in _PAYLOADS if isinstance(given.get(key), str | int | float)), "")


def attributes_of(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The attributes of a node by name, each with its value object; those in groups and conditions are not among them."""
    named = ((mapping(each).get("name"), mapping(mapping(each).get("value"))) for each in sequence(node.get("attributes")))
    return {name: value for name, value in named if isinstance(name, str)}


def take(told: Collected, value: object, name: str = "", depth: int = 0) -> None:
    """Add what a value, or a list or record of such, says; ``name`` is the attribute's or variable's."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for each in value:
            take(told, each, name, depth + 1)
        return
    given = mapping(value)
    _take_kind(told, given)
    own = given.get("name") or given.get("key")
    inner = own if isinstance(own, str) and own else name
    for key, child in given.items():
        if isinstance(child, dict | list) and key not in _UNREAD:
            take(told, child, inner, depth + 1)
    if text := text_of(given):
        _take_text(told, text, name)


def _take_kind(told: Collected, given: dict[str, Any]) -> None:
    kind = given.get("type")
    if kind == "CREDENTIAL" or "credential" in given:
        told.credentials.append(credential_name(given))
    if kind == "OAUTHCONNECTION" or "oauthConnection" in given:
        told.connections.append(_string(mapping(given.get("oauthConnection")).get("connectionName")))
    if kind == "VARIABLE" and str(given.get("packageName")).replace(" ", "").casefold() in ("globalvalues", "globalvalue", "global"):
        told.assets.append(_string(given.get("variableName")))
    if isinstance(window := given.get("window"), dict):
        told.applications.append(_program(window))
    if isinstance(browser := given.get("browserType"), str):
        told.applications.append(_BROWSERS.get(browser.upper()))


def _take_text(told: Collected, text: str, name: str) -> None:
    bare = name.replace("_", "").casefold()
    if name == "browser":
        told.applications.append(_BROWSERS.get(text.upper()))
    elif bare in _QUEUES and "$" not in text:
        told.queues.append(text)
    elif bare in ("environmentvariable", "environmentvariablename", "envvariable", "envvariablename"):
        told.variables.append(text if "$" not in text else None)
    elif _HOST_NAMES.match(name) and (found := _HOST.match(text)):
        told.hosts.append(host_of(f"x://{found.group(1).lower()}"))
    told.texts.append(plain_path(text))


def plain_path(text: str) -> str:
    """``file:///C:/temp/a%20b.xls`` as Windows writes it; any other text as it is."""
    if text[:7].lower() != "file://":
        return text
    path = unquote(text[7:]).replace("/", "\\")
    if re.match(r"^\\[A-Za-z]:", path):
        return path[1:]
    return path if path.startswith(("\\", "$")) or path[1:2] == ":" else f"\\\\{path}"


def credential_name(given: dict[str, Any]) -> str | None:
    """A reference to the credential vault as ``locker/name``; the attribute of the credential (user name, password) is left out."""
    held = given.get("credential")
    reference = held if isinstance(held, dict) else given
    name = _string(reference.get("name")) or _string(reference.get("credentialName")) or _string(held)
    locker = _string(reference.get("lockerName")) or _string(reference.get("locker"))
    return f"{locker}/{name}" if name and locker else name


def repository_path(text: str) -> str | None:
    """The path of a file in the Control Room from ``repository:///Automation%20Anywhere/Bots/...``; None for what is no such address."""
    if not text.lower().startswith("repository:"):
        return None
    path = unquote(text[len("repository:") :]).replace("\\", "/").strip("/")
    return path or None


def _program(window: dict[str, Any]) -> str | None:
    """The program of a recorded window, or its title where the recording names none."""
    path = _string(window.get("path")) or _string(window.get("executable"))
    if path:
        return ntpath.basename(path.replace("/", "\\")).lower() or None
    title = (_string(window.get("name")) or _string(window.get("title")) or "").strip("* ")
    return title[:80] if "$" not in title else None


def _string(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
