"""Modules with typed entry points, and sequences made of them, locked to the releases they are given."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from demonstration.builders import uipath as ui
from registry.actions.refresh_sequence_updates import promise_updates
from registry.catalogue.models import Module
from registry.releases.models import Release
from registry.sequences.models import LockedPart, SequenceLock
from tests.make import make_release


@dataclass(frozen=True)
class Step:
    """A step that ``part`` does; ``inputs`` are sources, or values after ``=``."""

    id: str
    part: Release
    range: str = "^1.0"
    inputs: Mapping[str, str] = field(default_factory=dict)
    entry_point: str = ""


def package(name: str, version: str, *arguments: ui.Argument) -> bytes:
    """A UiPath package whose ``Main.xaml`` takes and gives ``arguments``."""
    main = ui.Workflow("Main.xaml", name, (ui.log("Log", '"done"'),), arguments=arguments)
    return ui.package_file(ui.Package(name, version, f"{name} does its work.", "Somebody", (main,), {}, licence="MIT"))


def make_part(
    identifier: str, version: str = "1.0.0", *arguments: ui.Argument, visibility: str = "partnership", **options: object
) -> Release:
    """A listed release of a UiPath module."""
    name = identifier.partition("/")[2].title().replace("-", "")
    data = package(name, version, *(arguments or (ui.Argument("in_Text", required=True), ui.Argument("out_Text", direction="Out"))))
    filename = f"{name}.{version}.nupkg"
    return make_release(identifier, version, data=data, filename=filename, visibility=visibility, **options)  # type: ignore[arg-type]


def drawn(name: str, steps: Sequence[Step]) -> bytes:
    """BPMN in which ``steps`` follow one another."""
    keys = ["s", *(step.id for step in steps), "e"]
    arrows = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(itertools.pairwise(keys))
    )
    tasks = "".join(_task(step) for step in steps)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"'
        ' xmlns:m="urn:moothall:sequence:1" targetNamespace="urn:test">'
        f'<process id="p" name="{name}" isExecutable="false"><startEvent id="s"/>{tasks}<endEvent id="e"/>{arrows}</process></definitions>'
    ).encode()


def _task(step: Step) -> str:
    inputs = "".join(
        f'<m:input name="{name}" value="{text[1:]}"/>' if text.startswith("=") else f'<m:input name="{name}" from="{text}"/>'
        for name, text in step.inputs.items()
    )
    uses = f'<m:uses module="{step.part.module.identifier}" range="{step.range}" entryPoint="{step.entry_point}">{inputs}</m:uses>'
    return f'<serviceTask id="{step.id}" name="Step {step.id}"><extensionElements>{uses}</extensionElements></serviceTask>'


def make_sequence(identifier: str, version: str = "1.0.0", *steps: Step, visibility: str = "partnership", **options: object) -> Release:
    """A listed sequence of ``steps``, each locked to its part."""
    release = make_release(identifier, version, data=drawn(identifier, steps), visibility=visibility, **options)  # type: ignore[arg-type]
    Module.objects.filter(pk=release.module_id).update(kind=Module.Kind.SEQUENCE)
    lock(release, steps)
    release.module.refresh_from_db()
    promise_updates(release.module)
    return release


def lock(release: Release, steps: Sequence[Step]) -> SequenceLock:
    """Its lock, unless publishing made it."""
    content = "{}"
    digest = hashlib.sha256(content.encode()).hexdigest()
    made, is_new = SequenceLock.objects.get_or_create(release=release, defaults={"content": content, "sha256": digest})
    by_part: dict[int, list[str]] = {}
    for step in steps:
        by_part.setdefault(step.part.pk, []).append(step.id)
    if is_new:
        LockedPart.objects.bulk_create(
            LockedPart(lock=made, part_id=key, position=position, steps=ids) for position, (key, ids) in enumerate(by_part.items())
        )
    return made
