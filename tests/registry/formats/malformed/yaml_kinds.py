"""The kinds of YAML that are turned away, each in the robot.yaml of a robot or the package.yaml of an action package."""

from __future__ import annotations

from functools import partial

from tests.registry.formats.hostile import zipped
from tests.registry.formats.malformed.kind import Kind

_TASKS = "tasks:\n  Pay fines:\n    shell: python -m robot tasks.robot\n"
_SUITE = b"*** Tasks ***\nPay fines\n    Log    Done\n"


def robot(text: str | bytes, name: str = "robot.yaml") -> bytes:
    return zipped({name: text if isinstance(text, bytes) else text.encode(), "tasks.robot": _SUITE})


def growing() -> str:
    """Ten levels of lists of ten aliases: ten thousand million values in a kilobyte."""
    lines = ["a0: &a0 [" + ", ".join(["x"] * 10) + "]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)]
    return "\n".join([*lines, _TASKS])


_KINDS: dict[str, tuple[str | bytes, str]] = {
    "aliases that grow": (growing(), "yaml_alias"),
    "alias within its own anchor": (_TASKS + "a: &a [*a]\n", "yaml_alias"),
    "alias of nothing": (_TASKS + "a: *b\n", "yaml_alias"),
    "Python object tag": (_TASKS + "a: !!python/object/apply:os.system ['id']\n", "yaml_tag"),
    "tag of its own": (_TASKS + "a: !secret b\n", "yaml_tag"),
    "duplicate key": (_TASKS + _TASKS, "yaml_duplicate_key"),
    "key that is a list": (_TASKS + "? [a]\n: b\n", "yaml_key"),
    "lists nested too deeply": (_TASKS + "a: " + "[" * 10_000, "yaml_too_deep"),
    "blocks nested too deeply": (_TASKS + "a:\n" + "- " * 10_000, "yaml_too_deep"),
    "too many values": (_TASKS + "a: [" + "1," * 200_000 + "]\n", "yaml_too_large"),
    "too large": (_TASKS + "".join(f"# {number * 7919}\n" for number in range(250_000)), "yaml_too_large"),
    "several documents": (_TASKS + "---\n" + _TASKS, "yaml_several"),
    "unclosed quotation": (_TASKS + 'a: "b\n', "yaml_damaged"),
    "tab as indentation": ("tasks:\n\tA: b\n", "yaml_damaged"),
    "control character": (_TASKS + "a: \x01\n", "yaml_damaged"),
    "not text": (b"tasks:\n  A: \xff\n", "text_encoding"),
    "no tasks": ("condaConfigFile: conda.yaml\n", "robot_without_tasks"),
}
_robot = partial(Kind, "YAML", filename="robot.zip")
KINDS: tuple[Kind, ...] = (
    *(_robot(name, partial(robot, text), code) for name, (text, code) in _KINDS.items()),
    _robot(
        "package.yaml with a duplicate key", lambda: robot("spec-version: v2\nspec-version: v2\n", "package.yaml"), "yaml_duplicate_key"
    ),
)
