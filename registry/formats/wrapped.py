"""Artefacts packed into a plain archive, as people send them by mail: the one inside is read, or several of one platform together."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from registry.errors import Unreadable
from registry.formats.archive import MAX_READ_BYTES, Archive, open_tar, open_zip
from registry.formats.artefact import HEAD_BYTES, Artefact
from registry.formats.model import Inspection, Note, merged

MAX_DEPTH = 3  # archives one in another
MAX_LOOKED = 500  # members that are looked at, over all of them
MAX_TOTAL_BYTES = 192 * 1024 * 1024  # of what is looked at
MAX_NAMED = 10
_ENDINGS = re.compile(
    r"\.(?:nupkg|bprelease|bpobject|bpprocess|xml|xaml|bpmn|dmn|zip|whl|tar\.gz|robin|atmx|jar|json|robot|resource|tag|ya?ml)$",
    re.IGNORECASE,
)
_HOSTILE = ("archive_", "xml_dtd", "xml_encoding")  # refusals that are of the whole file, whatever else is in it


class _Reader(Protocol):
    @property
    def PLATFORM(self) -> str: ...

    def recognises(self, artefact: Artefact) -> bool: ...

    def inspect(self, artefact: Artefact) -> Inspection: ...


class Held(Artefact):
    """A file that another holds, in memory."""

    def __init__(self, data: bytes, filename: str) -> None:
        super().__init__(Path(filename), filename)
        self._held = data

    @cached_property
    def size(self) -> int:
        return len(self._held)

    @cached_property
    def head(self) -> bytes:
        return self._held[:HEAD_BYTES]

    @cached_property
    def data(self) -> bytes:
        return self._held

    @cached_property
    def archive(self) -> Archive:
        stream = io.BytesIO(self._held)
        return open_tar(stream, len(self._held)) if self.is_gzip else open_zip(stream)


@dataclass
class _Budget:
    """What may still be looked at; raises ``archive_too_much_inside`` when it is spent."""

    members: int = MAX_LOOKED
    size: int = MAX_TOTAL_BYTES

    def spend(self, name: str, size: int) -> None:
        self.members -= 1
        self.size -= size
        if self.members < 0 or self.size < 0:
            raise Unreadable(
                "archive_too_much_inside",
                "The archive holds more than we look through for the automation in it.",
                where=name,
                mend="Send the file that your platform exports by itself.",
            )


def inspect_wrapped(artefact: Artefact, readers: Sequence[_Reader]) -> Inspection | None:
    """What the artefacts in an archive say together, or None where it holds none.

    Raises ``archive_mixed`` where they are of several platforms, and what their readers raise.
    """
    if not artefact.is_zip:
        return None
    found = list(_inside(artefact, readers, "", 1, _Budget()))
    if not found:
        return None
    read, refused = _read(found)
    if not read:
        raise refused[0]
    platforms = {inspection.platform for _, inspection in read}
    names = [name for name, _ in read]
    if len(platforms) > 1:
        raise Unreadable(
            "archive_mixed",
            f"The archive holds files of several platforms: {_listed(names)}.",
            where=artefact.filename,
            mend="Send each as a file of its own; a release can have several.",
        )
    whole = merged([inspection for _, inspection in read])
    said = f"Read from {names[0]} in the archive." if len(read) == 1 else f"Read together, from the archive: {_listed(names)}."
    notes = (*whole.notes, Note("read_from_archive", said), *(_left_out(error) for error in refused))
    if len(read) > 1:  # no name or version of one of them is that of all
        whole = dataclasses.replace(whole, name=None, version=None, title=None)
    return dataclasses.replace(whole, files=artefact.archive.files(), notes=notes)


def _inside(
    artefact: Artefact, readers: Sequence[_Reader], above: str, depth: int, budget: _Budget
) -> Iterator[tuple[str, _Reader, Artefact]]:
    """Every artefact in an archive and in the archives in it, with its path."""
    for name in artefact.archive.names:
        if not _ENDINGS.search(name) or artefact.archive.size(name) > MAX_READ_BYTES:
            continue
        budget.spend(f"{above}{name}", artefact.archive.size(name))
        inner = Held(artefact.archive.read(name), name.rpartition("/")[2])
        if not inner.size:
            continue
        reader = next((reader for reader in readers if reader.recognises(inner)), None)
        if reader is not None:
            yield f"{above}{name}", reader, inner
        elif inner.is_zip and depth < MAX_DEPTH:
            yield from _inside(inner, readers, f"{above}{name}/", depth + 1, budget)


def _read(found: list[tuple[str, _Reader, Artefact]]) -> tuple[list[tuple[str, Inspection]], list[Unreadable]]:
    """What could be read, by path, and the refusals of the rest."""
    read: list[tuple[str, Inspection]] = []
    refused: list[Unreadable] = []
    for name, reader, inner in found:
        try:
            read.append((name, reader.inspect(inner)))
        except Unreadable as error:
            placed = Unreadable(error.code, error.message, where=f"{name}: {error.where}".rstrip(": "), mend=error.mend)
            if error.code.startswith(_HOSTILE):
                raise placed from error
            refused.append(placed)
    return read, refused


def _left_out(error: Unreadable) -> Note:
    return Note("left_out", f"{error.where} is left out. {error.message}")


def _listed(names: list[str]) -> str:
    more = len(names) - MAX_NAMED
    return ", ".join(names[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
