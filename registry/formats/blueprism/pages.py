"""The stages of a Blue Prism process as steps, page by page in the order in which they run; links, blocks and recovery included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from registry.formats.model import Onward, Step
from registry.formats.xml import local_name

MAIN = "Main Page"
_KINDS = {
    "Action": "action",
    "Skill": "action",
    "Navigate": "action",
    "Read": "action",
    "Write": "action",
    "WaitStart": "event",
    "Alert": "event",
    "Exception": "exception",
    "Recover": "exception",
    "Resume": "exception",
    "Code": "code",
    "Calculation": "action",
    "MultipleCalculation": "action",
    "Decision": "decision",
    "ChoiceStart": "decision",
    "LoopStart": "group",
    "SubSheet": "call",
    "Process": "call",
    "Start": "start",
    "End": "end",
    "Block": "group",  # where it holds a step that recovers: the others only frame data items
}
_LANGUAGES = {"visualbasic": "vbnet", "csharp": "csharp", "jsharp": "jsharp"}
_OTHERWISE = {"ChoiceEnd": "Otherwise", "WaitEnd": "Time out"}
_FIRST = ("Start", "Block", "Recover")
MAX_CHAIN = 100  # anchors one after the other
MAX_BLOCKS = 200  # of a page that are looked at


def steps_of(stages: list[etree._Element], pages: Mapping[str, str], of: str = "") -> Iterator[Step]:
    """Every step; ``pages`` are the names of pages by id, ``of`` stands before them where several processes are in one file."""
    language = next((_LANGUAGES.get(written.lower(), written.lower()) for stage in stages if (written := text(stage, "language"))), "")
    by_page: dict[str, list[etree._Element]] = {}
    for stage in stages:
        key = text(stage, "subsheetid") or ""
        by_page.setdefault(key if key in pages else "", []).append(stage)
    for key, page in {"": MAIN, **pages}.items():
        yield from _Page(f"{of} / {page}" if of else page, by_page.get(key, []), pages, language).steps()


@dataclass
class _Page:
    """One page: its stages by id, as far as links may lead to them."""

    part: str
    stages: list[etree._Element]
    pages: Mapping[str, str]
    language: str

    def __post_init__(self) -> None:
        self._by_id = {identifier: stage for stage in self.stages if (identifier := stage.get("stageid"))}
        groups = [(text(stage, "groupid"), stage) for stage in self.stages]
        self._ends = {group: stage for group, stage in groups if group and _type(stage).endswith("End")}
        self._starts = {group: stage for group, stage in groups if group and _type(stage).endswith("Start")}

    def steps(self) -> Iterator[Step]:
        taken: set[str] = set()
        for number, stage in enumerate(self._in_order()):
            own = stage.get("stageid") or f"stage-{number}"
            own = own if own not in taken else f"{own}#{number}"
            taken.add(own)
            kind, around = _KINDS[_type(stage)], self._around(stage)
            yield Step(
                own,
                stage.get("name") or _type(stage),
                kind,
                self._action(stage),
                part=self.part,
                within=(around.get("stageid") or "") if around is not None else "",
                language=self.language if kind == "code" else "",
                onward=tuple(self._onward(stage)),
            )

    def _in_order(self) -> list[etree._Element]:
        """From the start along the links, then what recovers and where that leads, then what nothing leads to."""
        shown = [stage for stage in self.stages if _type(stage) in _KINDS and (_type(stage) != "Block" or stage in self._blocks)]
        first = sorted(shown, key=lambda stage: _FIRST.index(_type(stage)) if _type(stage) in _FIRST else len(_FIRST))
        found: dict[etree._Element, None] = {}
        for root in first:
            waiting = [root]
            while waiting:
                stage = waiting.pop()
                if stage not in found:
                    found[stage] = None
                    targets = [self._by_id[one.to] for one in self._onward(stage) if one.to and not one.on_error]
                    waiting += targets[::-1]
        return list(self._surrounded(found))

    def _surrounded(self, stages: Iterable[etree._Element]) -> dict[etree._Element, None]:
        """Each block before the first stage in it."""
        found: dict[etree._Element, None] = {}
        for stage in stages:
            around = self._around(stage)
            found.update(dict.fromkeys((stage,) if around is None else (around, stage)))
        return found

    def _action(self, stage: etree._Element) -> str:
        resource = next((child for child in stage if local_name(child) == "resource"), None)
        if resource is not None:
            return f"{resource.get('object')}: {resource.get('action')}"
        called = self.pages.get(text(stage, "processid") or "") if _type(stage) == "SubSheet" else None
        return f"SubSheet: {called}" if called else _type(stage)

    def _onward(self, stage: etree._Element) -> Iterator[Onward]:
        """Where a stage leads; every end is said, as stages stand in a file in no order."""
        kind = _type(stage)
        if kind == "Block":
            yield from (Onward(self._id(recover), "", on_error=True) for recover in self._recovering(stage))
        elif kind == "Exception":
            yield Onward("" if stage in self._in_recovery or _raises_again(stage) else self._rescue(stage), on_error=True)
        elif kind == "Decision":
            yield from (Onward(self._target(stage, link), when) for link, when in (("ontrue", "Yes"), ("onfalse", "No")))
        elif kind in ("ChoiceStart", "WaitStart"):
            yield from self._choices(stage)
        elif kind == "LoopStart":
            yield Onward(self._target(stage, "onsuccess"), "Each")
            yield Onward(self._target(self._ends.get(text(stage, "groupid") or ""), "onsuccess"), "Done")
        else:
            yield Onward(self._target(stage, "onsuccess"))
        if kind == "Start":
            yield from (Onward(self._id(recover), "", on_error=True) for recover in self._recovering(None))

    def _choices(self, stage: etree._Element) -> Iterator[Onward]:
        for choice in stage.iter(etree.Element):
            if local_name(choice) == "choice":
                yield Onward(self._target(choice, "ontrue"), text(choice, "name") or "")
        end = self._ends.get(text(stage, "groupid") or "")
        if end is not None:
            yield Onward(self._target(end, "onsuccess"), _OTHERWISE.get(_type(end), ""))

    def _target(self, stage: etree._Element | None, link: str) -> str:
        """The id of the step that a link leads to, through anchors; a loop's end leads back to its start."""
        for _ in range(MAX_CHAIN):
            stage = self._by_id.get(text(stage, link) or "") if stage is not None else None
            if stage is None or _type(stage) in _KINDS:
                break
            if _type(stage) == "LoopEnd":
                stage = self._starts.get(text(stage, "groupid") or "")
                break
            link = "onsuccess"
        return self._id(stage) if stage is not None and _type(stage) in _KINDS else ""

    @staticmethod
    def _id(stage: etree._Element) -> str:
        return stage.get("stageid") or ""

    @cached_property
    def _rescues(self) -> list[etree._Element]:
        return [stage for stage in self.stages if _type(stage) == "Recover" and stage.get("stageid")]

    @cached_property
    def _blocks(self) -> list[etree._Element]:
        """Those in which something recovers."""
        blocks = [stage for stage in self.stages if _type(stage) == "Block"][:MAX_BLOCKS]
        return [block for block in blocks if any(_holds(block, each) for each in self._rescues[:MAX_BLOCKS])]

    def _around(self, stage: etree._Element) -> etree._Element | None:
        return next((block for block in self._blocks if block is not stage and _holds(block, stage)), None)

    @cached_property
    def _by_block(self) -> dict[etree._Element | None, list[etree._Element]]:
        found: dict[etree._Element | None, list[etree._Element]] = {}
        for stage in self._rescues:
            found.setdefault(self._around(stage), []).append(stage)
        return found

    def _recovering(self, block: etree._Element | None) -> list[etree._Element]:
        """The first is the one that Blue Prism goes to."""
        return self._by_block.get(block, [])[:1]

    def _rescue(self, stage: etree._Element) -> str:
        """What recovers from an error at a stage: in its own block, else on its page; else whoever called the page."""
        around = self._around(stage)
        found = self._recovering(around) or self._recovering(None)
        return self._id(found[0]) if found else ""

    @cached_property
    def _in_recovery(self) -> set[etree._Element]:
        """Stages that run between a Recover and its Resume: an error there is not recovered from again."""
        found: set[etree._Element] = set()
        waiting = list(self._rescues)
        while waiting:
            stage = waiting.pop()
            if stage in found:
                continue
            found.add(stage)
            if _type(stage) not in ("Resume", "Exception"):
                waiting += [self._by_id[one.to] for one in self._onward(stage) if one.to]
        return found


def _type(stage: etree._Element) -> str:
    return stage.get("type") or ""


def _raises_again(stage: etree._Element) -> bool:
    return any((child.get("usecurrent") or "").lower() in ("yes", "true") for child in stage if local_name(child) == "exception")


def _holds(block: etree._Element, stage: etree._Element) -> bool:
    """Whether a stage is drawn inside a block, whose own place is its upper left corner."""
    left, top, width, height = _place(block)
    x, y, _, _ = _place(stage)
    return left <= x <= left + width and top <= y <= top + height


def _place(stage: etree._Element) -> tuple[float, float, float, float]:
    """x, y, width and height in the editor's pixels: attributes of one element, or in files of before version 6 elements of their own."""
    display = next((child for child in stage if local_name(child) == "display"), None)
    values: Iterable[str | None] = (
        (display.get(name) for name in ("x", "y", "w", "h"))
        if display is not None
        else (text(stage, name) for name in ("displayx", "displayy", "displaywidth", "displayheight"))
    )
    x, y, width, height = (_number(value) for value in values)
    return x, y, width, height


def _number(written: str | None) -> float:
    try:
        return float(written or 0)
    except ValueError:
        return 0.0


def text(element: etree._Element, name: str) -> str | None:
    """The text of the first child called ``name``."""
    child = next((child for child in element if local_name(child) == name), None)
    return (child.text or "").strip() or None if child is not None else None
