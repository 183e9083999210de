"""Holds what the readers find against the corpus' truth, and counts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.errors import RegistryError
from registry.formats import INSPECTORS, inspect
from registry.formats.model import Inspection

REFUSED = {"nupkg-plain": "nuget_plain_package", "xaml-wpf": "xaml_not_a_workflow", "publiccode-invalid": "publiccode_invalid"}
LATER = ("robocorp-", "sema4-", "robotframework-", "openrpa-", "tagui-", "jar-", "json-", "a360-", "aa-")


@dataclass
class Count:
    """Of one kind of thing: how many the truth has and were found, how many were told and are right."""

    there: int = 0
    found: int = 0
    told: int = 0
    right: int = 0

    def add(self, truth: set[str], told: set[str]) -> None:
        self.there += len(truth)
        self.found += len(truth & told)
        self.told += len(told)
        self.right += len(told & truth)

    def __str__(self) -> str:
        return f"{self.found}/{self.there} {self.right}/{self.told}"


@dataclass
class Row:
    """The score of one kind of artefact."""

    files: int = 0
    kind: int = 0
    name: int = 0
    version: int = 0
    dependencies: Count = field(default_factory=Count)
    entry_points: Count = field(default_factory=Count)
    applications: Count = field(default_factory=Count)


def score(corpus: Path) -> tuple[dict[str, Row], list[str]]:
    """A row for each kind of the platforms read, and what went wrong, in words."""
    rows: dict[str, Row] = defaultdict(Row)
    wrong: list[str] = []
    for line in (corpus / "TRUTH.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        kind = entry["truth"]["identify_as"]
        if kind.startswith(LATER):
            continue
        wrong += [f"{entry['path']}: {problem}" for problem in _file(rows[kind], corpus / entry["path"], kind, entry["truth"])]
    return rows, wrong


def _file(row: Row, path: Path, kind: str, truth: dict[str, Any]) -> Iterator[str]:
    row.files += 1
    try:
        read = inspect(path)
    except RegistryError as error:
        row.kind += error.code == REFUSED.get(kind)
        row.name, row.version = row.name + 1, row.version + 1
        if error.code != REFUSED.get(kind):
            yield f"refused with {error.code}"
        return
    for name, told, known in (
        ("kind", read.kind, kind),
        ("name", read.name, truth.get("name")),
        ("version", read.version, truth.get("version")),
    ):
        setattr(row, name, getattr(row, name) + (told == known))
        if told != known:
            yield f"{name} is {told!r}, not {known!r}"
    for name, counted, known, told in (
        ("dependencies", row.dependencies, needed(truth), {_plain(need.name) for need in read.dependencies}),
        ("entry points", row.entry_points, starts(truth), {_plain(point.name) for point in read.entry_points}),
        ("applications", row.applications, applications(truth), _told_applications(read)),
    ):
        counted.add(known, told)
        if known != told:
            yield f"{name}: missing {sorted(known - told)}, too much {sorted(told - known)}"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def needed(truth: dict[str, Any]) -> set[str]:
    """The names of everything an artefact needs, however the truth writes it for its platform."""
    found: set[str] = set()
    for key, value in (truth.get("dependencies") or {}).items():
        if key == "pypi":
            found |= {
                _plain(line.replace("(", " ").split(";")[0].split("=")[0].split("<")[0].split(">")[0].split("!")[0].split("~")[0])
                for line in value
            }
        elif key == "missing":
            found |= {_plain(solution.split(" (")[0]) for _, solution in value}
        elif isinstance(value, list):
            found |= {_plain(one["name"] if isinstance(one, dict) else one) for one in value}
        else:
            found.add(_plain(key))
    for project in truth.get("projects") or []:
        found |= needed(project)
    return found


def starts(truth: dict[str, Any]) -> set[str]:
    """Entry points by name. A library's are its public workflows (FORMATS 3.1), which the truth does not list."""
    if truth.get("output_type") == "Library":
        return {_plain(name) for name in truth.get("public_activities") or []}
    found = {_plain(point["file"] if isinstance(point, dict) else point) for point in truth.get("entry_points") or []}
    for project in truth.get("projects") or []:
        found |= {_plain(f"{project['path'].rpartition('/')[0]}/{point['file']}") for point in project["entry_points"]}
    return found


def applications(truth: dict[str, Any]) -> set[str]:
    """Programs, hosts and connectors."""
    return {
        _plain(one["process"] + ".exe" if isinstance(one, dict) else one)
        for one in truth.get("target_apps") or []
        if not isinstance(one, dict) or one.get("process")
    }


def _told_applications(read: Inspection) -> set[str]:
    return {_plain(name) for name in read.reach.applications}


def table(rows: dict[str, Row]) -> str:
    """The score as lines of text: for the last three, found/there and right/told."""
    lines = [f"{'kind':<28}{'files':>6}{'kind':>6}{'name':>6}{'vers.':>6}  {'dependencies':<18}{'entry points':<24}applications"]
    for kind, row in sorted(rows.items()):
        lines.append(
            f"{kind:<28}{row.files:>6}{row.kind:>6}{row.name:>6}{row.version:>6}  {row.dependencies!s:<18}{row.entry_points!s:<24}{row.applications}"
        )
    return "\n".join(lines)


def platforms() -> set[str]:
    """The platforms that are read."""
    return {inspector.PLATFORM for inspector in INSPECTORS}
