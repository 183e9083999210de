"""Coded workflows: C# classes whose ``Execute`` Studio runs as it runs a drawn workflow, and the code beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from registry.formats.arguments import Argument
from registry.formats.model import EntryPoint, Step
from registry.formats.uipath.activities import kind_of

MAX_CALLS = 1_000  # of a file that are shown
_COMMENT = re.compile(r"^[ \t]*//.*?$|/\*.*?(?:\*/|\Z)", re.MULTILINE | re.DOTALL)
_CLASS = re.compile(r"\bclass\s+(\w+)\s*:\s*[\w.,\s<>]{0,200}\bCoded(?:Workflow|TestCase)\w*")
_ANY_CLASS = re.compile(r"\bclass\s+(\w+)")
_OURS = re.compile(r"\busing\s+UiPath\.CodedWorkflows\s*;")
_ENTRY = re.compile(
    r"\[(?:Workflow|TestCase)\b[^\]]{0,200}\]\s{0,50}(?:\[[^\]]{0,200}\]\s{0,50}){0,5}public\s{1,20}(?:(?:override|virtual|async|static)\s{1,20}){0,3}"
    r"(\([^()]{0,2000}\)|[\w.<>\[\],? ]{1,300}?)\s{1,20}\w+\s{0,20}\(([^()]{0,4000})\)"
)
_CALL = re.compile(
    r"\bRunWorkflow\s{0,5}\(\s{0,50}@?\"([^\"\n]{1,200})\"|\bworkflows\.(\w+)\s{0,5}\(|\bcatch\s{0,5}\(\s{0,5}([\w.]+)|\b\w+\.(\w+)\s{0,5}\("
)
_SETTING = re.compile(r"\.(\w+)\s{0,5}\(\s{0,50}@?\"([^\"\n]{1,200})\"")
_ASSETS = frozenset({"GetAsset", "SetAsset", "GetRobotAsset"})
_CREDENTIALS = frozenset({"GetCredential", "GetRobotCredential", "SetCredential"})
_QUEUES = frozenset({"AddQueueItem", "AddTransactionItem", "GetQueueItem", "GetQueueItems", "BulkAddQueueItems", "WaitQueueItem"})


@dataclass(frozen=True, slots=True)
class Coded:
    """What one source file says; ``entry_point`` is None for code that is no workflow."""

    entry_point: EntryPoint | None
    steps: tuple[Step, ...]
    assets: tuple[str, ...]
    credentials: tuple[str, ...]
    queues: tuple[str, ...]


def read_code(path: str, text: str) -> Coded:
    """Read the C# of ``path``."""
    code = _COMMENT.sub("", text)
    found, entry = _CLASS.search(code), _ENTRY.search(code)
    if found is None and entry and _OURS.search(code):  # derived from a project's own class, as frameworks have it
        found = _ANY_CLASS.search(code)
    named = [(match.group(1), match.group(2)) for match in _SETTING.finditer(code)]
    return Coded(
        entry_point=EntryPoint(path, tuple(_inputs(entry.group(2))), tuple(_outputs(entry.group(1)))) if found and entry else None,
        steps=tuple(_steps(path, found.group(1) if found else path.rpartition("/")[2], code)),
        assets=tuple(name for called, name in named if called in _ASSETS),
        credentials=tuple(name for called, name in named if called in _CREDENTIALS),
        queues=tuple(name for called, name in named if called in _QUEUES),
    )


def _steps(path: str, name: str, code: str) -> Iterator[Step]:
    """The code as one step, and in it the workflows it calls, what it asks of people and the errors it handles."""
    yield Step(path, name, "code", "C#", part=path, language="csharp")
    told = 0
    for match in _CALL.finditer(code):
        file, workflow, caught, method = match.groups()
        if file or workflow:
            name, kind, action = file or workflow, "call", f"UiPath RunWorkflow: {file or workflow}".replace("\\", "/")
        elif caught:
            name, kind, action = f"catch {caught}", "exception", "catch"
        elif kind_of(method, {}) == "human":
            name, kind, action = method, "human", f"UiPath {method}"
        else:
            continue
        yield Step(f"{path}#{told}", name, kind, action, kind == "human", path, within=path)
        told += 1
        if told >= MAX_CALLS:
            return


def _inputs(written: str) -> Iterator[Argument]:
    """``string in_Case, int in_Days = 3``: what has a default is not required."""
    for part in _split(written):
        declared, has_default, _ = part.partition("=")
        kind, _, name = declared.strip().rpartition(" ")
        if kind:
            yield Argument(name, kind.strip(), not has_default)


def _outputs(written: str) -> Iterator[Argument]:
    """A tuple gives each of its members by name; one value is called ``Output`` by Studio."""
    written = written.strip()
    if written.startswith("("):
        for part in _split(written[1:-1]):
            kind, _, name = part.strip().rpartition(" ")
            yield Argument(name, kind.strip())
    elif written not in ("void", "Task"):
        yield Argument("Output", written)


def _split(written: str) -> Iterator[str]:
    """At commas that stand in no ``<...>``."""
    part, depth = "", 0
    for character in written:
        depth += {"<": 1, ">": -1}.get(character, 0)
        if character == "," and depth <= 0:
            yield part
            part = ""
        else:
            part += character
    if part.strip():
        yield part
