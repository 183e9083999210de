"""What a release needs leads by the platform's own key to what is here, and says so where it leads nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.viewer import Viewer
from registry.formats import inspect
from registry.formats.model import Dependency as Need
from registry.formats.model import Inspection, inspection_from_json, merged
from registry.index.dependencies import dependency_entries, need_counts, previewed_dependencies
from registry.index.entries import DependencyEntry
from registry.releases.dependencies import eyes_of
from registry.releases.links import links
from registry.releases.models import Dependency, Release
from tests.make import make_organisation, make_release
from tests.registry.formats.hostile import zipped
from tests.registry_pages import person, shown, words_of

pytestmark = pytest.mark.django_db
BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


def an_object(name: str, *called: str) -> bytes:
    stages = "".join(
        f'<stage stageid="{number}" name="Do" type="Action"><resource object="{one}" action="Run"/></stage>'
        for number, one in enumerate(called)
    )
    return f'<process name="{name}" type="object" bpversion="6.10.0.1">{stages}</process>'.encode()


def a_project(name: str, version: str, **needs: str) -> bytes:
    document = {"name": name, "projectVersion": version, "studioVersion": "24.10.1.0", "dependencies": needs, "main": "Main.xaml"}
    return zipped({"project.json": json.dumps(document).encode()})


def a_process(inside: str = "", identifier: str = "p") -> bytes:
    return f'<definitions {BPMN} name="Drawn {identifier}"><process id="{identifier}" name="P">{inside}</process></definitions>'.encode()


def viewer(slug: str = "wiltshire") -> Viewer:
    return eyes_of(make_organisation(slug))


def entries(release: Release, slug: str = "wiltshire") -> dict[str, DependencyEntry]:
    release.refresh_from_db()
    found = dependency_entries(viewer(slug), release, inspection_from_json(release.inspection))
    return {entry.name: entry for entry in found}


def test_an_object_is_found_by_its_name(db: None) -> None:
    make_release("met/sms", data=an_object("SMS Gateway"), filename="a.xml")
    release = make_release("hampshire/fines", data=an_object("Fines", "sms gateway", "MS Excel VBO", "Nobody's"), filename="b.xml")
    found = entries(release)
    assert {name: (entry.status, entry.held_by) for name, entry in found.items()} == {
        "sms gateway": ("registry", "met/sms"),
        "MS Excel VBO": ("vendor", ""),
        "Nobody's": ("missing", ""),
    }
    assert need_counts(found.values()).words == "1 in Moothall, 1 from the vendor, 1 missing"


@pytest.mark.parametrize("visibility", ["own", "named"])
def test_what_is_hidden_is_missing_and_its_name_is_never_offered(visibility: str) -> None:
    options = {"share_with": ("kobenhavn",)} if visibility == "named" else {}
    make_organisation("kobenhavn")
    make_release("met/sms", data=an_object("SMS Gateway (MDA)"), filename="a.xml", visibility=visibility, **options)
    release = make_release("hampshire/fines", data=an_object("Fines", "SMS Gateway (MDA)", "SMS Gateway MDA"), filename="b.xml")
    assert [(entry.status, entry.held_by, entry.near) for entry in entries(release).values()] == [("missing", "", ())] * 2


def test_a_broken_link_offers_what_may_have_been_meant() -> None:
    """As two releases of one vendor have it: they call an object by another name than that under which they carry it."""
    make_release("met/oracle", data=an_object("Data - Oracle (MDB)"), filename="a.xml")
    seen = viewer()
    read = Inspection(
        "blueprism",
        "blueprism-release",
        name="Test Suite",
        provides=("Blue Prism - Oracle (MDA)", "Main"),
        dependencies=(Need("blueprism", "Data - Oracle (MDA)"),),
    )
    (entry,) = previewed_dependencies(seen, read)
    assert entry.status == "missing"
    assert {(near.name, near.held_by) for near in entry.near} == {
        ("Blue Prism - Oracle (MDA)", ""),
        ("data - oracle (mdb)", "met/oracle"),
    }


@pytest.mark.parametrize(
    ("wanted", "fits", "version"),
    [("[1.2.0]", True, "1.2.0"), ("1.0", True, "1.3.0"), ("[2.0.0]", False, "1.3.0"), ("[1.0,1.3)", True, "1.2.0"), ("", True, "1.3.0")],
)
def test_a_range_says_whether_a_listed_version_fits(wanted: str, fits: bool, version: str) -> None:
    for each in ("1.2.0", "1.3.0"):
        make_release("met/fines", each, data=a_project("Fines", each), filename="fines.zip")
    make_release("met/fines", "2.0.0", data=a_project("Fines", "2.0.0"), filename="fines.zip", checked=False)  # not listed yet
    (link,) = links(viewer(), [Dependency(ecosystem="nuget", name="Fines", wanted="fines", range=wanted)])
    assert (link.status, link.fits, link.version) == ("registry", fits, version)


def test_files_of_one_release_that_name_each_other(tmp_path: Path) -> None:
    called = '<callActivity calledElement="q"/><callActivity calledElement="elsewhere"/>'
    read = {
        "main.bpmn": a_process(called).replace(b"<process", b'<import location="../Other.bpmn"/><process', 1),
        "Other.bpmn": a_process(identifier="q"),
    }
    inspections = []
    for name, data in read.items():
        (tmp_path / name).write_bytes(data)
        inspections.append(inspect(tmp_path / name))
    found = previewed_dependencies(viewer(), merged(inspections), list(read))
    assert {entry.name: entry.status for entry in found} == {"q": "included", "../Other.bpmn": "included", "elsewhere": "missing"}


def test_a_called_process_and_an_asked_decision_are_found_by_their_ids() -> None:
    dmn = b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="Fees"><decision id="fee" name="Fee"/></definitions>'
    make_release("met/check", data=a_process(identifier="check-case"), filename="Check.bpmn")
    make_release("met/fees", data=dmn, filename="Fees.dmn")
    inside = (
        '<callActivity calledElement="check-case"/><businessRuleTask xmlns:c="http://camunda.org/schema/1.0/bpmn" c:decisionRef="fee"/>'
    )
    text = a_process(inside).replace(b"<process", b'<import location="../dmn/Fees.dmn"/><import location="Check.bpmn"/><process', 1)
    found = entries(make_release("hampshire/fines", data=text, filename="main.bpmn"))
    assert {name: entry.held_by for name, entry in found.items()} == {
        "check-case": "met/check",
        "fee": "met/fees",
        "../dmn/Fees.dmn": "met/fees",
        "Check.bpmn": "met/check",
    }


def test_the_number_of_queries_does_not_grow() -> None:
    for number in range(6):
        make_release(f"met/m{number}", data=an_object(f"Object {number}"), filename="a.xml")
    seen = viewer()

    def asked(count: int) -> int:
        rows = [Dependency(ecosystem="blueprism", name=f"Object {n}", wanted=f"object {n}", range="1") for n in range(count)]
        rows += [Dependency(ecosystem="blueprism", name=f"Lost {n}", wanted=f"lost {n}") for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            links(seen, rows)
        return len(queries)

    assert asked(1) == asked(6) <= 5


def test_the_page_says_what_fits_and_what_may_have_been_meant() -> None:
    make_release("met/fines", data=a_project("Fines", "1.0.0"), filename="fines.zip")
    make_release("hampshire/letters", data=a_project("Letters", "1.0.0", Fines="[2.0.0]", Finess="1.0"), filename="letters.zip")
    words = words_of(shown(person("wiltshire"), "/modules/hampshire/letters/1.0.0"))
    assert "1 in Moothall in no version that fits, 1 missing." in words
    assert "No listed version of met/fines is in the range [2.0.0]." in words
    assert "Was this meant: fines in met/fines" in words


def test_a_trial_says_so_before_anything_is_published() -> None:
    make_release("met/fines", data=a_project("Fines", "1.0.0"), filename="fines.zip")
    sent = SimpleUploadedFile("letters.zip", a_project("Letters", "1.0.0", Fines="1.0", Finess="1.0"))
    make_organisation("wiltshire")
    response = person("wiltshire").post("/publish/check", {"artefact": sent})
    words = words_of(response.content.decode())
    assert "1 in Moothall, 1 missing" in words
    assert "Was this meant: fines in met/fines" in words
