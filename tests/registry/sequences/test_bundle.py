"""The bundle of a sequence: everything is in it, it comes out the same whenever it is made, and its sizes and digests are as announced."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Iterator

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from registry.actions.yank_release import yank_release
from registry.errors import Conflict, Missing
from registry.index import bundles
from registry.releases.models import Artefact, Release
from registry.releases.storage import store
from registry.sequences.models import LockedPart, SequenceLock
from registry.sequences.zipping import Member, size_of, text_member, zipped
from registry.values.digests import sha256_of
from tests.make import bpmn, letters, make_release, make_sequence, make_viewer, workflow

pytestmark = pytest.mark.django_db
ROOT = "letters-1.0.0"


def _bundle(slug: str = "letters") -> bundles.Bundle:
    return bundles.bundle(make_viewer("met"), "kobenhavn", slug, "1.0.0")


def _opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def _text(bundle: bundles.Bundle, name: str) -> str:
    return _opened(b"".join(bundle.stream())).read(f"{ROOT}/{name}").decode()


def test_everything_is_in_it_under_names_that_are_always_the_same() -> None:
    release = make_sequence()
    archive = _opened(b"".join(_bundle().stream()))
    assert archive.testzip() is None
    assert archive.namelist() == [
        f"{ROOT}/{name}"
        for name in (
            "sequence.bpmn",
            "lock.json",
            "modules/kobenhavn/check/1.0.0/Main.xaml",
            "modules/odense/send/1.0.0/Main.xaml",
            "documentation/00-process.md",
            "documentation/01-check-data.md",
            "documentation/02-decide.md",
            "documentation/03-send-letter.md",
            "sbom.cdx.json",
            "LICENCES.md",
            "NOTICE.md",
            "SHA256SUMS",
        )
    ]
    assert archive.read(f"{ROOT}/lock.json").decode() == SequenceLock.objects.get(release=release).content
    with store().open(release.artefacts.get().sha256) as stored:
        assert archive.read(f"{ROOT}/sequence.bpmn") == stored.read()


def test_its_size_and_digests_are_those_announced() -> None:
    make_sequence()
    bundle = _bundle()
    data = b"".join(bundle.stream())
    archive = _opened(data)
    sums = archive.read(f"{ROOT}/SHA256SUMS")
    assert len(data) == bundle.size
    assert hashlib.sha256(sums).hexdigest() == bundle.etag
    named = dict(reversed(line.split("  ")) for line in sums.decode().splitlines())
    assert named == {
        name.removeprefix(f"{ROOT}/"): hashlib.sha256(archive.read(name)).hexdigest()
        for name in archive.namelist()
        if not name.endswith("SHA256SUMS")
    }


def test_made_again_it_is_the_same_byte_for_byte_in_whatever_order_the_rows_lie(monkeypatch) -> None:
    release = make_sequence()
    once = b"".join(_bundle().stream())
    assert b"".join(_bundle().stream()) == once
    lock = SequenceLock.objects.get(release=release)
    rows = list(LockedPart.objects.filter(lock=lock))
    LockedPart.objects.filter(lock=lock).delete()
    for row in random.Random(7).sample(rows[::-1], len(rows)):  # other keys, the same positions
        LockedPart.objects.create(lock=lock, part=row.part, position=row.position, steps=row.steps)
    assert b"".join(_bundle().stream()) == once


def test_nothing_tells_when_or_where_it_was_made() -> None:
    make_sequence()
    for info in _opened(b"".join(_bundle().stream())).infolist():
        assert (info.date_time, info.external_attr, info.create_system, info.compress_type) == (
            (2024, 1, 1, 0, 0, 0),
            0,
            0,
            zipfile.ZIP_STORED,
        )
        assert not info.flag_bits & 8  # sizes stand before the bytes, so that programs can read it as it comes
    assert "timestamp" not in _text(_bundle(), "sbom.cdx.json")


def test_the_bill_of_materials_is_valid_and_names_every_part_with_its_digest_and_needs() -> None:
    make_sequence()
    written = _text(_bundle(), "sbom.cdx.json")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    bill = json.loads(written)
    assert bill["metadata"]["component"]["bom-ref"] == "kobenhavn/letters@1.0.0"
    part = next(each for each in bill["components"] if each["name"] == "send")
    file = Artefact.objects.get(release__module__slug="send")
    assert part["hashes"] == [{"alg": "SHA-256", "content": file.sha256}]
    assert part["purl"] == f"pkg:generic/odense/send@1.0.0?checksum=sha256:{file.sha256}"
    assert part["licenses"] == [{"license": {"id": "MIT"}}]
    graph = {each["ref"]: each.get("dependsOn", []) for each in bill["dependencies"]}
    assert graph["kobenhavn/letters@1.0.0"] == ["kobenhavn/check@1.0.0", "odense/send@1.0.0"]
    assert graph["kobenhavn/check@1.0.0"] == []


def test_the_bill_tells_which_part_needs_which() -> None:
    make_release("odense/base", data=workflow(), filename="Main.xaml")
    make_release("kobenhavn/check", data=workflow(), filename="Main.xaml", dependencies=("odense/base",))
    make_sequence()
    bill = json.loads(_text(_bundle(), "sbom.cdx.json"))
    graph = {each["ref"]: each.get("dependsOn", []) for each in bill["dependencies"]}
    assert graph["kobenhavn/check@1.0.0"] == ["odense/base@1.0.0"]
    assert "odense/base@1.0.0" not in graph["kobenhavn/letters@1.0.0"]
    assert "Needed by other parts" in _text(_bundle(), "documentation/00-process.md")


def test_a_bill_has_a_number_of_its_own_for_each_lock() -> None:
    make_sequence()
    make_sequence("kobenhavn/others", steps=letters() | {"steps": letters()["steps"][:1]})
    numbers = [
        json.loads(b.data or b"")["serialNumber"]
        for slug in ("letters", "others")
        for b in _bundle(slug).members
        if b.name.endswith("cdx.json")
    ]
    assert len(set(numbers)) == 2


def test_the_papers_tell_the_process_its_people_and_what_is_to_set() -> None:
    make_sequence()
    process = _text(_bundle(), "documentation/00-process.md")
    assert "Whoever starts it gives `sag`." in process
    assert "| 1 | [Check data](01-check-data.md) | Robot | `kobenhavn/check` | `^1.0` | 1.0.0 |" in process
    assert "2. Decide: “Award?” “Yes” leads to step 3, Send letter; “Award?” “No” leads to the end." in process
    assert "- Step 2, Decide, who gives `afgoerelse`" in process
    assert "After step 1, Check data: The case waits in the caseworker’s list." in process
    assert "| Credential | `CaseSystem` | Create it in your own vault |" in process
    step = _text(_bundle(), "documentation/03-send-letter.md")
    assert "- `in_Sag` (String): `out_Brev` of step 1, Check data" in step
    assert "- `in_Titel` (String): always `Your application`" in step
    assert "About odense/send." in step


def test_what_people_wrote_stays_words_in_the_papers() -> None:
    steps = letters()
    steps["steps"][1]["name"] = "[Decide](https://evil.example) | `x` <b>"
    make_sequence()
    make_sequence("kobenhavn/others", steps=steps)
    process = next(each.data for each in _bundle("others").members if each.name.endswith("00-process.md"))
    assert b"\\[Decide\\](https://evil.example) \\| \\`x\\` \\<b\\>" in (process or b"")


def test_licences_are_named_in_full_with_their_address() -> None:
    make_sequence(licence="EUPL-1.2 OR LicenseRef-Own")
    said = _text(_bundle(), "LICENCES.md")
    assert "| `odense/send` | 1.0.0 | MIT | Odense | not stated |" in said
    assert "- MIT: MIT License, https://spdx.org/licenses/MIT.html" in said
    assert "- LicenseRef-Own: terms of its publisher’s own; ask there" in said


def test_a_part_withdrawn_since_is_still_had_and_the_notice_says_so() -> None:
    make_sequence()
    before = _bundle().etag
    part = Release.objects.get(module__slug="send")
    yank_release(release=part, reason="Sends the letter twice.", by=make_viewer("odense"))
    assert "`odense/send@1.0.0` was withdrawn after the lock was made: Sends the letter twice." in _text(_bundle(), "NOTICE.md")
    assert _bundle().etag != before


def test_the_marking_is_the_highest_of_all() -> None:
    make_sequence()
    assert _bundle().marking == "OFFICIAL"
    part = Release.objects.get(module__slug="send").module
    type(part).objects.filter(pk=part.pk).update(marking="OFFICIAL-SENSITIVE", handling="Caseworkers only")
    bundle = bundles.bundle(make_viewer("odense"), "kobenhavn", "letters", "1.0.0")
    assert (bundle.marking, bundle.handling) == ("OFFICIAL-SENSITIVE", "Caseworkers only")


def test_who_does_not_see_a_part_gets_no_bundle_and_no_name() -> None:
    make_sequence()
    part = Release.objects.get(module__slug="send").module
    type(part).objects.filter(pk=part.pk).update(visibility="own")
    for asked in (bundles.bundle, bundles.lock):
        with pytest.raises(Conflict) as caught:
            asked(make_viewer("met"), "kobenhavn", "letters", "1.0.0")
        assert caught.value.code == "part_not_shared"
        assert "send" not in f"{caught.value.message} {caught.value.mend}"
    with pytest.raises(Missing):
        bundles.bundle(make_viewer("met"), "kobenhavn", "absent", "1.0.0")


def test_nothing_in_quarantine_is_handed_over() -> None:
    make_sequence()
    part = Release.objects.get(module__slug="send")
    Release.objects.filter(pk=part.pk).update(quarantined_at=part.created_at, quarantine_reason="An inquiry.")
    codes = []
    for slug in ("odense", "met"):  # whoever does not see what is in quarantine is not told that it is
        with pytest.raises(Conflict) as caught:
            bundles.bundle(make_viewer(slug), "kobenhavn", "letters", "1.0.0")
        codes.append(caught.value.code)
    assert codes == ["quarantined", "part_not_shared"]


def test_of_what_locks_nothing_there_is_no_bundle() -> None:
    make_release("kobenhavn/plain", data=bpmn())
    with pytest.raises(Conflict) as caught:
        _bundle("plain")
    assert caught.value.code == "no_lock"


def test_the_number_of_queries_does_not_grow_with_the_parts(django_assert_num_queries) -> None:
    make_sequence()
    make_sequence("kobenhavn/others", steps=letters() | {"steps": letters()["steps"][:1]})
    viewer = make_viewer("met")
    for slug in ("letters", "others"):
        with django_assert_num_queries(8):
            bundles.bundle(viewer, "kobenhavn", slug, "1.0.0")


# --- The archive itself ---------------------------------------------------------------------------------------------------
def test_damaged_bytes_end_the_archive(tmp_path) -> None:
    (tmp_path / "stored").write_bytes(b"other")
    member = Member("a.txt", 5, sha256_of(tmp_path / "stored"))
    assert _opened(b"".join(zipped([member], lambda _: (tmp_path / "stored").open("rb")))).read("a.txt") == b"other"
    (tmp_path / "stored").write_bytes(b"swapp")
    with pytest.raises(OSError, match="damaged"):
        list(zipped([member], lambda _: (tmp_path / "stored").open("rb")))


def test_a_large_member_passes_in_small_pieces(tmp_path) -> None:
    with (tmp_path / "large").open("wb") as large:
        large.truncate(20_000_000)
    members = [text_member("å.md", "Æble"), Member("large", 20_000_000, sha256_of(tmp_path / "large"))]
    chunks = [len(chunk) for chunk in zipped(members, lambda _: (tmp_path / "large").open("rb"))]
    assert max(chunks) <= 256 * 1024
    assert sum(chunks) == size_of(members)


def _texts() -> Iterator[Member]:
    for number in range(40):
        yield text_member(f"{number}/Æ.md", "x" * number * 7)


def test_other_programs_read_the_names_and_bytes() -> None:
    archive = _opened(b"".join(zipped(_texts(), store().open)))
    assert {name: len(archive.read(name)) for name in archive.namelist()} == {f"{number}/Æ.md": number * 7 for number in range(40)}
