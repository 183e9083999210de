"""What asks for more than a patch, in whose words, and what is unknown and asks for nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from registry.formats.arguments import Argument
from registry.formats.model import Dependency, EntryPoint, FileRecord, Inspection, Reach, Step, ToSet
from registry.releases.bump_reasons import reasons_for
from registry.releases.differences import differences
from registry.values.bumps import Bump
from tests.registry.releases.test_differences import inspections

MAJOR, MINOR = Bump.MAJOR, Bump.MINOR


def read(platform: str = "uipath", kind: str = "uipath-nupkg-process", **what: Any) -> Inspection:
    return Inspection(platform, kind, **what)


def point(*inputs: Argument, outputs: tuple[Argument, ...] = (), name: str = "Main.xaml", **what: Any) -> Inspection:
    return read(entry_points=(EntryPoint(name, inputs, outputs),), **what)


def told(before: Inspection, after: Inspection) -> list[tuple[Bump, str]]:
    return [(reason.due, reason.text) for reason in reasons_for(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (point(Argument("in_Case")), point(), (MAJOR, "Main.xaml: input in_Case is gone")),
        (point(outputs=(Argument("out"),)), point(), (MAJOR, "Main.xaml: output out is gone")),
        (point(Argument("n", "Int32")), point(Argument("n", "String")), (MAJOR, "Main.xaml: input n is now String, was Int32")),
        (point(), point(Argument("n", "String", True)), (MAJOR, "Main.xaml: new required input n (String)")),
        (point(Argument("n", "", False)), point(Argument("n", "", True)), (MAJOR, "Main.xaml: input n is now required")),
        (point(), read(), (MAJOR, "The entry point Main.xaml is gone")),
        (read(), read(to_set=ToSet(credentials=("Niche",))), (MAJOR, "New credential to set: Niche")),
        (read(), read(to_set=ToSet(assets=("Url",))), (MAJOR, "New asset to set: Url")),
        (read(), read(to_set=ToSet(queues=("Letters",))), (MAJOR, "New queue to set: Letters")),
        (read(), read(to_set=ToSet(environment_variables=("HOME",))), (MAJOR, "New environment variable to set: HOME")),
        (read(), read(to_set=ToSet(connections=("Mail",))), (MAJOR, "New connection to set: Mail")),
        (read(), read("blueprism"), (MAJOR, "It is for Blue Prism now, not UiPath")),
        (read(), point(), (MINOR, "The entry point Main.xaml is new")),
        (point(), point(Argument("n", "String", False)), (MINOR, "Main.xaml: new input n (String)")),
        (point(), point(Argument("n", "String")), (MINOR, "Main.xaml: new input n (String)")),
        (point(), point(outputs=(Argument("out"),)), (MINOR, "Main.xaml: new output out")),
        (point(Argument("n", "", True)), point(Argument("n", "", False)), (MINOR, "Main.xaml: input n is no longer required")),
        (read(), read(reach=Reach(applications=("niche.exe",))), (MINOR, "New application: niche.exe")),
        (read(), read(reach=Reach(hosts=("cms.example.org",))), (MINOR, "New host: cms.example.org")),
        (read(), read(dependencies=(Dependency("nuget", "UiPath.Excel"),)), (MINOR, "It needs UiPath.Excel now")),
        (
            read(dependencies=(Dependency("nuget", "Own", None, True),)),
            read(dependencies=(Dependency("nuget", "Own"),)),
            (MINOR, "Own is no longer carried along"),
        ),
        (read("bpmn"), point(platform="bpmn", name="Read"), (MINOR, "The start or step Read is new")),
    ],
)
def test_one_change_is_one_reason(before: Inspection, after: Inspection, reason: tuple[Bump, str]) -> None:
    assert told(before, after) == [reason]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (point(Argument("n", "")), point(Argument("n", "String"))),  # not known before
        (point(Argument("n", "String")), point(Argument("n", ""))),  # not known now
        (point(Argument("n", "", None)), point(Argument("n", "", True))),
        (point(Argument("n", "", True)), point(Argument("n", "", None))),
        (point(Argument("n", "string")), point(Argument("n", "String"))),
        (point(Argument("n", "String")), point(Argument("n", "System.String"), kind="uipath-workflow")),  # written otherwise elsewhere
        (point(name="Main.xaml"), point(name="main.xaml")),  # Windows knows no case
        (read(to_set=ToSet(environment_variables=("Path",))), read(to_set=ToSet(environment_variables=("PATH",)))),
        (point(Argument("Case", "Text"), platform="power_automate"), point(Argument("case", "Text"), platform="power_automate")),
        (read(to_set=ToSet(queues=("Letters",)), reach=Reach(hosts=("a",))), read()),  # fewer of what takers must do
        (read(), read(reach=Reach(paths=("C:\\Temp",)))),
        (read(), read(dependencies=(Dependency("nuget", "Own", None, True),))),
        (read(dependencies=(Dependency("nuget", "A", "1"),)), read(dependencies=(Dependency("nuget", "A", "2"),))),
        (read(steps=(Step("1", "Open"),)), read(steps=(Step("1", "Close"), Step("2", "Log")), files=(FileRecord("a", 1, "b"),))),
        (read(platform_version="23"), read(platform_version="24")),
    ],
)
def test_what_asks_for_nothing(before: Inspection, after: Inspection) -> None:
    assert told(before, after) == []


def test_where_a_platform_knows_case_another_case_is_another_name() -> None:
    before = point(Argument("Case", "Text"), platform="blueprism")
    assert [due for due, _ in told(before, point(Argument("case", "Text"), platform="blueprism"))] == [MAJOR, MINOR]


def test_a_name_in_other_case_still_tells_another_type() -> None:
    before = point(Argument("Case", "Text"), platform="power_automate")
    after = point(Argument("case", "Number"), platform="power_automate")
    assert told(before, after) == [(MAJOR, "Main.xaml: input case is now Number, was Text")]


def test_what_breaks_comes_first() -> None:
    after = read(to_set=ToSet(queues=("Letters",)), reach=Reach(hosts=("a.example.org",)), entry_points=(EntryPoint("New.xaml"),))
    assert [due for due, _ in told(point(), after)] == [MAJOR, MAJOR, MINOR, MINOR]


@given(inspections)
def test_nothing_is_due_to_itself(one: Inspection) -> None:
    assert reasons_for(one, one) == ()


@given(inspections, inspections)
def test_what_breaks_on_a_page_asks_for_a_major_bump(before: Inspection, after: Inspection) -> None:
    """The sentences of the comparison and the rule of versions agree wherever names and types are not merely spelt otherwise."""
    assert differences(before, after).is_breaking == any(reason.due == MAJOR for reason in reasons_for(before, after))
