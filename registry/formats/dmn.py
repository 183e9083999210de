"""DMN decision models, versions 1.1 to 1.6 (OMG formal/2023-08-01 and before)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from registry.formats.arguments import Argument
from registry.formats.artefact import Artefact
from registry.formats.fragments import hosts_in, ordered
from registry.formats.model import Dependency, EntryPoint, Inspection, Onward, Reach, Step
from registry.formats.xml import local_name

PLATFORM = "dmn"
KINDS = ("dmn",)
_ROOT = re.compile(r"^\{https?://www\.omg\.org/spec/DMN/(\d{8})/(?:MODEL/|dmn\.xsd|DMN13\.xsd)?\}[Dd]efinitions$")
_EDITIONS = {"20151101": "1.1", "20180521": "1.2", "20191111": "1.3", "20211108": "1.4", "20230324": "1.5", "20240513": "1.6"}
MAX_STEPS = 5_000


def recognises(artefact: Artefact) -> bool:
    """The root element of a DMN model."""
    return bool(_ROOT.match(artefact.root_tag))


def inspect(artefact: Artefact) -> Inspection:
    """Read the model: its decisions are its entry points, with the input data they need; raises :class:`Unreadable`."""
    root = artefact.root
    edition = _ROOT.match(str(root.tag))
    types = {child.get("name"): _type(child) for child in root if local_name(child) == "inputData"}
    names = {child.get("id"): child.get("name") or "" for child in root}
    decisions = [child for child in root if local_name(child) in ("decision", "decisionService")]
    texts = "\n".join(
        element.text for element in root.iter(etree.Element) if local_name(element) in ("text", "description") and element.text
    )
    return Inspection(
        platform=PLATFORM,
        kind="dmn",
        name=root.get("name") or None,
        description=_description(root),
        platform_version=_EDITIONS.get(edition.group(1)) if edition else None,
        entry_points=tuple(_entry_point(decision, names, types) for decision in decisions if local_name(decision) == "decision"),
        dependencies=tuple(
            Dependency("dmn", name)
            for name in ordered(child.get("locationURI") or child.get("namespace") for child in root if local_name(child) == "import")
        ),
        reach=Reach(hosts=hosts_in(texts)),
        steps=tuple(_steps(decisions[:MAX_STEPS], root.get("name") or "")),
        provides=ordered(name for child in [root, *decisions] for name in (child.get("id"), child.get("namespace"), child.get("name"))),
    )


def _type(element: etree._Element) -> str:
    variable = next((child for child in element if local_name(child) == "variable"), None)
    return (variable.get("typeRef") or "") if variable is not None else ""


def _entry_point(decision: etree._Element, names: dict[str | None, str], types: dict[str | None, str]) -> EntryPoint:
    wanted = [child for child in decision.iter(etree.Element) if local_name(child) in ("requiredInput", "requiredDecision")]
    given = ordered(names.get((child.get("href") or "").rpartition("#")[2], "") for child in wanted if local_name(child) == "requiredInput")
    return EntryPoint(
        decision.get("name") or decision.get("id") or "",
        inputs=tuple(Argument(name, types.get(name, "")) for name in given) if wanted else tuple(_columns(decision)),
        outputs=(Argument(decision.get("name") or "", _type(decision)),),
        description=_description(decision) or "",
    )


def _columns(decision: etree._Element) -> Iterator[Argument]:
    """What the columns of a table are asked by: engines run tables alone, for which nobody draws where the data come from."""
    seen = set()
    for table in (child for child in decision if local_name(child) == "decisionTable"):
        for column in (child for child in table if local_name(child) == "input"):
            asked = next((child for child in column if local_name(child) == "inputExpression"), None)
            label = " ".join((column.get("label") or "").split())
            name = " ".join((asked.findtext("{*}text") or "").split()) if asked is not None else ""
            if (name or label) and (name or label) not in seen:
                seen.add(name or label)
                yield Argument(name or label, (asked.get("typeRef") or "") if asked is not None else "", description=label if name else "")


def _steps(decisions: list[etree._Element], model: str) -> Iterator[Step]:
    """A decision leads to those that ask it, as the arrows of its diagram do."""
    known = {decision.get("id") for decision in decisions}
    asked: dict[str, list[str]] = {}
    for decision in decisions:
        for child in decision.iter(etree.Element):
            if local_name(child) == "requiredDecision" and decision.get("id"):
                asked.setdefault((child.get("href") or "").rpartition("#")[2], []).append(decision.get("id", ""))
    for decision in decisions:
        table = next((child for child in decision if local_name(child) == "decisionTable"), None)
        action = f"decision table, {table.get('hitPolicy') or 'UNIQUE'}" if table is not None else local_name(decision)
        own = decision.get("id") or decision.get("name") or ""
        onward = tuple(Onward(to) for to in asked.get(own, ()) if to in known) or (Onward(""),)
        yield Step(own, decision.get("name") or "", "decision", action, part=model, onward=onward)


def _description(element: etree._Element) -> str | None:
    note = next((child for child in element if local_name(child) == "description"), None)
    return " ".join((note.text or "").split())[:2000] or None if note is not None else None
