"""Writes Automation Anywhere A360 exports: a manifest, and each bot as JSON without an ending."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demonstration.builders.packing import guid, zipped

_FOLDER = "Automation Anywhere\\Bots"


@dataclass(frozen=True)
class Command:
    """One node of a bot: ``values`` are its attributes; ``inside`` stands within it, ``branches`` beside it (else, catch)."""

    package: str
    name: str
    values: Mapping[str, Any]
    inside: tuple[Command, ...] = ()
    branches: tuple[Command, ...] = ()


@dataclass(frozen=True)
class Variable:
    """A variable of a bot; ``way`` is ``in``, ``out`` or empty."""

    name: str
    type: str = "STRING"
    way: str = ""
    description: str = ""


@dataclass(frozen=True)
class Bot:
    """A task bot by its path below the folder of bots."""

    path: str
    commands: tuple[Command, ...]
    variables: tuple[Variable, ...]


def text(value: str) -> dict[str, Any]:
    """A text; what stands between dollar signs is a variable."""
    return {"type": "STRING", "expression": value} if "$" in value else {"type": "STRING", "string": value}


def number(value: int) -> dict[str, Any]:
    return {"type": "NUMBER", "number": str(value)}


def credential(locker: str, name: str, attribute: str) -> dict[str, Any]:
    """A reference to what the Control Room keeps; never a value."""
    return {"type": "CREDENTIAL", "credential": {"name": name, "lockerName": locker, "attributeName": attribute}}


def window(title: str, program: str) -> dict[str, Any]:
    return {"type": "WINDOW", "window": {"name": title, "path": program, "className": "", "type": "WINDOW"}}


def run(bot: str) -> dict[str, Any]:
    """Another bot of the same Control Room."""
    path = f"{_FOLDER}\\{bot}".replace("\\", "/").replace(" ", "%20")
    return {"type": "TASKBOT", "taskbotFile": {"type": "FILE", "string": f"repository:///{path}"}}


def export_file(bots: tuple[Bot, ...], packages: Mapping[str, str]) -> bytes:
    """An export of ``bots``; ``packages`` maps the packages they use to versions."""
    manifest = {
        "files": [
            {
                "path": f"{_FOLDER}\\{bot.path}",
                "contentType": "application/vnd.aa.taskbot",
                "manualDependencies": [],
                "scannedDependencies": [f"{_FOLDER}\\{other}" for other in _called(bot.commands)],
            }
            for bot in bots
        ],
        "packages": [{"name": name, "version": version, "path": ""} for name, version in packages.items()],
    }
    members: dict[str, bytes | str] = {"manifest.json": json.dumps(manifest, indent=2)}
    for bot in bots:
        members[f"{_FOLDER}\\{bot.path}".replace("\\", "/")] = json.dumps(_bot(bot, packages), indent=2, ensure_ascii=False)
    return zipped(members)


def _called(commands: tuple[Command, ...]) -> list[str]:
    found = []
    for command in commands:
        if command.name == "runTask":
            address = command.values["taskbot"]["taskbotFile"]["string"]
            found.append(address.removeprefix("repository:///Automation%20Anywhere/Bots/").replace("%20", " ").replace("/", "\\"))
        found += [*_called(command.inside), *_called(command.branches)]
    return found


def _bot(bot: Bot, packages: Mapping[str, str]) -> dict[str, Any]:
    return {
        "triggers": [],
        "nodes": [_node(command, f"{bot.path}/{place}") for place, command in enumerate(bot.commands)],
        "variables": [
            {
                "name": variable.name,
                "description": variable.description,
                "type": variable.type,
                "readOnly": False,
                "input": variable.way == "in",
                "output": variable.way == "out",
                "defaultValue": {"type": variable.type, **({"string": ""} if variable.type == "STRING" else {})},
            }
            for variable in bot.variables
        ],
        "packages": [{"name": name, "version": version} for name, version in packages.items()],
        "properties": {"botCodeVersion": "17.0"},
        "migrated": False,
    }


def _node(command: Command, place: str) -> dict[str, Any]:
    return {
        "uid": guid("a360", place),
        "commandName": command.name,
        "packageName": command.package,
        "disabled": False,
        "attributes": [{"name": name, "value": value} for name, value in command.values.items()],
        "children": [_node(inner, f"{place}/{number}") for number, inner in enumerate(command.inside)],
        "branches": [_node(inner, f"{place}|{number}") for number, inner in enumerate(command.branches)],
    }
