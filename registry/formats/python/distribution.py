"""Python wheels (PEP 427) and source distributions (PEP 625)."""

from __future__ import annotations

import base64
import configparser
import csv
import hashlib
import io
import re
from collections.abc import Iterator

from packaging.metadata import RawMetadata, parse_email
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from registry.errors import Unreadable
from registry.formats.archive import Archive
from registry.formats.artefact import Artefact, decode
from registry.formats.fragments import mapping, ordered
from registry.formats.model import EntryPoint, Inspection
from registry.formats.python.starts import declared_scripts, licence_of, read_toml, typed
from registry.formats.python_code import read_code, sources_of
from registry.formats.requirements import pip_requirements

WHEEL = re.compile(r"^[^/]+\.dist-info/(?:METADATA|WHEEL|RECORD)$")
_METADATA_VERSION = re.compile(r"1\.[012]|2\.[0-9]")  # later ones of 2 must stay readable (PEP 566)
_ENTRY_POINT = re.compile(r"[\w.]+(?:\s*:\s*[\w.]+)?(?:\s*\[[^\]]*\])?")
_PKG_INFO = re.compile(r"^[^/]+/PKG-INFO$")
_AGAIN = "Build the distribution again with `python -m build`."


def inspect_wheel(artefact: Artefact) -> Inspection:
    """Read a wheel; raises :class:`Unreadable` with a ``wheel_`` or ``metadata_`` code for one that does not hold together."""
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
    folders = {name.split("/")[0] for name in archive.names if WHEEL.match(name)}
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


def inspect_sdist(artefact: Artefact) -> Inspection:
    """Read a tar.gz; raises :class:`Unreadable` with a ``sdist_``, ``metadata_`` or ``pyproject_`` code."""
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
        scripts = tuple(declared_scripts(mapping(read_toml(archive.read(project), project).get("project")).get("scripts")))
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
    authors = ordered([metadata.get("author"), metadata.get("author_email"), metadata.get("maintainer")])
    # A long licence text is the licence itself, not its name.
    declared = (metadata.get("license") or "").strip()
    code = read_code(sources_of(artefact.archive))
    return Inspection(
        platform="python",
        kind=kind,
        name=metadata["name"],
        version=metadata["version"],
        title=None,
        description=metadata.get("summary"),
        authors=authors[:1],
        licence=metadata.get("license_expression")
        or (declared if declared and len(declared) < 200 and "\n" not in declared else None)
        or licence_of(metadata.get("classifiers", [])),
        platform_version=f"Python {metadata['requires_python']}" if metadata.get("requires_python") else None,
        entry_points=tuple(typed(scripts, code)),
        dependencies=tuple(pip_requirements(metadata.get("requires_dist", []))),
        reach=code.reach,
        to_set=code.to_set,
        steps=code.steps,
        files=artefact.archive.files(),
    )
