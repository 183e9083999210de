"""Tasks of Automation Anywhere 10 and 11 (``.atmx``): a package of parts without endings, whose contents differ from version to version."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.artefact import Artefact, decode
from registry.formats.fragments import addresses_in, hosts_in, ordered, paths_in
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Reach, Step
from registry.formats.xml import local_name, parse_xml

MAX_STEPS = 5_000
MAX_PART = 16 * 1024 * 1024
_NEEDED = frozenset(["commands", "dependencies", "properties"])
_FRAME = ("[content_types].xml", "_rels/")
_TASK = re.compile(r"[^\"'<>|*?\r\n;,]{1,300}\.(?:atmx|mbot)\b", re.IGNORECASE)
_NAMES = ("CommandName", "Command", "Name", "name", "Type", "type", "Action", "DisplayName")
_VERSIONS = ("ClientVersion", "ProductVersion", "AAVersion", "TaskVersion", "Version", "version")
_SHOWN = ("Description", "DisplayText", "Text", "Line", "Value", "Comment")
_KINDS = (
    ("exception", re.compile(r"^(?:begin|end)?\s?error\s?handling", re.IGNORECASE)),
    ("decision", re.compile(r"^(?:else\s?)?if\b", re.IGNORECASE)),
    ("group", re.compile(r"^(?:start\s|end\s)?loop\b", re.IGNORECASE)),
    ("call", re.compile(r"^(?:run\s?task|task\b)", re.IGNORECASE)),
    ("human", re.compile(r"^prompt\b", re.IGNORECASE)),
    ("code", re.compile(r"^run\s?(?:script|r\b|python)", re.IGNORECASE)),
    ("end", re.compile(r"^stop\s?task", re.IGNORECASE)),
)
_COMMENT = re.compile(r"^(?:comment\b|//)", re.IGNORECASE)


def is_task(names: list[str]) -> bool:
    """The parts of a task, wherever in the package they lie and with whatever ending."""
    stems = {_stem(name) for name in names}
    return stems >= _NEEDED and ("document" in stems or any(name.casefold().startswith(_FRAME) for name in names))


def inspect(artefact: Artefact) -> Inspection:
    """Read what can be read of a task; its name is that of the file. Never fails for a part that cannot be read."""
    archive = artefact.archive
    parts = {stem: _text(archive, name) for name in archive.names if (stem := _stem(name)) in (*_NEEDED, "document")}
    name = re.sub(r"\.(?:atmx|zip)$", "", artefact.filename, flags=re.IGNORECASE)
    steps = list(_steps(parts.get("commands"), name))
    told = "\n".join(text for text in parts.values() if text)
    calls = ordered(_called(parts.get("dependencies")) + _called(parts.get("commands")))
    unread = () if parts.get("commands") else (Note("atmx_commands_unread", "The task's commands are packed and cannot be shown."),)
    return Inspection(
        platform="automation_anywhere",
        kind="aa-v11-atmx",
        name=name,
        platform_version=_version(parts.get("properties")),
        entry_points=(EntryPoint(name),),
        dependencies=tuple(Dependency("a360-bot", path) for path in calls if not path.casefold().endswith(f"{name}.atmx".casefold())),
        reach=Reach((*_programs(told), *hosts_in(told)), hosts_in(told), paths_in(told), addresses_in(told)),
        steps=tuple(steps[:MAX_STEPS]),
        files=archive.files(),
        notes=(
            *unread,
            Note("atmx_old", "Automation 360 runs this task only after a migration; versions 10 and 11 are no longer supported."),
        ),
    )


def _stem(name: str) -> str:
    return posixpath.splitext(posixpath.basename(name))[0].casefold()


def _text(archive: Archive, name: str) -> str | None:
    """A part as text; None for one that is packed, encrypted or too large."""
    if archive.size(name) > MAX_PART:
        return None
    try:
        text = decode(archive.read(name), name)
    except Unreadable as error:
        if error.code != "text_encoding":
            raise
        return None
    return None if "\0" in text else text


def _root(text: str | None) -> etree._Element | None:
    if text is None or not text.lstrip("\ufeff \r\n\t").startswith("<"):
        return None
    try:
        return parse_xml(text.encode("utf-8"))
    except Unreadable as error:
        if error.code == "xml_dtd":
            raise
        return None


def _steps(text: str | None, part: str) -> Iterator[Step]:
    """An element that names a command is a step, or else every line is."""
    root = _root(text)
    if root is not None:
        found = [(_named(each), _shown(each)) for each in root.iter(etree.Element) if each is not root]
        commands = [(action, shown) for action, shown in found if action]
    else:
        lines = [line.strip() for line in (text or "").splitlines()]
        commands = [(line.partition(":")[0].strip(), line) for line in lines if line]
    for number, (action, shown) in enumerate(commands, 1):
        if not _COMMENT.match(action):
            kind = next((kind for kind, pattern in _KINDS if pattern.match(action)), "action")
            yield Step(str(number), " ".join((shown or action).split())[:200], kind, action[:120], kind == "human", part)


def _named(element: etree._Element) -> str:
    """The command an element stands for: by its name or, where elements are called after commands, by an attribute."""
    given = next((str(value) for key in _NAMES if (value := element.get(key))), "")
    is_command = "command" in local_name(element).casefold() or any("command" in str(key).casefold() for key in element.attrib)
    return given.strip() if is_command else ""


def _shown(element: etree._Element) -> str:
    return next((str(value) for key in _SHOWN if (value := element.get(key))), (element.text or "").strip())


def _called(text: str | None) -> list[str]:
    return [found.strip().replace("\\", "/").lstrip("/") for found in _TASK.findall(text or "")]


def _programs(text: str) -> tuple[str, ...]:
    return ordered(found.lower() for found in re.findall(r"[\w.-]{1,60}\.exe\b", text, re.IGNORECASE))


def _version(text: str | None) -> str | None:
    """The client's version, from an attribute, an element or a line of the properties."""
    for key in _VERSIONS:
        if found := re.search(rf"\b{key}\b\s*(?:=|:|>)\s*[\"']?(\d+(?:\.\d+){{0,3}})", text or ""):
            return found.group(1)
    return None
