"""Robots in a zip: robot.yaml names the tasks, conda files what the robot needs, .robot and .py files what it does."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.artefact import Artefact, decode
from registry.formats.fragments import mapping, ordered, sequence
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Reach, Step, ToSet
from registry.formats.python_code import Code, Function, read_code, sources_of
from registry.formats.requirements import conda_requirements
from registry.formats.robot_framework.content import MAX_STEPS, Content, read_content
from registry.formats.yaml import parse_yaml

MAX_SUITES = 500  # .robot and .resource files of one zip that are read
_MAX_TEXT = 2 * 1024 * 1024  # bytes of one of them, and of all
_MAX_TEXTS = 16 * 1024 * 1024
_MARKER = re.compile(r"^(?:[^/]+/)?robot\.yaml$")
_TASK_LISTS = ("tasks", "devTasks")
_WORK_ITEMS = re.compile(
    r"^\s*(?:from RPA\.Robocorp\.WorkItems import|from robocorp import [^\n]*\bworkitems\b|import robocorp\.workitems|from robocorp\.workitems import)",
    re.MULTILINE,
)
_FROZEN = re.compile(r"_freeze\.yaml$")


@dataclass(frozen=True, slots=True)
class Files:
    """What the .robot, .resource and .py files of a zip show."""

    suites: Content
    code: Code
    takes_work_items: bool  # from a queue whose name is set outside

    @property
    def steps(self) -> tuple[Step, ...]:
        return (*self.suites.steps, *self.code.steps)[:MAX_STEPS]

    @property
    def reach(self) -> Reach:
        own, other = self.suites.reach, self.code.reach
        return Reach(
            ordered([*own.applications, *other.applications]),
            ordered([*own.hosts, *other.hosts]),
            ordered([*own.paths, *other.paths]),
            ordered([*own.addresses, *other.addresses]),
        )


def marker(archive: Archive) -> str | None:
    """The path of robot.yaml at the top or one folder down."""
    return min((name for name in archive.names if _MARKER.match(name)), key=len, default=None)


def inspect(artefact: Artefact, where: str) -> Inspection:
    """Read the robot whose robot.yaml is at ``where``. It has neither name nor version."""
    archive, folder = artefact.archive, posixpath.dirname(where)
    document = mapping(yaml_of(archive, where))
    if not any(mapping(document.get(key)) for key in _TASK_LISTS):
        raise Unreadable("robot_without_tasks", "robot.yaml names no tasks.", where=where, mend="Name what can be started under tasks:.")
    files = read_files(archive)
    documented = [suite.documentation for suite in files.suites.suites.values() if suite.documentation]
    return Inspection(
        platform="robot_framework",
        kind="robocorp-robot-zip",
        description=documented[0] if len(documented) == 1 else None,
        entry_points=tuple(_starts(mapping(document.get("tasks")), files.code.functions)),
        dependencies=tuple(dict.fromkeys([*_environment(archive, folder, document), *files.suites.dependencies])),
        reach=files.reach,
        to_set=to_set(archive, files),
        steps=files.steps,
        files=archive.files(),
        notes=work_items(files.takes_work_items),
    )


def yaml_of(archive: Archive, path: str) -> object:
    """A YAML file of the zip; raises ``yaml_*``."""
    return parse_yaml(decode(archive.read(path), path), path)


def read_files(archive: Archive) -> Files:
    """Read the robot's own files; what is no text, or too much of it, is passed over."""
    texts: dict[str, str] = {}
    left = _MAX_TEXTS
    for name in archive.names:
        if name.endswith((".robot", ".resource")) and archive.size(name) <= min(left, _MAX_TEXT) and len(texts) < MAX_SUITES:
            texts[name] = archive.read(name).decode("utf-8-sig", "replace")
            left -= archive.size(name)
    sources, suites = sources_of(archive), read_content(texts, archive.names)
    return Files(suites, read_code(sources), suites.takes_work_items or _takes_work_items(sources))


def _starts(tasks: dict[str, Any], functions: tuple[Function, ...]) -> Iterator[EntryPoint]:
    """The tasks that robot.yaml names; one that starts a Python task takes what its function takes."""
    started = [function for function in functions if "task" in function.decorators]
    for name, task in tasks.items():
        words = _words(mapping(task))
        function = _started(words, started)
        if function is not None:
            yield EntryPoint(name, function.inputs, function.outputs, function.description)
        else:
            yield EntryPoint(name, description=_runs(mapping(task), words))


def _started(words: list[str], tasks: list[Function]) -> Function | None:
    """The Python task that a command starts: the one it names, or the only one in the file it names, or the only one there is."""
    named = next((one for one in tasks if one.name in words), None)
    if named is not None or "robocorp.tasks" not in words:
        return named
    files = {posixpath.basename(word) for word in words if word.endswith(".py")}
    there = [one for one in tasks if posixpath.basename(one.path) in files] or tasks
    return there[0] if len(there) == 1 else None


def _words(task: dict[str, Any]) -> list[str]:
    """The command of a task in words."""
    shell = task.get("shell")
    if isinstance(shell, str):
        try:
            return shlex.split(shell)
        except ValueError:
            return shell.split()
    command = task.get("command")
    return command.split() if isinstance(command, str) else [word for word in sequence(command) if isinstance(word, str)]


def _runs(task: dict[str, Any], words: list[str]) -> str:
    """What a task runs; never its whole command, in which a value may stand that is nobody's business."""
    if isinstance(task.get("robotTaskName"), str):
        return f"Runs the task {task['robotTaskName']}."
    file = next((word for word in reversed(words) if word.endswith((".robot", ".py", ".sh", ".bat", ".ps1"))), "")
    return f"Runs {file}." if file else ""


def _environment(archive: Archive, folder: str, document: dict[str, Any]) -> Iterator[Dependency]:
    """What the conda files ask for. Of the files for several machines those made by hand count, or else the first frozen one."""
    listed = [document.get("condaConfigFile"), *sequence(document.get("environmentConfigs"))]
    paths = ordered(posixpath.normpath(posixpath.join(folder, name)) for name in listed if isinstance(name, str))
    there = [path for path in paths if archive.has(path)]
    made = [path for path in there if not _FROZEN.search(path)]
    for path in made or there[:1]:
        wanted = mapping(yaml_of(archive, path)).get("dependencies")
        yield from conda_requirements(wanted, archive, posixpath.dirname(path))


def to_set(archive: Archive, files: Files) -> ToSet:
    """What the code asks for by name, and the names that the files for trying it out give."""
    suites, code = files.suites.to_set, files.code.to_set
    return ToSet(
        credentials=ordered([*suites.credentials, *code.credentials, *_names(archive, "vault")]),
        assets=ordered([*suites.assets, *code.assets]),
        queues=ordered([*suites.queues, *code.queues]),
        environment_variables=ordered([*suites.environment_variables, *code.environment_variables, *_names(archive, "env")]),
        connections=code.connections,
    )


def _names(archive: Archive, name: str) -> Iterator[str]:
    """The keys at the top of ``devdata/NAME``, JSON or YAML, wherever that folder stands; never what they hold."""
    files = tuple(f"/devdata/{name}.{ending}" for ending in ("json", "yaml", "yml"))
    for path in archive.names:
        if not f"/{path}".endswith(files) or archive.size(path) > _MAX_TEXT:
            continue
        try:
            yield from mapping(json.loads(decode(archive.read(path), path)) if path.endswith(".json") else yaml_of(archive, path))
        except (ValueError, RecursionError, Unreadable):
            continue


def _takes_work_items(sources: Mapping[str, str]) -> bool:
    return any(_WORK_ITEMS.search(source) for source in sources.values())


def work_items(taken: bool) -> tuple[Note, ...]:
    """The note for what takes its work from a queue that the orchestrator, not the file, names."""
    return (Note("work_items", "It takes its work from work items: give it a queue where it runs."),) if taken else ()
