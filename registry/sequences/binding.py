"""Binds the tasks of a BPMN file from any modelling tool to modules, and leaves everything else of the file as it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from registry.errors import Refused, Unreadable
from registry.formats.arguments import Argument
from registry.formats.drawn import MODEL, SEQUENCE
from registry.formats.flow import PERSON, TASKS, Node, Use
from registry.formats.xml import local_name, parse_xml
from registry.sequences.extension import elements_of
from registry.sequences.fields import checked_gives, checked_use, lines

_EXTENSION, _DOCUMENTATION = f"{{{MODEL}}}extensionElements", f"{{{MODEL}}}documentation"
_OURS = frozenset(f"{{{SEQUENCE}}}{name}" for name in ("uses", "handOver", "gives"))
_TASKS = [f"{{{MODEL}}}{name}" for name in sorted(TASKS)]
_DECLARATION = re.compile(r"<\?xml\s[^>]*\?>\s*")
_LONGEST_DECLARATION = 1000  # characters
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Binding:
    """What a task is bound to: the module that does it, how its work is handed over, and what a person's task hands on. Empty: nothing."""

    uses: Use | None = None
    hand_over: str = ""
    gives: tuple[Argument, ...] = ()


def bound(source: bytes, bindings: Mapping[str, Binding]) -> bytes:
    """``source`` with ``bindings`` by the id of the task, in place of what those tasks were bound to; other tasks stay as they are.

    Raises :class:`Refused` (``bpmn_zip``, ``bpmn_missing``, ``step_unknown``, ``step_twice``, ``step_human``, ``gives_with_module``, those
    of a step's texts) with ``where`` such as ``Task_1.uses.range``, and :class:`Unreadable` as :func:`parse_xml` does.
    """
    if source.startswith(b"PK\x03\x04"):
        raise Refused("bpmn_zip", "The file is a zip.", where="file", mend="Take the one BPMN file out of it and send that.")
    root = parse_xml(source, "file", whole=True)
    if root.tag != f"{{{MODEL}}}definitions":
        raise Unreadable("bpmn_missing", "The file is not a BPMN process.", where="file", mend="Export the process as BPMN 2.0.")
    tasks = _tasks(root)
    for identity, binding in bindings.items():
        task = _found(tasks, identity)
        _put(task, _checked(binding, identity, task, tasks))
    return _written(root, source)


def _tasks(root: etree._Element) -> dict[str, list[etree._Element]]:
    tasks: dict[str, list[etree._Element]] = {}
    for element in root.iter(*_TASKS):
        tasks.setdefault(element.get("id", ""), []).append(element)
    return tasks


def _found(tasks: Mapping[str, list[etree._Element]], identity: str) -> etree._Element:
    found = tasks.get(identity, []) if identity else []
    if not found:
        raise Refused(
            "step_unknown", f"No task in the file has the id {identity[:200]}.", where=identity[:200], mend="Name one of its tasks."
        )
    if len(found) > 1:
        mend = "Give each an id of its own in the modelling tool."
        raise Refused("step_twice", f"Several tasks have the id {identity[:200]}.", where=identity[:200], mend=mend)
    return found[0]


def _checked(binding: Binding, where: str, task: etree._Element, tasks: Mapping[str, object]) -> Node:
    """The task with every text of ``binding`` as it is kept."""
    element = local_name(task)
    if binding.uses and element in PERSON:
        raise Refused(
            "step_human",
            "In the file a person does this task.",
            where=f"{where}.uses",
            mend="Make it a service task in the modelling tool.",
        )
    if binding.uses and binding.gives:
        raise Refused("gives_with_module", "What a module gives is told by the module.", where=f"{where}.gives", mend="Take gives out.")
    uses = checked_use(binding.uses, where) if binding.uses else None
    for filled in uses.inputs if uses else ():
        if filled.step and (filled.step not in tasks or filled.step == where):
            raise Refused(
                "from_unknown",
                f"No other task in the file has the id {filled.step}.",
                where=f"{where}.inputs.{filled.name}.from",
                mend="Name an earlier task, or write /name for what whoever starts the sequence gives.",
            )
    hand_over = lines(binding.hand_over, f"{where}.hand_over")
    return Node(where, "", element, hand_over=hand_over, uses=uses, gives=checked_gives(binding.gives, where))


def _put(task: etree._Element, node: Node) -> None:
    """Ours take the place of ours; an extension that is left with nothing in it goes too."""
    for extension in task.findall(_EXTENSION):
        for old in [each for each in extension if each.tag in _OURS]:
            _remove(old)
    new = list(elements_of(node))
    if new:
        _extension(task).extend(new)
    for extension in task.findall(_EXTENSION):
        if not len(extension) and not (extension.text or "").strip() and not extension.attrib:
            _remove(extension)


def _extension(task: etree._Element) -> etree._Element:
    """The extension of ``task``; where there is none, a new one behind its documentation (order of the schema)."""
    found = task.find(_EXTENSION)
    if found is not None:
        return found
    extension = etree.Element(_EXTENSION, nsmap={task.prefix: MODEL})
    last = next(reversed(task.findall(_DOCUMENTATION)), None)
    indent = (last.tail if last is not None else task.text) or ""
    extension.tail = indent if not indent.strip() else None
    task.insert(task.index(last) + 1 if last is not None else 0, extension)
    return extension


def _remove(element: etree._Element) -> None:
    """Take it out with the white space behind it; words there, which BPMN has no place for, stay."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    before = element.getprevious()
    if tail and tail.strip():
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(element)


def _written(root: etree._Element, source: bytes) -> bytes:
    """In the encoding of ``source``, with its byte order mark, declaration and line ends; what the encoding lacks as a reference."""
    mark = next((mark for mark in _MARKS if source.startswith(mark)), b"")
    encoding = _MARKS.get(mark) or root.getroottree().docinfo.encoding or "utf-8"
    if encoding.lower() in ("utf-16", "utf16"):
        encoding = "utf-16-be" if source.startswith(b"\0") else "utf-16-le"
    before = source[len(mark) :].decode(encoding, "ignore")
    declaration = _DECLARATION.match(before[:_LONGEST_DECLARATION])
    outside = [_aside(each) for each in reversed(list(root.itersiblings(preceding=True)))]
    inside = etree.tostring(root, encoding="unicode", with_tail=False)
    after = before[len(before.rstrip()) :]
    text = "\n".join([*outside, inside, *(_aside(each) for each in root.itersiblings())])
    text = (declaration[0] if declaration else "").replace("\r\n", "\n") + text + after.replace("\r\n", "\n")
    return mark + text.replace("\n", "\r\n" if "\r\n" in before else "\n").encode(encoding, "xmlcharrefreplace")


def _aside(element: etree._Element) -> str:
    """A comment or processing instruction beside the root; to have lxml write one takes longer the more there are."""
    text = element.text or ""
    if isinstance(element, etree._ProcessingInstruction):
        return f"<?{element.target!s}{' ' if text else ''}{text}?>"
    return f"<!--{text}-->"
