"""Blue Prism objects, processes and releases: XML of stages on pages, linked by name."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from registry.errors import Unreadable
from registry.formats.arguments import Argument
from registry.formats.artefact import Artefact
from registry.formats.blueprism.pages import steps_of, text
from registry.formats.fragments import addresses_in, host_of, hosts_in, ordered, paths_in, urls_in
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Reach, Step, ToSet
from registry.formats.xml import local_name

PLATFORM = "blueprism"
KINDS = ("blueprism-",)
MAX_STEPS = 5_000
_RELEASE = "{http://www.blueprism.co.uk/product/release}release"
_ANYWHERE = "*"
_BUILT_IN = "blueprism."  # Blue Prism's own actions, such as Blueprism.Automate.clsWorkQueuesActions

type _Values = dict[tuple[str | None, str | None], str]


def recognises(artefact: Artefact) -> bool:
    """A release's root element, or a ``process`` without a namespace that carries ``bpversion``."""
    tag = artefact.root_tag
    return tag == _RELEASE or (tag == "process" and b"bpversion" in artefact.head)


def inspect(artefact: Artefact) -> Inspection:
    """Read an object, a process or a release; raises :class:`Unreadable`."""
    root = artefact.root
    if root.tag == _RELEASE:
        return _release(root)
    if root.get("bpversion") is None or not root.get("name"):
        raise Unreadable(
            "blueprism_incomplete", "The process has no name or no Blue Prism version.", where="process", mend="Export it again."
        )
    part = _part(root)
    needs = tuple(Dependency("blueprism", name) for name in part.uses if name != part.name)
    return _inspection([part], f"blueprism-{part.kind}", part.name, part.narrative, part.entry_points, needs)


@dataclass(frozen=True, slots=True)
class _Part:
    """One process or object as read."""

    kind: str
    name: str
    narrative: str
    bpversion: str
    entry_points: tuple[EntryPoint, ...]
    main: EntryPoint
    uses: tuple[str, ...]
    steps: tuple[Step, ...]
    reach: Reach
    to_set: ToSet
    assemblies: tuple[str, ...]


def _release(root: etree._Element) -> Inspection:
    contents = next((child for child in root if local_name(child) == "contents"), None)
    if contents is None:
        raise Unreadable("blueprism_release_empty", "The release has no contents.", where="release", mend="Export the release again.")
    parts = [_part(inner, member.get("name")) for member in contents for inner in _processes(member)]
    inside = {part.name for part in parts}
    needs = ordered(name for part in parts for name in part.uses if name != part.name)
    starts = tuple(
        EntryPoint(part.name, part.main.inputs, part.main.outputs, part.narrative) for part in parts if part.kind == "process"
    ) or tuple(point for part in parts for point in part.entry_points)
    read = _inspection(
        parts,
        "blueprism-release",
        text(root, "name"),
        text(root, "release-notes"),
        starts,
        tuple(Dependency("blueprism", name, included=name in inside) for name in needs),
        extra=_settings(contents),
    )
    return read


def _processes(member: etree._Element) -> Iterator[etree._Element]:
    if local_name(member) in ("process", "object"):
        yield from (child for child in member if local_name(child) == "process" and child.get("bpversion"))


def _settings(contents: etree._Element) -> ToSet:
    """Queues, credentials and environment variables that the release carries; never their values."""
    named = {
        kind: ordered(child.get("name") for child in contents if local_name(child) == kind)
        for kind in ("work-queue", "credential", "environment-variable")
    }
    services = ordered(child.get("name") for child in contents if local_name(child) in ("webapiservice", "web-service"))
    return ToSet(
        queues=named["work-queue"],
        credentials=named["credential"],
        environment_variables=named["environment-variable"],
        connections=services,
    )


def _inspection(
    parts: list[_Part],
    kind: str,
    name: str | None,
    description: str | None,
    entry_points: tuple[EntryPoint, ...],
    dependencies: tuple[Dependency, ...],
    extra: ToSet | None = None,
) -> Inspection:
    extra = extra or ToSet()
    steps = tuple(step for part in parts for step in part.steps)
    assemblies = ordered(name for part in parts for name in part.assemblies)
    notes = [Note("dotnet_assemblies", f"The robot's machine needs these .NET assemblies: {', '.join(assemblies)}.")] if assemblies else []
    if len(steps) > MAX_STEPS:
        notes.append(Note("steps_cut", f"There are {len(steps)} stages; the first {MAX_STEPS} are shown."))
    return Inspection(
        platform=PLATFORM,
        kind=kind,
        name=name,
        description=description or None,
        platform_version=max((part.bpversion for part in parts), key=_numbers, default=None),
        entry_points=entry_points,
        dependencies=dependencies,
        reach=Reach(
            applications=ordered(one for part in parts for one in part.reach.applications),
            hosts=ordered(one for part in parts for one in part.reach.hosts),
            paths=ordered(one for part in parts for one in part.reach.paths),
            addresses=ordered(one for part in parts for one in part.reach.addresses),
        ),
        to_set=ToSet(
            credentials=ordered([*extra.credentials, *(one for part in parts for one in part.to_set.credentials)]),
            queues=ordered([*extra.queues, *(one for part in parts for one in part.to_set.queues)]),
            environment_variables=ordered(
                [*extra.environment_variables, *(one for part in parts for one in part.to_set.environment_variables)]
            ),
            connections=extra.connections,
        ),
        steps=steps[:MAX_STEPS],
        notes=tuple(notes),
        provides=ordered(part.name for part in parts),
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _part(process: etree._Element, named: str | None = None) -> _Part:
    """Read one process element: stages by page, the application model, and what they call."""
    stages = [child for child in process if local_name(child) == "stage"]
    pages = {sheet.get("subsheetid"): sheet for sheet in process if local_name(sheet) == "subsheet"}
    values = _first_values(stages)
    names = {key: text(sheet, "name") or "" for key, sheet in pages.items() if key}
    is_object = process.get("type") == "object"
    on_page: dict[str | None, list[etree._Element]] = {}
    for stage in stages:
        on_page.setdefault(text(stage, "subsheetid"), []).append(stage)
    main = _entry_point("Main Page", on_page.get(None, []))
    published = tuple(
        _entry_point(text(sheet, "name") or "", on_page.get(key, []))
        for key, sheet in pages.items()
        if (sheet.get("published") or "").lower() == "true" and sheet.get("type") != "CleanUp"
    )
    resources = [(resource.get("object") or "", stage) for stage in stages for resource in stage if local_name(resource) == "resource"]
    applications, model_hosts = _application_model(process)
    written = "\n".join(_texts(process, stages))
    return _Part(
        kind="object" if is_object else "process",
        name=process.get("name") or named or "",
        narrative=process.get("narrative") or "",
        bpversion=process.get("bpversion") or "",
        entry_points=published if is_object else (main,),
        main=main,
        uses=ordered(name for name, _ in resources if name and not name.lower().startswith(_BUILT_IN)),
        steps=tuple(steps_of(stages, names, named or "")),
        reach=Reach(applications, ordered([*model_hosts, *hosts_in(written)]), paths_in(written), addresses_in(written)),
        to_set=ToSet(
            credentials=_named_inputs(resources, "clscredentialsactions", ("credentials name", "credential name", "name"), values),
            queues=_named_inputs(resources, "clsworkqueuesactions", ("queue name",), values),
            environment_variables=ordered(
                stage.get("name") for stage in stages if (text(stage, "exposure") or "").lower() == "environment"
            ),
        ),
        assemblies=ordered(reference.text for reference in process.iter(etree.Element) if local_name(reference) == "reference"),
    )


def _entry_point(name: str, here: list[etree._Element]) -> EntryPoint:
    """A page with the inputs of its start stage and the outputs of its end stages."""
    return EntryPoint(
        name,
        inputs=tuple(_arguments(here, "Start", "input")),
        outputs=tuple(dict.fromkeys(_arguments(here, "End", "output"))),
        description=next((note for stage in here if stage.get("type") == "SubSheetInfo" and (note := text(stage, "narrative"))), "")[:500],
    )


def _arguments(stages: list[etree._Element], kind: str, element: str) -> Iterator[Argument]:
    for stage in stages:
        if stage.get("type") == kind:
            for argument in stage.iter(etree.Element):
                if local_name(argument) == element:
                    yield Argument(argument.get("name") or "", argument.get("type") or "", description=argument.get("narrative") or "")


def _application_model(process: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Programs and hosts of the object's application model: its path, process name and the address its browser opens."""
    programs: list[str] = []
    hosts: list[str | None] = []
    for info in process.iter(etree.Element):
        if local_name(info) != "apptypeinfo":
            continue
        values = {
            text(parameter, "name"): text(parameter, "value") or ""
            for parameter in info.iter(etree.Element)
            if local_name(parameter) == "parameter"
        }
        program = ntpath.basename(values.get("Path", "").strip('" '))
        processed = values.get("ProcessName", "")
        programs += [program] if program else []
        programs += [processed] if processed and processed.lower() != program.lower().removesuffix(".exe") else []
        for key in ("CommandLineParams", "StartURL", "URL", "Url", "WebAddress"):
            hosts += [host_of(url) for url in urls_in(values.get(key, ""))]
    return ordered([*programs, *hosts]), ordered(hosts)


def _named_inputs(resources: list[tuple[str, etree._Element]], actions: str, inputs: tuple[str, ...], values: _Values) -> tuple[str, ...]:
    """What stages of a built-in object name: a literal, or the data item's first value; else the data item's own name in brackets."""
    found: list[str | None] = []
    for called, stage in resources:
        if actions in called.lower():
            for argument in stage.iter(etree.Element):
                if local_name(argument) == "input" and (argument.get("name") or "").lower() in inputs:
                    found.append(_resolved(argument.get("expr") or "", values, text(stage, "subsheetid")))
    return ordered(found)


def _first_values(stages: list[etree._Element]) -> _Values:
    """First values of data items by page and name; under no page the first so called, as other pages see it where they have none."""
    values: _Values = {}
    for stage in stages:
        if stage.get("type") == "Data" and (value := text(stage, "initialvalue")):
            values[text(stage, "subsheetid"), stage.get("name")] = value
            values.setdefault((_ANYWHERE, stage.get("name")), value)
    return values


def _resolved(expression: str, values: _Values, page: str | None) -> str:
    expression = expression.strip()
    if len(expression) > 1 and expression[0] == expression[-1] == '"':
        return expression[1:-1]
    if expression.startswith("[") and expression.endswith("]"):
        name = expression[1:-1]
        return values.get((page, name)) or values.get((_ANYWHERE, name)) or expression
    return expression


def _texts(process: etree._Element, stages: list[etree._Element]) -> Iterator[str]:
    """Where addresses and paths stand: values, expressions and code. Password items are never looked at."""
    secret = {stage.get("stageid") for stage in stages if text(stage, "datatype") == "password"}
    for stage in stages:
        if stage.get("stageid") in secret:
            continue
        for element in stage.iter(etree.Element):
            if local_name(element) in ("initialvalue", "code", "value", "field"):
                yield element.text or element.get("value") or ""
            for attribute in ("expr", "expression"):
                if element.get(attribute):
                    yield element.get(attribute) or ""
    for element in process.iter(etree.Element):
        if local_name(element) == "appdef":
            yield from (value.text or "" for value in element.iter(etree.Element) if local_name(value) == "value")
