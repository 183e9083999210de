"""What the Control Room exports: bots with the files and packages they need, or one bot by itself."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import Any

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.artefact import Artefact, decode
from registry.formats.automation_anywhere import bot
from registry.formats.automation_anywhere.values import repository_path
from registry.formats.collected import Collected
from registry.formats.fragments import mapping, ordered, sequence
from registry.formats.model import Dependency, EntryPoint, Inspection, Note

MAX_STEPS = 5_000
MAX_KEPT = 4 * MAX_STEPS  # of all bots, before those that start are put first
MAX_MANIFEST = 16 * 1024 * 1024
MAX_LOOKED_AT = 8  # files called as a manifest is, shortest path first
_TYPES = "application/vnd.aa."
_BOTS = ("taskbot", "headlessbot", "workflow", "aiagent", "process")
_MANIFEST = re.compile(r"^(?:[^/]+/)?manifest\.json$")
_ROOT = ("automation anywhere/bots/", "bots/")
_FORM = "application/vnd.aa.form"


@dataclass
class _Export:
    """An export while it is read: bots by their path in the Control Room, and what could not be read."""

    folder: str  # that in which the manifest lies, with a slash at its end
    bots: dict[str, bot.Bot] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    listed: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: Collected = field(default_factory=Collected)
    actions: int = 0  # of all bots together, more than are kept
    notes: list[Note] = field(default_factory=list)


def find_manifest(archive: Archive) -> str | None:
    """The path of an export's manifest, at the top or one folder down; other tools' files have the same name."""
    named = [name for name in archive.names if _MANIFEST.match(name) and archive.size(name) <= MAX_MANIFEST]
    return next((name for name in sorted(named, key=len)[:MAX_LOOKED_AT] if _is_manifest(_document(archive, name))), None)


def inspect_export(artefact: Artefact, path: str) -> Inspection:
    """Read an export; raises :class:`Unreadable` (``bot_missing``, ``bot_damaged`` where no bot can be read)."""
    archive = artefact.archive
    manifest = _document(archive, path)
    found = _read(archive, manifest, path.removesuffix("manifest.json"))
    if not found.bots:
        raise Unreadable(
            "bot_missing",
            "The export holds no bot that can be read.",
            where=found.notes[0].text if found.notes else path,
            mend="Export the bot itself in the Control Room, not only what it needs.",
        )
    mains = _mains(found)
    main = mains[0] if len(mains) == 1 else None
    steps = [step for each in sorted(found.bots, key=lambda each: each not in mains) for step in found.bots[each].steps]
    return Inspection(
        platform="automation_anywhere",
        kind="a360-bot-export",
        name=main.rpartition("/")[2] if main else _folder(mains),
        description=_said(found, mains, "description"),
        authors=ordered(_text(found.listed[each].get("author")) for each in mains if each in found.listed),
        platform_version=next((found.bots[each].version for each in mains if found.bots[each].version), None),
        entry_points=tuple(
            EntryPoint(found.parts[each], found.bots[each].inputs, found.bots[each].outputs, _described(found, each)) for each in mains
        ),
        dependencies=(*_packages(found, manifest, archive), *_needed(found, archive)),
        reach=found.told.reach,
        to_set=found.told.to_set,
        steps=tuple(steps[:MAX_STEPS]),
        files=archive.files(),
        notes=(*found.notes[:20], *_cut(found.actions)),
    )


def inspect_bot(artefact: Artefact) -> Inspection:
    """One bot by itself, as the Control Room's code view or a repository has it; its name is that of the file."""
    name = re.sub(r"\.(?:json|bot|taskbot|txt)$", "", artefact.filename, flags=re.IGNORECASE)
    told = Collected()
    read = bot.read(bot.load(artefact.data, artefact.filename), name, told)
    return Inspection(
        platform="automation_anywhere",
        kind="a360-taskbot",
        name=name,
        description=read.description or None,
        platform_version=read.version,
        entry_points=(EntryPoint(name, read.inputs, read.outputs, read.started),),
        dependencies=(
            *(Dependency("a360-package", package, version) for package, version in read.packages),
            *(Dependency("a360-bot", path) for path in read.calls),
        ),
        reach=told.reach,
        to_set=told.to_set,
        steps=read.steps[:MAX_STEPS],
        notes=_cut(len(read.steps)),
    )


def _document(archive: Archive, path: str) -> dict[str, Any]:
    try:
        return mapping(json.loads(decode(archive.read(path), path)))
    except (ValueError, RecursionError, Unreadable):
        return {}


def _is_manifest(document: dict[str, Any]) -> bool:
    """Files with this vendor's content types; or bots without any, beside packages that are jars."""
    files = [mapping(each) for each in sequence(document.get("files"))]
    if any(str(each.get("contentType")).startswith(_TYPES) for each in files):
        return True
    return bool(files) and all("path" in each and "scannedDependencies" in each for each in files)


def _read(archive: Archive, manifest: dict[str, Any], folder: str) -> _Export:
    """Read one bot after the other, so that only one document is held in memory."""
    found = _Export(folder)
    members = {name.casefold(): name for name in archive.names}
    for entry in (mapping(each) for each in sequence(manifest.get("files"))):
        if (path := _path(entry.get("path"))) is not None:
            found.listed[path] = entry
    there = {}
    for path in (path for path, entry in found.listed.items() if _is_bots(entry) and not entry.get("metadataForFile")):
        if member := members.get(f"{folder}{path}".casefold()):
            there[path] = member
        else:
            found.notes.append(Note("bot_not_exported", f"{path} is listed and not in the export."))
    found.parts = _parts(list(there))
    for path, member in there.items():
        try:
            read = bot.read(bot.load(archive.read(member), path), found.parts[path], found.told)
        except Unreadable as error:
            found.notes.append(Note("bot_damaged", f"{path} is left out: {error.message}"))
            continue
        found.actions += len(read.steps)
        found.bots[path] = replace(read, steps=read.steps[: max(0, MAX_KEPT - found.actions + len(read.steps))])
    found.told.assets += [_text(mapping(each).get("name")) for each in sequence(manifest.get("globalValues"))]
    return found


def _is_bots(entry: dict[str, Any]) -> bool:
    kind = entry.get("contentType")
    return isinstance(kind, str) and kind.startswith(_TYPES) and kind.removeprefix(_TYPES).startswith(_BOTS)


def _path(written: object) -> str | None:
    """A path of the manifest, which is written with back-slashes, as the archive has it."""
    return posixpath.normpath(written.replace("\\", "/")).strip("/") if isinstance(written, str) and written.strip() else None


def _parts(paths: list[str]) -> dict[str, str]:
    """The last part of each path where only one bot has it, else the path below the repository's folder of bots."""
    last = [path.rpartition("/")[2].casefold() for path in paths]
    return {path: path.rpartition("/")[2] if last.count(path.rpartition("/")[2].casefold()) == 1 else _below(path) for path in paths}


def _below(path: str) -> str:
    root = next((root for root in _ROOT if path.casefold().startswith(root)), "")
    return path[len(root) :]


def _mains(found: _Export) -> list[str]:
    """The bots that no other calls; all of them where they call one another in a ring."""
    known = {path.casefold() for path in found.bots}
    called = {
        path.casefold()
        for caller, read in found.bots.items()
        for path in _calls(found, caller, read)
        if path.casefold() != caller.casefold()
    }
    return [path for path in found.bots if path.casefold() not in called & known] or list(found.bots)


def _calls(found: _Export, caller: str, read: bot.Bot) -> tuple[str, ...]:
    """What a bot needs of the repository by its actions and by the manifest."""
    entry = found.listed.get(caller, {})
    written = [*sequence(entry.get("scannedDependencies")), *sequence(entry.get("manualDependencies"))]
    paths = (one.get("path") if isinstance(one, dict) else one for one in written)
    return ordered([*read.calls, *(repository_path(path) or _path(path) for path in paths if isinstance(path, str))])


def _folder(mains: list[str]) -> str | None:
    """The name of the folder in which all of them lie; none where that is the repository's own."""
    shared = posixpath.commonpath([path.rpartition("/")[0] for path in mains])
    return None if f"{shared}/".casefold() in (*_ROOT, "/", "automation anywhere/") else shared.rpartition("/")[2] or None


def _said(found: _Export, mains: list[str], key: str) -> str | None:
    return next((text for each in mains if (text := _text(found.listed.get(each, {}).get(key)))), None)


def _described(found: _Export, path: str) -> str:
    said = _text(found.listed.get(path, {}).get("description")) or found.bots[path].description
    return " ".join(filter(None, (said, found.bots[path].started)))[:500]


def _packages(found: _Export, manifest: dict[str, Any], archive: Archive) -> tuple[Dependency, ...]:
    """Every package of the bots and of the manifest at its exact version, and whether its jar is in the export."""
    jars = {
        (_text(each.get("name")), _text(each.get("version")))
        for each in (mapping(one) for one in sequence(manifest.get("packages")))
        if (jar := _path(each.get("path"))) and archive.has(found.folder + jar)
    }
    named = dict.fromkeys([*bot.packages_of(manifest), *(package for read in found.bots.values() for package in read.packages)])
    return tuple(Dependency("a360-package", name, version, (name, version) in jars) for name, version in named)


def _needed(found: _Export, archive: Archive) -> tuple[Dependency, ...]:
    """Bots that bots call, and forms they show."""
    members = {name.casefold() for name in archive.names}
    paths = ordered(path for caller, read in found.bots.items() for path in _calls(found, caller, read))
    bots = [path for path in paths if _is_called(found, path)]
    return tuple(Dependency("a360-bot", path, None, f"{found.folder}{path}".casefold() in members) for path in bots)


def _is_called(found: _Export, path: str) -> bool:
    """Whether a path is a bot's or a form's: data files are needed as well, and are files of the export."""
    entry = found.listed.get(path)
    if entry is None:
        return any(path in read.calls for read in found.bots.values()) or "." not in path.rpartition("/")[2]
    return _is_bots(entry) or entry.get("contentType") == _FORM


def _cut(actions: int) -> tuple[Note, ...]:
    return (Note("steps_cut", f"There are {actions} actions; the first {MAX_STEPS} are shown."),) if actions > MAX_STEPS else ()


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
