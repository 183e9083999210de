"""What the Robot Framework files of an artefact say together: what is started, needed, reached and set."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from registry.formats.arguments import Argument
from registry.formats.fragments import addresses_in, hosts_in, ordered, paths_in, programs_in
from registry.formats.model import Dependency, EntryPoint, Reach, Step, ToSet
from registry.formats.robot_framework.steps import Known, calls, plain, steps_of
from registry.formats.robot_framework.suite import Block, Row, Suite, joined, read_suite

MAX_STEPS = 5_000
_VARIABLE = re.compile(r"\$\{([^{}]+)\}")
_ENVIRONMENT = re.compile(r"%\{([A-Za-z_][A-Za-z0-9_]*)(?:=[^}]*)?\}")
_NAMED = re.compile(r"^(?:name|secret_name|variable|asset_name)=", re.IGNORECASE)
_VAULT = re.compile(r"^(?:robocorp_|robocloud_)?vault_name=(.+)", re.IGNORECASE)  # the libraries of clouds take their secret from it
_SERVER = re.compile(r"^(?:\w+_)?(?:server|host|hostname)=((?:[\w-]+\.)+[A-Za-z]{2,24})$", re.IGNORECASE)
_TYPED = re.compile(r"^[$@&]\{([^}:=]+)(?::\s*([^}]+))?\}(=?)")
# What a library that drives one program tells of it.
_DRIVES = {
    "rpa.excel.application": "Microsoft Excel",
    "rpa.word.application": "Microsoft Word",
    "rpa.outlook.application": "Microsoft Outlook",
    "rpa.sap": "SAP GUI",
    "sapguilibrary": "SAP GUI",
    "rpa.salesforce": "Salesforce",
}
_ENVIRONMENTS = frozenset({"getenvironmentvariable"})
_SECRETS = frozenset({"getsecret"})
_ASSETS = frozenset({"gettextasset", "getjsonasset", "getbytesasset", "getfileasset"})
_WORK_ITEMS = re.compile(r"^(?:rpa\.robocorp\.workitems|robocorp\.workitems|rpa\.robocloud\.items)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Content:
    """What the files say. ``takes_work_items`` tells that the work comes from a queue whose name is set outside."""

    suites: Mapping[str, Suite]
    dependencies: tuple[Dependency, ...]
    reach: Reach
    to_set: ToSet
    steps: tuple[Step, ...]
    takes_work_items: bool


def read_content(texts: Mapping[str, str], names: Iterable[str] = ()) -> Content:
    """Read the files, text by path; ``names`` are all files of the artefact."""
    suites = {path: read_suite(text) for path, text in texts.items()}
    text = "\n".join(texts.values())
    libraries = [row.cells[1] for suite in suites.values() for row in suite.settings if row.cells[0] == "library" and len(row.cells) > 1]
    return Content(
        suites=suites,
        dependencies=tuple(dict.fromkeys(_dependencies(suites, frozenset(names)))),
        reach=Reach(
            applications=ordered([*programs_in(text), *(_DRIVES.get(library.lower()) for library in libraries)]),
            hosts=ordered([*hosts_in(text), *(cell.lower() for suite in suites.values() for cell in _given(suite, _SERVER))]),
            paths=paths_in(text.replace("\\\\", "\\")),  # a backslash is written twice
            addresses=addresses_in(text),
        ),
        to_set=_to_set(suites, text),
        steps=tuple(islice(_steps(suites), MAX_STEPS)),
        takes_work_items=any(_WORK_ITEMS.match(library) for library in libraries),
    )


def _dependencies(suites: Mapping[str, Suite], names: frozenset[str]) -> Iterator[Dependency]:
    ends = frozenset("/".join(parts[start:]) for name in names for parts in [name.split("/")] for start in range(len(parts)))
    for path, suite in suites.items():
        for row in suite.settings:
            if row.cells[0] not in ("library", "resource", "variables") or len(row.cells) < 2 or not row.cells[1]:
                continue
            wanted = row.cells[1]
            if row.cells[0] == "library":
                yield Dependency("robot-library", wanted, included=_is_inside(wanted, path, ends, library=True))
            else:
                yield Dependency("robot-resource", wanted, included=_is_inside(wanted, path, ends))


def _is_inside(wanted: str, path: str, ends: frozenset[str], *, library: bool = False) -> bool:
    """Whether the artefact carries it: beside the file, or anywhere, as Robot Framework looks along PYTHONPATH.

    ``ends`` are the paths of all its files and how these end, folder by folder.
    """
    clean = wanted.replace("${/}", "/").replace("${CURDIR}", ".").replace("${EXECDIR}", ".").replace("\\", "/")
    clean = clean if "$" not in clean else clean.rpartition("}")[2].lstrip("/")
    if library and "/" not in clean and not clean.endswith(".py"):
        module = clean.replace(".", "/")
        return f"{module}.py" in ends or f"{module}/__init__.py" in ends
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), clean))
    anywhere = posixpath.normpath(clean).lstrip("./")
    return any(found in ends for found in (beside, f"{beside}/__init__.py", anywhere))


def _steps(suites: Mapping[str, Suite]) -> Iterator[Step]:
    blocks = [(path, block) for path, suite in suites.items() for block in (*suite.tasks, *suite.keywords) if block.rows or block.settings]
    known = Known.of([block for suite in suites.values() for block in suite.keywords])
    often = Counter(block.name for _, block in blocks)
    seen: Counter[str] = Counter()
    for path, block in blocks:
        part = block.name if often[block.name] == 1 else f"{path}: {block.name}".removeprefix(": ")
        seen[part] += 1
        yield from steps_of(block, part if seen[part] == 1 else f"{part} ({seen[part]})", known)


def _to_set(suites: Mapping[str, Suite], text: str) -> ToSet:
    credentials: list[str] = []
    assets: list[str] = []
    variables: list[str] = []
    everywhere = {name: value for suite in suites.values() for name, value in _values(suite).items()}
    for suite in suites.values():
        values = {**everywhere, **_values(suite)}
        credentials += (_resolved(cell, values) for cell in _given(suite, _VAULT))
        for row in _rows(suite):
            for cells in calls(row):
                own = plain(cells[0].rpartition(".")[2])
                found = credentials if own in _SECRETS else assets if own in _ASSETS else variables if own in _ENVIRONMENTS else None
                if found is not None and len(cells) > 1:
                    found.append(_resolved(_NAMED.sub("", cells[1]), values))
    named = [name for name in credentials if "{" not in name]
    return ToSet(
        credentials=ordered(named),
        assets=ordered(name for name in assets if "{" not in name),
        environment_variables=ordered([*_ENVIRONMENT.findall(text), *(name for name in variables if "{" not in name)]),
    )


def _given(suite: Suite, named: re.Pattern[str]) -> Iterator[str]:
    """The values of the named arguments of this form, which libraries take where they are imported and keywords where they are called."""
    for row in (*suite.settings, *_rows(suite)):
        for cell in row.cells:
            if found := named.match(cell):
                yield found.group(1)


def _rows(suite: Suite) -> Iterator[Row]:
    for block in (*suite.tasks, *suite.keywords):
        yield from block.rows
        yield from (block.settings[name] for name in ("setup", "teardown") if name in block.settings)
    yield from (Row(row.line, row.cells[1:]) for row in suite.settings if row.cells[0] in ("setup", "teardown") and len(row.cells) > 1)


def _values(suite: Suite) -> dict[str, str]:
    """The variables of the file that have one literal value."""
    return {
        plain(row.cells[0].rstrip("= ")): row.cells[1]
        for row in suite.variables
        if len(row.cells) == 2 and row.cells[0].startswith("${") and "{" not in row.cells[1]
    }


def _resolved(cell: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: values.get(plain(found.group(0)), found.group(0)), cell)


def tasks_of(suite: Suite) -> Iterator[EntryPoint]:
    """Tasks and tests; of a file that has none the keywords, which others call, with their arguments."""
    seen = set()
    for block in suite.tasks or suite.keywords:
        if block.name not in seen:
            seen.add(block.name)
            outputs = () if suite.tasks else tuple(_outputs(block))
            yield EntryPoint(block.name, () if suite.tasks else tuple(_inputs(block)), outputs, _documentation(block))


def _documentation(block: Block) -> str:
    row = block.settings.get("documentation")
    return joined(row.cells)[:2_000] if row else ""


def _inputs(block: Block) -> Iterator[Argument]:
    row = block.settings.get("arguments")
    for cell in row.cells if row else ():
        if found := _TYPED.match(cell):
            yield Argument(found.group(1).strip(), (found.group(2) or "").strip(), not found.group(3) and cell.startswith("$"))
    for name in re.findall(r"\$\{([^}:]+)[^}]*\}", block.name):
        yield Argument(name.strip(), required=True)


def _outputs(block: Block) -> Iterator[Argument]:
    returned: list[tuple[str, ...]] = [row.cells[1:] for row in block.rows if row.cells[0] == "RETURN"]
    if "return" in block.settings:
        returned.append(block.settings["return"].cells)
    longest = sorted(returned, key=len)[-1] if returned else ()
    for number, cell in enumerate(longest, 1):
        name = re.fullmatch(r"[$@&]\{([\w ]+)\}", cell)
        yield Argument(name.group(1) if name else f"result {number}" if number > 1 else "result")
