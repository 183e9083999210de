"""Holds what the readers find in a corpus of real files against its truth, and counts what is found and what is right."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.errors import RegistryError, Unreadable
from registry.formats import inspect
from registry.formats.model import Dependency, Inspection
from registry.formats.scoring.truth import Expected, expected, nameless, package, plain, program

TRUTH = "TRUTH.jsonl"
ALL = "all"
# Of these the truth holds only some ("contains at least"): what is told beyond it may be right.
AT_LEAST = frozenset({"applications", "to_set", "steps", "languages"})
FIELDS = (
    "kind",
    "name",
    "version",
    "dependencies",
    "entry_points",
    "applications",
    "arguments",
    "to_set",
    "steps",
    "title",
    "description",
    "licence",
    "owner",
    "languages",
)
Reader = Callable[[Path], Inspection]


@dataclass
class Count:
    """Of one field: how many values the truth has and how many of these were found, how many were told and how many of these are right."""

    there: int = 0
    found: int = 0
    told: int = 0
    right: int = 0

    def add(self, there: int, found: int, told: int, right: int) -> None:
        self.there, self.found, self.told, self.right = self.there + there, self.found + found, self.told + told, self.right + right

    @property
    def found_share(self) -> float:
        """From 0 to 1; 1 where there is nothing to find."""
        return self.found / self.there if self.there else 1.0

    @property
    def right_share(self) -> float:
        """From 0 to 1; 1 where nothing was told."""
        return self.right / self.told if self.told else 1.0


@dataclass
class Score:
    """Files and counts by platform (:data:`ALL` for all together) and field, and what went wrong, in words.

    ``errors`` are of the corpus and not of the readers: files that are missing, lines that cannot be read.
    """

    files: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    counts: dict[str, dict[str, Count]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Count)))
    wrong: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The score as plain dicts and lists; shares from 0 to 1."""
        platforms = {
            platform: {"files": self.files[platform], **{name: _counted(name, count) for name, count in counts.items()}}
            for platform, counts in self.counts.items()
        }
        return {"platforms": platforms, "wrong": self.wrong, "unknown": self.unknown, "errors": self.errors}


def _counted(name: str, count: Count) -> dict[str, Any]:
    found = {"there": count.there, "found": count.found, "found_share": round(count.found_share, 4)}
    return found if name in AT_LEAST else {**found, "told": count.told, "right": count.right, "right_share": round(count.right_share, 4)}


def score(corpus: Path, read: Reader = inspect) -> Score:
    """Read every file that ``corpus/TRUTH.jsonl`` names; paths in it are relative to ``corpus``.

    Raises :class:`Unreadable` ``truth_missing`` where there is no such list.
    """
    path = corpus / TRUTH
    if not path.is_file():
        raise Unreadable("truth_missing", f"There is no {TRUTH} in {corpus}.", where=str(corpus), mend="Give the folder of a corpus.")
    result = Score()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            file, truth, platform = corpus / entry["path"], dict(entry["truth"]), str(entry.get("platform") or "(none)")
        except (ValueError, KeyError, TypeError) as error:
            result.errors.append(f"{TRUTH}, line {number}: {error!r}")
            continue
        if file.is_file():
            _score_file(result, platform, file, entry["path"], expected(truth), read)
        else:
            result.errors.append(f"{entry['path']}: the file is missing")
    return result


def _score_file(result: Score, platform: str, file: Path, shown: str, truth: Expected, read: Reader) -> None:
    result.unknown += [f"{shown}: {part}" for part in truth.unknown]
    rows = (result.counts[platform], result.counts[ALL])
    for each in (platform, ALL):
        result.files[each] += 1
    for name, there, told, problem in _compared(file, truth, read):
        found = len(there & told)
        for row in rows:
            row[name].add(len(there), found, len(told), found)
        if problem:
            result.wrong.append(f"{shown}: {name.replace('_', ' ')}: {problem}")


def _compared(file: Path, truth: Expected, read: Reader) -> Iterator[tuple[str, frozenset[Any], frozenset[Any], str]]:
    """For each field of which the truth speaks: what is there, what was told, and the difference in words."""
    try:
        told = read(file)
    except RegistryError as error:
        refused = truth.codes is not None and (not truth.codes or error.code in truth.codes)
        yield "kind", *_one(truth.kind, truth.kind if refused else None), "" if refused else f"refused with {error.code}"
        if truth.codes is None:
            yield from _differences(truth, None)
        return
    except Exception as error:  # whatever a reader does, the other files are scored
        yield "kind", *_one(truth.kind, None), f"the reader crashed with {error!r}"
        return
    kinds = _one(truth.kind, told.kind if truth.codes is None else None)
    problem = f"{told.kind} read, which is to be refused" if truth.codes is not None else f"{told.kind}, not {truth.kind}"
    yield "kind", *kinds, "" if kinds[0] == kinds[1] else problem
    if truth.codes is None:
        yield from _differences(truth, told)


def _one(there: str | None, told: str | None) -> tuple[frozenset[str | None], frozenset[str | None]]:
    """A single value as a set. None is a value too: that a file has no version is found or not."""
    return frozenset({there}), frozenset({told})


def _differences(truth: Expected, told: Inspection | None) -> Iterator[tuple[str, frozenset[Any], frozenset[Any], str]]:
    """Nothing told (a file that was wrongly refused) counts as nothing found."""
    for name, known in truth.said.items():
        value = getattr(told, name) if told else None
        there, given = _one(known, " ".join(str(value).split()) or None if value is not None else None)
        if told is None:
            given = frozenset()
        yield name, there, given, "" if there == given or told is None else f"{value!r}, not {known!r}"
    for name in ("dependencies", "entry_points", "applications", "arguments", "to_set", "steps", "languages"):
        wanted: frozenset[Any] | None = getattr(truth, name)
        if wanted is None:
            continue
        found = _TOLD[name](truth, told) if told else frozenset()
        if name in AT_LEAST:
            found &= wanted
        yield name, wanted, found, _difference(wanted, found) if told else ""


def _difference(wanted: frozenset[Any], found: frozenset[Any]) -> str:
    parts = (("missing", wanted - found), ("too much", found - wanted))
    return ", ".join(f"{words} {sorted(values)}" for words, values in parts if values)


def _told_dependencies(truth: Expected, told: Inspection) -> frozenset[str]:
    needs = (
        need for need in told.dependencies if not truth.ecosystems or (need.ecosystem in truth.ecosystems and not _is_call(truth, need))
    )
    return frozenset(package(need.name) if need.ecosystem in ("pypi", "conda") else plain(need.name) for need in needs)


def _is_call(truth: Expected, need: Dependency) -> bool:
    """A decision that a process calls by its id: of decisions the truth lists only files that are imported."""
    return truth.kind.startswith("bpmn") and need.ecosystem == "dmn" and not need.name.casefold().endswith((".dmn", ".xml"))


def _point_names(truth: Expected, told: Inspection) -> list[str]:
    """By number where the truth does not tell their names."""
    numbered = nameless(0) in (truth.entry_points or ())
    return [nameless(number) if numbered else plain(point.name) for number, point in enumerate(told.entry_points)]


def _told_arguments(truth: Expected, told: Inspection) -> frozenset[tuple[str, str, str]]:
    """Of the entry points for which the truth lists any."""
    speaks = {point for point, _, _ in truth.arguments or ()}
    return frozenset(
        (name, way, plain(argument.name))
        for name, point in zip(_point_names(truth, told), told.entry_points, strict=True)
        for way, arguments in (("in", point.inputs), ("out", point.outputs))
        for argument in arguments
        if name in speaks
    )


def _told_to_set(_: Expected, told: Inspection) -> frozenset[str]:
    """Each name, and the parts of ``type: name``."""
    groups = (told.to_set.credentials, told.to_set.assets, told.to_set.queues, told.to_set.environment_variables, told.to_set.connections)
    return frozenset(plain(part) for group in groups for name in group for part in (name, *name.split(": ", 1)))


def _told_steps(_: Expected, told: Inspection) -> frozenset[str]:
    """Names, actions and ids, whole and their last words: ``UiPath.Core.Activities: Click`` is also ``click``."""
    names = (name for step in told.steps for name in (step.name, step.action, step.id.replace("_", " "), step.part))
    return frozenset(plain(part) for name in names for part in (name, name.rpartition(" ")[2], name.rpartition(": ")[2]))


_TOLD: dict[str, Callable[[Expected, Inspection], frozenset[Any]]] = {
    "dependencies": _told_dependencies,
    "entry_points": lambda truth, told: frozenset(_point_names(truth, told)),
    "applications": lambda _, told: frozenset(program(name) for name in (*told.reach.applications, *told.reach.hosts)),
    "arguments": _told_arguments,
    "to_set": _told_to_set,
    "steps": _told_steps,
    "languages": lambda _, told: frozenset(words.language for words in told.words),
}


def below(result: Score, floors: dict[str, dict[str, float]]) -> list[str]:
    """The shares under their floors, in words; ``floors`` are by platform (:data:`ALL` for all together) and field, from 0 to 1.

    Both found and right must reach a floor. A platform of which the corpus has no file is below.
    """
    problems: list[str] = []
    for platform, wanted in floors.items():
        if not result.files.get(platform):
            problems.append(f"{platform}: no file")
            continue
        for name, floor in wanted.items():
            count = result.counts[platform].get(name, Count())
            shares = {"found": count.found_share, **({} if name in AT_LEAST else {"right": count.right_share})}
            problems += [f"{platform}: {name} {words} {share:.1%}, floor {floor:.1%}" for words, share in shares.items() if share < floor]
    return problems


def table(result: Score) -> Sequence[str]:
    """The score as lines of text: for each platform and field found/there and right/told with their shares in per cent."""
    lines = []
    for platform in sorted(result.counts, key=lambda name: (name == ALL, name)):
        lines.append(f"{platform}: {result.files[platform]} files")
        counts = result.counts[platform]
        for name in FIELDS:
            if name not in counts:
                continue
            count = counts[name]
            line = f"  {name.replace('_', ' '):<14} found {count.found:>5}/{count.there:<5} {count.found_share:>7.1%}"
            lines.append(line if name in AT_LEAST else f"{line}   right {count.right:>5}/{count.told:<5} {count.right_share:>7.1%}")
    return lines
