"""Writes Blue Prism objects, processes and releases with real stage graphs, laid out as their editor draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from demonstration.builders.packing import child, guid, xml_bytes

PRODUCT_VERSION = "7.1.1.30674"
QUEUES = "Blueprism.Automate.clsWorkQueuesActions"
CREDENTIALS = "Blueprism.Automate.clsCredentialsActions"
RELEASE = "http://www.blueprism.co.uk/product/release"
_PRODUCT = "http://www.blueprism.co.uk/product/"
_COLUMN, _ROW, _TOP = 225, 60, -105  # grid of the process editor, in its own units


@dataclass(frozen=True)
class Item:
    """A data item, or an input or output of a page; ``environment`` marks one whose value is set on each machine."""

    name: str
    type: str = "text"
    value: str = ""
    narrative: str = ""
    environment: bool = False


@dataclass(frozen=True)
class Call:
    """An Action stage: ``action`` of ``target``, inputs as expressions, outputs into data items."""

    name: str
    target: str
    action: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decide:
    """A Decision stage: the flow goes on when ``expression`` holds, else through ``otherwise`` to the page's end, or back when it ``rejoins``."""

    name: str
    expression: str
    otherwise: tuple[Step, ...] = ()
    rejoins: bool = False


@dataclass(frozen=True)
class Compute:
    """A Calculation stage."""

    name: str
    expression: str
    into: str


@dataclass(frozen=True)
class Navigate:
    """A Navigate stage: does ``action`` to an element of the application model (an empty element is the application itself)."""

    name: str
    element: str
    action: str


@dataclass(frozen=True)
class Write:
    """A Write stage: expressions into elements."""

    name: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Read:
    """A Read stage: elements into data items."""

    name: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Go:
    """A Page stage: runs another page of the same automation."""

    name: str


@dataclass(frozen=True)
class Raise:
    """An Exception stage, which ends the page."""

    name: str
    type: str
    detail: str


Step = Call | Decide | Compute | Navigate | Write | Read | Go | Raise


@dataclass(frozen=True)
class Page:
    """One page; of an object, the published ones are its actions. The first page of an automation is its main page."""

    name: str
    steps: tuple[Step, ...] = ()
    inputs: tuple[Item, ...] = ()
    outputs: tuple[Item, ...] = ()
    items: tuple[Item, ...] = ()
    narrative: str = ""
    published: bool = True


@dataclass(frozen=True)
class Application:
    """The application model: how to reach the application, and its elements (name to type and identifying attributes)."""

    name: str
    kind: str
    parameters: Mapping[str, str]
    elements: Mapping[str, tuple[str, Mapping[str, str]]]


@dataclass(frozen=True)
class Automation:
    """A process, or with ``application`` or ``is_object`` a business object."""

    name: str
    narrative: str
    pages: tuple[Page, ...]
    is_object: bool = False
    application: Application | None = None

    @property
    def id(self) -> str:
        return guid("blueprism", self.name)


@dataclass(frozen=True)
class Release:
    """A package of processes, objects and what they need on the machine."""

    name: str
    notes: str
    automations: tuple[Automation, ...]
    queues: Mapping[str, str] = field(default_factory=dict)  # name to key field
    credentials: tuple[str, ...] = ()
    environment: tuple[Item, ...] = ()


def automation_file(automation: Automation) -> bytes:
    """A loose export of one object or process: a byte order mark, no declaration and no namespace."""
    return xml_bytes(_process(automation), bom=True, declared=False)


def release_file(release: Release) -> bytes:
    """A ``.bprelease``."""
    root = etree.Element(f"{{{RELEASE}}}release", nsmap={"bpr": RELEASE})
    for tag, text in (
        ("name", release.name),
        ("release-notes", release.notes),
        ("created", "2026-01-05 09:00:00Z"),
        ("package-id", "-1"),
        ("package-name", release.name),
        ("user-created-by", "rpa-release"),
    ):
        child(root, f"{{{RELEASE}}}{tag}", text)
    contents = child(root, f"{{{RELEASE}}}contents")
    for automation in release.automations:
        _member(contents, automation)
    for name, key in release.queues.items():
        _part(contents, "work-queue", id=guid("queue", name), name=name, **{"key-field": key})
    for name in release.credentials:
        _part(contents, "credential", id=guid("credential", name), name=name)
    for item in release.environment:
        _part(contents, "environment-variable", name=item.name, type=item.type, value=item.value)
    contents.set("count", str(len(contents)))
    return xml_bytes(root, bom=True)


def _part(contents: etree._Element, kind: str, **attributes: str) -> etree._Element:
    part = etree.SubElement(contents, f"{{{_PRODUCT}{kind}}}{kind}", attributes, nsmap={None: _PRODUCT + kind})  # type: ignore[dict-item]
    return part


def _member(contents: etree._Element, automation: Automation) -> None:
    """Both kinds lie in the namespace ``process``, as the product writes them."""
    kind = "object" if automation.is_object or automation.application else "process"
    namespace = _PRODUCT + "process"
    member = etree.SubElement(contents, f"{{{namespace}}}{kind}", {"id": automation.id, "name": automation.name}, nsmap={None: namespace})  # type: ignore[dict-item]
    if kind == "process":
        member.set("published", "true")
    inner = _process(automation)
    for element in inner.iter():
        element.tag = f"{{{namespace}}}{element.tag}"
    member.append(inner)


def _process(automation: Automation) -> etree._Element:
    is_object = automation.is_object or automation.application is not None
    root = etree.Element(
        "process", name=automation.name, version="1.0", bpversion=PRODUCT_VERSION, narrative=automation.narrative, byrefcollection="true"
    )
    if is_object:
        root.set("type", "object")
        root.set("runmode", "Exclusive" if automation.application else "Background")
    root.set("preferredid", automation.id)
    if is_object:
        _application(root, automation)
    _view(root)
    child(root, "preconditions")
    child(root, "endpoint", narrative="")
    main, *others = automation.pages
    for page in others:
        sheet = child(root, "subsheet", subsheetid=_page_id(automation, page.name))
        sheet.set("type", "CleanUp" if page.name == "Clean Up" else "Normal")
        sheet.set("published", str(page.published and is_object))
        child(sheet, "name", page.name)
        _view(sheet)
    for page in (main, *others):
        _Sheet(root, automation, page, is_main=page is main).write()
    return root


def _view(parent: etree._Element) -> None:
    view = child(parent, "view")
    child(view, "camerax", "0")
    child(view, "cameray", "0")
    child(view, "zoom", "1", version="2")


def _page_id(automation: Automation, page: str) -> str:
    return guid("blueprism", automation.name, "page", page)


def _application(root: etree._Element, automation: Automation) -> None:
    """The application model; an object that works in no application still has its empty root."""
    model = automation.application or Application("Application Root", "", {}, {})
    definition = child(root, "appdef")
    top = child(definition, "element", name=model.name)
    _element_facts(top, _element_id(automation, ""), "Application", "unknown")
    for name, (kind, attributes) in model.elements.items():
        element = child(top, "element", name=name)
        _element_facts(element, _element_id(automation, name), kind, "text")
        listed = child(element, "attributes")
        for key, value in attributes.items():
            child(child(listed, "attribute", name=key, inuse="True"), "ProcessValue", datatype="text", value=value)
    if model.kind:
        info = child(definition, "apptypeinfo")
        child(info, "id", model.kind)
        parameters = child(info, "parameters")
        for key, value in model.parameters.items():
            parameter = child(parameters, "parameter")
            child(parameter, "name", key)
            child(parameter, "value", value)


def _element_facts(element: etree._Element, identity: str, kind: str, datatype: str) -> None:
    for tag, text in (("id", identity), ("type", kind), ("basetype", kind), ("datatype", datatype), ("diagnose", "False")):
        child(element, tag, text)


def _element_id(automation: Automation, name: str) -> str:
    return guid("blueprism", automation.name, "element", name)


class _Sheet:
    """Writes one page's stages. Steps run down a column; what a decision does otherwise stands in the next column."""

    def __init__(self, root: etree._Element, automation: Automation, page: Page, *, is_main: bool) -> None:
        self._root, self._automation, self._page, self._is_main = root, automation, page, is_main
        self._types = {item.name: item.type for item in (*page.inputs, *page.outputs, *page.items)}

    def write(self) -> None:
        info_type = "ProcessInfo" if self._is_main else "SubSheetInfo"
        info = self._stage("Stage1" if self._is_main else self._page.name, info_type, -225, _TOP, size=(150, 90))
        if self._page.narrative:
            info.insert(0 if self._is_main else 1, _text("narrative", self._page.narrative))
        end = self._id("End")
        start = self._stage("Start", "Start", 15, _TOP)
        if self._page.inputs:
            inputs = child(start, "inputs")
            for item in self._page.inputs:
                child(inputs, "input", type=item.type, name=item.name, narrative=item.narrative, stage=item.name)
        child(start, "onsuccess", self._first(self._page.steps, end))
        height = self._flow(self._page.steps, 0, 1, end)
        finish = self._stage("End", "End", 15, _TOP + height * _ROW)
        if self._page.outputs:
            outputs = child(finish, "outputs")
            for item in self._page.outputs:
                child(outputs, "output", type=item.type, name=item.name, narrative=item.narrative, stage=item.name)
        self._data()

    def _id(self, name: str) -> str:
        return guid("blueprism", self._automation.name, self._page.name, "stage", name)

    def _first(self, steps: tuple[Step, ...], end: str) -> str:
        return self._id(steps[0].name) if steps else end

    def _stage(self, name: str, kind: str, x: int, y: int, size: tuple[int, int] | None = None) -> etree._Element:
        stage = child(
            self._root, "stage", stageid=self._id(f"{kind} {name}" if kind in ("Data", "SubSheetInfo") else name), name=name, type=kind
        )
        if not self._is_main:
            child(stage, "subsheetid", _page_id(self._automation, self._page.name))
        child(stage, "display", x=str(x), y=str(y), **({"w": str(size[0]), "h": str(size[1])} if size else {}))
        return stage

    def _flow(self, steps: tuple[Step, ...], column: int, row: int, end: str) -> int:
        """Write ``steps`` from ``row`` on; returns the first free row below them."""
        lowest = row
        for index, step in enumerate(steps):
            following = self._first(steps[index + 1 :], end)
            x, y = 15 + column * _COLUMN, _TOP + row * _ROW
            if isinstance(step, Decide):
                decision = self._stage(step.name, "Decision", x, y, size=(120, 60))
                child(decision, "decision", expression=step.expression)
                child(decision, "ontrue", following)
                child(decision, "onfalse", self._first(step.otherwise, end))
                lowest = max(lowest, self._flow(step.otherwise, column + 1, row, following if step.rejoins else end))
            else:
                self._plain(step, x, y, following)
            row += 1
        return max(row, lowest)

    def _plain(self, step: Step, x: int, y: int, following: str) -> None:
        kinds = {
            Call: "Action", Compute: "Calculation", Navigate: "Navigate", Write: "Write", Read: "Read", Go: "SubSheet", Raise: "Exception"
        }  # fmt: skip
        stage = self._stage(step.name, kinds[type(step)], x, y, size=(120, 45))
        if isinstance(step, Raise):
            child(stage, "exception", localized="no", type=step.type, detail=step.detail)
            return
        if isinstance(step, Call):
            self._arguments(stage, step)
        child(stage, "onsuccess", following)
        match step:
            case Call():
                child(stage, "resource", object=step.target, action=step.action)
            case Compute():
                child(stage, "calculation", expression=step.expression, stage=self._known(step.into))
            case Go():
                child(stage, "processid", _page_id(self._automation, step.name))
            case Navigate():
                self._step(stage, step.element, action=step.action)
            case Write():
                for element, expression in step.values.items():
                    self._step(stage, element, expr=expression)
            case Read():
                for element, into in step.values.items():
                    self._step(stage, element, stage=self._known(into), action="GetText")

    def _arguments(self, stage: etree._Element, call: Call) -> None:
        if call.inputs:
            inputs = child(stage, "inputs")
            for name, expression in call.inputs.items():
                child(inputs, "input", type=self._type(expression), name=name, friendlyname=name, narrative="", expr=expression)
        if call.outputs:
            outputs = child(stage, "outputs")
            for name, into in call.outputs.items():
                child(outputs, "output", type=self._types[into], name=name, friendlyname=name, narrative="", stage=into)

    def _step(self, parent: etree._Element, element: str, *, action: str = "", **attributes: str) -> None:
        model = self._automation.application
        if element and (model is None or element not in model.elements):
            raise KeyError(f"{self._automation.name}: no element {element}")
        step = child(parent, "step", **attributes)
        child(step, "element", id=_element_id(self._automation, element))
        if action:
            child(child(step, "action"), "id", action)

    def _type(self, expression: str) -> str:
        if expression.startswith("[") and expression.endswith("]"):
            return self._types[expression[1:-1]]
        if expression in ("True", "False"):
            return "flag"
        return "number" if expression.isdigit() else "text"

    def _known(self, item: str) -> str:
        if item not in self._types:
            raise KeyError(f"{self._automation.name}, {self._page.name}: no data item {item}")
        return item

    def _data(self) -> None:
        unique = {item.name: item for item in (*self._page.inputs, *self._page.outputs, *self._page.items)}
        for row, item in enumerate(unique.values(), start=2):
            kind = "Collection" if item.type == "collection" else "Data"
            stage = self._stage(item.name, kind, -225, _TOP + row * 40, size=(150, 30))
            child(stage, "datatype", item.type)
            if item.environment:
                child(stage, "exposure", "Environment")
            else:
                child(stage, "initialvalue", item.value)
                child(stage, "private")
            child(stage, "alwaysinit")


def _text(tag: str, text: str) -> etree._Element:
    element = etree.Element(tag)
    element.text = text
    return element
