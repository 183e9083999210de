"""Writes the extension elements of a step: what BPMN itself has no words for (docs/sequences-bpmn.md)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from registry.formats.drawn import SEQUENCE
from registry.formats.flow import Filled, Node, Use

PREFIX = "m"


def elements_of(node: Node) -> Iterator[etree._Element]:
    """The extension elements that say what ``node`` uses, gives and how it hands over."""
    if node.uses is not None:
        yield _uses(node.uses)
    if node.hand_over:
        hand_over = _element("handOver")
        hand_over.text = node.hand_over
        yield hand_over
    for each in node.gives:
        yield _element("gives", name=each.name, type=each.type)


def _uses(uses: Use) -> etree._Element:
    element = _element("uses", module=uses.module, range=uses.range, entryPoint=uses.entry_point)
    element.extend(_input(each) for each in uses.inputs)
    return element


def _input(filled: Filled) -> etree._Element:
    return _element("input", **{"name": filled.name, "from": filled.source, "value": filled.value})


def _element(tag: str, /, **attributes: str) -> etree._Element:
    """An element of ours, without the attributes that are empty."""
    element = etree.Element(f"{{{SEQUENCE}}}{tag}", nsmap={PREFIX: SEQUENCE})
    for key, value in attributes.items():
        if value:
            element.set(key, value)
    return element
