"""Sema4 action packages: package.yaml says what they are and need, decorated Python functions what can be called."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from registry.formats.archive import Archive
from registry.formats.artefact import Artefact
from registry.formats.fragments import host_of, mapping, ordered, sequence
from registry.formats.model import Dependency, EntryPoint, Inspection, Reach, ToSet
from registry.formats.python_code import Function
from registry.formats.requirements import conda_requirements
from registry.formats.robot_framework.robot import read_files, to_set, yaml_of

_MARKER = re.compile(r"^(?:[^/]+/)?package\.yaml$")
_OWN_KEYS = re.compile(
    rb"^(?:spec-version|external-endpoints)\s*:|^\s+(?:conda-forge|pypi|local-wheels)\s*:", re.MULTILINE
)  # Haskell's has neither
_CALLED = frozenset({"action", "query", "predict", "tool", "prompt"})


def marker(archive: Archive) -> str | None:
    """The path of package.yaml at the top or one folder down, where it is one of Sema4's."""
    where = min((name for name in archive.names if _MARKER.match(name)), key=len, default=None)
    return where if where is not None and archive.size(where) < 1 << 20 and _OWN_KEYS.search(archive.read(where)) else None


def inspect(artefact: Artefact, where: str) -> Inspection:
    """Read the package whose package.yaml is at ``where``; a key of the wrong type counts as absent."""
    archive = artefact.archive
    document = mapping(yaml_of(archive, where))
    files = read_files(archive)
    called = [function for function in files.code.functions if _CALLED & {*function.decorators}]
    settings, reach = to_set(archive, files), files.reach
    return Inspection(
        platform="robot_framework",
        kind="sema4-action-zip",
        name=_text(document.get("name")),
        version=_text(document.get("version")),
        description=_text(document.get("description")),
        authors=ordered(_text(author) for author in (document.get("author"), *sequence(document.get("authors")))),
        licence=_text(document.get("license")),
        entry_points=tuple(EntryPoint(one.name, one.inputs, one.outputs, one.description) for one in called),
        dependencies=tuple(dict.fromkeys([*_wanted(archive, where, document), *files.suites.dependencies])),
        reach=Reach(reach.applications, ordered([*_endpoints(document), *reach.hosts]), reach.paths, reach.addresses),
        to_set=ToSet(
            credentials=ordered([*settings.credentials, *_secrets(called)]),
            assets=settings.assets,
            queues=settings.queues,
            environment_variables=settings.environment_variables,
        ),
        steps=files.steps,
        files=archive.files(),
    )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _wanted(archive: Archive, where: str, document: dict[str, object]) -> Iterator[Dependency]:
    yield from conda_requirements(document.get("dependencies"), archive, posixpath.dirname(where))


def _endpoints(document: dict[str, object]) -> Iterator[str | None]:
    """The hosts that the package declares it talks to."""
    for endpoint in sequence(document.get("external-endpoints")):
        for rule in sequence(mapping(endpoint).get("rules")):
            host = mapping(rule).get("host")
            if isinstance(host, str):
                yield host_of(host if "://" in host else f"https://{host}")


def _secrets(functions: list[Function]) -> Iterator[str]:
    """Parameters that take a secret, each once: whoever runs the actions sets them by name."""
    for function in functions:
        yield from function.secrets
