"""How a downloaded file comes into its platform: every kind that has an editor of its own has a way, and a command where there is one."""

from __future__ import annotations

import pytest

from registry.index.entries import FileEntry
from registry.web.taking import ways


@pytest.mark.parametrize(
    ("kind", "title", "command"),
    [
        ("robocorp-robot-zip", "rcc", "rcc run"),
        ("sema4-action-zip", "Sema4 Action Server", "action-server start"),
        ("robotframework-suite", "Robot Framework", "robot ."),
        ("tagui-flow", "TagUI", "tagui FLOW.tag"),
        ("python-wheel", "Python", "python -m pip install ./fines.bin"),
    ],
)
def test_each_kind_has_its_way_and_the_check_comes_last(kind: str, title: str, command: str) -> None:
    way, check = ways((FileEntry("fines.bin", 1, "0" * 64, "application/octet-stream", kind),))
    assert (way.title, way.command) == (title, command)
    assert way.steps
    assert "fines.bin" in check.command


def test_files_of_one_platform_are_taken_once() -> None:
    files = tuple(FileEntry(name, 1, "0" * 64, "text/plain", "tagui-flow") for name in ("a.tag", "b.tag"))
    assert [way.title for way in ways(files)] == ["TagUI", "Check what you downloaded"]
