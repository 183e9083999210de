"""Robin, the language in which desktop flows are kept: one statement a line."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from registry.errors import Unreadable
from registry.formats.arguments import Argument
from registry.formats.artefact import Artefact, decode
from registry.formats.fragments import addresses_in, host_of, hosts_in, ordered, paths_in
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Reach, Step, ToSet
from registry.formats.power_automate.statements import UNNAMED, action_of, steps_of

MAX_STEPS = 5_000
_CERTAIN = re.compile(
    r"^[ \t]*(?:@@[A-Za-z]+: |@(?:INPUT|OUTPUT) \w+ ?:|@SENSITIVE: \[|IMPORT '.+' AS \w+|[A-Z][A-Za-z0-9]*\.[A-Z][A-Za-z0-9_.]* [A-Z]\w*: )",
    re.MULTILINE,
)
_LIKELY = re.compile(
    r"^[ \t]*(?:CALL \w+|ON BLOCK ERROR\b.*|ON ERROR\b.*|\*\*REGION .*|SET \w+ TO .+|IF .+ THEN|GOTO '?\w+'?|LABEL '?\w+'?|FUNCTION \w+ GLOBAL|LOOP (?:FOREACH|WHILE) .+)[ \t\r]*$",
    re.MULTILINE,
)
_ARGUMENT = re.compile(r"^@(INPUT|OUTPUT) (\w+) ?: ?(\{.*\})?", re.MULTILINE)
_FUNCTION = re.compile(r"^[ \t]*FUNCTION ('[^']+'|\w+)", re.MULTILINE)
_TYPE = re.compile(r"'Type': '([^']*)'")
_DESCRIPTION = re.compile(r"'Description': '([^']*)'")
_OPTIONAL = re.compile(r"'(?:IsOptional|Optional)': (?:'true'|true|\$'''true''')", re.IGNORECASE)
_PROGRAM = re.compile(r"(?:ApplicationPath|Path|ExecutablePath): \$?'+([^'\r\n]+\.exe)'+", re.IGNORECASE)
_CREDENTIAL = re.compile(r"\bGetCredential\w*(?:\.\w+){0,3} .{0,500}?(?:Credential|CredentialName|Name): \$?'+([^'\r\n]+)'+")
_VARIABLE = re.compile(r"\bGetEnvironmentVariable(?:\.\w+){0,3} Name: \$?'+([^'\r\n]+)'+")
# One that nobody closes reaches the end; it begins a line, as addresses such as https://host/#/page hold the same signs.
_COMMENT = re.compile(r"^[ \t]*/#.*?(?:#/|\Z)", re.DOTALL | re.MULTILINE)
_BROWSER = re.compile(r"^[ \t]*WebAutomation\.(?:Launch|AttachTo)(Chrome|Edge|Firefox|InternetExplorer)", re.MULTILINE)
_BROWSERS = {"Chrome": "chrome.exe", "Edge": "msedge.exe", "Firefox": "firefox.exe", "InternetExplorer": "iexplore.exe"}
_BARE_URL = re.compile(
    r"\b(?:Tab)?Url: \$?(?:fx)?'+((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24})(?=['/:?#])"
)  # browsers take them without https://
_QUEUE = re.compile(r"^[ \t]*(?:LOOP WHILE \()?WorkQueues\.[\w.]+ .{0,500}?\bWorkQueue: \$?(?:fx)?'+([^'%=\r\n]+)'", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Script:
    """What one script says."""

    actions: tuple[str, ...]
    inputs: tuple[Argument, ...]
    outputs: tuple[Argument, ...]
    subflows: tuple[str, ...]
    steps: tuple[Step, ...]
    reach: Reach
    to_set: ToSet

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules of actions that the script needs; ``External`` is the calling of other flows."""
        return ordered(action.split(".")[0] for action in self.actions if not action.startswith("External."))


def looks_like(head: bytes) -> bool:
    """One statement that no other language writes so, or three that are likely; never JSON, and never Robot Framework."""
    try:
        text = decode(head[: len(head) // 2 * 2])
    except Unreadable:
        text = head.decode("utf-8", "ignore")
    if text.lstrip()[:1] in ("{", "[", "<") or re.search(r"^\*\*\* ?\w", text, re.MULTILINE) or "\0" in text:
        return False
    certain = list(_CERTAIN.findall(text))
    return bool(certain) or len(_LIKELY.findall(text)) >= 3


def inspect_text(artefact: Artefact) -> Inspection:
    """A flow or subflow as copied out of the designer: it has neither name nor version."""
    script = read(artefact.text)
    starts = [EntryPoint(name) for name in script.subflows] or [EntryPoint(UNNAMED, script.inputs, script.outputs)]
    return Inspection(
        platform="power_automate",
        kind="pad-robin",
        entry_points=tuple(starts),
        dependencies=tuple(Dependency("pad-module", module) for module in script.modules),
        reach=script.reach,
        to_set=script.to_set,
        steps=script.steps[:MAX_STEPS],
        notes=(Note("name_not_in_file", "Text copied from the designer carries no name; give the module one."),),
    )


def read(text: str, flow: str = "") -> Script:
    """Read a script; ``flow`` is its name where several stand in one artefact, and goes before what its steps are told by."""
    code = _COMMENT.sub("", text)
    arguments = list(_arguments(code))
    subflows = ordered(name.strip("'") for name in _FUNCTION.findall(code))
    actions = (action_of(line.strip()) for line in code.splitlines())
    browsers = (_BROWSERS[name] for name in _BROWSER.findall(code))
    programs = ordered([*(ntpath.basename(path).lower() for path in _PROGRAM.findall(code)), *browsers])
    hosts = ordered([*hosts_in(code), *(host_of(f"x://{name.lower()}") for name in _BARE_URL.findall(code))])
    return Script(
        actions=ordered(actions),
        inputs=tuple(argument for direction, argument in arguments if direction == "INPUT"),
        outputs=tuple(argument for direction, argument in arguments if direction == "OUTPUT"),
        subflows=subflows,
        steps=tuple(steps_of(code, flow)),
        reach=Reach(programs, hosts, paths_in(code.replace("\\\\", "\\")), addresses_in(code)),
        to_set=ToSet(
            credentials=ordered(_CREDENTIAL.findall(code)),
            queues=ordered(_QUEUE.findall(code)),
            environment_variables=ordered(_VARIABLE.findall(code)),
        ),
    )


def _arguments(code: str) -> Iterator[tuple[str, Argument]]:
    for direction, name, detail in _ARGUMENT.findall(code):
        kind, note = _TYPE.search(detail), _DESCRIPTION.search(detail)
        required = None if direction == "OUTPUT" else not _OPTIONAL.search(detail)
        yield direction, Argument(name, kind.group(1) if kind else "", required, note.group(1) if note else "")
