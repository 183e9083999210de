"""Python wheels (PEP 427), source distributions (PEP 625) and projects in a zip."""

from __future__ import annotations

import base64
import configparser
import csv
import hashlib
import io
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.artefact import Artefact, decode
from registry.formats.fragments import addresses_in, hosts_in, mapping, ordered, paths_in, sequence
from registry.formats.model import Dependency, EntryPoint, Inspection, Note, Reach, Step, ToSet

PLATFORM = "python"
KINDS = ("python-",)
MAX_SOURCE = 2 * 1024 * 1024  # bytes of one source file that are looked at
_METADATA = re.compile(r"^[^/]+\.dist-info/METADATA$")
_WHEEL = re.compile(r"^[^/]+\.dist-info/(?:METADATA|WHEEL|RECORD)$")
_METADATA_VERSION = re.compile(r"1\.[012]|2\.[0-9]")  # later ones of 2 must stay readable (PEP 566)
_ENTRY_POINT = re.compile(r"[\w.]+(?:\s*:\s*[\w.]+)?(?:\s*\[[^\]]*\])?")
_PKG_INFO = re.compile(r"^[^/]+/PKG-INFO$")
_PROJECT = re.compile(r"^(?:[^/]+/)?pyproject\.toml$")
_OTHERS = re.compile(r"^(?:[^/]+/)?(?:robot\.yaml|package\.yaml|project\.json|[^/]+\.nuspec|operate\.json)$")  # other platforms' markers
_ENVIRONMENT = re.compile(r"""\bos\.(?:environ(?:\.get)?\s*[\[(]|getenv\s*\()\s*['"]([A-Za-z_][A-Za-z0-9_]*)['"]""")
_CREDENTIAL = re.compile(r"""\bget_credential\(\s*f?['"]([^'"{}]+)['"]""")
_CONSTANT = re.compile(r"""\bget_constant\(\s*f?['"]([^'"{}]+)['"]""")
_QUEUE = re.compile(r"""\bQUEUE_NAME\s*=\s*['"]([^'"]+)['"]""")
_AGAIN = "Build the distribution again with `python -m build`."


def recognises(artefact: Artefact) -> bool:
    """A zip with a wheel's metadata, a tar.gz, or a zip with pyproject.toml at its top and no other platform's marker."""
    if artefact.is_gzip:
        return True
    if not artefact.is_zip:
        return False
    names = artefact.archive.names
    if any(_WHEEL.match(name) for name in names):
        return True
    return any(_PROJECT.match(name) for name in names) and not any(_OTHERS.match(name) for name in names)


def inspect(artefact: Artefact) -> Inspection:
    """Read the distribution; raises :class:`Unreadable` with a ``wheel_``, ``sdist_`` or ``metadata_`` code for one that does not hold together."""
    if artefact.is_gzip:
        return _sdist(artefact)
    if any(_WHEEL.match(name) for name in artefact.archive.names):
        return _wheel(artefact)
    return _project(artefact)


def _wheel(artefact: Artefact) -> Inspection:
    archive = artefact.archive
    folder = _dist_info(archive)
    for part in ("METADATA", "WHEEL", "RECORD"):
        if not archive.has(f"{folder}/{part}"):
            raise Unreadable(f"wheel_{part.lower()}_missing", f"The wheel has no {part}.", where=folder, mend=_AGAIN)
    _check_record(archive, folder)
    metadata = _metadata(archive.read(f"{folder}/METADATA"), f"{folder}/METADATA")
    _check_filename(artefact.filename, metadata)
    _check_licence_files(archive, metadata, (f"{folder}/licenses/", f"{folder}/"))
    return _distribution(artefact, metadata, "python-wheel", tuple(_scripts(archive, folder)))


def _dist_info(archive: Archive) -> str:
    folders = {name.split("/")[0] for name in archive.names if _WHEEL.match(name)}
    if len(folders) != 1:
        raise Unreadable("wheel_dist_info", "The wheel has several .dist-info folders.", where=", ".join(sorted(folders)), mend=_AGAIN)
    return folders.pop()


def _check_record(archive: Archive, folder: str) -> None:
    """Every file is listed once with the digest of its bytes (PEP 376, PEP 427); signatures and RECORD itself are not."""
    where = f"{folder}/RECORD"
    try:
        rows = {row[0]: row[1] for row in csv.reader(io.StringIO(decode(archive.read(where), where))) if len(row) >= 2}
    except csv.Error as error:
        raise Unreadable("wheel_record_damaged", f"RECORD cannot be read: {error}.", where=where, mend=_AGAIN) from error
    free = {where, f"{where}.jws", f"{where}.p7s"}
    for record in archive.files():
        if record.path in free:
            continue
        if record.path not in rows:
            raise Unreadable("wheel_file_unlisted", f"{record.path} is not listed in RECORD.", where=record.path, mend=_AGAIN)
        algorithm, _, written = rows[record.path].partition("=")
        if algorithm == "sha256" and written != base64.urlsafe_b64encode(bytes.fromhex(record.sha256)).decode().rstrip("="):
            raise Unreadable("wheel_record_digest", f"{record.path} is not what RECORD says.", where=record.path, mend=_AGAIN)
        if algorithm not in ("sha256", *hashlib.algorithms_guaranteed):
            raise Unreadable("wheel_record_digest", f"RECORD gives no digest for {record.path}.", where=record.path, mend=_AGAIN)
    missing = next((path for path in rows if path not in free and not archive.has(path) and not path.endswith("/")), None)
    if missing:
        raise Unreadable("wheel_file_missing", f"RECORD lists {missing}, which is not in the wheel.", where=missing, mend=_AGAIN)


def _check_filename(filename: str, metadata: RawMetadata) -> None:
    """A file that is called a wheel says the same name and version outside as inside."""
    if not filename.endswith(".whl"):
        return
    try:
        name, version, _, _ = parse_wheel_filename(filename)
        same = name == canonicalize_name(metadata["name"]) and version == Version(metadata["version"])
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise Unreadable("wheel_filename", f"{filename} is not a wheel's file name: {error}.", where=filename, mend=_AGAIN) from error
    if not same:
        raise Unreadable(
            "wheel_name_differs",
            f"{filename} holds {metadata['name']} {metadata['version']}.",
            where=filename,
            mend="Name the file as it was built.",
        )


def _check_sdist_filename(filename: str, metadata: RawMetadata) -> None:
    """A file that is called as PEP 625 names a distribution holds that one; older tools wrote the name with other marks."""
    if not filename.endswith(".tar.gz"):
        return
    try:
        name, version = parse_sdist_filename(filename)
        same = name == canonicalize_name(metadata["name"]) and version == Version(metadata["version"])
    except (InvalidSdistFilename, InvalidVersion) as error:
        raise Unreadable(
            "sdist_filename", f"{filename} is not a distribution's file name: {error}.", where=filename, mend=_AGAIN
        ) from error
    if not same:
        raise Unreadable(
            "sdist_name_differs",
            f"{filename} holds {metadata['name']} {metadata['version']}.",
            where=filename,
            mend="Name the file as it was built.",
        )


def _check_licence_files(archive: Archive, metadata: RawMetadata, folders: tuple[str, ...]) -> None:
    """Every licence file that the metadata lists is there (PEP 639, from 2.4 on; before, tools listed them as they liked)."""
    if metadata.get("metadata_version", "1.0") < "2.4":
        return
    for listed in metadata.get("license_files", []):
        if not any(archive.has(folder + listed) for folder in folders):
            raise Unreadable(
                "metadata_licence_file", f"The licence file {listed[:100]} is not in the file.", where=listed[:100], mend=_AGAIN
            )


def _scripts(archive: Archive, folder: str) -> Iterator[EntryPoint]:
    path = f"{folder}/entry_points.txt"
    if not archive.has(path):
        return
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(decode(archive.read(path), path))
    except configparser.Error as error:
        raise Unreadable("wheel_entry_points", "entry_points.txt cannot be read.", where=path, mend=_AGAIN) from error
    for name, target in (pair for section in parser.sections() for pair in parser.items(section)):
        if not _ENTRY_POINT.fullmatch(target.strip()):
            raise Unreadable("wheel_entry_points", f"The entry point {name[:60]} names no object.", where=path, mend=_AGAIN)
    for section in ("console_scripts", "gui_scripts"):
        if parser.has_section(section):
            yield from (EntryPoint(f"{name} = {target}") for name, target in parser.items(section))


def _sdist(artefact: Artefact) -> Inspection:
    archive = artefact.archive
    tops = {name.split("/")[0] for name in archive.names}
    found = [name for name in archive.names if _PKG_INFO.match(name)]
    if not found:
        raise Unreadable(
            "sdist_pkg_info_missing", "The tar.gz has no PKG-INFO: it is no Python distribution.", where=artefact.filename, mend=_AGAIN
        )
    if len(tops) != 1:
        raise Unreadable(
            "sdist_several_folders", "A source distribution has one top folder.", where=", ".join(sorted(tops)[:3]), mend=_AGAIN
        )
    metadata = _metadata(archive.read(found[0]), found[0])
    _check_sdist_filename(artefact.filename, metadata)
    _check_licence_files(archive, metadata, (f"{found[0].split('/')[0]}/",))
    scripts: tuple[EntryPoint, ...] = ()
    project = f"{found[0].split('/')[0]}/pyproject.toml"
    if archive.has(project):
        scripts = tuple(_declared_scripts(mapping(_toml(archive.read(project), project).get("project"))))
    return _distribution(artefact, metadata, "python-sdist", scripts)


def _metadata(data: bytes, where: str) -> RawMetadata:
    raw, _ = parse_email(data)
    if not _METADATA_VERSION.fullmatch(raw.get("metadata_version", "1.0")):  # distutils of old wrote none
        raise Unreadable("metadata_unknown_version", "The metadata has a version that nobody has defined yet.", where=where, mend=_AGAIN)
    for field in ("name", "version"):
        if not raw.get(field):
            raise Unreadable(f"metadata_{field}_missing", f"The metadata has no {field.title()}.", where=where, mend=_AGAIN)
    return raw


def _distribution(artefact: Artefact, metadata: RawMetadata, kind: str, scripts: tuple[EntryPoint, ...]) -> Inspection:
    classifiers = [line for line in metadata.get("classifiers", []) if line.startswith("License ::")]
    authors = ordered([metadata.get("author"), metadata.get("author_email"), metadata.get("maintainer")])
    # A long licence text is the licence itself, not its name.
    declared = (metadata.get("license") or "").strip()
    sources = _sources(artefact.archive)
    return Inspection(
        platform=PLATFORM,
        kind=kind,
        name=metadata["name"],
        version=metadata["version"],
        title=None,
        description=metadata.get("summary"),
        authors=authors[:1],
        licence=metadata.get("license_expression")
        or (declared if declared and len(declared) < 200 and "\n" not in declared else None)
        or next(iter(classifiers), None),
        platform_version=f"Python {metadata['requires_python']}" if metadata.get("requires_python") else None,
        entry_points=scripts,
        dependencies=tuple(_requirements(metadata.get("requires_dist", []))),
        **_found(sources),
        files=artefact.archive.files(),
    )


def _requirements(lines: list[str]) -> Iterator[Dependency]:
    """What is always needed; what only an extra asks for is left out."""
    for line in lines:
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            match = re.match(r"^\s*([A-Za-z0-9._-]+)\s*(.*?)\s*(?:;.*)?$", line)
            if match and "extra" not in line:
                yield Dependency("pypi", match.group(1), match.group(2).strip("()") or None)
            continue
        if wanted.marker is None or "extra" not in str(wanted.marker):
            yield Dependency("pypi", wanted.name, str(wanted.specifier) or None)


def _project(artefact: Artefact) -> Inspection:
    archive = artefact.archive
    where = min((name for name in archive.names if _PROJECT.match(name)), key=len)
    top = where[: -len("pyproject.toml")]
    document = _toml(archive.read(where), where)
    project = mapping(document.get("project"))
    poetry = mapping(mapping(document.get("tool")).get("poetry")) if not project else {}
    name = project.get("name") or poetry.get("name")
    notes = () if name else (Note("project_without_name", "pyproject.toml names no project."),)
    authors = [
        _text(author.get("name")) or _text(author.get("email")) if isinstance(author, dict) else _text(author)
        for author in sequence(project.get("authors", poetry.get("authors")))
    ]
    licence = project.get("license") or poetry.get("license")
    return Inspection(
        platform=PLATFORM,
        kind="python-project-zip",
        name=_text(name),
        version=_text(project.get("version") or poetry.get("version")),
        description=_text(project.get("description") or poetry.get("description")),
        authors=ordered(authors),
        licence=_text(licence.get("text") if isinstance(licence, dict) else licence),
        platform_version=f"Python {project['requires-python']}" if project.get("requires-python") else None,
        entry_points=tuple(_project_starts(archive, top, project)),
        dependencies=(
            *_requirements([line for line in sequence(project.get("dependencies")) if isinstance(line, str)]),
            *_poetry_requirements(poetry),
        ),
        **_found(_sources(archive)),
        files=archive.files(),
        notes=notes,
    )


def _project_starts(archive: Archive, top: str, project: dict[str, Any]) -> Iterator[EntryPoint]:
    scripts = tuple(_declared_scripts(project))
    yield from scripts
    if not scripts:
        yield from (EntryPoint(name) for name in ("main.py", "__main__.py", "run.py", "app.py") if archive.has(top + name))


def _declared_scripts(project: dict[str, Any]) -> Iterator[EntryPoint]:
    return (EntryPoint(f"{name} = {target}") for name, target in mapping(project.get("scripts")).items() if isinstance(target, str))


def _poetry_requirements(poetry: dict[str, Any]) -> Iterator[Dependency]:
    for name, wanted in mapping(poetry.get("dependencies")).items():
        if name != "python":
            yield Dependency(
                "pypi", name, wanted if isinstance(wanted, str) else _text(wanted.get("version") if isinstance(wanted, dict) else None)
            )


def _toml(data: bytes, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(decode(data, where))
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(
            "pyproject_damaged", f"pyproject.toml cannot be read: {error}.", where=where, mend="Mend the file and pack again."
        ) from error


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _sources(archive: Archive) -> dict[str, str]:
    """The Python files of the artefact's own code, as text; what is not text is passed over."""
    sources = {}
    for name in archive.names:
        if name.endswith(".py") and archive.size(name) <= MAX_SOURCE:
            sources[name] = archive.read(name).decode("utf-8", "replace")
    return sources


def _found(sources: dict[str, str]) -> dict[str, Any]:
    """Reach, settings and steps that the code shows without being run."""
    text = "\n".join(sources.values())
    steps = tuple(
        Step(f"{path}:{name}", name.replace("_", " "), "code", f"{path}: {name}")
        for path, source in sources.items()
        for name in re.findall(r"^(?:async )?def ([a-z][A-Za-z0-9_]*)\(", source, re.MULTILINE)
    )
    return {
        "reach": Reach(hosts=hosts_in(text), paths=paths_in(text), addresses=addresses_in(text)),
        "to_set": ToSet(
            credentials=ordered(_CREDENTIAL.findall(text)),
            assets=ordered(_CONSTANT.findall(text)),
            queues=ordered(_QUEUE.findall(text)),
            environment_variables=ordered(_ENVIRONMENT.findall(text)),
        ),
        "steps": steps[:5_000],
    }
