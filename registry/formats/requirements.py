"""Lists of what Python code needs, as pip, conda and Sema4 write them; several platforms carry such lists."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.artefact import decode
from registry.formats.fragments import mapping, sequence
from registry.formats.model import Dependency

_MAX_LINE = 2_000  # characters
_MAX_LISTS = 8  # files of requirements that name one another
_LOOSE = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*?)\s*(?:;.*)?$")
_INCLUDE = re.compile(r"(?:-r|--requirement)[ =]?\s*(\S+)")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_REMOTE = re.compile(r"(?:-e\s+|--editable[ =])?(?:git|hg|svn|bzr)\+\S+/([A-Za-z0-9._-]+?)(?:\.git)?(?:@\S*)?$")
_CONDA = re.compile(r"\s*(?:[\w./-]+::)?([A-Za-z0-9_][A-Za-z0-9._-]*)\s*((?:[<>=!~].*|\s\S.*)?)$")


def pip_requirements(lines: Iterable[object]) -> Iterator[Dependency]:
    """What is always needed; what only an extra asks for is left out, and so are pip's options."""
    for raw in lines:
        line = re.sub(r"(?:^|\s)#.*$", "", raw[:_MAX_LINE]).strip() if isinstance(raw, str) else ""
        if line.startswith("-") and not line.startswith(("-e", "--editable")):
            continue
        if line and (found := _pip(line)):
            yield found


def _pip(line: str) -> Dependency | None:
    if line.startswith((".", "/", "-")) or "://" in line.split("@", maxsplit=1)[0]:
        return _from_elsewhere(line)
    try:
        wanted = Requirement(line.split(" --", maxsplit=1)[0])
    except InvalidRequirement:
        match = _LOOSE.match(line)
        return Dependency("pypi", match.group(1), match.group(2).strip("()") or None) if match and "extra" not in line else None
    if wanted.marker is not None and "extra" in str(wanted.marker):
        return None
    return Dependency("pypi", wanted.name, str(wanted.specifier) or None)


def _from_elsewhere(line: str) -> Dependency | None:
    """A file of the artefact, or a repository: by the name that its address tells."""
    name = posixpath.basename(line.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0])
    if name.endswith(".whl"):
        try:
            distribution, version, _, _ = parse_wheel_filename(name)
        except InvalidWheelFilename:
            return None
        return Dependency("pypi", distribution, f"=={version}", included="://" not in line)
    found = _EGG.search(line) or _REMOTE.match(line)
    return Dependency("pypi", found.group(1)) if found else None


def requirements_file(archive: Archive, path: str) -> Iterator[Dependency]:
    """The requirements of a file of the archive and of the files it names with ``-r``; a file that is not there needs nothing."""
    waiting, seen = [path], set[str]()
    while waiting and len(seen) < _MAX_LISTS:
        here = waiting.pop(0)
        if here in seen or not archive.has(here):
            continue
        seen.add(here)
        text = _text(archive, here).replace("\\\n", " ")
        yield from pip_requirements(text.splitlines())
        folder = posixpath.dirname(here)
        waiting += [posixpath.normpath(posixpath.join(folder, other)) for other in _INCLUDE.findall(text)]


def _text(archive: Archive, path: str) -> str:
    try:
        return decode(archive.read(path), path)
    except Unreadable:
        return ""


def conda_requirements(listed: object, archive: Archive, folder: str) -> Iterator[Dependency]:
    """``dependencies`` of a conda file, with pip's list in it, or of a Sema4 package, by source; ``folder`` is where ``-r`` looks."""
    for source, lines in mapping(listed).items():
        yield from _listed(source, sequence(lines), archive, folder)
    for entry in sequence(listed):
        if isinstance(entry, str):
            yield from _conda(entry)
        for source, lines in mapping(entry).items():
            yield from _listed(source, sequence(lines), archive, folder)


def _listed(source: str, lines: list[object], archive: Archive, folder: str) -> Iterator[Dependency]:
    if source not in ("pip", "pypi", "local-wheels"):
        for line in lines:
            yield from _conda(line)
        return
    for line in lines:
        if not isinstance(line, str) or len(line) > _MAX_LINE:
            continue
        if include := _INCLUDE.match(line.strip()):
            yield from requirements_file(archive, posixpath.normpath(posixpath.join(folder, include.group(1))))
        elif source == "pypi" and (single := re.fullmatch(r"\s*([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*(=[^=].*?)\s*", line)):
            yield Dependency("pypi", single.group(1), single.group(2))  # Sema4 writes one sign where pip writes two
        elif source == "local-wheels":
            yield from pip_requirements([f"./{line.removeprefix('./')}"])
        else:
            yield from pip_requirements([line])


def _conda(line: object) -> Iterator[Dependency]:
    found = _CONDA.match(re.sub(r"\s#.*$", "", line[:_MAX_LINE])) if isinstance(line, str) else None
    if found:
        yield Dependency("conda", found.group(1), found.group(2).strip() or None)
