"""The demonstration's artefacts, read by the product's own inspectors."""

from __future__ import annotations

import pytest

from demonstration.modules import ENTRIES
from registry.formats import inspect
from registry.formats.model import Inspection

NEWEST = {entry.identifier: entry.editions[-1] for entry in ENTRIES}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Inspection, ...]]:
    """What the inspectors read from the newest release of each module."""
    folder = tmp_path_factory.mktemp("artefacts")
    found = {}
    for identifier, edition in NEWEST.items():
        inspections = []
        for file in edition.build(edition.version):
            path = folder / file.name
            path.write_bytes(file.data)
            inspections.append(inspect(path, file.name))
        found[identifier] = tuple(inspections)
    return found


def needs(inspection: Inspection) -> set[tuple[str, str]]:
    return {(need.ecosystem, need.name) for need in inspection.dependencies if not need.included}


def starts(inspection: Inspection) -> set[str]:
    return {point.name for point in inspection.entry_points}


@pytest.mark.parametrize(
    ("identifier", "platform", "kind", "name", "version"),
    [
        ("brightloop/sms-gateway", "blueprism", "blueprism-object", "SMS Gateway", None),
        ("brightloop/case-references", "python", "python-wheel", "case-references", "1.1.0"),
        ("hampshire/rms-session", "blueprism", "blueprism-object", "RMS Session", None),
        ("hampshire/crime-incident-filing", "blueprism", "blueprism-release", "Crime Incident Filing", None),
        ("hampshire/annual-leave", "power_automate", "powerplatform-solution", "HampshireAnnualLeave", "1.3.0.0"),
        ("hampshire/victim-update", "uipath", "uipath-nupkg-process", "Hampshire.VictimUpdate", "1.3.0-rc.1"),
        ("thames-valley/notifications", "uipath", "uipath-nupkg-library", "ThamesValley.Notifications", "2.0.0"),
        ("thames-valley/action-fraud", "python", "python-wheel", "tvp-action-fraud", "1.1.0"),
        ("wiltshire/planning-validation", "power_automate", "powerplatform-solution", "PlanningValidation", "1.3.0.0"),
        ("kobenhavn/brevudsendelse", "power_automate", "powerplatform-solution", "KKBrevudsendelse", "1.1.0.0"),
        ("kobenhavn/bevillings-og-afslagsbreve", "bpmn", "bpmn", "Bevillings- og afslagsbreve", None),
    ],
)
def test_identity(read, identifier: str, platform: str, kind: str, name: str, version: str | None) -> None:  # type: ignore[no-untyped-def]
    inspection = read[identifier][0]
    assert (inspection.platform, inspection.kind, inspection.name, inspection.version) == (platform, kind, name, version)


@pytest.mark.parametrize(
    ("identifier", "position", "wanted"),
    [
        (
            "hampshire/crime-incident-filing",
            0,
            {("blueprism", "RMS Session"), ("blueprism", "Niche Connector 3.2"), ("blueprism", "MS Excel VBO")},
        ),
        ("hampshire/crime-incident-filing", 1, {("nuget", "ThamesValley.FilingRules"), ("nuget", "UiPath.System.Activities")}),
        ("hampshire/road-traffic-input", 0, {("blueprism", "RMS Session"), ("blueprism", "SMS Gateway")}),
        ("hampshire/victim-update", 0, {("nuget", "ThamesValley.Notifications")}),
        ("thames-valley/action-fraud", 0, {("pypi", "case-references")}),
        ("kobenhavn/arkivering", 0, {("pypi", "kk-datavalidering")}),
        (
            "wiltshire/planning-validation",
            0,
            {("powerplatform-connector", "shared_office365"), ("powerplatform-connector", "shared_approvals")},
        ),
    ],
)
def test_dependencies(read, identifier: str, position: int, wanted: set[tuple[str, str]]) -> None:  # type: ignore[no-untyped-def]
    assert wanted <= needs(read[identifier][position])


def test_a_release_does_not_ask_for_what_it_carries(read) -> None:  # type: ignore[no-untyped-def]
    assert ("blueprism", "Filing Object") not in needs(read["hampshire/crime-incident-filing"][0])


def test_entry_points_and_their_arguments(read) -> None:  # type: ignore[no-untyped-def]
    assert {"Sign In", "Open Occurrence", "Read Occurrence Header", "Sign Out"} <= starts(read["hampshire/rms-session"][0])
    main = next(point for point in read["hampshire/victim-update"][0].entry_points if point.name == "Main.xaml")
    assert [(argument.name, argument.required) for argument in main.inputs][:2] == [("in_CrimeNumber", True), ("in_Contact", True)]
    assert [argument.name for argument in main.outputs] == ["out_SentAt"]
    assert any(name.startswith("action-fraud-triage") for name in starts(read["thames-valley/action-fraud"][0]))
    filing = next(point for point in read["hampshire/crime-incident-filing"][0].entry_points if "Crime Incident Filing" in point.name)
    assert {argument.name for argument in filing.inputs} >= {"Incident Number", "Filing Standard"}


def test_what_a_taker_must_set(read) -> None:  # type: ignore[no-untyped-def]
    filing, victims, leave = (read[f"hampshire/{slug}"][0].to_set for slug in ("crime-incident-filing", "victim-update", "annual-leave"))
    assert "RMS_Robot_Filing" in filing.credentials
    assert {"Q_IncidentsToFile", "Q_FilingReview"} <= set(filing.queues)
    assert "Filing Log" in filing.environment_variables
    assert ("RMS_Robot_Victims" in victims.credentials, "VictimUpdate_Mailbox" in victims.assets, "Q_VictimUpdates" in victims.queues) == (
        True,
        True,
        True,
    )
    assert "hio_Approvals" in leave.connections
    assert "hio_DutySystemAddress" in leave.environment_variables


def test_people_decide(read) -> None:  # type: ignore[no-untyped-def]
    for identifier in ("hampshire/annual-leave", "hampshire/victim-update", "kobenhavn/bevillings-og-afslagsbreve"):
        assert any(step.human for step in read[identifier][0].steps), identifier


def test_every_module_has_something_to_start(read) -> None:  # type: ignore[no-untyped-def]
    assert [identifier for identifier, inspections in read.items() if not inspections[0].entry_points] == []
