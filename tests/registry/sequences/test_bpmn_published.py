"""Real files of modelling tools through the real door: what is kept is what was bound, byte for byte, and is told with its bindings."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from registry.formats.drawn import read_flow
from registry.formats.flow import PERSON, Flow, Use, flow_from_json
from registry.formats.xml import parse_xml
from registry.releases import storage
from registry.sequences.binding import Binding, bound
from tests.make import make_release
from tests.registry.sequences.test_bpmn_corpus import FILES, INNER

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", FILES)
def test_published_as_it_was_bound(corpus: Path, name: str) -> None:
    part = make_release("leeds/brev", "1.2.0").module
    path = corpus / "bpmn" / name
    source = zipfile.ZipFile(path).read(INNER) if path.suffix == ".zip" else path.read_bytes()
    task = next(task for task in read_flow(parse_xml(source)).tasks if task.element not in PERSON)
    data = bound(source, {task.id: Binding(Use(part.identifier, "^1.0"), "By hand")})
    said = "The link to a picture in it is of the test set and has long expired."  # three of the files hold a JSON web token
    release = make_release("leeds/whole", data=data, filename="process.bpmn", checked=False, contested=said)
    with storage.store().open(release.artefacts.get().sha256) as stream:
        assert stream.read() == data
    kept = flow_from_json(release.inspection["flow"])
    assert isinstance(kept, Flow)
    assert [(node.id, node.uses) for node in kept.bound] == [(task.id, Use("leeds/brev", "^1.0"))]
    assert release.module.kind == "sequence"
    assert [(part.part.module.identifier, part.part.version, part.steps) for part in release.lock.parts.all()] == [
        ("leeds/brev", "1.2.0", [task.id])
    ]
