"""Whom a release hits: by name what the viewer sees, the rest as numbers; and what has become of a sequence's parts."""

from __future__ import annotations

import pytest

from accounts.models import Role
from accounts.viewer import Viewer
from demonstration.builders.uipath import Argument
from registry.actions.refresh_sequence_updates import refresh_sequence_updates
from registry.errors import Missing, NotAllowed
from registry.index.impact import Impact, impact_of, release_to_judge, trial_impact
from registry.index.sequence_updates import updates_of
from registry.releases.models import Release
from tests.make import make_adoption, make_organisation, make_steward, make_viewer
from tests.sequence_seed import Step, make_part, make_sequence

pytestmark = pytest.mark.django_db
TEXT = (Argument("in_Text", required=True), Argument("out_Text", direction="Out"))
BROKEN = (Argument("in_Case", required=True), Argument("out_Text", direction="Out"))


def sequence(identifier: str, part: Release, visibility: str = "partnership", **inputs: str) -> Release:
    return make_sequence(identifier, "1.0.0", Step("a", part, inputs=inputs or {"in_Text": "=x"}), visibility=visibility)


def seen(impact: Impact) -> list[tuple[str, str, bool, list[str]]]:
    return [(hit.module, hit.locked, hit.is_own, [step.name for step in hit.steps]) for hit in impact.sequences]


def test_a_release_that_breaks_names_what_the_viewer_sees_and_counts_the_rest() -> None:
    part = make_part("met/read")
    sequence("met/own", part, "own")
    sequence("hampshire/shared", part)
    sequence("hampshire/kept", part, "own")
    sequence("wiltshire/other", make_part("met/else"))
    release = make_part("met/read", "2.0.0", *BROKEN, checked=False)
    found = impact_of(make_viewer("met"), release)
    assert seen(found) == [("met/own", "1.0.0", True, ["Step a"]), ("hampshire/shared", "1.0.0", False, ["Step a"])]
    assert (found.hidden, found.broken, found.unharmed, found.not_judged) == (1, 3, 0, 0)
    assert found.before == "1.0.0"
    assert found.breaking == ("Main.xaml: new required input in_Case (String); input in_Text is gone",)
    reasons = [reason for hit in found.sequences for step in hit.steps for reason in step.reasons]
    assert any("leaves in_Case empty" in reason for reason in reasons)
    assert "kept" not in repr(found)


def test_a_release_that_fits_harms_nobody() -> None:
    part = make_part("met/read")
    sequence("hampshire/shared", part)
    release = make_part("met/read", "1.1.0", *TEXT, Argument("in_More"), checked=False)
    found = impact_of(make_viewer("met"), release)
    assert (found.is_breaking, found.unharmed, found.sequences) == (False, 1, ())


def test_adopters_are_named_counted_or_left_out() -> None:
    part = make_part("met/read")
    make_adoption(part, make_organisation("wiltshire", name="Wiltshire"))
    make_adoption(part, "kent", sharing="counted")
    make_adoption(part, "dorset", sharing="kept")
    make_adoption(part, "met")
    found = impact_of(make_viewer("met"), make_part("met/read", "2.0.0", *BROKEN, checked=False))
    assert (found.adopters, found.counted) == (("Wiltshire",), 1)


def test_the_first_version_breaks_nobody() -> None:
    release = make_part("met/read", checked=False)
    found = impact_of(make_viewer("met"), release)
    assert (found.before, found.breaking, found.is_breaking) == ("", (), False)


def test_only_those_who_lead_it_ask() -> None:
    part = make_part("met/read")
    assert release_to_judge(make_viewer("met"), "met", "read", "1.0.0") == part
    assert release_to_judge(make_steward(), "met", "read", "1.0.0") == part
    for viewer in (make_viewer("wiltshire"), make_viewer("met", Role.VIEWER)):
        with pytest.raises(NotAllowed):
            release_to_judge(viewer, "met", "read", "1.0.0")
    make_part("met/kept", visibility="own")
    with pytest.raises(Missing):
        release_to_judge(make_viewer("wiltshire"), "met", "kept", "1.0.0")
    with pytest.raises(Missing):
        release_to_judge(make_steward(), "met", "kept", "1.0.0")


def test_files_that_are_only_tried_are_judged_too() -> None:
    part = make_part("met/read")
    sequence("hampshire/shared", part)
    viewer = make_viewer("met")
    tried = make_part("met/else", "2.0.0", *BROKEN)
    from registry.formats.model import inspection_from_json

    found = trial_impact(viewer, "met", "read", "2.0.0", inspection_from_json(tried.inspection))
    assert found is not None
    assert seen(found) == [("hampshire/shared", "1.0.0", False, ["Step a"])]
    assert trial_impact(viewer, "met", "nothing", "1.0.0", inspection_from_json(tried.inspection)) is None


def test_it_costs_the_same_however_many_sequences_there_are(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    part = make_part("met/read")
    release = make_part("met/read", "2.0.0", *BROKEN, checked=False)
    viewer = make_viewer("met")
    for number in range(3):
        sequence(f"hampshire/shared-{number}", part)
        with django_assert_num_queries(10):
            assert len(impact_of(viewer, release).sequences) == number + 1


def test_the_updates_of_a_sequence_are_read_in_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    part, other = make_part("met/read"), make_part("met/write")
    made = make_sequence(
        "hampshire/letters",
        "1.0.0",
        Step("a", part, inputs={"in_Text": "=x"}),
        Step("b", other, inputs={"in_Text": "a/out_Text"}),
    )
    make_part("met/write", "1.1.0", *TEXT)
    make_part("met/read", "2.0.0", Argument("in_Text", required=True), Argument("out_Answer", direction="Out"))
    refresh_sequence_updates(part.module_id)
    refresh_sequence_updates(other.module_id)
    viewer = make_viewer("wiltshire")
    with django_assert_num_queries(1):
        found = updates_of(viewer, made)
    told = [
        (each.module, each.locked, each.newest, each.verdict, [(step.id, step.name, len(step.reasons)) for step in each.steps])
        for each in found
    ]
    assert told == [
        ("met/read", "1.0.0", "2.0.0", "breaks", [("a", "Step a", 0), ("b", "Step b", 1)]),
        ("met/write", "1.0.0", "1.1.0", "fits", [("b", "Step b", 0)]),
    ]
    assert updates_of(Viewer(), made) == ()
