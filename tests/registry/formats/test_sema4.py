"""Sema4 action packages: package.yaml, the functions that are actions, and what they ask to be set."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.arguments import Argument
from registry.formats.model import Dependency, EntryPoint, Inspection
from tests.registry.formats.hostile import zipped

PACKAGE = (
    "name: Fines\ndescription: Pays fines\nversion: 1.10\nspec-version: v2\ndependencies:\n  conda-forge:\n  - python=3.12.3\n  pypi:\n  - sema4ai-actions=1.4.1\n"
    "  - pandas[excel]==2.2.3\n  local-wheels:\n  - ./wheels/own_thing-1.2-py3-none-any.whl\nexternal-endpoints:\n- name: Register\n  rules:\n  - host: api.fines.example.org\n"
    "    port: 443\n  - host: https://login.example.org/\n  - port: 1\n"
)
ACTIONS = '''
from typing import Annotated, Literal
from pydantic import Field
from sema4ai.actions import OAuth2Secret, Response, Secret, action

LOCAL = Secret.model_validate("hunter2")

@action(is_consequential=True)
def pay_fine(
    case: Annotated[str, Field(description="The case")],
    key: Secret,
    amount: int | None = None,
    token: OAuth2Secret[Literal["register"], list[Literal["write"]]] = LOCAL,
    *,
    quick: bool = False,
    reason: "str",
) -> Response[str]:
    """Pay a fine.

    Args:
        case: The number of the case.
        amount: How much: in pounds.

    Returns:
        The receipt: a number.
    """
    try:
        return _paid(case)
    except (ValueError, OSError):
        raise

@action
def close():
    pass

def _paid(case): ...
'''


def package(files: dict[str, str] | None = None, top: str = "") -> bytes:
    return zipped({top + name: text.encode() for name, text in {"package.yaml": PACKAGE, "actions.py": ACTIONS, **(files or {})}.items()})


def read(folder: Path, data: bytes) -> Inspection:
    path = folder / "sent.zip"
    path.write_bytes(data)
    return inspect(path)


@pytest.mark.parametrize("top", ["", "fines/"])
def test_a_package(tmp_path: Path, top: str) -> None:
    found = read(tmp_path, package(top=top))
    assert (found.platform, found.kind, found.name, found.version) == ("robot_framework", "sema4-action-zip", "Fines", "1.10")
    assert found.description == "Pays fines"
    assert found.dependencies == (
        Dependency("conda", "python", "=3.12.3"),
        Dependency("pypi", "sema4ai-actions", "=1.4.1"),
        Dependency("pypi", "pandas", "==2.2.3"),
        Dependency("pypi", "own-thing", "==1.2", included=True),
    )
    assert found.reach.hosts == ("api.fines.example.org", "login.example.org")
    assert len(found.files) == 2


def test_actions_with_their_types(tmp_path: Path) -> None:
    found = read(tmp_path, package())
    assert found.entry_points == (
        EntryPoint(
            "pay_fine",
            (
                Argument("case", "str", required=True, description="The number of the case."),
                Argument("amount", "int | None", required=False, description="How much: in pounds."),
                Argument("quick", "bool", required=False),
                Argument("reason", "str", required=True),
            ),
            (Argument("result", "Response[str]"),),
            "Pay a fine.",
        ),
        EntryPoint("close"),
    )
    assert found.to_set.credentials == ("key", "token")
    assert "hunter2" not in repr(found)


def test_functions_are_steps_and_their_errors_routes(tmp_path: Path) -> None:
    steps = read(tmp_path, package()).steps
    assert [(step.kind, step.name, step.part, step.language) for step in steps] == [
        ("code", "pay fine", "actions.py", "python"),
        ("exception", "except ValueError, OSError", "actions.py", ""),
        ("code", "close", "actions.py", "python"),
        ("code", "paid", "actions.py", "python"),
    ]
    assert steps[1].within == steps[0].id


def test_the_first_form_of_package_yaml(tmp_path: Path) -> None:
    text = "name: Fines\nversion: 0.1.0\ndependencies:\n  conda-forge: [python=3.10.12]\n  pypi: [robocorp-actions=0.0.7]\n"
    found = read(tmp_path, package({"package.yaml": text}))
    assert (found.kind, found.version) == ("sema4-action-zip", "0.1.0")
    assert [need.name for need in found.dependencies] == ["python", "robocorp-actions"]


@pytest.mark.parametrize(
    "text",
    [
        "spec-version: v2\nname: [a]\nversion: {a: b}\ndependencies: x\nexternal-endpoints: x\n",
        "spec-version: v2\nexternal-endpoints: [x, {rules: x}, {rules: [x, {host: [a]}, {host: 'a b'}, {host: 'http://['}]}]\n",
        "spec-version: v2\ndependencies: {conda-forge: x, pypi: [1, [], {}]}\n",
    ],
)
def test_values_of_another_shape_count_as_absent(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, package({"package.yaml": text}))
    assert (found.name, found.version, found.reach.hosts) == (None, None, ())
    assert [point.name for point in found.entry_points] == ["pay_fine", "close"]


@pytest.mark.parametrize(
    ("text", "code"), [("spec-version: [", "yaml_damaged"), ("spec-version: v2\nspec-version: v3\n", "yaml_duplicate_key")]
)
def test_packages_that_cannot_be_read(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, package({"package.yaml": text}))
    assert (refused.value.code, refused.value.where) == (code, "package.yaml")


def test_other_tools_package_yaml_is_none_of_sema4s(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, package({"package.yaml": "name: thing\nversion: 1.0\ndependencies:\n- base >= 4\n"}))
    assert refused.value.code == "not_recognised"


def test_code_that_is_no_python_of_this_version_is_read_for_names(tmp_path: Path) -> None:
    found = read(tmp_path, package({"actions.py": "print 'old'\ndef pay_fine(case):\n    pass\n"}))
    assert (found.entry_points, [step.name for step in found.steps]) == ((), ["pay fine"])


@pytest.mark.parametrize(
    "code",
    ["(" * 5_000, "a = " + "-" * 200_000 + "1", "x = 1\n\0", "\ufeffdef a(): pass", "def a(x: " + "list[" * 90 + "]" * 90 + "): pass"],
)
def test_code_that_breaks_readers_does_not(tmp_path: Path, code: str) -> None:
    assert read(tmp_path, package({"actions.py": code})).kind == "sema4-action-zip"
