"""The page for publishers names every code by which a file is refused, and none that no file gets."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.registry.formats.malformed.all_kinds import KINDS

ROOT = Path(__file__).resolve().parents[3]
FAMILIES = re.compile(r"(?:archive|xml|json|text|nuspec|nuget|wheel|sdist|metadata|pyproject|bpmn|inspection|file)_[a-z0-9_]+")
PUT_TOGETHER = {
    "wheel_metadata_missing",
    "wheel_wheel_missing",
    "wheel_record_missing",
    "metadata_name_missing",
    "metadata_version_missing",
    "inspection_limits",
}


def raised() -> set[str]:
    """The first argument of every call of a name in the readers, where it looks like a code of the families; notes are no refusals."""
    found = set()
    for path in (ROOT / "registry" / "formats").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id != "Note" and call.args
            if named and isinstance(call.args[0], ast.Constant) and FAMILIES.fullmatch(str(call.args[0].value)):  # type: ignore[attr-defined]
                found.add(call.args[0].value)  # type: ignore[attr-defined]
    return found | PUT_TOGETHER | {kind.code for kind in KINDS if FAMILIES.fullmatch(kind.code)}


def told() -> set[str]:
    page = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
    section = page.split("## What is refused", 1)[1].split("\n## ", 1)[0]
    return {code for code in re.findall(r"`([a-z0-9_]+)`", section) if FAMILIES.fullmatch(code)}


def test_the_page_names_the_codes_there_are() -> None:
    assert told() == raised()
