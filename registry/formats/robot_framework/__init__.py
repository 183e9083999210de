"""Robot Framework: robots in a zip with robot.yaml, Sema4 action packages, and suites as text. Wheels are the ``python`` reader's."""

from __future__ import annotations

from registry.formats.artefact import Artefact
from registry.formats.model import EntryPoint, Inspection
from registry.formats.robot_framework import actions, robot
from registry.formats.robot_framework.content import read_content, tasks_of
from registry.formats.robot_framework.suite import has_header

PLATFORM = "robot_framework"
KINDS = ("robocorp-", "sema4-", "robotframework-")


def recognises(artefact: Artefact) -> bool:
    """A zip with robot.yaml or a Sema4 package.yaml at its top or one folder down, or text with the header of a section."""
    if artefact.is_zip:
        return robot.marker(artefact.archive) is not None or actions.marker(artefact.archive) is not None
    if artefact.is_gzip or artefact.looks_like_xml:
        return False
    head = artefact.head.decode("utf-16" if artefact.head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    return head.lstrip("\ufeff \t\r\n")[:1] not in ("{", "[", "<") and "\0" not in head and has_header(head)


def inspect(artefact: Artefact) -> Inspection:
    """Read any of them; raises :class:`Unreadable`: ``yaml_*``, ``robot_without_tasks``, ``text_encoding``."""
    if not artefact.is_zip:
        return _suite(artefact)
    where = robot.marker(artefact.archive)
    if where is not None:
        return robot.inspect(artefact, where)
    return actions.inspect(artefact, actions.marker(artefact.archive) or "package.yaml")


def _suite(artefact: Artefact) -> Inspection:
    content = read_content({"": artefact.text})
    suite = content.suites[""]
    metadata = {
        row.cells[1].lower(): " ".join(row.cells[2:]) for row in suite.settings if row.cells[0] == "metadata" and len(row.cells) > 2
    }
    starts: tuple[EntryPoint, ...] = tuple(tasks_of(suite))
    return Inspection(
        platform=PLATFORM,
        kind="robotframework-suite",
        name=" ".join(suite.setting("name")) or None,
        version=metadata.get("version"),
        description=suite.documentation or None,
        authors=tuple(filter(None, [metadata.get("author")])),
        licence=metadata.get("license") or metadata.get("licence"),
        entry_points=starts,
        dependencies=content.dependencies,
        reach=content.reach,
        to_set=content.to_set,
        steps=content.steps,
        notes=robot.work_items(content.takes_work_items),
    )
