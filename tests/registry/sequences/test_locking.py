"""A lock names exact versions and digests of all that a sequence comes to, of what the asker sees and may take, and is always the same bytes."""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.viewer import Viewer
from registry.actions.quarantine_release import quarantine_release
from registry.actions.recall_releases import recall_releases
from registry.actions.yank_release import yank_release
from registry.catalogue.models import Module
from registry.errors import Conflict, Refused
from registry.formats.flow import Flow, Node, Use
from registry.lifecycle.models import FormerIdentifier
from registry.releases.models import Artefact, Dependency, ProvidedName, Release
from registry.resolving.model import Need
from registry.sequences import pool
from registry.sequences.locking import Lock, lock_of
from tests.make import make_release, make_viewer

pytestmark = pytest.mark.django_db


def flow(*uses: str, names: tuple[str, ...] = ("Fetch", "Check data", "Send")) -> Flow:
    """A flow whose steps use such as ``hampshire/fetch ^1``; an empty one is a person's."""
    nodes = []
    for place, text in enumerate(uses):
        module, _, versions = text.partition(" ")
        nodes.append(
            Node(f"t{place}", names[place], "serviceTask" if text else "userTask", uses=Use(module, versions, "Main") if text else None)
        )
    return Flow(nodes=(Node("start", "", "startEvent"), *nodes))


def read(lock: Lock) -> Any:
    return json.loads(lock.content)


def versions(viewer: Viewer, *uses: str, **options: Any) -> dict[str, str]:
    return {each["module"]: each["version"] for each in read(lock_of(viewer, flow(*uses), **options))["modules"]}


def test_a_lock_names_all_that_the_steps_come_to() -> None:
    deep = make_release("met/deep", "1.1.0", licence="Apache-2.0")
    make_release("met/deep", "2.0.0")
    first = make_release("hampshire/fetch", "1.3.0", dependencies=("met/deep@^1",))
    make_release("wiltshire/print", "1.0.0", dependencies=("met/deep",))
    by = make_viewer("kent")
    lock = lock_of(by, flow("hampshire/fetch ^1", "", "wiltshire/print"))
    assert lock.content.endswith("}\n")
    assert lock.sha256 == hashlib.sha256(lock.content.encode()).hexdigest()
    data = read(lock)
    assert list(data) == ["lock", "modules", "outside", "steps"]
    assert data["steps"] == [
        {"id": "t0", "module": "hampshire/fetch", "range": "^1", "entry_point": "Main", "version": "1.3.0"},
        {"id": "t2", "module": "wiltshire/print", "range": "", "entry_point": "Main", "version": "1.0.0"},
    ]
    assert [each["module"] for each in data["modules"]] == ["hampshire/fetch", "met/deep", "wiltshire/print"]
    file = Artefact.objects.get(release=deep)
    assert data["modules"][1] == {
        "module": "met/deep",
        "version": "1.1.0",
        "licence": "Apache-2.0",
        "sha256": deep.digest,
        "artefacts": [{"filename": "process.bpmn", "sha256": file.sha256, "size": file.size}],
        "required_by": [{"by": "hampshire/fetch@1.3.0", "range": "^1"}, {"by": "wiltshire/print@1.0.0", "range": "*"}],
    }
    assert data["modules"][0]["required_by"] == [{"by": "step:t0", "range": "^1"}]
    assert [(part.release.pk, part.steps, part.position) for part in lock.parts][:2] == [(first.pk, ("t0",), 0), (deep.pk, (), 1)]
    assert lock.parts[0].release.inspection["kind"] == "bpmn"  # asked for late, it still comes


def test_the_same_question_makes_the_same_bytes_whatever_the_order_of_the_rows() -> None:
    parts = [(f"force-{number % 3}/part-{number}", ("met/deep@^1",) if number % 2 else ()) for number in range(4)]
    makes = [("met/deep", "1.0.0", ()), ("met/deep", "1.1.0", ()), *((name, "1.0.0", needs) for name, needs in parts)]
    made = []
    for chance in (random.Random(1), random.Random(2)):
        for name, version, needs in chance.sample(makes, len(makes)):
            release = Release.objects.filter(module__publisher=name.split("/")[0], module__slug=name.split("/")[1], version=version)
            if not release:
                make_release(name, version, dependencies=needs)
        made.append(lock_of(make_viewer("kent"), flow(*[name for name, _ in parts][:3])).content)
        keys = list(Dependency.objects.values_list("pk", flat=True))
        rows = list(Dependency.objects.filter(pk__in=keys))
        Dependency.objects.filter(pk__in=keys).delete()
        for row in chance.sample(rows, len(rows)):
            row.pk = None
            row.save(force_insert=True)
        made.append(lock_of(make_viewer("kent"), flow(*[name for name, _ in parts][:3])).content)
    assert len(set(made)) == 1


def test_what_must_not_be_taken_anew_is_never_chosen() -> None:
    by, owner = make_viewer("kent"), make_viewer("hampshire")
    for version in ("1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0-rc.1"):
        last = make_release("hampshire/fetch", version, by=owner)
    make_release("hampshire/fetch", "1.5.0", by=owner, checked=False)
    held = {release.version: release for release in Release.objects.all()}
    assert versions(by, "hampshire/fetch") == {"hampshire/fetch": "1.3.0"}
    assert versions(by, "hampshire/fetch", prereleases=True) == {"hampshire/fetch": "1.4.0-rc.1"}
    assert versions(owner, "hampshire/fetch") == {"hampshire/fetch": "1.3.0"}  # nor what its own publisher sees but is not listed
    yank_release(release=held["1.3.0"], reason="Wrong address", by=owner)
    assert versions(by, "hampshire/fetch") == {"hampshire/fetch": "1.2.0"}
    quarantine_release(release=held["1.2.0"], reason="Looked into", by=owner)
    assert versions(owner, "hampshire/fetch") == {"hampshire/fetch": "1.1.0"}
    recall = recall_releases(module=last.module, versions="1.1.0", severity="high", reason="Sends twice", by=owner)
    assert versions(owner, "hampshire/fetch") == {"hampshire/fetch": "1.0.0"}
    type(recall).objects.update(closed_at=timezone.now())
    assert versions(by, "hampshire/fetch") == {"hampshire/fetch": "1.1.0"}
    Module.objects.update(retired_at=timezone.now())
    with pytest.raises(Conflict, match="no version of hampshire/fetch can be taken"):
        lock_of(by, flow("hampshire/fetch"))


def test_what_is_hidden_answers_as_what_is_not_there() -> None:
    make_release("hampshire/own", visibility="own")
    make_release("met/sends", dependencies=("hampshire/own",))
    by = make_viewer("kent")

    def said(text: str) -> str:
        with pytest.raises(Conflict) as conflict:
            lock_of(by, flow(text))
        return f"{conflict.value.message} {conflict.value.mend}"

    assert said("hampshire/own ^1").replace("own", "non") == said("hampshire/non ^1").replace("own", "non")
    assert said("met/sends") == (
        "met/sends 1.0.0, which step 1 (Fetch) asks for, needs hampshire/own, but no version of hampshire/own can be taken. Check the identifier"
        " hampshire/own. To be taken, a module must be shared with your organisation, and have a release that is listed, not yanked and not"
        " recalled; or choose another."
    )
    assert versions(make_viewer("hampshire"), "met/sends") == {"met/sends": "1.0.0", "hampshire/own": "1.0.0"}


def test_former_identifiers_lead_to_the_module() -> None:
    moved = make_release("hampshire/fetch", "1.0.0").module
    FormerIdentifier.objects.create(publisher="kent", slug="old", module=moved)
    make_release("met/check", dependencies=("kent/old@^1",))
    lock = read(lock_of(make_viewer("kent"), flow("kent/old ^1", "met/check", "hampshire/fetch")))
    assert [(step["module"], step["version"]) for step in lock["steps"]] == [
        ("hampshire/fetch", "1.0.0"), ("met/check", "1.0.0"), ("hampshire/fetch", "1.0.0"),
    ]  # fmt: skip
    assert lock["modules"][0]["required_by"] == [
        {"by": "met/check@1.0.0", "range": "^1"}, {"by": "step:t0", "range": "^1"}, {"by": "step:t2", "range": ""},
    ]  # fmt: skip


def need(release: Release, ecosystem: str, name: str, text: str, **more: Any) -> None:
    Dependency.objects.create(release=release, ecosystem=ecosystem, name=name, wanted=name.lower(), range=text, **more)


def test_names_of_other_platforms_lead_to_the_module_that_provides_them() -> None:
    for version in ("1.0.0", "1.1.0", "2.0.0"):
        ProvidedName.objects.create(release=make_release("met/lib", version), ecosystem="nuget", name="force.lib")
    release = make_release("hampshire/fetch")
    need(release, "nuget", "Force.Lib", "[1.0.0,2.0.0)")
    need(release, "nuget", "UiPath.Excel", "[2.22.0]")
    need(release, "nuget", "Carried", "[1.0.0]", is_included=True)
    other = make_release("wiltshire/zips")
    need(other, "nuget", "Force.Lib", "[7.0.0]")  # which is had elsewhere
    need(other, "nuget", "UiPath.Excel", "[2.22.0]")
    lock = read(lock_of(make_viewer("kent"), flow("hampshire/fetch", "wiltshire/zips")))
    assert lock["modules"][1]["version"] == "1.1.0"
    assert lock["modules"][1]["required_by"] == [{"by": "hampshire/fetch@1.0.0", "range": ">=1.0.0 <2.0.0"}]
    assert lock["outside"] == [
        {"ecosystem": "nuget", "name": "Force.Lib", "range": "[7.0.0]", "required_by": ["wiltshire/zips@1.0.0"]},
        {
            "ecosystem": "nuget",
            "name": "UiPath.Excel",
            "range": "[2.22.0]",
            "required_by": ["hampshire/fetch@1.0.0", "wiltshire/zips@1.0.0"],
        },
    ]


def test_a_range_that_a_file_wrote_wrongly_is_any_version() -> None:
    make_release("met/deep", "3.0.0")
    need(make_release("hampshire/fetch"), "moothall", "met/deep", "latest")
    assert versions(make_viewer("kent"), "hampshire/fetch") == {"hampshire/fetch": "1.0.0", "met/deep": "3.0.0"}


def test_what_the_publisher_declares_is_required_by_the_sequence() -> None:
    make_release("met/deep", "1.0.0")
    make_release("met/deep", "2.0.0")
    make_release("hampshire/fetch")
    lock = lock_of(make_viewer("kent"), flow("hampshire/fetch"), declared=[Need("met/deep", "^1")])
    assert read(lock)["modules"][1]["required_by"] == [{"by": "sequence", "range": "^1"}]
    assert [(part.release.version, part.steps) for part in lock.parts] == [("1.0.0", ("t0",)), ("1.0.0", ())]


def test_the_sentence_names_the_steps_by_number_and_name() -> None:
    make_release("met/check", "1.4.0")
    make_release("met/check", "2.0.0")
    make_release("hampshire/fetch", "1.3.0", dependencies=("met/check@^1",))
    with pytest.raises(Conflict) as conflict:
        lock_of(make_viewer("kent"), flow("hampshire/fetch ^1.2", "", "met/check ^2"))
    assert conflict.value.message == (
        "Step 3 (Send) asks for met/check ^2, and hampshire/fetch 1.3.0, which step 1 (Fetch) asks for, needs met/check ^1: no version is both."
    )
    assert conflict.value.mend == "Ask for met/check ^1.4.0 in step 3 (Send)."


def test_a_long_name_of_a_step_is_cut() -> None:
    with pytest.raises(Conflict) as conflict:
        lock_of(make_viewer("kent"), flow("met/check", names=("Very " * 100 + "long", "", "")))
    assert len(conflict.value.message) < 200


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [("met/check latest", "range_invalid", "steps[1].range"), ("met ^1", "identifier_invalid", "steps[1].module")],
)
def test_a_step_that_asks_wrongly_is_named(text: str, code: str, where: str) -> None:
    with pytest.raises(Refused) as refusal:
        lock_of(make_viewer("kent"), flow("", text))
    assert (refusal.value.code, refusal.value.where) == (code, where)


def test_a_flow_without_modules_has_an_empty_lock() -> None:
    lock = lock_of(make_viewer("kent"), flow("", ""))
    assert read(lock) == {"lock": 1, "steps": [], "modules": [], "outside": []}
    assert lock.parts == ()


def test_the_queries_grow_with_the_levels_and_not_with_the_modules(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(6):
        make_release(f"met/deep-{number}")
    for number in range(3):
        make_release(f"hampshire/x-{number}", dependencies=tuple(f"met/deep-{each}" for each in (number * 2, number * 2 + 1)))
    by = make_viewer("kent")
    with django_assert_max_num_queries(10):
        assert len(lock_of(by, flow("hampshire/x-0", "hampshire/x-1", "hampshire/x-2")).parts) == 9


def test_too_much_to_look_at_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    make_release("met/cc")
    make_release("met/bb", dependencies=("met/cc",))
    make_release("met/aa", dependencies=("met/bb",))
    by = make_viewer("kent")
    for limit, value in (("MAX_LEVELS", 2), ("MAX_MODULES", 2), ("MAX_RELEASES", 2)):
        with monkeypatch.context() as patch:
            patch.setattr(pool, limit, value)
            with pytest.raises(Conflict) as conflict:
                lock_of(by, flow("met/aa"))
            assert conflict.value.code == "resolution_too_large"
    assert len(lock_of(by, flow("met/aa")).parts) == 3
