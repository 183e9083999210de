"""TagUI flows: one step a line, blocks by indentation; what is no step of TagUI is JavaScript. A zip holds several with their tables."""

from __future__ import annotations

import csv
import io
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.arguments import Argument
from registry.formats.artefact import Artefact, decode
from registry.formats.fragments import addresses_in, host_of, hosts_in, ordered, paths_in, programs_in
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Reach, Step, ToSet

PLATFORM = "tagui"
KINDS = ("tagui-",)
MAX_FLOWS = 500
MAX_STEPS = 5_000
_MAX_LINE = 2_000  # characters of a line that are looked at
_MAX_TEXT = 2 * 1024 * 1024  # bytes of one flow, and of all
_MAX_TEXTS = 16 * 1024 * 1024
# The steps of TagUI 6 and what older flows still have, by what they are. Source: its reference of steps.
_ACTIONS = frozenset(
    [
        "click",
        "rclick",
        "dclick",
        "tap",
        "hover",
        "move",
        "type",
        "enter",
        "select",
        "choose",
        "read",
        "fetch",
        "show",
        "print",
        "save",
        "echo",
        "dump",
        "write",
        "snap",
        "table",
        "load",
        "wait",
        "upload",
        "download",
        "api",
        "keyboard",
        "mouse",
        "telegram",
        "timeout",
        "receive",
        "check",
    ]
)
_KINDS = {
    **dict.fromkeys(_ACTIONS, "action"),
    **dict.fromkeys(("if", "else if"), "decision"),
    **dict.fromkeys(("else", "for", "while", "frame", "popup"), "group"),
    **dict.fromkeys(("ask", "live"), "human"),
    "tagui": "call",
}
_CODE = {"py": "python", "js": "javascript", "dom": "javascript", "r": "r", "run": "shell", "vision": "python"}
_CONTROL = ("else if", "else", "if", "for", "while")
# What reads as a step may be a line of JavaScript that sets, calls or looks into something of that name.
_VERB = re.compile(rf"(?:({'|'.join(_CONTROL)})\b|({'|'.join([*_KINDS, *_CODE])})\b(?![.(]|\s*=[^=]))", re.IGNORECASE)
_SAYING = frozenset({"ask", "live", "echo", "print", "write", "dump", "telegram", "keyboard"})  # their words are values
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"(?:var\s+|let\s+|const\s+)?([A-Za-z_$][\w$]*)\s*=(?!=)")
_EXCEL = re.compile(r"\[[^\[\]]+\.xls[xm]?\][^!=]{1,80}![$A-Za-z0-9:`]+")
_BOOK = re.compile(r"\[([^\[\]]+\.xls[xm]?)\][^!=]{1,80}!", re.IGNORECASE)
_SUBFLOW = re.compile(r"^[ \t]*tagui\s+([^\r\n`]+?\.tag)\b", re.MULTILINE | re.IGNORECASE)
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z]\w*")  # begins with a letter that is none of English's
_FOREIGN_VERB = re.compile(r"[^\W\d_][\w-]*(?=\s+[\w#/`\"'(]|$)")  # in a flow that says it is in another language
_LANGUAGE = re.compile(r"^tagui_language\s*=\s*['\"](\w{1,40})['\"]", re.MULTILINE)
_COUNTED = re.compile(r"^[ \t]*for\s+\(?\s*(?:var\s+)?([A-Za-z_]\w*)\s*(?:from\b|=)", re.MULTILINE | re.IGNORECASE)
_SET = re.compile(r"(?:^|;)[ \t]*(?:js\s+)?(?:var\s+|let\s+|const\s+)?([A-Za-z_]\w*)\s*=(?!=)", re.MULTILINE)
_USED = re.compile(r"`([A-Za-z_]\w*)`")
_PARAMETER = re.compile(r"(?<![\w.'\"])(p[1-9])(?!\w)")
_OWN = frozenset(
    [
        "ask_result",
        "api_result",
        "run_result",
        "dom_result",
        "py_result",
        "r_result",
        "vision_result",
        "iteration",
        "flow_path",
        "mouse_x",
        "mouse_y",
        "api_json",
        "clipboard",
        "infinity",
    ]
)
_SECRET = re.compile(r"pass(?:word|wd|phrase)?$|pwd|secret|token|api_?key|pin_?code", re.IGNORECASE)
_MAPS = ("tagui_local.csv", "tagui_global.csv")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is no comment: its number from one, its indentation in characters, its words."""

    number: int
    indent: int
    text: str


def recognises(artefact: Artefact) -> bool:
    """A file called .tag, or a zip with one: the language has no mark of its own, so the name is part of the test."""
    if artefact.is_zip:
        return any(name.lower().endswith(".tag") for name in artefact.archive.names)
    return artefact.filename.lower().endswith(".tag") and not artefact.is_gzip


def inspect(artefact: Artefact) -> Inspection:
    """Read the flow, or all of a zip. Raises :class:`Unreadable`: ``tagui_not_a_flow`` for what only has the name of one, ``text_encoding``."""
    if not artefact.is_zip:
        name = posixpath.basename(artefact.filename.replace("\\", "/"))
        return _inspection(artefact, {name: artefact.text}, frozenset(), frozenset())
    archive = artefact.archive
    paths: list[str] = []
    left = _MAX_TEXTS
    for name in archive.names:
        if name.lower().endswith(".tag") and archive.size(name) <= min(left, _MAX_TEXT) and len(paths) < MAX_FLOWS:
            paths.append(name)
            left -= archive.size(name)
    flows = {path: text for path in paths if _looks_like(text := decode(archive.read(path), path))}
    return _inspection(artefact, flows, frozenset(_mapped(archive)), frozenset(archive.names))


def _inspection(artefact: Artefact, flows: Mapping[str, str], mapped: frozenset[str], names: frozenset[str]) -> Inspection:
    if not any(_looks_like(text) for text in flows.values()):
        raise Unreadable(
            "tagui_not_a_flow",
            "The file is called .tag, but no line of it is a step of TagUI.",
            where=artefact.filename,
            mend="Send the flow that TagUI runs: it visits an address, clicks, types or reads.",
        )
    code = {path: "\n".join(line.text for line in _lines(text)) for path, text in flows.items()}
    called = {path: tuple(ordered(_SUBFLOW.findall(text))) for path, text in code.items()}
    inside = {other for path, others in called.items() for other in (_beside(path, name, names) for name in others) if other}
    starts = [path for path in flows if path not in inside] or [*flows]
    whole, secrets = "\n".join(code.values()), [name for text in code.values() for name in _asked(text, mapped) if _SECRET.search(name)]
    return Inspection(
        platform=PLATFORM,
        kind="tagui-flow",
        entry_points=tuple(_start(path, code[path], mapped) for path in starts),
        dependencies=tuple(dict.fromkeys(_dependencies(called, names))),
        reach=_reach("\n".join(flows.values()), whole),
        to_set=ToSet(credentials=ordered(secrets)),
        steps=tuple(islice((step for path, text in flows.items() for step in _steps(path, text)), MAX_STEPS)),
        files=artefact.archive.files() if names else (),
        notes=_notes(whole),
    )


def _looks_like(text: str) -> bool:
    """A visited address, a step with what it needs, or the language of the flow; code and prose have none at the start of a line."""
    return any(
        _URL.match(line.text)
        or re.match(r"tagui_language\s*=", line.text)
        or re.match(
            r"(?:r|d)?click \S|(?:type|enter|select|choose) .+ as .|(?:read|fetch|show|load) .+ to \w|(?:snap|dump|write|echo|show|wait|hover|keyboard|api|live|ask)\b.|tagui \S+\.tag\b",
            line.text,
        )
        for line in _lines(text)
    )


def _lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        words = line.strip()[:_MAX_LINE]
        if words.strip("{} ") and not words.startswith("//"):
            yield _Line(number, len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip()), words)


def _beside(path: str, name: str, names: frozenset[str]) -> str | None:
    """The file of the zip that a flow calls by this name."""
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), name.replace("\\", "/")))
    return wanted if wanted in names else None


def _dependencies(called: Mapping[str, tuple[str, ...]], names: frozenset[str]) -> Iterator[Dependency]:
    for path, others in called.items():
        for name in others:
            yield Dependency("tagui-flow", name, included=_beside(path, name, names) is not None)


def _start(path: str, code: str, mapped: frozenset[str]) -> EntryPoint:
    return EntryPoint(path, tuple(Argument(name, "text") for name in _asked(code, mapped) if not _SECRET.search(name)))


def _asked(code: str, mapped: frozenset[str]) -> tuple[str, ...]:
    """Parameters ``p1`` to ``p9``, and the names in backticks that the flow sets nowhere: columns of the table it is run with."""
    made = {*_SET.findall(code), *_kept(code), *_COUNTED.findall(code), *_OWN, *mapped}
    return ordered(name for name in [*_PARAMETER.findall(code), *_USED.findall(code)] if name not in made)


def _mapped(archive: Archive) -> Iterator[str]:
    """What the object repository of the zip names: the first column of its tables; the others hold selectors, and secrets."""
    for path in archive.names:
        if posixpath.basename(path).lower() in _MAPS and archive.size(path) <= _MAX_TEXT:
            try:
                yield from (row[0].strip() for row in csv.reader(io.StringIO(decode(archive.read(path), path))) if row)
            except (csv.Error, Unreadable):
                continue


def _reach(text: str, code: str) -> Reach:
    visited = [host_of(f"https://{line.removeprefix('//')}") for line in code.splitlines() if line.lower().startswith("www.")]
    books = _BOOK.findall(code)
    return Reach(
        applications=ordered([*programs_in(code), "Microsoft Excel" if books else None]),
        hosts=ordered([*visited, *hosts_in(text)]),
        paths=ordered([*paths_in(code), *_files(code), *(book for book in books if "`" not in book)]),
        addresses=addresses_in(_without_values(code)),
    )


def _kept(code: str) -> Iterator[str]:
    """The variables into which steps put what they read."""
    for line in code.splitlines():
        if line.split(maxsplit=1)[0].lower() in ("read", "fetch", "load", "table", "save"):
            yield line.rpartition(" to ")[2].strip()


def _files(code: str) -> Iterator[str]:
    """The files that steps write, load and send, where their names are written out."""
    for line in code.splitlines():
        verb = line.split(maxsplit=1)[0].lower()
        name = ""
        if verb in ("snap", "table", "dump", "write", "download", "save", "echo"):
            name = line.partition(" ")[2].rpartition(" to ")[2] if " to " in line else ""
        elif verb == "load":
            name = line[len(verb) :].rpartition(" to ")[0]
        elif verb == "upload":
            name = line.rpartition(" as ")[2]
        if "`" not in name and re.search(r"\.\w{1,5}\s*$", name):
            yield name.strip()


def _notes(code: str) -> tuple[Note, ...]:
    language = _language(code)
    if not language:
        return ()
    return (Note("tagui_language", f"The flow is written in {language}: its steps are shown, not what each does."),)


def _language(code: str) -> str:
    """The language in which a flow says its steps are written; empty for English."""
    found = _LANGUAGE.search(code)
    return "" if found is None or found.group(1).lower() == "english" else found.group(1)


def _steps(path: str, text: str) -> Iterator[Step]:
    """Every line as a step, in the blocks that its indentation opens; code between ``begin`` and ``finish`` is one step."""
    seen: Counter[str] = Counter()
    around: list[tuple[int, str]] = []
    block, foreign = "", _FOREIGN_VERB if _language(text) else _FOREIGN
    for line in _lines(text):
        words = line.text.lower().split()
        if block:
            block = "" if words[:2] == [block, "finish"] else block
            continue
        if words[0] in _CODE and words[1:2] == ["begin"]:
            block = words[0]
        while around and line.indent <= around[-1][0]:
            around.pop()
        kind, action, name, language = _statement(line.text, foreign)
        base = re.sub(r"\s+", " ", name)[:100]
        seen[base] += 1
        identity = f"{base} ({seen[base]})" if seen[base] > 1 else base
        yield Step(identity, name[:200], kind, action, kind == "human", path, around[-1][1] if around else "", language)
        if kind in ("decision", "group"):
            around.append((line.indent, identity))


def _without_values(text: str) -> str:
    """Without what an address carries beside the place: a query, and who signs in."""
    return re.sub(r"(https?://)[^/\s@]*@", r"\1", re.sub(r"(https?://[^\s?]*)\?\S*", r"\1", text))


def _statement(text: str, foreign: re.Pattern[str]) -> tuple[str, str, str, str]:
    """Kind, action, name and language of a line. Names have no values: what is typed into a field may be a password."""
    if _URL.match(text):
        return "action", "visit", f"visit {_without_values(text)}", ""
    if found := _VERB.match(text):
        verb = found.group().lower()
        if verb in _CODE:
            return "code", verb, verb, _CODE[verb]
        if verb in _SAYING:
            return _KINDS[verb], verb, verb, ""
        target = _without_values(re.split(r"\s+as\s+", text[found.end() :].strip())[0])
        return _KINDS[verb], verb, f"{verb} {target}".strip(), ""
    if found := _ASSIGNMENT.match(text):
        return "action", "set", f"set {found.group(1)}", ""
    if found := _EXCEL.match(text):
        return "action", "excel", f"set {found.group(0)}", ""
    if found := foreign.match(text):
        return "action", found.group(0), found.group(0), ""
    return "code", "js", "js", "javascript"
