"""How Python code is started: declared commands, what their functions take and give, and files that run by themselves."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.artefact import decode
from registry.formats.fragments import mapping
from registry.formats.model import EntryPoint
from registry.formats.python_code import Code

_RUN_BY_ITSELF = re.compile(r"^if\s+\(?\s*__name__\s*==\s*['\"]__main__['\"]", re.MULTILINE)
_FIRST = ("main.py", "__main__.py", "run.py", "app.py")


def declared_scripts(scripts: object) -> Iterator[EntryPoint]:
    """The commands of a table of scripts; Poetry may keep the target in a table of its own."""
    for name, target in mapping(scripts).items():
        called = target if isinstance(target, str) else mapping(target).get("callable") or mapping(target).get("reference")
        if isinstance(called, str):
            yield EntryPoint(f"{name} = {called}")


def typed(points: Iterable[EntryPoint], code: Code) -> Iterator[EntryPoint]:
    """The same, with what the function takes and gives where it stands in the artefact: ``run = thing.main:start``."""
    functions = {(function.path, function.name): function for function in code.functions}
    for point in points:
        module, _, name = point.name.partition("=")[2].split("[")[0].strip().partition(":")
        ends = (f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/__init__.py")
        function = next(
            (one for (path, own), one in functions.items() if own == name.strip() and any(f"/{path}".endswith(f"/{end}") for end in ends)),
            None,
        )
        if function is None:
            yield point
        else:
            yield replace(point, inputs=function.inputs, outputs=function.outputs, description=function.description)


def files_that_start(archive: Archive, top: str, sources: dict[str, str]) -> Iterator[EntryPoint]:
    """Files of the folder ``top`` by their usual names, or else its packages that run, or else its files that run by themselves."""
    named = [name for name in _FIRST if archive.has(top + name)]
    own = {path[len(top) :]: text for path, text in sources.items() if path.startswith(top)}
    packages = [path for path in own if re.fullmatch(r"(?:src/)?[^/]+/__main__\.py", path)]
    running = [path for path, text in own.items() if "/" not in path and path != "setup.py" and _RUN_BY_ITSELF.search(text)]
    yield from (EntryPoint(name) for name in named or packages or running)


def licence_of(classifiers: Iterable[object]) -> str | None:
    """The first classifier of a licence, as it is written."""
    return next((line for line in classifiers if isinstance(line, str) and line.startswith("License ::")), None)


def read_toml(data: bytes, where: str) -> dict[str, Any]:
    """A TOML file; raises ``pyproject_damaged``, ``text_encoding``."""
    try:
        return tomllib.loads(decode(data, where))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable(
            "pyproject_damaged", f"pyproject.toml cannot be read: {error}.", where=where, mend="Mend the file and pack again."
        ) from error
