"""A package of actions for bots: the jar that the Automation 360 package SDK builds. Its code runs inside the bots that use it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.arguments import Argument
from registry.formats.artefact import Artefact, decode
from registry.formats.fragments import mapping, ordered, sequence
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Step

_DESCRIPTION = "package.json"
_OFFERS = ("commands", "iterators", "conditionals", "triggers", "variables")
_LOCALES = ("locales/en_US.json", "locales/en_GB.json", "locales/en.json")
_LABEL = re.compile(r"\[\[([^\[\]]{1,200})\]\]")
_NO_TYPE = ("", "UNDEFINED", "VOID", "NONE")
_SHOWN_ONLY = ("GROUP", "HELP")  # parts of the form that ask for nothing themselves
MAX_JSON = 8 * 1024 * 1024  # of one description or table of labels
MAX_DEPTH = 8  # settings in choices of settings


@dataclass(frozen=True, slots=True)
class _Package:
    archive: Archive
    document: dict[str, Any]
    labels: dict[str, Any]

    def words(self, value: object, limit: int = 500) -> str:
        """A text with its labels in English; a label that no table has is shown by its own name."""
        text = value if isinstance(value, str) else ""
        return _LABEL.sub(lambda found: str(self.labels.get(found.group(1), found.group(1))), text).strip()[:limit]

    def offered(self, kind: str) -> Iterator[dict[str, Any]]:
        """Actions, loops, conditions or triggers; some versions of the SDK keep each in a file of its own."""
        for each in sequence(self.document.get(kind)):
            if isinstance(each, str):
                path = each if each.endswith(".json") else f"{kind}/{each}.json"
                yield _object(self.archive, path) or {"name": each}
            elif isinstance(each, dict):
                path = str(each.get("path") or each.get("file") or "")
                yield {**_object(self.archive, path), **each} if path.endswith(".json") else each


def find(archive: Archive) -> dict[str, Any] | None:
    """The description of a package at the top of a jar; None where there is none, or another tool's of the same name."""
    document = _object(archive, _DESCRIPTION)
    return document if "packageVersion" in document and any(kind in document for kind in _OFFERS) else None


def inspect(artefact: Artefact, document: dict[str, Any]) -> Inspection:
    """Read a package; raises :class:`Unreadable` (``jar_without_name``)."""
    archive = artefact.archive
    labels = next((found for path in _LOCALES if (found := _object(archive, path))), {})
    read = _Package(archive, document, labels)
    name, artifact = (_text(document.get(key)) for key in ("name", "artifactName"))
    if name is None and artifact is None:
        raise Unreadable("jar_without_name", "The package has no name.", where=_DESCRIPTION, mend="Build the package again with a name.")
    offers = [(kind, each) for kind in _OFFERS[:4] for each in read.offered(kind) if _text(each.get("name"))]
    return Inspection(
        platform="automation_anywhere",
        kind="a360-package",
        name=name or artifact,
        version=_text(document.get("packageVersion")),
        title=read.words(document.get("label")) or None,
        description=read.words(document.get("description"), 2_000) or None,
        authors=ordered([read.words(document.get("author"))]),
        platform_version=_agent(each for _, each in offers),
        entry_points=tuple(_entry(read, each) for _, each in offers),
        dependencies=tuple(_requirements(document)),
        steps=tuple(_step(read, kind, number, each) for number, (kind, each) in enumerate(offers, 1)),
        files=archive.files(),
        notes=(Note("package_code", "The package is compiled code that runs inside the bots that use it."),),
    )


def _object(archive: Archive, path: str) -> dict[str, Any]:
    """A JSON object of the jar; empty where it is missing or cannot be read."""
    if not archive.has(path) or archive.size(path) > MAX_JSON:
        return {}
    try:
        return mapping(json.loads(decode(archive.read(path), path)))
    except (ValueError, RecursionError, Unreadable):
        return {}


def _entry(read: _Package, offered: dict[str, Any]) -> EntryPoint:
    kind = str(offered.get("returnType") or "").strip()
    result = Argument(
        read.words(offered.get("returnLabel"), 100) or "result",
        kind,
        _truth(offered.get("returnRequired")),
        read.words(offered.get("returnDescription")),
    )
    return EntryPoint(
        name=_text(offered.get("name")) or "",
        inputs=tuple(_settings(read, offered, 0)),
        outputs=() if kind.upper() in _NO_TYPE else (result,),
        description=read.words(offered.get("description")) or read.words(offered.get("label")),
    )


def _settings(read: _Package, holder: dict[str, Any], depth: int) -> Iterator[Argument]:
    """What an action asks for, with what a choice asks for when it is chosen."""
    for each in (mapping(one) for one in sequence(holder.get("attributes"))):
        name, kind = _text(each.get("name")), str(each.get("type") or "")
        inner = [each, *(mapping(choice) for choice in sequence(each.get("options")))]
        if name is not None and kind.upper() not in _SHOWN_ONLY:
            yield Argument(name, _type(each, kind), _required(each) if depth == 0 else False, read.words(each.get("label")))
        if depth < MAX_DEPTH:
            for one in inner:
                yield from _settings(read, one, depth + 1)


def _type(setting: dict[str, Any], kind: str) -> str:
    """What a setting takes: the type of its value where the kind of its field is told apart."""
    told = setting.get("returnType") or setting.get("valueType")
    return told if isinstance(told, str) and told.upper() not in _NO_TYPE else kind


def _required(setting: dict[str, Any]) -> bool:
    rules = (mapping(rule).get("name") for rule in sequence(setting.get("rules")))
    return any(rule in ("NOT_EMPTY", "REQUIRED") for rule in rules)


def _step(read: _Package, kind: str, number: int, offered: dict[str, Any]) -> Step:
    """An action of the package as a step of code, which is what a reviewer has to look at."""
    name = _text(offered.get("name")) or ""
    shown = read.words(offered.get("label"), 200) or name
    return Step(f"{kind}/{name}/{number}", shown, "code", _text(offered.get("mainClass")) or name, part=kind, language="java")


def _requirements(document: dict[str, Any]) -> Iterator[Dependency]:
    """Other packages that this one asks for, as far as its description tells."""
    for each in (mapping(one) for one in [*sequence(document.get("dependencies")), *sequence(document.get("packages"))]):
        if name := _text(each.get("name")):
            yield Dependency("a360-package", name, _text(each.get("version")))


def _agent(offers: Iterable[dict[str, Any]]) -> str | None:
    """The bot agent that every action can run on, as ``>=20.11``; ``codeVersion`` is only the package's version once more."""
    written = (str(each.get("minimumBotAgentVersion") or "") for each in offers)
    known = [each for each in written if re.fullmatch(r"\d{1,4}(?:\.\d{1,6}){0,3}", each)]
    newest = max(known, key=lambda each: [int(part) for part in each.split(".")], default=None)
    return f">={newest}" if newest else None


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
