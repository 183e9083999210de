"""A Python project in a zip, as it stands in a repository: pyproject.toml, setup.cfg, setup.py or only a list of requirements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registry.formats.archive import Archive
from registry.formats.artefact import Artefact
from registry.formats.fragments import mapping, ordered, sequence
from registry.formats.model import Dependency, EntryPoint, Inspection, Note
from registry.formats.python.setuptools import read_setup_cfg, read_setup_py
from registry.formats.python.starts import declared_scripts, files_that_start, licence_of, read_toml, typed
from registry.formats.python_code import read_code, sources_of
from registry.formats.requirements import pip_requirements, requirements_file

_MARKERS = ("pyproject.toml", "setup.cfg", "setup.py", "requirements.txt")
_MARKER = re.compile(rf"^((?:[^/]+/)?)(?:{'|'.join(map(re.escape, _MARKERS))})$")
# Other platforms' markers, and what they write, which counts where there is no pyproject.toml.
_OTHERS = re.compile(r"^(?:[^/]+/)?(?:robot\.yaml|package\.yaml|project\.json|[^/]+\.nuspec|operate\.json)$")
_OTHERS_CODE = re.compile(r"\.(?:robot|tag|bpmn|xaml)$", re.IGNORECASE)
_MAX_PROJECTS = 20
_VERSION = re.compile(r"^__version__\s*(?::\s*\w+\s*)?=\s*['\"]([^'\"]{1,80})['\"]", re.MULTILINE)
# Names that templates give and that people leave: they tell nothing of the module.
_USELESS = frozenset(
    [
        "app",
        "automation",
        "bot",
        "demo",
        "example",
        "hello",
        "hello_world",
        "main",
        "my_app",
        "my_project",
        "my_robot",
        "mypackage",
        "package",
        "package_name",
        "process",
        "project",
        "project_name",
        "python_project",
        "python_template",
        "robot",
        "robot_framework",
        "rpa",
        "sample",
        "template",
        "test",
        "untitled",
        "your_project",
    ]
)


@dataclass(frozen=True, slots=True)
class _Project:
    """One folder's facts, by the names of pyproject.toml's ``project`` table."""

    top: str  # with a slash at its end, or empty
    said: dict[str, Any]
    needs: tuple[Dependency, ...]


def folders_of(archive: Archive) -> tuple[str, ...]:
    """The folders, at the top or one down, that hold a project, each with a slash at its end; the top one alone where it is one."""
    names = archive.names
    if any(_OTHERS.match(name) for name in names):
        return ()
    found = {match.group(1) for name in names if (match := _MARKER.match(name))}
    tops = {top for top in found if archive.has(f"{top}pyproject.toml")}
    if not tops and any(name.endswith(".py") for name in names) and not any(_OTHERS_CODE.search(name) for name in names):
        tops = found
    return ("",) if "" in tops else tuple(sorted(tops))[:_MAX_PROJECTS]


def inspect_project(artefact: Artefact) -> Inspection:
    """Read the project, or all where the zip has several folders with one; raises ``pyproject_damaged``, ``setup_cfg_damaged``, ``text_encoding``."""
    archive = artefact.archive
    sources = sources_of(archive)
    projects = [_read(archive, top, sources) for top in folders_of(archive)]
    first, several = projects[0], len(projects) > 1
    code = read_code(sources)
    points = [replaced for project in projects for replaced in _starts(archive, project, sources, several)]
    requires = _text(first.said.get("requires-python"))
    licence = first.said.get("license")
    return Inspection(
        platform="python",
        kind="python-project-zip",
        name=_text(first.said.get("name")),
        version=_text(first.said.get("version")),
        description=_text(first.said.get("description")),
        authors=ordered(map(_author, sequence(first.said.get("authors")))),
        licence=_text(licence.get("text") if isinstance(licence, dict) else licence) or licence_of(sequence(first.said.get("classifiers"))),
        platform_version=f"Python {requires}" if requires else None,
        entry_points=tuple(typed(points, code)),
        dependencies=tuple(dict.fromkeys(need for project in projects for need in project.needs)),
        reach=code.reach,
        to_set=code.to_set,
        steps=code.steps,
        files=archive.files(),
        notes=tuple(_notes(projects)),
    )


def _read(archive: Archive, top: str, sources: dict[str, str]) -> _Project:
    """pyproject.toml first; what it leaves open setup.cfg and setup.py tell, and requirements.txt what is needed where nothing else does."""
    document = read_toml(archive.read(where), where) if archive.has(where := f"{top}pyproject.toml") else {}
    tool = mapping(document.get("tool"))
    project = mapping(document.get("project"))
    poetry = mapping(tool.get("poetry"))
    older = read_setup_cfg(archive.read(where), where) if archive.has(where := f"{top}setup.cfg") else {}
    oldest = read_setup_py(sources.get(f"{top}setup.py", ""))
    said: dict[str, Any] = {}
    for source in (oldest, older, poetry, project):
        said |= {key: value for key, value in source.items() if value not in (None, "", [], {}, [""], [None])}
    said["scripts"] = {**mapping(poetry.get("scripts")), **mapping(project.get("scripts"))} or said.get("scripts")
    if not isinstance(said.get("version"), str) or "version" in sequence(project.get("dynamic")):
        said["version"] = _own_version(archive, top, tool, sources) or said.get("version")
    return _Project(top, said, tuple(_needs(archive, top, said, poetry, tool)))


def _needs(archive: Archive, top: str, said: dict[str, Any], poetry: dict[str, Any], tool: dict[str, Any]) -> Iterator[Dependency]:
    listed = said.get("dependencies")
    found = [*pip_requirements(sequence(listed)), *_poetry_requirements(poetry)]
    dynamic = mapping(mapping(mapping(tool.get("setuptools")).get("dynamic")).get("dependencies")).get("file")
    for name in [dynamic] if isinstance(dynamic, str) else sequence(dynamic):
        if isinstance(name, str):
            found += requirements_file(archive, f"{top}{name}")
    yield from found or requirements_file(archive, f"{top}requirements.txt")


def _poetry_requirements(poetry: dict[str, Any]) -> Iterator[Dependency]:
    for name, wanted in mapping(poetry.get("dependencies")).items():
        said = mapping(wanted)
        if name != "python" and said.get("optional") is not True:
            yield Dependency("pypi", name, wanted if isinstance(wanted, str) else _text(said.get("version")))


def _own_version(archive: Archive, top: str, tool: dict[str, Any], sources: dict[str, str]) -> str | None:
    """The version that the code itself carries, where the build takes it from there."""
    dynamic = mapping(mapping(mapping(tool.get("setuptools")).get("dynamic")).get("version"))
    path = mapping(mapping(tool.get("hatch")).get("version")).get("path")
    if isinstance(path, str):
        files = [f"{top}{path}"]
    elif isinstance(attribute := dynamic.get("attr"), str):
        module = attribute.rpartition(".")[0].replace(".", "/")
        files = [f"{top}{folder}{module}{end}" for folder in ("", "src/") for end in (".py", "/__init__.py")]
    else:
        files = []
    if isinstance(file := dynamic.get("file"), str) and archive.has(f"{top}{file}") and archive.size(f"{top}{file}") < 200:
        return _text(archive.read(f"{top}{file}").decode("utf-8", "replace"))
    found = (_VERSION.search(sources[name]) for name in files if name in sources)
    return next((match.group(1) for match in found if match), None)


def _starts(archive: Archive, project: _Project, sources: dict[str, str], several: bool) -> Iterator[EntryPoint]:
    """Declared commands, or else files; where there are several projects a file is named with its folder."""
    declared = [*declared_scripts(project.said.get("scripts"))]
    if declared:
        yield from declared
        return
    for point in files_that_start(archive, project.top, sources):
        yield EntryPoint(project.top + point.name) if several else point


def _notes(projects: list[_Project]) -> Iterator[Note]:
    name = _text(projects[0].said.get("name"))
    if not name:
        yield Note("project_without_name", "pyproject.toml names no project.")
    elif re.sub(r"[-_. ]+", "_", name).lower() in _USELESS:
        yield Note("name_of_template", f"{name} is a template’s name that tells nothing of the project; give the module one of its own.")
    if len(projects) > 1:
        yield Note("several_projects", f"The zip holds {len(projects)} projects; name and version are those of {projects[0].top}.")


def _author(author: object) -> str | None:
    return _text(author.get("name")) or _text(author.get("email")) if isinstance(author, dict) else _text(author)


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
