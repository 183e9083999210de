"""BPMN 2.0 processes, alone or several in a zip (OMG formal/2013-12-09), with the job types of the engines that run them."""

from __future__ import annotations

import dataclasses
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from lxml import etree

from registry.errors import Unreadable
from registry.formats.arguments import Argument
from registry.formats.artefact import Artefact
from registry.formats.drawn import MODEL, SEQUENCE, is_node, read_flow
from registry.formats.fragments import addresses_in, hosts_in, ordered, paths_in
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Onward, Reach, Step
from registry.formats.xml import local_name, namespace, parse_xml

PLATFORM = "bpmn"
KINDS = ("bpmn",)
MAX_STEPS = 5_000
_ROOT = f"{{{MODEL}}}definitions"
_ENDING = re.compile(r"\.bpmn(?:2|20\.xml)?$", re.IGNORECASE)
_KINDS = {
    "userTask": "human",
    "manualTask": "human",
    "task": "action",
    "serviceTask": "action",
    "sendTask": "action",
    "receiveTask": "event",
    "scriptTask": "code",
    "businessRuleTask": "action",
    "callActivity": "call",
    "subProcess": "group",
    "adHocSubProcess": "group",
    "transaction": "group",
    "startEvent": "start",
    "endEvent": "end",
    "intermediateCatchEvent": "event",
    "intermediateThrowEvent": "event",
    "boundaryEvent": "event",
    "exclusiveGateway": "decision",
    "inclusiveGateway": "decision",
    "eventBasedGateway": "decision",
    "complexGateway": "decision",
    "parallelGateway": "group",
}
_GROUPS = ("subProcess", "adHocSubProcess", "transaction")
_LANGUAGES = {
    "javascript": "javascript",
    "application/javascript": "javascript",
    "text/javascript": "javascript",
    "js": "javascript",
    "ecmascript": "javascript",
    "http://www.javascript.com/javascript": "javascript",
    "http://www.java.com/java": "java",
    "groovy": "groovy",
    "python": "python",
    "juel": "juel",
    "feel": "feel",
}
_WORKERS = ("}topic", "}class", "}delegateExpression", "}serviceinterface", "}taskName")
_TEXTS = ("documentation", "script", "text", "conditionExpression")


def recognises(artefact: Artefact) -> bool:
    """A BPMN root element, or a zip that holds one BPMN file or more and no other platform's marker."""
    if artefact.is_zip:
        return any(_ENDING.search(name) for name in artefact.archive.names)
    return artefact.root_tag == _ROOT


def inspect(artefact: Artefact) -> Inspection:
    """Read the process, or the first of a zip with what the others add; raises :class:`Unreadable`."""
    if not artefact.is_zip:
        _check_ids(artefact.root, artefact.filename)
        return _inspection([(artefact.filename, artefact.root)], "bpmn", included=frozenset())
    archive = artefact.archive
    roots = []
    for name in archive.names:
        if _ENDING.search(name):
            root = parse_xml(archive.read(name), name)
            if root.tag == _ROOT:
                _check_ids(root, name)
                roots.append((name, root))
    if not roots:
        raise Unreadable("bpmn_missing", "No file in the zip is a BPMN process.", where=artefact.filename, mend="Export the process again.")
    roots.sort(key=lambda pair: pair[1].find(f"{{{MODEL}}}process") is None)  # glossaries and resources behind the processes
    return dataclasses.replace(_inspection(roots, "bpmn-zip", included=frozenset(archive.names)), files=archive.files())


def _check_ids(root: etree._Element, where: str) -> None:
    """Whatever an arrow can lead to has an id of its own: else it would lead to either of two. Editors repeat ids of lesser parts."""
    seen = set()
    for element in root.iter(f"{{{MODEL}}}*"):
        own = element.get("id")
        if not own or not is_node(element):
            continue
        if own in seen:
            raise Unreadable(
                "bpmn_id_twice",
                f"Two parts of the process have the id {own[:80]}.",
                where=where,
                mend="Give one of them another id, or save the process again in its editor.",
            )
        seen.add(own)


def _dangling(roots: list[tuple[str, etree._Element]]) -> Iterator[Note]:
    """Arrows without both ends are not drawn. Editors in use leave some behind, so that they are told and no refusal."""
    for name, root in roots:
        known = {element.get("id") for element in root.iter(f"{{{MODEL}}}*")} - {None}
        lost = sum(not {flow.get("sourceRef"), flow.get("targetRef")} <= known for flow in root.iter(f"{{{MODEL}}}sequenceFlow"))
        if lost:
            yield Note("bpmn_dangling", f"{lost} of the arrows in {name} lead from or to nothing.")


def _inspection(roots: list[tuple[str, etree._Element]], kind: str, included: frozenset[str]) -> Inspection:
    first = roots[0][1]
    elements = [element for _, root in roots for element in root.iter(etree.Element)]
    jobs = ordered(job for element in elements for job in _jobs(element))
    text = "\n".join(_texts(elements))
    steps = tuple(_steps(roots))
    notes = [Note("steps_cut", f"The process has over {MAX_STEPS} steps; the first are shown.")] if len(steps) > MAX_STEPS else []
    notes += _dangling(roots)
    exporter = " ".join(filter(None, (first.get("exporter"), first.get("exporterVersion")))).strip()
    return Inspection(
        platform=PLATFORM,
        kind=kind,
        name=_name(first),
        version=_version_tag(elements),
        description=_description(first),
        platform_version=exporter or None,
        entry_points=tuple(_entry_points(elements)),
        dependencies=tuple(_dependencies(roots, elements, included)),
        reach=Reach(applications=jobs, hosts=hosts_in(text), paths=paths_in(text), addresses=addresses_in(text)),
        steps=steps[:MAX_STEPS],
        notes=tuple(notes),
        flow=read_flow(first),
        bound=tuple(Dependency("dmn", name) for name in ordered(name for element in elements for name in _decisions(element))),
        provides=ordered(element.get("id") for element in elements if element.tag == f"{{{MODEL}}}process"),
    )


def _name(root: etree._Element) -> str | None:
    if name := (root.get("name") or "").strip():
        return name
    return next((name for process in root.iter(f"{{{MODEL}}}process") if (name := (process.get("name") or "").strip())), None)


def _version_tag(elements: list[etree._Element]) -> str | None:
    """Camunda writes an attribute of the process, Zeebe an element in it."""
    for element in elements:
        if local_name(element) == "process":
            for attribute, value in element.attrib.items():
                if str(attribute).endswith("}versionTag") and value:
                    return str(value)
        elif local_name(element) == "versionTag" and element.get("value"):
            return element.get("value")
    return None


def _description(root: etree._Element) -> str | None:
    process = root.find(f"{{{MODEL}}}process")
    note = process.find(f"{{{MODEL}}}documentation") if process is not None else None
    return " ".join((note.text or "").split())[:2000] or None if note is not None else None


def _entry_points(elements: list[etree._Element]) -> Iterator[EntryPoint]:
    """Start events, the ones of event sub-processes included."""
    for element in elements:
        if element.tag == f"{{{MODEL}}}startEvent":
            process = _process_of(element)
            yield EntryPoint(
                _one_line(element.get("name") or element.get("id") or ""),
                inputs=_data(element.iter(f"{{{MODEL}}}dataOutput")) or _asked(element) or _data(_told_of(process, "dataInput")),
                outputs=_data(_told_of(process, "dataOutput")),
            )


def _asked(start: etree._Element) -> tuple[Argument, ...]:
    """What the form of a start event asks for: Camunda's fields, Activiti's and Flowable's properties."""
    return tuple(
        Argument(
            _one_line(field.get("id") or ""),
            field.get("type") or "",
            _is_required(field),
            _one_line(field.get("label") or field.get("name") or ""),
        )
        for field in start.iter(etree.Element)
        if local_name(field) in ("formField", "formProperty") and namespace(field) != MODEL
    )


def _is_required(field: etree._Element) -> bool:
    """Activiti writes an attribute, Camunda a constraint."""
    constraints = (inner.get("name") for inner in field.iter(etree.Element) if local_name(inner) == "constraint")
    return field.get("required") == "true" or "required" in constraints


def _told_of(process: etree._Element, kind: str) -> list[etree._Element]:
    """What a process says of itself that it takes or gives (BPMN 2.0, 10.4.1 *ioSpecification*)."""
    said = process.find(f"{{{MODEL}}}ioSpecification") if local_name(process) == "process" else None
    return said.findall(f"{{{MODEL}}}{kind}") if said is not None else []


def _data(elements: Iterable[etree._Element]) -> tuple[Argument, ...]:
    return tuple(
        Argument(_one_line(data.get("name") or data.get("id") or ""), (data.get("itemSubjectRef") or "").rpartition(":")[2])
        for data in elements
    )


def _dependencies(
    roots: list[tuple[str, etree._Element]], elements: list[etree._Element], included: frozenset[str]
) -> Iterator[Dependency]:
    """Called processes and imported files. Job types stand among the applications: an engine binds them, not a file."""
    processes = {element.get("id") for element in elements if element.tag == f"{{{MODEL}}}process"}
    called = ordered(name for element in elements for name in _called(element))
    for name in called:
        yield Dependency("bpmn", name, included=name in processes)
    for where, root in roots:
        for location in ordered(element.get("location") for element in root.findall(f"{{{MODEL}}}import")):
            inside = posixpath.normpath(posixpath.join(posixpath.dirname(where), location))
            yield Dependency("dmn" if location.lower().endswith(".dmn") else "bpmn", location, included=inside in included)
    for element in elements:
        if element.tag == f"{{{SEQUENCE}}}uses" and element.get("module"):
            yield Dependency("moothall", element.get("module", ""), element.get("range"))


def _called(element: etree._Element) -> Iterator[str | None]:
    if element.tag == f"{{{MODEL}}}callActivity":
        called = element.get("calledElement")
        yield called.rsplit(":", 1)[-1] if called else None
    elif local_name(element) == "calledElement":
        yield element.get("processId")


def _decisions(element: etree._Element) -> Iterator[str | None]:
    """The decision a rule task asks, where it is named and no expression: in Zeebe's element, Flowable's field, Camunda's attribute, jBPM's input."""
    if local_name(element) == "calledDecision" and namespace(element) != MODEL:
        yield _no_expression(element.get("decisionId"))
    elif local_name(element) == "field" and element.get("name") in ("decisionTableReferenceKey", "decisionServiceReferenceKey"):
        yield _no_expression(_one_line(element.get("stringValue") or "".join(map(str, element.itertext()))))
    elif element.tag == f"{{{MODEL}}}businessRuleTask":
        yield from (_no_expression(str(value)) for name, value in element.attrib.items() if str(name).endswith("}decisionRef"))
        if element.get("implementation") == "http://www.jboss.org/drools/dmn":
            given = _assigned(element)
            yield given.get("decision") or given.get("model")


def _assigned(task: etree._Element) -> dict[str | None, str]:
    """The inputs of a task that are given a value of their own, by their names."""
    names = {data.get("id"): data.get("name") for data in task.iter(f"{{{MODEL}}}dataInput")}
    return {
        names.get((given.findtext(f"{{{MODEL}}}targetRef") or "").strip()): _one_line(given.findtext(f".//{{{MODEL}}}from") or "")
        for given in task.iter(f"{{{MODEL}}}dataInputAssociation")
    }


def _no_expression(written: str | None) -> str | None:
    return None if (written or "").startswith(("=", "${", "#{")) else written


def _jobs(element: etree._Element) -> Iterator[str | None]:
    """What an engine hands to a worker or a bot: Zeebe's job type, Camunda's topic, Activiti's class or bean, jBPM's service or work item."""
    if local_name(element) == "taskDefinition" and namespace(element) != MODEL:
        yield element.get("type")
    for attribute, value in element.attrib.items():
        name = str(attribute)
        if name.startswith("{") and name.endswith(_WORKERS) and namespace(element) == MODEL:
            yield str(value).strip().removeprefix("#{").removeprefix("${").removesuffix("}").strip()


def _steps(roots: list[tuple[str, etree._Element]]) -> Iterator[Step]:
    """Of every process; the file's name goes before the process' where several files name theirs alike."""
    named = [(where, process, _process_name(process)) for where, root in roots for process in [root, *root.iter(f"{{{MODEL}}}process")]]
    often = Counter(name for _, process, name in named if local_name(process) == "process")
    for where, process, name in named:
        elements = [element for element in process.iter(etree.Element) if _process_of(element) is process]
        part = f"{where}: {name}" if often[name] > 1 else name
        yield from _process_steps(elements, part if local_name(process) == "process" else "")


def _process_of(element: etree._Element) -> etree._Element:
    """The process around an element, else the root."""
    above = next(element.iterancestors(f"{{{MODEL}}}process"), None)
    return above if above is not None else element.getroottree().getroot()


def _process_name(process: etree._Element) -> str:
    return _one_line(process.get("name") or process.get("id") or "")


def _process_steps(elements: list[etree._Element], part: str) -> Iterator[Step]:
    nodes = [element for element in elements if namespace(element) == MODEL and local_name(element) in _KINDS]
    own = {element: element.get("id") or f"step-{number}" for number, element in enumerate(elements)}
    leads = _leads(elements, {own[node] for node in nodes})
    for element in nodes:
        kind = "exception" if _is_of_error(element) else _KINDS[local_name(element)]
        name = _one_line(element.get("name") or "")
        uses = next((used.get("module") for used in element.iter(f"{{{SEQUENCE}}}uses")), None)
        action = uses or next((job for inner in element.iter(etree.Element) for job in _jobs(inner) if job), None) or local_name(element)
        language = _LANGUAGES.get((element.get("scriptFormat") or "").lower(), "") if kind == "code" else ""
        around = element.getparent()
        yield Step(
            own[element],
            name or local_name(element),
            kind,
            action,
            kind == "human",
            part,
            own[around] if around is not None and local_name(around) in _GROUPS else "",
            language,
            tuple(leads.get(own[element], ())) or (Onward(""),),
        )


def _leads(elements: list[etree._Element], known: set[str]) -> dict[str, list[Onward]]:
    """By step: its sequence flows, and the events on its border that interrupt or accompany it."""
    found: dict[str, list[Onward]] = {}
    for element in elements:
        if element.tag == f"{{{MODEL}}}sequenceFlow":
            source, target, when = element.get("sourceRef") or "", element.get("targetRef") or "", _one_line(element.get("name") or "")
            on_error = False
        elif element.tag == f"{{{MODEL}}}boundaryEvent":
            source, target, when = element.get("attachedToRef") or "", element.get("id") or "", _one_line(element.get("name") or "")
            on_error = _is_of_error(element)
        else:
            continue
        if source.rpartition(":")[2] in known and target.rpartition(":")[2] in known:
            found.setdefault(source.rpartition(":")[2], []).append(Onward(target.rpartition(":")[2], when, on_error))
    return found


def _is_of_error(element: etree._Element) -> bool:
    """An event that raises or catches an error."""
    return local_name(element).endswith("Event") and any(local_name(child) == "errorEventDefinition" for child in element)


def _texts(elements: list[etree._Element]) -> Iterator[str]:
    """What people write into a process, and what an engine's extensions are told, such as the address that a connector calls."""
    for element in elements:
        if element.text and (local_name(element) in _TEXTS or namespace(element) != MODEL):
            yield element.text
        if namespace(element) not in (MODEL, "") and local_name(element) not in ("Bounds", "waypoint"):
            yield from (str(value) for value in element.attrib.values())


def _one_line(text: str) -> str:
    return " ".join(text.split())
