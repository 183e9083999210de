"""publiccode.yml: what public software says of itself, in every language it speaks (yml.publiccode.tools)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from registry.errors import Unreadable
from registry.formats.artefact import Artefact, decode
from registry.formats.fragments import addresses_in, mapping, ordered, sequence
from registry.formats.model import Dependency, Inspection, Note, Reach, Words
from registry.formats.publiccode.standard import VERSION, faults_of, is_earlier, unknown_keys
from registry.formats.yaml import parse_yaml
from registry.values.languages import language_tag

PLATFORM = "publiccode"
KINDS = ("publiccode",)
MAX_NOTES = 20
MAX_MEMBER = 2 * 1024 * 1024  # bytes of one in an archive
_MEMBER = re.compile(r"(?:[^/]+/)?publiccode\.ya?ml")
_MARK = re.compile(rf"^[\"']?(?:{VERSION}|publiccode-yaml-version)[\"']?[ \t]*:", re.MULTILINE)
_OTHERS = tuple(re.compile(rf"^{key}[ \t]*:", re.MULTILINE) for key in ("developmentStatus", "softwareType", "legal", "description"))


def recognises(artefact: Artefact) -> bool:
    """YAML with the standard's version at its top, or with four other keys of the standard."""
    if artefact.is_zip or artefact.is_gzip or artefact.looks_like_xml:
        return False
    head = artefact.head.replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff\ufffd")
    return is_publiccode(head)


def is_publiccode(text: str) -> bool:
    """Cheap: whether a text is written as a publiccode.yml is."""
    return _MARK.search(text) is not None or all(key.search(text) for key in _OTHERS)


def inspect(artefact: Artefact) -> Inspection:
    """Read the file; raises :class:`Unreadable` (``publiccode_invalid``) for one that breaks the standard, with the key in ``where``."""
    try:
        text = artefact.text
    except Unreadable as error:
        raise Unreadable("publiccode_invalid", error.message, where=error.where, mend=error.mend) from error
    return inspection_of(_document(text, artefact.filename))


def accompanied(inspection: Inspection, artefact: Artefact) -> Inspection:
    """``inspection`` of an archive, with what a publiccode.yml at its top (or one folder down) says of it. An invalid one is only noted."""
    member = next((name for name in artefact.archive.names if _MEMBER.fullmatch(name)), None)
    if member is None:
        return inspection
    try:
        text = decode(artefact.archive.read(member, MAX_MEMBER), member)
        said = inspection_of(_document(text, member))
    except Unreadable as error:
        note = Note("publiccode_invalid", f"{member} breaks the standard at {error.where}: {error.message}")
        return replace(inspection, notes=(*inspection.notes, note))
    differs = inspection.licence and said.licence and inspection.licence.casefold() != said.licence.casefold()
    note = Note("licence_differs", f"{member} says {said.licence}; the package declares {inspection.licence}.")
    return replace(
        inspection,
        words=said.words,
        owner=inspection.owner or said.owner,
        licence=inspection.licence or said.licence,
        notes=(*inspection.notes, note) if differs else inspection.notes,
    )


def _document(text: str, where: str) -> dict[str, Any]:
    """The file's mapping; what cannot be read at all is invalid too."""
    try:
        document = parse_yaml(text, where)
    except Unreadable as error:
        raise Unreadable("publiccode_invalid", error.message, where=error.where, mend=error.mend) from error
    if not isinstance(document, dict):
        raise Unreadable("publiccode_invalid", "The file has no keys.", where=where, mend="Begin with publiccodeYmlVersion.")
    return document


def inspection_of(document: dict[str, Any]) -> Inspection:
    """What the document says. Files of an earlier version are read with their lapses, and told of them; a grave fault refuses any."""
    faults = faults_of(document)
    refusing = [fault for fault in faults if fault.grave or not is_earlier(document)]
    if refusing:
        worst, more = refusing[0], len(refusing) - 1
        rest = "" if not more else f" {more} more: {', '.join(fault.key for fault in refusing[1:6])}."
        raise Unreadable("publiccode_invalid", worst.sentence + rest, where=worst.key, mend=worst.mend)
    legal = mapping(document.get("legal"))
    words = tuple(_words(document))
    first = next((one for one in words if one.language.startswith("en")), words[0] if words else Words(""))
    platforms = document.get("platforms")
    return Inspection(
        platform=PLATFORM,
        kind="publiccode",
        name=_text(document.get("name")) or None,
        version=_text(document.get("softwareVersion")) or None,
        description=first.summary or None,
        authors=ordered(_text(mapping(one).get("name")) for one in sequence(mapping(document.get("maintenance")).get("contractors"))),
        licence=_text(legal.get("license")) or None,
        owner=_text(legal.get("repoOwner"))
        or _text(mapping(document.get("organisation")).get("name"))
        or _text(legal.get("mainCopyrightOwner"))
        or None,
        words=words,
        platform_version=_text(document.get(VERSION)),
        dependencies=tuple(_needs(mapping(document.get("dependsOn")))),
        reach=Reach(
            applications=ordered(_text(one) for one in (platforms if isinstance(platforms, list) else [platforms])),
            addresses=_addresses(mapping(document.get("maintenance"))),
        ),
        notes=tuple([*(Note("publiccode_lapse", f"{fault.sentence} {fault.mend}") for fault in faults), *_unknown(document)][:MAX_NOTES]),
    )


def _words(document: dict[str, Any]) -> Iterator[Words]:
    """What it says in each language, once; features follow the long description as a list."""
    seen = set()
    for language, said in mapping(document.get("description")).items():
        tag = language_tag(language)
        if tag is None or tag in seen or not isinstance(said, dict):
            continue
        seen.add(tag)
        features = "\n".join(f"* {' '.join(_text(one).split())}" for one in sequence(said.get("features")) if _text(one))
        yield Words(
            tag,
            title=_text(said.get("localisedName")) or _text(document.get("name")),
            summary=" ".join(_text(said.get("shortDescription")).split()),
            description="\n\n".join(filter(None, (_text(said.get("longDescription")), features))),
        )


def _needs(needs: dict[str, Any]) -> Iterator[Dependency]:
    seen = set()
    for sort in ("open", "proprietary", "hardware"):
        for one in map(mapping, sequence(needs.get(sort))):
            name = _text(one.get("name"))
            if name and name not in seen:
                seen.add(name)
                yield Dependency("software", name, _range(one))


def _range(need: dict[str, Any]) -> str | None:
    least, most = _text(need.get("versionMin")), _text(need.get("versionMax"))
    bounds = " ".join(filter(None, (least and f">={least}", most and f"<={most}")))
    return _text(need.get("version")) or bounds or None


def _addresses(maintenance: dict[str, Any]) -> tuple[str, ...]:
    people = [*sequence(maintenance.get("contacts")), *sequence(maintenance.get("contractors"))]
    return addresses_in("\n".join(_text(mapping(one).get("email")) for one in people))


def _unknown(document: dict[str, Any]) -> Iterator[Note]:
    keys = unknown_keys(document)
    if keys:
        yield Note("publiccode_unknown_keys", f"Keys that the standard does not have: {', '.join(key[:60] for key in keys[:10])}.")


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str) else ""
