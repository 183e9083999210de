"""What one workflow of OpenRPA says: arguments, assemblies, selectors, and what a taker must set."""

from __future__ import annotations

import json
import ntpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from registry.formats.activities_walk import X, steps_of
from registry.formats.arguments import Argument
from registry.formats.collected import Collected
from registry.formats.fragments import host_of, mapping, sequence, urls_in
from registry.formats.model import EntryPoint, Note, Step
from registry.formats.openrpa.activities import DIALECT
from registry.formats.xml import local_name

MAX_STEPS = 5_000
_SAP = "http://schemas.microsoft.com/netfx/2010/xaml/activities/presentation"
_ASSEMBLY = re.compile(r"assembly=(OpenRPA(?:\.\w+)*)")
_ARGUMENT = re.compile(r"^(InOut|In|Out)Argument\((.*)\)$", re.DOTALL)
_QUOTED = re.compile(r'^\[?\s*"((?:[^"]|"")*)"\s*\]?$', re.DOTALL)
_SELECTORS = ("Selector", "SelectorString")
_URLS = ("Url", "URL", "url")
_PICTURES = ("Image",)
_CALLS = ("InvokeOpenRPA", "InvokeRemoteOpenRPA")
_CREDENTIALS = {"GetCredentials": ("Name", "Target"), "SetCredentials": ("Name", "Target"), "GetPassword": ("Name", "Target")}
_QUEUES = ("wiq", "Wiq", "WorkitemQueue", "queue", "QueueName")
_DIRECTIONS = {"in": "In", "out": "Out", "inout": "InOut"}
_ENVIRONMENT = re.compile(r'\bGetEnvironmentVariable\("([A-Za-z_]\w*)"')


@dataclass
class Workflow(Collected):
    """What the workflows of a file say together."""

    project: str = ""
    called: list[str | None] = field(default_factory=list)
    assemblies: list[str | None] = field(default_factory=list)
    packages: list[tuple[str, str | None]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    entry_points: dict[str, EntryPoint] = field(default_factory=dict)

    @property
    def shown_steps(self) -> tuple[Step, ...]:
        return tuple(self.steps[:MAX_STEPS])

    @property
    def notes(self) -> tuple[Note, ...]:
        if len(self.steps) <= MAX_STEPS:
            return ()
        return (Note("steps_cut", f"There are {len(self.steps)} activities; the first {MAX_STEPS} are shown."),)

    def holds(self, called: str) -> bool:
        """Whether a called workflow, written as ``project/name`` or by its file, is in the file itself."""
        name = re.sub(r"\.xaml$", "", called.replace("\\", "/").rpartition("/")[2], flags=re.IGNORECASE).casefold()
        return any(name == own.casefold() for own in self.entry_points)


def read_workflow(read: Workflow, root: etree._Element, fallback: str, record: dict[str, Any] | None = None) -> str:
    """Add one workflow and give its name: its class, or ``fallback``; ``record`` is what the database keeps beside it."""
    name = (root.get(f"{{{X}}}Class") or "").rpartition(".")[2].strip() or fallback
    own = fallback if record is not None else name
    arguments = tuple(_arguments(root)) or tuple(_parameters(record or {}))
    read.entry_points[own] = EntryPoint(
        own,
        inputs=tuple(argument for direction, argument in arguments if direction in ("In", "InOut")),
        outputs=tuple(argument for direction, argument in arguments if direction in ("Out", "InOut")),
        description=(root.get(f"{{{_SAP}}}Annotation.AnnotationText") or "")[:500],
    )
    declared = (str(uri) for _, (_, uri) in etree.iterwalk(root, events=("start-ns",)))
    read.assemblies += [found.group(1) for uri in declared if (found := _ASSEMBLY.search(uri))]
    for element in root.iter(etree.Element):
        _element(read, local_name(element), element)
    read.steps += steps_of(own, root, DIALECT)
    return name


def _element(read: Workflow, name: str, element: etree._Element) -> None:
    owner, _, property_ = name.partition(".")
    if property_:
        text = "".join(str(part) for part in element.itertext()).strip()
        _setting(read, owner, property_, text)
        return
    for key, value in element.attrib.items():
        field_ = str(key).rsplit("}", 1)[-1]
        if field_ not in _PICTURES and value != "{x:Null}":
            _setting(read, name, field_, str(value))
            read.texts += [_plain(str(value))] if field_ not in _SELECTORS else []
    if element.text and element.text.strip():
        read.texts.append(_plain(element.text))


def _setting(read: Workflow, owner: str, property_: str, value: str) -> None:
    if property_ in _SELECTORS:
        _selector(read, value)
    elif property_ in _URLS:
        read.hosts += [host_of(url) for url in urls_in(value)]
    elif property_ == "Browser":
        read.applications.append(literal(value))
    elif property_ == "workflow" and owner in _CALLS:
        read.called.append(literal(value))
    elif property_ in _CREDENTIALS.get(owner, ()):
        read.credentials.append(literal(value))
    elif property_ in _QUEUES and "orkitem" in owner:
        read.queues.append(literal(value))
    elif "GetEnvironmentVariable" in value:
        read.variables += _ENVIRONMENT.findall(value)


def _selector(read: Workflow, value: str) -> None:
    """Programs, browsers and addresses of a selector: a list of JSON objects behind a mark that keeps the designer from reading it."""
    text = _plain(value).lstrip("%{} \r\n\t")
    try:
        parts = sequence(json.loads(text))
    except (ValueError, RecursionError):
        return
    for part in (mapping(each) for each in parts):
        for key in ("browser", "SystemName", "applicationUserModelId"):
            read.applications.append(_text(part.get(key)))
        program = _text(part.get("filename")) or _text(part.get("processname"))
        read.applications.append(ntpath.basename(program.strip('"')).lower() if program else None)
        read.applications.append("iexplore.exe" if part.get("Selector") == "IE" else None)
        read.hosts.append(host_of(_text(part.get("url")) or ""))


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _plain(value: str) -> str:
    """A quoted string as its text; any other expression as it is."""
    found = _QUOTED.match(value)
    return found.group(1).replace('""', '"') if found else value


def literal(value: str) -> str | None:
    """The text of a literal, the expression in its brackets, or None for nothing."""
    text = _plain(value.strip())
    return None if not text or text == "{x:Null}" else text


def _arguments(root: etree._Element) -> Iterator[tuple[str, Argument]]:
    """``<x:Property Name="reference" Type="InArgument(x:String)"/>`` as direction and argument."""
    for element in root.iter(f"{{{X}}}Property"):
        if found := _ARGUMENT.match(element.get("Type") or ""):
            required = any(local_name(child) == "RequiredArgumentAttribute" for child in element.iter(etree.Element))
            note = element.get(f"{{{_SAP}}}Annotation.AnnotationText") or ""
            yield found.group(1), Argument(element.get("Name") or "", _type_name(found.group(2)), required, note[:500])


def _parameters(record: dict[str, Any]) -> Iterator[tuple[str, Argument]]:
    """The arguments as the database keeps them beside the workflow."""
    for each in (mapping(one) for one in sequence(record.get("Parameters") or record.get("parameters"))):
        if name := _text(each.get("name")):
            direction = _DIRECTIONS.get(str(each.get("direction") or "in").casefold(), "In")
            yield direction, Argument(name, _type_name(_text(each.get("type")) or ""))


def _type_name(written: str) -> str:
    """A .NET type without prefixes, namespaces and assemblies: ``scg:List(x:String)`` is ``List<String>``."""
    plain = re.sub(r",\s*[A-Za-z][\w.]*(?:,\s*\w+=[^,\]]*)+", "", written)
    plain = re.sub(r"\b[A-Za-z_]\w*:", "", plain).replace("(", "<").replace(")", ">").replace("`1", "").replace("`2", "")
    plain = plain.replace("[[", "<").replace("]]", ">").replace("],[", ", ")
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", plain).strip()
