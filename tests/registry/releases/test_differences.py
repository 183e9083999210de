"""What differs between two versions: the laws it keeps for any two, and the sentences for known ones."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.formats.arguments import Argument
from registry.formats.model import Dependency, EntryPoint, FileRecord, Inspection, Reach, Step, ToSet
from registry.releases.differences import MAX_SHOWN, Differences, differences

few = st.sampled_from(["a", "b", "c", "d", "e"])
names = st.lists(few, max_size=5, unique=True).map(tuple)
arguments = st.lists(
    st.builds(Argument, name=few, type=st.sampled_from(["", "String", "Int32"]), required=st.sampled_from([None, False, True])), max_size=4
).map(tuple)
points = st.lists(st.builds(EntryPoint, name=few, inputs=arguments, outputs=arguments), max_size=4).map(tuple)
needs = st.lists(
    st.builds(
        Dependency,
        ecosystem=st.sampled_from(["nuget", "pypi"]),
        name=few,
        range=st.sampled_from([None, "1", "2"]),
        included=st.booleans(),
    ),
    max_size=5,
).map(tuple)
steps = st.lists(
    st.builds(Step, id=st.sampled_from(["", "1", "2", "x", "y", "z"]), name=few, action=few, human=st.booleans()), max_size=9
).map(tuple)
files = st.lists(st.builds(FileRecord, path=few, size=st.just(1), sha256=few), max_size=6).map(tuple)
inspections = st.builds(
    Inspection,
    platform=st.just("uipath"),
    kind=st.just("uipath-nupkg-process"),
    platform_version=st.sampled_from([None, "23.4", "23.10"]),
    entry_points=points,
    dependencies=needs,
    reach=st.builds(Reach, names, names, names, names),
    to_set=st.builds(ToSet, names, names, names, names, names),
    steps=steps,
    files=files,
)


def read(**what: Any) -> Inspection:
    return Inspection(platform="uipath", kind="uipath-nupkg-process", **what)


@given(inspections)
def test_nothing_differs_from_itself(one: Inspection) -> None:
    found = differences(one, dataclasses.replace(one))
    assert found == Differences()
    assert found.is_empty
    assert not found.is_breaking
    assert found.verdict == ("Nothing that we can read differs",)


@given(inspections, inspections)
def test_what_was_less_what_went_plus_what_came_is_what_is(before: Inspection, after: Inspection) -> None:
    found = differences(before, after)
    assert len(before.entry_points) - len(found.entry_points_removed) + len(found.entry_points_added) == len(after.entry_points)
    assert len(before.dependencies) - len(found.dependencies_removed) + len(found.dependencies_added) == len(after.dependencies)
    assert len(before.steps) - found.steps_removed.count + found.steps_added.count == len(after.steps)
    assert len(before.files) - found.files_removed.count + found.files_added.count == len(after.files)
    for changes, was, now in ((found.reach, before.reach, after.reach), (found.to_set, before.to_set, after.to_set)):
        for field in dataclasses.fields(was):
            change = next((each for each in changes if each.kind == field.name), None)
            added, removed = (set(change.added), set(change.removed)) if change else (set(), set())
            assert (set(getattr(was, field.name)) - removed) | added == set(getattr(now, field.name))


@given(inspections, inspections)
def test_applied_to_the_files_before_it_gives_those_after(before: Inspection, after: Inspection) -> None:
    found = differences(before, after)
    left = Counter((each.path, each.sha256) for each in before.files)
    left -= Counter((each.path, each.sha256) for each in found.files_removed.shown)
    left -= Counter((each.before.path, each.before.sha256) for each in found.files_changed.shown)
    left += Counter((each.path, each.sha256) for each in found.files_added.shown)
    left += Counter((each.after.path, each.after.sha256) for each in found.files_changed.shown)
    assert left == Counter((each.path, each.sha256) for each in after.files)


@given(inspections, inspections)
def test_backwards_what_came_went(before: Inspection, after: Inspection) -> None:
    there, back = differences(before, after), differences(after, before)
    assert there.entry_points_added == back.entry_points_removed
    assert [change.added for change in there.reach] == [change.removed for change in back.reach]
    assert Counter(there.steps_added.shown) == Counter(back.steps_removed.shown)
    assert there.steps_moved.count == back.steps_moved.count
    assert there.is_empty == back.is_empty


@given(inspections)
def test_of_a_first_version_all_is_new_and_nothing_breaks(one: Inspection) -> None:
    found = differences(None, one)
    assert found.is_first
    assert not found.is_empty
    assert not found.is_breaking
    assert found.entry_points_added == one.entry_points
    assert found.steps_added.count == len(one.steps)
    assert found.platform_version is None
    assert found.verdict == ("This is the first version, so there is nothing to compare it with",)


@given(st.permutations(range(12)))
def test_only_what_must_have_moved_is_said_to_have(order: list[int]) -> None:
    before = tuple(Step(f"id{number}", f"Step {number}") for number in range(12))
    found = differences(read(steps=before), read(steps=tuple(before[number] for number in order)))
    moved = {int(step.id[2:]) for step in found.steps_moved.shown}
    stayed = [number for number in order if number not in moved]
    assert stayed == sorted(stayed)
    assert found.steps_added.count == found.steps_removed.count == found.steps_changed.count == 0


def test_one_step_taken_to_the_end_is_one_step_moved() -> None:
    before = tuple(Step(f"id{number}", f"Step {number}") for number in range(50))
    found = differences(read(steps=before), read(steps=(*before[1:], before[0])))
    assert found.steps_moved.shown == (before[0],)
    assert found.verdict[-2:] == ("1 step moved", "No file changed")


def test_a_new_host_and_nothing_to_set() -> None:
    before = read(reach=Reach(hosts=("cms.example.org",)))
    found = differences(before, read(reach=Reach(hosts=("cms.example.org", "reach.example.org"))))
    assert found.verdict == (
        "1 new host: reach.example.org",
        "Nothing that a taker must set changed",
        "No step changed",
        "No file changed",
    )
    assert not found.is_breaking


def test_a_host_in_other_case_is_the_same_but_a_credential_is_not() -> None:
    before = read(reach=Reach(hosts=("CMS.example.org",)), to_set=ToSet(credentials=("Niche",)))
    found = differences(before, read(reach=Reach(hosts=("cms.example.org",)), to_set=ToSet(credentials=("NICHE",))))
    assert found.reach == ()
    assert found.breaking == ("1 new credential to set: NICHE",)


def test_long_lists_name_three() -> None:
    found = differences(read(), read(reach=Reach(hosts=tuple(f"h{number}.example.org" for number in range(5)))))
    assert found.verdict[0] == "5 new hosts: h0.example.org, h1.example.org, h2.example.org and 2 more"


def point(*inputs: Argument, outputs: tuple[Argument, ...] = ()) -> Inspection:
    return read(entry_points=(EntryPoint("Main.xaml", inputs, outputs),))


@pytest.mark.parametrize(
    ("before", "after", "breaking"),
    [
        (point(), read(), ("1 entry point gone: Main.xaml",)),
        (read(), point(Argument("in_Case", required=True)), ()),  # nobody starts it there yet
        (point(), point(Argument("in_Case", "String", True)), ("Main.xaml: new required input in_Case (String)",)),
        (point(), point(Argument("in_Case", "String", False)), ()),
        (point(), point(Argument("in_Case", "String", None)), ()),
        (point(Argument("in_Case")), point(), ("Main.xaml: input in_Case is gone",)),
        (point(Argument("n", "Int32")), point(Argument("n", "String")), ("Main.xaml: input n is now String, was Int32",)),
        (point(Argument("n", "")), point(Argument("n", "String")), ()),  # it was not known
        (point(Argument("n", required=False)), point(Argument("n", required=True)), ("Main.xaml: input n is now required",)),
        (point(Argument("n", required=True)), point(Argument("n", required=False)), ()),
        (point(outputs=(Argument("out"),)), point(), ("Main.xaml: output out is gone",)),
        (point(), point(outputs=(Argument("out", required=True),)), ()),
        (read(), read(to_set=ToSet(queues=("Letters",))), ("1 new queue to set: Letters",)),
        (read(to_set=ToSet(queues=("Letters",))), read(), ()),
        (read(), read(dependencies=(Dependency("nuget", "UiPath.Excel", "2.0"),)), ()),
        (read(), Inspection("blueprism", "blueprism-process"), ("It is for blueprism, not uipath",)),
    ],
)
def test_what_breaks(before: Inspection, after: Inspection, breaking: tuple[str, ...]) -> None:
    assert differences(before, after).breaking == breaking


def test_dependencies_by_the_names_their_platforms_compare() -> None:
    before = read(
        dependencies=(Dependency("nuget", "UiPath.Excel", "2.16"), Dependency("pypi", "zope.interface"), Dependency("pypi", "lxml"))
    )
    after = read(
        dependencies=(Dependency("nuget", "uipath.excel", "2.20"), Dependency("pypi", "zope-interface"), Dependency("pypi", "rich"))
    )
    found = differences(before, after)
    assert [need.name for need in found.dependencies_added] == ["rich"]
    assert [need.name for need in found.dependencies_removed] == ["lxml"]
    assert [change.words for change in found.dependencies_changed] == ["uipath.excel 2.20, was 2.16"]
    assert "1 new dependency: rich" in found.verdict
    assert "Needs other versions: uipath.excel 2.20, was 2.16" in found.verdict


def test_a_renamed_step_keeps_its_id() -> None:
    before = read(steps=(Step("0a-1", "Main: Open"), Step("0a-2", "Main: Read")))
    found = differences(before, read(steps=(Step("0a-1", "Main: Open the case"), Step("0a-2", "Main: Read"))))
    assert [(change.before.name, change.after.name) for change in found.steps_changed.shown] == [("Main: Open", "Main: Open the case")]
    assert found.steps_added.count == found.steps_removed.count == found.steps_moved.count == 0


def test_a_line_put_in_above_shifts_no_step() -> None:
    before = read(steps=tuple(Step(f"flow.txt:{number}", f"Do {number}", "action", "Run") for number in range(1, 6)))
    after = read(
        steps=(Step("flow.txt:1", "New", "action", "Run"), *(Step(f"flow.txt:{n + 1}", f"Do {n}", "action", "Run") for n in range(1, 6)))
    )
    found = differences(before, after)
    assert [step.name for step in found.steps_added.shown] == ["New"]
    assert found.steps_removed.count == found.steps_changed.count == found.steps_moved.count == 0


def test_ids_that_several_files_share_do_not_mix_them_up() -> None:
    before = read(steps=(Step("Assign_1", "A.xaml: Total"), Step("Assign_1", "B.xaml: Name")))
    found = differences(before, read(steps=(Step("Assign_1", "A.xaml: Sum"), Step("Assign_1", "B.xaml: Name"))))
    assert [(change.before.name, change.after.name) for change in found.steps_changed.shown] == [("A.xaml: Total", "A.xaml: Sum")]
    assert found.steps_added.count == found.steps_removed.count == found.steps_moved.count == 0


def test_many_steps_are_compared_in_a_second_and_shown_in_part() -> None:
    before = tuple(Step(f"id-{number}-x", f"Step {number}", action="Assign") for number in range(20_000))
    after = tuple(Step(f"id-{number}-y", f"Step {number + 10_000}", action="Assign") for number in range(20_000))
    started = time.monotonic()
    found = differences(read(steps=before), read(steps=after))
    assert time.monotonic() - started < 2
    assert found.steps_added.count == found.steps_removed.count == 10_000
    assert len(found.steps_added.shown) == MAX_SHOWN
    assert found.steps_added.more == 10_000 - MAX_SHOWN
