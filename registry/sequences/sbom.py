"""What a sequence consists of, as a CycloneDX bill of materials: the same for the same lock, without the time at which it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from registry.formats.model import Dependency, Inspection
from registry.releases.models import Artefact, Release
from registry.sequences.parts import Parts
from registry.values.identifiers import provided_name

_PACKAGES = {"nuget": "nuget", "pypi": "pypi"}  # ecosystem of a dependency -> type of its address
_EXACT = re.compile(r"\A(?:==\s*|\[)?([0-9][0-9A-Za-z.+-]*)\]?\Z")


def sbom(release: Release, files: Sequence[Artefact], inspection: Inspection, parts: Parts) -> str:
    """The bill of ``release`` and of every part of its lock with what that needs from elsewhere, as JSON (CycloneDX 1.6)."""
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, f"urn:sha256:{parts.lock.sha256}"))
    whole = _component(release, files, inspection, ComponentType.APPLICATION)
    bom.metadata.component = whole
    needs = _needs(parts)
    made = {part.id: _component(part.release, part.files, part.inspection, ComponentType.LIBRARY) for part in parts.seen}
    packages: dict[str, Component] = {}
    bom.register_dependency(whole, [made[part.id] for part in parts.seen if needs[part.key][0]])
    for part in parts.seen:
        wanted = [made[each] for each in needs[part.key][1]]
        wanted += [packages.setdefault(str(each.bom_ref.value), each) for each in _packages(part.inspection.dependencies)]
        bom.components.add(made[part.id])
        bom.register_dependency(made[part.id], wanted)
    for package in packages.values():
        bom.components.add(package)
    written = json.loads(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string())
    del written["metadata"]["timestamp"]
    return json.dumps(written, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def address(release: Release, files: Sequence[Artefact], inspection: Inspection) -> PackageURL:
    """The package URL of a release: of its package's own kind where it is one, else ``pkg:generic/publisher/slug@version``."""
    kind, module = files[0].kind if files else "", release.module
    name, version = inspection.name, inspection.version
    if name and version and kind.startswith(("uipath-nupkg", "nupkg-")):
        return PackageURL("nuget", None, name, version)
    if name and version and kind in ("python-wheel", "python-sdist"):
        return PackageURL("pypi", None, provided_name("pypi", name), version)
    checksum = {"checksum": f"sha256:{files[0].sha256}"} if len(files) == 1 else None
    return PackageURL("generic", module.publisher, module.slug, release.version, checksum)


def _needs(parts: Parts) -> dict[int, tuple[bool, tuple[str, ...]]]:
    """Of each part, by key, whether the sequence itself asks for it, and which others it needs: as the lock has it."""
    locked = json.loads(parts.lock.content)["modules"]
    required = {f"{each['module']}@{each['version']}": [one["by"] for one in each["required_by"]] for each in locked}
    # The lock names modules as they were called when it was written; its parts stand in the same order.
    names = {f"{each['module']}@{each['version']}": part for each, part in zip(locked, parts.seen, strict=True)}
    return {
        part.key: (
            any(by not in names for by in required[name]),
            tuple(other.id for each, other in names.items() if name in required[each]),
        )
        for name, part in names.items()
    }


def _component(release: Release, files: Sequence[Artefact], inspection: Inspection, kind: ComponentType) -> Component:
    module = release.module
    reference = f"{module.identifier}@{release.version}"
    return Component(
        type=kind,
        name=module.slug,
        group=module.publisher,
        version=release.version,
        bom_ref=reference,
        publisher=module.organisation.name,
        copyright=module.ip_owner or None,
        licenses=[LicenseFactory().make_from_string(release.licence)] if release.licence else None,
        purl=address(release, files, inspection),
        hashes=_hashes(files[0]) if len(files) == 1 else None,
        components=[
            Component(type=ComponentType.FILE, name=file.filename, bom_ref=f"{reference}#{file.filename}", hashes=_hashes(file))
            for file in files
            if len(files) > 1
        ],
    )


def _hashes(file: Artefact) -> list[HashType]:
    return [HashType(alg=HashAlgorithm.SHA_256, content=file.sha256)]


def _packages(dependencies: Sequence[Dependency]) -> Iterator[Component]:
    """What is had from public package indexes; its version only where the file asks for one alone."""
    for need in dependencies:
        if need.ecosystem not in _PACKAGES or need.included:
            continue
        exact = _EXACT.match(need.range or "")
        address = PackageURL(_PACKAGES[need.ecosystem], None, need.name, exact[1] if exact else None)
        yield Component(type=ComponentType.LIBRARY, name=need.name, version=exact[1] if exact else None, bom_ref=str(address), purl=address)
