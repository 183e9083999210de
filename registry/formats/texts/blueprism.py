"""Texts of Blue Prism's processes, objects and releases, with page and stage as Process Studio and Object Studio name them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from registry.formats.texts import expressions, pieces
from registry.formats.texts.model import Fact, Fragment
from registry.formats.xml import local_name

RELEASE = "{http://www.blueprism.co.uk/product/release}release"
_ENVIRONMENT = ("start process", "run process", "execute", "shell", "command", "run vbs", "powershell")
_LANGUAGES = {"visualbasic": "vb", "csharp": "c#", "javascript": "javascript"}
_NOTES = ("narrative", "prompt", "description", "preconditions", "postconditions")


def read(root: etree._Element, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """Everything in the file, whether it is one process or object or a release of several."""
    if root.tag != RELEASE:
        yield from _process(root, at, inside)
        return
    contents = next((child for child in root if local_name(child) == "contents"), None)
    for member in contents if contents is not None else ():
        inner = [child for child in member if local_name(child) == "process"]
        if local_name(member) in ("process", "object") and inner:
            words = f"{local_name(member)} “{member.get('name') or ''}”"
            for process in inner:
                yield from _process(process, replace(at, inside=(words,)), inside)
        else:
            yield from _member(member, at, inside)


def _member(member: etree._Element, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """What else a release carries: environment variables, queues, credentials, services. Each value goes by its owner's name."""
    kind, name = local_name(member).replace("-", " "), member.get("name") or ""
    here = replace(at, inside=(f"{kind} “{name}”",), type=_type(member.get("type")))
    for element in member.iter(etree.Element):
        for key, written in element.attrib.items():
            field = str(key)
            if field not in ("id", "name", "type"):
                yield from pieces.value(replace(here, text=str(written), field=field, name=name if field == "value" else field), inside)
        if element.text and element.text.strip():
            tag = local_name(element)
            shown = tag if element is not member else ""
            yield from pieces.value(replace(here, text=element.text.strip(), field=shown, name=name if tag == "value" else tag), inside)


def _type(written: str | None) -> str:
    return "password" if (written or "").lower() == "password" else ""


def _process(process: etree._Element, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    pages = {child.get("subsheetid"): _child(child, "name") for child in process if local_name(child) == "subsheet"}
    language = next((_LANGUAGES.get(_child(info, "language").lower(), "") for info in process if info.get("type") == "ProcessInfo"), "")
    yield replace(at, text=process.get("narrative") or "", field="description", form="prose")
    for element in process:
        tag = local_name(element)
        if tag == "stage":
            page = pages.get(_child(element, "subsheetid")) or "Main Page"
            here = replace(at, inside=(*at.inside, f"page “{page}”", f"stage “{element.get('name') or element.get('type') or ''}”"))
            yield from _stage(element, here, language or "vb", inside)
        elif tag == "appdef":
            yield from _model(element, at, inside)


def _stage(stage: etree._Element, at: Fragment, language: str, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    name, kind = stage.get("name") or "", stage.get("type")
    if kind in ("Data", "Collection"):
        yield from _data(stage, replace(at, name=name, type=_type(_child(stage, "datatype"))), inside)
    for element in stage.iter(etree.Element):
        tag = local_name(element)
        for attribute in ("expr", "expression"):
            if written := element.get(attribute):
                text, form = expressions.of_code(written)
                given = element.get("friendlyname") or element.get("name") or element.get("stage") or name
                field = f"input “{given}”" if tag == "input" else tag
                yield replace(at, text=text, field=field, name=given, form=form, type=_type(element.get("type")))
        if tag in ("code", "globalcode") and (element.text or "").strip():
            code = replace(at, text=element.text or "", field="code", form="code", language=language, line=1)
            yield from pieces.text(code)
            yield Fact("code", at.place, language)
        elif tag in _NOTES and (element.text or "").strip():
            yield replace(at, text=element.text or "", field=tag, form="prose")
        elif tag == "resource" and _starts_a_program(element):
            yield Fact("command", at.place, f"{element.get('object')}: {element.get('action')}")


def _starts_a_program(resource: etree._Element) -> bool:
    action = (resource.get("action") or "").lower()
    return "environment" in (resource.get("object") or "").lower() and any(word in action for word in _ENVIRONMENT)


def _data(stage: etree._Element, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """Initial values, of single items and of every field of a collection's rows."""
    for element in (child for child in stage if local_name(child) in ("initialvalue", "initialvalueenc")):
        if (element.text or "").strip():
            yield from pieces.value(replace(at, text=(element.text or "").strip(), field="initial value"), inside)
        rows = [child for child in element if local_name(child) == "row"]
        for number, row in enumerate(rows, 1):
            for field in (child for child in row.iter(etree.Element) if local_name(child) == "field"):
                named = field.get("name") or ""
                words = f"initial value, row {number}, {named}"
                given = replace(at, text=field.get("value") or "", field=words, name=named, type=_type(field.get("type")))
                yield from pieces.value(given, inside)
        filled = sum(any(field.get("value") for field in row.iter(etree.Element)) for row in rows)
        if filled:
            yield Fact("data", replace(at, field="initial value").place, f"{filled} rows")


def _model(appdef: etree._Element, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """The application model: attributes by which elements are found, and how the application is started."""
    for element in appdef.iter(etree.Element):
        tag = local_name(element)
        if tag == "ProcessValue" and element.get("value"):
            owner = element.getparent()
            attribute = (owner.get("name") or "") if owner is not None else ""
            model = next((above for above in element.iterancestors() if local_name(above) in ("element", "region", "group")), None)
            words = f"application model, element “{model.get('name') if model is not None else ''}”"
            yield from pieces.value(
                replace(at, text=element.get("value") or "", inside=(*at.inside, words), field=attribute, name=attribute), inside
            )
        elif tag == "parameter":
            name = _child(element, "name")
            here = replace(at, inside=(*at.inside, "application model"), field=name, name=name)
            yield from pieces.value(replace(here, text=_child(element, "value")), inside)


def _child(element: etree._Element, name: str) -> str:
    child = next((child for child in element if local_name(child) == name), None)
    return (child.text or "").strip() if child is not None else ""
