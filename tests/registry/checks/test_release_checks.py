"""Checks of a whole release: what it needs, its licence and those of what it is made of, its summary."""

from __future__ import annotations

import pytest

from registry.checks import licence_incompatible, licence_missing, missing_dependency, summary_not_plain
from registry.checks.licence_terms import problem
from registry.checks.model import Facts, Need
from registry.formats.model import Inspection

READ = Inspection("bpmn", "bpmn")


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("MIT", "GPL-3.0-only"),
        ("MIT", "GPL-2.0-or-later"),
        ("Apache-2.0", "AGPL-3.0-or-later"),
        ("OGL-UK-3.0", "EUPL-1.2"),
        ("GPL-2.0-only", "GPL-3.0-or-later"),
        ("GPL-2.0-only", "Apache-2.0"),
        ("GPL-3.0-only", "GPL-2.0-only"),
        ("MIT OR Apache-2.0", "GPL-3.0-only"),
        ("MIT", "GPL-3.0-only AND MIT"),
        ("LicenseRef-Own-Terms", "GPL-3.0-only"),
    ],
)
def test_what_does_not_fit(whole: str, part: str) -> None:
    assert problem(whole, part)


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("MIT", "MIT"),
        ("GPL-3.0-only", "MIT"),
        ("GPL-3.0-or-later", "GPL-2.0-or-later"),
        ("AGPL-3.0-only", "GPL-3.0-only"),
        ("GPL-3.0-only", "AGPL-3.0-only"),
        ("EUPL-1.2", "EUPL-1.2"),
        ("GPL-3.0-only", "EUPL-1.2"),
        ("GPL-3.0-only", "Apache-2.0"),
        ("MIT", "GPL-3.0-only OR MIT"),
        ("MIT OR GPL-3.0-only", "GPL-3.0-only"),
        ("MIT", "OGL-UK-3.0"),
        ("MIT", "LGPL-3.0-only"),  # a library that is linked asks nothing of the whole
        ("MIT", "LicenseRef-Own-Terms"),  # unknown: left to people
        ("not a ( licence", "GPL-3.0-only"),
        ("", ""),
    ],
)
def test_what_fits_or_is_left_to_people(whole: str, part: str) -> None:
    assert not problem(whole, part)


def test_of_a_licence_that_lets_itself_be_called_only_a_note_is_made() -> None:
    """The European Commission on the EUPL: what links to a work is no work derived from it."""
    needs = (Need("hants/a", "registry", "moothall", "hants/a", "EUPL-1.2"),)
    assert [one.severity for one in licence_incompatible.run(READ, Facts(licence="MIT", needs=needs))] == ["note"]
    assert not list(licence_incompatible.run(READ, Facts(licence="GPL-3.0-only", needs=needs)))


def test_too_many_choices_end() -> None:
    assert problem("MIT", " AND ".join(["(MIT OR GPL-3.0-only)"] * 12)) is None


def test_incompatible_licences_are_told_once_each_with_the_way_to_them() -> None:
    needs = (
        Need("hants/a", "registry", "moothall", "hants/a", "GPL-3.0-only"),
        Need("hants/a", "registry", "moothall", "hants/a", "GPL-3.0-only"),
        Need("hants/b", "registry", "moothall", "hants/b", "AGPL-3.0-only", ("hants/a",)),
        Need("hants/c", "registry", "moothall", "hants/c", "MIT"),
        Need("x", "missing", "nuget"),
    )
    found = list(licence_incompatible.run(READ, Facts(licence="MIT", summary="x", needs=needs)))
    assert [one.where for one in found] == ["hants/a (GPL-3.0-only)", "hants/b (AGPL-3.0-only), through hants/a"]
    assert all("GNU" in one.why and one.mend for one in found)
    assert not list(licence_incompatible.run(READ, Facts(licence="GPL-3.0-only", needs=needs)))


def test_a_licence_that_is_missing() -> None:
    needs = (Need("hants/a", "registry", "moothall", "hants/a", ""), Need("hants/b", "registry", "moothall", "hants/b", "MIT"))
    assert [one.where for one in licence_missing.run(READ, Facts(licence="", needs=needs))] == ["licence", "hants/a"]
    assert not list(licence_missing.run(READ, Facts()))  # nobody was asked for one
    assert [one.where for one in licence_missing.run(READ, Facts(licence="NOASSERTION"))] == ["licence"]


def test_missing_dependencies_each_once() -> None:
    needs = (Need("Vendor.Thing", "missing", "nuget"), Need("Vendor.Thing", "missing", "nuget"), Need("UiPath.System", "vendor", "nuget"))
    found = list(missing_dependency.run(READ, Facts(needs=needs)))
    assert [one.where for one in found] == ["Vendor.Thing (nuget)"]


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        ("", "Nothing says"),
        ("Update.", "too little"),
        ("UiPath process that writes letters to victims.", "UiPath"),
        ("Leverages queues to write letters to victims.", "Leverages"),
        ("Writes letters for RMS_Victim_Update.", "RMS_Victim_Update"),
        ("Files form MG11 for officers.", "MG11"),
        (" ".join(["word"] * 40), "40 words"),
    ],
)
def test_summaries_that_people_stumble_over(summary: str, words: str) -> None:
    found = list(summary_not_plain.run(READ, Facts(summary=summary)))
    assert len(found) == 1
    assert found[0].severity == "note"
    assert words in found[0].why


@pytest.mark.parametrize(
    ("summary", "language"),
    [
        ("Sends victims an update when their crime record changes.", "en-GB"),
        ("Checks planning applications for missing papers and asks for them. Tells the case officer.", "en-GB"),
        ("Sender breve til borgere, når deres sag er afgjort.", "da"),
    ],
)
def test_summaries_that_are_plain(summary: str, language: str) -> None:
    assert not list(summary_not_plain.run(READ, Facts(summary=summary, language=language)))
    assert not list(summary_not_plain.run(READ, Facts()))
