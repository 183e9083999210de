"""What pages say of a platform, and how its files are taken."""

from __future__ import annotations

import pytest

from registry.index.entries import FileEntry
from registry.web import words
from registry.web.taking import ways


@pytest.mark.parametrize(
    ("platform", "version", "told"),
    [
        ("automation_anywhere", "7", "Automation 360, bot code 7"),
        ("automation_anywhere", ">=20.11", "Automation Anywhere 20.11 or later"),
        ("automation_anywhere", "11.3.5", "Automation Anywhere 11.3.5"),
        ("automation_anywhere", None, "Automation Anywhere"),
        ("openrpa", None, "OpenRPA"),
        ("uipath", "23", "UiPath 23"),
    ],
)
def test_a_platform_with_what_its_files_ask_for(platform: str, version: str | None, told: str) -> None:
    assert words.platform(platform, version) == told


@pytest.mark.parametrize("kind", ["a360-bot-export", "a360-package", "a360-taskbot", "aa-v11-atmx", "openrpa-xaml", "openrpa-project"])
def test_every_kind_of_file_says_how_it_is_taken(kind: str) -> None:
    first, *_ = ways((FileEntry("a", 1, "00", "application/zip", kind),))
    assert first.title != "Check what you downloaded"
    assert len(first.steps) > 1
