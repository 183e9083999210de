"""The bundle of a sequence: one zip with its drawing, its lock, every file of every part, and the papers that go with them.

It is put together anew for whoever takes it and comes out byte for byte the same while nothing of it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.formats.flow import Flow
from registry.formats.model import Inspection, inspection_from_json
from registry.releases.models import Artefact, Release
from registry.releases.storage import store
from registry.sequences import papers, zipping
from registry.sequences.parts import Parts
from registry.sequences.sbom import sbom
from registry.sequences.told import told
from registry.sequences.zipping import Member, text_member
from registry.values.markings import Marking, higher

SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that may be sent. ``etag`` is the SHA-256 of its ``SHA256SUMS``, which names all its other bytes."""

    release: Release
    parts: Parts
    members: tuple[Member, ...]
    etag: str
    size: int
    marking: Marking
    handling: str

    @property
    def filename(self) -> str:
        return f"{self.release.module.slug}-{self.release.version}.zip"

    @property
    def releases(self) -> tuple[Release, ...]:
        """Everything taken with it, itself first."""
        return (self.release, *(part.release for part in self.parts.seen))

    @property
    def is_stored(self) -> bool:
        """Whether the store still has all its bytes."""
        return all(each.data is not None or store().has(each.sha256) for each in self.members)

    def stream(self) -> Iterator[bytes]:
        """Its bytes, in chunks; raises OSError where some are missing or damaged."""
        return zipping.zipped(self.members, store().open)


def bundle_of(release: Release, parts: Parts, warnings: Mapping[int, str]) -> Bundle:
    """The bundle of a release whose parts are all seen; ``warnings`` are words on some of its releases, by key."""
    releases = (release, *(part.release for part in parts.seen))
    marking = _marking(releases)
    handling = "; ".join(dict.fromkeys(text for each in releases if (text := each.handling or each.module.handling)))
    inspection = inspection_from_json(release.inspection)
    files = tuple(release.artefacts.order_by("position", "filename"))
    inside = [
        *_own_files(files),
        Member("lock.json", len(parts.lock.content.encode()), parts.lock.sha256, parts.lock.content.encode()),
        *_part_files(parts),
        *_papers(release, inspection, files, parts),
        text_member("NOTICE.md", papers.notice(release, parts, marking, handling, warnings)),
    ]
    sums = text_member(SUMS, "".join(f"{each.sha256}  {each.name}\n" for each in inside))
    root = f"{release.module.slug}-{release.version}"
    members = tuple(Member(f"{root}/{each.name}", each.size, each.sha256, each.data) for each in (*inside, sums))
    return Bundle(release, parts, members, sums.sha256, zipping.size_of(members), marking, handling)


def _marking(releases: Iterable[Release]) -> Marking:
    found = Marking.OFFICIAL
    for each in releases:
        found = higher(found, higher(each.marking, each.module.marking))
    return found


def _own_files(files: Iterable[Artefact]) -> Iterator[Member]:
    """The drawing first, under a name that is the same in every bundle; whatever else it was published with beside it."""
    drawn = next((file for file in files if file.kind == "bpmn"), None)
    for file in files:
        yield Member("sequence.bpmn" if file is drawn else f"sequence/{file.filename}", file.size, file.sha256)


def _part_files(parts: Parts) -> Iterator[Member]:
    for part in parts.seen:
        for file in part.files:
            yield Member(f"modules/{part.id}/{part.release.version}/{file.filename}", file.size, file.sha256)


def _papers(release: Release, inspection: Inspection, files: tuple[Artefact, ...], parts: Parts) -> Iterator[Member]:
    flow = inspection.flow or Flow()
    steps = told(flow, parts)
    yield text_member("documentation/00-process.md", papers.process(release, flow, steps, parts))
    yield from (text_member(f"documentation/{papers.step_name(step)}", papers.step_paper(step)) for step in steps)
    yield text_member("sbom.cdx.json", sbom(release, files, inspection, parts))
    yield text_member("LICENCES.md", papers.licences(release, parts))
