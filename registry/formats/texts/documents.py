"""Texts of XML that has no reader of its own, BPMN and DMN among it: attributes and texts, with the nearest element that has a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from registry.formats.texts import expressions, pieces
from registry.formats.texts.model import Fact, Fragment
from registry.formats.xml import local_name, namespace

_DRAWING = ("/DI", "/DC", "DMNDI", "BPMNDI")  # where shapes stand on the page
_CODE = {"script": "javascript", "scriptFormat": ""}
_VALUES = frozenset({"value", "defaultvalue", "default"})
_PROSE = frozenset({"documentation", "description", "text", "textAnnotation", "question", "allowedAnswers"})


def read(root: etree._Element, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    """Everything but the drawing."""
    for element in root.iter(etree.Element):
        if any(mark in namespace(element) for mark in _DRAWING):
            continue
        yield from _element(element, at, inside)


def _element(element: etree._Element, at: Fragment, inside: pieces.Inside) -> Iterator[Fragment | Fact]:
    tag = local_name(element)
    named, words = _owner(element)
    here = replace(at, inside=(*at.inside, words) if words else at.inside, line=0)
    for key, written in element.attrib.items():
        field = str(key).rsplit("}", 1)[-1]
        if field not in ("id", "sourceRef", "targetRef", "schemaLocation", "typeRef"):
            name = (element.get("name") or element.get("key") or element.get("Name") or tag) if field.lower() in _VALUES else field
            yield from pieces.value(
                replace(here, text=str(written), field=field, name=name, form=expressions.of_json(str(written))), inside
            )
    text = (element.text or "").strip()
    if not text:
        return
    if tag == "script":
        language = element.getparent().get("scriptFormat") or "script"  # type: ignore[union-attr]
        yield Fact("code", here.place, language)
        yield replace(here, text=text, field="script", form="code", language=language, line=1)
    else:
        name = named if tag.lower() in _VALUES and named else tag
        form = "prose" if tag in _PROSE else expressions.of_json(text)
        yield from pieces.value(replace(here, text=text, field=tag, name=name, form=form), inside)


def _owner(element: etree._Element) -> tuple[str, str]:
    """The name of the element or of the nearest one above that has one, and the words for it."""
    above: etree._Element | None = element
    for _ in range(12):
        if above is None:
            break
        name = (above.get("name") or above.get("Name") or "") if above.getparent() is not None else above.get("schemaname") or ""
        if name.strip():
            return name, f"{local_name(above)} “{' '.join(name.split())}”"
        above = above.getparent()
    return "", ""
