"""The gate of honest versions: against what a release is held, what is refused with which reasons, and what would do."""

from __future__ import annotations

import pytest

from accounts.viewer import Viewer
from registry.actions.publish_release import Published, publish_release
from registry.actions.replace_artefacts import replace_artefacts
from registry.actions.yank_release import yank_release
from registry.catalogue.models import Module
from registry.releases.bumps import MAX_REASONS, MAX_TOLD, VersionTooSmall, base_of, next_versions
from registry.releases.gates import ReleaseForm
from registry.releases.models import Release
from registry.releases.upload import spooled
from tests.make import letters, make_release, make_sequence, make_viewer, workflow

pytestmark = pytest.mark.django_db

MODULE = "hampshire/victim-update"
SAME, MORE, LESS = workflow(), workflow(gives=("out_Brev", "out_Kvittering")), workflow(gives=())


def listed(version: str, data: bytes = SAME, **more: object) -> Release:
    return make_release(MODULE, version, data=data + f"<!-- {version} -->".encode(), filename="Main.xaml", visibility="own", **more)


def trial(version: str, data: bytes, *, by: Viewer | None = None, dry_run: bool = True) -> Published:
    with spooled([data + f"<!-- {version} again -->".encode()], "Main.xaml") as upload:
        return publish_release(
            publisher="hampshire",
            slug="victim-update",
            uploads=[upload],
            form=ReleaseForm(version=version),
            by=by or make_viewer("hampshire"),
            dry_run=dry_run,
        )


def refused(version: str, data: bytes) -> VersionTooSmall:
    with pytest.raises(VersionTooSmall) as error:
        trial(version, data)
    return error.value


@pytest.mark.parametrize(
    ("before", "version", "data", "due"),
    [
        ("1.0.0", "1.0.1", SAME, "patch"),
        ("1.0.0", "1.1.0", SAME, "patch"),  # more than is due
        ("1.0.0", "1.1.0", MORE, "minor"),
        ("1.0.0", "2.0.0", LESS, "major"),
        ("1.0.0", "2.0.0-rc.1", LESS, "major"),
        ("0.1.0", "0.1.1", MORE, "minor"),
        ("0.1.0", "0.2.0", LESS, "major"),
        ("0.1.0", "1.0.0", SAME, "patch"),
    ],
)
def test_what_says_enough_passes_and_is_told(before: str, version: str, data: bytes, due: str) -> None:
    listed(before)
    told = trial(version, data)
    assert "bump_is_honest" in told.passed
    assert told.bump is not None
    assert (told.bump.due, told.bump.before, told.bump.is_honest) == (due, before, True)


@pytest.mark.parametrize(
    ("before", "version", "data", "due", "given", "would_do"),
    [
        ("1.0.0", "1.0.1", MORE, "minor", "patch", "1.1.0"),
        ("1.0.0", "1.0.1", LESS, "major", "patch", "2.0.0"),
        ("1.4.2", "1.9.0", LESS, "major", "minor", "2.0.0"),
        ("1.0.0", "1.1.0-rc.1", LESS, "major", "minor", "2.0.0-rc.1"),
        ("0.4.2", "0.4.9", LESS, "major", "minor", "0.5.0"),
    ],
)
def test_what_says_too_little_is_refused(before: str, version: str, data: bytes, due: str, given: str, would_do: str) -> None:
    listed(before)
    error = refused(version, data)
    assert (error.status, error.code, error.where) == (422, "version_bump_too_small", "version")
    assert {key: error.members[key] for key in ("due", "given", "compared_with", "would_do")} == {
        "due": due,
        "given": given,
        "compared_with": before,
        "would_do": would_do,
    }
    assert would_do in error.mend
    text = "Main.xaml: output out_Brev is gone" if due == "major" else "Main.xaml: new output out_Kvittering (String)"
    assert text in error.message
    assert error.members["reasons"] == [{"bump": due, "text": text}]
    assert not Release.objects.filter(version=version).exists()
    assert trial(would_do, data).bump is not None, "what we say would do does"


def test_all_reasons_are_told_up_to_a_bound() -> None:
    many = tuple(f"in_{number:03d}" for number in range(MAX_REASONS + 7))
    listed("1.0.0", workflow(("in_Sag", *many)))
    error = refused("1.0.1", SAME)
    assert len(error.members["reasons"]) == MAX_REASONS  # type: ignore[arg-type]
    assert error.members["more_reasons"] == 7
    assert error.message.count("is gone") == MAX_TOLD
    assert error.message.endswith(f"And {len(many) - MAX_TOLD} more.")


class TestAgainstWhat:
    def base(self, version: str) -> str | None:
        found = base_of(Module.objects.get(slug="victim-update"), version)
        return found.version if found else None

    def test_an_old_line_is_held_against_itself(self) -> None:
        for version in ("1.0.0", "1.4.0", "2.0.0"):
            listed(version)
        assert [self.base(version) for version in ("1.0.1", "1.4.1", "1.9.0", "2.0.1", "3.0.0")] == [
            "1.0.0",
            "1.4.0",
            "1.4.0",
            "2.0.0",
            "2.0.0",
        ]
        assert self.base("0.9.0") is None

    def test_what_is_withdrawn_or_not_listed_or_a_preview_promises_nothing(self) -> None:
        listed("1.0.0")
        yank_release(release=listed("1.1.0"), reason="It fails.", by=make_viewer("hampshire"))
        listed("1.2.0", checked=False)
        listed("1.3.0-rc.1")
        assert self.base("1.3.0") == "1.0.0"

    def test_between_previews_of_one_version_anything_goes(self) -> None:
        listed("1.0.0")
        listed("2.0.0-rc.1", MORE)
        assert trial("2.0.0-rc.2", LESS).bump is not None
        assert trial("2.0.0", LESS).bump is not None

    def test_a_first_release_and_a_first_after_previews_are_held_against_nothing(self) -> None:
        listed("1.0.0-rc.1", MORE)
        assert trial("1.0.0", LESS).bump is None

    def test_the_same_bytes_again_are_no_new_promise(self) -> None:
        listed("1.0.0")
        data = LESS + b"<!-- 2.0.0 again -->"
        with spooled([data], "Main.xaml") as upload:
            form, by = ReleaseForm(version="2.0.0"), make_viewer("hampshire")
            door = {"publisher": "hampshire", "slug": "victim-update", "uploads": [upload], "form": form, "by": by}
            first, second = publish_release(**door), publish_release(**door)  # type: ignore[arg-type]
        assert (first.created, second.created, second.bump) == (True, False, None)


def test_a_version_that_is_taken_would_not_do() -> None:
    for version in ("1.0.0", "1.0.5", "1.1.0", "2.0.0"):
        listed(version)
    assert refused("1.0.1", MORE).judgement.would_do == "3.0.0"
    assert refused("1.1.1", MORE).judgement.would_do == "1.2.0"
    assert refused("2.0.1", LESS).judgement.would_do == "3.0.0"


def test_files_that_are_replaced_must_keep_what_the_version_says() -> None:
    listed("1.0.0")
    by, draft = make_viewer("hampshire"), listed("1.0.1", checked=False, draft=True)
    with spooled([LESS], "Main.xaml") as upload, pytest.raises(VersionTooSmall) as error:
        replace_artefacts(release=draft, uploads=[upload], by=by)
    assert error.value.judgement.would_do == "2.0.0"
    assert draft.artefacts.get().size > len(LESS)
    with spooled([SAME], "Main.xaml") as upload:
        assert replace_artefacts(release=draft, uploads=[upload], by=by).digest != draft.digest


def test_a_sequence_is_held_to_its_steps_and_to_what_its_parts_ask_for() -> None:
    make_sequence("kobenhavn/letters", "1.0.0")
    fewer = letters()
    fewer["steps"] = fewer["steps"][:2]
    for said in ("question", "next"):
        del fewer["steps"][1][said]
    with pytest.raises(VersionTooSmall) as error:
        make_sequence("kobenhavn/letters", "1.1.0", steps=fewer)
    assert "The start or step Send letter is gone." in error.value.message
    asking = workflow(inside='<ui:GetRobotAsset AssetName="Reference"/>')
    make_release("kobenhavn/check", "1.0.1", data=workflow() + b"<!-- again -->", filename="Main.xaml")
    make_release("kobenhavn/check", "2.0.0", data=asking, filename="Main.xaml")
    wider = letters()
    wider["steps"][0]["uses"]["range"] = "^2.0"
    with pytest.raises(VersionTooSmall) as error:
        make_sequence("kobenhavn/letters", "1.1.0", steps=wider)
    assert error.value.members["reasons"] == [{"bump": "major", "text": "New asset to set: Reference"}]
    assert make_sequence("kobenhavn/letters", "2.0.0", steps=wider).state == "listed"


def test_what_may_be_next() -> None:
    assert next_versions(listed("1.2.3", checked=False, draft=True).module) is None
    module = listed("1.0.0").module
    found = next_versions(module)
    assert found is not None
    assert found.latest == "1.0.0"
    assert [(each.version, each.words) for each in found.choices] == [
        ("1.0.1", "only corrects"),
        ("1.1.0", "adds something"),
        ("2.0.0", "breaks for who runs it"),
    ]


def test_it_takes_two_queries(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    from registry.formats.model import inspection_from_json
    from registry.releases.bumps import judged

    release = listed("1.0.0")
    for number in range(1, 6):
        listed(f"1.0.{number}")
    inspection = inspection_from_json({**release.inspection, "entry_points": []})
    module = Module.objects.get()
    with django_assert_num_queries(2):
        assert judged(module, "1.0.9", inspection) is not None
