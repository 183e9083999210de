"""A bot's actions as steps: what lies in what, where branches end, and where errors lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from registry.errors import Unreadable
from registry.formats.automation_anywhere.values import attributes_of, repository_path, text_of
from registry.formats.fragments import mapping, sequence
from registry.formats.model import Onward, Step

MAX_DEPTH = 60  # actions in actions; the editor itself becomes unusable long before
_LANGUAGES = {"python": "python", "vbscript": "vbscript", "javascript": "javascript", "powershell": "powershell", "dll": "csharp"}
_CODE = re.compile(r"script|function|run|execute|open", re.IGNORECASE)
_ASKS = re.compile(r"prompt|ask|displayform|showform|approv|assign\w*touser|humantask|usertask|reviewtask", re.IGNORECASE)
_FORMS = frozenset(
    ["form", "forms", "interactiveform", "interactiveforms", "usertask", "humantask", "humaninloop", "approval", "approvals"]
)
_GROUPS = frozenset(["loop.commands.start", "loop", "loopstart", "step", "try", "finally", "triggerloop"])
_PREFIX = re.compile(r"^(?:[a-z]+\.commands?\.|loop\.commands\.)", re.IGNORECASE)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\s]+")


def steps_of(part: str, document: dict[str, Any]) -> list[Step]:
    """The steps of the bot called ``part`` in the order of the editor, without comments and what is switched off.

    Raises :class:`Unreadable` (``bot_too_deep``).
    """
    walk = _Walk(part)
    nodes = _enabled(document.get("nodes"))
    first = walk.id_of(nodes[0]) if nodes else ""
    for trigger in (mapping(each) for each in sequence(document.get("triggers"))):
        if trigger and not is_off(trigger):
            walk.write(trigger, "", f"Starts on {title_of(trigger)}", "start", (Onward(first),))
    walk.run(nodes, "")
    return walk.steps


def is_off(node: dict[str, Any]) -> bool:
    """Whether the node is switched off, which the editor shows struck through."""
    return node.get("disabled") is True


class _Walk:
    def __init__(self, part: str) -> None:
        self.steps: list[Step] = []
        self._part = part
        self._ids: dict[int, str] = {}
        self._taken: set[str] = set()

    def run(self, nodes: list[dict[str, Any]], within: str, follows: str | None = None, depth: int = 0) -> None:
        """One after the other. ``follows`` is where the last one leads, None where that is told by the step around."""
        if depth > MAX_DEPTH:
            raise Unreadable(
                "bot_too_deep",
                f"Actions are nested deeper than {MAX_DEPTH}.",
                where=self._part,
                mend="Move inner parts into bots of their own.",
            )
        for number, node in enumerate(nodes):
            is_last = number == len(nodes) - 1
            self._emit(node, within, follows if is_last else None, (follows or "") if is_last else self.id_of(nodes[number + 1]), depth)

    def _emit(self, node: dict[str, Any], within: str, follows: str | None, after: str, depth: int) -> None:
        """Write a node and what lies in it; ``after`` is the step behind it."""
        command, children = command_of(node), _enabled(node.get("children"))
        branches = _enabled(node.get("branches"))
        if is_stage(node):
            self._stage(node, depth)
        elif command == "try":
            self._attempt(node, within, after, depth)
        elif command in ("if", "elseif") or branches:
            self._decide(node, branches, within, after, depth)
        else:
            ends = {"throw": (Onward("", on_error=True),), "stoptask": (Onward(""),)}.get(command)
            self.write(node, within, title_of(node), kind_of(node), ends or _leads(follows))
            self.run(children, self.id_of(node), None, depth + 1)

    def _stage(self, node: dict[str, Any], depth: int) -> None:
        """A stage of a process: a form that somebody fills in, or a bot. Where it leads is told in it, and never by the order."""
        ends: list[dict[str, Any]] = []
        ways = tuple(_scheduled(_enabled(node.get("children")), "", ends, depth))
        onward = tuple(Onward(self.id_of(target) if isinstance(target, dict) else target, when) for target, when in ways)
        self.write(node, "", title_of(node), _stage_kind(node), onward or (Onward(""),))
        for end in ends:
            self.write(end, "", title_of(end), "end", (Onward(""),))

    def _decide(self, node: dict[str, Any], branches: list[dict[str, Any]], within: str, after: str, depth: int) -> None:
        """A condition with its other branches in it; the end of each leads to what comes after all of them."""
        own = self.id_of(node)
        for each, other in zip([node, *branches], [*branches, None], strict=True):
            children = _enabled(each.get("children"))
            if each is not node and command_of(each) == "else":
                self.run(children, own, after, depth + 1)
                continue
            yes = Onward(self.id_of(children[0]) if children else after, "Yes")
            no = Onward(after if other is None else self._entry(other, after), "No")
            self.write(each, within if each is node else own, title_of(each), "decision", (yes, no))
            self.run(children, self.id_of(each), after, depth + 1)

    def _entry(self, branch: dict[str, Any], after: str) -> str:
        """The step by which a branch is entered: ``else`` is none itself."""
        if command_of(branch) != "else":
            return self.id_of(branch)
        children = _enabled(branch.get("children"))
        return self.id_of(children[0]) if children else after

    def _attempt(self, node: dict[str, Any], within: str, after: str, depth: int) -> None:
        """What is tried, with what is done on each kind of error and in any case in it."""
        own, children, branches = self.id_of(node), _enabled(node.get("children")), _enabled(node.get("branches"))
        closing = next((each for each in branches if command_of(each) == "finally"), None)
        behind = self.id_of(closing) if closing is not None else after
        catches = [each for each in branches if each is not closing]
        ways = [Onward(self.id_of(children[0]) if children else behind)]
        ways += [Onward(self.id_of(each), _exception(each), on_error=True) for each in catches]
        self.write(node, within, title_of(node), "group", tuple(ways))
        self.run(children, own, behind, depth + 1)
        for each in catches:
            self.write(each, own, title_of(each), "exception", (Onward(behind),))
            self.run(_enabled(each.get("children")), self.id_of(each), None, depth + 2)
        if closing is not None:
            self.write(closing, own, title_of(closing), "group", (Onward(after),))
            self.run(_enabled(closing.get("children")), self.id_of(closing), None, depth + 2)

    def write(self, node: dict[str, Any], within: str, name: str, kind: str, onward: tuple[Onward, ...]) -> None:
        package = package_of(node)
        action = f"{package}: {_bare(node)}" if package else _bare(node)
        language = language_of(node) if kind == "code" else ""
        self.steps.append(Step(self.id_of(node), name, kind, action, kind == "human", self._part, within, language, onward))

    def id_of(self, node: dict[str, Any]) -> str:
        """The editor's own id, once in a bot; else the number of the step."""
        if id(node) not in self._ids:
            given = node.get("uid")
            own = given if isinstance(given, str) and given and given not in self._taken else f"step {len(self._ids) + 1}"
            self._taken.add(own)
            self._ids[id(node)] = own
        return self._ids[id(node)]


def is_stage(node: dict[str, Any]) -> bool:
    """Whether a node is a stage of a process; its package is called so in every process."""
    return _folded(package_of(node)) == "hbcworkflow"


def _stage_kind(node: dict[str, Any]) -> str:
    command = command_of(node)
    if command.startswith("initial"):
        return "start"
    if command == "exit":
        return "end"
    if re.search(r"form|approv|review|document|human|user|team", command):
        return "human"
    return "call" if re.search(r"bot|task|process|automation", command) else "action"


def _scheduled(
    nodes: list[dict[str, Any]], when: str, ends: list[dict[str, Any]], depth: int
) -> Iterator[tuple[str | dict[str, Any], str]]:
    """What a stage leads to, as an id or as an end's node, and on which answer; the ends are kept in ``ends`` as well."""
    for node in nodes:
        command, value = command_of(node), attributes_of(node).get("stepId")
        if command == "schedule":
            yield text_of(value), when
        elif command == "exit":
            ends.append(node)
            yield node, when
        elif depth < MAX_DEPTH:
            asked = command in ("if", "elseif")
            yield from _scheduled(_enabled(node.get("children")), (when or "Yes") if asked else when, ends, depth + 1)
            yield from _scheduled(_enabled(node.get("branches")), "No" if asked else when, ends, depth + 1)


def _leads(follows: str | None) -> tuple[Onward, ...]:
    return () if follows is None else (Onward(follows),)


def _enabled(nodes: object) -> list[dict[str, Any]]:
    found = [mapping(each) for each in sequence(nodes)]
    return [each for each in found if each and not is_off(each) and command_of(each) != "comment"]


def package_of(node: dict[str, Any]) -> str:
    """The package the action comes from, as the bot names it."""
    name = node.get("packageName")
    return name.strip() if isinstance(name, str) else ""


def command_of(node: dict[str, Any]) -> str:
    """The action's name without capitals: ``if``, ``try``, ``runtask``, ``loop.commands.start``."""
    return _bare(node).casefold()


def _bare(node: dict[str, Any]) -> str:
    name = node.get("commandName") or node.get("name")
    return name.strip() if isinstance(name, str) else ""


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def kind_of(node: dict[str, Any]) -> str:
    """The kind of a step that has no branches."""
    command, package = command_of(node), _folded(package_of(node))
    if package == "errorhandler" or command in ("throw", "catch"):
        return "exception"
    if command in _GROUPS:
        return "group"
    if command == "runtask" or (package == "taskbot" and command.startswith("run")):
        return "call"
    if command == "stoptask":
        return "end"
    if _is_asked(package, command):
        return "human"
    return "code" if language_of(node) else "action"


def _is_asked(package: str, command: str) -> bool:
    """Whether a person answers: a message box only tells, and closing or filling a form is the robot's work."""
    if package in ("messagebox", "comment") or re.match(r"close|hide|get|set|add|remove|update", command):
        return False
    if package == "prompt" or _ASKS.search(command):
        return True
    return package in _FORMS and re.search(r"display|show|create|request|open|form$|task$", command) is not None


def language_of(node: dict[str, Any]) -> str:
    """The language of an action that runs code written into the bot or kept beside it; empty for all others."""
    command = command_of(node)
    if "javascript" in command:
        return "javascript"
    if "close" in command or not _CODE.search(command):
        return ""
    return _LANGUAGES.get(_folded(package_of(node)), "")


def title_of(node: dict[str, Any]) -> str:
    """A step as the editor's list shows it: the title its author gave it, else package and action in words. Never a literal value."""
    attributes, command = attributes_of(node), command_of(node)
    if command == "step":
        return _line(text_of(attributes.get("title"))) or "Step"
    if is_stage(node):
        told = (text_of(attributes.get(name)) for name in ("stepTitle", "stepAlias", "stepStatus", "caseExit"))
        return _line(next((text for text in told if text.strip()), "")) or _line(_words(_bare(node)).capitalize()) or "Stage"
    if path := called_by(node):
        return _line(f"Run bot: {path.rpartition('/')[2]}")
    if command in ("if", "elseif"):
        return _line(f"{'If' if command == 'if' else 'Else if'} {_condition(node)}")
    if command == "catch":
        return f"Catch {_exception(node)}".strip()
    if _folded(package_of(node)) == "loop" and (iterator := attributes.get("iterator", {}).get("iteratorName")):
        return _line(f"Loop: {_words(str(iterator).rpartition('.')[2])}")
    package, words = package_of(node), _words(_bare(node))
    target = mapping(node.get("returnTo")).get("variableName")
    into = f" to ${target}$" if isinstance(target, str) and target else ""
    if not package or _folded(words) == _folded(package) or package == "ErrorHandler":
        return _line(f"{words[:1].upper()}{words[1:]}{into}") or "Action"
    return _line(f"{package}: {words}{into}") if words else package


def _words(command: str) -> str:
    """``promptForYesNo`` as one says it; what stands before the last point is the package once more."""
    parts = _WORDS.sub(" ", _PREFIX.sub("", command)).split()
    return " ".join(part if part.isupper() else part.lower() for part in parts)


def _condition(node: dict[str, Any]) -> str:
    """What a condition asks about: the variable it looks at, or the kind of condition."""
    for each in (mapping(one) for one in sequence(node.get("attributes"))):
        inner = attributes_of(each)
        asked = text_of(inner.get("variable"))
        if asked.startswith("$"):
            return asked
        if isinstance(kind := mapping(each.get("value")).get("conditionalName"), str):
            return _words(kind)
    return ""


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _exception(node: dict[str, Any]) -> str:
    """The kind of error a branch handles."""
    value = attributes_of(node).get("exceptionType", {})
    name = value.get("exceptionName") or text_of(value)
    return name if isinstance(name, str) else ""


def called_by(node: dict[str, Any]) -> str | None:
    """The path in the Control Room of the bot a node runs, or of the form a stage shows; None for paths made up while it runs."""
    if command_of(node) != "runtask" and _folded(package_of(node)) not in ("taskbot", "hbcworkflow"):
        return None
    for value in attributes_of(node).values():
        held = value.get("taskbotFile", value)
        if path := repository_path(text_of(held)):
            return path if "$" not in path else None
    return None
