"""Writes robots for rcc: ``robot.yaml``, ``conda.yaml`` and suites, packed as `rcc robot wrap` packs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from demonstration.builders.packing import zipped


@dataclass(frozen=True)
class Robot:
    """``tasks`` maps what people start to a task of a suite; ``suites`` a path to its text; ``requires`` are lines of pip."""

    tasks: Mapping[str, str]
    suites: Mapping[str, str]
    requires: tuple[str, ...]
    python: str = "3.12.8"


def robot_file(robot: Robot, others: Mapping[str, str] | None = None) -> bytes:
    """The robot as a zip, with ``others`` beside it."""
    tasks = "".join(f'  {name}:\n    robotTaskName: "{task}"\n' for name, task in robot.tasks.items())
    conda = f"channels:\n  - conda-forge\n\ndependencies:\n  - python={robot.python}\n  - pip=24.3.1\n  - pip:\n"
    return zipped(
        {
            "robot.yaml": f"tasks:\n{tasks}\ncondaConfigFile: conda.yaml\n\nartifactsDir: output\n\nPATH:\n  - .\nPYTHONPATH:\n  - .\n",
            "conda.yaml": conda + "".join(f"      - {line}\n" for line in robot.requires),
            **robot.suites,
            **(others or {}),
        }
    )
