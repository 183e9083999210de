"""The statements of a desktop flow as steps: subflow by subflow, what lies in what, and where errors lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from registry.errors import Unreadable
from registry.formats.model import Onward, Step

MAX_DEPTH = 60
MAX_NAME = 120
UNNAMED = "subflow (name not in file)"  # a copied subflow does not carry its own name
_ACTION = re.compile(r"^([A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9_]*)+)(?=\s|$)")
_ASKED = re.compile(r"^WAIT \(([A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9_]*)+)(?=[\s)])")
_FUNCTION = re.compile(r"^FUNCTION ('[^']+'|\w+)")
_ESCAPED = re.compile(r"\\.")  # a quote in a text, and the backslash with which a path may end
_CASE = re.compile(r"^CASE\s*=?\s*(.*)$")
_HUMAN = (
    "Display.InputDialog",
    "Display.SelectFromListDialog",
    "Display.SelectFile",
    "Display.SelectFolder",
    "Display.SelectDate",
    "Display.ShowCustomDialog",
    "Display.ShowMessageDialog",
    "Display.ShowMessage",
)
_LANGUAGES = {
    "Scripting.RunPowershellScript": "powershell",
    "Scripting.RunPythonScript": "python",
    "Scripting.RunVBScript": "vbscript",
    "Scripting.RunJavascript": "javascript",
    "Scripting.RunDotNetScript": "csharp",  # unless it says otherwise
    "System.RunPowershellScript": "powershell",
    "System.RunDOSCommand": "batch",
    "WebAutomation.ExecuteJavascript": "javascript",
    "WebAutomation.RunJavascript": "javascript",
    "Database.ExecuteSqlStatement": "sql",
}


@dataclass
class _Statement:
    """One statement with what it surrounds: in branches where it decides, else in its body."""

    id: str
    name: str
    kind: str
    action: str
    language: str = ""
    branches: list[tuple[str, list[_Statement]]] = field(default_factory=list)
    body: list[_Statement] = field(default_factory=list)
    rescue: str = ""  # id of the statement that handles its error
    to_label: str = ""


def action_of(line: str) -> str:
    """The action that a line calls, ``Module.Action``, or an empty string."""
    found = _ACTION.match(line)
    return found.group(1) if found else ""


def _asked_of(line: str) -> str:
    """The action whose answer is waited for: ``WAIT (File.WaitForFile.Created File: Name) FOR 30``."""
    found = _ASKED.match(line)
    return found.group(1) if found else ""


def steps_of(code: str, flow: str = "") -> Iterator[Step]:
    """Every step; ``flow`` is the flow's name where several stand in one artefact, and goes before the ids and names of parts."""
    reading = _Reading(f"{flow}/" if flow else "")
    for at, line in _lines(code):
        reading.take(at, line)
    main = "Main" if flow or len(reading.subflows) > 1 else UNNAMED
    for name, statements in reading.subflows.items():
        part = f"{flow} / {name or main}" if flow else name or main
        yield from _emitted(statements, part, "", None, reading.labels[name])


def _lines(code: str) -> Iterator[tuple[int, str]]:
    """Statements with their line's number: a text in quotes may go over several lines."""
    waiting: list[str] = []
    lines = code.splitlines()
    last = max((number for number, line in enumerate(lines) if _toggles(line)), default=-1)
    for number, line in enumerate(lines):
        inside = bool(waiting)
        waiting.append(line)
        if inside == _toggles(line) or number > last:
            yield number + 2 - len(waiting), waiting[0].strip()
            waiting = []


def _toggles(line: str) -> bool:
    """Whether a text in three quotes begins in the line and does not end there, or the other way round."""
    return _ESCAPED.sub("", line).count("'''") % 2 == 1


class _Reading:
    def __init__(self, prefix: str) -> None:
        self.subflows: dict[str, list[_Statement]] = {"": []}  # by name, the main flow under none
        self.labels: dict[str, dict[str, str]] = {"": {}}  # by subflow: label -> id of the statement behind it
        self._prefix = prefix
        self._at = self.subflows[""]
        self._around: list[tuple[_Statement, list[_Statement]]] = []  # the statement, and where it stands itself
        self._marked: list[str] = []
        self._name = ""
        self._is_off = False  # whether the statement before is switched off

    def take(self, number: int, line: str) -> None:
        """The next statement."""
        word = line.split(" ", 1)[0]
        was_off, self._is_off = self._is_off, word == "DISABLE" or (self._is_off and not line)
        if was_off and line.startswith("ON ERROR"):
            self._leave_out()
        elif function := _FUNCTION.match(line):
            self._enter(function.group(1).strip("'"))
        elif line == "END FUNCTION":
            self._enter("")
        elif word == "END" and self._around:
            self._at = self._around.pop()[1]
        elif word in ("ELSE", "CASE", "DEFAULT") and self._around and self._around[-1][0].kind == "decision":
            self._branch(line)
        elif word == "LABEL":
            self._marked.append(line.partition(" ")[2].strip("' "))
        elif statement := _statement(f"{self._prefix}{number}", word, line):
            self._add(statement, word)

    def _enter(self, name: str) -> None:
        self._around, self._marked, self._name = [], [], name
        self._at = self.subflows.setdefault(name, [])
        self.labels.setdefault(name, {})

    def _leave_out(self) -> None:
        """Read what handles the error of a statement that is switched off, and keep nothing of it."""
        self._around.append((_Statement("", "", "exception", ""), self._at))
        self._at = []

    def _branch(self, line: str) -> None:
        case = _CASE.match(line)
        label = case.group(1).strip("$' ") if case else line.removesuffix(" THEN")
        label = label.capitalize() if label in ("ELSE", "DEFAULT") else label[:MAX_NAME]
        self._at = []
        self._around[-1][0].branches.append((label, self._at))

    def _add(self, statement: _Statement, word: str) -> None:
        self.labels[self._name].update(dict.fromkeys(self._marked, statement.id))
        self._marked = []
        if statement.name.startswith("ON ERROR") and self._at:
            self._at[-1].rescue = statement.id
        self._at.append(statement)
        if word in ("IF", "SWITCH", "LOOP", "BLOCK", "ON"):
            if len(self._around) >= MAX_DEPTH:
                raise Unreadable(
                    "flow_too_deep", f"The flow's actions are nested deeper than {MAX_DEPTH}.", mend="Move inner parts into subflows."
                )
            self._around.append((statement, self._at))
            self._at = statement.body
            if word == "IF":
                statement.branches.append(("Then", self._at))


def _statement(identifier: str, word: str, line: str) -> _Statement | None:
    """What a line does, or None for what is no step."""
    shown = " ".join(line.split())[:MAX_NAME]
    if action := action_of(line):
        language = _language(action, line)
        kind = "human" if action.startswith(_HUMAN) else "call" if action.startswith("External.") else "code" if language else "action"
        return _Statement(identifier, action, kind, action, language)
    if word == "GOTO":
        return _Statement(identifier, shown, "action", shown, to_label=line.partition(" ")[2].strip("' "))
    if word == "THROW" or line.startswith(("ON ERROR", "ON BLOCK ERROR")) or word == "BLOCK":
        return _Statement(identifier, shown, "exception", shown)
    if word == "EXIT" and not line.startswith("EXIT LOOP"):
        return _Statement(identifier, shown, "end", shown)
    if word == "WAIT":
        return _Statement(identifier, shown, "event", _asked_of(line) or shown)
    known = {"CALL": "call", "IF": "decision", "SWITCH": "decision", "LOOP": "group"}.get(word)
    return _Statement(identifier, shown, known, shown) if known else None


def _language(action: str, line: str) -> str:
    module, _, name = action.partition(".")
    language = _LANGUAGES.get(f"{module}.{name.split('.')[0]}", "")
    return "vbnet" if language == "csharp" and re.search(r"Language: \S*VB", line) else language


def _emitted(statements: list[_Statement], part: str, within: str, follows: str | None, labels: dict[str, str]) -> Iterator[Step]:
    """Statements one after the other; ``follows`` is where the last leads, None where that is told by the step around."""
    for number, statement in enumerate(statements):
        behind = [each.id for each in statements[number + 1 : number + 3]]
        if behind and behind[0] == statement.rescue:
            behind = behind[1:]
        after = behind[0] if behind else follows or ""
        onward = _onward(statement, after, labels)
        if not onward and not behind and follows is not None:
            onward = (Onward(follows),)
        yield Step(
            statement.id,
            statement.name,
            statement.kind,
            statement.action,
            statement.kind == "human",
            part,
            within,
            statement.language,
            onward,
        )
        for inner, leads in _inside(statement, after):
            yield from _emitted(inner, part, statement.id, leads, labels)


def _inside(statement: _Statement, after: str) -> Iterator[tuple[list[_Statement], str | None]]:
    """What a statement surrounds, and where its end leads."""
    if statement.name.startswith("BLOCK"):
        yield from (([handler], after) for handler in _handlers(statement))
        yield _tried(statement), after
    elif statement.branches:
        yield from ((branch, after) for _, branch in statement.branches)
    else:
        yield statement.body, None


def _onward(statement: _Statement, after: str, labels: dict[str, str]) -> tuple[Onward, ...]:
    if statement.to_label:
        return (Onward(labels.get(statement.to_label, "")),)
    if statement.kind == "end":
        return (Onward(""),)
    if statement.name.startswith("THROW"):
        return (Onward("", on_error=True),)
    if statement.kind == "decision":
        ways = [Onward(branch[0].id, label) for label, branch in statement.branches if branch]
        otherwise = "Default" if statement.name.startswith("SWITCH") else "Else"
        is_told = any(label == otherwise and branch for label, branch in statement.branches)
        return (*ways, *(() if is_told else (Onward(after, otherwise),)))
    if statement.name.startswith("BLOCK"):
        tried, handlers = _tried(statement), _handlers(statement)
        return (
            *(Onward(each.id) for each in tried[:1]),
            *(() if tried else (Onward(after),)),
            *(Onward(each.id, on_error=True) for each in handlers),
        )
    return (Onward(after), Onward(statement.rescue, on_error=True)) if statement.rescue else ()


def _handlers(block: _Statement) -> list[_Statement]:
    return [each for each in block.body if each.name.startswith("ON BLOCK ERROR")]


def _tried(block: _Statement) -> list[_Statement]:
    return [each for each in block.body if not each.name.startswith("ON BLOCK ERROR")]
